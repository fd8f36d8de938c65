/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "admin/thespian-admin-private.h"

#include "model/thespian-dead-envelope-private.h"
#include "model/thespian-value-private.h"
#include "runtime/thespian-trace-private.h"

static void
log_dropped (ThespianAddress *target,
             const GValue    *message)
{
  g_autofree char *address = NULL;
  g_autofree char *text = NULL;

  if (g_log_writer_default_would_drop (G_LOG_LEVEL_INFO, G_LOG_DOMAIN))
    return;
  address = thespian_address_to_string (target);
  text = thespian_value_to_string (message);
  g_info ("Dropped a dead letter to %s: %s", address, text);
}

ThespianAddress *
thespian_admin_count_dead_letter (ThespianAdmin *self)
{
  ThespianAddress *handler;

  g_mutex_lock (&self->lock);
  self->n_dead_letters++;
  handler = self->dead_letter_handler != NULL ? g_object_ref (self->dead_letter_handler) : NULL;
  g_mutex_unlock (&self->lock);
  return handler;
}

void
thespian_admin_dead_letter (ThespianAdminFace *face,
                            ThespianAddress   *target,
                            const GValue      *message,
                            ThespianAddress   *sender)
{
  ThespianAdmin *self = (ThespianAdmin *) face;
  g_autoptr (ThespianAddress) handler = NULL;
  GValue letter = G_VALUE_INIT;

  if (thespian_debug_shows (THESPIAN_DEBUG_DEAD_LETTERS))
    thespian_trace_dead_letter (target, message, sender);
  thespian_admin_tell_dead_letter (self, target, sender, message);
  handler = thespian_admin_count_dead_letter (self);
  if (handler == NULL)
    {
      log_dropped (target, message);
      return;
    }
  g_value_init (&letter, THESPIAN_TYPE_DEAD_ENVELOPE);
  g_value_take_object (&letter, thespian_dead_envelope_new (message, target));
  thespian_route (face, handler, &letter, sender, NULL);
}

void
thespian_admin_handle_dead_letters (ThespianAdminFace *face,
                                    ThespianAddress   *handler,
                                    gboolean           start_handling)
{
  ThespianAdmin *self = (ThespianAdmin *) face;
  ThespianAddress *former = NULL;

  g_mutex_lock (&self->lock);
  if (start_handling || self->dead_letter_handler == handler)
    {
      former = self->dead_letter_handler;
      self->dead_letter_handler = start_handling ? g_object_ref (handler) : NULL;
    }
  g_mutex_unlock (&self->lock);
  g_clear_object (&former);
}
