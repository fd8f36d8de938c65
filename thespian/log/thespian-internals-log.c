/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-internals-log-private.h"

#include "log/thespian-log-file-private.h"
#include "log/thespian-log-level-private.h"

#include <errno.h>
#include <unistd.h>

#define DEFAULT_MAX_SIZE 51200
#define LEAST_MAX_SIZE 10240 /* nobody who sets less than this wants a log */
#define MAX_LINE 4096

typedef struct
{
  ThespianLogFile *file; /* (owned) (nullable) NULL when off */
  int threshold;
} Settings;

static Settings settings;
static gsize has_settings;

static void write_line (GLogLevelFlags level, const char *text);

/* --- Settings --------------------------------------------------------------------------------- */

/* Says what is wrong with a variable in the log itself, since the others stand. */
static guint64
read_max_size (GString *complaints)
{
  const char *text = g_getenv ("THESPLOG_FILE_MAXSIZE");
  guint64 number;

  if (text == NULL || *text == '\0')
    return DEFAULT_MAX_SIZE;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL))
    return number;
  g_string_append_printf (complaints, "THESPLOG_FILE_MAXSIZE is “%s”: expected a number of bytes; ",
                          text);
  return DEFAULT_MAX_SIZE;
}

static int
read_threshold (GString *complaints)
{
  const char *text = g_getenv ("THESPLOG_THRESHOLD");
  int threshold = THESPIAN_LOG_SEVERITY_WARNING;

  if (text != NULL && *text != '\0' && !thespian_log_severity_from_name (text, &threshold))
    g_string_append_printf (
      complaints, "THESPLOG_THRESHOLD is “%s”: expected " THESPIAN_LOG_SEVERITY_NAMES "; ", text);
  return threshold;
}

static ThespianLogFile *
make_file (guint64 max_size)
{
  const ThespianLogRotation rotation = {
    .kind = THESPIAN_LOG_ROTATION_BY_SIZE, .n_backups = 1, .max_bytes = max_size, .single_old = TRUE
  };
  const char *chosen = g_getenv ("THESPLOG_FILE");
  g_autofree char *path = NULL;

  if (chosen != NULL && *chosen != '\0')
    return thespian_log_file_new (chosen, &rotation, THESPIAN_LOG_FILE_NONE);
  path = g_build_filename (g_get_tmp_dir (), "thespian.log", NULL);
  return thespian_log_file_new (path, &rotation, THESPIAN_LOG_FILE_PRIVATE);
}

static void
read_settings (void)
{
  g_autoptr (GString) complaints = g_string_new (NULL);
  guint64 max_size = read_max_size (complaints);

  settings.threshold = read_threshold (complaints);
  settings.file = max_size >= LEAST_MAX_SIZE ? make_file (max_size) : NULL;
  if (complaints->len > 0 && settings.file != NULL)
    {
      g_string_truncate (complaints, complaints->len - strlen ("; "));
      write_line (G_LOG_LEVEL_WARNING, complaints->str);
    }
}

static void
ensure_settings (void)
{
  if (g_once_init_enter (&has_settings))
    {
      read_settings ();
      g_once_init_leave (&has_settings, 1);
    }
}

void
thespian_internals_log_reload (void)
{
  ensure_settings ();
  g_clear_pointer (&settings.file, thespian_log_file_unref);
  read_settings ();
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* How much of @text goes into a line: whole characters. */
static gsize
measure (const char *text)
{
  gsize size = strnlen (text, MAX_LINE);

  while (size > 0 && ((guchar) text[size] & 0xc0) == 0x80)
    size--;
  return size;
}

static void
write_line (GLogLevelFlags level,
            const char    *text)
{
  gint64 now = g_get_real_time ();
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (now / G_USEC_PER_SEC);
  g_autofree char *stamp = g_date_time_format (time, "%Y-%m-%d %H:%M:%S");
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line, "%s.%06d p%d %s ", stamp, (int) (now % G_USEC_PER_SEC),
                          (int) getpid (), thespian_log_level_get_name (level));
  g_string_append_len (line, text, (gssize) measure (text));
  /* One entry is one line, whatever it tells of. */
  for (char *at = line->str; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  g_string_append_c (line, '\n');
  thespian_log_file_write (settings.file, line->str, line->len, NULL);
}

gboolean
thespian_internals_log_wants (GLogLevelFlags level)
{
  int severity = thespian_log_level_get_severity (thespian_log_level_normalise (level));

  ensure_settings ();
  return settings.file != NULL && severity >= settings.threshold;
}

static void
write_text (GLogLevelFlags level,
            const char    *format,
            va_list        args) G_GNUC_PRINTF (2, 0);

static void
write_text (GLogLevelFlags level,
            const char    *format,
            va_list        args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);

  write_line (thespian_log_level_normalise (level), text);
}

void
thespian_internals_log (GLogLevelFlags level,
                        const char    *format,
                        ...)
{
  int saved = errno;
  va_list args;

  va_start (args, format);
  if (thespian_internals_log_wants (level))
    write_text (level, format, args);
  va_end (args);
  errno = saved;
}

void
thespian_internals_log_report (const char *format,
                               ...)
{
  int saved = errno;
  va_list args;

  ensure_settings ();
  va_start (args, format);
  if (settings.file != NULL)
    write_text (G_LOG_LEVEL_MESSAGE, format, args);
  va_end (args);
  errno = saved;
}
