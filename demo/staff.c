/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "staff.h"

#include "ledger.h"
#include "patterns/thespian-update-troupe-settings.h"
#include "reader.h"
#include "reducer.h"

static void
reducer_free (gpointer data)
{
  Reducer *reducer = data;

  g_clear_object (&reducer->address);
  g_clear_pointer (&reducer->words, g_byte_array_unref);
  g_free (reducer);
}

void
staff_init (Staff *self)
{
  self->reducers = g_ptr_array_new_with_free_func (reducer_free);
}

void
staff_clear (Staff *self)
{
  g_clear_object (&self->readers);
  g_clear_pointer (&self->reducers, g_ptr_array_unref);
  g_clear_pointer (&self->reducer_classes, g_strfreev);
}

static GVariant *
spread (void)
{
  GVariantDict requirements;

  g_variant_dict_init (&requirements, NULL);
  g_variant_dict_insert (&requirements, "Spread", "b", TRUE);
  return g_variant_dict_end (&requirements);
}

/* The first ones may be of other languages. */
static ThespianAddress *
create_reducer (Staff         *self,
                ThespianActor *coordinator,
                guint          part,
                GError       **error)
{
  if (self->reducer_classes != NULL && part < g_strv_length (self->reducer_classes))
    return thespian_actor_create_actor_by_name (coordinator, self->reducer_classes[part], spread (),
                                                NULL, NULL, error);
  return thespian_actor_create_actor (coordinator, WORDCOUNT_TYPE_REDUCER, spread (), NULL, NULL,
                                      error);
}

gboolean
staff_hire (Staff         *self,
            ThespianActor *coordinator,
            guint          n_reducers,
            guint          n_readers,
            GError       **error)
{
  g_autoptr (ThespianUpdateTroupeSettings) settings = NULL;

  for (guint i = 0; i < n_reducers; i++)
    {
      g_ptr_array_add (self->reducers, g_new0 (Reducer, 1));
      if (!staff_replace (self, coordinator, i, error))
        return FALSE;
    }
  self->readers = thespian_actor_create_actor (coordinator, WORDCOUNT_TYPE_READER, spread (), NULL,
                                               NULL, error);
  if (self->readers == NULL)
    return FALSE;
  settings = thespian_update_troupe_settings_new ((int) n_readers, (int) n_readers);
  thespian_actor_send_object (coordinator, self->readers, G_OBJECT (settings));
  return TRUE;
}

gboolean
staff_replace (Staff         *self,
               ThespianActor *coordinator,
               guint          part,
               GError       **error)
{
  Reducer *reducer = staff_get_reducer (self, part);

  g_clear_object (&reducer->address);
  reducer->is_asked = FALSE;
  reducer->address = create_reducer (self, coordinator, part, error);
  return reducer->address != NULL;
}

Reducer *
staff_get_reducer (Staff *self,
                   guint  part)
{
  return g_ptr_array_index (self->reducers, part);
}

Reducer *
staff_find_reducer (Staff           *self,
                    ThespianAddress *address,
                    guint           *ret_part)
{
  for (guint i = 0; i < self->reducers->len; i++)
    if (staff_get_reducer (self, i)->address == address)
      {
        *ret_part = i;
        return staff_get_reducer (self, i);
      }
  return NULL;
}

GVariant *
staff_list_targets (Staff *self,
                    guint  part)
{
  GVariantBuilder targets;

  g_variant_builder_init (&targets, G_VARIANT_TYPE ("a(uv)"));
  for (guint i = 0; i < self->reducers->len; i++)
    if (part == LEDGER_ALL_PARTS || part == i)
      g_variant_builder_add (&targets, "(uv)", i,
                             thespian_address_to_variant (staff_get_reducer (self, i)->address));
  return g_variant_builder_end (&targets);
}
