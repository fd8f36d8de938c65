/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-log-rotation-private.h"

#include <errno.h>
#include <glib/gstdio.h>

gboolean
thespian_log_rotation_equal (const ThespianLogRotation *a,
                             const ThespianLogRotation *b)
{
  return a->kind == b->kind && a->n_backups == b->n_backups && a->max_bytes == b->max_bytes &&
         a->single_old == b->single_old && a->period == b->period && a->in_days == b->in_days;
}

/* --- By size ---------------------------------------------------------------------------------- */

static char *
numbered_path (const ThespianLogRotation *self,
               const char                *path,
               guint                      number)
{
  if (number == 0)
    return g_strdup (path);
  if (self->single_old)
    return g_strconcat (path, ".old", NULL);
  return g_strdup_printf ("%s.%u", path, number);
}

/* The oldest first, and the file itself last: until then nobody makes a new one. */
static gboolean
move_by_size (const ThespianLogRotation *self,
              const char                *path)
{
  for (guint i = self->n_backups; i > 0; i--)
    {
      g_autofree char *from = numbered_path (self, path, i - 1);
      g_autofree char *to = numbered_path (self, path, i);

      if (g_rename (from, to) != 0 && (errno != ENOENT || i == 1))
        return FALSE;
    }
  return TRUE;
}

/* --- By time ---------------------------------------------------------------------------------- */

/* Hours may come twice when the clocks go back, so only days are local. */
static gint64
get_period (const ThespianLogRotation *self,
            gint64                     time)
{
  g_autoptr (GDateTime) local = NULL;
  int year, month, day;
  GDate date;

  if (!self->in_days)
    return time / (gint64) self->period;
  local = g_date_time_new_from_unix_local (time);
  g_date_time_get_ymd (local, &year, &month, &day);
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return g_date_get_julian (&date) / (gint64) self->period;
}

/* The name of the period, which is its beginning. */
static char *
period_to_string (const ThespianLogRotation *self,
                  gint64                     period)
{
  g_autoptr (GDateTime) begin = NULL;
  GDate date;

  if (self->in_days)
    {
      g_date_clear (&date, 1);
      g_date_set_julian (&date, (guint32) MAX (period * (gint64) self->period, 1));
      return g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (&date), g_date_get_month (&date),
                              g_date_get_day (&date));
    }
  begin = g_date_time_new_from_unix_utc (period * (gint64) self->period);
  return g_date_time_format (begin, "%Y%m%dT%H%M%SZ");
}

/* A file that was moved before, in the same period: the clock had been set back. */
static char *
find_free_path (const char *path,
                const char *stamp)
{
  char *to = g_strdup_printf ("%s.%s", path, stamp);

  for (guint i = 1; g_file_test (to, G_FILE_TEST_EXISTS); i++)
    {
      g_free (to);
      to = g_strdup_printf ("%s.%s-%u", path, stamp, i);
    }
  return to;
}

static gboolean
looks_like (const char *text,
            const char *stamp)
{
  for (; *stamp != '\0'; text++, stamp++)
    if (g_ascii_isdigit (*stamp) ? !g_ascii_isdigit (*text) : *text != *stamp)
      return FALSE;
  return *text == '\0' || *text == '-';
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Removes the oldest of those with a stamp like @stamp. */
static void
remove_oldest (const ThespianLogRotation *self,
               const char                *path,
               const char                *stamp)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  gsize length = strlen (base);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (strncmp (name, base, length) == 0 && name[length] == '.' &&
        looks_like (name + length + 1, stamp))
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i + self->n_backups < names->len; i++)
    g_unlink (g_ptr_array_index (names, i));
}

static gboolean
move_by_time (const ThespianLogRotation *self,
              const char                *path,
              const struct stat         *info)
{
  g_autofree char *stamp = period_to_string (self, get_period (self, info->st_mtime));
  g_autofree char *to = find_free_path (path, stamp);

  if (g_rename (path, to) != 0)
    return FALSE;
  if (self->n_backups > 0)
    remove_oldest (self, path, stamp);
  return TRUE;
}

/* --- Either ----------------------------------------------------------------------------------- */

gboolean
thespian_log_rotation_is_due (const ThespianLogRotation *self,
                              const struct stat         *info,
                              gsize                      size)
{
  if (self->kind == THESPIAN_LOG_ROTATION_NONE || info->st_size == 0 || !S_ISREG (info->st_mode))
    return FALSE;
  if (self->kind == THESPIAN_LOG_ROTATION_BY_SIZE)
    return (guint64) info->st_size + size > self->max_bytes;
  return get_period (self, info->st_mtime) < get_period (self, g_get_real_time () / G_USEC_PER_SEC);
}

gboolean
thespian_log_rotation_move (const ThespianLogRotation *self,
                            const char                *path,
                            const struct stat         *info)
{
  if (self->kind == THESPIAN_LOG_ROTATION_BY_SIZE)
    return move_by_size (self, path);
  return move_by_time (self, path, info);
}
