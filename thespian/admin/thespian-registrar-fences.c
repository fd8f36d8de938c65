/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is to be done after all that the other processes have sent by now.  What stands in a stream has
 * only to be read.  A datagram may be lost, and come again; so who sends those is asked for an answer in
 * sequence, a *fence*: when it has come, so has all that was sent before.
 */

#include "config.h"

#include "admin/thespian-registrar-private.h"

/* One that is stopped does not answer, and nobody waits for it. */
#define PATIENCE_MILLISECONDS 300

typedef struct
{
  ThespianRegistrar *registrar; /* unowned */
  guint64 serial;
  GHashTable *awaited; /* (owned) set of ThespianMember, unowned */
  GSource *timer;      /* (owned) */
  void (*call) (gpointer data);
  gpointer data;
} Fence;

static void
call_after_reading (ThespianRegistrar *self,
                    void             (*call) (gpointer data),
                    gpointer           data)
{
  g_mutex_lock (&self->exchange->lock);
  thespian_registrar_read_all_locked (self);
  thespian_exchange_call_later_locked (self->exchange, call, data);
  thespian_exchange_unlock (self->exchange);
}

/* It is out of the table. */
static void
pass (Fence *fence)
{
  call_after_reading (fence->registrar, fence->call, fence->data);
  g_source_destroy (fence->timer);
  g_source_unref (fence->timer);
  g_hash_table_unref (fence->awaited);
  g_free (fence);
}

static gboolean
give_up (gpointer data)
{
  Fence *fence = data;

  g_hash_table_remove (fence->registrar->fences, &fence->serial);
  pass (fence);
  return G_SOURCE_REMOVE;
}

static GHashTable *
find_senders_of_datagrams (ThespianRegistrar *self,
                           ThespianMember    *asker)
{
  GHashTable *found = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer item;

  if (!thespian_link_kind_has_datagrams (self->admin->config.link_kind))
    return found;
  g_hash_table_iter_init (&iter, self->members);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      ThespianMember *member = item;

      if (!member->is_child && !member->has_left && member != asker)
        g_hash_table_add (found, member);
    }
  return found;
}

/* The asker's own words have come in sequence. */
void
thespian_registrar_call_after_all (ThespianRegistrar *self,
                                   ThespianMember    *asker,
                                   void             (*call) (gpointer data),
                                   gpointer           data)
{
  g_autoptr (GHashTable) awaited = find_senders_of_datagrams (self, asker);
  GHashTableIter iter;
  gpointer member;
  Fence *fence;

  /* when the admin ends nothing more comes */
  if (self->exchange->closed)
    {
      call (data);
      return;
    }
  if (g_hash_table_size (awaited) == 0)
    {
      call_after_reading (self, call, data);
      return;
    }
  fence = g_new0 (Fence, 1);
  fence->registrar = self;
  fence->serial = ++self->last_fence;
  fence->awaited = g_steal_pointer (&awaited);
  fence->call = call;
  fence->data = data;
  fence->timer = g_timeout_source_new (PATIENCE_MILLISECONDS);
  g_source_set_callback (fence->timer, give_up, fence, NULL);
  g_source_attach (fence->timer, self->node->context);
  g_hash_table_insert (self->fences, &fence->serial, fence);
  g_hash_table_iter_init (&iter, fence->awaited);
  while (g_hash_table_iter_next (&iter, &member, NULL))
    thespian_registrar_tell (self, member, THESPIAN_CONTROL_FENCE, g_variant_new_uint64 (fence->serial));
}

void
thespian_registrar_be_fenced (ThespianRegistrar *self,
                              ThespianMember    *member,
                              guint64            serial)
{
  Fence *fence = g_hash_table_lookup (self->fences, &serial);

  if (fence == NULL || !g_hash_table_remove (fence->awaited, member) || g_hash_table_size (fence->awaited) > 0)
    return;
  g_hash_table_remove (self->fences, &serial);
  pass (fence);
}

void
thespian_member_leave_fences (ThespianMember *self)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->registrar->fences);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      Fence *fence = item;

      if (!g_hash_table_remove (fence->awaited, self) || g_hash_table_size (fence->awaited) > 0)
        continue;
      g_hash_table_iter_remove (&iter);
      pass (fence);
    }
}

void
thespian_registrar_end_fences (ThespianRegistrar *self)
{
  GHashTableIter iter;
  gpointer fence;

  g_hash_table_iter_init (&iter, self->fences);
  while (g_hash_table_iter_next (&iter, NULL, &fence))
    {
      g_hash_table_iter_remove (&iter);
      pass (fence);
    }
}
