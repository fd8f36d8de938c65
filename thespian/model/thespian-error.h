/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

#include "thespian-version-macros.h"

G_BEGIN_DECLS

/**
 * THESPIAN_ERROR:
 *
 * The error domain of the library. Its codes are those of [error@Thespian.Error].
 *
 * Since: 1.0
 */
#define THESPIAN_ERROR (thespian_error_quark ())

/**
 * ThespianError:
 * @THESPIAN_ERROR_SYSTEM_FAILURE: the actor system failed in a way that the caller neither caused
 *   nor can mend
 * @THESPIAN_ERROR_STARTUP_FAILURE: the actor system could not start; a kind of system failure
 * @THESPIAN_ERROR_REQUEST_TIMEOUT: the actor system did not answer in its time; a kind of system
 *   failure
 * @THESPIAN_ERROR_INVALID_ACTOR_ADDRESS: this is not the address of an actor
 * @THESPIAN_ERROR_NO_COMPATIBLE_SYSTEM: no actor system has what the actor requires
 * @THESPIAN_ERROR_INVALID_SOURCE_HASH: no loaded source has this hash
 * @THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION: what was given names no class of actors: it is
 *   unknown, abstract, or not derived from [class@Thespian.Actor]
 * @THESPIAN_ERROR_WOULD_DEADLOCK: a blocking call was made by an actor, whose thread would wait for
 *   itself; use the asynchronous form
 * @THESPIAN_ERROR_READ_ONLY_CAPABILITY: the system sets this capability itself
 * @THESPIAN_ERROR_INVALID_CAPABILITY: the name or the value of a capability is not as it must be
 * @THESPIAN_ERROR_UNKNOWN_BASE: there is no system base of this name
 * @THESPIAN_ERROR_NOT_SERIALIZABLE: the message cannot leave its process
 * @THESPIAN_ERROR_ACTOR_FAILED: an actor failed: in its set-up, or without saying why
 * @THESPIAN_ERROR_SYSTEM_SHUT_DOWN: the actor system, the endpoint or the actor has ended
 * @THESPIAN_ERROR_INVALID_ARGUMENT: another argument is not as it must be
 * @THESPIAN_ERROR_MAILBOX_FULL: the mailbox of the target has reached its bound
 *
 * The codes of the errors in the domain `THESPIAN_ERROR`.
 *
 * Which of them tell of the system rather than of the request is asked with
 * `thespian_error_is_system_failure()`.
 *
 * Since: 1.0
 */
typedef enum
{
  THESPIAN_ERROR_SYSTEM_FAILURE,
  THESPIAN_ERROR_STARTUP_FAILURE,
  THESPIAN_ERROR_REQUEST_TIMEOUT,
  THESPIAN_ERROR_INVALID_ACTOR_ADDRESS,
  THESPIAN_ERROR_NO_COMPATIBLE_SYSTEM,
  THESPIAN_ERROR_INVALID_SOURCE_HASH,
  THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
  THESPIAN_ERROR_WOULD_DEADLOCK,
  THESPIAN_ERROR_READ_ONLY_CAPABILITY,
  THESPIAN_ERROR_INVALID_CAPABILITY,
  THESPIAN_ERROR_UNKNOWN_BASE,
  THESPIAN_ERROR_NOT_SERIALIZABLE,
  THESPIAN_ERROR_ACTOR_FAILED,
  THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
  THESPIAN_ERROR_INVALID_ARGUMENT,
  THESPIAN_ERROR_MAILBOX_FULL,
} ThespianError;

THESPIAN_AVAILABLE_IN_1_0
GQuark   thespian_error_quark             (void);
THESPIAN_AVAILABLE_IN_1_0
gboolean thespian_error_is_system_failure (const GError *error);

G_END_DECLS
