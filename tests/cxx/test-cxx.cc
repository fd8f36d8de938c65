/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Actors written in C++: the object that GObject knows is a shell, and what the actor is and does
 * stands in a C++ class with constructor, destructor and exceptions.
 */

#include <thespian/thespian.h>

#include <atomic>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>

namespace
{

const GTimeSpan LONG = 30 * G_TIME_SPAN_SECOND;

std::atomic<int> n_counters_gone;

/* Counts how often it saw each word. */
class WordCounter
{
public:
  explicit WordCounter (ThespianActor *actor) : actor_ (actor) {}
  ~WordCounter () { n_counters_gone++; }

  void
  receive (const GValue *message, ThespianAddress *sender)
  {
    if (G_VALUE_HOLDS_STRING (message))
      thespian_actor_send_int (actor_, sender, count (g_value_get_string (message)));
  }

private:
  int
  count (const std::string &word)
  {
    if (word.empty ())
      throw std::invalid_argument ("an empty string is no word");
    return ++counts_[word];
  }

  ThespianActor *actor_;
  std::map<std::string, int> counts_;
};

struct CounterActor
{
  ThespianActor parent_instance;

  WordCounter *counter;
};

struct CounterActorClass
{
  ThespianActorClass parent_class;
};

G_DEFINE_TYPE (CounterActor, counter_actor, THESPIAN_TYPE_ACTOR)

/* No exception may pass through C: it becomes the error that the sender gets to see. */
gboolean
counter_actor_receive_message (ThespianActor   *actor,
                               const GValue    *message,
                               ThespianAddress *sender,
                               GError         **error)
{
  try
    {
      reinterpret_cast<CounterActor *> (actor)->counter->receive (message, sender);
      return TRUE;
    }
  catch (const std::exception &exception)
    {
      g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED, exception.what ());
      return FALSE;
    }
}

void
counter_actor_finalize (GObject *object)
{
  delete reinterpret_cast<CounterActor *> (object)->counter;
  G_OBJECT_CLASS (counter_actor_parent_class)->finalize (object);
}

void
counter_actor_class_init (CounterActorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = counter_actor_finalize;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = counter_actor_receive_message;
}

void
counter_actor_init (CounterActor *self)
{
  self->counter = new WordCounter (THESPIAN_ACTOR (self));
}

GValue *
ask (ThespianActorSystem *system, ThespianAddress *target, const char *word)
{
  g_auto (GValue) message = G_VALUE_INIT;
  g_autoptr (GError) error = nullptr;
  GValue *answer;

  g_value_init (&message, G_TYPE_STRING);
  g_value_set_string (&message, word);
  answer = thespian_actor_system_ask (system, target, &message, LONG, nullptr, &error);
  g_assert_no_error (error);
  g_assert_nonnull (answer);
  return answer;
}

void
assert_count (ThespianActorSystem *system, ThespianAddress *counter, const char *word, int expected)
{
  GValue *answer = ask (system, counter, word);

  g_assert_true (G_VALUE_HOLDS_INT (answer));
  g_assert_cmpint (g_value_get_int (answer), ==, expected);
  thespian_value_free (answer);
}

ThespianActorSystem *
start (gconstpointer base)
{
  g_autoptr (GError) error = nullptr;
  ThespianActorSystem *system;

  system = thespian_actor_system_new (static_cast<const char *> (base), nullptr, nullptr,
                                      THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);
  g_assert_no_error (error);
  return system;
}

ThespianAddress *
create_counter (ThespianActorSystem *system)
{
  g_autoptr (GError) error = nullptr;
  ThespianAddress *counter;

  counter = thespian_actor_system_create_actor (system, counter_actor_get_type (), nullptr, nullptr,
                                                nullptr, nullptr, &error);
  g_assert_no_error (error);
  return counter;
}

void
stop (ThespianActorSystem *system)
{
  g_autoptr (GError) error = nullptr;

  thespian_actor_system_shutdown (system, nullptr, &error);
  g_assert_no_error (error);
}

void
test_state (gconstpointer base)
{
  g_autoptr (ThespianActorSystem) system = start (base);
  g_autoptr (ThespianAddress) counter = create_counter (system);

  assert_count (system, counter, "one", 1);
  assert_count (system, counter, "other", 1);
  assert_count (system, counter, "one", 2);
  stop (system);
}

void
test_exception (gconstpointer base)
{
  g_autoptr (ThespianActorSystem) system = start (base);
  g_autoptr (ThespianAddress) counter = create_counter (system);
  GValue *answer = ask (system, counter, "");
  ThespianPoisonMessage *poison;

  g_assert_true (G_VALUE_HOLDS (answer, THESPIAN_TYPE_POISON_MESSAGE));
  poison = THESPIAN_POISON_MESSAGE (g_value_get_object (answer));
  g_assert_nonnull (strstr (thespian_poison_message_get_details (poison),
                            "an empty string is no word"));
  thespian_value_free (answer);
  assert_count (system, counter, "one", 1);
  stop (system);
}

void
test_destructor (gconstpointer base)
{
  g_autoptr (ThespianActorSystem) system = start (base);
  g_autoptr (ThespianAddress) counter = create_counter (system);
  int gone = n_counters_gone;

  assert_count (system, counter, "one", 1);
  stop (system);
  g_assert_cmpint (n_counters_gone, ==, gone + 1);
}

void
add (const char *name, GTestDataFunc function)
{
  static const char *const bases[] = { "simpleSystemBase", "mainLoopBase", "multithreadBase" };

  for (const char *base : bases)
    {
      g_autofree char *path = g_strdup_printf ("/cxx/%s/%s", name, base);

      g_test_add_data_func (path, base, function);
    }
}

} // namespace

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, nullptr);
  add ("state", test_state);
  add ("exception", test_exception);
  add ("destructor", test_destructor);
  return g_test_run ();
}
