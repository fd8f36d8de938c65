/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "registry.h"

#include "names.h"

struct _Registry
{
  GDBusObjectManagerServer *manager; /* (owned) */
  RegistryPrepareFunc prepare;
  gpointer data;
  GHashTable *by_address;   /* ThespianAddress to link of @all */
  GHashTable *by_printable; /* text to RegistryEntry */
  GHashTable *by_path;
  GHashTable *by_name;
  GQueue all;
  guint round;
};

static gboolean
addresses_equal (gconstpointer a,
                 gconstpointer b)
{
  return thespian_address_equal ((ThespianAddress *) a, (ThespianAddress *) b);
}

static guint
address_hash (gconstpointer address)
{
  return thespian_address_hash ((ThespianAddress *) address);
}

Registry *
registry_new (GDBusObjectManagerServer *manager,
              RegistryPrepareFunc       prepare,
              gpointer                  data)
{
  Registry *self = g_new0 (Registry, 1);

  self->manager = g_object_ref (manager);
  self->prepare = prepare;
  self->data = data;
  self->by_address = g_hash_table_new (address_hash, addresses_equal);
  self->by_printable = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->all);
  return self;
}

void
registry_free (Registry *self)
{
  g_hash_table_unref (self->by_address);
  g_hash_table_unref (self->by_printable);
  g_hash_table_unref (self->by_path);
  g_hash_table_unref (self->by_name);
  g_queue_clear_full (&self->all, (GDestroyNotify) registry_entry_free);
  g_object_unref (self->manager);
  g_free (self);
}

char *
registry_dup_path (const char *printable)
{
  GString *path = g_string_new (ACTORS_PATH "/");

  for (; *printable != '\0'; printable++)
    if (g_ascii_isalnum (*printable))
      g_string_append_c (path, *printable);
    else
      g_string_append_printf (path, "_%02x", (guchar) *printable);
  return g_string_free (path, FALSE);
}

static const char *
lookup (GVariant   *details,
        const char *key)
{
  const char *text = "";

  g_variant_lookup (details, key, "&s", &text);
  return text;
}

/* What an event says of an actor, but for what only concerns the event. */
static GVariant *
select_details (GVariant *details)
{
  static const char *const keys[] = { "class", "parent", "global-name", "process-id" };
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (details, keys[i], NULL);

      if (value != NULL)
        g_variant_builder_add (&builder, "{sv}", keys[i], value);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static BusActor1 *
make_skeleton (RegistryEntry *entry)
{
  BusActor1 *skeleton = bus_actor1_skeleton_new ();
  int process_id = 0;

  g_variant_lookup (entry->details, "process-id", "i", &process_id);
  bus_actor1_set_version (skeleton, 1);
  bus_actor1_set_class (skeleton, lookup (entry->details, "class"));
  bus_actor1_set_address (skeleton, entry->printable);
  bus_actor1_set_parent (skeleton, lookup (entry->details, "parent"));
  bus_actor1_set_global_name (skeleton, lookup (entry->details, "global-name"));
  bus_actor1_set_process_id (skeleton, process_id);
  return skeleton;
}

static void
export (Registry      *self,
        RegistryEntry *entry)
{
  g_autoptr (BusObjectSkeleton) object = bus_object_skeleton_new (entry->path);

  self->prepare (entry->skeleton, self->data);
  bus_object_skeleton_set_actor1 (object, entry->skeleton);
  g_dbus_object_manager_server_export (self->manager, G_DBUS_OBJECT_SKELETON (object));
}

RegistryEntry *
registry_add (Registry        *self,
              ThespianAddress *address,
              GVariant        *details)
{
  GList *link = g_hash_table_lookup (self->by_address, address);
  RegistryEntry *entry;
  const char *name;

  if (link != NULL)
    {
      entry = link->data;
      entry->round = self->round;
      return NULL;
    }

  entry = g_new0 (RegistryEntry, 1);
  entry->address = g_object_ref (address);
  entry->printable = thespian_address_to_string (address);
  entry->path = registry_dup_path (entry->printable);
  entry->details = select_details (details);
  entry->skeleton = make_skeleton (entry);
  entry->round = self->round;
  g_queue_push_tail (&self->all, entry);
  g_hash_table_insert (self->by_address, entry->address, self->all.tail);
  g_hash_table_insert (self->by_printable, entry->printable, entry);
  g_hash_table_insert (self->by_path, entry->path, entry);
  name = lookup (entry->details, "global-name");
  if (*name != '\0')
    g_hash_table_insert (self->by_name, (char *) name, entry);
  export (self, entry);
  return entry;
}

/* Another can have the same key by now. */
static void
forget_key (GHashTable    *table,
            const char    *key,
            RegistryEntry *entry)
{
  if (g_hash_table_lookup (table, key) == entry)
    g_hash_table_remove (table, key);
}

RegistryEntry *
registry_steal (Registry        *self,
                ThespianAddress *address)
{
  GList *link = g_hash_table_lookup (self->by_address, address);
  RegistryEntry *entry;

  if (link == NULL)
    return NULL;
  entry = link->data;
  g_hash_table_remove (self->by_address, address);
  g_queue_delete_link (&self->all, link);
  forget_key (self->by_printable, entry->printable, entry);
  forget_key (self->by_path, entry->path, entry);
  forget_key (self->by_name, lookup (entry->details, "global-name"), entry);
  g_dbus_object_manager_server_unexport (self->manager, entry->path);
  return entry;
}

void
registry_entry_free (RegistryEntry *entry)
{
  g_object_unref (entry->address);
  g_free (entry->printable);
  g_free (entry->path);
  g_variant_unref (entry->details);
  g_object_unref (entry->skeleton);
  g_free (entry);
}

void
registry_begin_list (Registry *self)
{
  self->round++;
}

GPtrArray *
registry_end_list (Registry *self)
{
  GPtrArray *gone = g_ptr_array_new_with_free_func ((GDestroyNotify) registry_entry_free);

  for (GList *link = self->all.head, *next; link != NULL; link = next)
    {
      RegistryEntry *entry = link->data;

      next = link->next;
      if (entry->round != self->round)
        g_ptr_array_add (gone, registry_steal (self, entry->address));
    }
  return gone;
}

RegistryEntry *
registry_find (Registry        *self,
               ThespianAddress *address)
{
  GList *link = g_hash_table_lookup (self->by_address, address);

  return link != NULL ? link->data : NULL;
}

RegistryEntry *
registry_find_by_text (Registry   *self,
                       const char *text)
{
  RegistryEntry *entry = g_hash_table_lookup (self->by_printable, text);

  if (entry == NULL)
    entry = g_hash_table_lookup (self->by_path, text);
  if (entry == NULL)
    entry = g_hash_table_lookup (self->by_name, text);
  return entry;
}

GQueue *
registry_get_all (Registry *self)
{
  return &self->all;
}
