/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-troupe-private.h"

#include "model/thespian-error.h"
#include "model/thespian-serializable.h"
#include "model/thespian-value-private.h"

struct _ThespianTroupeNote
{
  ThespianSystemMessage parent_instance;

  guint64 serial;
  GValue message; /* unset: no work */
  ThespianAddress *sender; /* (owned) (nullable) */
};

static void serializable_init (ThespianSerializableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThespianTroupeNote, thespian_troupe_note,
                               THESPIAN_TYPE_SYSTEM_MESSAGE,
                               G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE,
                                                      serializable_init))

/* The serial number and the sender.  The message goes its own way: see thespian-pattern-types.c. */
#define CONTENT_TYPE "(tm(tt))"

static GVariant *
thespian_troupe_note_serialize (ThespianSerializable *serializable,
                                GError              **error)
{
  ThespianTroupeNote *self = THESPIAN_TROUPE_NOTE (serializable);
  GVariant *sender = self->sender != NULL ? thespian_address_to_variant (self->sender) : NULL;

  return g_variant_new ("(t@m(tt))", self->serial,
                        g_variant_new_maybe (G_VARIANT_TYPE ("(tt)"), sender));
}

static gboolean
thespian_troupe_note_deserialize (ThespianSerializable *serializable,
                                  GVariant             *content,
                                  GError              **error)
{
  ThespianTroupeNote *self = THESPIAN_TROUPE_NOTE (serializable);
  g_autoptr (GVariant) sender = NULL;

  if (!g_variant_is_of_type (content, G_VARIANT_TYPE (CONTENT_TYPE)))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "A variant of type “%s” is no note of a troupe: expected “" CONTENT_TYPE "”",
                   g_variant_get_type_string (content));
      return FALSE;
    }
  g_variant_get (content, "(tm@(tt))", &self->serial, &sender);
  if (sender == NULL)
    return TRUE;
  self->sender = thespian_address_from_variant (sender, error);
  return self->sender != NULL;
}

static void
serializable_init (ThespianSerializableInterface *iface)
{
  iface->serialize = thespian_troupe_note_serialize;
  iface->deserialize = thespian_troupe_note_deserialize;
}

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

/* Work without a sender is none. */
void
thespian_troupe_note_set_message (ThespianTroupeNote *self,
                                  const GValue       *message)
{
  if (self->sender != NULL)
    thespian_value_copy_into (message, &self->message);
}

ThespianAddress *
thespian_troupe_note_get_sender (ThespianTroupeNote *self)
{
  return self->sender;
}
