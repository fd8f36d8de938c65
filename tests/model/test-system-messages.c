/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-address-private.h"
#include "model/thespian-child-actor-exited-private.h"
#include "model/thespian-dead-envelope-private.h"
#include "model/thespian-poison-message-private.h"
#include "model/thespian-status-request.h"
#include "model/thespian-value-private.h"
#include "model/thespian-wakeup-message-private.h"
#include "model/thespian-watch-message-private.h"

static void
set_string (GValue     *value,
            const char *text)
{
  g_value_init (value, G_TYPE_STRING);
  g_value_set_string (value, text);
}

static void
set_object (GValue  *value,
            gpointer object)
{
  g_value_init (value, G_OBJECT_TYPE (object));
  g_value_set_object (value, object);
}

static void
test_exit_request (void)
{
  g_autoptr (ThespianActorExitRequest) recursive = thespian_actor_exit_request_new ();
  g_autoptr (ThespianActorExitRequest) again = thespian_actor_exit_request_new ();
  g_autoptr (ThespianActorExitRequest) alone = thespian_actor_exit_request_new_not_recursive ();
  gboolean is_recursive;

  g_assert_true (THESPIAN_IS_SYSTEM_MESSAGE (recursive));
  g_assert_true (recursive == again);
  g_assert_true (recursive != alone);
  g_assert_true (thespian_actor_exit_request_get_recursive (recursive));
  g_assert_false (thespian_actor_exit_request_get_recursive (alone));

  g_object_get (alone, "is-recursive", &is_recursive, NULL);
  g_assert_false (is_recursive);
}

/* The languages construct by properties, which makes an object of one's own. */
static void
test_exit_request_by_properties (void)
{
  g_autoptr (ThespianActorExitRequest) request = g_object_new (THESPIAN_TYPE_ACTOR_EXIT_REQUEST,
                                                               NULL);
  g_autoptr (ThespianActorExitRequest) alone = g_object_new (THESPIAN_TYPE_ACTOR_EXIT_REQUEST,
                                                             "is-recursive", FALSE,
                                                             NULL);

  g_assert_true (thespian_actor_exit_request_get_recursive (request));
  g_assert_false (thespian_actor_exit_request_get_recursive (alone));
}

static gpointer
new_request_cb (gpointer data)
{
  gboolean recursive = GPOINTER_TO_INT (data);

  return recursive ? thespian_actor_exit_request_new ()
                   : thespian_actor_exit_request_new_not_recursive ();
}

static void
test_exit_request_threads (void)
{
  GThread *threads[8];
  gpointer results[G_N_ELEMENTS (threads)];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("request", new_request_cb, GINT_TO_POINTER (i % 2));

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      results[i] = g_thread_join (threads[i]);
      g_assert_true (results[i] == results[i % 2]);
      g_assert_cmpint (thespian_actor_exit_request_get_recursive (results[i]), ==, i % 2);
    }

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_object_unref (results[i]);
}

static void
test_child_actor_exited (void)
{
  ThespianAddress *child = thespian_address_new (1, NULL);
  ThespianAddress *watched = child;
  g_autoptr (ThespianChildActorExited) exited = thespian_child_actor_exited_new (child, "no disk");
  g_autoptr (ThespianChildActorExited) asked = thespian_child_actor_exited_new (child, NULL);
  g_autoptr (ThespianAddress) address = NULL;
  g_autofree char *details = NULL;

  g_object_add_weak_pointer (G_OBJECT (child), (gpointer *) &watched);
  g_object_unref (child);

  g_assert_true (THESPIAN_IS_SYSTEM_MESSAGE (exited));
  g_assert_true (thespian_child_actor_exited_get_child_address (exited) == child);
  g_assert_cmpstr (thespian_child_actor_exited_get_details (exited), ==, "no disk");
  g_assert_null (thespian_child_actor_exited_get_details (asked));

  g_object_get (exited, "child-address", &address, "details", &details, NULL);
  g_assert_true (address == child);
  g_assert_cmpstr (details, ==, "no disk");

  g_clear_object (&address);
  g_clear_object (&exited);
  g_assert_nonnull (watched);
  g_clear_object (&asked);
  g_assert_null (watched);
}

static ThespianPoisonMessage *
poison_of_string (const char *text,
                  const char *details)
{
  g_auto (GValue) value = G_VALUE_INIT;

  set_string (&value, text);

  return thespian_poison_message_new (&value, details);
}

static void
test_poison_message (void)
{
  g_autoptr (ThespianPoisonMessage) poison = poison_of_string ("bad", "it failed twice");
  GValue *message = NULL;
  g_autofree char *details = NULL;

  g_assert_true (THESPIAN_IS_SYSTEM_MESSAGE (poison));
  g_assert_cmpstr (g_value_get_string (thespian_poison_message_get_message (poison)), ==, "bad");
  g_assert_cmpstr (thespian_poison_message_get_details (poison), ==, "it failed twice");

  g_object_get (poison, "message", &message, "details", &details, NULL);
  g_assert_cmpstr (g_value_get_string (message), ==, "bad");
  thespian_value_free (message);
  g_assert_cmpstr (details, ==, "it failed twice");
}

static void
test_poison_message_equal (void)
{
  g_autoptr (ThespianPoisonMessage) one = poison_of_string ("bad", "first reason");
  g_autoptr (ThespianPoisonMessage) same = poison_of_string ("bad", NULL);
  g_autoptr (ThespianPoisonMessage) other = poison_of_string ("worse", "first reason");
  g_auto (GValue) wrapped_one = G_VALUE_INIT;
  g_auto (GValue) wrapped_same = G_VALUE_INIT;
  g_autoptr (ThespianPoisonMessage) twice_one = NULL;
  g_autoptr (ThespianPoisonMessage) twice_same = NULL;

  g_assert_true (thespian_poison_message_equal (one, one));
  g_assert_true (thespian_poison_message_equal (one, same));
  g_assert_false (thespian_poison_message_equal (one, other));

  set_object (&wrapped_one, one);
  set_object (&wrapped_same, same);
  twice_one = thespian_poison_message_new (&wrapped_one, NULL);
  twice_same = thespian_poison_message_new (&wrapped_same, NULL);
  g_assert_true (thespian_poison_message_equal (twice_one, twice_same));
  g_assert_false (thespian_poison_message_equal (twice_one, one));
}

static void
test_dead_envelope (void)
{
  g_autoptr (ThespianAddress) dead = thespian_address_new (1, NULL);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (ThespianDeadEnvelope) envelope = NULL;
  GValue *message = NULL;
  g_autoptr (ThespianAddress) address = NULL;

  set_string (&value, "too late");
  envelope = thespian_dead_envelope_new (&value, dead);

  g_assert_true (THESPIAN_IS_SYSTEM_MESSAGE (envelope));
  g_assert_cmpstr (g_value_get_string (thespian_dead_envelope_get_message (envelope)), ==,
                   "too late");
  g_assert_true (thespian_dead_envelope_get_address (envelope) == dead);

  g_object_get (envelope, "message", &message, "address", &address, NULL);
  g_assert_cmpstr (g_value_get_string (message), ==, "too late");
  thespian_value_free (message);
  g_assert_true (address == dead);
}

static void
test_wakeup_message (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (ThespianWakeupMessage) bare = NULL;
  g_autoptr (ThespianWakeupMessage) loaded = NULL;
  GValue *payload = NULL;
  GValue *no_payload = NULL;
  guint64 id;
  gint64 delay;

  bare = thespian_wakeup_message_new (7, G_TIME_SPAN_SECOND, NULL);
  g_assert_true (THESPIAN_IS_SYSTEM_MESSAGE (bare));
  g_assert_cmpuint (thespian_wakeup_message_get_id (bare), ==, 7);
  g_assert_cmpint (thespian_wakeup_message_get_delay_period (bare), ==, 1000000);
  g_assert_null (thespian_wakeup_message_get_payload (bare));
  g_object_get (bare, "payload", &no_payload, NULL);
  g_assert_null (no_payload);

  set_string (&value, "again");
  loaded = thespian_wakeup_message_new (G_MAXUINT64, 0, &value);
  g_assert_cmpstr (g_value_get_string (thespian_wakeup_message_get_payload (loaded)), ==, "again");

  g_object_get (loaded, "payload", &payload, "id", &id, "delay-period", &delay, NULL);
  g_assert_cmpstr (g_value_get_string (payload), ==, "again");
  thespian_value_free (payload);
  g_assert_cmpuint (id, ==, G_MAXUINT64);
  g_assert_cmpint (delay, ==, 0);
}

static void
test_watch_message (void)
{
  int fds[] = { 9, 3, 12 };
  g_autoptr (ThespianWatchMessage) watch = thespian_watch_message_new (fds, G_N_ELEMENTS (fds));
  g_autoptr (ThespianWatchMessage) empty = thespian_watch_message_new (NULL, 0);
  g_autoptr (GVariant) variant = NULL;
  g_autofree char *text = NULL;
  const int *ready;
  gsize n_ready = 0;

  fds[0] = -1;

  g_assert_true (THESPIAN_IS_SYSTEM_MESSAGE (watch));
  ready = thespian_watch_message_get_ready (watch, &n_ready);
  g_assert_cmpuint (n_ready, ==, 3);
  g_assert_cmpint (ready[0], ==, 9);
  g_assert_cmpint (ready[1], ==, 3);
  g_assert_cmpint (ready[2], ==, 12);

  g_object_get (watch, "ready-fds", &variant, NULL);
  text = g_variant_print (variant, FALSE);
  g_assert_cmpstr (text, ==, "[9, 3, 12]");
  g_clear_pointer (&variant, g_variant_unref);

  thespian_watch_message_get_ready (empty, &n_ready);
  g_assert_cmpuint (n_ready, ==, 0);
  g_object_get (empty, "ready-fds", &variant, NULL);
  g_assert_cmpuint (g_variant_n_children (variant), ==, 0);
}

static void
test_status_request (void)
{
  g_autoptr (ThespianStatusRequest) request = thespian_status_request_new ();

  g_assert_true (THESPIAN_IS_SYSTEM_MESSAGE (request));
}

static void
test_hierarchy (void)
{
  g_assert_true (G_TYPE_IS_ABSTRACT (THESPIAN_TYPE_SYSTEM_MESSAGE));
  g_assert_true (G_TYPE_IS_FINAL (THESPIAN_TYPE_ACTOR_EXIT_REQUEST));
}

/* A binding can make any object; one that has no content must not take the process down. */
static void
test_without_content (void)
{
  const GType types[] = {
    THESPIAN_TYPE_CHILD_ACTOR_EXITED, THESPIAN_TYPE_POISON_MESSAGE, THESPIAN_TYPE_DEAD_ENVELOPE,
    THESPIAN_TYPE_WAKEUP_MESSAGE, THESPIAN_TYPE_WATCH_MESSAGE,
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GObject) object = g_object_new (types[i], NULL);
      guint n_props;
      g_autofree GParamSpec **props = g_object_class_list_properties (G_OBJECT_GET_CLASS (object),
                                                                      &n_props);

      g_assert_cmpuint (n_props, >, 0);
      for (guint j = 0; j < n_props; j++)
        {
          g_auto (GValue) value = G_VALUE_INIT;

          g_object_get_property (object, props[j]->name, &value);
          g_assert_true (G_VALUE_HOLDS (&value, props[j]->value_type));
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/system-messages/hierarchy", test_hierarchy);
  g_test_add_func ("/system-messages/without-content", test_without_content);
  g_test_add_func ("/actor-exit-request/shared", test_exit_request);
  g_test_add_func ("/actor-exit-request/by-properties", test_exit_request_by_properties);
  g_test_add_func ("/actor-exit-request/threads", test_exit_request_threads);
  g_test_add_func ("/child-actor-exited", test_child_actor_exited);
  g_test_add_func ("/poison-message/content", test_poison_message);
  g_test_add_func ("/poison-message/equal", test_poison_message_equal);
  g_test_add_func ("/dead-envelope", test_dead_envelope);
  g_test_add_func ("/wakeup-message", test_wakeup_message);
  g_test_add_func ("/watch-message", test_watch_message);
  g_test_add_func ("/status-request", test_status_request);

  return g_test_run ();
}
