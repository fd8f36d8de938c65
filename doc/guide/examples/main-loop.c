/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Actors in the main loop of an application: nothing blocks, and there is no other thread. */

#include <thespian/thespian.h>

G_DECLARE_FINAL_TYPE (Ticker, ticker, EXAMPLE, TICKER, ThespianActor)

struct _Ticker
{
  ThespianActor parent_instance;

  ThespianAddress *asker; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (Ticker, ticker, THESPIAN_TYPE_ACTOR)

static gboolean
ticker_receive_message (ThespianActor   *actor,
                        const GValue    *message,
                        ThespianAddress *sender,
                        GError         **error)
{
  Ticker *self = EXAMPLE_TICKER (actor);

  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_WAKEUP_MESSAGE))
    return thespian_actor_send_string (actor, self->asker, "tick");
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;
  g_set_object (&self->asker, sender);
  thespian_actor_wakeup_after (actor, 20 * G_TIME_SPAN_MILLISECOND, NULL);
  return TRUE;
}

static void
ticker_finalize (GObject *object)
{
  g_clear_object (&EXAMPLE_TICKER (object)->asker);
  G_OBJECT_CLASS (ticker_parent_class)->finalize (object);
}

static void
ticker_class_init (TickerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ticker_finalize;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = ticker_receive_message;
}

static void
ticker_init (Ticker *self)
{
}

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GMainLoop *loop = user_data;
  g_autoptr (GError) error = NULL;
  GValue *answer;

  answer = thespian_actor_system_ask_finish (THESPIAN_ACTOR_SYSTEM (source), result, &error);
  g_print ("%s\n", answer != NULL ? g_value_get_string (answer) : "no answer");
  g_clear_pointer (&answer, thespian_value_free);
  g_main_loop_quit (loop);
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (ThespianActorSystem) system = NULL;
  g_autoptr (ThespianAddress) ticker = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GValue) message = G_VALUE_INIT;

  system = thespian_actor_system_new ("mainLoopBase", NULL, NULL, THESPIAN_ACTOR_SYSTEM_NONE,
                                      &error);
  if (system != NULL)
    ticker = thespian_actor_system_create_actor (system, ticker_get_type (), NULL, NULL, NULL, NULL,
                                                 &error);
  if (ticker == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  g_value_init (&message, G_TYPE_STRING);
  g_value_set_static_string (&message, "tell me in a moment");
  thespian_actor_system_ask_async (system, ticker, &message, 10 * G_TIME_SPAN_SECOND, NULL,
                                   on_answer, loop);
  g_print ("asked\n");
  g_main_loop_run (loop);
  return !thespian_actor_system_shutdown (system, NULL, &error);
}
