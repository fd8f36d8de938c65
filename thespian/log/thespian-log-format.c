/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-log-format-private.h"

#include "log/thespian-log-level-private.h"
#include "model/thespian-error.h"

#define MAX_WIDTH 1000

/* Appends a value of @record; @field: the name of a further field, or NULL. */
typedef void (*WriteFunc) (ThespianLogFormat       *self,
                           const ThespianLogRecord *record,
                           const char              *field,
                           GString                 *out);

/* A stretch of literal text, and the value that follows it. */
typedef struct
{
  char *literal; /* (owned) */
  WriteFunc write;
  char *field; /* (owned) (nullable) the name of a further field */
  gboolean left;
  guint width;
  guint precision; /* 0 for all of it */
} Part;

struct _ThespianLogFormat
{
  guint ref_count; /* atomic */
  GArray *parts;   /* (owned) of Part; the last has no `write' */
  char *date_format; /* (owned) (nullable) */
};

/* --- Values ----------------------------------------------------------------------------------- */

static void
write_text (GString    *out,
            const char *text)
{
  g_string_append (out, text != NULL ? text : "-");
}

static void
write_time (ThespianLogFormat       *self,
            const ThespianLogRecord *record,
            const char              *field,
            GString                 *out)
{
  gint64 seconds = record->real_time / G_USEC_PER_SEC;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);
  g_autofree char *text = NULL;

  /* There is none beyond the year 9999. */
  if (time != NULL)
    text = g_date_time_format (time,
                               self->date_format != NULL ? self->date_format : "%Y-%m-%d %H:%M:%S");
  write_text (out, text);
  if (text != NULL && self->date_format == NULL)
    g_string_append_printf (out, ",%03d", (int) (record->real_time % G_USEC_PER_SEC / 1000));
}

static void
write_created (ThespianLogFormat       *self,
               const ThespianLogRecord *record,
               const char              *field,
               GString                 *out)
{
  g_string_append_printf (out, "%" G_GINT64_FORMAT ".%06d", record->real_time / G_USEC_PER_SEC,
                          (int) (record->real_time % G_USEC_PER_SEC));
}

static void
write_level (ThespianLogFormat       *self,
             const ThespianLogRecord *record,
             const char              *field,
             GString                 *out)
{
  write_text (out, thespian_log_level_get_name (record->level));
}

static void
write_level_number (ThespianLogFormat       *self,
                    const ThespianLogRecord *record,
                    const char              *field,
                    GString                 *out)
{
  g_string_append_printf (out, "%d", thespian_log_level_get_severity (record->level));
}

static void
write_pid (ThespianLogFormat       *self,
           const ThespianLogRecord *record,
           const char              *field,
           GString                 *out)
{
  g_string_append_printf (out, "%u", record->pid);
}

static void
write_domain (ThespianLogFormat       *self,
              const ThespianLogRecord *record,
              const char              *field,
              GString                 *out)
{
  write_text (out, record->domain);
}

static void
write_message (ThespianLogFormat       *self,
               const ThespianLogRecord *record,
               const char              *field,
               GString                 *out)
{
  write_text (out, record->message);
}

static void
write_address (ThespianLogFormat       *self,
               const ThespianLogRecord *record,
               const char              *field,
               GString                 *out)
{
  write_text (out, record->actor_address);
}

static void
write_class (ThespianLogFormat       *self,
             const ThespianLogRecord *record,
             const char              *field,
             GString                 *out)
{
  write_text (out, record->actor_class);
}

static void
write_field (ThespianLogFormat       *self,
             const ThespianLogRecord *record,
             const char              *field,
             GString                 *out)
{
  g_autofree char *text = thespian_log_record_dup_field (record, field);

  write_text (out, text);
}

/* Names of Python, and the names that we have for the same. */
static const struct
{
  const char *name;
  WriteFunc write;
  const char *field;
} values[] = {
  { "time", write_time, NULL },
  { "asctime", write_time, NULL },
  { "created", write_created, NULL },
  { "level", write_level, NULL },
  { "levelname", write_level, NULL },
  { "levelno", write_level_number, NULL },
  { "pid", write_pid, NULL },
  { "process", write_pid, NULL },
  { "domain", write_domain, NULL },
  { "name", write_domain, NULL },
  { "message", write_message, NULL },
  { "actorAddress", write_address, NULL },
  { "actorClass", write_class, NULL },
  { "pathname", write_field, "CODE_FILE" },
  { "lineno", write_field, "CODE_LINE" },
  { "funcName", write_field, "CODE_FUNC" },
};

#define VALUE_NAMES \
  "time, created, level, levelno, pid, domain, message, actorAddress, actorClass, " \
  "pathname, lineno, funcName, or a field in capitals"

/* --- Templates -------------------------------------------------------------------------------- */

static gboolean
fail (const char *text,
      const char *at,
      const char *what,
      GError    **error)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "“%s” is no format: at “%s” %s", text, at, what);
  return FALSE;
}

static gboolean
is_field_name (const char *name)
{
  return *name != '\0' && strspn (name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen (name);
}

static gboolean
find_value (const char *name,
            Part       *part)
{
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (g_str_equal (name, values[i].name))
      {
        part->write = values[i].write;
        part->field = g_strdup (values[i].field);
        return TRUE;
      }
  if (!is_field_name (name))
    return FALSE;
  part->write = write_field;
  part->field = g_strdup (name);
  return TRUE;
}

static gboolean
parse_number (const char **at,
              guint       *ret_number)
{
  guint64 number = 0;

  for (; g_ascii_isdigit (**at) && number <= MAX_WIDTH; (*at)++)
    number = number * 10 + (guint64) g_ascii_digit_value (**at);
  *ret_number = (guint) number;
  return number <= MAX_WIDTH;
}

/* `(name)-8.8s', after the percent sign. */
static gboolean
parse_value (const char  *text,
             const char **at,
             Part        *part,
             GError     **error)
{
  const char *begin = *at - 1;
  const char *end = **at == '(' ? strchr (*at, ')') : NULL;
  g_autofree char *name = NULL;

  if (end == NULL)
    return fail (text, begin, "expected %(name)s, or %% for a percent sign", error);
  name = g_strndup (*at + 1, (gsize) (end - *at - 1));
  if (!find_value (name, part))
    return fail (text, begin, "stands an unknown name: expected " VALUE_NAMES, error);
  *at = end + 1;
  part->left = **at == '-';
  if (part->left)
    (*at)++;
  if (!parse_number (at, &part->width))
    return fail (text, begin, "the width is above 1000", error);
  if (**at == '.')
    {
      (*at)++;
      if (!parse_number (at, &part->precision))
        return fail (text, begin, "the precision is above 1000", error);
    }
  if (**at != 's' && **at != 'd')
    return fail (text, begin, "an s or d is missing behind the name", error);
  (*at)++;
  return TRUE;
}

static gboolean
parse (ThespianLogFormat *self,
       const char        *text,
       GError           **error)
{
  g_autoptr (GString) literal = g_string_new (NULL);
  const char *at = text;

  while (TRUE)
    {
      gsize plain = strcspn (at, "%");
      Part part = { 0 };
      gboolean ok;

      g_string_append_len (literal, at, (gssize) plain);
      at += plain;
      if (at[0] == '%' && at[1] == '%')
        {
          g_string_append_c (literal, '%');
          at += 2;
          continue;
        }
      part.literal = g_strdup (literal->str);
      g_string_truncate (literal, 0);
      ok = *at == '\0' || (at++, parse_value (text, &at, &part, error));
      g_array_append_val (self->parts, part);
      if (part.write == NULL || !ok)
        return ok;
    }
}

static void
part_clear (gpointer data)
{
  Part *part = data;

  g_free (part->literal);
  g_free (part->field);
}

static gboolean
check_date_format (const char *date_format,
                   GError    **error)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (0);
  g_autofree char *text = g_date_time_format (time, date_format);

  if (text != NULL)
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "“%s” is no format of dates: expected such as “%%Y-%%m-%%d %%H:%%M:%%S"
               "”", date_format);
  return FALSE;
}

ThespianLogFormat *
thespian_log_format_new (const char *text,
                         const char *date_format,
                         GError    **error)
{
  g_autoptr (ThespianLogFormat) self = g_new0 (ThespianLogFormat, 1);

  self->ref_count = 1;
  self->date_format = g_strdup (date_format);
  self->parts = g_array_new (FALSE, FALSE, sizeof (Part));
  g_array_set_clear_func (self->parts, part_clear);
  if ((date_format != NULL && !check_date_format (date_format, error)) ||
      !parse (self, text, error))
    return NULL;
  return g_steal_pointer (&self);
}

ThespianLogFormat *
thespian_log_format_ref (ThespianLogFormat *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
thespian_log_format_unref (ThespianLogFormat *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_array_unref (self->parts);
  g_free (self->date_format);
  g_free (self);
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* Nobody's message drives a terminal: control characters are shown, but for ends of lines and
 * tabs. */
static void
append_visibly (GString    *line,
                const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    if ((guchar) *at < 0x20 && *at != '\n' && *at != '\t')
      g_string_append_printf (line, "\\x%02x", (guint) (guchar) *at);
    else if (*at == 0x7f)
      g_string_append (line, "\\x7f");
    else
      g_string_append_c (line, *at);
}

static void
append_value (const Part *part,
              GString    *value,
              GString    *line)
{
  glong n_chars = g_utf8_strlen (value->str, -1);
  glong padding;

  if (part->precision > 0 && n_chars > part->precision)
    {
      g_string_truncate (
        value, (gsize) (g_utf8_offset_to_pointer (value->str, part->precision) - value->str));
      n_chars = part->precision;
    }
  padding = (glong) part->width - n_chars;
  if (!part->left && padding > 0)
    g_string_append_printf (line, "%*s", (int) padding, "");
  append_visibly (line, value->str);
  if (part->left && padding > 0)
    g_string_append_printf (line, "%*s", (int) padding, "");
}

void
thespian_log_format_write (ThespianLogFormat       *self,
                           const ThespianLogRecord *record,
                           GString                 *line)
{
  g_autoptr (GString) value = g_string_new (NULL);

  for (guint i = 0; i < self->parts->len; i++)
    {
      const Part *part = &g_array_index (self->parts, Part, i);

      g_string_append (line, part->literal);
      if (part->write == NULL)
        continue;
      g_string_truncate (value, 0);
      part->write (self, record, part->field, value);
      append_value (part, value, line);
    }
  g_string_append_c (line, '\n');
}
