/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who lives where, and how one gets there. */

#include "config.h"

#include "admin/thespian-registrar-private.h"

#include "transport/thespian-link-private.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static void
hand_over_fd (ThespianMember *member,
              ThespianMember *other,
              int             fd)
{
  ThespianExchange *exchange = member->registrar->exchange;
  g_autoptr (GVariant) body = g_variant_ref_sink (g_variant_new_uint64 (other->node_id));
  ThespianFrame frame = {
    .kind = THESPIAN_CONTROL_INTRODUCE_FD,
    .body = g_variant_get_data (body),
    .body_length = g_variant_get_size (body),
  };

  g_mutex_lock (&exchange->lock);
  if (member->peer->link != NULL)
    thespian_link_send_fd_locked (member->peer->link, &frame, fd);
  else
    close (fd);
  thespian_exchange_unlock (exchange);
}

static gboolean
introduce (ThespianRegistrar *self,
           ThespianMember    *a,
           ThespianMember    *b)
{
  int fds[2];

  if (g_hash_table_contains (a->introduced, b))
    return TRUE;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      g_warning ("Two actor processes cannot be linked: %s", g_strerror (errno));
      return FALSE;
    }
  hand_over_fd (a, b, fds[0]);
  hand_over_fd (b, a, fds[1]);
  g_hash_table_add (a->introduced, b);
  g_hash_table_add (b->introduced, a);
  return TRUE;
}

void
thespian_registrar_tell_dead (ThespianRegistrar      *self,
                              ThespianMember         *asker,
                              guint64                 system_id,
                              guint64                 actor_id,
                              guint64                 node_id,
                              const ThespianObituary *obituary,
                              gboolean                tells_parent)
{
  thespian_registrar_tell (self, asker, THESPIAN_CONTROL_OBITUARY,
                           g_variant_new (THESPIAN_CONTROL_OBITUARY_FORMAT, system_id, actor_id, node_id,
                                          obituary->is_aborted, obituary->in_hand, tells_parent, obituary->details,
                                          obituary->handled));
}

void
thespian_registrar_show_way (ThespianRegistrar *self,
                             ThespianMember    *asker,
                             ThespianRecord    *record)
{
  ThespianAddress *address = record->address;

  if (record->home == asker || record->home->link_lost || !introduce (self, asker, record->home))
    {
      thespian_registrar_tell_dead (self, asker, address->system_id, address->actor_id, 0, &(ThespianObituary){ 0 },
                                    FALSE);
      return;
    }
  thespian_registrar_tell (self, asker, THESPIAN_CONTROL_ROUTE,
                           g_variant_new ("(ttts)", address->system_id, address->actor_id, record->home->node_id,
                                          address->class_name != NULL ? address->class_name : "Actor"));
}

gboolean
thespian_registrar_resolve (ThespianRegistrar *self,
                            ThespianMember    *asker,
                            guint64            system_id,
                            guint64            actor_id)
{
  ThespianRecord *record = system_id == self->admin->face.system_id ? thespian_registrar_find_record (self, actor_id)
                                                                    : NULL;

  if (record != NULL && record->state == THESPIAN_RECORD_STARTING)
    {
      if (!g_ptr_array_find (record->askers, asker, NULL))
        g_ptr_array_add (record->askers, asker);
    }
  else if (record != NULL && record->state == THESPIAN_RECORD_RUNNING)
    thespian_registrar_show_way (self, asker, record);
  else if (record != NULL)
    thespian_registrar_tell_dead (self, asker, system_id, actor_id, 0, &(ThespianObituary){ 0 }, FALSE);
  return record != NULL;
}
