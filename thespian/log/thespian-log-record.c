/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-log-record-private.h"

#include "log/thespian-log-level-private.h"
#include "model/thespian-address-private.h"
#include "model/thespian-error.h"

#include <unistd.h>

ThespianLogRecord *
thespian_log_record_new (GLogLevelFlags level,
                         const char    *domain,
                         const char    *message)
{
  ThespianLogRecord *self = g_new0 (ThespianLogRecord, 1);

  self->level = thespian_log_level_normalise (level);
  self->pid = (guint32) getpid ();
  self->real_time = g_get_real_time ();
  self->domain = g_strdup (domain);
  self->message = message != NULL ? g_utf8_make_valid (message, -1) : NULL;
  return self;
}

ThespianLogRecord *
thespian_log_record_new_of_actor (GLogLevelFlags   level,
                                  const char      *message,
                                  ThespianAddress *address)
{
  ThespianLogRecord *self = thespian_log_record_new (level, THESPIAN_LOG_ACTOR_DOMAIN, message);

  self->actor_address = thespian_address_to_string (address);
  self->actor_class = g_strdup (address->class_name);
  return self;
}

void
thespian_log_record_free (ThespianLogRecord *self)
{
  g_free (self->domain);
  g_free (self->message);
  g_free (self->actor_address);
  g_free (self->actor_class);
  g_clear_pointer (&self->fields, g_variant_unref);
  g_free (self);
}

/* --- Fields of GLib's log --------------------------------------------------------------------- */

/* A text field; one that has a length may hold anything. */
static char *
dup_text (const GLogField *field)
{
  return field->value != NULL ? g_utf8_make_valid (field->value, field->length) : g_strdup ("");
}

static void
set_text (char           **member,
          const GLogField *field)
{
  if (*member == NULL)
    *member = dup_text (field);
}

static GVariant *
field_to_variant (const GLogField *field)
{
  gsize size = field->length < 0 ? strlen (field->value) : (gsize) field->length;

  if (g_utf8_validate_len (field->value, size, NULL))
    return g_variant_new_take_string (g_strndup (field->value, size));
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, field->value, size, 1);
}

static void
take_field (ThespianLogRecord *self,
            const GLogField   *field,
            GVariantBuilder   *others)
{
  if (g_str_equal (field->key, "MESSAGE"))
    set_text (&self->message, field);
  else if (g_str_equal (field->key, "GLIB_DOMAIN"))
    set_text (&self->domain, field);
  else if (g_str_equal (field->key, THESPIAN_LOG_FIELD_ADDRESS))
    set_text (&self->actor_address, field);
  else if (g_str_equal (field->key, THESPIAN_LOG_FIELD_CLASS))
    set_text (&self->actor_class, field);
  /* The level says the same; the pointers of some programs' own fields mean nothing elsewhere. */
  else if (!g_str_equal (field->key, "PRIORITY") && field->value != NULL && field->length != 0)
    g_variant_builder_add (others, "{sv}", field->key, field_to_variant (field));
}

ThespianLogRecord *
thespian_log_record_new_from_fields (GLogLevelFlags   level,
                                     const GLogField *fields,
                                     gsize            n_fields)
{
  ThespianLogRecord *self = thespian_log_record_new (level, NULL, NULL);
  g_autoptr (GVariant) others = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (gsize i = 0; i < n_fields; i++)
    take_field (self, &fields[i], &builder);
  others = g_variant_ref_sink (g_variant_builder_end (&builder));
  if (g_variant_n_children (others) > 0)
    self->fields = g_steal_pointer (&others);
  if (self->message == NULL)
    self->message = g_strdup ("");
  return self;
}

static void
add_field (GArray     *fields,
           const char *key,
           const char *text)
{
  GLogField field = { key, text, -1 };

  if (text != NULL)
    g_array_append_val (fields, field);
}

static void
add_other_field (GArray     *fields,
                 const char *key,
                 GVariant   *value)
{
  GLogField field = { key, NULL, -1 };
  gsize size;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    field.value = g_variant_get_string (value, NULL);
  else
    {
      field.value = g_variant_get_fixed_array (value, &size, 1);
      field.length = (gssize) size;
    }
  g_array_append_val (fields, field);
}

void
thespian_log_record_with_fields (const ThespianLogRecord *self,
                                 ThespianLogFieldsFunc    func,
                                 gpointer                 user_data)
{
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (GLogField));
  char pid[16];
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_snprintf (pid, sizeof pid, "%u", self->pid);
  add_field (fields, "MESSAGE", self->message);
  add_field (fields, "PRIORITY", thespian_log_level_get_priority (self->level));
  add_field (fields, "GLIB_DOMAIN", self->domain);
  add_field (fields, THESPIAN_LOG_FIELD_ADDRESS, self->actor_address);
  add_field (fields, THESPIAN_LOG_FIELD_CLASS, self->actor_class);
  add_field (fields, "SYSLOG_PID", pid);
  if (self->fields != NULL)
    {
      g_variant_iter_init (&iter, self->fields);
      while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
        {
          /* The dictionary keeps the bytes. */
          add_other_field (fields, key, value);
          g_variant_unref (value);
        }
    }
  func (self->level, (const GLogField *) fields->data, fields->len, user_data);
}

static gsize
text_size (const char *text)
{
  return text != NULL ? strlen (text) + 1 : 0;
}

gsize
thespian_log_record_get_size (const ThespianLogRecord *self)
{
  return sizeof *self + text_size (self->domain) + text_size (self->message) +
         text_size (self->actor_address) + text_size (self->actor_class) +
         (self->fields != NULL ? g_variant_get_size (self->fields) : 0);
}

char *
thespian_log_record_dup_field (const ThespianLogRecord *self,
                               const char              *key)
{
  g_autoptr (GVariant) value = NULL;
  gconstpointer bytes;
  gsize size;

  if (self->fields != NULL)
    value = g_variant_lookup_value (self->fields, key, NULL);
  if (value == NULL)
    return NULL;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_dup_string (value, NULL);
  bytes = g_variant_get_fixed_array (value, &size, 1);
  return g_utf8_make_valid (bytes != NULL ? bytes : "", (gssize) size);
}

/* --- Variants --------------------------------------------------------------------------------- */

GVariant *
thespian_log_record_to_variant (const ThespianLogRecord *self)
{
  GVariant *fields = self->fields;

  if (fields == NULL)
    fields = g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0);
  return g_variant_new ("(uuxmssmsms@a{sv})", (guint32) (self->level & G_LOG_LEVEL_MASK), self->pid,
                        self->real_time, self->domain, self->message, self->actor_address,
                        self->actor_class, fields);
}

static gboolean
check_fields (GVariant *fields,
              GError  **error)
{
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, fields);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      gboolean fits = g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ||
                      g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING);

      if (!fits)
        g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                     "No log record: its field “%s” is of type “%s”, expected “s” or “ay”", key,
                     g_variant_get_type_string (value));
      g_variant_unref (value);
      if (!fits)
        return FALSE;
    }
  return TRUE;
}

ThespianLogRecord *
thespian_log_record_new_from_variant (GVariant *variant,
                                      GError  **error)
{
  g_autoptr (GVariant) kept = g_variant_ref_sink (variant);
  g_autoptr (ThespianLogRecord) self = g_new0 (ThespianLogRecord, 1);
  guint32 level;

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE (THESPIAN_LOG_RECORD_TYPE)) ||
      !g_variant_is_normal_form (variant))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "No log record: "
                   "%" G_GSIZE_FORMAT " bytes of type “%s”, expected “%s” in normal form",
                   g_variant_get_size (variant), g_variant_get_type_string (variant),
                   THESPIAN_LOG_RECORD_TYPE);
      return NULL;
    }
  g_variant_get (variant, "(uuxmssmsms@a{sv})", &level, &self->pid, &self->real_time, &self->domain,
                 &self->message, &self->actor_address, &self->actor_class, &self->fields);
  self->level = (GLogLevelFlags) level;
  if (level != (guint32) thespian_log_level_normalise (self->level) ||
      (level & G_LOG_FLAG_FATAL) != 0)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "No log record: there is no level %u", level);
      return NULL;
    }
  if (!check_fields (self->fields, error))
    return NULL;
  if (g_variant_n_children (self->fields) == 0)
    g_clear_pointer (&self->fields, g_variant_unref);
  return g_steal_pointer (&self);
}
