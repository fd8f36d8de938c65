/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When what has come from other processes is a turn of the node's loop: with a transport of the test's own. */

#include "runtime/thespian-node-private.h"

#include <glib-unix.h>
#include <unistd.h>

#define FOR_TRANSPORT 't'
#define FOR_NODE 'n'

typedef struct
{
  ThespianAdminFace face;
  ThespianNode *node;
  int fds[2];
  /* atomic */
  guint n_polls;
  guint n_polls_when_served;
  guint n_served;
  guint n_turns;
  guint n_pumps;
  gint has_arrivals;
} NodeIoTest;

/* --- The transport ------------------------------------------------------------------------------ */

static void
io_flush (gpointer io)
{
}

static int
io_before_poll (gpointer io,
                int      timeout)
{
  NodeIoTest *f = io;

  __atomic_add_fetch (&f->n_polls, 1, __ATOMIC_SEQ_CST);
  return timeout;
}

static void
io_serve (gpointer io,
          int      n_ready)
{
  NodeIoTest *f = io;
  char what;

  if (n_ready == 0)
    return;
  g_assert_cmpint (read (f->fds[0], &what, 1), ==, 1);
  if (what == FOR_NODE)
    __atomic_store_n (&f->has_arrivals, TRUE, __ATOMIC_SEQ_CST);
  __atomic_store_n (&f->n_polls_when_served, f->n_polls, __ATOMIC_SEQ_CST);
  __atomic_add_fetch (&f->n_served, 1, __ATOMIC_SEQ_CST);
}

static void
io_after_poll (gpointer io)
{
  NodeIoTest *f = io;

  __atomic_add_fetch (&f->n_turns, 1, __ATOMIC_SEQ_CST);
}

static void
io_pump (gpointer io)
{
  NodeIoTest *f = io;

  __atomic_store_n (&f->has_arrivals, FALSE, __ATOMIC_SEQ_CST);
  __atomic_add_fetch (&f->n_pumps, 1, __ATOMIC_SEQ_CST);
}

static gboolean
io_is_dirty (gpointer io)
{
  return FALSE;
}

static gboolean
io_has_arrivals (gpointer io)
{
  NodeIoTest *f = io;

  return __atomic_load_n (&f->has_arrivals, __ATOMIC_SEQ_CST);
}

static const ThespianNodeIo node_io = {
  .flush = io_flush,
  .before_poll = io_before_poll,
  .serve = io_serve,
  .after_poll = io_after_poll,
  .pump = io_pump,
  .is_dirty = io_is_dirty,
  .has_arrivals = io_has_arrivals,
};

/* --- The node ----------------------------------------------------------------------------------- */

static ThespianAdminFace *
face_ref (ThespianAdminFace *face)
{
  return face;
}

static void
face_let_be (ThespianAdminFace *face)
{
}

static const ThespianAdminOps face_ops = {
  .ref = face_ref,
  .unref = face_let_be,
  .node_closed = face_let_be,
};

static void
wait_for (guint *count,
          guint  n)
{
  while (__atomic_load_n (count, __ATOMIC_SEQ_CST) < n)
    g_usleep (100);
}

/* Until the node polls again behind it, with a turn in between or without. */
static void
put (NodeIoTest *f,
     char        what)
{
  guint n_served = __atomic_load_n (&f->n_served, __ATOMIC_SEQ_CST);

  g_assert_cmpint (write (f->fds[1], &what, 1), ==, 1);
  wait_for (&f->n_served, n_served + 1);
  wait_for (&f->n_polls, __atomic_load_n (&f->n_polls_when_served, __ATOMIC_SEQ_CST) + 1);
}

static void
set_up (NodeIoTest   *f,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->face.ops = &face_ops;
  g_unix_open_pipe (f->fds, FD_CLOEXEC, &error);
  g_assert_no_error (error);
  f->node = thespian_node_new (&f->face, THESPIAN_NODE_THREAD, "test");
  thespian_node_set_io (f->node, &node_io, f, f->fds[0]);
  thespian_node_start (f->node, &error);
  g_assert_no_error (error);
  /* the first turn does not wait; from the next on the node waits for what comes */
  put (f, FOR_TRANSPORT);
  put (f, FOR_TRANSPORT);
}

static void
tear_down (NodeIoTest   *f,
           gconstpointer data)
{
  thespian_node_dismiss (f->node);
  thespian_node_join (f->node);
  thespian_node_unref (f->node);
  close (f->fds[0]);
  close (f->fds[1]);
}

/* --- Tests -------------------------------------------------------------------------------------- */

static void
test_transport_alone (NodeIoTest   *f,
                      gconstpointer data)
{
  guint n_turns = __atomic_load_n (&f->n_turns, __ATOMIC_SEQ_CST);
  guint n_pumps = __atomic_load_n (&f->n_pumps, __ATOMIC_SEQ_CST);

  for (guint i = 0; i < 10; i++)
    put (f, FOR_TRANSPORT);
  g_assert_cmpuint (__atomic_load_n (&f->n_turns, __ATOMIC_SEQ_CST), ==, n_turns);
  g_assert_cmpuint (__atomic_load_n (&f->n_pumps, __ATOMIC_SEQ_CST), ==, n_pumps);

  put (f, FOR_NODE);
  wait_for (&f->n_pumps, n_pumps + 1);
  g_assert_cmpuint (__atomic_load_n (&f->n_turns, __ATOMIC_SEQ_CST), >, n_turns);
}

static gboolean
count (gpointer data)
{
  __atomic_add_fetch ((guint *) data, 1, __ATOMIC_SEQ_CST);
  return G_SOURCE_REMOVE;
}

/* What else the loop has to do is done between what the transport has. */
static void
test_other_sources (NodeIoTest   *f,
                    gconstpointer data)
{
  static const guint delays[] = { 0, 20 };
  guint n_counted = 0;

  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      g_autoptr (GSource) source = g_timeout_source_new (delays[i]);

      g_source_set_callback (source, count, &n_counted, NULL);
      g_source_attach (source, f->node->context);
      while (__atomic_load_n (&n_counted, __ATOMIC_SEQ_CST) <= i)
        put (f, FOR_TRANSPORT);
    }
}

static void
test_wake (NodeIoTest   *f,
           gconstpointer data)
{
  guint n_turns = __atomic_load_n (&f->n_turns, __ATOMIC_SEQ_CST);

  put (f, FOR_TRANSPORT);
  thespian_node_wake (f->node);
  wait_for (&f->n_turns, n_turns + 1);
}

static void
add (const char *path,
     void      (*test) (NodeIoTest *f, gconstpointer data))
{
  g_test_add (path, NodeIoTest, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/runtime/node-io/transport-alone", test_transport_alone);
  add ("/runtime/node-io/other-sources", test_other_sources);
  add ("/runtime/node-io/wake", test_wake);

  return g_test_run ();
}
