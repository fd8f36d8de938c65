/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "admin/thespian-capabilities-private.h"

#include "host/thespian-module-place-private.h"
#include "model/thespian-actor-private.h"
#include "model/thespian-error.h"
#include "model/thespian-variant-number-private.h"
#include "transport/thespian-limits-private.h"
#include "thespian-version.h"

#include <sys/utsname.h>

/* The functionality of the library, as the manual counts it: generation and enhancement. */
#define GENERATION 1
#define ENHANCEMENT 0
#define BASE_VERSION 1

#define DEFAULT_GRACE 5.0
#define MAX_GRACE 1e6

struct _ThespianCapabilities
{
  GMutex lock;
  GHashTable *values;   /* (owned) char* to GVariant; protected by the lock */
  GHashTable *own;      /* (owned) set of char*: those that the system sets; immutable once others know it */
  GVariant *snapshot;   /* (owned) (nullable) protected by the lock */
};

/* What the library itself reads must be of the type that it reads. */
static const struct
{
  const char *name;
  const char *types; /* one of these, in their string form */
  guint64 minimum;   /* of an integer */
  guint64 maximum;
} known[] = {
  { THESPIAN_CAPABILITY_WORKER_THREADS, "u i t x", 0, G_MAXUINT },
  { THESPIAN_CAPABILITY_MAILBOX_LIMIT, "u i t x", 0, G_MAXUINT },
  { THESPIAN_CAPABILITY_ADMIN_PORT, "u i t x", 1, G_MAXUINT16 },
  { THESPIAN_CAPABILITY_RETURN_WHEN_IDLE, "b", 0, 0 },
  { THESPIAN_CAPABILITY_EXIT_GRACE_PERIOD, "d u i t x", 0, 0 },
  { THESPIAN_CAPABILITY_ACTOR_PATH, "s as", 0, 0 },
  { THESPIAN_CAPABILITY_MAX_QUEUED_TRANSMITS, "u i t x", 1, G_MAXINT },
  { THESPIAN_CAPABILITY_MAX_QUEUED_BYTES, "u i t x", 1, G_MAXINT64 },
  { THESPIAN_CAPABILITY_UNBLOCK_THRESHOLD, "u i t x", 0, G_MAXINT },
  { THESPIAN_CAPABILITY_DROP_TRANSMITS_LEVEL, "u i t x", 0, G_MAXINT },
  { THESPIAN_CAPABILITY_TRANSMIT_TIMEOUT, "d u i t x", 0, 0 },
  { THESPIAN_CAPABILITY_MAX_MESSAGE_SIZE, "u i t x", 1, G_MAXINT64 },
  { THESPIAN_CAPABILITY_RATE_LIMIT, "u i t x", 0, G_MAXINT64 },
};

/* Whether a number of one of the types is one that makes sense. */
static gboolean
is_in_range (GVariant *value,
             guint     i)
{
  guint64 integer;
  double number;

  switch (*known[i].types)
    {
    case 'u':
      return thespian_variant_read_integer (value, &integer) && integer >= known[i].minimum &&
             integer <= known[i].maximum;
    case 'd':
      return thespian_variant_read_double (value, &number);
    default:
      return TRUE;
    }
}

static char *
describe (guint i)
{
  switch (*known[i].types)
    {
    case 'u':
      return g_strdup_printf ("a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, known[i].minimum,
                              known[i].maximum);
    case 'd':
      return g_strdup ("a number of seconds, not negative,");
    default:
      return g_strdup ("a value");
    }
}

/* Where modules are looked for: each language has one of its own, of the same type. */
static gboolean
is_path_of_language (const char *name)
{
  const ThespianHostLanguage *language;

  for (guint i = 0; (language = thespian_host_language_get (i)) != NULL; i++)
    if (g_str_equal (language->path_capability, name))
      return TRUE;
  return FALSE;
}

static gboolean
check_type (const char *name,
            GVariant   *value,
            GError    **error)
{
  const char *known_as = is_path_of_language (name) ? THESPIAN_CAPABILITY_ACTOR_PATH : name;
  g_autofree char *printed = NULL;
  g_autofree char *expected = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].name, known_as))
      {
        g_auto (GStrv) types = g_strsplit (known[i].types, " ", -1);
        gboolean fits = g_strv_contains ((const char *const *) types, g_variant_get_type_string (value));

        if (fits && is_in_range (value, i))
          return TRUE;
        printed = g_variant_print (value, TRUE);
        expected = describe (i);
        g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_CAPABILITY,
                     "The capability “%s” cannot be %s: expected %s of type “%s”", name, printed, expected, types[0]);
        return FALSE;
      }
  return TRUE;
}

static gboolean
is_version_of_language (const char *name)
{
  const ThespianHostLanguage *language;

  for (guint i = 0; (language = thespian_host_language_get (i)) != NULL; i++)
    if (g_str_equal (language->version_capability, name))
      return TRUE;
  return FALSE;
}

static gboolean
check (ThespianCapabilities *self,
       const char           *name,
       GVariant             *value,
       GError              **error)
{
  if (*name == '\0')
    {
      g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_CAPABILITY,
                           "A capability must have a name: “” is none");
      return FALSE;
    }
  if (g_hash_table_contains (self->own, name) || is_version_of_language (name))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_READ_ONLY_CAPABILITY,
                   "The capability “%s” is read-only: the system sets it itself", name);
      return FALSE;
    }
  return value == NULL || check_type (name, value, error);
}

static void
set_own (ThespianCapabilities *self,
         const char           *name,
         GVariant             *value)
{
  g_hash_table_insert (self->values, g_strdup (name), g_variant_ref_sink (value));
  g_hash_table_add (self->own, (gpointer) name);
}

void
thespian_capabilities_set_own (ThespianCapabilities *self,
                               const char           *name,
                               GVariant             *value)
{
  set_own (self, name, value);
  g_clear_pointer (&self->snapshot, g_variant_unref);
}

void
thespian_capabilities_add_languages (ThespianCapabilities *self)
{
  const ThespianHostLanguage *language;

  for (guint i = 0; (language = thespian_host_language_get (i)) != NULL; i++)
    {
      g_autoptr (GVariant) version = thespian_host_language_get_version (language);

      if (version != NULL)
        thespian_capabilities_set_own (self, language->version_capability, version);
    }
}

static void
set_all_own (ThespianCapabilities *self,
             const char           *base_name)
{
  struct utsname machine;

  set_own (self, "Thespian ActorSystem Name", g_variant_new_string (base_name));
  set_own (self, "Thespian ActorSystem Version", g_variant_new_uint32 (BASE_VERSION));
  set_own (self, "Thespian Version",
           g_variant_new_uint32 (THESPIAN_MAJOR_VERSION * 1000000 + THESPIAN_MINOR_VERSION * 1000 +
                                 THESPIAN_MICRO_VERSION));
  set_own (self, "Thespian Generation", g_variant_new ("(uu)", GENERATION, ENHANCEMENT));
  set_own (self, "Thespian Watch Supported", g_variant_new_boolean (TRUE));
  set_own (self, "GLib Version",
           g_variant_new ("(uuu)", glib_major_version, glib_minor_version, glib_micro_version));
  if (uname (&machine) == 0)
    set_own (self, "Architecture", g_variant_new_string (machine.machine));
}

static gboolean
set_initial (ThespianCapabilities *self,
             GVariant             *initial,
             GError              **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  if (!g_variant_is_of_type (initial, G_VARIANT_TYPE_VARDICT))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_CAPABILITY,
                   "The capabilities are of type “%s”: expected “a{sv}”", g_variant_get_type_string (initial));
      return FALSE;
    }
  g_variant_iter_init (&iter, initial);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      if (!check (self, name, value, error))
        {
          g_variant_unref (value);
          return FALSE;
        }
      g_hash_table_insert (self->values, g_strdup (name), value);
    }
  return TRUE;
}

ThespianCapabilities *
thespian_capabilities_new (const char *base_name,
                           GVariant   *initial,
                           GError    **error)
{
  ThespianCapabilities *self = g_new0 (ThespianCapabilities, 1);

  g_mutex_init (&self->lock);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  self->own = g_hash_table_new (g_str_hash, g_str_equal);
  set_all_own (self, base_name);
  if (initial != NULL && !set_initial (self, initial, error))
    g_clear_pointer (&self, thespian_capabilities_free);
  return self;
}

gboolean
thespian_capabilities_check (GVariant   *initial,
                             const char *base_name,
                             GError    **error)
{
  ThespianCapabilities *self = thespian_capabilities_new (base_name, initial, error);

  if (self == NULL)
    return FALSE;
  thespian_capabilities_free (self);
  return TRUE;
}

void
thespian_capabilities_free (ThespianCapabilities *self)
{
  g_clear_pointer (&self->snapshot, g_variant_unref);
  g_hash_table_unref (self->values);
  g_hash_table_unref (self->own);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static GVariant *
take_snapshot (ThespianCapabilities *self)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (self->values), (GCompareFunc) strcmp);
  GVariantBuilder builder;
  GVariant *snapshot;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (GList *link = names; link != NULL; link = link->next)
    g_variant_builder_add (&builder, "{sv}", link->data, g_hash_table_lookup (self->values, link->data));
  snapshot = g_variant_ref_sink (g_variant_builder_end (&builder));
  /* as bytes, which each process is sent that is started */
  g_variant_get_data (snapshot);
  return snapshot;
}

GVariant *
thespian_capabilities_dup (ThespianCapabilities *self)
{
  GVariant *snapshot;

  g_mutex_lock (&self->lock);
  if (self->snapshot == NULL)
    self->snapshot = take_snapshot (self);
  snapshot = g_variant_ref (self->snapshot);
  g_mutex_unlock (&self->lock);
  return snapshot;
}

static gboolean
is_same (GVariant *former,
         GVariant *value)
{
  if (former == NULL || value == NULL)
    return former == value;
  return g_variant_equal (former, value);
}

gboolean
thespian_capabilities_update (ThespianCapabilities *self,
                              const char           *name,
                              GVariant             *value,
                              gboolean             *ret_changed,
                              GError              **error)
{
  if (!check (self, name, value, error))
    return FALSE;

  g_mutex_lock (&self->lock);
  *ret_changed = !is_same (g_hash_table_lookup (self->values, name), value);
  if (*ret_changed)
    {
      if (value != NULL)
        g_hash_table_insert (self->values, g_strdup (name), g_variant_ref_sink (value));
      else
        g_hash_table_remove (self->values, name);
      g_clear_pointer (&self->snapshot, g_variant_unref);
    }
  g_mutex_unlock (&self->lock);
  return TRUE;
}

guint
thespian_capabilities_get_uint (ThespianCapabilities *self,
                                const char           *name,
                                guint                 fallback)
{
  GVariant *value;
  guint64 number = fallback;

  g_mutex_lock (&self->lock);
  value = g_hash_table_lookup (self->values, name);
  if (value != NULL)
    thespian_variant_read_integer (value, &number);
  g_mutex_unlock (&self->lock);
  return (guint) number;
}

gboolean
thespian_capabilities_get_boolean (ThespianCapabilities *self,
                                   const char           *name)
{
  GVariant *value;
  gboolean result;

  g_mutex_lock (&self->lock);
  value = g_hash_table_lookup (self->values, name);
  result = value != NULL && thespian_capability_is_truthy (value);
  g_mutex_unlock (&self->lock);
  return result;
}

GTimeSpan
thespian_capabilities_read_grace (GVariant *capabilities)
{
  g_autoptr (GVariant) value =
      g_variant_lookup_value (capabilities, THESPIAN_CAPABILITY_EXIT_GRACE_PERIOD, NULL);
  double seconds = DEFAULT_GRACE;

  if (value != NULL)
    thespian_variant_read_double (value, &seconds);
  return (GTimeSpan) (CLAMP (seconds, 0, MAX_GRACE) * G_TIME_SPAN_SECOND);
}
