/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * The types of the library that can be in a message: a process has to know their names before it
 * has used them itself, and decoding them runs no code of the program.
 */
typedef struct
{
  GType (*get_type) (void);

  /*
   * Of a type that implements ThespianSerializable and carries a message besides; NULL for others.
   * The message is copied to, and may be missing.
   */
  const GValue *(*get_message) (gpointer object);
  void (*set_message)          (gpointer object, const GValue *message);
} ThespianLibraryType;

/*
 * Adds the static array @types.  A room that stands above this one calls it when the library is
 * loaded, see THESPIAN_DEFINE_LIBRARY_TYPES().
 */
void                       thespian_library_types_add    (const ThespianLibraryType *types,
                                                          gsize n_types);

/* Makes sure that all of them are registered; cheap after the first time. */
void                       thespian_library_types_ensure (void);

/* NULL for a type of the program */
const ThespianLibraryType *thespian_library_types_find   (GType type);

#define THESPIAN_DEFINE_LIBRARY_TYPES(types)                                                      \
  static void __attribute__ ((constructor)) add_library_types (void)                              \
  {                                                                                               \
    thespian_library_types_add ((types), G_N_ELEMENTS (types));                                   \
  }

G_END_DECLS
