/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-error.h"

#include <gio/gio.h>

#define N_ERRORS (THESPIAN_ERROR_MAILBOX_FULL + 1)

static const GDBusErrorEntry entries[] = {
  { THESPIAN_ERROR_SYSTEM_FAILURE, "org.thespian.Error.SystemFailure" },
  { THESPIAN_ERROR_STARTUP_FAILURE, "org.thespian.Error.StartupFailure" },
  { THESPIAN_ERROR_REQUEST_TIMEOUT, "org.thespian.Error.RequestTimeout" },
  { THESPIAN_ERROR_INVALID_ACTOR_ADDRESS, "org.thespian.Error.InvalidActorAddress" },
  { THESPIAN_ERROR_NO_COMPATIBLE_SYSTEM, "org.thespian.Error.NoCompatibleSystem" },
  { THESPIAN_ERROR_INVALID_SOURCE_HASH, "org.thespian.Error.InvalidSourceHash" },
  { THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION, "org.thespian.Error.InvalidActorSpecification" },
  { THESPIAN_ERROR_WOULD_DEADLOCK, "org.thespian.Error.WouldDeadlock" },
  { THESPIAN_ERROR_READ_ONLY_CAPABILITY, "org.thespian.Error.ReadOnlyCapability" },
  { THESPIAN_ERROR_INVALID_CAPABILITY, "org.thespian.Error.InvalidCapability" },
  { THESPIAN_ERROR_UNKNOWN_BASE, "org.thespian.Error.UnknownBase" },
  { THESPIAN_ERROR_NOT_SERIALIZABLE, "org.thespian.Error.NotSerializable" },
  { THESPIAN_ERROR_ACTOR_FAILED, "org.thespian.Error.ActorFailed" },
  { THESPIAN_ERROR_SYSTEM_SHUT_DOWN, "org.thespian.Error.SystemShutDown" },
  { THESPIAN_ERROR_INVALID_ARGUMENT, "org.thespian.Error.InvalidArgument" },
  { THESPIAN_ERROR_MAILBOX_FULL, "org.thespian.Error.MailboxFull" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (entries) == N_ERRORS);

/**
 * thespian_error_quark:
 *
 * Gets the error domain of the library, `THESPIAN_ERROR`.
 *
 * The first call gives each code its name on D-Bus, `org.thespian.Error.` and the name of the
 * code, so that an error keeps its meaning when it crosses the bus. May be called from any thread.
 *
 * Returns: the quark of the domain
 *
 * Since: 1.0
 */
GQuark
thespian_error_quark (void)
{
  static gsize quark;

  g_dbus_error_register_error_domain ("thespian-error-quark", &quark, entries,
                                      G_N_ELEMENTS (entries));

  return (GQuark) quark;
}

/**
 * thespian_error_is_system_failure:
 * @error: (nullable): an error of any domain
 *
 * Tells whether an error says that the actor system itself failed.
 *
 * Those are [error@Thespian.Error.SYSTEM_FAILURE], [error@Thespian.Error.STARTUP_FAILURE] and
 * [error@Thespian.Error.REQUEST_TIMEOUT]: nothing in the request was wrong, so neither to change it
 * nor to repeat it can be expected to help. May be called from any thread.
 *
 * Returns: %TRUE for a failure of the system, %FALSE for another error and for none
 *
 * Since: 1.0
 */
gboolean
thespian_error_is_system_failure (const GError *error)
{
  return g_error_matches (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE) ||
         g_error_matches (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE) ||
         g_error_matches (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT);
}
