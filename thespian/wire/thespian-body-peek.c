/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What can be told of a body without making its value.  Nothing here checks more than it needs:
 * what a body lets one believe here and is not so fails when it is read.
 */

#include "config.h"

#include "wire/thespian-body-private.h"

#include "model/thespian-system-event.h"
#include "model/thespian-system-message.h"
#include "wire/thespian-body-format-private.h"
#include "wire/thespian-library-types-private.h"

static gboolean
skip (ThespianBodyReader *self,
      gsize               n)
{
  if (n > thespian_body_n_left (self))
    return FALSE;
  self->data += n;
  return TRUE;
}

static gboolean
skip_span (ThespianBodyReader *self)
{
  const guint8 *data;
  guint32 length;

  return thespian_body_get_span (self, &data, &length, NULL);
}

static gboolean
skip_padding (ThespianBodyReader *self)
{
  return skip (self, (gsize) (self->start - self->data) % 8);
}

static gboolean
skip_flag (ThespianBodyReader *self)
{
  return thespian_body_n_left (self) > 0 && *self->data++ == 1;
}

/* Whether one carries a message; then it comes next. */
static gboolean
skip_carrier (ThespianBodyReader *self)
{
  guint32 type_length, size;
  guint8 form;

  return skip_span (self) && thespian_body_get_u8 (self, &form, NULL) &&
         thespian_body_get_u32 (self, &type_length, NULL) && type_length != THESPIAN_BODY_NULL &&
         thespian_body_get_u32 (self, &size, NULL) && skip (self, type_length) &&
         skip_padding (self) && skip (self, size) && skip_flag (self);
}

/* Goes on to the body inside of one with @tag; FALSE when there is none. */
static gboolean
enter (ThespianBodyReader *self,
       guint8              tag)
{
  gboolean is_there;

  switch ((ThespianTag) tag)
    {
    case THESPIAN_TAG_POISON:
      is_there = skip_span (self);
      break;
    case THESPIAN_TAG_DEAD_ENVELOPE:
      is_there = skip (self, 2 * sizeof (guint64));
      break;
    case THESPIAN_TAG_WAKEUP:
      is_there = skip (self, 2 * sizeof (guint64)) && skip_flag (self);
      break;
    case THESPIAN_TAG_VALUE:
      is_there = skip_flag (self);
      break;
    case THESPIAN_TAG_LIBRARY_CARRIER:
      is_there = skip_carrier (self);
      break;
    default:
      is_there = FALSE;
    }
  return is_there && skip_padding (self);
}

static gboolean
names_user_type (guint8 tag)
{
  return tag >= THESPIAN_TAG_NOTHING && tag <= THESPIAN_TAG_BOXED;
}

gboolean
thespian_body_needs_user_code (const guint8 *data,
                               gsize         length)
{
  ThespianBodyReader reader = { NULL, data, data, data + length, 0, FALSE };
  guint8 tag;

  while (thespian_body_get_u8 (&reader, &tag, NULL))
    if (names_user_type (tag))
      return TRUE;
    else if (!enter (&reader, tag))
      return FALSE;
  return FALSE;
}

static GType
get_type (ThespianBodyReader *self)
{
  char name[THESPIAN_BODY_MAX_NAME + 1];

  if (!thespian_body_get_name (self, name, NULL))
    return G_TYPE_INVALID;
  thespian_library_types_ensure ();
  return g_type_from_name (name);
}

static ThespianBodyKind
kind_of_library_type (GType type)
{
  g_autoptr (GTypeClass) klass = NULL;

  if (type == THESPIAN_TYPE_SYSTEM_EVENT)
    return THESPIAN_BODY_EVENT;
  if (!g_type_is_a (type, THESPIAN_TYPE_SYSTEM_MESSAGE) ||
      thespian_library_types_find (type) == NULL)
    return THESPIAN_BODY_PLAIN;
  klass = g_type_class_ref (type);
  if (THESPIAN_SYSTEM_MESSAGE_CLASS (klass)->is_private_note)
    return THESPIAN_BODY_PRIVATE_NOTE;
  return THESPIAN_BODY_OTHER_SYSTEM_MESSAGE;
}

ThespianBodyKind
thespian_body_peek_kind (const guint8 *data,
                         gsize         length)
{
  ThespianBodyReader reader = { NULL, data, data, data + length, 0, FALSE };
  guint8 tag;

  if (!thespian_body_get_u8 (&reader, &tag, NULL))
    return THESPIAN_BODY_PLAIN;
  /* The runtime looks at the object, whatever the type of the value that it is in. */
  if (tag == THESPIAN_TAG_TYPED &&
      (!skip_span (&reader) || !thespian_body_get_u8 (&reader, &tag, NULL)))
    return THESPIAN_BODY_PLAIN;

  switch ((ThespianTag) tag)
    {
    case THESPIAN_TAG_EXIT_REQUEST:
      return THESPIAN_BODY_EXIT_REQUEST;
    case THESPIAN_TAG_STATUS_REQUEST:
      return THESPIAN_BODY_STATUS_REQUEST;
    case THESPIAN_TAG_ACTOR_STATUS:
    case THESPIAN_TAG_SYSTEM_STATUS:
      return THESPIAN_BODY_STATUS;
    case THESPIAN_TAG_POISON:
      return THESPIAN_BODY_POISON;
    case THESPIAN_TAG_CHILD_EXITED:
    case THESPIAN_TAG_DEAD_ENVELOPE:
    case THESPIAN_TAG_WAKEUP:
    case THESPIAN_TAG_WATCH:
      return THESPIAN_BODY_OTHER_SYSTEM_MESSAGE;
    case THESPIAN_TAG_LIBRARY_OBJECT:
    case THESPIAN_TAG_LIBRARY_CARRIER:
      return kind_of_library_type (get_type (&reader));
    default:
      return THESPIAN_BODY_PLAIN;
    }
}

gboolean
thespian_body_is_system_message (const guint8 *data,
                                 gsize         length)
{
  ThespianBodyKind kind = thespian_body_peek_kind (data, length);

  return kind != THESPIAN_BODY_PLAIN && kind != THESPIAN_BODY_EVENT;
}

gboolean
thespian_body_is_never_dead_lettered (const guint8 *data,
                                      gsize         length)
{
  ThespianBodyKind kind;

  if (length > 0 && (data[0] == THESPIAN_TAG_DEAD_ENVELOPE || data[0] == THESPIAN_TAG_CHILD_EXITED))
    return TRUE;
  kind = thespian_body_peek_kind (data, length);
  return kind == THESPIAN_BODY_PRIVATE_NOTE || kind == THESPIAN_BODY_EVENT;
}

gboolean
thespian_body_peek_dead_target (const guint8 *data,
                                gsize         length,
                                guint64      *ret_system_id,
                                guint64      *ret_actor_id)
{
  ThespianBodyReader reader = { NULL, data, data, data + length, 0, FALSE };
  guint8 tag;

  return thespian_body_get_u8 (&reader, &tag, NULL) && tag == THESPIAN_TAG_DEAD_ENVELOPE &&
         thespian_body_get_u64 (&reader, ret_system_id, NULL) && thespian_body_get_u64 (&reader, ret_actor_id, NULL);
}
