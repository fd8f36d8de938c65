/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the processes of a system log comes here, to the admin's hub.  An admin that outlives its
 * starter has no standard error: what would go there is shown by the starter, while that lives.
 */

#include "config.h"

#include "admin/thespian-registrar-private.h"

#include "log/thespian-internals-log-private.h"
#include "log/thespian-log-stderr-private.h"

/* A viewer that stands still is not waited for. */
#define MAX_WAITING (1024 * 1024)

/* A ThespianLogShowFunc. */
static gboolean
show (const char *text,
      gpointer    user_data)
{
  ThespianRegistrar *self = user_data;
  ThespianExchange *exchange = self->exchange;
  ThespianChannel *channel;

  if (self->log_viewer == NULL)
    return FALSE;
  g_mutex_lock (&exchange->lock);
  channel = thespian_port_to_channel (thespian_channel_open_locked (exchange, self->log_viewer->address));
  if (channel->n_bytes < MAX_WAITING)
    thespian_exchange_control_locked (exchange, self->log_viewer->address, THESPIAN_CONTROL_SHOW,
                                      self->admin->face.address, g_variant_new_string (text));
  thespian_exchange_unlock (exchange);
  return TRUE;
}

void
thespian_registrar_begin_log (ThespianRegistrar *self)
{
  if (!thespian_log_stderr_exists ())
    thespian_log_stderr_replace (show, self);
}

void
thespian_registrar_end_log (ThespianRegistrar *self)
{
  thespian_log_stderr_replace (NULL, NULL);
}

void
thespian_registrar_log (ThespianRegistrar *self,
                        GVariant          *body)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianLogRecord) record = thespian_log_record_new_from_variant (body, &error);

  if (record != NULL)
    {
      thespian_log_hub_handle (self->admin->log_hub, record);
      thespian_admin_tell_record (self->admin, record);
    }
  else
    thespian_internals_log (G_LOG_LEVEL_WARNING, "A process of the actor system sent what is no log record: %s",
                            error->message);
}
