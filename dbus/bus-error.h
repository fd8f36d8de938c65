/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What only the service can say; all else is a THESPIAN_ERROR. */
#define BUS_ERROR (bus_error_quark ())

typedef enum
{
  BUS_ERROR_NO_ANSWER,
  BUS_ERROR_TOO_MANY_CALLS,
} BusError;

GQuark bus_error_quark     (void);

/* Replies with @error (taken), of whatever domain, as one of the documented errors. */
void   bus_error_return    (GDBusMethodInvocation *invocation, GError *error);

/* The name on D-Bus of what bus_error_return() would reply with. */
char  *bus_error_dup_name  (const GError *error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
