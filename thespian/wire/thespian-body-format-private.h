/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "wire/thespian-buffer-private.h"

G_BEGIN_DECLS

/*
 * The inside of the body codec: the tags, the two cursors, and the smallest pieces.  What is larger
 * than a few bytes has a pair of functions, in the file that its section is named after.
 */

/* The first byte of each body.  A number once used is never given another meaning. */
typedef enum
{
  THESPIAN_TAG_BOOLEAN = 0x01,
  THESPIAN_TAG_CHAR = 0x02,
  THESPIAN_TAG_UCHAR = 0x03,
  THESPIAN_TAG_INT = 0x04,
  THESPIAN_TAG_UINT = 0x05,
  THESPIAN_TAG_LONG = 0x06,
  THESPIAN_TAG_ULONG = 0x07,
  THESPIAN_TAG_INT64 = 0x08,
  THESPIAN_TAG_UINT64 = 0x09,
  THESPIAN_TAG_FLOAT = 0x0a,
  THESPIAN_TAG_DOUBLE = 0x0b,
  THESPIAN_TAG_STRING = 0x0c,
  THESPIAN_TAG_STRV = 0x0d,
  THESPIAN_TAG_BYTES = 0x0e,
  THESPIAN_TAG_VARIANT = 0x0f,
  THESPIAN_TAG_ADDRESS = 0x10,
  THESPIAN_TAG_VALUE = 0x11,

  /* These name a type. */
  THESPIAN_TAG_NOTHING = 0x20, /* NULL of an object, interface or boxed type */
  THESPIAN_TAG_TYPED = 0x21,   /* a body in a value of another type than its tag says */
  THESPIAN_TAG_ENUM = 0x22,
  THESPIAN_TAG_FLAGS = 0x23,
  THESPIAN_TAG_OBJECT = 0x24,
  THESPIAN_TAG_BOXED = 0x25,
  THESPIAN_TAG_LIBRARY_OBJECT = 0x26,
  THESPIAN_TAG_LIBRARY_CARRIER = 0x27,

  /* These are types of the library. */
  THESPIAN_TAG_EXIT_REQUEST = 0x30,
  THESPIAN_TAG_CHILD_EXITED = 0x31,
  THESPIAN_TAG_POISON = 0x32,
  THESPIAN_TAG_DEAD_ENVELOPE = 0x33,
  THESPIAN_TAG_WAKEUP = 0x34,
  THESPIAN_TAG_WATCH = 0x35,
  THESPIAN_TAG_STATUS_REQUEST = 0x36,
  THESPIAN_TAG_ACTOR_STATUS = 0x37,
  THESPIAN_TAG_SYSTEM_STATUS = 0x38,
  THESPIAN_TAG_OPAQUE = 0x39,
} ThespianTag;

/* The length that says NULL. */
#define THESPIAN_BODY_NULL G_MAXUINT32

/*
 * How deep bodies stand in bodies.  A body that was written in bounds can still be wrapped without
 * being decoded, as poison and in a dead envelope, so readers allow some more.
 */
#define THESPIAN_BODY_MAX_WRITTEN_DEPTH 64
#define THESPIAN_BODY_MAX_READ_DEPTH 72

/* From this size on, content refers to the message it came in, and is not copied out of it. */
#define THESPIAN_BODY_SLICE_SIZE 4096

#define THESPIAN_BODY_MAX_NAME 1023

/* --- Writing --------------------------------------------------------------------------------- */

typedef struct
{
  ThespianBuffer *buffer;
  gsize start; /* of the outermost body in the buffer */
  guint depth;
} ThespianBodyWriter;

static inline void
thespian_body_put_u8 (ThespianBodyWriter *self, guint8 number)
{
  *thespian_buffer_extend (self->buffer, sizeof number) = number;
}

static inline void
thespian_body_put_u32 (ThespianBodyWriter *self, guint32 number)
{
  number = GUINT32_TO_LE (number);
  memcpy (thespian_buffer_extend (self->buffer, sizeof number), &number, sizeof number);
}

static inline void
thespian_body_put_u64 (ThespianBodyWriter *self, guint64 number)
{
  number = GUINT64_TO_LE (number);
  memcpy (thespian_buffer_extend (self->buffer, sizeof number), &number, sizeof number);
}

/* A tag with a number in one go: the most common messages. */
static inline void
thespian_body_put_tagged_u32 (ThespianBodyWriter *self, ThespianTag tag, guint32 number)
{
  guint8 *place = thespian_buffer_extend (self->buffer, 1 + sizeof number);

  number = GUINT32_TO_LE (number);
  *place = (guint8) tag;
  memcpy (place + 1, &number, sizeof number);
}

static inline void
thespian_body_put_tagged_u64 (ThespianBodyWriter *self, ThespianTag tag, guint64 number)
{
  guint8 *place = thespian_buffer_extend (self->buffer, 1 + sizeof number);

  number = GUINT64_TO_LE (number);
  *place = (guint8) tag;
  memcpy (place + 1, &number, sizeof number);
}

/* Zeros up to a multiple of 8 from the start of the outermost body. */
static inline void
thespian_body_put_padding (ThespianBodyWriter *self)
{
  gsize n = (self->start - self->buffer->length) % 8;

  memset (thespian_buffer_extend (self->buffer, n), 0, n);
}

/* A whole body at its place, by the dispatcher of all types (thespian-body.c). */
gboolean thespian_body_put_value    (ThespianBodyWriter *self, const GValue *value, GError **error);
gboolean thespian_body_put_nested   (ThespianBodyWriter *self, const GValue *value, GError **error);
/* NULL for none */
gboolean thespian_body_put_optional (ThespianBodyWriter *self, const GValue *value, GError **error);

/* Content as of the fundamental @type; *@ret_known is FALSE, and nothing written, for others. */
gboolean thespian_body_put_fundamental (ThespianBodyWriter *self, const GValue *value, GType type,
                                        gboolean *ret_known, GError **error);

/* --- Reading --------------------------------------------------------------------------------- */

typedef struct
{
  GBytes *backing;     /* (nullable) what the body stands in */
  const guint8 *start; /* of the outermost body */
  const guint8 *data;  /* what comes next */
  const guint8 *end;
  guint depth;
  gboolean runs_user_code; /* objects and boxed types of the program are allowed */
} ThespianBodyReader;

/* Use thespian_body_refuse() instead. */
void thespian_body_set_error (GError **error, const char *what);

/* FALSE, with an error that says that the bytes are no message because of @what. */
static inline gboolean
thespian_body_refuse (GError **error, const char *what)
{
  thespian_body_set_error (error, what);
  return FALSE;
}

static inline gboolean
thespian_body_refuse_truncated (GError **error)
{
  return thespian_body_refuse (error, "they end too early");
}

static inline gsize
thespian_body_n_left (ThespianBodyReader *self)
{
  return (gsize) (self->end - self->data);
}

static inline gboolean
thespian_body_get_raw (ThespianBodyReader *self, gpointer dest, gsize length, GError **error)
{
  if (G_UNLIKELY (thespian_body_n_left (self) < length))
    return thespian_body_refuse_truncated (error);
  memcpy (dest, self->data, length);
  self->data += length;
  return TRUE;
}

static inline gboolean
thespian_body_get_u8 (ThespianBodyReader *self, guint8 *ret_number, GError **error)
{
  return thespian_body_get_raw (self, ret_number, sizeof *ret_number, error);
}

static inline gboolean
thespian_body_get_u32 (ThespianBodyReader *self, guint32 *ret_number, GError **error)
{
  if (!thespian_body_get_raw (self, ret_number, sizeof *ret_number, error))
    return FALSE;
  *ret_number = GUINT32_FROM_LE (*ret_number);
  return TRUE;
}

static inline gboolean
thespian_body_get_u64 (ThespianBodyReader *self, guint64 *ret_number, GError **error)
{
  if (!thespian_body_get_raw (self, ret_number, sizeof *ret_number, error))
    return FALSE;
  *ret_number = GUINT64_FROM_LE (*ret_number);
  return TRUE;
}

/* 0 or 1 */
gboolean thespian_body_get_boolean  (ThespianBodyReader *self, gboolean *ret_boolean,
                                     GError **error);
gboolean thespian_body_get_padding  (ThespianBodyReader *self, GError **error);

gboolean thespian_body_get_value    (ThespianBodyReader *self, GValue *value, GError **error);
gboolean thespian_body_get_nested   (ThespianBodyReader *self, GValue *value, GError **error);
/* Leaves @value unset when there is none. */
gboolean thespian_body_get_optional (ThespianBodyReader *self, GValue *value, GError **error);

/* Sets @value, which is unset, to @object, and takes that. */
void     thespian_body_take_object  (GValue *value, GObject *object);

/* --- Named types (thespian-body-named.c) ----------------------------------------------------- */

gboolean thespian_body_put_named_value  (ThespianBodyWriter *self, const GValue *value,
                                         GError **error);
gboolean thespian_body_get_named_value  (ThespianBodyReader *self, ThespianTag tag, GValue *value,
                                         GError **error);

/* --- Texts (thespian-body-text.c) ------------------------------------------------------------ */

gboolean thespian_body_put_string       (ThespianBodyWriter *self, const char *string,
                                         GError **error);
/* For people: a text that is not in UTF-8 is made so. */
void     thespian_body_put_details      (ThespianBodyWriter *self, const char *details);
gboolean thespian_body_put_strv         (ThespianBodyWriter *self, const char *const *strv,
                                         GError **error);
gboolean thespian_body_put_name         (ThespianBodyWriter *self, const char *name,
                                         GError **error);

gboolean thespian_body_get_string       (ThespianBodyReader *self, char **ret_string,
                                         GError **error);
gboolean thespian_body_get_strv         (ThespianBodyReader *self, GStrv *ret_strv, GError **error);
/* Into a buffer of %THESPIAN_BODY_MAX_NAME + 1 bytes; never empty. */
gboolean thespian_body_get_name         (ThespianBodyReader *self, char *name, GError **error);
/* The next @length bytes in place, once they are known to be there; may be %THESPIAN_BODY_NULL. */
gboolean thespian_body_get_span         (ThespianBodyReader *self, const guint8 **ret_data,
                                         guint32 *ret_length, GError **error);

/* --- Bytes and variants (thespian-body-variant.c) -------------------------------------------- */

gboolean thespian_body_put_bytes        (ThespianBodyWriter *self, GBytes *bytes, GError **error);
gboolean thespian_body_get_bytes        (ThespianBodyReader *self, GBytes **ret_bytes,
                                         GError **error);
gboolean thespian_body_put_variant      (ThespianBodyWriter *self, GVariant *variant,
                                         GError **error);
/* Gives a full reference, never a floating one. */
gboolean thespian_body_get_variant      (ThespianBodyReader *self, GVariant **ret_variant,
                                         GError **error);

/* --- Objects and boxed types of the program (thespian-body-object.c) ------------------------- */

/* What follows the type's name. */
gboolean thespian_body_put_object       (ThespianBodyWriter *self, GObject *object, GError **error);
gboolean thespian_body_get_object       (ThespianBodyReader *self, GType type,
                                         gboolean is_library_type, GObject **ret_object,
                                         GError **error);
gboolean thespian_body_put_boxed        (ThespianBodyWriter *self, const GValue *value,
                                         GError **error);
gboolean thespian_body_get_boxed        (ThespianBodyReader *self, GType type, GValue *value,
                                         GError **error);

/* --- Messages of the library (thespian-body-messages.c) -------------------------------------- */

/* With the tag; *@ret_known is FALSE, and nothing is written, when @object is none of them. */
gboolean thespian_body_put_message      (ThespianBodyWriter *self, GObject *object,
                                         gboolean *ret_known, GError **error);
/* Without the tag; NULL with @error set */
GObject *thespian_body_get_message      (ThespianBodyReader *self, ThespianTag tag, GError **error);

/* --- Raw bodies (thespian-raw-body.c) -------------------------------------------------------- */

/* @value is unset; @backing as for reading. */
void     thespian_raw_body_init         (GValue *value, GBytes *backing, const guint8 *data,
                                         gsize length);

G_END_DECLS
