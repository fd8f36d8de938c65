/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-system-message.h"
#include "patterns/thespian-pattern-private.h"
#include "patterns/thespian-troupe.h"

G_BEGIN_DECLS

typedef struct
{
  ThespianPatternData parent;

  guint max_count; /* 0: the class is no troupe after all */
  guint idle_count;
} ThespianTroupeSettings;

/*
 * What a manager and its workers tell each other: with a message it is work, and without one the
 * question, and the answer, whether the worker is free.  Work travels in a note so that a worker
 * can tell it from the messages that others send it.
 */
#define THESPIAN_TYPE_TROUPE_NOTE (thespian_troupe_note_get_type ())
G_DECLARE_FINAL_TYPE (ThespianTroupeNote, thespian_troupe_note, THESPIAN, TROUPE_NOTE,
                      ThespianSystemMessage)

ThespianTroupeNote *thespian_troupe_note_new         (guint64 serial, const ThespianMail *work);
/* An answer has the serial number of the note that it answers. */
guint64             thespian_troupe_note_get_serial  (ThespianTroupeNote *self);
/* (nullable) */
const GValue       *thespian_troupe_note_get_message (ThespianTroupeNote *self);
/* For a new note that came from elsewhere, and has its sender already. */
void                thespian_troupe_note_set_message (ThespianTroupeNote *self,
                                                      const GValue *message);
/* (nullable) */
ThespianAddress    *thespian_troupe_note_get_sender  (ThespianTroupeNote *self);

/* The requirement by which a worker is told apart from a manager. */
#define THESPIAN_TROUPE_WORKER_KEY "Thespian Troupe Worker"

/* thespian-troupe-manager.c */
typedef struct _ThespianTroupeManager ThespianTroupeManager;

ThespianTroupeManager *thespian_troupe_manager_new  (ThespianActor *actor,
                                                     const ThespianTroupeSettings *settings);
void                   thespian_troupe_manager_free (ThespianTroupeManager *self);

/* Work, or a message about settings. */
gboolean thespian_troupe_manager_receive        (ThespianTroupeManager *self, const GValue *message,
                                                 ThespianAddress *sender, GError **error);
/* A system message; FALSE when it is not about the troupe, and is the actor's own. */
gboolean thespian_troupe_manager_receive_notice (ThespianTroupeManager *self, const GValue *message,
                                                 ThespianAddress *sender);

/* thespian-troupe-text.c */
typedef enum
{
  THESPIAN_TROUPE_TEXT_NONE, /* not about settings */
  THESPIAN_TROUPE_TEXT_SET,
  THESPIAN_TROUPE_TEXT_STATUS,
  THESPIAN_TROUPE_TEXT_INVALID,
} ThespianTroupeText;

/* Sets that of @ret_max_count and @ret_idle_count which @text names. */
ThespianTroupeText thespian_troupe_parse_text (const char *text, int *ret_max_count,
                                               int *ret_idle_count, GError **error);

/* thespian-troupe-properties.c */
GVariant *thespian_troupe_dup_properties (ThespianActor *actor);

G_END_DECLS
