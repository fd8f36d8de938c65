/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The capabilities of a system: names and values, of which some are the system's own. */
typedef struct _ThespianCapabilities ThespianCapabilities;

#define THESPIAN_CAPABILITY_WORKER_THREADS "Worker Threads"
#define THESPIAN_CAPABILITY_MAILBOX_LIMIT "Mailbox Limit"
#define THESPIAN_CAPABILITY_RETURN_WHEN_IDLE "Return When Idle"
#define THESPIAN_CAPABILITY_EXIT_GRACE_PERIOD "Exit Grace Period"
#define THESPIAN_CAPABILITY_ADMIN_PORT "Admin Port"
#define THESPIAN_CAPABILITY_ADMIN_ADDRESS "Admin Address"

/* @initial: a{sv}, (nullable): what the user sets. */
ThespianCapabilities *thespian_capabilities_new  (const char *base_name, GVariant *initial, GError **error);
/* Whether thespian_capabilities_new() would take @initial. */
gboolean  thespian_capabilities_check       (GVariant *initial, const char *base_name, GError **error);
void      thespian_capabilities_free        (ThespianCapabilities *self);
/* The versions of the languages whose actors can run here, in processes of theirs. */
void      thespian_capabilities_add_languages (ThespianCapabilities *self);
/* Before others know @self: from here on @name (static) is the system's own. */
void      thespian_capabilities_set_own     (ThespianCapabilities *self, const char *name, GVariant *value);

/* A snapshot, of type a{sv}; the same object until something changes. */
GVariant *thespian_capabilities_dup         (ThespianCapabilities *self);

/* @ret_changed: whether that was a real change. */
gboolean  thespian_capabilities_update      (ThespianCapabilities *self, const char *name, GVariant *value,
                                             gboolean *ret_changed, GError **error);
guint     thespian_capabilities_get_uint    (ThespianCapabilities *self, const char *name, guint fallback);
gboolean  thespian_capabilities_get_boolean (ThespianCapabilities *self, const char *name);

/* How long an actor that is to exit may hang, by a snapshot. */
GTimeSpan thespian_capabilities_read_grace  (GVariant *capabilities);

G_END_DECLS
