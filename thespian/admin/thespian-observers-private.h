/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "log/thespian-log-record-private.h"
#include "model/thespian-system-event-private.h"
#include "runtime/thespian-admin-ops-private.h"

#include <sys/types.h>

G_BEGIN_DECLS

/*
 * Who has asked to be told of what happens in a system, and what they have not been told yet.
 *
 * An event is put here at the moment when it becomes true, perhaps inside a lock, and told outside
 * of all of them: in the order in which they were put, by one thread at a time.
 */
typedef struct
{
  gint n; /* atomic: nothing need be put for nobody */
  gint n_of_log; /* atomic: those of them that hear what is logged, and only that */
  GMutex lock;
  GPtrArray *observers; /* (owned) of Observer */
  GQueue events;        /* (owned) of Event */
  guint64 n_put;
  gboolean is_telling;  /* a thread does */
  gboolean is_dismissed; /* nobody observes any more */
} ThespianObservers;

/* An actor, as it is told of. */
typedef struct
{
  ThespianAddress *address;
  ThespianAddress *parent; /* (nullable) */
  const char *name;        /* (nullable) */
  pid_t pid;
} ThespianResident;

void thespian_observers_init    (ThespianObservers *self);
void thespian_observers_clear   (ThespianObservers *self);

static inline gboolean
thespian_observers_are_there (ThespianObservers *self)
{
  return G_UNLIKELY (g_atomic_int_get (&self->n) > 0);
}

static inline gboolean
thespian_observers_hear_log (ThespianObservers *self)
{
  return G_UNLIKELY (g_atomic_int_get (&self->n_of_log) > 0);
}

/* From here on; @gets_addresses: it may send to whom it is told of; @hears_log: what is logged, and only that. */
void thespian_observers_add     (ThespianObservers *self, ThespianAddress *observer, gboolean gets_addresses,
                                 gboolean hears_log);
void thespian_observers_remove  (ThespianObservers *self, ThespianAddress *observer);
/* The system has ended: there is nothing more to be told of, and who holds the system shall be let go. */
void thespian_observers_dismiss (ThespianObservers *self);

/* For all of them, or only for one that is told of what was before.  @details: a{sv}; a floating one is taken. */
void thespian_observers_put     (ThespianObservers *self, ThespianSystemEventKind kind, ThespianAddress *address,
                                 GVariant *details, ThespianAddress *only_for);
void thespian_observers_put_actor (ThespianObservers *self, ThespianSystemEventKind kind,
                                   const ThespianResident *actor, ThespianAddress *only_for);
/* @message: (nullable) when it is not known here */
void thespian_observers_put_dead_letter (ThespianObservers *self, ThespianAddress *target, ThespianAddress *sender,
                                         const GValue *message);
void thespian_observers_put_record (ThespianObservers *self, const ThespianLogRecord *record);
/* TRUE when somebody has missed something and could not be told so yet: then put an event of the kind MISSED later. */
gboolean thespian_observers_tell (ThespianObservers *self, ThespianAdminFace *admin);

G_END_DECLS
