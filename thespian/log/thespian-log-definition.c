/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-log-definition-private.h"

#include "log/thespian-log-filter-private.h"
#include "log/thespian-log-level-private.h"
#include "model/thespian-error.h"

#define INHERITED (-1)

static void
logger_free (gpointer data)
{
  ThespianLogLogger *self = data;

  g_free (self->domain);
  g_ptr_array_unref (self->handlers);
  g_free (self);
}

void
thespian_log_definition_free (ThespianLogDefinition *self)
{
  g_ptr_array_unref (self->loggers);
  g_ptr_array_unref (self->handlers);
  g_free (self);
}

/* --- Formatters and filters ------------------------------------------------------------------- */

/* These two are for read_table(). */
static gpointer
read_format (ThespianLogSection *section,
             GError            **error)
{
  g_autofree char *text = NULL;
  g_autofree char *date_format = NULL;
  ThespianLogFormat *format;

  if (!thespian_log_section_check_keys (section, "format datefmt", error) ||
      !thespian_log_section_get_string (section, "format", &text, error) ||
      !thespian_log_section_get_string (section, "datefmt", &date_format, error))
    return NULL;
  if (text == NULL)
    {
      thespian_log_section_fail_missing (section, "format",
                                         "a format such as “%(levelname)s %(message)s”", error);
      return NULL;
    }
  format = thespian_log_format_new (text, date_format, error);
  if (format == NULL)
    g_prefix_error (error, "In the log definition, in %s: ", section->path);
  return format;
}

static ThespianLogFilter *
read_domain_filter (ThespianLogSection *section,
                    GError            **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (section->dict, "domain", NULL);
  g_auto (GStrv) domains = NULL;
  char *one = NULL;

  if (value == NULL)
    {
      thespian_log_section_fail_missing (section, "domain", "a log domain, or a list of them",
                                         error);
      return NULL;
    }
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    {
      thespian_log_section_get_string (section, "domain", &one, error);
      domains = g_new0 (char *, 2);
      domains[0] = one;
    }
  else if (!thespian_log_section_get_strings (section, "domain", &domains, error))
    return NULL;
  return thespian_log_filter_new (THESPIAN_LOG_FILTER_DOMAIN, g_steal_pointer (&domains));
}

static gpointer
read_filter (ThespianLogSection *section,
             GError            **error)
{
  /* The manual's example has the class of a filter at this key. */
  const char *key = thespian_log_section_has (section, "()") ? "()" : "class";
  g_autofree char *name = NULL;

  if (!thespian_log_section_check_keys (section, "class () domain", error) ||
      !thespian_log_section_get_string (section, key, &name, error))
    return NULL;
  if (g_strcmp0 (name, "domain") == 0)
    return read_domain_filter (section, error);
  if (name == NULL)
    thespian_log_section_fail_missing (section, key, "actor, not-actor or domain", error);
  else if (thespian_log_section_has (section, "domain"))
    thespian_log_section_fail (section, "domain", "it only where the class is domain", error);
  else if (g_str_equal (name, "actor"))
    return thespian_log_filter_new (THESPIAN_LOG_FILTER_ACTOR, NULL);
  else if (g_str_equal (name, "not-actor"))
    return thespian_log_filter_new (THESPIAN_LOG_FILTER_NOT_ACTOR, NULL);
  else
    thespian_log_section_fail (section, key, "actor, not-actor or domain", error);
  return NULL;
}

/* A table of what @read makes of each of the dictionaries at @key, by its name. */
static GHashTable *
read_table (ThespianLogSection *section,
            const char         *key,
            gpointer (*read) (ThespianLogSection *section, GError **error),
            GDestroyNotify      free_func,
            GError            **error)
{
  g_autoptr (GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_func);
  g_autoptr (GPtrArray) sections = thespian_log_section_get_sections (section, key, error);

  if (sections == NULL)
    return NULL;
  for (guint i = 0; i < sections->len; i++)
    {
      ThespianLogSection *child = g_ptr_array_index (sections, i);
      gpointer thing = read (child, error);

      if (thing == NULL)
        return NULL;
      g_hash_table_insert (table, g_strdup (child->name), thing);
    }
  return g_steal_pointer (&table);
}

/* --- Handlers --------------------------------------------------------------------------------- */

static gboolean
read_handlers (ThespianLogDefinition *self,
               ThespianLogSection    *section,
               GError               **error)
{
  g_autoptr (GHashTable) formats = read_table (section, "formatters", read_format,
                                               (GDestroyNotify) thespian_log_format_unref, error);
  g_autoptr (GHashTable) filters = NULL;
  g_autoptr (GPtrArray) sections = NULL;

  if (formats == NULL)
    return FALSE;
  filters =
    read_table (section, "filters", read_filter, (GDestroyNotify) thespian_log_filter_unref, error);
  if (filters == NULL)
    return FALSE;
  sections = thespian_log_section_get_sections (section, "handlers", error);
  if (sections == NULL)
    return FALSE;
  for (guint i = 0; i < sections->len; i++)
    {
      ThespianLogHandler *handler = thespian_log_definition_read_handler (
        self, g_ptr_array_index (sections, i), formats, filters, error);

      if (handler == NULL)
        return FALSE;
      g_ptr_array_add (self->handlers, handler);
    }
  return TRUE;
}

static ThespianLogHandler *
find_handler (ThespianLogDefinition *self,
              const char            *name)
{
  for (guint i = 0; i < self->handlers->len; i++)
    {
      ThespianLogHandler *handler = g_ptr_array_index (self->handlers, i);

      if (g_str_equal (handler->name, name))
        return handler;
    }
  return NULL;
}

/* --- Loggers ---------------------------------------------------------------------------------- */

static void
add_handler (ThespianLogLogger  *logger,
             ThespianLogHandler *handler)
{
  /* Each record comes to a handler once, by whichever loggers. */
  if (!g_ptr_array_find (logger->handlers, handler, NULL))
    g_ptr_array_add (logger->handlers, handler);
}

static void
inherit (ThespianLogLogger *logger,
         ThespianLogLogger *parent,
         gboolean           propagates)
{
  if (logger->severity == INHERITED)
    logger->severity = parent != NULL ? parent->severity : THESPIAN_LOG_SEVERITY_WARNING;
  for (guint i = 0; propagates && parent != NULL && i < parent->handlers->len; i++)
    add_handler (logger, g_ptr_array_index (parent->handlers, i));
}

static void
set_threshold (ThespianLogDefinition *self,
               ThespianLogLogger     *logger)
{
  int least = G_MAXINT;

  for (guint i = 0; i < logger->handlers->len; i++)
    {
      ThespianLogHandler *handler = g_ptr_array_index (logger->handlers, i);

      least = MIN (least, handler->severity);
    }
  logger->threshold = MAX (least, logger->severity);
  self->threshold = MIN (self->threshold, logger->threshold);
}

/* Those above it have been read before. */
static ThespianLogLogger *
read_logger (ThespianLogDefinition *self,
             ThespianLogSection    *section,
             GError               **error)
{
  ThespianLogLogger *logger = g_new0 (ThespianLogLogger, 1);
  g_auto (GStrv) names = NULL;
  gboolean propagates = TRUE;
  gboolean ok;

  logger->domain = g_strdup (section->name);
  logger->severity = INHERITED;
  logger->handlers = g_ptr_array_new ();
  ok = thespian_log_section_check_keys (section, "handlers level propagate", error) &&
       thespian_log_section_get_level (section, "level", &logger->severity, error) &&
       thespian_log_section_get_boolean (section, "propagate", &propagates, error) &&
       thespian_log_section_get_strings (section, "handlers", &names, error);
  for (guint i = 0; ok && names != NULL && names[i] != NULL; i++)
    {
      ThespianLogHandler *handler = find_handler (self, names[i]);

      if (handler != NULL)
        add_handler (logger, handler);
      else
        ok = thespian_log_section_fail (section, "handlers",
                                        "only names of handlers of the definition", error);
    }
  if (!ok)
    {
      logger_free (logger);
      return NULL;
    }
  inherit (logger, thespian_log_definition_find (self, logger->domain), propagates);
  set_threshold (self, logger);
  return logger;
}

/* The root first, and each before those below it. */
static int
compare_sections (gconstpointer a,
                  gconstpointer b)
{
  const ThespianLogSection *left = *(ThespianLogSection *const *) a;
  const ThespianLogSection *right = *(ThespianLogSection *const *) b;

  return (int) strlen (left->name) - (int) strlen (right->name);
}

static gboolean
read_loggers (ThespianLogDefinition *self,
              ThespianLogSection    *section,
              GError               **error)
{
  g_autoptr (GPtrArray) sections = thespian_log_section_get_sections (section, "loggers", error);

  if (sections == NULL)
    return FALSE;
  if (sections->len == 0)
    return thespian_log_section_fail_missing (section, "loggers",
                                              "at least one, such as '' for all domains", error);
  g_ptr_array_sort (sections, compare_sections);
  for (guint i = 0; i < sections->len; i++)
    {
      ThespianLogLogger *logger = read_logger (self, g_ptr_array_index (sections, i), error);

      if (logger == NULL)
        return FALSE;
      g_ptr_array_insert (self->loggers, 0, logger);
    }
  return TRUE;
}

ThespianLogLogger *
thespian_log_definition_find (ThespianLogDefinition *self,
                              const char            *domain)
{
  for (guint i = 0; i < self->loggers->len; i++)
    {
      ThespianLogLogger *logger = g_ptr_array_index (self->loggers, i);

      if (thespian_log_domain_is_below (domain, logger->domain))
        return logger;
    }
  return NULL;
}

/* --- The whole -------------------------------------------------------------------------------- */

static gboolean
read_all (ThespianLogDefinition *self,
          ThespianLogSection    *section,
          GError               **error)
{
  guint64 version = 1;

  return thespian_log_section_check_keys (section, "version formatters filters handlers loggers",
                                          error) &&
         thespian_log_section_get_number (section, "version", 1, 1, &version, error) &&
         read_handlers (self, section, error) && read_loggers (self, section, error);
}

ThespianLogDefinition *
thespian_log_definition_new (GVariant *definition,
                             GError  **error)
{
  g_autoptr (GVariant) kept = definition != NULL ? g_variant_ref_sink (definition) : NULL;
  g_autoptr (ThespianLogDefinition) self = g_new0 (ThespianLogDefinition, 1);
  g_autoptr (ThespianLogSection) section = NULL;

  self->handlers = g_ptr_array_new_with_free_func ((GDestroyNotify) thespian_log_handler_free);
  self->loggers = g_ptr_array_new_with_free_func (logger_free);
  if (kept == NULL ||
      (g_variant_is_of_type (kept, G_VARIANT_TYPE_BOOLEAN) && !g_variant_get_boolean (kept)))
    {
      self->by_glib = TRUE;
      self->threshold = kept == NULL ? THESPIAN_LOG_SEVERITY_WARNING : THESPIAN_LOG_SEVERITY_ALL;
      return g_steal_pointer (&self);
    }
  self->threshold = G_MAXINT;
  section = thespian_log_section_new (kept, error);
  if (section == NULL || !read_all (self, section, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
thespian_log_definition_open (ThespianLogDefinition *self,
                              GError               **error)
{
  for (guint i = 0; i < self->handlers->len; i++)
    {
      ThespianLogHandler *handler = g_ptr_array_index (self->handlers, i);
      g_autoptr (GError) reason = NULL;

      if (handler->file != NULL && !thespian_log_file_open (handler->file, &reason))
        {
          g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                       "In the log definition handlers['%s']['filename'] is '%s',"
                       " which is of no use: %s",
                       handler->name, thespian_log_file_get_path (handler->file), reason->message);
          return FALSE;
        }
    }
  return TRUE;
}
