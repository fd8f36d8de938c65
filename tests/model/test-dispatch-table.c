/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/thespian-dispatch-table-private.h"

#include <gio/gio.h>

#define N_THREADS 4
#define N_TYPES 300

/* Three handlers, of which only the addresses matter. */
#define DEFINE_HANDLER(name)                            \
  static ThespianDispatch                               \
  name (ThespianTypeDispatcher *self,                   \
        const GValue           *message,                \
        ThespianAddress        *sender,                 \
        gpointer                user_data,              \
        GError                **error)                  \
  {                                                     \
    g_assert_not_reached ();                            \
  }

DEFINE_HANDLER (handle_a)
DEFINE_HANDLER (handle_b)
DEFINE_HANDLER (handle_c)

static const char *
handler_name (ThespianMessageHandler handler)
{
  if (handler == handle_a)
    return ":a";

  return handler == handle_b ? ":b" : ":c";
}

/* A table lives for ever, so something has to hold it, or it looks like a leak. */
static ThespianDispatchTable *
new_table (GType                  owner,
           ThespianDispatchTable *parent)
{
  static GPtrArray *tables;

  if (tables == NULL)
    tables = g_ptr_array_new ();

  g_ptr_array_add (tables, thespian_dispatch_table_new (owner, parent));

  return g_ptr_array_index (tables, tables->len - 1);
}

/* The types of a path in their order, each with the letters of its handlers. */
static char *
describe (const ThespianDispatchPath *path)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < path->n_steps; i++)
    {
      const ThespianDispatchStep *step = &path->steps[i];

      if (step->handler != NULL)
        g_string_append (text, handler_name (step->handler));
      else
        g_string_append_printf (text, "%s%s%s", i == 0 ? "" : " ", step->converts ? "~" : "",
                                g_type_name (step->type));
    }

  return g_string_free (text, FALSE);
}

static void
assert_path (ThespianDispatchTable *table,
             GType                  type,
             const char            *expected)
{
  const ThespianDispatchPath *path = thespian_dispatch_table_lookup (table, type);
  g_autofree char *text = describe (path);

  g_assert_cmpstr (text, ==, expected);
  g_assert_true (path->type == type);
  g_assert_true (thespian_dispatch_table_lookup (table, type) == path);
}

static void
test_objects (void)
{
  ThespianDispatchTable *parent = new_table (G_TYPE_OBJECT, NULL);
  ThespianDispatchTable *table = new_table (G_TYPE_APPLICATION, parent);

  g_assert_true (thespian_dispatch_table_owner (table) == G_TYPE_APPLICATION);

  thespian_dispatch_table_add (parent, G_TYPE_OBJECT, handle_a);
  thespian_dispatch_table_add (parent, G_TYPE_FILTER_INPUT_STREAM, handle_a);
  thespian_dispatch_table_add (table, G_TYPE_FILTER_INPUT_STREAM, handle_b);
  thespian_dispatch_table_add (table, G_TYPE_SEEKABLE, handle_c);

  assert_path (parent, G_TYPE_BUFFERED_INPUT_STREAM,
               "GBufferedInputStream GFilterInputStream:a GInputStream GSeekable GObject:a");
  assert_path (table, G_TYPE_BUFFERED_INPUT_STREAM,
               "GBufferedInputStream GFilterInputStream:b:a GInputStream GSeekable:c GObject:a");
  assert_path (table, G_TYPE_OBJECT, "GObject:a");
}

static void
test_replaced (void)
{
  ThespianDispatchTable *table = new_table (G_TYPE_OBJECT, NULL);

  thespian_dispatch_table_add (table, G_TYPE_STRING, handle_a);
  thespian_dispatch_table_add (table, G_TYPE_STRING, handle_b);

  assert_path (table, G_TYPE_STRING, "gchararray:b");
}

/* GLoadableIcon requires GIcon, whichever of the two a class names first. */
static void
test_interfaces (void)
{
  ThespianDispatchTable *table = new_table (G_TYPE_OBJECT, NULL);

  thespian_dispatch_table_add (table, G_TYPE_ICON, handle_a);

  assert_path (table, G_TYPE_FILE_ICON, "GFileIcon GLoadableIcon GIcon:a GObject");
  assert_path (table, G_TYPE_BYTES_ICON, "GBytesIcon GLoadableIcon GIcon:a GObject");
  assert_path (table, G_TYPE_ICON, "GIcon:a GInterface");
}

static void
test_numbers (void)
{
  ThespianDispatchTable *table = new_table (G_TYPE_OBJECT, NULL);

  thespian_dispatch_table_add (table, G_TYPE_INT, handle_a);
  thespian_dispatch_table_add (table, G_TYPE_FLOAT, handle_b);

  assert_path (table, G_TYPE_INT,
               "gint:a ~gint64 ~guint64 ~glong ~gulong ~guint ~gchar ~guchar");
  assert_path (table, G_TYPE_UCHAR,
               "guchar ~gint64 ~guint64 ~glong ~gulong ~gint:a ~guint ~gchar");
  assert_path (table, G_TYPE_DOUBLE, "gdouble ~gfloat:b");
  assert_path (table, G_TYPE_BOOLEAN, "gboolean");
  assert_path (table, G_TYPE_NORMALIZE_MODE, "GNormalizeMode GEnum");
  assert_path (table, G_TYPE_BYTES, "GBytes GBoxed");
  assert_path (table, G_TYPE_VARIANT, "GVariant");
}

static gpointer
copy_nothing (gpointer boxed)
{
  return boxed;
}

static void
free_nothing (gpointer boxed)
{
}

static GType *
register_types (const char *prefix)
{
  GType *types = g_new (GType, N_TYPES);

  for (guint i = 0; i < N_TYPES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s%u", prefix, i);

      types[i] = g_boxed_type_register_static (name, copy_nothing, free_nothing);
    }

  return types;
}

static void
test_growth (void)
{
  g_autofree GType *types = register_types ("TestGrowth");
  ThespianDispatchTable *table = new_table (G_TYPE_OBJECT, NULL);
  const ThespianDispatchPath *paths[N_TYPES];

  thespian_dispatch_table_add (table, types[7], handle_a);

  for (guint i = 0; i < N_TYPES; i++)
    {
      paths[i] = thespian_dispatch_table_lookup (table, types[i]);
      g_assert_true (paths[i]->type == types[i]);
      g_assert_cmpuint (paths[i]->n_handlers, ==, i == 7 ? 1 : 0);
    }

  for (guint i = 0; i < N_TYPES; i++)
    g_assert_true (thespian_dispatch_table_lookup (table, types[i]) == paths[i]);
}

typedef struct
{
  ThespianDispatchTable *table;
  const GType *types;
  guint start;
  const ThespianDispatchPath *paths[N_TYPES];
} Reader;

static gpointer
read_cb (gpointer data)
{
  Reader *reader = data;

  for (guint i = 0; i < N_TYPES; i++)
    {
      guint n = (reader->start + i) % N_TYPES;

      reader->paths[n] = thespian_dispatch_table_lookup (reader->table, reader->types[n]);
    }

  return NULL;
}

/* All threads meet new types at the same time; each type has one path in the end. */
static void
test_threads (void)
{
  g_autofree GType *types = register_types ("TestThreads");

  for (guint round = 0; round < 20; round++)
    {
      ThespianDispatchTable *table = new_table (G_TYPE_OBJECT, NULL);
      g_autofree Reader *readers = g_new0 (Reader, N_THREADS);
      GThread *threads[N_THREADS];

      thespian_dispatch_table_add (table, types[7], handle_a);

      for (guint i = 0; i < N_THREADS; i++)
        {
          readers[i].table = table;
          readers[i].types = types;
          readers[i].start = i * 10;
          threads[i] = g_thread_new ("reader", read_cb, &readers[i]);
        }

      for (guint i = 0; i < N_THREADS; i++)
        g_thread_join (threads[i]);

      for (guint n = 0; n < N_TYPES; n++)
        {
          g_assert_true (readers[0].paths[n]->type == types[n]);
          g_assert_cmpuint (readers[0].paths[n]->n_handlers, ==, n == 7 ? 1 : 0);
          for (guint i = 1; i < N_THREADS; i++)
            g_assert_true (readers[i].paths[n] == readers[0].paths[n]);
        }
    }
}

static void
test_too_late (void)
{
  if (g_test_subprocess ())
    {
      ThespianDispatchTable *table = new_table (G_TYPE_OBJECT, NULL);

      thespian_dispatch_table_lookup (table, G_TYPE_STRING);
      thespian_dispatch_table_add (table, G_TYPE_STRING, handle_a);
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*n_paths == 0*");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dispatch-table/objects", test_objects);
  g_test_add_func ("/dispatch-table/replaced", test_replaced);
  g_test_add_func ("/dispatch-table/interfaces", test_interfaces);
  g_test_add_func ("/dispatch-table/numbers", test_numbers);
  g_test_add_func ("/dispatch-table/growth", test_growth);
  g_test_add_func ("/dispatch-table/threads", test_threads);
  g_test_add_func ("/dispatch-table/too-late", test_too_late);

  return g_test_run ();
}
