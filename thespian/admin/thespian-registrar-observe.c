/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the registrar tells those who observe its system; it does so on its one thread. */

#include "config.h"

#include "admin/thespian-registrar-private.h"

#include "model/thespian-address-private.h"
#include "model/thespian-dead-envelope.h"
#include "wire/thespian-body-private.h"

#define TELL_MISSED_MILLISECONDS 200

static void
put_record (ThespianRegistrar      *self,
            ThespianRecord         *record,
            ThespianSystemEventKind kind,
            ThespianAddress        *only_for)
{
  guint64 system_id = self->admin->face.system_id;
  g_autoptr (ThespianAddress) parent = NULL;

  if (kind == THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED)
    parent = thespian_address_find_or_create (system_id, record->parent);
  thespian_observers_put_actor (&self->admin->observers, kind,
                                &(ThespianResident){
                                  .address = record->address,
                                  .parent = parent,
                                  .name = record->name,
                                  .pid = record->home->pid > 0 ? record->home->pid : record->home->told_pid,
                                },
                                only_for);
}

static gboolean
is_actor (gpointer         owner,
          ThespianAddress *address)
{
  ThespianRecord *record = thespian_registrar_find_record (owner, address->actor_id);

  return record == NULL || record->is_actor;
}

static gboolean
put_all_locked (gpointer         owner,
                ThespianAddress *observer,
                gboolean         is_last_attempt)
{
  ThespianRegistrar *self = owner;
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->records);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      ThespianRecord *record = item;

      if (record->is_actor && record->state == THESPIAN_RECORD_RUNNING)
        put_record (self, record, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED, observer);
    }
  return TRUE;
}

static gboolean
tell_missed (gpointer data)
{
  ThespianRegistrar *self = data;

  g_atomic_int_set (&self->will_tell_missed, FALSE);
  thespian_admin_tell_missed (self->admin);
  return G_SOURCE_REMOVE;
}

/* Nobody says when an observer has room again. */
static void
tell_missed_later (gpointer owner)
{
  ThespianRegistrar *self = owner;
  g_autoptr (GSource) timer = NULL;

  if (!g_atomic_int_compare_and_exchange (&self->will_tell_missed, FALSE, TRUE))
    return;
  timer = g_timeout_source_new (TELL_MISSED_MILLISECONDS);
  g_source_set_callback (timer, tell_missed, self, NULL);
  g_source_attach (timer, self->node->context);
}

const ThespianDirectoryOps thespian_registrar_directory_ops = {
  .is_actor = is_actor,
  .put_all_locked = put_all_locked,
  .tell_missed_later = tell_missed_later,
};

void
thespian_registrar_tell_of (ThespianRegistrar      *self,
                            ThespianRecord         *record,
                            ThespianSystemEventKind kind)
{
  if (!thespian_observers_are_there (&self->admin->observers))
    return;
  put_record (self, record, kind, NULL);
  thespian_admin_tell (self->admin);
}

/* The types of the program's messages are not known here: of those only the target can be told. */
void
thespian_registrar_tell_of_dead_letter (ThespianRegistrar   *self,
                                        const ThespianFrame *frame)
{
  g_autoptr (ThespianAddress) target = NULL;
  g_autoptr (ThespianAddress) sender = NULL;
  g_auto (GValue) letter = G_VALUE_INIT;
  const GValue *message = NULL;
  guint64 system_id, actor_id;

  if (!thespian_observers_are_there (&self->admin->observers) ||
      !thespian_body_peek_dead_target (frame->body, frame->body_length, &system_id, &actor_id))
    return;
  target = thespian_address_find_or_create (system_id, actor_id);
  sender = thespian_address_find_or_create (frame->sender.system_id, frame->sender.actor_id);
  if (thespian_body_read_lazily (NULL, frame->body, frame->body_length, &letter, NULL) &&
      G_VALUE_HOLDS (&letter, THESPIAN_TYPE_DEAD_ENVELOPE))
    message = thespian_dead_envelope_get_message (g_value_get_object (&letter));
  thespian_admin_tell_dead_letter (self->admin, target, sender, message);
}
