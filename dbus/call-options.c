/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "call-options.h"

#include <math.h>
#include <thespian.h>

#define MAX_OPTIONS 8
#define MAX_SECONDS 1e9

typedef struct
{
  const char *name;
  CallOptionType type;
  gpointer location;
} Option;

static const char *
type_text (CallOptionType type)
{
  switch (type)
    {
    case CALL_OPTION_BOOLEAN:
      return "a boolean, “b”";
    case CALL_OPTION_TIME:
      return "a number of seconds, “d” or an integer type";
    case CALL_OPTION_STRING:
      return "a string, “s”";
    case CALL_OPTION_DICTIONARY:
      return "a dictionary, “a{sv}”";
    default:
      g_assert_not_reached ();
    }
}

static gboolean
read_seconds (GVariant *value,
              double   *ret_seconds)
{
  switch (*g_variant_get_type_string (value))
    {
    case 'd':
      *ret_seconds = g_variant_get_double (value);
      return TRUE;
    case 'y':
      *ret_seconds = g_variant_get_byte (value);
      return TRUE;
    case 'n':
      *ret_seconds = g_variant_get_int16 (value);
      return TRUE;
    case 'q':
      *ret_seconds = g_variant_get_uint16 (value);
      return TRUE;
    case 'i':
      *ret_seconds = g_variant_get_int32 (value);
      return TRUE;
    case 'u':
      *ret_seconds = g_variant_get_uint32 (value);
      return TRUE;
    case 'x':
      *ret_seconds = (double) g_variant_get_int64 (value);
      return TRUE;
    case 't':
      *ret_seconds = (double) g_variant_get_uint64 (value);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
take_time (GVariant  *value,
           GTimeSpan *ret_time)
{
  double seconds;

  /* what is not a number is not in the range either */
  if (!read_seconds (value, &seconds) || !(seconds <= MAX_SECONDS))
    return FALSE;
  if (ret_time != NULL)
    *ret_time = seconds < 0 ? -1 : (GTimeSpan) ceil (seconds * G_TIME_SPAN_SECOND);
  return TRUE;
}

/* With @location NULL it only looks whether it could. */
static gboolean
take (GVariant      *value,
      CallOptionType type,
      gpointer       location)
{
  switch (type)
    {
    case CALL_OPTION_BOOLEAN:
      if (!g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
        return FALSE;
      if (location != NULL)
        *(gboolean *) location = g_variant_get_boolean (value);
      return TRUE;
    case CALL_OPTION_TIME:
      return take_time (value, location);
    case CALL_OPTION_STRING:
      if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        return FALSE;
      if (location != NULL)
        *(char **) location = g_variant_dup_string (value, NULL);
      return TRUE;
    case CALL_OPTION_DICTIONARY:
      if (!g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
        return FALSE;
      if (location != NULL)
        *(GVariant **) location = g_variant_ref (value);
      return TRUE;
    default:
      g_assert_not_reached ();
    }
}

static const Option *
find (const Option *options,
      const char   *name)
{
  for (; options->name != NULL; options++)
    if (g_str_equal (options->name, name))
      return options;
  return NULL;
}

static void
refuse_unknown (GError      **error,
                const char   *name,
                const Option *options)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (; options->name != NULL; options++)
    g_string_append_printf (known, "%s“%s”", known->len > 0 ? ", " : "", options->name);
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT, "This method has no option “%.60s”: it has %s",
               name, known->len > 0 ? known->str : "none");
}

static void
refuse_value (GError      **error,
              const Option *option,
              GVariant     *value)
{
  double seconds;

  if (option->type == CALL_OPTION_TIME && read_seconds (value, &seconds))
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                 "The option “%s” cannot be %.15g: it is from 0 to 1,000,000,000 seconds, or negative for ever",
                 option->name, seconds);
  else
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                 "The option “%s” is %s, and not of type “%.60s”", option->name, type_text (option->type),
                 g_variant_get_type_string (value));
}

static gboolean
check (GVariant     *given,
       const Option *options,
       GError      **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;
  gboolean good = TRUE;

  g_variant_iter_init (&iter, given);
  while (good && g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      const Option *option = find (options, name);

      good = option != NULL && take (value, option->type, NULL);
      if (option == NULL)
        refuse_unknown (error, name, options);
      else if (!good)
        refuse_value (error, option, value);
      g_variant_unref (value);
    }
  return good;
}

gboolean
call_options_read (GVariant *given,
                   GError  **error,
                   ...)
{
  Option options[MAX_OPTIONS + 1] = { { NULL, }, };
  guint n = 0;
  va_list list;

  va_start (list, error);
  for (const char *name = va_arg (list, const char *); name != NULL; name = va_arg (list, const char *))
    {
      g_assert (n < MAX_OPTIONS);
      options[n].name = name;
      options[n].type = va_arg (list, CallOptionType);
      options[n++].location = va_arg (list, gpointer);
    }
  va_end (list);

  if (!check (given, options, error))
    return FALSE;
  for (const Option *option = options; option->name != NULL; option++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (given, option->name, NULL);

      if (value != NULL)
        take (value, option->type, option->location);
    }
  return TRUE;
}
