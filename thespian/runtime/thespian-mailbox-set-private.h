/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-address-private.h"

G_BEGIN_DECLS

/* The mailboxes of outsiders, and of actors that ask: none may wait for a system that has ended. */
typedef struct
{
  GMutex lock;
  GHashTable *mailboxes; /* (owned) set of ThespianAddress, unowned: each leaves with its end */
  gboolean closed;
} ThespianMailboxSet;

void     thespian_mailbox_set_init   (ThespianMailboxSet *self);
void     thespian_mailbox_set_clear  (ThespianMailboxSet *self);

/* FALSE when all have been closed. */
gboolean thespian_mailbox_set_add    (ThespianMailboxSet *self, ThespianAddress *mailbox);
void     thespian_mailbox_set_remove (ThespianMailboxSet *self, ThespianAddress *mailbox);
/* Those that come later are to be closed as well. */
void     thespian_mailbox_set_close  (ThespianMailboxSet *self);

G_END_DECLS
