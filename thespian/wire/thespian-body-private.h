/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "wire/thespian-buffer-private.h"

G_BEGIN_DECLS

/*
 * Bodies: what messages become on their way between processes.  doc/protocol.md has the format.
 *
 * Inside a body there is padding that counts from the body's first byte, so that variants stand
 * where they can be used in place: whoever puts a body into something larger puts it at a multiple
 * of 8 in memory.  Elsewhere it is understood too, at the price of a copy.
 */
#define THESPIAN_BODY_ALIGNMENT 8

/*
 * Appends @value.  Fails with %THESPIAN_ERROR_NOT_SERIALIZABLE, or with what a type's own function
 * said; then @buffer is as it was.
 */
gboolean thespian_body_write (ThespianBuffer *buffer, const GValue *value, GError **error);

/*
 * Sets @value, which is unset, to what the whole of the @length bytes at @data say; they can be
 * anything.  Fails with %THESPIAN_ERROR_INVALID_ARGUMENT, or with what a type's own function said;
 * then @value is unset.  When the bytes stand in @backing, large content may refer to it.
 */
gboolean thespian_body_read  (GBytes *backing, const guint8 *data, gsize length, GValue *value,
                              GError **error);

/*
 * Whether @value is a text that can be written by thespian_body_write_text(), which cannot fail and
 * appends %THESPIAN_BODY_TEXT_SIZE bytes.
 */
#define THESPIAN_BODY_TEXT_SIZE(length) (1 + sizeof (guint32) + (length))
gboolean thespian_body_is_short_text (const GValue *value, gsize *ret_length);
void     thespian_body_write_text    (ThespianBuffer *buffer, const char *text, gsize length);

/* GLib shall not forget what it knows of @type, where it is a container. */
void     thespian_body_keep_type (const GVariantType *type);

/* Sends @value through bytes and back; on failure it stays as it was. */
gboolean thespian_body_roundtrip (GValue *value, GError **error);

/* --- Without decoding (thespian-body-peek.c) ------------------------------------------------- */

/*
 * What a message of the library is to the runtime.  The kinds of user types are not looked up: one
 * that a program derived from ThespianSystemMessage is a plain message here.
 */
typedef enum
{
  THESPIAN_BODY_PLAIN,
  THESPIAN_BODY_EXIT_REQUEST,
  THESPIAN_BODY_STATUS_REQUEST,
  THESPIAN_BODY_STATUS, /* of an actor or a system */
  THESPIAN_BODY_POISON,
  THESPIAN_BODY_PRIVATE_NOTE,
  THESPIAN_BODY_OTHER_SYSTEM_MESSAGE,
  THESPIAN_BODY_EVENT, /* of a system; no system message */
} ThespianBodyKind;

ThespianBodyKind thespian_body_peek_kind         (const guint8 *data, gsize length);
gboolean         thespian_body_is_system_message (const guint8 *data, gsize length);

/*
 * Whether decoding needs the program's types, and so perhaps runs its code: a message of such a
 * type, or one of the library's that brings one.  FALSE for what is no message.
 */
gboolean         thespian_body_needs_user_code   (const guint8 *data, gsize length);

/* A letter about a dead letter would go round in circles; a notice of an end is told once. */
gboolean         thespian_body_is_never_dead_lettered (const guint8 *data, gsize length);
/* Where the message in a dead envelope was to go; FALSE for what is none. */
gboolean         thespian_body_peek_dead_target  (const guint8 *data, gsize length, guint64 *ret_system_id,
                                                  guint64 *ret_actor_id);

/* Wrap a body as it is. */
void thespian_body_write_poison        (ThespianBuffer *buffer, const guint8 *body, gsize length,
                                        const char *details);
void thespian_body_write_dead_envelope (ThespianBuffer *buffer, const guint8 *body, gsize length,
                                        guint64 system_id, guint64 actor_id);

/* --- Later (thespian-raw-body.c) ------------------------------------------------------------- */

/* A boxed type whose content is a GBytes: a body that has not been decoded yet. */
#define THESPIAN_TYPE_RAW_BODY (thespian_raw_body_get_type ())
GType    thespian_raw_body_get_type (void) G_GNUC_CONST;
ThespianBodyKind thespian_raw_body_get_kind (const GValue *value);

/* Like thespian_body_read(), but runs no user code: what needs it becomes a raw body. */
gboolean thespian_body_read_lazily  (GBytes *backing, const guint8 *data, gsize length,
                                     GValue *value, GError **error);

/* Decodes a raw body in place, and leaves other values alone; on failure @value stays as it was. */
gboolean thespian_body_resolve      (GValue *value, GError **error);

G_END_DECLS
