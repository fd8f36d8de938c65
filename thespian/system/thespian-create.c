/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Creating actors from outside, where one waits to hear whether they run. */

#include "config.h"

#include "system/thespian-create-private.h"

#include "model/thespian-error.h"
#include "runtime/thespian-wait-private.h"

/* Counted: the admin may answer after the creator has given up waiting. */
typedef struct
{
  ThespianAdminFace *admin; /* (owned) */
  ThespianNode *node;   /* (owned) (nullable) */
  ThespianWait wait;
  GError *failure; /* (owned) (nullable) set before the wait is finished */
} Creation;

static void
creation_clear (gpointer data)
{
  Creation *creation = data;

  thespian_wait_clear (&creation->wait);
  g_clear_error (&creation->failure);
  g_clear_pointer (&creation->node, thespian_node_unref);
  creation->admin->ops->unref (creation->admin);
}

static Creation *
creation_new (ThespianAdminFace *admin)
{
  Creation *creation = g_atomic_rc_box_new0 (Creation);

  creation->admin = admin->ops->ref (admin);
  creation->node = admin->ops->ref_node (admin);
  thespian_wait_init (&creation->wait, creation->node);
  return creation;
}

static void
creation_started (gpointer      data,
                  const GError *failure)
{
  Creation *creation = data;

  creation->failure = failure != NULL ? g_error_copy (failure) : NULL;
  thespian_wait_finish (&creation->wait);
  g_atomic_rc_box_release_full (creation, creation_clear);
}

static void
abandon (ThespianAdminFace *admin,
         ThespianAddress   *address)
{
  if (admin->ops->abandon != NULL)
    admin->ops->abandon (admin, address);
}

static gboolean
wait_for_start (Creation        *creation,
                ThespianAddress *address,
                GTimeSpan        timeout,
                GCancellable    *cancellable,
                GError         **error)
{
  if (thespian_wait_until (&creation->wait, thespian_deadline (timeout), FALSE, cancellable))
    {
      if (creation->failure == NULL)
        return TRUE;
      g_propagate_error (error, g_error_copy (creation->failure));
      return FALSE;
    }
  abandon (creation->admin, address);
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
                 "The actor had not started after %.1f seconds", (double) timeout / G_TIME_SPAN_SECOND);
  return FALSE;
}

ThespianAddress *
thespian_create_and_wait (ThespianAdminFace       *admin,
                          const ThespianActorSpec *spec,
                          GTimeSpan                timeout,
                          GCancellable            *cancellable,
                          GError                 **error)
{
  Creation *creation = creation_new (admin);
  ThespianActorSpec timed = *spec;
  ThespianAddress *address;

  timed.timeout = timeout != 0 ? timeout : 1;
  g_atomic_rc_box_acquire (creation);
  address = admin->ops->create (admin, NULL, &timed, creation_started, creation, error);
  if (address == NULL)
    g_atomic_rc_box_release_full (creation, creation_clear);
  else if (!wait_for_start (creation, address, timeout, cancellable, error))
    g_clear_object (&address);
  g_atomic_rc_box_release_full (creation, creation_clear);
  return address;
}

static void
task_started (gpointer      data,
              const GError *failure)
{
  GTask *task = data;

  if (failure != NULL)
    g_task_return_error (task, g_error_copy (failure));
  else
    g_task_return_pointer (task, g_object_ref (g_task_get_task_data (task)), g_object_unref);
  g_object_unref (task);
}

/*
 * The actor may start before its address is known here, on another thread; so the task gets
 * the address only when both have happened.
 */
typedef struct
{
  GTask *task; /* (owned) */
  gulong cancel_handler; /* 0: none */
  GMutex lock;
  gboolean known;
  gboolean started;
  GError *failure; /* (owned) (nullable) */
} TaskCreation;

static void
task_creation_finish (TaskCreation *creation)
{
  if (creation->cancel_handler != 0)
    g_signal_handler_disconnect (g_task_get_cancellable (creation->task), creation->cancel_handler);
  task_started (creation->task, creation->failure);
  g_clear_error (&creation->failure);
  g_mutex_clear (&creation->lock);
  g_free (creation);
}

static void
task_creation_started (gpointer      data,
                       const GError *failure)
{
  TaskCreation *creation = data;
  gboolean known;

  g_mutex_lock (&creation->lock);
  creation->failure = failure != NULL ? g_error_copy (failure) : NULL;
  creation->started = TRUE;
  known = creation->known;
  g_mutex_unlock (&creation->lock);
  if (known)
    task_creation_finish (creation);
}

/* Of the handler's own: it may be called while the creation finishes. */
typedef struct
{
  ThespianAdminFace *admin; /* (owned) */
  ThespianAddress *address; /* (owned) */
} Abandonment;

static void
abandonment_free (gpointer data)
{
  Abandonment *self = data;

  self->admin->ops->unref (self->admin);
  g_object_unref (self->address);
  g_free (self);
}

static void
cancelled (GCancellable *cancellable,
           gpointer      data)
{
  Abandonment *self = data;

  abandon (self->admin, self->address);
}

/* The task returns when the admin has answered that the actor does not start. */
static void
heed_cancellation (TaskCreation      *creation,
                   ThespianAdminFace *admin,
                   ThespianAddress   *address)
{
  GCancellable *cancellable = g_task_get_cancellable (creation->task);
  Abandonment *data;

  if (cancellable == NULL)
    return;
  data = g_new (Abandonment, 1);
  data->admin = admin->ops->ref (admin);
  data->address = g_object_ref (address);
  creation->cancel_handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled), data, abandonment_free);
}

static void
task_creation_know (TaskCreation      *creation,
                    ThespianAdminFace *admin,
                    ThespianAddress   *address)
{
  gboolean started;

  g_task_set_task_data (creation->task, address, g_object_unref);
  heed_cancellation (creation, admin, address);
  g_mutex_lock (&creation->lock);
  creation->known = TRUE;
  started = creation->started;
  g_mutex_unlock (&creation->lock);
  if (started)
    task_creation_finish (creation);
}

void
thespian_create_for_task (ThespianAdminFace       *admin,
                          const ThespianActorSpec *spec,
                          GTask                   *task)
{
  TaskCreation *creation = g_new0 (TaskCreation, 1);
  ThespianNode *node = admin->ops->ref_node (admin);
  GError *error = NULL;
  ThespianAddress *address;

  creation->task = task;
  g_mutex_init (&creation->lock);
  address = admin->ops->create (admin, NULL, spec, task_creation_started, creation, &error);
  if (address != NULL)
    {
      task_creation_know (creation, admin, address);
    }
  else
    {
      g_mutex_clear (&creation->lock);
      g_free (creation);
      g_task_return_error (task, error);
      g_object_unref (task);
    }
  if (node != NULL && admin->runs_to_equilibrium)
    thespian_run_until_idle (node, thespian_deadline (G_TIME_SPAN_SECOND));
  g_clear_pointer (&node, thespian_node_unref);
}
