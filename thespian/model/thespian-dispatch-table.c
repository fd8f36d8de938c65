/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which handlers a class of dispatchers has for a type of messages is worked out once and then kept
 * as a path: an array of the places to look at. The paths stand in an open-addressed table of
 * pointers. A path never changes and is never freed, and neither is a table of pointers: a full one
 * is replaced by one of twice the size, which together with all before it takes no more than twice
 * its own. So whoever reads needs no lock, only the order of two loads.
 */

#include "config.h"

#include "model/thespian-dispatch-table-private.h"

#include "model/thespian-value-private.h"

#define FIRST_BITS 4

typedef struct
{
  GType type;
  ThespianMessageHandler handler;
} Handler;

typedef struct _PathSet PathSet;

struct _PathSet
{
  guint bits;
  guint n_paths;
  PathSet *smaller; /* (nullable): kept, as a thread may still be reading it */
  ThespianDispatchPath *slots[]; /* atomic; NULL when free; at least half of them are */
};

struct _ThespianDispatchTable
{
  GType owner;
  ThespianDispatchTable *parent; /* (nullable) */
  GArray *handlers;              /* of Handler; fixed once a path has been made of it */
  GMutex lock;                   /* held by whoever adds a path */
  PathSet *paths;                /* atomic */
};

static PathSet *
path_set_new (guint    bits,
              PathSet *smaller)
{
  PathSet *set = g_malloc0 (sizeof (PathSet) + (sizeof (ThespianDispatchPath *) << bits));

  set->bits = bits;
  set->smaller = smaller;

  return set;
}

static guint
path_set_first_slot (PathSet *set,
                     GType    type)
{
  return (guint) (((guint64) type * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> (64 - set->bits));
}

/* The path for @type, or NULL and in @ret_slot where it would stand. */
static ThespianDispatchPath *
path_set_find (PathSet *set,
               GType    type,
               guint   *ret_slot)
{
  guint mask = (1u << set->bits) - 1;
  guint slot = path_set_first_slot (set, type);

  for (;; slot = (slot + 1) & mask)
    {
      ThespianDispatchPath *path = g_atomic_pointer_get (&set->slots[slot]);

      if (path == NULL || path->type == type)
        {
          *ret_slot = slot;
          return path;
        }
    }
}

static void
path_set_insert (PathSet              *set,
                 ThespianDispatchPath *path)
{
  guint slot;

  path_set_find (set, path->type, &slot);
  g_atomic_pointer_set (&set->slots[slot], path);
  set->n_paths++;
}

static PathSet *
path_set_grow (PathSet *set)
{
  PathSet *larger = path_set_new (set->bits + 1, set);

  for (guint i = 0; i < 1u << set->bits; i++)
    {
      if (set->slots[i] != NULL)
        path_set_insert (larger, set->slots[i]);
    }

  return larger;
}

static void
append_class_handlers (GArray                *steps,
                       ThespianDispatchTable *table,
                       GType                  type,
                       gboolean               converts)
{
  for (; table != NULL; table = table->parent)
    {
      for (guint i = 0; i < table->handlers->len; i++)
        {
          const Handler *handler = &g_array_index (table->handlers, Handler, i);
          ThespianDispatchStep step = { type, converts, handler->handler };

          if (handler->type == type)
            g_array_append_val (steps, step);
        }
    }
}

static void
append_type (GArray                *steps,
             ThespianDispatchTable *table,
             GType                  type,
             gboolean               converts)
{
  ThespianDispatchStep of_instance = { type, converts, NULL };

  g_array_append_val (steps, of_instance);
  append_class_handlers (steps, table, type, converts);
}

static gboolean
contains (const GType *types,
          gsize        n_types,
          GType        type)
{
  for (gsize i = 0; i < n_types; i++)
    {
      if (types[i] == type)
        return TRUE;
    }

  return FALSE;
}

/*
 * Integers count as one type, and so do the two kinds of floating-point numbers. The widest come
 * first: into them everything goes.
 */
static void
append_numbers (GArray                *steps,
                ThespianDispatchTable *table,
                GType                  type)
{
  static const GType integers[] = {
    G_TYPE_INT64, G_TYPE_UINT64, G_TYPE_LONG, G_TYPE_ULONG,
    G_TYPE_INT,   G_TYPE_UINT,   G_TYPE_CHAR, G_TYPE_UCHAR,
  };
  static const GType reals[] = { G_TYPE_DOUBLE, G_TYPE_FLOAT };
  const GType *family;
  gsize n_family;

  if (contains (integers, G_N_ELEMENTS (integers), type))
    {
      family = integers;
      n_family = G_N_ELEMENTS (integers);
    }
  else if (contains (reals, G_N_ELEMENTS (reals), type))
    {
      family = reals;
      n_family = G_N_ELEMENTS (reals);
    }
  else
    {
      return;
    }

  for (gsize i = 0; i < n_family; i++)
    {
      if (family[i] != type)
        append_type (steps, table, family[i], TRUE);
    }
}

/* An interface that requires another one comes before it. */
static void
sort_interfaces (GType *interfaces,
                 guint  n_interfaces)
{
  for (guint i = 1; i < n_interfaces; i++)
    {
      GType moved = interfaces[i];
      guint j = i;

      for (guint k = i; k > 0; k--)
        {
          if (g_type_is_a (moved, interfaces[k - 1]))
            j = k - 1;
        }

      for (guint k = i; k > j; k--)
        interfaces[k] = interfaces[k - 1];
      interfaces[j] = moved;
    }
}

static void
append_interfaces (GArray                *steps,
                   ThespianDispatchTable *table,
                   GType                  type)
{
  guint n_interfaces;
  g_autofree GType *interfaces = g_type_interfaces (type, &n_interfaces);

  sort_interfaces (interfaces, n_interfaces);
  for (guint i = 0; i < n_interfaces; i++)
    append_type (steps, table, interfaces[i], FALSE);
}

static GArray *
collect_steps (ThespianDispatchTable *table,
               GType                  type)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (ThespianDispatchStep));
  GType fundamental = g_type_fundamental (type);

  for (GType t = type; t != fundamental; t = g_type_parent (t))
    append_type (steps, table, t, FALSE);

  append_interfaces (steps, table, type);
  append_type (steps, table, fundamental, FALSE);
  append_numbers (steps, table, fundamental);

  return steps;
}

static ThespianDispatchPath *
path_new (ThespianDispatchTable *table,
          GType                  type)
{
  g_autoptr (GArray) steps = collect_steps (table, type);
  ThespianDispatchPath *path = g_malloc (sizeof (ThespianDispatchPath) +
                                         steps->len * sizeof (ThespianDispatchStep));

  path->type = type;
  path->n_steps = steps->len;
  path->n_handlers = 0;
  for (guint i = 0; i < steps->len; i++)
    {
      path->steps[i] = g_array_index (steps, ThespianDispatchStep, i);
      path->n_handlers += path->steps[i].handler != NULL;
    }

  return path;
}

ThespianDispatchTable *
thespian_dispatch_table_new (GType                  owner,
                             ThespianDispatchTable *parent)
{
  ThespianDispatchTable *self = g_new0 (ThespianDispatchTable, 1);

  self->owner = owner;
  self->parent = parent;
  self->handlers = g_array_new (FALSE, FALSE, sizeof (Handler));
  g_mutex_init (&self->lock);
  self->paths = path_set_new (FIRST_BITS, NULL);

  return self;
}

GType
thespian_dispatch_table_owner (ThespianDispatchTable *self)
{
  return self->owner;
}

/* A second handler for the same type takes the place of the first. */
void
thespian_dispatch_table_add (ThespianDispatchTable *self,
                             GType                  type,
                             ThespianMessageHandler handler)
{
  Handler added = { type, handler };

  /* Too late: a path that was worked out without this handler may be in use. */
  g_return_if_fail (self->paths->n_paths == 0);

  for (guint i = 0; i < self->handlers->len; i++)
    {
      if (g_array_index (self->handlers, Handler, i).type == type)
        {
          g_array_index (self->handlers, Handler, i) = added;
          return;
        }
    }

  g_array_append_val (self->handlers, added);
}

static const ThespianDispatchPath *
add_path (ThespianDispatchTable *self,
          GType                  type)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  PathSet *paths = self->paths;
  guint slot;
  ThespianDispatchPath *path = path_set_find (paths, type, &slot);

  if (path != NULL)
    return path;

  if (paths->n_paths >= 1u << (paths->bits - 1))
    {
      paths = path_set_grow (paths);
      g_atomic_pointer_set (&self->paths, paths);
    }

  path = path_new (self, type);
  path_set_insert (paths, path);

  return path;
}

const ThespianDispatchPath *
thespian_dispatch_table_lookup (ThespianDispatchTable *self,
                                GType                  type)
{
  PathSet *paths = g_atomic_pointer_get (&self->paths);
  guint slot;
  const ThespianDispatchPath *path = path_set_find (paths, type, &slot);

  if (G_LIKELY (path != NULL))
    return path;

  return add_path (self, type);
}
