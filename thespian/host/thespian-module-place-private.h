/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "host/thespian-host-language-private.h"

G_BEGIN_DECLS

#define THESPIAN_CAPABILITY_ACTOR_PATH "Actor Path"

/* Where the module of a class is. */
typedef struct
{
  const ThespianHostLanguage *language; /* (nullable): a shared object, for processes of our own */
  char *path;        /* (owned) (nullable) absolute: of its file */
  gsize root_length; /* of the part of the path that is the folder where it was found */
} ThespianModulePlace;

#define THESPIAN_MODULE_PLACE_INIT { NULL, NULL, 0 }

/* A class specification, divided. */
typedef struct
{
  const ThespianHostLanguage *language; /* (nullable) */
  char *module;           /* (owned) (nullable) when it names none */
  const char *class_name; /* points into the specification */
} ThespianClassName;

gboolean thespian_class_name_parse   (const char *specification, ThespianClassName *ret_name, GError **error);
void     thespian_class_name_clear   (ThespianClassName *name);

/*
 * Finds the file of the module that @specification names, without loading it; none for a type of the
 * program.  @capabilities: a{sv}, (nullable).
 */
gboolean thespian_module_place_find  (const char *specification, GVariant *capabilities,
                                      ThespianModulePlace *ret_place, GError **error);
void     thespian_module_place_copy  (const ThespianModulePlace *place, ThespianModulePlace *ret_copy);
void     thespian_module_place_clear (ThespianModulePlace *place);

/* What tells it from all others. */
char    *thespian_module_place_build_key (const ThespianModulePlace *place);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ThespianModulePlace, thespian_module_place_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ThespianClassName, thespian_class_name_clear)

G_END_DECLS
