/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-fifo.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * What is watched is named by a path, which the actor opens once, or is the number of a descriptor.
 *
 * On an array of names, watches them; on an array of such arrays, watches one after another in one
 * handler; then answers "watching". Sends its last asker "ready" and the names, sorted, for each
 * WatchMessage, without reading or watching again, and sends back each text. "read PATH" opens to
 * read, "read and write PATH" so; "close PATH" closes, and remembers the number; "close at PATH"
 * closes what it opened last, when there is something at PATH.
 */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
  GHashTable *fds; /* (owned) (nullable) (element-type utf8 int) */
  GHashTable *open; /* (owned) (nullable) (element-type int) */
  int last;
} Lookout;

static int
lookout_open (Lookout    *self,
              const char *path,
              int         flags)
{
  self->last = behaviour_fifo_open (path, flags);
  if (self->fds == NULL)
    {
      self->fds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      self->open = g_hash_table_new (NULL, NULL);
    }
  g_hash_table_insert (self->fds, g_strdup (path), GINT_TO_POINTER (self->last));
  g_hash_table_add (self->open, GINT_TO_POINTER (self->last));

  return self->last;
}

static int
lookout_find (Lookout    *self,
              const char *name)
{
  gpointer fd = NULL;

  if (name[0] != '/')
    return atoi (name);
  if (self->fds != NULL && g_hash_table_lookup_extended (self->fds, name, NULL, &fd))
    return GPOINTER_TO_INT (fd);

  return lookout_open (self, name, O_RDONLY);
}

static void
lookout_close (Lookout *self,
               int      fd)
{
  g_assert_true (g_hash_table_remove (self->open, GINT_TO_POINTER (fd)));
  close (fd);
}

static const char *
lookout_name (Lookout *self,
              int      fd)
{
  GHashTableIter iter;
  gpointer name = NULL, value = NULL;

  g_hash_table_iter_init (&iter, self->fds);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (GPOINTER_TO_INT (value) == fd && g_hash_table_contains (self->open, value))
      return name;

  return "a stranger";
}

static gint
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
lookout_report (Lookout              *self,
                ThespianWatchMessage *watch,
                ThespianAddress      *sender)
{
  ThespianActor *actor = (ThespianActor *) self;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *joined = NULL;
  g_autofree char *text = NULL;
  gsize n_ready = 0;
  const int *ready = thespian_watch_message_get_ready (watch, &n_ready);

  g_assert_cmpuint (n_ready, >, 0);
  for (gsize i = 0; i < n_ready; i++)
    g_ptr_array_add (names, (gpointer) lookout_name (self, ready[i]));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  joined = g_strjoinv (" ", (char **) names->pdata);
  text = g_strdup_printf ("ready %s%s", joined,
                          sender != thespian_actor_get_address (actor) ? " from somebody" : "");

  return thespian_actor_send_string (actor, self->asker, text);
}

static gboolean
lookout_watch (Lookout  *self,
               GVariant *sets)
{
  for (gsize i = 0; i < g_variant_n_children (sets); i++)
    {
      g_autoptr (GVariant) set = g_variant_get_child_value (sets, i);
      gsize n = g_variant_n_children (set);
      g_autofree int *fds = g_new (int, n);

      for (gsize j = 0; j < n; j++)
        {
          g_autoptr (GVariant) name = g_variant_get_child_value (set, j);

          fds[j] = lookout_find (self, g_variant_get_string (name, NULL));
        }
      thespian_actor_watch ((ThespianActor *) self, fds, n);
    }

  return thespian_actor_send_string ((ThespianActor *) self, self->asker, "watching");
}

static gboolean
lookout_close_cb (int          trigger,
                  GIOCondition condition,
                  gpointer     data)
{
  Lookout *self = data;

  lookout_close (self, self->last);
  thespian_actor_send_string ((ThespianActor *) self, self->asker, "closed");
  return G_SOURCE_REMOVE;
}

static void
lookout_close_at (Lookout    *self,
                  const char *path)
{
  int last = self->last;
  int trigger = lookout_open (self, path, O_RDONLY);
  g_autoptr (GSource) source = g_unix_fd_source_new (trigger, G_IO_IN);

  self->last = last;
  g_source_set_callback (source, G_SOURCE_FUNC (lookout_close_cb), g_object_ref (self),
                         g_object_unref);
  g_source_attach (source, thespian_actor_get_main_context ((ThespianActor *) self));
}

static gboolean
lookout_obey (Lookout         *self,
              const GValue    *text,
              ThespianAddress *sender,
              GError         **error)
{
  if (behaviour_after (text, "read /") != NULL)
    lookout_open (self, behaviour_after (text, "read "), O_RDONLY);
  else if (behaviour_after (text, "read and write ") != NULL)
    lookout_open (self, behaviour_after (text, "read and write "), O_RDWR);
  else if (behaviour_after (text, "close at ") != NULL)
    lookout_close_at (self, behaviour_after (text, "close at "));
  else if (behaviour_after (text, "close ") != NULL)
    lookout_close (self, lookout_find (self, behaviour_after (text, "close ")));

  return thespian_actor_send ((ThespianActor *) self, sender, text, error);
}

static gboolean
lookout_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  Lookout *self = (Lookout *) actor;
  ThespianWatchMessage *watch = behaviour_object (message, THESPIAN_TYPE_WATCH_MESSAGE);

  if (watch != NULL)
    return lookout_report (self, watch, sender);
  if (G_VALUE_HOLDS_STRING (message))
    return lookout_obey (self, message, sender, error);
  if (!G_VALUE_HOLDS_VARIANT (message))
    return TRUE;

  g_set_object (&self->asker, sender);
  return lookout_watch (self, g_value_get_variant (message));
}

static void
lookout_finalize (GObject *object)
{
  Lookout *self = (Lookout *) object;
  GHashTableIter iter;
  gpointer fd = NULL;

  if (self->open != NULL)
    {
      g_hash_table_iter_init (&iter, self->open);
      while (g_hash_table_iter_next (&iter, &fd, NULL))
        close (GPOINTER_TO_INT (fd));
    }
  g_clear_pointer (&self->open, g_hash_table_unref);
  g_clear_pointer (&self->fds, g_hash_table_unref);
  g_clear_object (&self->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Lookout, lookout, G_OBJECT_CLASS (klass)->finalize = lookout_finalize;)

static void
watch (BehaviourFixture *f,
       ThespianAddress  *lookout,
       const char       *one,
       const char       *two)
{
  behaviour_assert_ask (f, lookout,
                        behaviour_variant (g_variant_new_parsed ("[[%s, %s]]", one, two)),
                        "watching");
}

static void
tell_lookout (BehaviourFixture *f,
              ThespianAddress  *lookout,
              const char       *what,
              BehaviourFifo    *fifo)
{
  g_autofree char *text = g_strdup_printf ("%s %s", what, fifo->path);

  behaviour_assert_probe (f, lookout, behaviour_string (text), text);
}

static void
assert_ready (BehaviourFixture *f,
              const char       *name)
{
  g_autofree char *expected = g_strdup_printf ("ready %s", name);

  behaviour_assert_listen (f, expected);
}

static void
assert_both_ready (BehaviourFixture *f,
                   BehaviourFifo    *one,
                   BehaviourFifo    *two)
{
  gboolean in_order = strcmp (one->path, two->path) < 0;
  g_autofree char *expected = g_strdup_printf ("ready %s %s", (in_order ? one : two)->path,
                                               (in_order ? two : one)->path);

  behaviour_assert_listen (f, expected);
}

static void
test_ready (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  g_autoptr (BehaviourFifo) one = behaviour_fifo_new ();
  g_autoptr (BehaviourFifo) two = behaviour_fifo_new ();

  /* Readable later. */
  watch (f, lookout, one->path, two->path);
  behaviour_assert_probe (f, lookout, behaviour_string ("fence"), "fence");
  behaviour_assert_nothing (f);
  watch (f, lookout, one->path, two->path);
  behaviour_fifo_write (two);
  assert_ready (f, two->path);

  /* Readable already. */
  watch (f, lookout, one->path, two->path);
  assert_ready (f, two->path);

  behaviour_fifo_write (one);
  watch (f, lookout, one->path, two->path);
  assert_both_ready (f, one, two);
}

static void
test_until_next_message (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  g_autoptr (BehaviourFifo) one = behaviour_fifo_new ();
  g_autoptr (BehaviourFifo) two = behaviour_fifo_new ();

  watch (f, lookout, one->path, "-1");
  behaviour_assert_probe (f, lookout, behaviour_string ("a message"), "a message");
  behaviour_fifo_write (one);

  /* One that is ready on the same node comes behind what the first would have made. */
  watch (f, lookout, two->path, "-1");
  behaviour_fifo_write (two);
  assert_ready (f, two->path);

  /* A WatchMessage is a message, too. */
  behaviour_assert_probe (f, lookout, behaviour_string ("fence"), "fence");
  behaviour_assert_nothing (f);
}

static void
test_invalid (BehaviourFixture *f)
{
  const char *file = "/proc/self/exe";
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  g_autoptr (BehaviourFifo) good = behaviour_fifo_new ();
  g_autoptr (BehaviourFifo) closed = behaviour_fifo_new ();

  /* All at first, so that none gets the number of the one that is closed. */
  behaviour_assert_probe (f, lookout, behaviour_string ("read /proc/self/exe"),
                          "read /proc/self/exe");
  tell_lookout (f, lookout, "read", good);
  tell_lookout (f, lookout, "read", closed);
  tell_lookout (f, lookout, "close", closed);

  watch (f, lookout, "-1", "1000000");
  watch (f, lookout, closed->path, good->path);
  behaviour_assert_probe (f, lookout, behaviour_string ("fence"), "fence");
  watch (f, lookout, closed->path, good->path);
  behaviour_fifo_write (good);
  assert_ready (f, good->path);

  /* A plain file can always be read. */
  watch (f, lookout, file, "-5");
  assert_ready (f, file);

  /* An actor that watches nothing but what is invalid is not woken up for it, nor busy. */
  watch (f, lookout, "-1", closed->path);
  behaviour_assert_probe (f, lookout, behaviour_string ("fence"), "fence");
  behaviour_assert_nothing (f);
}

static void
test_closed_while_watched (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  g_autoptr (BehaviourFifo) good = behaviour_fifo_new ();
  g_autoptr (BehaviourFifo) closed = behaviour_fifo_new ();
  g_autoptr (BehaviourFifo) trigger = behaviour_fifo_new ();

  tell_lookout (f, lookout, "read", good);
  tell_lookout (f, lookout, "read", closed);
  tell_lookout (f, lookout, "close at", trigger);
  watch (f, lookout, closed->path, good->path);
  behaviour_fifo_write (trigger);
  behaviour_assert_listen (f, "closed");
  behaviour_fifo_write (good);
  assert_ready (f, good->path);
}

static void
test_only_writable (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  g_autoptr (BehaviourFifo) fifo = behaviour_fifo_new ();

  tell_lookout (f, lookout, "read and write", fifo);
  watch (f, lookout, fifo->path, "-1");
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (ThespianAddress) delayed = behaviour_create (f, BEHAVIOUR_TYPE_DELAYED);

      behaviour_assert_probe (f, delayed, behaviour_delayed_order (10000, "a while"), "a while");
    }
  behaviour_assert_nothing (f);

  behaviour_fifo_write (fifo);
  assert_ready (f, fifo->path);
}

static void
watch_sets (BehaviourFixture *f,
            ThespianAddress  *lookout,
            GVariant         *sets)
{
  behaviour_assert_ask (f, lookout, behaviour_variant (sets), "watching");
}

static void
test_add_up (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  g_autoptr (BehaviourFifo) one = behaviour_fifo_new ();
  g_autoptr (BehaviourFifo) two = behaviour_fifo_new ();

  behaviour_fifo_write (one);
  behaviour_fifo_write (two);
  watch_sets (f, lookout, g_variant_new_parsed ("[[%s], [%s]]", one->path, two->path));
  assert_both_ready (f, one, two);

  /* The watch of an earlier handler is no part of it. */
  watch_sets (f, lookout, g_variant_new_parsed ("[[%s]]", one->path));
  assert_ready (f, one->path);
  watch_sets (f, lookout, g_variant_new_parsed ("[[%s]]", two->path));
  assert_ready (f, two->path);
}

static void
test_other_end_closed (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lookout = behaviour_create (f, lookout_get_type ());
  g_autoptr (BehaviourFifo) fifo = behaviour_fifo_new ();

  watch (f, lookout, fifo->path, "-1");
  close (fifo->fd);
  fifo->fd = -1;
  assert_ready (f, fifo->path);
}

/* On "at PATH", attaches a source for each kind of event to its context. */
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
  close (fd);
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
  int fd = -1;

  if (behaviour_after (message, "at ") == NULL)
    return TRUE;

  self->thread = g_thread_self ();
  g_set_object (&self->asker, sender);
  fd = behaviour_fifo_open (behaviour_after (message, "at "), O_RDONLY);
  fd_source = g_unix_fd_source_new (fd, G_IO_IN);
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
  g_autoptr (BehaviourFifo) fifo = behaviour_fifo_new ();
  g_autofree char *order = g_strdup_printf ("at %s", fifo->path);

  behaviour_assert_ask (f, sourcerer, behaviour_string (order), "idle");
  behaviour_fifo_write (fifo);
  behaviour_assert_listen (f, "descriptor");
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
