/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The languages whose actors run in processes of an interpreter.  Nothing else in the library knows
 * any of them: a new one is a row of this table, and a script that makes a ThespianLanguageHost.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A host's exit status: what it needs of its language is not installed. */
#define THESPIAN_HOST_LANGUAGE_UNAVAILABLE 69

typedef struct
{
  const char *prefix;   /* of a class specification */
  const char *name;     /* for people */
  const char *program;  /* the interpreter as configured */
  const char *version;  /* of that; "" when there was none */
  const char *program_variable; /* names another one */
  const char *script;   /* that the interpreter runs: beside the program thespian-host */
  const char *needs;    /* for people: what the script needs */
  gboolean can_fork;    /* it has one thread once it has begun */

  /* where its modules are */
  const char *path_capability;
  const char *path_variable;
  const char *suffixes[3]; /* of their files, with NULL behind the last */
  gboolean has_dots;       /* in the names of modules, for the folders that they are in */

  const char *version_capability;
} ThespianHostLanguage;

/* NULL when there are no more than @index. */
const ThespianHostLanguage *thespian_host_language_get          (guint index);
const ThespianHostLanguage *thespian_host_language_find         (const char *prefix, gsize length);
/* The prefixes, for people. */
char                       *thespian_host_language_list         (void);

/* Which interpreter is to be run, be it there or not. */
const char                 *thespian_host_language_get_program  (const ThespianHostLanguage *self);

/* Paths, or NULL with @error set. */
char                       *thespian_host_language_find_program (const ThespianHostLanguage *self, GError **error);
char                       *thespian_host_language_find_script  (const ThespianHostLanguage *self, GError **error);

/* (uuu), not floating, or NULL when actors of this language cannot be made here. */
GVariant                   *thespian_host_language_get_version  (const ThespianHostLanguage *self);

G_END_DECLS
