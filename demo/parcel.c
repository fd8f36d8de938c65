/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "parcel.h"

#include "messages.h"

guint
parcel_send (ThespianActor   *actor,
             ThespianAddress *target,
             guint            task,
             guint            piece,
             GBytes          *content)
{
  gsize size = g_bytes_get_size (content), start = 0;
  guint n_messages = 0;
  gboolean is_last;

  do
    {
      gsize length = MIN (size - start, MESSAGE_BYTES);
      g_autoptr (GBytes) bytes = g_bytes_new_from_bytes (content, start, length);

      start += length;
      is_last = start == size;
      thespian_actor_send_variant (
        actor, target,
        g_variant_new ("(uub@ay)", task, piece, is_last,
                       g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE)));
      n_messages++;
    }
  while (!is_last);
  return n_messages;
}

GHashTable *
parcels_new (void)
{
  return g_hash_table_new_full (NULL, NULL, g_object_unref, (GDestroyNotify) g_byte_array_unref);
}

static GByteArray *
ensure_open (GHashTable      *parcels,
             ThespianAddress *sender)
{
  GByteArray *content = g_hash_table_lookup (parcels, sender);

  if (content == NULL)
    {
      content = g_byte_array_new ();
      g_hash_table_insert (parcels, g_object_ref (sender), content);
    }
  return content;
}

GByteArray *
parcels_add (GHashTable      *parcels,
             ThespianAddress *sender,
             GVariant        *message,
             guint           *ret_task,
             guint           *ret_piece)
{
  g_autoptr (GVariant) bytes = NULL;
  GByteArray *content = ensure_open (parcels, sender);
  gboolean is_last;
  const guint8 *data;
  gsize size;

  g_variant_get (message, "(uub@ay)", ret_task, ret_piece, &is_last, &bytes);
  data = g_variant_get_fixed_array (bytes, &size, 1);
  g_byte_array_append (content, data, (guint) size);
  if (!is_last)
    return NULL;
  g_byte_array_ref (content);
  g_hash_table_remove (parcels, sender);
  return content;
}
