/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Values whose bodies name their type, and objects, whose type decides between that and a tag. */

#include "config.h"

#include "wire/thespian-body-private.h"

#include "model/thespian-address-private.h"
#include "model/thespian-error.h"
#include "model/thespian-value-private.h"
#include "wire/thespian-body-format-private.h"
#include "wire/thespian-library-types-private.h"

/* --- Writing --------------------------------------------------------------------------------- */

static gboolean
refuse_value (const GValue *value,
              GError      **error)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
               "A value of type %s cannot leave its process", G_VALUE_TYPE_NAME (value));
  return FALSE;
}

static gboolean
put_named (ThespianBodyWriter *self,
           ThespianTag         tag,
           GType               type,
           GError            **error)
{
  thespian_body_put_u8 (self, (guint8) tag);
  return thespian_body_put_name (self, g_type_name (type), error);
}

static gboolean
put_enum (ThespianBodyWriter *self,
          ThespianTag         tag,
          const GValue       *value,
          GError            **error)
{
  if (!put_named (self, tag, G_VALUE_TYPE (value), error))
    return FALSE;
  thespian_body_put_u32 (self, tag == THESPIAN_TAG_ENUM ? (guint32) g_value_get_enum (value)
                                                        : g_value_get_flags (value));
  return TRUE;
}

static void
put_address (ThespianBodyWriter *self,
             ThespianAddress    *address)
{
  thespian_address_intern (address);
  thespian_body_put_tagged_u64 (self, THESPIAN_TAG_ADDRESS, address->system_id);
  thespian_body_put_u64 (self, address->actor_id);
}

/* A message of the library that has no tag of its own. */
static gboolean
put_library_object (ThespianBodyWriter        *self,
                    const ThespianLibraryType *type,
                    GObject                   *object,
                    GError                   **error)
{
  gboolean is_carrier = type->get_message != NULL;

  return put_named (self, is_carrier ? THESPIAN_TAG_LIBRARY_CARRIER : THESPIAN_TAG_LIBRARY_OBJECT,
                    G_OBJECT_TYPE (object), error) &&
         thespian_body_put_object (self, object, error) &&
         (!is_carrier || thespian_body_put_optional (self, type->get_message (object), error));
}

static gboolean
put_object (ThespianBodyWriter *self,
            GObject            *object,
            GError            **error)
{
  const ThespianLibraryType *type;
  gboolean known = TRUE;

  if (THESPIAN_IS_ADDRESS (object))
    {
      put_address (self, (ThespianAddress *) object);
      return TRUE;
    }
  if (!thespian_body_put_message (self, object, &known, error))
    return FALSE;
  if (known)
    return TRUE;
  type = thespian_library_types_find (G_OBJECT_TYPE (object));
  if (type != NULL)
    return put_library_object (self, type, object, error);
  return put_named (self, THESPIAN_TAG_OBJECT, G_OBJECT_TYPE (object), error) &&
         thespian_body_put_object (self, object, error);
}

static gboolean
put_object_value (ThespianBodyWriter *self,
                  const GValue       *value,
                  GError            **error)
{
  GObject *object = value->data[0].v_pointer;

  if (object == NULL)
    return put_named (self, THESPIAN_TAG_NOTHING, G_VALUE_TYPE (value), error);
  if (!G_IS_OBJECT (object))
    return refuse_value (value, error);
  if (G_OBJECT_TYPE (object) != G_VALUE_TYPE (value) &&
      !put_named (self, THESPIAN_TAG_TYPED, G_VALUE_TYPE (value), error))
    return FALSE;
  return put_object (self, object, error);
}

static gboolean
put_boxed_value (ThespianBodyWriter *self,
                 const GValue       *value,
                 GError            **error)
{
  gpointer boxed = value->data[0].v_pointer;
  GType type = G_VALUE_TYPE (value);

  if (type == G_TYPE_STRV)
    {
      thespian_body_put_u8 (self, THESPIAN_TAG_STRV);
      return thespian_body_put_strv (self, boxed, error);
    }
  if (type == G_TYPE_BYTES)
    {
      thespian_body_put_u8 (self, THESPIAN_TAG_BYTES);
      return thespian_body_put_bytes (self, boxed, error);
    }
  if (type == G_TYPE_VALUE)
    {
      thespian_body_put_u8 (self, THESPIAN_TAG_VALUE);
      return thespian_body_put_optional (self, boxed, error);
    }
  if (type == THESPIAN_TYPE_RAW_BODY)
    {
      if (boxed == NULL)
        return refuse_value (value, error);
      thespian_buffer_append (self->buffer, g_bytes_get_data (boxed, NULL),
                              g_bytes_get_size (boxed));
      return TRUE;
    }
  if (boxed == NULL)
    return put_named (self, THESPIAN_TAG_NOTHING, type, error);
  return put_named (self, THESPIAN_TAG_BOXED, type, error) &&
         thespian_body_put_boxed (self, value, error);
}

gboolean
thespian_body_put_named_value (ThespianBodyWriter *self,
                               const GValue       *value,
                               GError            **error)
{
  GType type = G_VALUE_TYPE (value);
  GType fundamental = g_type_fundamental (type);
  gboolean known = TRUE;

  switch (fundamental)
    {
    case G_TYPE_OBJECT:
    case G_TYPE_INTERFACE:
      return put_object_value (self, value, error);
    case G_TYPE_BOXED:
      return put_boxed_value (self, value, error);
    case G_TYPE_ENUM:
      return put_enum (self, THESPIAN_TAG_ENUM, value, error);
    case G_TYPE_FLAGS:
      return put_enum (self, THESPIAN_TAG_FLAGS, value, error);
    default:
      if (type == fundamental)
        return refuse_value (value, error);
      if (!put_named (self, THESPIAN_TAG_TYPED, type, error))
        return FALSE;
      return thespian_body_put_fundamental (self, value, fundamental, &known, error) ||
             (!known && refuse_value (value, error));
    }
}

/* --- Reading --------------------------------------------------------------------------------- */

/* Among the types that the process has: no message makes it load code. */
static gboolean
get_type (ThespianBodyReader *self,
          GType              *ret_type,
          GError            **error)
{
  char name[THESPIAN_BODY_MAX_NAME + 1];

  if (!thespian_body_get_name (self, name, error))
    return FALSE;
  thespian_library_types_ensure ();
  *ret_type = g_type_from_name (name);
  if (*ret_type != G_TYPE_INVALID && G_TYPE_IS_VALUE (*ret_type))
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "“%.120s” is no type of messages that is known here", name);
  return FALSE;
}

static gboolean
refuse_type (GType       type,
             const char *what,
             GError    **error)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "The bytes are no message: the type %.120s is no %s", g_type_name (type), what);
  return FALSE;
}

static gboolean
get_nothing (ThespianBodyReader *self,
             GValue             *value,
             GError            **error)
{
  GType type, fundamental;

  if (!get_type (self, &type, error))
    return FALSE;
  fundamental = g_type_fundamental (type);
  if (fundamental != G_TYPE_OBJECT && fundamental != G_TYPE_INTERFACE &&
      fundamental != G_TYPE_BOXED)
    return refuse_type (type, "type of objects or boxed values", error);
  g_value_init (value, type);
  return TRUE;
}

static gboolean
get_enum (ThespianBodyReader *self,
          ThespianTag         tag,
          GValue             *value,
          GError            **error)
{
  gboolean is_enum = tag == THESPIAN_TAG_ENUM;
  GType expected = is_enum ? G_TYPE_ENUM : G_TYPE_FLAGS;
  guint32 number;
  GType type;

  if (!get_type (self, &type, error) || !thespian_body_get_u32 (self, &number, error))
    return FALSE;
  if (G_TYPE_IS_DERIVED (type) && g_type_fundamental (type) == expected)
    {
      g_value_init (value, type);
      if (is_enum)
        g_value_set_enum (value, (int) number);
      else
        g_value_set_flags (value, number);
      return TRUE;
    }
  return refuse_type (type, is_enum ? "enumeration" : "set of flags", error);
}

static gboolean
get_user_object (ThespianBodyReader *self,
                 GValue             *value,
                 GError            **error)
{
  GObject *object;
  GType type;

  if (!get_type (self, &type, error))
    return FALSE;
  if (thespian_library_types_find (type) != NULL)
    return refuse_type (type, "type of the program", error);
  if (!thespian_body_get_object (self, type, FALSE, &object, error))
    return FALSE;
  thespian_body_take_object (value, object);
  return TRUE;
}

static gboolean
get_carried_message (ThespianBodyReader        *self,
                     const ThespianLibraryType *type,
                     GObject                   *object,
                     GError                   **error)
{
  g_auto (GValue) message = G_VALUE_INIT;

  if (!thespian_body_get_optional (self, &message, error))
    return FALSE;
  if (G_IS_VALUE (&message))
    type->set_message (object, &message);
  return TRUE;
}

/* What a library's object is made of is the library's, so no user code can hide in there. */
static gboolean
get_library_object (ThespianBodyReader *self,
                    gboolean            is_carrier,
                    GValue             *value,
                    GError            **error)
{
  gboolean runs_user_code = self->runs_user_code;
  const ThespianLibraryType *library_type;
  g_autoptr (GObject) object = NULL;
  gboolean ok;
  GType type;

  if (!get_type (self, &type, error))
    return FALSE;
  library_type = thespian_library_types_find (type);
  if (library_type == NULL || is_carrier != (library_type->get_message != NULL))
    return refuse_type (type, "such type of the library", error);

  self->runs_user_code = FALSE;
  ok = thespian_body_get_object (self, type, TRUE, &object, error);
  self->runs_user_code = runs_user_code;
  if (!ok || (is_carrier && !get_carried_message (self, library_type, object, error)))
    return FALSE;
  thespian_body_take_object (value, g_steal_pointer (&object));
  return TRUE;
}

static gboolean
get_boxed_value (ThespianBodyReader *self,
                 GValue             *value,
                 GError            **error)
{
  GType type;

  if (!get_type (self, &type, error))
    return FALSE;
  if (!G_TYPE_IS_DERIVED (type) || g_type_fundamental (type) != G_TYPE_BOXED)
    return refuse_type (type, "boxed type", error);
  return thespian_body_get_boxed (self, type, value, error);
}

/* A value that is not of the type that its content has by itself. */
static gboolean
get_typed (ThespianBodyReader *self,
           GValue             *value,
           GError            **error)
{
  g_auto (GValue) plain = G_VALUE_INIT;
  GType type, fundamental;

  if (!get_type (self, &type, error))
    return FALSE;
  if (thespian_body_n_left (self) > 0 && *self->data == THESPIAN_TAG_TYPED)
    return thespian_body_refuse (error, "a typed value is typed twice");
  if (!thespian_body_get_value (self, &plain, error))
    return FALSE;

  fundamental = g_type_fundamental (type);
  if (fundamental == G_TYPE_OBJECT || fundamental == G_TYPE_INTERFACE)
    {
      GObject *object = G_VALUE_HOLDS_OBJECT (&plain) ? g_value_get_object (&plain) : NULL;

      if (object == NULL || type == G_VALUE_TYPE (&plain) ||
          !g_type_is_a (G_OBJECT_TYPE (object), type))
        return refuse_type (type, "type that its content has", error);
    }
  else if (type == fundamental || fundamental != G_VALUE_TYPE (&plain))
    {
      return refuse_type (type, "type that its content has", error);
    }
  thespian_value_move_into (&plain, value);
  value->g_type = type;
  return TRUE;
}

gboolean
thespian_body_get_named_value (ThespianBodyReader *self,
                               ThespianTag         tag,
                               GValue             *value,
                               GError            **error)
{
  switch (tag)
    {
    case THESPIAN_TAG_NOTHING:
      return get_nothing (self, value, error);
    case THESPIAN_TAG_TYPED:
      return get_typed (self, value, error);
    case THESPIAN_TAG_ENUM:
    case THESPIAN_TAG_FLAGS:
      return get_enum (self, tag, value, error);
    case THESPIAN_TAG_OBJECT:
      return get_user_object (self, value, error);
    case THESPIAN_TAG_BOXED:
      return get_boxed_value (self, value, error);
    case THESPIAN_TAG_LIBRARY_OBJECT:
    case THESPIAN_TAG_LIBRARY_CARRIER:
      return get_library_object (self, tag == THESPIAN_TAG_LIBRARY_CARRIER, value, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}
