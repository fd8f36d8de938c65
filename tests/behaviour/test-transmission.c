/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What bounds messages that are on their way from one process to another. */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-fifo.h"
#include "behaviour-processes.h"
#include "behaviour-puppet.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

#define BLOCK_LIMIT (5 * G_TIME_SPAN_SECOND)

/*
 * On "at PATH" waits, with each message from then on, for a mark in that pipe, and takes it. Checks
 * that numbers come as 1, 2, 3, …; answers "count?" at once with how many messages, other than
 * these, came.
 */
typedef struct
{
  ThespianActor parent_instance;
  char *path; /* (owned) (nullable) */
  int n_came;
  gboolean out_of_order;
} Turnstile;

static gboolean
turnstile_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender,
                   GError         **error)
{
  Turnstile *self = (Turnstile *) actor;
  g_autofree char *reply = NULL;

  if (behaviour_object (message, THESPIAN_TYPE_SYSTEM_MESSAGE) != NULL)
    return TRUE;
  if (behaviour_after (message, "at ") != NULL)
    {
      self->path = g_strdup (behaviour_after (message, "at "));
      return thespian_actor_send_string (actor, sender, "closed");
    }
  if (behaviour_is (message, "count?"))
    {
      reply = g_strdup_printf ("%d%s", self->n_came, self->out_of_order ? " out of order" : "");
      return thespian_actor_send_string (actor, sender, reply);
    }

  self->n_came++;
  self->out_of_order |=
    G_VALUE_HOLDS_INT (message) && g_value_get_int (message) != self->n_came;
  return self->path == NULL
         || (behaviour_wait_at (self->path) && behaviour_take_mark (self->path));
}

static void
turnstile_finalize (GObject *object)
{
  g_free (((Turnstile *) object)->path);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Turnstile, turnstile, G_OBJECT_CLASS (klass)->finalize = turnstile_finalize;)

static ThespianAddress *
turnstile_new (BehaviourFixture *f,
               BehaviourFifo    *marks)
{
  g_autofree char *order = g_strdup_printf ("at %s", marks->path);
  ThespianAddress *turnstile = behaviour_create (f, turnstile_get_type ());

  behaviour_assert_probe (f, turnstile, behaviour_string (order), "closed");
  return turnstile;
}

static void
let_pass (BehaviourFifo *marks,
          guint          n)
{
  for (guint i = 0; i < n; i++)
    behaviour_fifo_write (marks);
}

static gboolean
are_taken (BehaviourFixture *f,
           gpointer          marks)
{
  return !behaviour_fifo_has (marks);
}

/* A thread of the outside that tells one message after another, by an endpoint of its own. */
typedef struct
{
  BehaviourFixture *f;
  ThespianAddress *target;
  guint n; /* how many */
  gsize size; /* of each; 0 for numbers */
  guint n_told;
} Teller;

static BehaviourMessage *
message_new (guint number,
             gsize size)
{
  g_autofree char *text = NULL;

  if (size == 0)
    return behaviour_int (number);

  text = g_strnfill (size, 'x');
  return behaviour_string (text);
}

static gpointer
tell_all (gpointer data)
{
  Teller *self = data;
  g_autoptr (ThespianEndpoint) endpoint = thespian_actor_system_create_endpoint (self->f->system);

  for (guint i = 1; i <= self->n; i++)
    {
      g_autoptr (BehaviourMessage) message = message_new (i, self->size);
      g_autoptr (GError) error = NULL;

      thespian_endpoint_tell (endpoint, self->target, message, NULL, &error);
      g_assert_no_error (error);
      g_atomic_int_inc (&self->n_told);
    }
  thespian_endpoint_close (endpoint);

  return NULL;
}

static gboolean
has_told (BehaviourFixture *f,
          gpointer          data)
{
  Teller *self = data;

  return (guint) g_atomic_int_get (&self->n_told) >= self->n;
}

/* Waits until nothing has been told for a while, and returns how much has been. */
static guint
wait_until_blocked (Teller *teller)
{
  guint n_told = 0;

  do
    {
      n_told = g_atomic_int_get (&teller->n_told);
      g_usleep (300000);
    }
  while ((guint) g_atomic_int_get (&teller->n_told) != n_told || n_told == 0);

  return n_told;
}

static void
test_bytes (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) marks = behaviour_fifo_new ();
  g_autoptr (ThespianAddress) turnstile = turnstile_new (f, marks);
  Teller teller = { f, turnstile, 20, 30000, 0 };
  GThread *thread = g_thread_new ("teller", tell_all, &teller);

  /* The fourth fills it. */
  g_assert_cmpuint (wait_until_blocked (&teller), <=, 4);
  let_pass (marks, 20);
  behaviour_wait_for (f, has_told, &teller);
  g_thread_join (thread);
  behaviour_assert_becomes (f, turnstile, "count?", "20");
}

static void
test_unblock_threshold (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) marks = behaviour_fifo_new ();
  g_autoptr (ThespianAddress) turnstile = turnstile_new (f, marks);
  Teller teller = { f, turnstile, 110, 0, 0 };
  GThread *thread = g_thread_new ("teller", tell_all, &teller);

  g_assert_cmpuint (wait_until_blocked (&teller), ==, 100);
  let_pass (marks, 70);
  behaviour_wait_for (f, are_taken, marks);
  /* There is room now, though not yet enough to go on. */
  g_assert_cmpuint (wait_until_blocked (&teller), ==, 100);
  let_pass (marks, 15);
  behaviour_wait_for (f, has_told, &teller);
  g_thread_join (thread);

  let_pass (marks, 25);
  behaviour_assert_becomes (f, turnstile, "count?", "110");
}

/* Sends numbers as a pump does, whatever becomes of them, and says how long that took. */
typedef struct
{
  ThespianActor parent_instance;
} Sprinkler;

static gboolean
sprinkler_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender,
                   GError         **error)
{
  g_autoptr (ThespianAddress) target = NULL;
  g_autoptr (GVariant) to = NULL;
  gint64 start = g_get_monotonic_time ();
  int first = 0, n = 0;

  if (!G_VALUE_HOLDS_VARIANT (message))
    return TRUE;

  g_variant_get (g_value_get_variant (message), "(@(tt)ii)", &to, &first, &n);
  target = thespian_address_from_variant (to, error);
  if (target == NULL)
    return FALSE;
  for (int i = first; i < first + n; i++)
    thespian_actor_send_int (actor, target, i);

  return thespian_actor_send_int64 (actor, sender, g_get_monotonic_time () - start);
}

BEHAVIOUR_ACTOR (Sprinkler, sprinkler)

static GTimeSpan
sprinkle (BehaviourFixture *f,
          ThespianAddress  *sprinkler,
          ThespianAddress  *target,
          int               n)
{
  g_autoptr (BehaviourReply) reply =
    behaviour_ask (f, sprinkler, behaviour_pump_order (target, 1, n));

  g_assert_nonnull (reply);
  return g_value_get_int64 (reply);
}

static void
test_block_limit (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) marks = behaviour_fifo_new ();
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) turnstile = turnstile_new (f, marks);
  g_autoptr (ThespianAddress) sprinkler = behaviour_create (f, sprinkler_get_type ());
  GTimeSpan took = 0;

  puppet_dead_letters (f, clerk, TRUE);
  took = sprinkle (f, sprinkler, turnstile, 11);
  g_assert_cmpint (took, >=, BLOCK_LIMIT * 9 / 10);
  g_assert_cmpint (took, <, BLOCK_LIMIT + behaviour_limit () / 4);

  /* It was sent after all. */
  let_pass (marks, 11);
  behaviour_assert_becomes (f, turnstile, "count?", "11");
  puppet_send (f, clerk, clerk, "fence");
  puppet_assert (f, clerk, "fence", NULL);
}

static void
test_drop_level (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) marks = behaviour_fifo_new ();
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) turnstile = turnstile_new (f, marks);
  g_autoptr (ThespianAddress) sprinkler = behaviour_create (f, sprinkler_get_type ());

  puppet_dead_letters (f, clerk, TRUE);
  sprinkle (f, sprinkler, turnstile, 12);
  puppet_assert (f, clerk, "dead(12)", NULL);

  let_pass (marks, 11);
  behaviour_assert_becomes (f, turnstile, "count?", "11");
}

#define PARCEL_SIZE 50000

static void
tell_parcels (BehaviourFixture *f,
              ThespianAddress  *target,
              guint             n)
{
  for (guint i = 0; i < n; i++)
    behaviour_tell (f, target, message_new (i, PARCEL_SIZE));
}

#define N_STOPPED 21

/* As many as the original sends to at a time, and one more, have been sent more than the kernel takes for
 * them. */
static void
test_stopped_targets (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) other = behaviour_create (f, turnstile_get_type ());
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func (g_object_unref);
  int pids[N_STOPPED];

  for (guint i = 0; i < N_STOPPED; i++)
    {
      g_ptr_array_add (targets, behaviour_create (f, turnstile_get_type ()));
      pids[i] = behaviour_get_pid (f, g_ptr_array_index (targets, i));
    }
  for (guint i = 0; i < N_STOPPED; i++)
    {
      behaviour_suspend (pids[i]);
      tell_parcels (f, g_ptr_array_index (targets, i), 20);
    }
  tell_parcels (f, other, 20);
  behaviour_assert_ask (f, other, behaviour_string ("count?"), "20");

  for (guint i = 0; i < N_STOPPED; i++)
    {
      g_assert_cmpint (kill (pids[i], SIGCONT), ==, 0);
      behaviour_assert_ask (f, g_ptr_array_index (targets, i), behaviour_string ("count?"), "20");
    }
}

/* Counts dead letters that are texts, answers "count?" with that, and "what?" with "last" when
 * the text "last" is among them. */
typedef struct
{
  ThespianActor parent_instance;
  gboolean has_last;
  int n_dead;
} Coroner;

static gboolean
coroner_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  Coroner *self = (Coroner *) actor;
  ThespianDeadEnvelope *dead = behaviour_object (message, THESPIAN_TYPE_DEAD_ENVELOPE);
  g_autofree char *count = NULL;

  if (dead != NULL)
    {
      self->n_dead += G_VALUE_HOLDS_STRING (thespian_dead_envelope_get_message (dead));
      self->has_last |= behaviour_is (thespian_dead_envelope_get_message (dead), "last");
    }
  else if (behaviour_is (message, "serve"))
    {
      thespian_actor_handle_dead_letters (actor, TRUE);
      return thespian_actor_send_string (actor, sender, "serving");
    }
  else if (behaviour_is (message, "what?"))
    return thespian_actor_send_string (actor, sender, self->has_last ? "last" : "nothing");
  else if (behaviour_is (message, "count?"))
    {
      count = g_strdup_printf ("%d", self->n_dead);
      return thespian_actor_send_string (actor, sender, count);
    }

  return TRUE;
}

BEHAVIOUR_ACTOR (Coroner, coroner)

/* Of parcels, more than the kernel takes for a process that does not read. */
#define N_PARCELS 400

static void
test_expired (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) coroner = behaviour_create (f, coroner_get_type ());
  g_autoptr (ThespianAddress) stopped = behaviour_create (f, turnstile_get_type ());
  g_autoptr (BehaviourReply) reply = NULL;
  int pid = behaviour_get_pid (f, stopped);
  gint64 start = 0;
  guint64 n_came = 0;

  behaviour_assert_probe (f, coroner, behaviour_string ("serve"), "serving");
  behaviour_suspend (pid);
  tell_parcels (f, stopped, N_PARCELS);
  start = g_get_monotonic_time ();
  behaviour_tell (f, stopped, behaviour_string ("last"));
  behaviour_assert_becomes (f, coroner, "what?", "last");
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 900 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);

  /* What the kernel had taken arrives, and no more. */
  reply = behaviour_ask (f, stopped, behaviour_string ("count?"));
  g_assert_true (G_VALUE_HOLDS_STRING (reply));
  n_came = g_ascii_strtoull (g_value_get_string (reply), NULL, 10);
  g_assert_cmpuint (n_came, >, 0);
  g_assert_cmpuint (n_came, <, N_PARCELS);
}

/* Sends that many parcels to an address, and answers "sent". */
static gboolean
shipper_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  g_autoptr (ThespianAddress) target = NULL;
  g_autoptr (GVariant) to = NULL;
  int n = 0;

  if (!G_VALUE_HOLDS_VARIANT (message))
    return TRUE;

  g_variant_get (g_value_get_variant (message), "(@(tt)i)", &to, &n);
  target = thespian_address_from_variant (to, error);
  if (target == NULL)
    return FALSE;
  for (int i = 0; i < n; i++)
    {
      g_autoptr (BehaviourMessage) parcel = message_new (i, PARCEL_SIZE);

      if (!thespian_actor_send (actor, target, parcel, error))
        return FALSE;
    }

  return thespian_actor_send_string (actor, sender, "sent");
}

typedef struct
{
  ThespianActor parent_instance;
} Shipper;

BEHAVIOUR_ACTOR (Shipper, shipper)

static int
count (BehaviourFixture *f,
       ThespianAddress  *counter)
{
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, counter, behaviour_string ("count?"));

  g_assert_true (G_VALUE_HOLDS_STRING (reply));
  return (int) g_ascii_strtoll (g_value_get_string (reply), NULL, 10);
}

static void
ship (BehaviourFixture *f,
      ThespianAddress  *shipper,
      ThespianAddress  *target,
      int               n)
{
  g_autoptr (GVariant) to = g_variant_ref_sink (thespian_address_to_variant (target));

  behaviour_assert_ask (f, shipper, behaviour_variant (g_variant_new ("(@(tt)i)", to, n)), "sent");
}

/* The kernel takes a part of them, and of the last of those a part. */
static void
test_last_parcels (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) coroner = behaviour_create (f, coroner_get_type ());
  g_autoptr (ThespianAddress) stopped = behaviour_create (f, turnstile_get_type ());
  g_autoptr (ThespianAddress) shipper = behaviour_create (f, shipper_get_type ());
  int pid = behaviour_get_pid (f, stopped);
  int shipper_pid = behaviour_get_pid (f, shipper);
  gint64 end = g_get_monotonic_time () + behaviour_limit ();
  int n_dead = 0, n_came = 0;

  behaviour_assert_probe (f, coroner, behaviour_string ("serve"), "serving");
  ship (f, shipper, stopped, 1);
  behaviour_assert_becomes (f, stopped, "count?", "1");
  behaviour_suspend (pid);
  ship (f, shipper, stopped, N_PARCELS - 1);
  g_assert_cmpint (kill (shipper_pid, SIGTERM), ==, 0);
  behaviour_assert_gone (f, shipper_pid);
  behaviour_assert_dead (f, shipper);
  /* so the admin has told the stopped one, too: it tells all before it answers */
  behaviour_count_dead (f);
  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  /* What comes in several steps is counted when nothing comes any more. */
  do
    {
      n_dead = count (f, coroner);
      n_came = count (f, stopped);
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (1000);
    }
  while (n_dead + n_came < N_PARCELS);
  g_assert_cmpint (n_dead, >, 0);
  g_assert_cmpint (n_came, >, 1);
  g_assert_cmpint (count (f, coroner) + count (f, stopped), ==, N_PARCELS);
}

static void
test_lost_datagrams (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) stopped = behaviour_create (f, turnstile_get_type ());
  g_autofree char *expected = g_strdup_printf ("%d", 2 * N_PARCELS);
  int pid = behaviour_get_pid (f, stopped);

  behaviour_suspend (pid);
  /* The numbers are those of their places. */
  for (int i = 1; i <= N_PARCELS; i++)
    {
      behaviour_tell (f, stopped, behaviour_int (2 * i - 1));
      behaviour_tell (f, stopped, message_new (i, PARCEL_SIZE));
    }
  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  behaviour_assert_becomes (f, stopped, "count?", expected);
}

/* Sizes. */

static void
assert_too_large (BehaviourFixture *f,
                  gsize             size)
{
  g_autoptr (ThespianAddress) turnstile = behaviour_create (f, turnstile_get_type ());
  g_autoptr (BehaviourMessage) message = message_new (1, size);
  g_autoptr (GError) error = NULL;

  g_assert_false (thespian_actor_system_tell (f->system, turnstile, message, NULL, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == THESPIAN_ERROR);
  behaviour_assert_ask (f, turnstile, behaviour_string ("count?"), "0");
}

static void
assert_fits (BehaviourFixture *f,
             gsize             size)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, echo, message_new (1, size));

  g_assert_nonnull (reply);
  g_assert_cmpuint (strlen (g_value_get_string (reply)), ==, size);
}

static void
test_datagram_size (BehaviourFixture *f)
{
  assert_fits (f, 60000);
  assert_too_large (f, 66000);
  assert_too_large (f, 10000000);
}

static void
test_message_size (BehaviourFixture *f)
{
  assert_fits (f, 90000);
  assert_too_large (f, 110000);
}

static void
test_default_message_size (BehaviourFixture *f)
{
  assert_fits (f, 30000000);
}

static void
test_rate (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) turnstile = behaviour_create (f, turnstile_get_type ());
  gint64 start = g_get_monotonic_time ();

  /* 3 MB, of which a second's worth may go at once. */
  for (guint i = 0; i < 60; i++)
    behaviour_tell (f, turnstile, message_new (i, PARCEL_SIZE));
  behaviour_assert_becomes (f, turnstile, "count?", "60");
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 1800 * G_TIME_SPAN_MILLISECOND);
}

static void
test_advertised_address (BehaviourFixture *f)
{
  g_setenv ("THESPIAN_BASE_IPADDR", "127.0.0.2", TRUE);
  behaviour_start (f, NULL);
  {
    g_autoptr (GVariant) capabilities = thespian_actor_system_dup_capabilities (f->system);
    g_autoptr (GVariant) address = g_variant_lookup_value (capabilities, "Admin Address", NULL);
    g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
    g_autofree char *text = NULL;

    g_assert_nonnull (address);
    text = g_variant_print (address, FALSE);
    g_assert_nonnull (strstr (text, "127.0.0.2"));
    behaviour_assert_ask (f, echo, behaviour_string ("there"), "there");
  }
  behaviour_stop (f);
}

/* The internals log, which a status that is asked for by SIGUSR1 goes to. */

static char *
choose_log (const char *max_size)
{
  g_setenv ("THESPLOG_FILE_MAXSIZE", max_size, TRUE);
  g_setenv ("THESPLOG_THRESHOLD", "DEBUG", TRUE);
  return behaviour_choose_log ();
}

static gsize
get_size (const char *path)
{
  GStatBuf status;

  return g_stat (path, &status) == 0 ? status.st_size : 0;
}

typedef struct
{
  int pid;
  const char *old;
} Asked;

static gboolean
is_turned_over (BehaviourFixture *f,
                gpointer          data)
{
  const Asked *asked = data;

  g_assert_cmpint (kill (asked->pid, SIGUSR1), ==, 0);
  return g_file_test (asked->old, G_FILE_TEST_EXISTS);
}

static void
test_log_size (BehaviourFixture *f)
{
  g_autofree char *path = choose_log ("12000");
  g_autofree char *old = g_strdup_printf ("%s.old", path);

  behaviour_start (f, NULL);
  {
    g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
    Asked asked = { behaviour_get_pid (f, echo), old };

    behaviour_wait_for (f, is_turned_over, &asked);
    behaviour_assert_ask (f, echo, behaviour_string ("goes on"), "goes on");
  }
  behaviour_stop (f);

  /* A line more, perhaps. */
  g_assert_cmpuint (get_size (path), <, 12000 + 5000);
  g_assert_cmpuint (get_size (old), >, 5000);
  g_assert_cmpuint (get_size (old), <, 12000 + 5000);
  behaviour_remove_log (path);
}

static void
test_log_off (BehaviourFixture *f)
{
  g_autofree char *path = choose_log ("10000");

  behaviour_start (f, NULL);
  {
    g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
    int pid = behaviour_get_pid (f, echo);

    /* The second is taken when the first was. */
    g_assert_cmpint (kill (pid, SIGUSR1), ==, 0);
    g_assert_cmpint (kill (pid, SIGTERM), ==, 0);
    behaviour_assert_dead (f, echo);
  }
  behaviour_stop (f);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  behaviour_remove_log (path);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("LIMIT-9", "stopped-targets", test_stopped_targets);
  behaviour_test_with ("LIMIT-10", "block-limit",
                       "{'Max Queued Transmits': <uint32 10>, 'Unblock Threshold': <uint32 5>}", 0,
                       test_block_limit);
  behaviour_test_with ("LIMIT-11", "bytes", "{'Max Queued Bytes': <uint64 100000>}", 0,
                       test_bytes);
  behaviour_test_with ("LIMIT-12", "unblock-threshold",
                       "{'Max Queued Transmits': <uint32 100>, 'Unblock Threshold': <uint32 20>}",
                       0, test_unblock_threshold);
  behaviour_test_with ("LIMIT-13", "drop-level",
                       "{'Max Queued Transmits': <uint32 10>, 'Unblock Threshold': <uint32 5>, "
                       "'Drop Transmits Level': <uint32 11>}",
                       0, test_drop_level);
  behaviour_test_with ("LIMIT-14+DEAD-10", "expired", "{'Transmit Timeout': <1>}", 0,
                       test_expired);
  behaviour_test ("FAIL-22", "last-parcels", test_last_parcels);
  behaviour_test_bare ("LIMIT-15", "advertised-address", test_advertised_address);
  behaviour_test_bare ("EXIT-16", "log-size", test_log_size);
  behaviour_test_bare ("EXIT-16", "log-off", test_log_off);
  behaviour_test ("LIMIT-17", "datagram-size", test_datagram_size);
  behaviour_test ("LIMIT-18", "lost-datagrams", test_lost_datagrams);
  behaviour_test_with ("LIMIT-19", "message-size", "{'Max Message Size': <uint32 100000>}", 0,
                       test_message_size);
  behaviour_test ("LIMIT-19", "default-message-size", test_default_message_size);
  behaviour_test_with ("LIMIT-20", "rate", "{'Rate Limit': <uint64 1000000>}", 0, test_rate);

  return g_test_run ();
}
