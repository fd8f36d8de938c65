/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/* How messages are typed, and answers are printed. */
typedef enum
{
  MESSAGE_JSON,
  MESSAGE_GVARIANT,
  MESSAGE_TEXT,
  MESSAGE_ADDRESS, /* of an actor; answers as with JSON */
} MessageFormat;

/* What came, whichever way. */
typedef struct
{
  char *type;        /* (owned) the type string of a variant, or the name of a type */
  GVariant *content; /* (owned) (nullable) not known for types that are in no library of ours */
  char *failure;     /* (owned) (nullable) it is a message of ours that an actor failed with, and why */
} Answer;

gboolean  message_format_parse (const char *name, MessageFormat *ret_format, GError **error);

/* What @text says, as the variant that a message is made of; not floating. */
GVariant *message_parse        (MessageFormat format, const char *text, GError **error);
/* Whether no more than @max_depth containers are one in another.  Fails with %TOOL_ERROR_USAGE. */
gboolean  message_check_depth  (GVariant *variant, guint max_depth, GError **error);
/* A message whose content is that of @variant. */
void      message_to_value     (GVariant *variant, GValue *value);

Answer   *answer_new           (const char *type, GVariant *content);
Answer   *answer_from_value    (const GValue *value);
void      answer_free          (Answer *self);
char     *answer_format        (Answer *self, MessageFormat format);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

G_END_DECLS
