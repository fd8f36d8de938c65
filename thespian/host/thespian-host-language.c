/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-host-language-private.h"

#include "host/thespian-host-program-private.h"
#include "model/thespian-error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const ThespianHostLanguage languages[] = {
  {
      .prefix = "python",
      .name = "Python",
      .program = PYTHON_PROGRAM,
      .version = PYTHON_VERSION,
      .program_variable = "THESPIAN_PYTHON",
      .script = "thespian-python-host.py",
      .needs = "PyGObject (python3-gi), and this library's introspection data and overrides",
      .can_fork = TRUE,
      .path_capability = "Python Path",
      .path_variable = "THESPIAN_PYTHON_PATH",
      .suffixes = { ".py", "/__init__.py" },
      .has_dots = TRUE,
      .version_capability = "Python Version",
  },
  {
      .prefix = "gjs",
      .name = "JavaScript",
      .program = GJS_PROGRAM,
      .version = GJS_VERSION,
      .program_variable = "THESPIAN_GJS",
      .script = "thespian-gjs-host.js",
      .needs = "this library's introspection data and overrides",
      .path_capability = "GJS Path",
      .path_variable = "THESPIAN_GJS_PATH",
      .suffixes = { "" },
      .version_capability = "GJS Version",
  },
};

const ThespianHostLanguage *
thespian_host_language_get (guint index)
{
  return index < G_N_ELEMENTS (languages) ? &languages[index] : NULL;
}

const ThespianHostLanguage *
thespian_host_language_find (const char *prefix,
                             gsize       length)
{
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (strlen (languages[i].prefix) == length && memcmp (languages[i].prefix, prefix, length) == 0)
      return &languages[i];
  return NULL;
}

char *
thespian_host_language_list (void)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    g_string_append_printf (list, "%s“%s”", i > 0 ? ", " : "", languages[i].prefix);
  return g_string_free (list, FALSE);
}

/* --- What runs them ------------------------------------------------------------------------------ */

/* A program with more rights than its user does not let the user name what it runs. */
const char *
thespian_host_language_get_program (const ThespianHostLanguage *self)
{
  const char *named = secure_getenv (self->program_variable);

  return named != NULL && *named != '\0' ? named : self->program;
}

char *
thespian_host_language_find_program (const ThespianHostLanguage *self,
                                     GError                    **error)
{
  const char *program = thespian_host_language_get_program (self);

  if (access (program, X_OK) == 0)
    return g_strdup (program);
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
               "Actors written in %s are run by the program %s, which cannot be run: install it, or name another in "
               "the environment variable %s",
               self->name, program, self->program_variable);
  return NULL;
}

char *
thespian_host_language_find_script (const ThespianHostLanguage *self,
                                    GError                    **error)
{
  char *path = thespian_host_program_find_file (self->script, R_OK);

  if (path == NULL)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                 "The script %s, which runs actors written in %s, is not beside the program thespian-host: was the "
                 "library built without introspection?",
                 self->script, self->name);
  return path;
}

/* --- Versions ------------------------------------------------------------------------------------ */

/* As `PROGRAM --version' says. */
static char *
ask_version (const char *program)
{
  const char *arguments[] = { program, "--version", NULL };
  g_autofree char *output = NULL;
  const char *digits;

  if (!g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, NULL, NULL))
    return NULL;
  digits = output + strcspn (output, "0123456789");
  return g_strdup (digits);
}

static GVariant *
parse_version (const char *text)
{
  guint major, minor, micro = 0;

  if (text == NULL || sscanf (text, "%u.%u.%u", &major, &minor, &micro) < 2)
    return NULL;
  return g_variant_ref_sink (g_variant_new ("(uuu)", major, minor, micro));
}

GVariant *
thespian_host_language_get_version (const ThespianHostLanguage *self)
{
  g_autofree char *program = thespian_host_language_find_program (self, NULL);
  g_autofree char *script = thespian_host_language_find_script (self, NULL);
  g_autofree char *asked = NULL;

  if (program == NULL || script == NULL)
    return NULL;
  /* One that is not the configured one has to be run to know, which takes its time. */
  if (g_str_equal (program, self->program) && *self->version != '\0')
    return parse_version (self->version);
  asked = ask_version (program);
  return parse_version (asked);
}
