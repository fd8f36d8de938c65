/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The handlers of a log definition. */

#include "config.h"

#include "log/thespian-log-definition-private.h"

#include "log/thespian-log-filter-private.h"

#define MAX_BACKUPS 1000
#define MAX_INTERVAL 10000

#define COMMON_KEYS "class level filters "
#define FILE_KEYS COMMON_KEYS "formatter filename "

/* Our names, and those of Python. */
static const struct
{
  const char *name;
  const char *other_name;
  ThespianLogHandlerKind kind;
  ThespianLogRotationKind rotation;
  const char *keys;
} classes[] = {
  { "stderr", "logging.StreamHandler", THESPIAN_LOG_HANDLER_STDERR, THESPIAN_LOG_ROTATION_NONE,
    COMMON_KEYS "formatter" },
  { "file", "logging.FileHandler", THESPIAN_LOG_HANDLER_FILE, THESPIAN_LOG_ROTATION_NONE,
    COMMON_KEYS "formatter filename" },
  { "rotating-file", "logging.handlers.RotatingFileHandler", THESPIAN_LOG_HANDLER_FILE,
    THESPIAN_LOG_ROTATION_BY_SIZE, FILE_KEYS "max-bytes backup-count maxBytes backupCount" },
  { "timed-rotating-file", "logging.handlers.TimedRotatingFileHandler", THESPIAN_LOG_HANDLER_FILE,
    THESPIAN_LOG_ROTATION_BY_TIME, FILE_KEYS "when interval backup-count backupCount" },
  { "journald", "systemd.journal.JournalHandler", THESPIAN_LOG_HANDLER_JOURNALD,
    THESPIAN_LOG_ROTATION_NONE, COMMON_KEYS "formatter" },
};

#define CLASS_NAMES "stderr, file, rotating-file, timed-rotating-file or journald"

static const struct
{
  const char *name;
  guint64 seconds; /* 0 for days */
} periods[] = {
  { "S", 1 },
  { "M", 60 },
  { "H", 3600 },
  { "D", 0 },
  { "midnight", 0 },
};

/* --- Rotation --------------------------------------------------------------------------------- */

/* Which of two spellings of a key is there; the first when neither is. */
static const char *
spelling (ThespianLogSection *section,
          const char         *key,
          const char         *other)
{
  return !thespian_log_section_has (section, key) && thespian_log_section_has (section, other)
           ? other
           : key;
}

static gboolean
read_size_rotation (ThespianLogSection  *section,
                    ThespianLogRotation *rotation,
                    GError             **error)
{
  guint64 n_backups = 1;

  if (!thespian_log_section_get_number (section, spelling (section, "max-bytes", "maxBytes"), 1,
                                        G_MAXINT64, &rotation->max_bytes, error) ||
      !thespian_log_section_get_number (section, spelling (section, "backup-count", "backupCount"),
                                        1, MAX_BACKUPS, &n_backups, error))
    return FALSE;
  if (rotation->max_bytes == 0)
    return thespian_log_section_fail_missing (section, "max-bytes",
                                              "the size at which the file is rotated", error);
  rotation->n_backups = (guint) n_backups;
  return TRUE;
}

static gboolean
read_period (ThespianLogSection  *section,
             ThespianLogRotation *rotation,
             GError             **error)
{
  g_autofree char *when = g_strdup ("H");

  if (!thespian_log_section_get_string (section, "when", &when, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (periods); i++)
    if (g_ascii_strcasecmp (when, periods[i].name) == 0)
      {
        rotation->in_days = periods[i].seconds == 0;
        rotation->period = rotation->in_days ? 1 : periods[i].seconds;
        return TRUE;
      }
  return thespian_log_section_fail (section, "when", "S, M, H, D or midnight", error);
}

static gboolean
read_time_rotation (ThespianLogSection  *section,
                    ThespianLogRotation *rotation,
                    GError             **error)
{
  guint64 interval = 1, n_backups = 0;

  if (!read_period (section, rotation, error) ||
      !thespian_log_section_get_number (section, "interval", 1, MAX_INTERVAL, &interval, error) ||
      !thespian_log_section_get_number (section, spelling (section, "backup-count", "backupCount"),
                                        0, MAX_BACKUPS, &n_backups, error))
    return FALSE;
  rotation->period *= interval;
  rotation->n_backups = (guint) n_backups;
  return TRUE;
}

/* --- Files ------------------------------------------------------------------------------------ */

/* Two handlers may write one file, as in the manual's example: then it is one for both. */
static ThespianLogFile *
find_file (ThespianLogDefinition *self,
           const char            *path)
{
  for (guint i = 0; i < self->handlers->len; i++)
    {
      ThespianLogHandler *handler = g_ptr_array_index (self->handlers, i);

      if (handler->file != NULL && g_str_equal (thespian_log_file_get_path (handler->file), path))
        return handler->file;
    }
  return NULL;
}

static gboolean
read_file (ThespianLogDefinition *self,
           ThespianLogSection    *section,
           ThespianLogRotation   *rotation,
           ThespianLogHandler    *handler,
           GError               **error)
{
  g_autofree char *filename = NULL;
  g_autofree char *path = NULL;
  ThespianLogFile *same;

  if (!thespian_log_section_get_string (section, "filename", &filename, error))
    return FALSE;
  if (filename == NULL)
    return thespian_log_section_fail_missing (section, "filename", "the path of a file", error);
  if (*filename == '\0')
    return thespian_log_section_fail (section, "filename", "the path of a file", error);
  if (rotation->kind == THESPIAN_LOG_ROTATION_BY_SIZE &&
      !read_size_rotation (section, rotation, error))
    return FALSE;
  if (rotation->kind == THESPIAN_LOG_ROTATION_BY_TIME &&
      !read_time_rotation (section, rotation, error))
    return FALSE;

  path = g_canonicalize_filename (filename, NULL);
  same = find_file (self, path);
  if (same != NULL &&
      !thespian_log_rotation_equal (thespian_log_file_get_rotation (same), rotation))
    return thespian_log_section_fail (section, "filename",
                                      "another file, or the rotation of the other that writes it",
                                      error);
  handler->file = same != NULL ? thespian_log_file_ref (same)
                               : thespian_log_file_new (path, rotation, THESPIAN_LOG_FILE_NONE);
  return TRUE;
}

/* --- The rest --------------------------------------------------------------------------------- */

static gboolean
read_filters (ThespianLogSection *section,
              GHashTable         *filters,
              ThespianLogHandler *handler,
              GError            **error)
{
  g_auto (GStrv) names = NULL;

  if (!thespian_log_section_get_strings (section, "filters", &names, error))
    return FALSE;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      ThespianLogFilter *filter = g_hash_table_lookup (filters, names[i]);

      if (filter == NULL)
        return thespian_log_section_fail (section, "filters",
                                          "only names of filters of the definition", error);
      g_ptr_array_add (handler->filters, thespian_log_filter_ref (filter));
    }
  return TRUE;
}

static gboolean
read_formatter (ThespianLogSection *section,
                GHashTable         *formats,
                ThespianLogHandler *handler,
                GError            **error)
{
  g_autofree char *name = NULL;
  ThespianLogFormat *format;

  if (!thespian_log_section_get_string (section, "formatter", &name, error))
    return FALSE;
  if (handler->kind == THESPIAN_LOG_HANDLER_JOURNALD)
    return name == NULL || thespian_log_section_fail (
                             section, "formatter", "none, since the journal takes fields", error);
  if (name == NULL)
    {
      handler->format = thespian_log_format_new (THESPIAN_LOG_FORMAT_DEFAULT, NULL, error);
      return handler->format != NULL;
    }
  format = g_hash_table_lookup (formats, name);
  if (format == NULL)
    return thespian_log_section_fail (section, "formatter",
                                      "the name of a formatter of the definition", error);
  handler->format = thespian_log_format_ref (format);
  return TRUE;
}

/* Its place among the classes, or -1. */
static int
read_class (ThespianLogSection *section,
            GError            **error)
{
  g_autofree char *name = NULL;

  if (!thespian_log_section_get_string (section, "class", &name, error))
    return -1;
  if (name == NULL)
    {
      thespian_log_section_fail_missing (section, "class", CLASS_NAMES, error);
      return -1;
    }
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_str_equal (name, classes[i].name) || g_str_equal (name, classes[i].other_name))
      return (int) i;
  thespian_log_section_fail (section, "class", CLASS_NAMES, error);
  return -1;
}

ThespianLogHandler *
thespian_log_definition_read_handler (ThespianLogDefinition *self,
                                      ThespianLogSection    *section,
                                      GHashTable            *formats,
                                      GHashTable            *filters,
                                      GError               **error)
{
  ThespianLogRotation rotation = { 0 };
  g_autoptr (ThespianLogHandler) handler = NULL;
  int i = read_class (section, error);

  if (i < 0 || !thespian_log_section_check_keys (section, classes[i].keys, error))
    return NULL;
  handler = thespian_log_handler_new (section->name, classes[i].kind);
  rotation.kind = classes[i].rotation;
  if (!thespian_log_section_get_level (section, "level", &handler->severity, error) ||
      !read_filters (section, filters, handler, error) ||
      !read_formatter (section, formats, handler, error) ||
      (handler->kind == THESPIAN_LOG_HANDLER_FILE &&
       !read_file (self, section, &rotation, handler, error)))
    return NULL;
  return g_steal_pointer (&handler);
}
