/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who lives where, and how one gets there. */

#include "config.h"

#include "admin/thespian-registrar-private.h"

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
                                          obituary->is_aborted, obituary->in_hand, obituary->is_early, tells_parent,
                                          obituary->details, obituary->handled));
}

void
thespian_registrar_show_way (ThespianRegistrar *self,
                             ThespianMember    *asker,
                             ThespianRecord    *record)
{
  ThespianAddress *address = record->address;

  if (record->home == asker || record->home->link_lost || !thespian_registrar_introduce (self, asker, record->home))
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
    thespian_record_add_asker (record, asker);
  else if (record != NULL && record->state == THESPIAN_RECORD_RUNNING)
    thespian_registrar_show_way (self, asker, record);
  else if (record != NULL)
    thespian_registrar_tell_dead (self, asker, system_id, actor_id, 0, &(ThespianObituary){ 0 }, FALSE);
  return record != NULL;
}
