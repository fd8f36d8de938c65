/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Creating actors from outside, where one waits to hear whether they run. */

#include "config.h"

#include "system/thespian-create-private.h"

#include "model/thespian-error.h"
#include "runtime/thespian-wait-private.h"

/*
 * Counted: the actor may start after its creator has given up waiting.  That it runs and what its
 * address is are learnt one after the other, on any threads, in either order.
 */
typedef struct
{
  ThespianAdminFace *admin; /* (owned) */
  ThespianWait *wait;       /* (nullable) unowned: of a creator that blocks */
  GTask *task;              /* (owned) (nullable) of one that does not, until it was told */
  GSource *cancelled;       /* (owned) (nullable) */

  GMutex lock; /* protects what follows */
  ThespianAddress *ordered; /* (owned) (nullable) the address that the actor has if it is made now */
  ThespianAddress *address; /* (owned) (nullable) */
  GError *failure;          /* (owned) (nullable) */
  gboolean has_started;     /* or has failed */
  gboolean is_over;         /* for the creator, who was told or has given up */
} Creation;

static void
creation_clear (gpointer data)
{
  Creation *creation = data;

  g_clear_object (&creation->task);
  g_clear_pointer (&creation->cancelled, g_source_unref);
  g_mutex_clear (&creation->lock);
  g_clear_object (&creation->ordered);
  g_clear_object (&creation->address);
  g_clear_error (&creation->failure);
  creation->admin->ops->unref (creation->admin);
}

static void
creation_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, creation_clear);
}

/* Has two references: the caller's, and that of who will tell whether the actor runs. */
static Creation *
creation_new (ThespianAdminFace *admin)
{
  Creation *creation = g_atomic_rc_box_new0 (Creation);

  creation->admin = admin->ops->ref (admin);
  g_mutex_init (&creation->lock);
  return g_atomic_rc_box_acquire (creation);
}

/* --- What is learnt --------------------------------------------------------------------------- */

static gboolean
is_complete_locked (Creation *creation)
{
  return creation->has_started && (creation->address != NULL || creation->failure != NULL);
}

/* FALSE when the creator was told already. */
static gboolean
give_up (Creation *creation)
{
  ThespianAddress *ordered;
  gboolean is_over;

  g_mutex_lock (&creation->lock);
  is_over = creation->is_over;
  creation->is_over = TRUE;
  ordered = creation->ordered;
  g_mutex_unlock (&creation->lock);
  if (!is_over && ordered != NULL)
    creation->admin->ops->abandon (creation->admin, ordered);
  return !is_over;
}

/* By this the actor can be abandoned, and has been if nobody waits for it any more. */
static void
set_ordered (Creation        *creation,
             ThespianAddress *ordered)
{
  gboolean has_given_up;

  g_mutex_lock (&creation->lock);
  creation->ordered = g_object_ref (ordered);
  has_given_up = creation->is_over && !is_complete_locked (creation);
  g_mutex_unlock (&creation->lock);
  if (has_given_up)
    creation->admin->ops->abandon (creation->admin, ordered);
}

static void
tell_task (Creation *creation)
{
  g_autoptr (GTask) task = g_steal_pointer (&creation->task);

  if (creation->cancelled != NULL)
    g_source_destroy (creation->cancelled);
  if (creation->failure != NULL)
    g_task_return_error (task, g_error_copy (creation->failure));
  else
    g_task_return_pointer (task, g_object_ref (creation->address), g_object_unref);
}

static void
learn (Creation        *creation,
       ThespianAddress *address,
       gboolean         has_started,
       const GError    *failure)
{
  gboolean tells;

  g_mutex_lock (&creation->lock);
  if (address != NULL)
    creation->address = g_object_ref (address);
  creation->failure = failure != NULL ? g_error_copy (failure) : creation->failure;
  creation->has_started |= has_started;
  tells = is_complete_locked (creation) && !creation->is_over;
  creation->is_over |= tells;
  g_mutex_unlock (&creation->lock);
  if (!tells)
    return;
  if (creation->task != NULL)
    tell_task (creation);
  else
    thespian_wait_finish (creation->wait);
}

static void
creation_started (gpointer      data,
                  const GError *failure)
{
  learn (data, NULL, TRUE, failure);
  creation_unref (data);
}

static void
creation_named (gpointer         data,
                ThespianAddress *address,
                const GError    *failure)
{
  learn (data, address, TRUE, failure);
  creation_unref (data);
}

/* FALSE with @error set when nothing more will be learnt. */
static gboolean
begin (Creation                *creation,
       const ThespianActorSpec *spec,
       GError                 **error)
{
  ThespianAdminFace *admin = creation->admin;
  gboolean waits_for_name = spec->global_name != NULL && admin->ops->create_named != NULL;
  g_autoptr (ThespianAddress) ordered =
    waits_for_name ? admin->ops->create_named (admin, spec, creation_named, creation, error)
                   : admin->ops->create (admin, NULL, spec, creation_started, creation, error);

  if (ordered == NULL)
    {
      creation_unref (creation);
      return FALSE;
    }
  set_ordered (creation, ordered);
  if (!waits_for_name)
    learn (creation, ordered, FALSE, NULL);
  return TRUE;
}

/* --- Creators that block ---------------------------------------------------------------------- */

static gboolean
wait_for_start (Creation     *creation,
                GTimeSpan     timeout,
                GCancellable *cancellable,
                GError      **error)
{
  if (!thespian_wait_until (creation->wait, thespian_deadline (timeout), FALSE, cancellable) && give_up (creation))
    {
      if (!g_cancellable_set_error_if_cancelled (cancellable, error))
        g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
                     "The actor had not started after %.1f seconds", (double) timeout / G_TIME_SPAN_SECOND);
      return FALSE;
    }
  /* who completes it may not have come to tell yet */
  thespian_wait_until (creation->wait, -1, FALSE, NULL);
  if (creation->failure != NULL)
    g_propagate_error (error, g_error_copy (creation->failure));
  return creation->failure == NULL;
}

ThespianAddress *
thespian_create_and_wait (ThespianAdminFace       *admin,
                          const ThespianActorSpec *spec,
                          GTimeSpan                timeout,
                          GCancellable            *cancellable,
                          GError                 **error)
{
  Creation *creation = creation_new (admin);
  ThespianNode *node = admin->ops->ref_node (admin);
  ThespianAddress *address = NULL;
  ThespianWait wait;

  thespian_wait_init (&wait, node);
  creation->wait = &wait;
  if (begin (creation, spec, error) && wait_for_start (creation, timeout, cancellable, error))
    address = g_object_ref (creation->address);
  thespian_wait_clear (&wait);
  g_clear_pointer (&node, thespian_node_unref);
  creation_unref (creation);
  return address;
}

/* --- Creators that do not --------------------------------------------------------------------- */

static gboolean
task_cancelled (GCancellable *cancellable,
                gpointer      data)
{
  Creation *creation = data;

  if (give_up (creation))
    {
      g_task_return_error_if_cancelled (creation->task);
      g_clear_object (&creation->task);
    }
  return G_SOURCE_REMOVE;
}

static void
watch_cancellable (Creation *creation)
{
  GCancellable *cancellable = g_task_get_cancellable (creation->task);

  /* what was told before the cancellation stays */
  g_task_set_check_cancellable (creation->task, FALSE);
  if (cancellable == NULL)
    return;
  creation->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (creation->cancelled, G_SOURCE_FUNC (task_cancelled), g_atomic_rc_box_acquire (creation),
                         creation_unref);
  g_source_attach (creation->cancelled, g_task_get_context (creation->task));
}

static void
refuse_task (Creation *creation,
             GError   *error)
{
  if (creation->cancelled != NULL)
    g_source_destroy (creation->cancelled);
  if (give_up (creation))
    g_task_return_error (creation->task, error);
  else
    g_error_free (error);
}

void
thespian_create_for_task (ThespianAdminFace       *admin,
                          const ThespianActorSpec *spec,
                          GTask                   *task)
{
  Creation *creation;
  ThespianNode *node;
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }
  creation = creation_new (admin);
  creation->task = task;
  node = admin->ops->ref_node (admin);
  watch_cancellable (creation);
  if (!begin (creation, spec, &error))
    refuse_task (creation, error);
  if (node != NULL && admin->runs_to_equilibrium)
    thespian_run_until_idle (node, thespian_deadline (G_TIME_SPAN_SECOND));
  g_clear_pointer (&node, thespian_node_unref);
  creation_unref (creation);
}
