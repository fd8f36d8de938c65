/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The asynchronous forms of the calls from outside. */

#include "config.h"

#include "behaviour-actors.h"

typedef struct
{
  GAsyncResult *result; /* (owned) (nullable) */
  gboolean done;
} Waiter;

static void
waiter_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Waiter *waiter = data;

  g_assert_false (waiter->done);
  waiter->result = g_object_ref (result);
  waiter->done = TRUE;
}

static GAsyncResult *
waiter_wait (Waiter *waiter)
{
  behaviour_run_until (&waiter->done);
  waiter->done = FALSE;
  return g_steal_pointer (&waiter->result);
}

static void
test_async_forms (BehaviourFixture *f)
{
  g_autoptr (BehaviourMessage) message = behaviour_string ("later");
  g_autoptr (ThespianAddress) echo = NULL;
  g_autoptr (GError) error = NULL;
  Waiter waiter = { NULL };

  thespian_actor_system_create_actor_async (f->system, BEHAVIOUR_TYPE_ECHO, NULL, NULL, NULL, NULL,
                                            waiter_cb, &waiter);
  /* Never before the call returns. */
  g_assert_false (waiter.done);
  {
    g_autoptr (GAsyncResult) result = waiter_wait (&waiter);

    echo = thespian_actor_system_create_actor_finish (f->system, result, &error);
    g_assert_no_error (error);
    g_assert_nonnull (echo);
  }

  thespian_actor_system_ask_async (f->system, echo, message, behaviour_limit (), NULL, waiter_cb,
                                   &waiter);
  g_assert_false (waiter.done);
  {
    g_autoptr (GAsyncResult) result = waiter_wait (&waiter);
    g_autoptr (BehaviourReply) reply = thespian_actor_system_ask_finish (f->system, result, &error);

    g_assert_no_error (error);
    g_assert_nonnull (reply);
    g_assert_cmpstr (g_value_get_string (reply), ==, "later");
  }

  thespian_actor_system_tell_async (f->system, echo, message, NULL, waiter_cb, &waiter);
  {
    g_autoptr (GAsyncResult) result = waiter_wait (&waiter);

    g_assert_true (thespian_actor_system_tell_finish (f->system, result, &error));
    g_assert_no_error (error);
  }

  thespian_actor_system_listen_async (f->system, behaviour_limit (), NULL, waiter_cb, &waiter);
  {
    g_autoptr (GAsyncResult) result = waiter_wait (&waiter);
    g_autoptr (BehaviourReply) reply =
      thespian_actor_system_listen_finish (f->system, result, &error);

    g_assert_no_error (error);
    g_assert_nonnull (reply);
    g_assert_cmpstr (g_value_get_string (reply), ==, "later");
  }

  thespian_actor_system_shutdown_async (f->system, NULL, waiter_cb, &waiter);
  {
    g_autoptr (GAsyncResult) result = waiter_wait (&waiter);

    g_assert_true (thespian_actor_system_shutdown_finish (f->system, result, &error));
    g_assert_no_error (error);
  }
}

static void
test_async_endpoint (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (BehaviourMessage) message = behaviour_string ("later");
  g_autoptr (GError) error = NULL;
  Waiter waiter = { NULL };

  thespian_endpoint_ask_async (f->control, echo, message, behaviour_limit (), NULL, waiter_cb,
                               &waiter);
  g_assert_false (waiter.done);
  {
    g_autoptr (GAsyncResult) result = waiter_wait (&waiter);
    g_autoptr (BehaviourReply) reply = thespian_endpoint_ask_finish (f->control, result, &error);

    g_assert_no_error (error);
    g_assert_nonnull (reply);
  }

  thespian_endpoint_tell_async (f->control, echo, message, NULL, waiter_cb, &waiter);
  {
    g_autoptr (GAsyncResult) result = waiter_wait (&waiter);

    g_assert_true (thespian_endpoint_tell_finish (f->control, result, &error));
    g_assert_no_error (error);
  }

  thespian_endpoint_listen_async (f->control, behaviour_limit (), NULL, waiter_cb, &waiter);
  {
    g_autoptr (GAsyncResult) result = waiter_wait (&waiter);
    g_autoptr (BehaviourReply) reply = thespian_endpoint_listen_finish (f->control, result, &error);

    g_assert_no_error (error);
    g_assert_nonnull (reply);
  }
}

static void
test_async_failures (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) silent = behaviour_create (f, BEHAVIOUR_TYPE_SILENT);
  g_autoptr (BehaviourMessage) message = behaviour_string ("anybody?");
  g_autoptr (GError) error = NULL;
  Waiter waiter = { NULL };

  thespian_actor_system_create_actor_async (f->system, BEHAVIOUR_TYPE_STILLBORN, NULL, NULL, NULL,
                                            NULL, waiter_cb, &waiter);
  {
    g_autoptr (GAsyncResult) result = waiter_wait (&waiter);
    g_autoptr (ThespianAddress) none =
      thespian_actor_system_create_actor_finish (f->system, result, &error);

    g_assert_null (none);
    g_assert_nonnull (error);
    g_assert_nonnull (strstr (error->message, BEHAVIOUR_STILLBORN_REASON));
    g_clear_error (&error);
  }

  thespian_actor_system_ask_async (f->system, silent, message, 50000, NULL, waiter_cb, &waiter);
  {
    g_autoptr (GAsyncResult) result = waiter_wait (&waiter);
    g_autoptr (BehaviourReply) reply = thespian_actor_system_ask_finish (f->system, result, &error);

    g_assert_no_error (error);
    g_assert_null (reply);
  }

  thespian_actor_system_listen_async (f->system, 50000, NULL, waiter_cb, &waiter);
  {
    g_autoptr (GAsyncResult) result = waiter_wait (&waiter);
    g_autoptr (BehaviourReply) reply =
      thespian_actor_system_listen_finish (f->system, result, &error);

    g_assert_no_error (error);
    g_assert_null (reply);
  }
}

static gpointer
cancel_later (gpointer data)
{
  g_usleep (100000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel_async (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) silent = behaviour_create (f, BEHAVIOUR_TYPE_SILENT);
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (BehaviourMessage) message = behaviour_string ("anybody?");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Waiter waiter = { NULL };
  GThread *thread = g_thread_new ("canceller", cancel_later, cancellable);

  thespian_actor_system_ask_async (f->system, silent, message, -1, cancellable, waiter_cb, &waiter);
  {
    g_autoptr (GAsyncResult) result = waiter_wait (&waiter);
    g_autoptr (BehaviourReply) reply = thespian_actor_system_ask_finish (f->system, result, &error);

    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_null (reply);
  }
  g_thread_join (thread);

  /* The ask that was given up takes no answer away. */
  behaviour_assert_ask (f, echo, behaviour_string ("next"), "next");
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("ASK-19", "async-forms", test_async_forms);
  behaviour_test ("ASK-19", "async-endpoint", test_async_endpoint);
  behaviour_test ("ASK-19", "async-failures", test_async_failures);
  behaviour_test ("ASK-20", "cancel-async", test_cancel_async);

  return g_test_run ();
}
