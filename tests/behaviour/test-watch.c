/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-puppet.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* On an array of descriptors, watches them; on an array of such arrays, watches one after another
 * in one handler. Sends its first asker "ready" and the descriptors, sorted, for each WatchMessage,
 * without reading or watching again, and sends back each text. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
} Lookout;

static int
compare_ints (gconstpointer a,
              gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

static gboolean
lookout_report (Lookout              *self,
                ThespianWatchMessage *watch,
                ThespianAddress      *sender)
{
  ThespianActor *actor = (ThespianActor *) self;
  g_autoptr (GString) text = g_string_new ("ready");
  gsize n_ready = 0;
  const int *ready = thespian_watch_message_get_ready (watch, &n_ready);
  g_autofree int *sorted = g_memdup2 (ready, n_ready * sizeof *ready);

  g_assert_cmpuint (n_ready, >, 0);
  qsort (sorted, n_ready, sizeof *sorted, compare_ints);
  for (gsize i = 0; i < n_ready; i++)
    g_string_append_printf (text, " %d", sorted[i]);
  if (sender != thespian_actor_get_address (actor))
    g_string_append (text, " from somebody else");

  return thespian_actor_send_string (actor, self->asker, text->str);
}

static gboolean
lookout_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  Lookout *self = (Lookout *) actor;
  ThespianWatchMessage *watch = behaviour_object (message, THESPIAN_TYPE_WATCH_MESSAGE);
  GVariant *variant = G_VALUE_HOLDS_VARIANT (message) ? g_value_get_variant (message) : NULL;

  if (watch != NULL)
    return lookout_report (self, watch, sender);
  if (G_VALUE_HOLDS_STRING (message))
    return thespian_actor_send (actor, sender, message, error);
  if (variant == NULL)
    return TRUE;

  g_set_object (&self->asker, sender);
  for (gsize i = 0; i < g_variant_n_children (variant); i++)
    {
      g_autoptr (GVariant) set = g_variant_get_child_value (variant, i);
      gsize n_fds = 0;
      const int *fds = g_variant_get_fixed_array (set, &n_fds, sizeof *fds);

      thespian_actor_watch (actor, fds, n_fds);
    }

  return TRUE;
}

static void
lookout_finalize (GObject *object)
{
  g_clear_object (&((Lookout *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Lookout, lookout, G_OBJECT_CLASS (klass)->finalize = lookout_finalize;)

typedef struct
{
  int reader;
  int writer;
} Pipe;

static void
pipe_open (Pipe *self)
{
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_unix_open_pipe (fds, FD_CLOEXEC, &error);
  g_assert_no_error (error);
  self->reader = fds[0];
  self->writer = fds[1];
}

static void
pipe_write (Pipe *self)
{
  g_assert_cmpint (write (self->writer, "x", 1), ==, 1);
}

static void
pipe_close (Pipe *self)
{
  if (self->reader >= 0)
    close (self->reader);
  if (self->writer >= 0)
    close (self->writer);
}

static BehaviourMessage *
watch_two (int one,
           int two)
{
  return behaviour_variant (g_variant_new_parsed ("[[%i, %i]]", one, two));
}

static void
assert_ready (BehaviourFixture *f,
              int               fd)
{
  g_autofree char *expected = g_strdup_printf ("ready %d", fd);

  behaviour_assert_listen (f, expected);
}

static void
test_ready (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  g_autofree char *both = NULL;
  Pipe one, two;

  pipe_open (&one);
  pipe_open (&two);

  /* Readable later. */
  behaviour_tell (f, lookout, watch_two (one.reader, two.reader));
  behaviour_assert_probe (f, lookout, behaviour_string ("fence"), "fence");
  behaviour_assert_nothing (f);
  behaviour_tell (f, lookout, watch_two (one.reader, two.reader));
  pipe_write (&two);
  assert_ready (f, two.reader);

  /* Readable already. */
  behaviour_tell (f, lookout, watch_two (one.reader, two.reader));
  assert_ready (f, two.reader);

  pipe_write (&one);
  both =
    g_strdup_printf ("ready %d %d", MIN (one.reader, two.reader), MAX (one.reader, two.reader));
  behaviour_tell (f, lookout, watch_two (one.reader, two.reader));
  behaviour_assert_listen (f, both);

  pipe_close (&one);
  pipe_close (&two);
}

static void
test_until_next_message (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  Pipe one, two;

  pipe_open (&one);
  pipe_open (&two);

  behaviour_tell (f, lookout, watch_two (one.reader, -1));
  behaviour_assert_probe (f, lookout, behaviour_string ("a message"), "a message");
  pipe_write (&one);

  /* One that is ready on the same node comes behind what the first would have made. */
  behaviour_tell (f, lookout, watch_two (two.reader, -1));
  pipe_write (&two);
  assert_ready (f, two.reader);

  /* A WatchMessage is a message, too. */
  behaviour_assert_probe (f, lookout, behaviour_string ("fence"), "fence");
  behaviour_assert_nothing (f);

  pipe_close (&one);
  pipe_close (&two);
}

static void
test_invalid (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  Pipe good, closed;
  int file = -1;

  file = g_open ("/proc/self/exe", O_RDONLY | O_CLOEXEC, 0);
  g_assert_cmpint (file, >=, 0);
  pipe_open (&good);
  pipe_open (&closed);
  pipe_close (&closed);

  behaviour_tell (f, lookout, watch_two (-1, 1000000));
  behaviour_tell (f, lookout, watch_two (closed.reader, good.reader));
  behaviour_assert_probe (f, lookout, behaviour_string ("fence"), "fence");
  behaviour_tell (f, lookout, watch_two (closed.reader, good.reader));
  pipe_write (&good);
  assert_ready (f, good.reader);

  /* A plain file can always be read. */
  behaviour_tell (f, lookout, watch_two (file, -5));
  assert_ready (f, file);

  /* An actor that watches nothing but what is invalid is not woken up for it, nor busy. */
  behaviour_tell (f, lookout, watch_two (-1, closed.reader));
  behaviour_assert_probe (f, lookout, behaviour_string ("fence"), "fence");
  behaviour_assert_nothing (f);

  close (file);
  pipe_close (&good);
}

static void
test_closed_while_watched (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  g_autoptr (ThespianAddress) other = behaviour_create (f, lookout_get_type ());
  Pipe closed, good;

  pipe_open (&closed);
  pipe_open (&good);
  behaviour_tell (f, lookout, watch_two (closed.reader, good.reader));
  behaviour_assert_probe (f, lookout, behaviour_string ("fence"), "fence");
  behaviour_tell (f, other, watch_two (closed.reader, good.reader));
  behaviour_assert_probe (f, lookout, behaviour_string ("fence"), "fence");
  pipe_close (&closed);
  pipe_write (&good);
  assert_ready (f, good.reader);

  pipe_close (&good);
}

static void
test_only_writable (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  int sockets[2] = { -1, -1 };

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), ==, 0);
  behaviour_tell (f, lookout, watch_two (sockets[0], -1));
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (ThespianAddress) delayed = behaviour_create (f, BEHAVIOUR_TYPE_DELAYED);

      behaviour_assert_probe (f, delayed, behaviour_delayed_order (10000, "a while"), "a while");
    }
  behaviour_assert_nothing (f);

  g_assert_cmpint (write (sockets[1], "x", 1), ==, 1);
  assert_ready (f, sockets[0]);
  close (sockets[0]);
  close (sockets[1]);
}

static void
test_add_up (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  g_autofree char *both = NULL;
  Pipe one, two;

  pipe_open (&one);
  pipe_open (&two);
  pipe_write (&one);
  pipe_write (&two);
  both = g_strdup_printf ("ready %d %d", one.reader, two.reader);
  behaviour_tell (
    f, lookout, behaviour_variant (g_variant_new_parsed ("[[%i], [%i]]", one.reader, two.reader)));
  behaviour_assert_listen (f, both);

  /* The watch of an earlier handler is no part of it. */
  behaviour_tell (f, lookout, behaviour_variant (g_variant_new_parsed ("[[%i]]", one.reader)));
  assert_ready (f, one.reader);
  behaviour_tell (f, lookout, behaviour_variant (g_variant_new_parsed ("[[%i]]", two.reader)));
  assert_ready (f, two.reader);

  pipe_close (&one);
  pipe_close (&two);
}

static void
test_other_end_closed (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  Pipe one;

  pipe_open (&one);
  behaviour_tell (f, lookout, watch_two (one.reader, -1));
  close (one.writer);
  one.writer = -1;
  assert_ready (f, one.reader);
  pipe_close (&one);
}

/* Attaches a source for each kind of event to its context. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
  GThread *thread; /* unowned, to compare */
} Sourcerer;

static void
sourcerer_tell (Sourcerer  *self,
                const char *what)
{
  g_assert_true (self->thread == g_thread_self ());
  thespian_actor_send_string ((ThespianActor *) self, self->asker, what);
}

static gboolean
sourcerer_fd_cb (int          fd,
                 GIOCondition condition,
                 gpointer     data)
{
  sourcerer_tell (data, "descriptor");
  return G_SOURCE_REMOVE;
}

static gboolean
sourcerer_idle_cb (gpointer data)
{
  sourcerer_tell (data, "idle");
  return G_SOURCE_REMOVE;
}

static gboolean
sourcerer_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender,
                   GError         **error)
{
  Sourcerer *self = (Sourcerer *) actor;
  g_autoptr (GSource) fd_source = NULL;
  g_autoptr (GSource) idle_source = NULL;

  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;

  self->thread = g_thread_self ();
  g_set_object (&self->asker, sender);
  fd_source = g_unix_fd_source_new (g_value_get_int (message), G_IO_IN);
  g_source_set_callback (fd_source, G_SOURCE_FUNC (sourcerer_fd_cb), g_object_ref (self),
                         g_object_unref);
  g_source_attach (fd_source, thespian_actor_get_main_context (actor));
  idle_source = g_idle_source_new ();
  g_source_set_callback (idle_source, sourcerer_idle_cb, g_object_ref (self), g_object_unref);
  g_source_attach (idle_source, thespian_actor_get_main_context (actor));

  return TRUE;
}

static void
sourcerer_finalize (GObject *object)
{
  g_clear_object (&((Sourcerer *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Sourcerer, sourcerer, G_OBJECT_CLASS (klass)->finalize = sourcerer_finalize;)

static void
test_sources (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) sourcerer = behaviour_create (f, sourcerer_get_type ());
  Pipe one;

  pipe_open (&one);
  behaviour_assert_ask (f, sourcerer, behaviour_int (one.reader), "idle");
  pipe_write (&one);
  behaviour_assert_listen (f, "descriptor");
  pipe_close (&one);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("WATCH-1+WATCH-7", "ready", test_ready);
  behaviour_test ("WATCH-2", "until-next-message", test_until_next_message);
  behaviour_test ("WATCH-3", "invalid", test_invalid);
  behaviour_test ("WATCH-3", "closed-while-watched", test_closed_while_watched);
  behaviour_test ("WATCH-4", "only-writable", test_only_writable);
  behaviour_test ("WATCH-5", "sources", test_sources);
  behaviour_test ("WATCH-6", "add-up", test_add_up);
  behaviour_test ("WATCH-8", "other-end-closed", test_other_end_closed);

  return g_test_run ();
}
