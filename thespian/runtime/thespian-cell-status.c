/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An actor's status, told by whoever is asked, on any thread: the actor may be inside a long handler. */

#include "config.h"

#include "runtime/thespian-cell-private.h"

#include "model/thespian-status-private.h"

#include <unistd.h>

static void
add_address (GVariantBuilder *details,
             const char      *key,
             ThespianAddress *address)
{
  g_variant_builder_add (details, "{sv}", key, g_variant_new_take_string (thespian_address_to_string (address)));
}

static void
add_count (GVariantBuilder *details,
           const char      *key,
           guint64          count)
{
  g_variant_builder_add (details, "{sv}", key, g_variant_new_uint64 (count));
}

static GVariant *
list_children (ThespianCell *self)
{
  g_autoptr (GPtrArray) children = thespian_cell_dup_children (self);
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < children->len; i++)
    g_variant_builder_add_value (&list, g_variant_new_take_string (
                                            thespian_address_to_string (g_ptr_array_index (children, i))));
  return g_variant_builder_end (&list);
}

static void
add_extras (GVariantBuilder    *details,
            ThespianCell       *self,
            ThespianCellExtras *extras)
{
  guint n_timers;

  g_mutex_lock (&self->node->lock);
  n_timers = extras->n_timers;
  g_mutex_unlock (&self->node->lock);

  add_count (details, THESPIAN_STATUS_PENDING_WAKEUPS, n_timers);
  add_count (details, THESPIAN_STATUS_MESSAGES_FAILED, thespian_count_get (extras->n_failed));
  add_count (details, THESPIAN_STATUS_MESSAGES_POISONED, thespian_count_get (extras->n_poisoned));
  if (extras->global_name != NULL)
    g_variant_builder_add (details, "{sv}", THESPIAN_STATUS_GLOBAL_NAME,
                           g_variant_new_string (extras->global_name));
}

/* What the runtime needs for the actor: not what its own code allocates. */
static guint64
memory_of (ThespianCell       *self,
           ThespianCellExtras *extras)
{
  GType type = g_type_from_name (thespian_cell_get_class_name (self));
  GTypeQuery query;

  /* a class of another language has other names there */
  g_type_query (type != G_TYPE_INVALID ? type : THESPIAN_TYPE_ACTOR, &query);
  return sizeof (ThespianCell) + sizeof (ThespianAddress) + query.instance_size +
         (extras != NULL ? sizeof (ThespianCellExtras) : 0) +
         thespian_cell_mailbox_length (self) * sizeof (ThespianEnvelope);
}

GObject *
thespian_cell_dup_status (ThespianPort *port)
{
  ThespianCell *self = (ThespianCell *) port;
  ThespianCellExtras *extras = __atomic_load_n (&self->extras, __ATOMIC_ACQUIRE);
  g_autoptr (ThespianAddress) parent = NULL;
  GVariantBuilder details;

  if (!thespian_cell_is_open (self))
    return NULL;

  g_variant_builder_init (&details, G_VARIANT_TYPE_VARDICT);
  add_address (&details, THESPIAN_STATUS_ADDRESS, self->context.address);
  g_variant_builder_add (&details, "{sv}", THESPIAN_STATUS_PROCESS_ID, g_variant_new_int32 (getpid ()));
  g_variant_builder_add (&details, "{sv}", THESPIAN_STATUS_CLASS,
                         g_variant_new_string (thespian_cell_get_class_name (self)));
  parent = self->context.port.ops->actor->get_parent (&self->context);
  if (parent != NULL)
    add_address (&details, THESPIAN_STATUS_PARENT, parent);
  g_variant_builder_add (&details, "{sv}", THESPIAN_STATUS_CHILDREN, list_children (self));
  g_variant_builder_add (&details, "{sv}", THESPIAN_STATUS_EXITING,
                         g_variant_new_boolean (thespian_count_get (self->state) == THESPIAN_CELL_EXITING));
  add_count (&details, THESPIAN_STATUS_MESSAGES_QUEUED, thespian_cell_mailbox_length (self));
  add_count (&details, THESPIAN_STATUS_MESSAGES_RECEIVED,
             __atomic_load_n (&self->state, __ATOMIC_ACQUIRE) != THESPIAN_CELL_STARTING
                 ? thespian_count_get (self->n_received)
                 : 0);
  add_count (&details, THESPIAN_STATUS_MESSAGES_SENT, thespian_count_get (self->n_sent));
  add_count (&details, THESPIAN_STATUS_MEMORY, memory_of (self, extras));
  if (extras != NULL)
    add_extras (&details, self, extras);
  return G_OBJECT (thespian_actor_status_new (g_variant_builder_end (&details)));
}
