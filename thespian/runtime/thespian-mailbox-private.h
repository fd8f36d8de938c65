/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "runtime/thespian-wait-private.h"

G_BEGIN_DECLS

/*
 * The mailbox of an endpoint: what stands behind the address of somebody outside.  Letters that
 * nobody waits for are kept, up to a bound; who waits is served in the order of coming.
 */
typedef struct _ThespianMailbox ThespianMailbox;

/* A new address with a mailbox behind it; the mailbox lives as long as the address. */
ThespianAddress *thespian_mailbox_new     (ThespianAdminFace *admin);

/* How many bytes of letters are kept at the most, from the next one on; 0 for any number. */
void     thespian_mailbox_set_max_bytes   (ThespianAddress *address, guint64 max_bytes);
guint64  thespian_mailbox_get_max_bytes   (ThespianAddress *address);

/* Takes nothing any more: letters become dead letters, who waits gets nothing. */
void     thespian_mailbox_close           (ThespianAddress *address);
gboolean thespian_mailbox_is_closed       (ThespianAddress *address);

/*
 * Waits for a letter.  With @target, @message (taken) is sent there first, and the wait is over
 * when it turns out to be undeliverable.  NULL without an error when no letter came.
 */
GValue  *thespian_mailbox_receive         (ThespianAddress *address, ThespianNode *node,
                                           ThespianAddress *target, GValue *message,
                                           GTimeSpan timeout, gboolean when_idle,
                                           GCancellable *cancellable, GError **error);
/* The same for @task, which is taken. */
void     thespian_mailbox_receive_async   (ThespianAddress *address, ThespianAddress *target,
                                           GValue *message, GTimeSpan timeout, GTask *task);

G_END_DECLS
