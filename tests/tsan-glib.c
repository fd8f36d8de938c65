/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What GLib's calls mean to ThreadSanitizer.
 *
 * TSan understands pthreads and atomic operations of code that was compiled for it.  GLib was not, and its locks are
 * futexes of its own, so TSan sees no order between two threads that take turns with a GMutex, and takes every datum
 * under a lock for a race.  In builds for TSan these functions stand before GLib's: each calls GLib's, and tells TSan
 * which order it made.  Nothing is hidden by it: two threads that do not go through the same lock, or the same
 * reference count, are still reported.
 */

#include <dlfcn.h>
#include <glib-object.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

#define REAL(function) \
  static gpointer found; \
  __typeof__ (&function) real = __atomic_load_n (&found, __ATOMIC_RELAXED); \
  if (G_UNLIKELY (real == NULL)) \
    { \
      real = dlsym (RTLD_NEXT, #function); \
      __atomic_store_n (&found, real, __ATOMIC_RELAXED); \
    }

#define EXPORT __attribute__ ((visibility ("default"), no_sanitize_thread))

/* Locks: who locks comes after whoever unlocked before. */

EXPORT void
(g_mutex_lock) (GMutex *mutex)
{
  REAL (g_mutex_lock);
  real (mutex);
  __tsan_acquire (mutex);
}

EXPORT gboolean
(g_mutex_trylock) (GMutex *mutex)
{
  REAL (g_mutex_trylock);
  if (!real (mutex))
    return FALSE;
  __tsan_acquire (mutex);
  return TRUE;
}

EXPORT void
(g_mutex_unlock) (GMutex *mutex)
{
  REAL (g_mutex_unlock);
  __tsan_release (mutex);
  real (mutex);
}

EXPORT void
(g_cond_wait) (GCond  *cond,
               GMutex *mutex)
{
  REAL (g_cond_wait);
  __tsan_release (mutex);
  real (cond, mutex);
  __tsan_acquire (mutex);
}

EXPORT gboolean
(g_cond_wait_until) (GCond  *cond,
                     GMutex *mutex,
                     gint64  end_time)
{
  REAL (g_cond_wait_until);
  gboolean signalled;

  __tsan_release (mutex);
  signalled = real (cond, mutex, end_time);
  __tsan_acquire (mutex);
  return signalled;
}

/* Whoever sees the value comes after what was done before it was set; the reader's side is inlined in our code. */

EXPORT void
(g_once_init_leave) (volatile void *location,
                     gsize          result)
{
  REAL (g_once_init_leave);
  __tsan_release ((void *) location);
  real (location, result);
}

EXPORT gboolean
(g_once_init_enter) (volatile void *location)
{
  REAL (g_once_init_enter);
  gboolean first;

  first = real (location);
  __tsan_acquire ((void *) location);
  return first;
}

/*
 * Reference counts: whoever drops the last one comes after all who dropped theirs before.  An object's count is
 * public, so it is counted down here as GLib does it, by atomic operations that TSan sees; of the others it is told.
 * (A toggle reference would have to be notified; only language bindings use them.)
 */

__attribute__ ((visibility ("default"))) void
(g_object_unref) (gpointer object)
{
  REAL (g_object_unref);
  guint *count = (guint *) &((GObject *) object)->ref_count;
  guint old = __atomic_load_n (count, __ATOMIC_ACQUIRE);

  while (old > 1)
    if (__atomic_compare_exchange_n (count, &old, old - 1, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
      return;
  real (object);
}

static __thread GDestroyNotify rc_box_clear;

__attribute__ ((no_sanitize_thread)) static void
rc_box_dropped (gpointer box)
{
  __tsan_acquire (box);
  if (rc_box_clear != NULL)
    rc_box_clear (box);
}

EXPORT void
(g_atomic_rc_box_release_full) (gpointer       box,
                                GDestroyNotify clear)
{
  REAL (g_atomic_rc_box_release_full);
  __tsan_release (box);
  rc_box_clear = clear;
  real (box, rc_box_dropped);
}

EXPORT void
(g_atomic_rc_box_release) (gpointer box)
{
  g_atomic_rc_box_release_full (box, NULL);
}

#define DROPPED(object) \
  if ((object) != NULL) \
    { \
      __tsan_release (object); \
      __tsan_acquire (object); \
    }

EXPORT void
(g_variant_unref) (GVariant *value)
{
  REAL (g_variant_unref);
  DROPPED (value)
  real (value);
}

/* A value drops what it holds inside GObject, where g_object_unref() above is not reached. */
__attribute__ ((visibility ("default"))) void
(g_value_unset) (GValue *value)
{
  REAL (g_value_unset);
  if (G_VALUE_HOLDS_OBJECT (value) && value->data[0].v_pointer != NULL)
    g_object_unref (g_steal_pointer (&value->data[0].v_pointer));
  else if (G_VALUE_HOLDS_BOXED (value) || G_VALUE_HOLDS_VARIANT (value))
    DROPPED (value->data[0].v_pointer)
  real (value);
}

EXPORT void
(g_bytes_unref) (GBytes *bytes)
{
  REAL (g_bytes_unref);
  DROPPED (bytes)
  real (bytes);
}

EXPORT void
(g_main_context_unref) (GMainContext *context)
{
  REAL (g_main_context_unref);
  DROPPED (context)
  real (context);
}

EXPORT void
(g_source_unref) (GSource *source)
{
  REAL (g_source_unref);
  DROPPED (source)
  real (source);
}
