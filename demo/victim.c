/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "victim.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <unistd.h>

#define PATIENCE (30 * G_TIME_SPAN_SECOND)

/* Asked from an endpoint of its own, so that the answer is not mixed with what else comes. */
static GValue *
ask_status (ThespianActorSystem *system,
            ThespianAddress     *actor,
            GError             **error)
{
  g_autoptr (ThespianEndpoint) endpoint = thespian_actor_system_create_endpoint (system);
  g_auto (GValue) request = G_VALUE_INIT;
  GValue *answer;

  g_value_init (&request, THESPIAN_TYPE_STATUS_REQUEST);
  g_value_take_object (&request, thespian_status_request_new ());
  answer = thespian_endpoint_ask (endpoint, actor, &request, PATIENCE, NULL, error);
  thespian_endpoint_close (endpoint);
  return answer;
}

static int
find_process (ThespianActorSystem *system,
              ThespianAddress     *actor,
              GError             **error)
{
  GError *local_error = NULL;
  GValue *answer = ask_status (system, actor, &local_error);
  int pid = 0;

  if (answer != NULL && G_VALUE_HOLDS (answer, THESPIAN_TYPE_ACTOR_STATUS))
    g_variant_lookup (thespian_actor_status_get_details (g_value_get_object (answer)), "process-id",
                      "i", &pid);
  if (local_error != NULL)
    g_propagate_error (error, local_error);
  else if (pid == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         _ ("the actor to be killed does not tell its process"));
  g_clear_pointer (&answer, thespian_value_free);
  return pid;
}

int
victim_kill (ThespianActorSystem *system,
             GVariant            *address,
             GError             **error)
{
  g_autoptr (ThespianAddress) actor = thespian_address_from_variant (address, error);
  int pid = actor != NULL ? find_process (system, actor, error) : 0;

  if (pid == 0)
    return 0;
  g_assert (pid != getpid ());
  if (kill (pid, SIGKILL) == 0)
    return pid;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               _ ("process %d cannot be killed: %s"), pid, g_strerror (errno));
  return 0;
}
