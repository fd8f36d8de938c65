/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-troupe-private.h"

#include "model/thespian-value-private.h"

struct _ThespianTroupeNote
{
  ThespianSystemMessage parent_instance;

  guint64 serial;
  GValue message; /* unset: no work */
  ThespianAddress *sender; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (ThespianTroupeNote, thespian_troupe_note, THESPIAN_TYPE_SYSTEM_MESSAGE)

static void
thespian_troupe_note_finalize (GObject *object)
{
  ThespianTroupeNote *self = THESPIAN_TROUPE_NOTE (object);

  thespian_value_clear (&self->message);
  g_clear_object (&self->sender);

  G_OBJECT_CLASS (thespian_troupe_note_parent_class)->finalize (object);
}

static void
thespian_troupe_note_class_init (ThespianTroupeNoteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thespian_troupe_note_finalize;
  THESPIAN_SYSTEM_MESSAGE_CLASS (klass)->is_private_note = TRUE;
}

static void
thespian_troupe_note_init (ThespianTroupeNote *self)
{
}

ThespianTroupeNote *
thespian_troupe_note_new (guint64             serial,
                          const ThespianMail *work)
{
  ThespianTroupeNote *self = g_object_new (THESPIAN_TYPE_TROUPE_NOTE, NULL);

  self->serial = serial;
  if (work != NULL)
    {
      thespian_value_copy_into (&work->message, &self->message);
      self->sender = g_object_ref (work->sender);
    }
  return self;
}

guint64
thespian_troupe_note_get_serial (ThespianTroupeNote *self)
{
  return self->serial;
}

const GValue *
thespian_troupe_note_get_message (ThespianTroupeNote *self)
{
  return G_IS_VALUE (&self->message) ? &self->message : NULL;
}

ThespianAddress *
thespian_troupe_note_get_sender (ThespianTroupeNote *self)
{
  return self->sender;
}
