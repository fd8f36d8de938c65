/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-fifo.h"
#include "behaviour-puppet.h"

#include <stdio.h>
#include <unistd.h>

#define BOUND 100
#define BOUND_TEXT "{'Mailbox Limit': <uint32 100>}"

/* What bounds a mailbox, or what waits for another process. */
#define BOTH_BOUNDS_TEXT \
  "{'Mailbox Limit': <uint32 100>, 'Max Queued Transmits': <uint32 100>, " \
  "'Unblock Threshold': <uint32 80>}"

/* So many wait for another process as wait in a mailbox without a bound. */
#define NO_BOUND_TEXT "{'Max Queued Transmits': <uint32 100000000>}"

static gint64
get_resident_bytes (void)
{
  g_autofree char *text = NULL;
  gint64 total = 0, resident = 0;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, &total, &resident), ==,
                   2);

  return resident * sysconf (_SC_PAGESIZE);
}

/* Memory counts mean nothing where each allocation is guarded. */
static gboolean
can_measure (void)
{
  return behaviour_count (2) == 2;
}

/* On a variant (inside, release) tells one pipe that it is inside its handler, and stays there
 * until there is something in the other. Counts numbers. */
typedef struct
{
  ThespianActor parent_instance;
  int n_came;
  gboolean out_of_order;
} Gate;

static gboolean
gate_receive (ThespianActor   *actor,
              const GValue    *message,
              ThespianAddress *sender,
              GError         **error)
{
  Gate *self = (Gate *) actor;
  g_autofree char *reply = NULL;
  const char *inside = NULL, *release = NULL;

  if (G_VALUE_HOLDS_VARIANT (message))
    {
      g_variant_get (g_value_get_variant (message), "(&s&s)", &inside, &release);
      behaviour_mark (inside, 'x');
      behaviour_wait_at (release);
      return thespian_actor_send_string (actor, sender, "open");
    }
  if (G_VALUE_HOLDS_INT (message))
    self->out_of_order |= g_value_get_int (message) != ++self->n_came;
  if (!behaviour_is (message, "count?"))
    return TRUE;

  reply = g_strdup_printf ("%d%s", self->n_came, self->out_of_order ? " out of order" : "");
  return thespian_actor_send_string (actor, sender, reply);
}

BEHAVIOUR_ACTOR (Gate, gate)

static BehaviourMessage *
gate_order (BehaviourFifo *inside,
            BehaviourFifo *release)
{
  return behaviour_variant (g_variant_new ("(ss)", inside->path, release->path));
}

typedef struct
{
  BehaviourFixture *f;
  ThespianAddress *gate;
  BehaviourFifo *inside;
  BehaviourFifo *release;
  guint n_told;
  gboolean done;
} Teller;

#define N_TOLD (BOUND + BOUND / 2)

static gpointer
tell_all (gpointer data)
{
  Teller *teller = data;
  g_autoptr (ThespianEndpoint) endpoint = thespian_actor_system_create_endpoint (teller->f->system);

  g_assert_true (behaviour_wait_at (teller->inside->path));
  for (guint i = 1; i <= N_TOLD; i++)
    {
      g_autoptr (BehaviourMessage) message = behaviour_int (i);
      g_autoptr (GError) error = NULL;

      thespian_endpoint_tell (endpoint, teller->gate, message, NULL, &error);
      g_assert_no_error (error);
      g_atomic_int_inc (&teller->n_told);
    }
  thespian_endpoint_close (endpoint);
  g_atomic_int_set (&teller->done, TRUE);
  g_main_context_wakeup (NULL);

  return NULL;
}

/* Opens the gate when the teller has had time to be blocked. */
static gpointer
release_later (gpointer data)
{
  Teller *teller = data;

  g_assert_true (behaviour_wait_at (teller->inside->path));
  g_usleep (300000);
  g_assert_cmpuint (g_atomic_int_get (&teller->n_told), <=, BOUND + 1);
  behaviour_fifo_write (teller->release);

  return NULL;
}

static void
test_other_thread (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) gate = behaviour_create (f, gate_get_type ());
  g_autoptr (BehaviourFifo) inside = behaviour_fifo_new ();
  g_autoptr (BehaviourFifo) release = behaviour_fifo_new ();
  g_autofree char *expected = g_strdup_printf ("%d", N_TOLD);
  Teller teller = { f, gate, inside, release, 0, FALSE };
  GThread *threads[2];

  puppet_dead_letters (f, clerk, TRUE);
  threads[0] = g_thread_new ("teller", tell_all, &teller);
  threads[1] = g_thread_new ("releaser", release_later, &teller);

  behaviour_assert_ask (f, gate, gate_order (inside, release), "open");
  behaviour_assert_becomes (f, gate, "count?", expected);
  behaviour_run_until (&teller.done);
  g_thread_join (threads[0]);
  g_thread_join (threads[1]);

  puppet_send (f, clerk, clerk, "fence");
  puppet_assert (f, clerk, "fence", NULL);
}

#define N_TELLERS 8

static gpointer
tell_many (gpointer data)
{
  Teller *teller = data;
  g_autoptr (ThespianEndpoint) endpoint = thespian_actor_system_create_endpoint (teller->f->system);
  g_autoptr (BehaviourMessage) message = behaviour_int (0);

  for (guint i = 1; i <= N_TOLD; i++)
    {
      g_autoptr (GError) error = NULL;

      thespian_endpoint_tell (endpoint, teller->gate, message, NULL, &error);
      g_assert_no_error (error);
    }
  thespian_endpoint_close (endpoint);
  g_atomic_int_set (&teller->done, TRUE);
  g_main_context_wakeup (NULL);

  return NULL;
}

/* Those that wait for room take it from each other, and wait on. */
static void
test_many_tellers (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) gate = behaviour_create (f, gate_get_type ());
  g_autofree char *expected = g_strdup_printf ("%d out of order", N_TELLERS * N_TOLD);
  Teller tellers[N_TELLERS];
  GThread *threads[N_TELLERS];

  puppet_dead_letters (f, clerk, TRUE);
  for (guint i = 0; i < N_TELLERS; i++)
    {
      tellers[i] = (Teller) { .f = f, .gate = gate };
      threads[i] = g_thread_new ("teller", tell_many, &tellers[i]);
    }
  for (guint i = 0; i < N_TELLERS; i++)
    {
      behaviour_run_until (&tellers[i].done);
      g_thread_join (threads[i]);
    }
  behaviour_assert_becomes (f, gate, "count?", expected);
  puppet_send (f, clerk, clerk, "fence");
  puppet_assert (f, clerk, "fence", NULL);
}

/* Passes numbers on to its target, whose address comes first. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *target; /* (owned) (nullable) */
} Relay;

static gboolean
relay_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  Relay *self = (Relay *) actor;

  if (G_VALUE_HOLDS_INT (message))
    return thespian_actor_send (actor, self->target, message, error);
  if (behaviour_object (message, THESPIAN_TYPE_ADDRESS) != NULL)
    g_set_object (&self->target, behaviour_object (message, THESPIAN_TYPE_ADDRESS));

  return TRUE;
}

static void
relay_finalize (GObject *object)
{
  g_clear_object (&((Relay *) object)->target);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Relay, relay, G_OBJECT_CLASS (klass)->finalize = relay_finalize;)

static gpointer
open_later (gpointer data)
{
  g_usleep (300000);
  behaviour_fifo_write (data);
  return NULL;
}

/* A pump and two relays before a closed gate, each on a thread or a process of its own. */
static void
test_chain_of_blocked (BehaviourFixture *f)
{
  const char *own_thread = "{'Own Thread': <true>}";
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) gate =
    behaviour_create_full (f, gate_get_type (), own_thread, NULL, NULL);
  g_autoptr (ThespianAddress) near =
    behaviour_create_full (f, relay_get_type (), own_thread, NULL, NULL);
  g_autoptr (ThespianAddress) far =
    behaviour_create_full (f, relay_get_type (), own_thread, NULL, NULL);
  g_autoptr (ThespianAddress) pump =
    behaviour_create_full (f, BEHAVIOUR_TYPE_PUMP, own_thread, NULL, NULL);
  g_autoptr (BehaviourFifo) inside = behaviour_fifo_new ();
  g_autoptr (BehaviourFifo) release = behaviour_fifo_new ();
  GThread *opener = NULL;

  puppet_dead_letters (f, clerk, TRUE);
  behaviour_tell (f, near, behaviour_address (gate));
  behaviour_tell (f, far, behaviour_address (near));
  behaviour_tell (f, gate, gate_order (inside, release));
  behaviour_fifo_read (inside);

  opener = g_thread_new ("opener", open_later, release);
  behaviour_assert_probe (f, pump, behaviour_pump_order (far, 1, 10 * BOUND), "pumped");
  behaviour_assert_listen (f, "open");
  behaviour_assert_becomes (f, gate, "count?", "1000");
  g_thread_join (opener);

  puppet_send (f, clerk, clerk, "fence");
  puppet_assert (f, clerk, "fence", NULL);
}

/* Creates a counter on its own thread; on a number, sends it so many in one handler. Passes on the
 * question and its answer. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *child; /* (owned) (nullable) */
  ThespianAddress *asker; /* (owned) (nullable) */
  gint64 bytes;
} Flooder;

static gboolean
flooder_started (ThespianActor *actor,
                 GError       **error)
{
  Flooder *self = (Flooder *) actor;

  self->child =
    thespian_actor_create_actor (actor, BEHAVIOUR_TYPE_COUNTER, NULL, NULL, NULL, error);
  return self->child != NULL;
}

static gboolean
flooder_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  Flooder *self = (Flooder *) actor;
  int n = 0;

  if (sender == self->child)
    return thespian_actor_send (actor, self->asker, message, error);
  if (behaviour_is (message, "bytes?"))
    return thespian_actor_send_int64 (actor, sender, self->bytes);

  g_set_object (&self->asker, sender);
  if (behaviour_is (message, "count?"))
    return thespian_actor_send (actor, self->child, message, error);
  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;

  n = g_value_get_int (message);
  self->bytes = get_resident_bytes ();
  for (int i = 1; i <= n; i++)
    thespian_actor_send_int (actor, self->child, i);
  self->bytes = (get_resident_bytes () - self->bytes) / n;

  return thespian_actor_send_string (actor, sender, "flooded");
}

static void
flooder_finalize (GObject *object)
{
  g_clear_object (&((Flooder *) object)->child);
  g_clear_object (&((Flooder *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Flooder, flooder, klass->started = flooder_started;
                 G_OBJECT_CLASS (klass)->finalize = flooder_finalize;)

static void
test_same_thread (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) flooder = behaviour_create (f, flooder_get_type ());
  g_autoptr (GPtrArray) records = NULL;

  puppet_dead_letters (f, clerk, TRUE);
  behaviour_assert_ask (f, flooder, behaviour_int (BOUND + 30), "flooded");
  behaviour_assert_becomes (f, flooder, "count?", "100");
  records = puppet_wait (f, clerk, 30);
  g_assert_cmpuint (records->len, ==, 30);
  for (guint i = 0; i < records->len; i++)
    {
      g_autofree char *expected = g_strdup_printf ("dead(%u)", BOUND + 1 + i);

      g_assert_cmpstr (puppet_record (records, i)->text, ==, expected);
    }
}

/* Floods its target with numbers, in batches, while it is flooded itself, and counts what comes.
 * Its first message names the target, how many batches and how large; then "go". "count?" as a
 * counter. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *target; /* (owned) (nullable) */
  int n_batches;
  int batch;
  int n_sent;
  int n_came;
} Rival;

static gboolean
rival_go (Rival *self)
{
  ThespianActor *actor = (ThespianActor *) self;

  for (int i = 0; i < self->batch; i++)
    thespian_actor_send_int (actor, self->target, ++self->n_sent);
  /* A message to itself might find the mailbox full. */
  if (--self->n_batches > 0)
    thespian_actor_wakeup_after (actor, 0, NULL);

  return TRUE;
}

static gboolean
rival_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  Rival *self = (Rival *) actor;
  g_autoptr (GVariant) to = NULL;
  g_autofree char *reply = NULL;

  if (G_VALUE_HOLDS_INT (message))
    self->n_came++;
  else if (G_VALUE_HOLDS_VARIANT (message))
    {
      g_variant_get (g_value_get_variant (message), "(@(tt)ii)", &to, &self->n_batches,
                     &self->batch);
      self->target = thespian_address_from_variant (to, error);
      return self->target != NULL && thespian_actor_send_string (actor, sender, "ready");
    }
  else if (behaviour_is (message, "go") ||
           behaviour_object (message, THESPIAN_TYPE_WAKEUP_MESSAGE) != NULL)
    return rival_go (self);
  else if (behaviour_is (message, "count?"))
    {
      reply = g_strdup_printf ("%d", self->n_came);
      return thespian_actor_send_string (actor, sender, reply);
    }

  return TRUE;
}

static void
rival_finalize (GObject *object)
{
  g_clear_object (&((Rival *) object)->target);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Rival, rival, G_OBJECT_CLASS (klass)->finalize = rival_finalize;)

static GPtrArray *
start_ring (BehaviourFixture *f,
            guint             n_rivals,
            int               n_batches,
            int               batch)
{
  GPtrArray *rivals = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_rivals; i++)
    g_ptr_array_add (
      rivals, behaviour_create_full (f, rival_get_type (), "{'Spread': <true>}", NULL, NULL));
  for (guint i = 0; i < n_rivals; i++)
    {
      ThespianAddress *target = g_ptr_array_index (rivals, (i + 1) % n_rivals);

      behaviour_assert_probe (
        f, g_ptr_array_index (rivals, i),
        behaviour_variant (
          g_variant_new ("(@(tt)ii)", thespian_address_to_variant (target), n_batches, batch)),
        "ready");
    }
  for (guint i = 0; i < n_rivals; i++)
    behaviour_tell (f, g_ptr_array_index (rivals, i), behaviour_string ("go"));

  return rivals;
}

static void
assert_ring (BehaviourFixture *f,
             guint             n_rivals)
{
  int batch = behaviour_count (1000);
  int n_batches = f->processes ? 50 : 500;
  g_autoptr (GPtrArray) rivals = start_ring (f, n_rivals, n_batches, batch);
  g_autofree char *expected = g_strdup_printf ("%d", n_batches * batch);

  for (guint i = 0; i < n_rivals; i++)
    behaviour_assert_becomes (f, g_ptr_array_index (rivals, i), "count?", expected);
}

static void
test_flood_of_two (BehaviourFixture *f)
{
  assert_ring (f, 2);
}

static void
test_flood_of_three (BehaviourFixture *f)
{
  assert_ring (f, 3);
}

/* Counts dead letters that are numbers. */
typedef struct
{
  ThespianActor parent_instance;
  int n_dead;
} Sexton;

static gboolean
sexton_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  Sexton *self = (Sexton *) actor;
  ThespianDeadEnvelope *dead = behaviour_object (message, THESPIAN_TYPE_DEAD_ENVELOPE);
  g_autofree char *reply = NULL;

  if (dead != NULL)
    self->n_dead += G_VALUE_HOLDS_INT (thespian_dead_envelope_get_message (dead));
  else if (behaviour_is (message, "serve"))
    {
      thespian_actor_handle_dead_letters (actor, TRUE);
      return thespian_actor_send_string (actor, sender, "serving");
    }
  else if (behaviour_is (message, "count?"))
    {
      reply = g_strdup_printf ("%d", self->n_dead);
      return thespian_actor_send_string (actor, sender, reply);
    }

  return TRUE;
}

BEHAVIOUR_ACTOR (Sexton, sexton)

/* The question may find the mailbox full. */
static int
count (BehaviourFixture *f,
       ThespianAddress  *actor)
{
  g_autoptr (BehaviourReply) reply = behaviour_probe (f, actor, behaviour_string ("count?"));

  return reply != NULL ? atoi (g_value_get_string (reply)) : 0;
}

typedef struct
{
  GPtrArray *rivals;
  ThespianAddress *sexton;
  int expected;
} Sum;

static gboolean
all_are_accounted_for (BehaviourFixture *f,
                       gpointer          data)
{
  const Sum *sum = data;
  int n = count (f, sum->sexton);

  for (guint i = 0; i < sum->rivals->len; i++)
    n += count (f, g_ptr_array_index (sum->rivals, i));
  g_assert_cmpint (n, <=, sum->expected);

  return n == sum->expected;
}

/* In each handler one sends more than the other's mailbox holds. */
static void
assert_bounded_ring (BehaviourFixture *f,
                     guint             n_rivals)
{
  g_autoptr (ThespianAddress) sexton = behaviour_create (f, sexton_get_type ());
  g_autoptr (GPtrArray) rivals = NULL;
  int n_batches = f->processes ? 20 : 200;
  Sum sum = { NULL, sexton, n_rivals * n_batches * (BOUND + 20) };

  behaviour_assert_probe (f, sexton, behaviour_string ("serve"), "serving");
  sum.rivals = rivals = start_ring (f, n_rivals, n_batches, BOUND + 20);
  behaviour_wait_for (f, all_are_accounted_for, &sum);
}

static void
test_bounded_flood_of_two (BehaviourFixture *f)
{
  assert_bounded_ring (f, 2);
}

static void
test_bounded_flood_of_three (BehaviourFixture *f)
{
  assert_bounded_ring (f, 3);
}

/* Creates as many echoes as it is told, and on "reach" sends a number to each and tells when all
 * came back. */
typedef struct
{
  ThespianActor parent_instance;
  GPtrArray *children; /* (owned) (nullable) (element-type ThespianAddress) */
  ThespianAddress *asker; /* (owned) (nullable) */
  guint n_came;
} Ancestor;

static gboolean
ancestor_receive (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  Ancestor *self = (Ancestor *) actor;

  if (behaviour_is (message, "reach"))
    {
      g_set_object (&self->asker, sender);
      for (guint i = 0; i < self->children->len; i++)
        thespian_actor_send_int (actor, g_ptr_array_index (self->children, i), 1);
    }
  else if (!G_VALUE_HOLDS_INT (message))
    return TRUE;
  else if (self->children != NULL)
    {
      if (++self->n_came == self->children->len)
        return thespian_actor_send_string (actor, self->asker, "reached");
    }
  else
    {
      self->children = g_ptr_array_new_full (g_value_get_int (message), g_object_unref);
      for (int i = 0; i < g_value_get_int (message); i++)
        {
          ThespianAddress *child =
            thespian_actor_create_actor (actor, BEHAVIOUR_TYPE_ECHO, NULL, NULL, NULL, error);

          if (child == NULL)
            return FALSE;
          g_ptr_array_add (self->children, child);
        }
      return thespian_actor_send_string (actor, sender, "created");
    }

  return TRUE;
}

static void
ancestor_finalize (GObject *object)
{
  g_clear_pointer (&((Ancestor *) object)->children, g_ptr_array_unref);
  g_clear_object (&((Ancestor *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Ancestor, ancestor, G_OBJECT_CLASS (klass)->finalize = ancestor_finalize;
                 thespian_actor_class_ignore_messages (klass, THESPIAN_TYPE_CHILD_ACTOR_EXITED);)

static void
test_million_actors (BehaviourFixture *f)
{
  int n = behaviour_count (1000000);
  gint64 before = get_resident_bytes ();
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) ancestor = puppet_create (f, puppet, ancestor_get_type ());
  gint64 grown = 0;

  behaviour_assert_ask (f, ancestor, behaviour_int (n), "created");
  behaviour_assert_ask (f, ancestor, behaviour_string ("reach"), "reached");
  grown = get_resident_bytes () - before;
  g_test_message ("%d actors: %" G_GINT64_FORMAT " bytes each", n, grown / n);
  if (can_measure ())
    g_assert_cmpint (grown, <, 400 * 1000 * 1000);

  puppet_send_exit (f, puppet, ancestor, TRUE);
  puppet_assert (f, puppet, "child-exited", NULL);
  {
    g_autoptr (ThespianSystemStatus) status = thespian_actor_system_get_status (f->system);

    g_assert_cmpuint (thespian_system_status_get_n_actors (status), ==, 1);
  }
}

/* On a variant (n, asker), creates the next of the chain and tells it n - 1; the last tells the
 * asker. */
typedef struct
{
  ThespianActor parent_instance;
} Linked;

static GType linked_get_type (void);

static gboolean
linked_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  g_autoptr (ThespianAddress) child = NULL;
  g_autoptr (ThespianAddress) asker = NULL;
  g_autoptr (GVariant) to = NULL;
  int n = 0;

  if (!G_VALUE_HOLDS_VARIANT (message))
    return TRUE;

  g_variant_get (g_value_get_variant (message), "(i@(tt))", &n, &to);
  if (n == 0)
    {
      asker = thespian_address_from_variant (to, error);
      return asker != NULL && thespian_actor_send_string (actor, asker, "the end of the chain");
    }

  child = thespian_actor_create_actor (actor, linked_get_type (), NULL, NULL, NULL, error);
  return child != NULL &&
         thespian_actor_send_variant (actor, child, g_variant_new ("(i@(tt))", n - 1, to));
}

typedef ThespianActorClass LinkedClass;
G_DEFINE_TYPE (Linked, linked, THESPIAN_TYPE_ACTOR)
BEHAVIOUR_REGISTER (linked)

static void
linked_class_init (LinkedClass *klass)
{
  klass->receive_message = linked_receive;
}

static void
linked_init (Linked *self)
{
}

static void
assert_chain (BehaviourFixture *f,
              int               length)
{
  g_autoptr (ThespianAddress) first = behaviour_create (f, linked_get_type ());
  g_autoptr (ThespianSystemStatus) during = NULL;
  g_autoptr (ThespianSystemStatus) after = NULL;
  ThespianAddress *me = thespian_actor_system_get_address (f->system);

  behaviour_assert_ask (
    f, first,
    behaviour_variant (g_variant_new ("(i@(tt))", length, thespian_address_to_variant (me))),
    "the end of the chain");
  during = thespian_actor_system_get_status (f->system);
  g_assert_cmpuint (thespian_system_status_get_n_actors (during), ==, length + 1);

  behaviour_end (f, first);
  after = thespian_actor_system_get_status (f->system);
  g_assert_cmpuint (thespian_system_status_get_n_actors (after), ==, 0);
}

static void
test_chain (BehaviourFixture *f)
{
  assert_chain (f, 10000);
}

static void
test_short_chain (BehaviourFixture *f)
{
  assert_chain (f, behaviour_count_actors (f, 1000));
}

static void
test_ten_million (BehaviourFixture *f)
{
  int n = behaviour_count (10000000);
  g_autofree char *expected = g_strdup_printf ("%d", n);
  g_autoptr (ThespianAddress) flooder = behaviour_create (f, flooder_get_type ());
  g_autoptr (BehaviourReply) bytes = NULL;

  behaviour_tell (f, flooder, behaviour_int (n));
  behaviour_assert_listen (f, "flooded");
  behaviour_assert_becomes (f, flooder, "count?", expected);

  bytes = behaviour_ask (f, flooder, behaviour_string ("bytes?"));
  g_assert_nonnull (bytes);
  g_test_message ("%d messages: %" G_GINT64_FORMAT " bytes each", n, g_value_get_int64 (bytes));
  if (can_measure ())
    g_assert_cmpint (g_value_get_int64 (bytes), <=, 100);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test_with ("LIMIT-1", "other-thread", BOUND_TEXT, 0, test_other_thread);
  behaviour_test_with ("LIMIT-1", "many-tellers", "{'Mailbox Limit': <uint32 2>}", 0, test_many_tellers);
  behaviour_test_with ("LIMIT-2", "same-thread", BOUND_TEXT, 0, test_same_thread);
  behaviour_test_with ("LIMIT-3", "flood-of-two", NO_BOUND_TEXT, 0, test_flood_of_two);
  behaviour_test_with ("LIMIT-4", "flood-of-three", NO_BOUND_TEXT, 0, test_flood_of_three);
  behaviour_test_with ("LIMIT-5", "million-actors", NULL, 120, test_million_actors);
  behaviour_test ("LIMIT-6", "chain", test_chain);
  behaviour_test ("EXIT-3+EXIT-4", "chain", test_short_chain);
  behaviour_test_with ("LIMIT-7", "ten-million-messages", NULL, 120, test_ten_million);
  behaviour_test_with ("LIMIT-21", "chain-of-blocked", BOTH_BOUNDS_TEXT, 0, test_chain_of_blocked);
  behaviour_test_with ("LIMIT-10", "other-thread", BOTH_BOUNDS_TEXT, 0, test_other_thread);
  behaviour_test_with ("LIMIT-8", "bounded-flood-of-two", BOTH_BOUNDS_TEXT, 0,
                       test_bounded_flood_of_two);
  behaviour_test_with ("LIMIT-8", "bounded-flood-of-three", BOTH_BOUNDS_TEXT, 0,
                       test_bounded_flood_of_three);

  return g_test_run ();
}
