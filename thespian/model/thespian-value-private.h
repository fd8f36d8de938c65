/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-value.h"

G_BEGIN_DECLS

/*
 * Values are what messages are made of, so copying one is on the hot path of every send. Most
 * small messages are scalars, whose content is the bits of the GValue itself: no need to go
 * through the value table of their type to copy them, and nothing to free.  Strings need none, too.
 */

/* A heap value for thespian_value_free(), made of the content of @value, which becomes unset. */
GValue  *thespian_value_new_take  (GValue *value) G_GNUC_WARN_UNUSED_RESULT;

gboolean thespian_value_equal     (const GValue *a, const GValue *b);

/* A short text for logs and error messages, cut when long. */
char    *thespian_value_to_string (const GValue *value) G_GNUC_WARN_UNUSED_RESULT;

gboolean thespian_type_is_integer (GType type);

/*
 * Puts a number into a value of the fundamental type @type: an integer into a type of integers, a
 * floating-point number into one of those (where it may lose digits). FALSE when it is out of
 * range there, or no number. Nothing has to be freed in either case.
 */
gboolean thespian_value_convert_number (const GValue *src, GType type, GValue *dest_uninitialised);

/* Use the inline functions below instead. */
void     thespian_value_copy_other (const GValue *src, GValue *dest_uninitialised);

/* The fundamental types from char to double stand in one row; those derived of them (enums and
 * flags of a program) take the slower way round. */
G_STATIC_ASSERT (G_TYPE_DOUBLE - G_TYPE_CHAR == 12 << G_TYPE_FUNDAMENTAL_SHIFT);

static inline gboolean
thespian_type_is_scalar (GType type)
{
  if (G_LIKELY (type <= G_TYPE_FUNDAMENTAL_MAX))
    return type - G_TYPE_CHAR <= G_TYPE_DOUBLE - G_TYPE_CHAR;

  type = g_type_fundamental (type);

  return type == G_TYPE_ENUM || type == G_TYPE_FLAGS;
}

static inline void
thespian_value_copy_into (const GValue *src, GValue *dest_uninitialised)
{
  if (thespian_type_is_scalar (G_VALUE_TYPE (src)))
    *dest_uninitialised = *src;
  else if (G_VALUE_TYPE (src) == G_TYPE_STRING)
    *dest_uninitialised = (GValue){ .g_type = G_TYPE_STRING, .data[0].v_pointer = g_strdup (src->data[0].v_pointer) };
  else
    thespian_value_copy_other (src, dest_uninitialised);
}

/* Moves: @src becomes unset. */
static inline void
thespian_value_move_into (GValue *src, GValue *dest_uninitialised)
{
  *dest_uninitialised = *src;
  *src = (GValue) G_VALUE_INIT;
}

/* It is neither static nor interned, so that all there is to do with it is to free it. */
static inline gboolean
thespian_value_has_own_string (const GValue *value)
{
  return G_VALUE_TYPE (value) == G_TYPE_STRING && value->data[1].v_uint == 0;
}

/* Accepts an unset value, and leaves one. */
static inline void
thespian_value_clear (GValue *value)
{
  if (thespian_value_has_own_string (value))
    g_free (value->data[0].v_pointer);
  else if (G_VALUE_TYPE (value) != G_TYPE_INVALID && !thespian_type_is_scalar (G_VALUE_TYPE (value)))
    g_value_unset (value);
  value->g_type = G_TYPE_INVALID;
}

G_END_DECLS
