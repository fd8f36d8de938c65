/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "admin/thespian-observers-private.h"

#include "log/thespian-log-level-private.h"
#include "model/thespian-address-private.h"
#include "model/thespian-value-private.h"
#include "runtime/thespian-cell-private.h"

typedef struct
{
  gatomicrefcount ref_count;
  ThespianAddress *address; /* (owned) */
  gboolean gets_addresses;
  gboolean hears_log; /* and nothing else */
  guint64 since; /* what was put before is none of its business */
  guint64 n_missed; /* of the thread that tells */
} Observer;

typedef struct
{
  guint64 number;
  ThespianSystemEventKind kind;
  ThespianAddress *address;  /* (owned) (nullable) */
  GVariant *details;         /* (owned) */
  ThespianAddress *only_for; /* (owned) (nullable) */
} Event;

/* Not inside the lock: an address may be the last to hold its system. */
static void
observer_unref (gpointer data)
{
  Observer *self = data;

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_object_unref (self->address);
  g_free (self);
}

static void
event_free (gpointer data)
{
  Event *self = data;

  g_clear_object (&self->address);
  g_clear_object (&self->only_for);
  g_variant_unref (self->details);
  g_free (self);
}

void
thespian_observers_init (ThespianObservers *self)
{
  g_mutex_init (&self->lock);
  self->observers = g_ptr_array_new_with_free_func (observer_unref);
  g_queue_init (&self->events);
}

void
thespian_observers_clear (ThespianObservers *self)
{
  g_ptr_array_unref (self->observers);
  g_queue_clear_full (&self->events, event_free);
  g_mutex_clear (&self->lock);
}

/* --- Who observes ---------------------------------------------------------------------------------------- */

static void
count_locked (ThespianObservers *self)
{
  int n_of_log = 0;

  for (guint i = 0; i < self->observers->len; i++)
    n_of_log += ((Observer *) g_ptr_array_index (self->observers, i))->hears_log;
  g_atomic_int_set (&self->n, (int) self->observers->len);
  g_atomic_int_set (&self->n_of_log, n_of_log);
}

static gboolean
observes_locked (ThespianObservers *self,
                 ThespianAddress   *address,
                 gboolean           hears_log)
{
  for (guint i = 0; i < self->observers->len; i++)
    {
      Observer *observer = g_ptr_array_index (self->observers, i);

      if (observer->address == address)
        return observer->hears_log == hears_log;
    }
  return FALSE;
}

/* (transfer full) (nullable) */
static Observer *
steal_locked (ThespianObservers *self,
              ThespianAddress   *address)
{
  Observer *found = NULL;

  for (guint i = 0; i < self->observers->len && found == NULL; i++)
    if (((Observer *) g_ptr_array_index (self->observers, i))->address == address)
      found = g_ptr_array_steal_index (self->observers, i);
  count_locked (self);
  return found;
}

void
thespian_observers_add (ThespianObservers *self,
                        ThespianAddress   *address,
                        gboolean           gets_addresses,
                        gboolean           hears_log)
{
  Observer *observer = g_new0 (Observer, 1);
  Observer *superfluous;

  g_atomic_ref_count_init (&observer->ref_count);
  observer->address = g_object_ref (address);
  observer->gets_addresses = gets_addresses;
  observer->hears_log = hears_log;
  g_mutex_lock (&self->lock);
  /* who observes already goes on, with what has not been told yet */
  if (self->is_dismissed || observes_locked (self, address, hears_log))
    {
      superfluous = observer;
    }
  else
    {
      superfluous = steal_locked (self, address);
      observer->since = self->n_put;
      g_ptr_array_add (self->observers, observer);
      count_locked (self);
    }
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&superfluous, observer_unref);
}

void
thespian_observers_remove (ThespianObservers *self,
                           ThespianAddress   *address)
{
  Observer *observer;

  if (!thespian_observers_are_there (self))
    return;
  g_mutex_lock (&self->lock);
  observer = steal_locked (self, address);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&observer, observer_unref);
}

void
thespian_observers_dismiss (ThespianObservers *self)
{
  g_autoptr (GPtrArray) dismissed = NULL;

  g_mutex_lock (&self->lock);
  self->is_dismissed = TRUE;
  dismissed = self->observers;
  self->observers = g_ptr_array_new_with_free_func (observer_unref);
  count_locked (self);
  g_mutex_unlock (&self->lock);
}

/* --- Events ---------------------------------------------------------------------------------------------- */

void
thespian_observers_put (ThespianObservers      *self,
                        ThespianSystemEventKind kind,
                        ThespianAddress        *address,
                        GVariant               *details,
                        ThespianAddress        *only_for)
{
  Event *event = g_new0 (Event, 1);

  event->kind = kind;
  event->details = g_variant_ref_sink (details);
  g_set_object (&event->address, address);
  g_set_object (&event->only_for, only_for);
  g_mutex_lock (&self->lock);
  event->number = ++self->n_put;
  g_queue_push_tail (&self->events, event);
  g_mutex_unlock (&self->lock);
}

static void
insert_address (GVariantDict    *details,
                const char      *key,
                ThespianAddress *address)
{
  if (address != NULL)
    g_variant_dict_insert_value (details, key, g_variant_new_take_string (thespian_address_to_string (address)));
}

void
thespian_observers_put_actor (ThespianObservers      *self,
                              ThespianSystemEventKind kind,
                              const ThespianResident *actor,
                              ThespianAddress        *only_for)
{
  const char *class_name = actor->address->class_name;
  GVariantDict details;

  g_variant_dict_init (&details, NULL);
  insert_address (&details, THESPIAN_EVENT_ADDRESS, actor->address);
  insert_address (&details, THESPIAN_EVENT_PARENT, actor->parent);
  g_variant_dict_insert (&details, THESPIAN_EVENT_CLASS, "s", class_name != NULL ? class_name : "");
  g_variant_dict_insert (&details, THESPIAN_EVENT_PROCESS_ID, "i", (gint32) actor->pid);
  if (actor->name != NULL)
    g_variant_dict_insert (&details, THESPIAN_EVENT_GLOBAL_NAME, "s", actor->name);
  if (only_for != NULL)
    g_variant_dict_insert (&details, THESPIAN_EVENT_EXISTING, "b", TRUE);
  thespian_observers_put (self, kind, actor->address, g_variant_dict_end (&details), only_for);
}

void
thespian_observers_put_dead_letter (ThespianObservers *self,
                                    ThespianAddress   *target,
                                    ThespianAddress   *sender,
                                    const GValue      *message)
{
  GVariantDict details;

  g_variant_dict_init (&details, NULL);
  insert_address (&details, THESPIAN_EVENT_ADDRESS, target);
  insert_address (&details, THESPIAN_EVENT_SENDER, sender);
  if (message != NULL)
    {
      g_variant_dict_insert_value (&details, THESPIAN_EVENT_MESSAGE,
                                   g_variant_new_take_string (thespian_value_to_string (message)));
      g_variant_dict_insert (&details, THESPIAN_EVENT_MESSAGE_TYPE, "s", G_VALUE_TYPE_NAME (message));
    }
  thespian_observers_put (self, THESPIAN_SYSTEM_EVENT_KIND_DEAD_LETTER, target, g_variant_dict_end (&details), NULL);
}

static void
insert_string (GVariantDict *details,
               const char   *key,
               const char   *text)
{
  if (text != NULL)
    g_variant_dict_insert_value (details, key, g_variant_new_take_string (g_utf8_make_valid (text, -1)));
}

void
thespian_observers_put_record (ThespianObservers       *self,
                               const ThespianLogRecord *record)
{
  GVariantDict details;

  g_variant_dict_init (&details, NULL);
  insert_string (&details, THESPIAN_EVENT_MESSAGE, record->message);
  insert_string (&details, THESPIAN_EVENT_DOMAIN, record->domain);
  insert_string (&details, THESPIAN_EVENT_ADDRESS, record->actor_address);
  insert_string (&details, THESPIAN_EVENT_CLASS, record->actor_class);
  insert_string (&details, THESPIAN_EVENT_LEVEL, thespian_log_level_get_name (record->level));
  g_variant_dict_insert (&details, THESPIAN_EVENT_PROCESS_ID, "i", (gint32) record->pid);
  g_variant_dict_insert (&details, THESPIAN_EVENT_TIME, "x", record->real_time);
  thespian_observers_put (self, THESPIAN_SYSTEM_EVENT_KIND_LOGGED, NULL, g_variant_dict_end (&details), NULL);
}

/* --- Telling --------------------------------------------------------------------------------------------- */

static GVariant *
new_details (Observer    *observer,
             const Event *event)
{
  GVariantDict details;

  if (observer->n_missed == 0)
    return event->details;
  g_variant_dict_init (&details, event->details);
  g_variant_dict_insert (&details, THESPIAN_EVENT_MISSED, "t", observer->n_missed);
  return g_variant_dict_end (&details);
}

/* Who is there is told in one go, so there may be more of it than there is room for; it has an end. */
static gboolean
send_event (const Event       *event,
            ThespianAdminFace *admin,
            ThespianAddress   *observer,
            GValue            *message)
{
  if (event->only_for != NULL)
    return thespian_insist (admin, observer, message, admin->address);
  return thespian_offer (admin, observer, message, admin->address);
}

static void
tell_observer (Observer          *observer,
               const Event       *event,
               ThespianAdminFace *admin)
{
  GValue message = G_VALUE_INIT;

  g_value_init (&message, THESPIAN_TYPE_SYSTEM_EVENT);
  g_value_take_object (&message,
                       thespian_system_event_new (event->kind, observer->gets_addresses ? event->address : NULL,
                                                  new_details (observer, event)));
  if (send_event (event, admin, observer->address, &message))
    observer->n_missed = 0;
  else if (event->kind != THESPIAN_SYSTEM_EVENT_KIND_MISSED)
    observer->n_missed++;
}

static gboolean
concerns (const Event    *event,
          const Observer *observer)
{
  if (event->number <= observer->since)
    return FALSE;
  if (event->only_for != NULL)
    return event->only_for == observer->address;
  if (event->kind == THESPIAN_SYSTEM_EVENT_KIND_MISSED)
    return observer->n_missed > 0;
  return (event->kind == THESPIAN_SYSTEM_EVENT_KIND_LOGGED) == observer->hears_log;
}

static GPtrArray *
list_concerned_locked (ThespianObservers *self,
                       const Event       *event)
{
  GPtrArray *concerned = g_ptr_array_new_with_free_func (observer_unref);

  for (guint i = 0; i < self->observers->len; i++)
    {
      Observer *observer = g_ptr_array_index (self->observers, i);

      if (!concerns (event, observer))
        continue;
      g_atomic_ref_count_inc (&observer->ref_count);
      g_ptr_array_add (concerned, observer);
    }
  return concerned;
}

static void
tell_next_locked (ThespianObservers *self,
                  ThespianAdminFace *admin)
{
  Event *event = g_queue_pop_head (&self->events);
  GPtrArray *concerned = list_concerned_locked (self, event);

  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < concerned->len; i++)
    tell_observer (g_ptr_array_index (concerned, i), event, admin);
  g_ptr_array_unref (concerned);
  event_free (event);
  g_mutex_lock (&self->lock);
}

static gboolean
is_one_behind_locked (ThespianObservers *self)
{
  for (guint i = 0; i < self->observers->len; i++)
    if (((Observer *) g_ptr_array_index (self->observers, i))->n_missed > 0)
      return TRUE;
  return FALSE;
}

gboolean
thespian_observers_tell (ThespianObservers *self,
                         ThespianAdminFace *admin)
{
  gboolean is_one_behind = FALSE;

  g_mutex_lock (&self->lock);
  if (!self->is_telling)
    {
      self->is_telling = TRUE;
      while (!g_queue_is_empty (&self->events))
        tell_next_locked (self, admin);
      is_one_behind = is_one_behind_locked (self);
      self->is_telling = FALSE;
    }
  g_mutex_unlock (&self->lock);
  return is_one_behind;
}
