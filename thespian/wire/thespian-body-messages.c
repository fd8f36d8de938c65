/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The messages of the library that have a tag of their own. */

#include "config.h"

#include "wire/thespian-body-private.h"

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-address-private.h"
#include "model/thespian-child-actor-exited-private.h"
#include "model/thespian-dead-envelope-private.h"
#include "model/thespian-error.h"
#include "model/thespian-opaque.h"
#include "model/thespian-poison-message-private.h"
#include "model/thespian-status-private.h"
#include "model/thespian-status-request.h"
#include "model/thespian-wakeup-message-private.h"
#include "model/thespian-watch-message-private.h"
#include "wire/thespian-body-format-private.h"

/* --- Writing --------------------------------------------------------------------------------- */

/* These objects are made by the library, but nobody keeps a program from making an empty one. */
static gboolean
refuse_empty (gpointer object,
              GError **error)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
               "A %s that is not made by an actor system cannot leave its process",
               G_OBJECT_TYPE_NAME (object));
  return FALSE;
}

static void
put_address_ids (ThespianBodyWriter *self,
                 ThespianAddress    *address)
{
  thespian_address_intern (address);
  thespian_body_put_u64 (self, address->system_id);
  thespian_body_put_u64 (self, address->actor_id);
}

static gboolean
put_exit_request (ThespianBodyWriter *self,
                  gpointer            object,
                  GError            **error)
{
  thespian_body_put_u8 (self, thespian_actor_exit_request_get_recursive (object) != FALSE);
  return TRUE;
}

static gboolean
put_child_exited (ThespianBodyWriter *self,
                  gpointer            object,
                  GError            **error)
{
  ThespianAddress *address = thespian_child_actor_exited_get_child_address (object);

  if (address == NULL)
    return refuse_empty (object, error);
  put_address_ids (self, address);
  thespian_body_put_details (self, thespian_child_actor_exited_get_details (object));
  return TRUE;
}

static gboolean
put_poison (ThespianBodyWriter *self,
            gpointer            object,
            GError            **error)
{
  const GValue *message = thespian_poison_message_get_message (object);

  if (message == NULL)
    return refuse_empty (object, error);
  thespian_body_put_details (self, thespian_poison_message_get_details (object));
  return thespian_body_put_nested (self, message, error);
}

static gboolean
put_dead_envelope (ThespianBodyWriter *self,
                   gpointer            object,
                   GError            **error)
{
  const GValue *message = thespian_dead_envelope_get_message (object);

  if (message == NULL)
    return refuse_empty (object, error);
  put_address_ids (self, thespian_dead_envelope_get_address (object));
  return thespian_body_put_nested (self, message, error);
}

static gboolean
put_wakeup (ThespianBodyWriter *self,
            gpointer            object,
            GError            **error)
{
  thespian_body_put_u64 (self, thespian_wakeup_message_get_id (object));
  thespian_body_put_u64 (self, (guint64) thespian_wakeup_message_get_delay_period (object));
  return thespian_body_put_optional (self, thespian_wakeup_message_get_payload (object), error);
}

static gboolean
put_watch (ThespianBodyWriter *self,
           gpointer            object,
           GError            **error)
{
  gsize n_ready;
  const int *ready = thespian_watch_message_get_ready (object, &n_ready);

  thespian_body_put_u32 (self, (guint32) n_ready);
  for (gsize i = 0; i < n_ready; i++)
    thespian_body_put_u32 (self, (guint32) ready[i]);
  return TRUE;
}

static gboolean
put_status_request (ThespianBodyWriter *self,
                    gpointer            object,
                    GError            **error)
{
  return TRUE;
}

static gboolean
put_actor_status (ThespianBodyWriter *self,
                  gpointer            object,
                  GError            **error)
{
  return thespian_body_put_variant (self, thespian_actor_status_get_details (object), error);
}

static gboolean
put_system_status (ThespianBodyWriter *self,
                   gpointer            object,
                   GError            **error)
{
  return thespian_body_put_variant (self, thespian_system_status_get_details (object), error);
}

static gboolean
put_opaque (ThespianBodyWriter *self,
            gpointer            object,
            GError            **error)
{
  return thespian_body_put_string (self, thespian_opaque_get_media_type (object), error) &&
         thespian_body_put_bytes (self, thespian_opaque_get_data (object), error);
}

/* --- Reading --------------------------------------------------------------------------------- */

static GObject *
get_exit_request (ThespianBodyReader *self,
                  GError            **error)
{
  gboolean is_recursive;

  if (!thespian_body_get_boolean (self, &is_recursive, error))
    return NULL;
  return G_OBJECT (is_recursive ? thespian_actor_exit_request_new ()
                                : thespian_actor_exit_request_new_not_recursive ());
}

static ThespianAddress *
get_address_ids (ThespianBodyReader *self,
                 GError            **error)
{
  guint64 system_id, actor_id;

  if (!thespian_body_get_u64 (self, &system_id, error) ||
      !thespian_body_get_u64 (self, &actor_id, error))
    return NULL;
  return thespian_address_find_or_create (system_id, actor_id);
}

static GObject *
get_child_exited (ThespianBodyReader *self,
                  GError            **error)
{
  g_autoptr (ThespianAddress) address = get_address_ids (self, error);
  g_autofree char *details = NULL;

  if (address == NULL || !thespian_body_get_string (self, &details, error))
    return NULL;
  return G_OBJECT (thespian_child_actor_exited_new (address, details));
}

static GObject *
get_poison (ThespianBodyReader *self,
            GError            **error)
{
  g_autofree char *details = NULL;
  g_auto (GValue) message = G_VALUE_INIT;

  if (!thespian_body_get_string (self, &details, error) ||
      !thespian_body_get_nested (self, &message, error))
    return NULL;
  return G_OBJECT (thespian_poison_message_new (&message, details));
}

static GObject *
get_dead_envelope (ThespianBodyReader *self,
                   GError            **error)
{
  g_autoptr (ThespianAddress) address = get_address_ids (self, error);
  g_auto (GValue) message = G_VALUE_INIT;

  if (address == NULL || !thespian_body_get_nested (self, &message, error))
    return NULL;
  return G_OBJECT (thespian_dead_envelope_new (&message, address));
}

static GObject *
get_wakeup (ThespianBodyReader *self,
            GError            **error)
{
  g_auto (GValue) payload = G_VALUE_INIT;
  guint64 id, delay_period;

  if (!thespian_body_get_u64 (self, &id, error) ||
      !thespian_body_get_u64 (self, &delay_period, error) ||
      !thespian_body_get_optional (self, &payload, error))
    return NULL;
  return G_OBJECT (thespian_wakeup_message_new (id, (GTimeSpan) delay_period,
                                                G_IS_VALUE (&payload) ? &payload : NULL));
}

static GObject *
get_watch (ThespianBodyReader *self,
           GError            **error)
{
  g_autofree int *ready = NULL;
  guint32 n_ready, fd;

  if (!thespian_body_get_u32 (self, &n_ready, error))
    return NULL;
  if (n_ready > thespian_body_n_left (self) / sizeof fd)
    {
      thespian_body_refuse_truncated (error);
      return NULL;
    }
  ready = g_new (int, n_ready);
  for (guint32 i = 0; i < n_ready; i++)
    {
      if (!thespian_body_get_u32 (self, &fd, error))
        return NULL;
      ready[i] = (int) fd;
    }
  return G_OBJECT (thespian_watch_message_new (ready, n_ready));
}

static GObject *
get_status_request (ThespianBodyReader *self,
                    GError            **error)
{
  return G_OBJECT (thespian_status_request_new ());
}

static GVariant *
get_details (ThespianBodyReader *self,
             GError            **error)
{
  g_autoptr (GVariant) details = NULL;

  if (!thespian_body_get_variant (self, &details, error))
    return NULL;
  if (details == NULL || !g_variant_is_of_type (details, G_VARIANT_TYPE_VARDICT))
    {
      thespian_body_refuse (error, "the details of a status are not of type “a{sv}”");
      return NULL;
    }
  return g_steal_pointer (&details);
}

static GObject *
get_actor_status (ThespianBodyReader *self,
                  GError            **error)
{
  g_autoptr (GVariant) details = get_details (self, error);

  return details != NULL ? G_OBJECT (thespian_actor_status_new (details)) : NULL;
}

static GObject *
get_system_status (ThespianBodyReader *self,
                   GError            **error)
{
  g_autoptr (GVariant) details = get_details (self, error);

  return details != NULL ? G_OBJECT (thespian_system_status_new (details)) : NULL;
}

static GObject *
get_opaque (ThespianBodyReader *self,
            GError            **error)
{
  g_autofree char *media_type = NULL;
  g_autoptr (GBytes) data = NULL;

  if (!thespian_body_get_string (self, &media_type, error) ||
      !thespian_body_get_bytes (self, &data, error))
    return NULL;
  if (media_type != NULL && data != NULL)
    return G_OBJECT (thespian_opaque_new (media_type, data));
  thespian_body_refuse (error, "an opaque value lacks its media type or its bytes");
  return NULL;
}

/* --- The table ------------------------------------------------------------------------------- */

typedef struct
{
  ThespianTag tag;
  GType (*get_type) (void);
  gboolean (*put) (ThespianBodyWriter *self, gpointer object, GError **error);
  GObject *(*get) (ThespianBodyReader *self, GError **error);
} Message;

static const Message messages[] = {
  { THESPIAN_TAG_EXIT_REQUEST, thespian_actor_exit_request_get_type,
    put_exit_request, get_exit_request },
  { THESPIAN_TAG_CHILD_EXITED, thespian_child_actor_exited_get_type,
    put_child_exited, get_child_exited },
  { THESPIAN_TAG_POISON, thespian_poison_message_get_type,
    put_poison, get_poison },
  { THESPIAN_TAG_DEAD_ENVELOPE, thespian_dead_envelope_get_type,
    put_dead_envelope, get_dead_envelope },
  { THESPIAN_TAG_WAKEUP, thespian_wakeup_message_get_type,
    put_wakeup, get_wakeup },
  { THESPIAN_TAG_WATCH, thespian_watch_message_get_type,
    put_watch, get_watch },
  { THESPIAN_TAG_STATUS_REQUEST, thespian_status_request_get_type,
    put_status_request, get_status_request },
  { THESPIAN_TAG_ACTOR_STATUS, thespian_actor_status_get_type,
    put_actor_status, get_actor_status },
  { THESPIAN_TAG_SYSTEM_STATUS, thespian_system_status_get_type,
    put_system_status, get_system_status },
  { THESPIAN_TAG_OPAQUE, thespian_opaque_get_type,
    put_opaque, get_opaque },
};

gboolean
thespian_body_put_message (ThespianBodyWriter *self,
                           GObject            *object,
                           gboolean           *ret_known,
                           GError            **error)
{
  GType type = G_OBJECT_TYPE (object);

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    if (messages[i].get_type () == type)
      {
        thespian_body_put_u8 (self, (guint8) messages[i].tag);
        return messages[i].put (self, object, error);
      }
  *ret_known = FALSE;
  return TRUE;
}

GObject *
thespian_body_get_message (ThespianBodyReader *self,
                           ThespianTag         tag,
                           GError            **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    if (messages[i].tag == tag)
      return messages[i].get (self, error);
  g_return_val_if_reached (NULL);
}

/* --- Around a body that is there already ----------------------------------------------------- */

void
thespian_body_write_poison (ThespianBuffer *buffer,
                            const guint8   *body,
                            gsize           length,
                            const char     *details)
{
  ThespianBodyWriter writer = { buffer, buffer->length, 0 };

  thespian_body_put_u8 (&writer, THESPIAN_TAG_POISON);
  thespian_body_put_details (&writer, details);
  thespian_body_put_padding (&writer);
  thespian_buffer_append (buffer, body, length);
}

void
thespian_body_write_dead_envelope (ThespianBuffer *buffer,
                                   const guint8   *body,
                                   gsize           length,
                                   guint64         system_id,
                                   guint64         actor_id)
{
  ThespianBodyWriter writer = { buffer, buffer->length, 0 };

  thespian_body_put_u8 (&writer, THESPIAN_TAG_DEAD_ENVELOPE);
  thespian_body_put_u64 (&writer, system_id);
  thespian_body_put_u64 (&writer, actor_id);
  thespian_body_put_padding (&writer);
  thespian_buffer_append (buffer, body, length);
}
