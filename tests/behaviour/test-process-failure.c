/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of messages and of other processes when a process ends, or does not. */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-fifo.h"
#include "behaviour-processes.h"
#include "behaviour-puppet.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Ends its process on the words "segv", "abort", "exit" and "quick exit". On "hold PATH" makes a
 * mark there, and stays in its handler for ever; on "spin PATH" the same, and busy; on "work PATH GO"
 * makes one, takes one from GO when it comes, and goes on. Tells its parent when it is asked to
 * exit. Sends back any other text.
 */
typedef struct
{
  ThespianActor parent_instance;
} Doomed;

static void
crash (int signal_number)
{
  behaviour_forgo_core ();
  /* Whatever a sanitizer makes of it otherwise. */
  signal (signal_number, SIG_DFL);
  raise (signal_number);
}

static void
stay (const char *path,
      gboolean    busy)
{
  behaviour_mark (path, 'x');
  for (;;)
    if (!busy)
      pause ();
}

/* A signal ends neither the work nor the waiting. */
static void
work (const char *path,
      const char *go)
{
  behaviour_mark (path, 'x');
  while (!behaviour_take_mark (go))
    g_usleep (1000);
}

/* A copy of this process, which is there until somebody kills it. */
static pid_t
fork_copy (void)
{
  pid_t pid = fork ();

  if (pid != 0)
    return pid;
  signal (SIGALRM, SIG_DFL);
  alarm (100);
  for (;;)
    pause ();
}

static gboolean
doomed_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  g_autoptr (ThespianAddress) parent = thespian_actor_dup_parent (actor);

  if (behaviour_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) != NULL)
    return thespian_actor_send_string (actor, parent, "farewell");
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;

  if (behaviour_is (message, "segv"))
    crash (SIGSEGV);
  else if (behaviour_is (message, "abort"))
    crash (SIGABRT);
  else if (behaviour_is (message, "exit"))
    exit (3);
  else if (behaviour_is (message, "quick exit"))
    _exit (0);
  else if (behaviour_is (message, "copy"))
    return thespian_actor_send_int (actor, sender, fork_copy ());
  else if (behaviour_after (message, "hold ") != NULL)
    stay (behaviour_after (message, "hold "), FALSE);
  else if (behaviour_after (message, "spin ") != NULL)
    stay (behaviour_after (message, "spin "), TRUE);
  else if (behaviour_after (message, "work ") != NULL)
    {
      g_auto (GStrv) paths = g_strsplit (behaviour_after (message, "work "), " ", 2);

      work (paths[0], paths[1]);
      return thespian_actor_send_string (actor, sender, "worked");
    }

  return thespian_actor_send (actor, sender, message, error);
}

BEHAVIOUR_ACTOR (Doomed, doomed)

/* The puppet's record of that text, which is there once. */
static PuppetRecord *
find_record (GPtrArray  *records,
             const char *text)
{
  PuppetRecord *found = NULL;

  for (guint i = 0; i < records->len; i++)
    if (g_str_equal (puppet_record (records, i)->text, text))
      {
        g_assert_null (found);
        found = puppet_record (records, i);
      }
  g_assert_nonnull (found);

  return found;
}

/* A child that was sent @word ends in the handler of it, and the details of the poison say
 * @because. */
static void
assert_ends_by_word (BehaviourFixture *f,
                     const char       *word,
                     const char       *because)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) child = puppet_create (f, puppet, doomed_get_type ());
  g_autofree char *poison = g_strdup_printf ("poison(%s)", word);
  g_autoptr (GPtrArray) records = NULL;
  int pid = behaviour_get_pid (f, child);

  puppet_send (f, puppet, child, word);
  puppet_assert_any_order (f, puppet, "child-exited", poison, NULL);
  behaviour_assert_dead (f, child);
  behaviour_assert_gone (f, pid);
  puppet_send (f, puppet, puppet, "fence");
  puppet_assert_any_order (f, puppet, "child-exited", poison, "fence", NULL);

  records = puppet_wait (f, puppet, 3);
  g_assert_true (find_record (records, "child-exited")->about == child);
  g_assert_true (find_record (records, poison)->sender == child);
  g_assert_nonnull (strstr (find_record (records, poison)->details, because));

  /* It is not tried again, and the system goes on. */
  behaviour_assert_alive (f, puppet);
}

static void
test_segv (BehaviourFixture *f)
{
  assert_ends_by_word (f, "segv", "SIGSEGV");
}

static void
test_abort (BehaviourFixture *f)
{
  assert_ends_by_word (f, "abort", "SIGABRT");
}

static void
test_exit (BehaviourFixture *f)
{
  assert_ends_by_word (f, "exit", "status 3");
  assert_ends_by_word (f, "quick exit", "status 0");
}

static char *
hold_order (BehaviourFifo *inside)
{
  return g_strdup_printf ("hold %s", inside->path);
}

static void
test_killed_in_handler (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) inside = behaviour_fifo_new ();
  g_autofree char *order = hold_order (inside);
  g_autofree char *poison = g_strdup_printf ("poison(%s)", order);
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) child = puppet_create (f, puppet, doomed_get_type ());
  g_autoptr (GPtrArray) records = NULL;
  int pid = behaviour_get_pid (f, child);

  puppet_dead_letters (f, clerk, TRUE);
  puppet_send (f, puppet, child, "before");
  puppet_assert (f, puppet, "before", NULL);
  puppet_send (f, puppet, child, order);
  puppet_send (f, puppet, child, "behind");
  puppet_send (f, puppet, child, "behind it too");
  behaviour_fifo_read (inside);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);

  /* What was handled is done; what was in hand comes back; the rest are dead letters. */
  puppet_assert_any_order (f, puppet, "before", poison, "child-exited", NULL);
  puppet_assert (f, clerk, "dead(behind)", "dead(behind it too)", NULL);
  puppet_send (f, puppet, child, "too late");
  puppet_assert (f, clerk, "dead(behind)", "dead(behind it too)", "dead(too late)", NULL);
  puppet_send (f, puppet, puppet, "fence");
  puppet_assert_any_order (f, puppet, "before", poison, "child-exited", "fence", NULL);

  records = puppet_wait (f, puppet, 4);
  g_assert_nonnull (strstr (find_record (records, poison)->details, "SIGKILL"));
  g_assert_true (find_record (records, poison)->sender == child);
  g_assert_true (find_record (records, "child-exited")->about == child);
}

static void
test_killed_idle (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) child = puppet_create (f, puppet, doomed_get_type ());
  int pid = behaviour_get_pid (f, child);

  puppet_dead_letters (f, clerk, TRUE);
  puppet_send (f, puppet, child, "before");
  puppet_assert (f, puppet, "before", NULL);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  puppet_assert (f, puppet, "before", "child-exited", NULL);
  puppet_send (f, puppet, child, "too late");
  puppet_assert (f, clerk, "dead(too late)", NULL);
  puppet_send (f, puppet, puppet, "fence");
  puppet_assert (f, puppet, "before", "child-exited", "fence", NULL);
}

/* What the outside had sent comes back to it. */
static void
test_killed_outside (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) inside = behaviour_fifo_new ();
  g_autofree char *order = hold_order (inside);
  g_autoptr (ThespianAddress) doomed = behaviour_create (f, doomed_get_type ());
  g_autoptr (BehaviourReply) reply = NULL;
  int pid = behaviour_get_pid (f, doomed);

  behaviour_tell (f, doomed, behaviour_string (order));
  behaviour_fifo_read (inside);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  reply = behaviour_listen (f);
  g_assert_nonnull (reply);
  g_assert_nonnull (behaviour_object (reply, THESPIAN_TYPE_POISON_MESSAGE));
  g_assert_nonnull (
    strstr (thespian_poison_message_get_details (g_value_get_object (reply)), "SIGKILL"));
  behaviour_assert_nothing (f);
}

/* A name is free again when its actor's process has died. */
static void
test_killed_named (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) named =
    behaviour_create_full (f, doomed_get_type (), NULL, "Banquo", NULL);
  g_autoptr (ThespianAddress) again = NULL;

  g_assert_cmpint (kill (behaviour_get_pid (f, named), SIGKILL), ==, 0);
  behaviour_assert_dead (f, named);
  again = behaviour_create_full (f, doomed_get_type (), NULL, "Banquo", NULL);
  g_assert_true (again != named);
  behaviour_assert_ask (f, again, behaviour_string ("here"), "here");
}

/* Signals that are requests. */

static void
assert_exits_by_signal (BehaviourFixture *f,
                        int               signal_number)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) child = puppet_create (f, puppet, doomed_get_type ());
  int pid = behaviour_get_pid (f, child);

  puppet_send (f, puppet, child, "before");
  puppet_assert (f, puppet, "before", NULL);
  g_assert_cmpint (kill (pid, signal_number), ==, 0);
  puppet_assert (f, puppet, "before", "farewell", "child-exited", NULL);
  behaviour_assert_gone (f, pid);
}

static void
test_terminated (BehaviourFixture *f)
{
  assert_exits_by_signal (f, SIGTERM);
}

static void
test_interrupted (BehaviourFixture *f)
{
  assert_exits_by_signal (f, SIGINT);
}

/* The request waits until the handler is done. */
static void
test_terminated_busy (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) inside = behaviour_fifo_new ();
  g_autoptr (BehaviourFifo) go = behaviour_fifo_new ();
  g_autofree char *order = g_strdup_printf ("work %s %s", inside->path, go->path);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) child = puppet_create (f, puppet, doomed_get_type ());
  int pid = behaviour_get_pid (f, child);

  puppet_send (f, puppet, child, order);
  behaviour_fifo_read (inside);
  g_assert_cmpint (kill (pid, SIGTERM), ==, 0);
  behaviour_fifo_write (go);
  puppet_assert (f, puppet, "worked", "farewell", "child-exited", NULL);
  behaviour_assert_gone (f, pid);
}

static pid_t
make_copy (BehaviourFixture *f,
           ThespianAddress  *target)
{
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, target, behaviour_string ("copy"));

  g_assert_nonnull (reply);
  g_assert_true (G_VALUE_HOLDS_INT (reply));
  g_assert_cmpint (g_value_get_int (reply), >, 1);
  return g_value_get_int (reply);
}

static guint
count_records (BehaviourFixture *f,
               ThespianAddress  *puppet,
               const char       *text)
{
  g_autoptr (GPtrArray) records = puppet_wait (f, puppet, 0);
  guint n = 0;

  for (guint i = 0; i < records->len; i++)
    n += g_str_equal (puppet_record (records, i)->text, text);

  return n;
}

/* The last word of an actor to one that is stopped waits for that, but not for ever. */
static void
test_ends_before_stopped (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) stopped = puppet_new (f);
  g_autoptr (ThespianAddress) sender = puppet_new (f);
  int pid = behaviour_get_pid (f, stopped);
  int sender_pid = behaviour_get_pid (f, sender);
  gint64 end = g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND;

  puppet_dead_letters (f, clerk, TRUE);
  behaviour_suspend (pid);
  puppet_send (f, sender, stopped, "last");
  g_assert_cmpint (kill (sender_pid, SIGTERM), ==, 0);
  behaviour_assert_gone (f, sender_pid);
  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  while (count_records (f, stopped, "last") + count_records (f, clerk, "dead(last)") == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (10 * G_TIME_SPAN_MILLISECOND);
    }
  behaviour_assert_alive (f, stopped);
  behaviour_assert_alive (f, clerk);
  g_assert_cmpuint (count_records (f, stopped, "last") + count_records (f, clerk, "dead(last)"), ==, 1);
}

static void
test_ends_before_stopped_parent (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) parent = puppet_new (f);
  g_autoptr (ThespianAddress) child = puppet_create (f, parent, BEHAVIOUR_TYPE_PUPPET);
  int pid = behaviour_get_pid (f, parent);
  int child_pid = behaviour_get_pid (f, child);

  behaviour_suspend (pid);
  g_assert_cmpint (kill (child_pid, SIGTERM), ==, 0);
  behaviour_assert_gone (f, child_pid);
  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  puppet_assert (f, parent, "child-exited", NULL);
  puppet_send (f, parent, parent, "fence");
  puppet_assert (f, parent, "child-exited", "fence", NULL);
}

/* Others hear of the end of an actor, and get back what it had, while a copy of its process lives. */
static void
test_copied (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) inside = behaviour_fifo_new ();
  g_autofree char *order = hold_order (inside);
  g_autofree char *poison = g_strdup_printf ("poison(%s)", order);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) killed = puppet_create (f, puppet, doomed_get_type ());
  g_autoptr (ThespianAddress) ended = puppet_create (f, puppet, doomed_get_type ());
  int pid = behaviour_get_pid (f, killed);
  pid_t copies[] = { make_copy (f, killed), make_copy (f, ended) };

  puppet_send (f, puppet, killed, order);
  behaviour_fifo_read (inside);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  puppet_assert_any_order (f, puppet, poison, "child-exited", NULL);
  behaviour_assert_dead (f, killed);
  pid = behaviour_get_pid (f, ended);
  g_assert_cmpint (kill (pid, SIGTERM), ==, 0);
  puppet_assert_any_order (f, puppet, poison, "child-exited", "farewell", "child-exited", NULL);
  behaviour_assert_dead (f, ended);
  for (guint i = 0; i < G_N_ELEMENTS (copies); i++)
    g_assert_cmpint (kill (copies[i], SIGKILL), ==, 0);
}

static void
test_copied_at_shutdown (BehaviourFixture *f)
{
  g_autoptr (GError) error = NULL;
  pid_t copy;

  behaviour_start (f, NULL);
  {
    g_autoptr (ThespianAddress) doomed = behaviour_create (f, doomed_get_type ());

    copy = make_copy (f, doomed);
  }
  g_assert_true (thespian_actor_system_shutdown (f->system, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (kill (copy, SIGKILL), ==, 0);
  behaviour_stop (f);
}

typedef struct
{
  const char *path;
  const char *text;
} Line;

static gboolean
is_logged (BehaviourFixture *f,
           gpointer          data)
{
  const Line *line = data;
  g_autofree char *content = NULL;

  return g_file_get_contents (line->path, &content, NULL, NULL)
         && strstr (content, line->text) != NULL;
}

static void
test_status_by_signal (BehaviourFixture *f)
{
  g_autofree char *path = behaviour_choose_log ();

  behaviour_start (f, NULL);
  {
    g_autoptr (ThespianAddress) doomed = behaviour_create (f, doomed_get_type ());
    g_autofree char *printable = thespian_address_to_string (doomed);

    g_assert_cmpint (kill (behaviour_get_pid (f, doomed), SIGUSR1), ==, 0);
    behaviour_wait_for (f, is_logged, &(Line){ path, printable });
    behaviour_assert_ask (f, doomed, behaviour_string ("goes on"), "goes on");
  }
  behaviour_stop (f);
  behaviour_remove_log (path);
}

static void
test_status_of_stuck (BehaviourFixture *f)
{
  g_autofree char *path = behaviour_choose_log ();
  g_autoptr (BehaviourFifo) inside = behaviour_fifo_new ();
  g_autofree char *order = hold_order (inside);

  behaviour_start (f, NULL);
  {
    g_autoptr (ThespianAddress) doomed = behaviour_create (f, doomed_get_type ());
    g_autofree char *printable = thespian_address_to_string (doomed);
    int pid = behaviour_get_pid (f, doomed);

    behaviour_tell (f, doomed, behaviour_string (order));
    behaviour_fifo_read (inside);
    g_assert_cmpint (kill (pid, SIGUSR1), ==, 0);
    behaviour_wait_for (f, is_logged, &(Line){ path, printable });
    g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
    behaviour_assert_dead (f, doomed);
  }
  behaviour_stop (f);
  behaviour_remove_log (path);
}

/* Those that do not end. */

static ThespianAddress *
hung_new (BehaviourFixture *f,
          ThespianAddress  *puppet,
          const char       *how)
{
  g_autoptr (BehaviourFifo) inside = behaviour_fifo_new ();
  g_autofree char *order = g_strdup_printf ("%s %s", how, inside->path);
  ThespianAddress *child = puppet_create (f, puppet, doomed_get_type ());

  puppet_send (f, puppet, child, order);
  behaviour_fifo_read (inside);
  return child;
}

/* A busy machine is late, though not as late as the default grace would be. */
static void
assert_took (GTimeSpan took,
             GTimeSpan grace)
{
  g_assert_cmpint (took, >=, grace * 9 / 10);
  g_assert_cmpint (took, <, grace + behaviour_limit () / 10);
}

static void
assert_killed_after (BehaviourFixture *f,
                     const char       *how,
                     GTimeSpan         grace)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) child = hung_new (f, puppet, how);
  g_autoptr (GPtrArray) records = NULL;
  int pid = behaviour_get_pid (f, child);
  gint64 start_time = g_get_monotonic_time ();
  guint n_exited = 0;

  puppet_send_exit (f, puppet, child, TRUE);
  /* What was in hand comes back, and the end is told. */
  records = puppet_wait (f, puppet, 2);
  for (guint i = 0; i < records->len; i++)
    {
      n_exited += g_str_equal (puppet_record (records, i)->text, "child-exited");
      assert_took (puppet_record (records, i)->at - start_time, grace);
    }
  g_assert_cmpuint (n_exited, ==, 1);
  behaviour_assert_gone (f, pid);
}

static void
test_grace (BehaviourFixture *f)
{
  assert_killed_after (f, "hold", G_TIME_SPAN_SECOND);
  assert_killed_after (f, "spin", G_TIME_SPAN_SECOND);
}

/* One that is stopped, and its parent, which waits for it. */
static void
test_grace_of_stopped (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) parent = puppet_create (f, puppet, BEHAVIOUR_TYPE_PUPPET);
  g_autoptr (ThespianAddress) child = puppet_create (f, parent, doomed_get_type ());
  g_autoptr (GPtrArray) records = NULL;
  int pid = behaviour_get_pid (f, child);
  gint64 start_time = g_get_monotonic_time ();

  behaviour_suspend (pid);
  puppet_send_exit (f, puppet, parent, TRUE);
  puppet_assert (f, puppet, "child-exited", NULL);
  records = puppet_wait (f, puppet, 1);
  assert_took (puppet_record (records, 0)->at - start_time, G_TIME_SPAN_SECOND);
  behaviour_assert_gone (f, pid);
}

/* A signal is a request too. */
static void
test_grace_by_signal (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) child = hung_new (f, puppet, "spin");
  int pid = behaviour_get_pid (f, child);
  gint64 start_time = g_get_monotonic_time ();

  g_assert_cmpint (kill (pid, SIGTERM), ==, 0);
  behaviour_assert_gone (f, pid);
  assert_took (g_get_monotonic_time () - start_time, G_TIME_SPAN_SECOND);
}

static void
test_default_grace (BehaviourFixture *f)
{
  assert_killed_after (f, "hold", 5 * G_TIME_SPAN_SECOND);
}

static void
test_grace_at_shutdown (BehaviourFixture *f)
{
  g_autoptr (GError) error = NULL;
  int pids[3];
  gint64 start_time = 0;

  behaviour_start (f, "{'Exit Grace Period': <1.0>}");
  {
    g_autoptr (ThespianAddress) puppet = puppet_new (f);
    g_autoptr (ThespianAddress) held = hung_new (f, puppet, "hold");
    g_autoptr (ThespianAddress) spinning = hung_new (f, puppet, "spin");
    g_autoptr (ThespianAddress) stopped = puppet_create (f, puppet, doomed_get_type ());

    pids[0] = behaviour_get_pid (f, held);
    pids[1] = behaviour_get_pid (f, spinning);
    pids[2] = behaviour_get_pid (f, stopped);
  }
  behaviour_suspend (pids[2]);

  start_time = g_get_monotonic_time ();
  g_assert_true (thespian_actor_system_shutdown (f->system, NULL, &error));
  g_assert_no_error (error);
  assert_took (g_get_monotonic_time () - start_time, G_TIME_SPAN_SECOND);
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    g_assert_false (behaviour_lives (pids[i]));
  behaviour_stop (f);
}

/* When the admin dies. */

#define TIME_TO_GO (2 * G_TIME_SPAN_SECOND)

static void
test_admin_dies (BehaviourFixture *f)
{
  GTimeSpan scale = behaviour_limit () / (30 * G_TIME_SPAN_SECOND);
  g_autofree char *folder = behaviour_choose_runtime_folder ();
  g_autoptr (BehaviourMessage) message = behaviour_string ("anybody?");
  g_autoptr (GError) error = NULL;
  gint64 start_time = 0;
  int admin = 0;

  behaviour_start (f, NULL);
  {
    g_autoptr (ThespianAddress) puppet = puppet_new (f);
    g_autoptr (ThespianAddress) held = hung_new (f, puppet, "hold");
    g_autoptr (ThespianAddress) spinning = hung_new (f, puppet, "spin");
    g_autoptr (ThespianAddress) stopped = puppet_create (f, puppet, doomed_get_type ());
    g_autoptr (ThespianAddress) idle = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
    g_autoptr (BehaviourReply) reply = NULL;

    behaviour_assert_ask (f, idle, behaviour_string ("there?"), "there?");
    behaviour_suspend (behaviour_get_pid (f, stopped));
    admin = behaviour_get_pid (f, thespian_actor_system_get_admin_address (f->system));
    g_assert_cmpuint (behaviour_count_processes (), >=, 6);

    start_time = g_get_monotonic_time ();
    g_assert_cmpint (kill (admin, SIGKILL), ==, 0);
    while (behaviour_count_processes () > 0)
      {
        g_assert_cmpint (g_get_monotonic_time () - start_time, <, TIME_TO_GO * scale);
        g_usleep (10000);
      }

    /* Nothing waits for those that are gone. */
    reply = thespian_actor_system_ask (f->system, idle, message, -1, NULL, &error);
    g_assert_null (reply);
    g_clear_error (&error);
  }
  g_assert_null (thespian_actor_system_create_actor (f->system, BEHAVIOUR_TYPE_ECHO, NULL, NULL,
                                                     NULL, NULL, &error));
  g_assert_nonnull (error);

  /* Whether this can be called a shutdown or not, it ends. */
  thespian_endpoint_close (f->control);
  g_clear_object (&f->control);
  thespian_actor_system_shutdown (f->system, NULL, NULL);
  g_clear_object (&f->system);
  behaviour_remove_runtime_folder (folder);
}

/*
 * Accounts. Numbers are written to files as they are handled, come back or are dead letters: a
 * process that is killed keeps no secrets so.
 */

#define N_A_KILL 50
#define N_FROM_OUTSIDE 5

static void
write_number (const char *path,
              guint64     number)
{
  int fd = g_open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (write (fd, &number, sizeof number), ==, sizeof number);
  close (fd);
}

/* Writes each number to the file that it was told of at its creation. */
typedef struct
{
  ThespianActor parent_instance;
  char *path; /* (owned) (nullable) */
} Victim;

typedef ThespianActorClass VictimClass;
static GType victim_get_type (void);
G_DEFINE_TYPE (Victim, victim, THESPIAN_TYPE_ACTOR)
BEHAVIOUR_REGISTER (victim)

static gboolean
victim_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  if (G_VALUE_HOLDS_UINT64 (message))
    write_number (((Victim *) actor)->path, g_value_get_uint64 (message));
  return TRUE;
}

static void
victim_set_property (GObject      *object,
                     guint         prop_id,
                     const GValue *value,
                     GParamSpec   *pspec)
{
  ((Victim *) object)->path = g_value_dup_string (value);
}

static void
victim_finalize (GObject *object)
{
  g_free (((Victim *) object)->path);
  G_OBJECT_CLASS (victim_parent_class)->finalize (object);
}

static void
victim_class_init (VictimClass *klass)
{
  klass->receive_message = victim_receive;
  G_OBJECT_CLASS (klass)->set_property = victim_set_property;
  G_OBJECT_CLASS (klass)->finalize = victim_finalize;
  g_object_class_install_property (
    G_OBJECT_CLASS (klass), 1,
    g_param_spec_string ("path", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY));
}

static void
victim_init (Victim *self)
{
}

/*
 * On a variant (folder), creates a victim and answers with its address. On a number sends the
 * victim so many more numbers, counting from it. Writes what comes back, and tells its asker when
 * the victim has exited. Writes dead letters when it was told to be their handler.
 */
typedef struct
{
  ThespianActor parent_instance;
  char *folder; /* (owned) (nullable) */
  ThespianAddress *victim; /* (owned) (nullable) */
  ThespianAddress *asker; /* (owned) (nullable) */
} Bookkeeper;

static void
bookkeeper_write (Bookkeeper   *self,
                  const char   *file,
                  const GValue *message)
{
  g_autofree char *path = g_build_filename (self->folder, file, NULL);

  if (G_VALUE_HOLDS_UINT64 (message))
    write_number (path, g_value_get_uint64 (message));
}

static gboolean
bookkeeper_create (Bookkeeper      *self,
                   ThespianAddress *sender,
                   GError         **error)
{
  ThespianActor *actor = (ThespianActor *) self;
  g_autofree char *path = g_build_filename (self->folder, "handled", NULL);
  g_autoptr (GVariant) properties =
    g_variant_ref_sink (g_variant_new_parsed ("{'path': <%s>}", path));

  g_clear_object (&self->victim);
  self->victim =
    thespian_actor_create_actor (actor, victim_get_type (), NULL, NULL, properties, error);
  g_set_object (&self->asker, sender);

  return self->victim != NULL
         && thespian_actor_send_object (actor, sender, G_OBJECT (self->victim));
}

static gboolean
bookkeeper_receive (ThespianActor   *actor,
                    const GValue    *message,
                    ThespianAddress *sender,
                    GError         **error)
{
  Bookkeeper *self = (Bookkeeper *) actor;
  gpointer object = NULL;

  if (behaviour_after (message, "keep ") != NULL)
    {
      self->folder = g_strdup (behaviour_after (message, "keep "));
      thespian_actor_handle_dead_letters (actor, TRUE);
      return thespian_actor_send_string (actor, sender, "keeping");
    }
  if (behaviour_after (message, "create ") != NULL)
    {
      g_free (self->folder);
      self->folder = g_strdup (behaviour_after (message, "create "));
      return bookkeeper_create (self, sender, error);
    }

  if ((object = behaviour_object (message, THESPIAN_TYPE_POISON_MESSAGE)) != NULL)
    bookkeeper_write (self, "returned", thespian_poison_message_get_message (object));
  else if ((object = behaviour_object (message, THESPIAN_TYPE_DEAD_ENVELOPE)) != NULL)
    bookkeeper_write (self, "dead", thespian_dead_envelope_get_message (object));
  else if (behaviour_object (message, THESPIAN_TYPE_CHILD_ACTOR_EXITED) != NULL)
    return thespian_actor_send_string (actor, self->asker, "exited");
  else if (G_VALUE_HOLDS_UINT64 (message))
    for (guint i = 0; i < N_A_KILL; i++)
      thespian_actor_send_uint64 (actor, self->victim, g_value_get_uint64 (message) + i);

  return TRUE;
}

static void
bookkeeper_finalize (GObject *object)
{
  Bookkeeper *self = (Bookkeeper *) object;

  g_free (self->folder);
  g_clear_object (&self->victim);
  g_clear_object (&self->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Bookkeeper, bookkeeper,
                 G_OBJECT_CLASS (klass)->finalize = bookkeeper_finalize;)

static BehaviourMessage *
number_new (guint64 number)
{
  BehaviourMessage *message = g_new0 (BehaviourMessage, 1);

  g_value_init (message, G_TYPE_UINT64);
  g_value_set_uint64 (message, number);
  return message;
}

typedef struct
{
  char *folder;
  ThespianAddress *keeper;
  guint64 n_sent;
} Accounts;

/* What has come back to the outside itself, which is all that comes to its endpoint. */
static void
write_returned (BehaviourFixture *f,
                const Accounts   *accounts)
{
  g_autofree char *path = g_build_filename (accounts->folder, "returned", NULL);

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BehaviourReply) reply = thespian_actor_system_listen (f->system, 0, NULL, &error);
      ThespianPoisonMessage *poison = NULL;

      g_assert_no_error (error);
      if (reply == NULL)
        return;
      poison = behaviour_object (reply, THESPIAN_TYPE_POISON_MESSAGE);
      g_assert_nonnull (poison);
      write_number (path, g_value_get_uint64 (thespian_poison_message_get_message (poison)));
    }
}

static void
kill_one (BehaviourFixture *f,
          Accounts         *accounts)
{
  g_autofree char *order = g_strdup_printf ("create %s", accounts->folder);
  g_autoptr (BehaviourReply) reply =
    behaviour_probe (f, accounts->keeper, behaviour_string (order));
  g_autoptr (BehaviourReply) exited = NULL;
  g_autofree char *text = NULL;
  ThespianAddress *victim = NULL;
  int pid = 0;

  g_assert_nonnull (reply);
  victim = behaviour_object (reply, THESPIAN_TYPE_ADDRESS);
  g_assert_nonnull (victim);
  pid = behaviour_get_pid (f, victim);

  behaviour_tell (f, accounts->keeper, number_new (accounts->n_sent));
  accounts->n_sent += N_A_KILL;
  for (guint i = 0; i < N_FROM_OUTSIDE; i++)
    behaviour_tell (f, victim, number_new (accounts->n_sent++));
  g_usleep (g_random_int_range (0, 2000));
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);

  exited = thespian_endpoint_listen (f->control, behaviour_limit (), NULL, NULL);
  text = behaviour_describe (exited);
  g_assert_cmpstr (text, ==, "exited");
  write_returned (f, accounts);
}

/* How often each number stands in a file. */
static guint8 *
read_numbers (const Accounts *accounts,
              const char     *file)
{
  g_autofree char *path = g_build_filename (accounts->folder, file, NULL);
  g_autofree char *content = NULL;
  guint8 *counts = g_new0 (guint8, accounts->n_sent);
  gsize size = 0;

  if (!g_file_get_contents (path, &content, &size, NULL))
    return counts;

  for (gsize i = 0; i + sizeof (guint64) <= size; i += sizeof (guint64))
    {
      guint64 number = 0;

      memcpy (&number, content + i, sizeof number);
      g_assert_cmpuint (number, <, accounts->n_sent);
      counts[number]++;
    }

  return counts;
}

static gboolean
nothing_is_missing (BehaviourFixture *f,
                    gpointer          data)
{
  const Accounts *accounts = data;
  g_autofree guint8 *handled = NULL;
  g_autofree guint8 *returned = NULL;
  g_autofree guint8 *dead = NULL;

  write_returned (f, accounts);
  handled = read_numbers (accounts, "handled");
  returned = read_numbers (accounts, "returned");
  dead = read_numbers (accounts, "dead");
  for (guint64 i = 0; i < accounts->n_sent; i++)
    if (handled[i] + returned[i] + dead[i] == 0)
      return FALSE;

  return TRUE;
}

/* What was in hand may have been written already. */
static void
assert_accounts (const Accounts *accounts,
                 guint           n_kills)
{
  g_autofree guint8 *handled = read_numbers (accounts, "handled");
  g_autofree guint8 *returned = read_numbers (accounts, "returned");
  g_autofree guint8 *dead = read_numbers (accounts, "dead");
  guint n_handled = 0, n_returned = 0, n_dead = 0;

  for (guint64 i = 0; i < accounts->n_sent; i++)
    {
      if (handled[i] > 1 || returned[i] + dead[i] > 1 || handled[i] + dead[i] > 1)
        g_error ("number %" G_GUINT64_FORMAT " was handled %d times, came back %d times, and was "
                 "%d times a dead letter",
                 i, handled[i], returned[i], dead[i]);
      n_handled += handled[i];
      n_returned += returned[i];
      n_dead += dead[i];
    }
  g_test_message ("%u kills: %u handled, %u returned, %u dead letters", n_kills, n_handled,
                  n_returned, n_dead);
  g_assert_cmpuint (n_returned, <=, n_kills);
}

static void
remove_files (const Accounts *accounts)
{
  const char *files[] = { "handled", "returned", "dead" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (accounts->folder, files[i], NULL);

      g_unlink (path);
    }
  g_rmdir (accounts->folder);
}

static void
test_accounts (BehaviourFixture *f)
{
  guint n_kills = behaviour_count (1000);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("behaviour-XXXXXX", &error);
  g_autofree char *order = g_strdup_printf ("keep %s", folder);
  g_autoptr (ThespianAddress) keeper = behaviour_create (f, bookkeeper_get_type ());
  g_autoptr (ThespianAddress) sexton = behaviour_create (f, bookkeeper_get_type ());
  Accounts accounts = { folder, keeper, 0 };

  g_assert_no_error (error);
  behaviour_assert_probe (f, sexton, behaviour_string (order), "keeping");
  for (guint i = 0; i < n_kills; i++)
    kill_one (f, &accounts);
  behaviour_wait_for (f, nothing_is_missing, &accounts);
  assert_accounts (&accounts, n_kills);
  remove_files (&accounts);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("EXIT-14+FAIL-18", "segv", test_segv);
  behaviour_test ("EXIT-14+FAIL-18", "abort", test_abort);
  behaviour_test ("EXIT-14", "exit", test_exit);
  behaviour_test ("EXIT-14+FAIL-18", "killed-in-handler", test_killed_in_handler);
  behaviour_test ("EXIT-14", "killed-idle", test_killed_idle);
  behaviour_test ("FAIL-18", "killed-outside", test_killed_outside);
  behaviour_test ("EXIT-14", "killed-named", test_killed_named);
  behaviour_test ("EXIT-15", "terminated", test_terminated);
  behaviour_test ("EXIT-15", "interrupted", test_interrupted);
  behaviour_test ("EXIT-15", "terminated-busy", test_terminated_busy);
  behaviour_test_bare ("EXIT-16", "status", test_status_by_signal);
  behaviour_test_bare ("EXIT-16", "status-of-stuck", test_status_of_stuck);
  behaviour_test_with ("EXIT-17", "grace", "{'Exit Grace Period': <1.0>}", 0, test_grace);
  behaviour_test_with ("EXIT-17", "grace-of-stopped", "{'Exit Grace Period': <1.0>}", 0,
                       test_grace_of_stopped);
  behaviour_test_with ("EXIT-17", "grace-by-signal", "{'Exit Grace Period': <1.0>}", 0,
                       test_grace_by_signal);
  behaviour_test ("EXIT-17", "default-grace", test_default_grace);
  behaviour_test_bare ("EXIT-17", "shutdown", test_grace_at_shutdown);
  behaviour_test_bare ("EXIT-18", "admin-dies", test_admin_dies);
  behaviour_test ("EXIT-14", "parent-stopped", test_ends_before_stopped_parent);
  behaviour_test ("EXIT-19", "copied", test_copied);
  behaviour_test ("FAIL-21", "target-stopped", test_ends_before_stopped);
  behaviour_test_bare ("SHUT-12", "copied", test_copied_at_shutdown);
  behaviour_test_with ("FAIL-19", "accounts", NULL, 120, test_accounts);

  return g_test_run ();
}
