/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-pattern-private.h"

#include "model/thespian-poison-message-private.h"
#include "model/thespian-system-message.h"
#include "model/thespian-value-private.h"
#include "model/thespian-wakeup-message.h"

static const char *const pattern_names[] = {
  [THESPIAN_PATTERN_TRANSIENT] = "thespian-pattern-transient",
  [THESPIAN_PATTERN_TRANSIENT_IDLE] = "thespian-pattern-transient-idle",
  [THESPIAN_PATTERN_INITIALIZING] = "thespian-pattern-initializing",
  [THESPIAN_PATTERN_TROUPE] = "thespian-pattern-troupe",
};

G_STATIC_ASSERT (G_N_ELEMENTS (pattern_names) == THESPIAN_N_PATTERNS);

static GQuark
pattern_quark (ThespianPattern pattern)
{
  return g_quark_from_static_string (pattern_names[pattern]);
}

static ThespianInterceptor *
create_no_interceptor (ThespianActor *actor,
                       gconstpointer  data)
{
  return NULL;
}

/*
 * Interceptors stand in the order in which their kinds were declared first, so all patterns are
 * declared together, in our order, and most of them make nothing.
 */
static void
keep_places (ThespianActorClass *klass)
{
  static const char *const token = "declared";
  GQuark quark = g_quark_from_static_string ("thespian-patterns");

  if (thespian_actor_class_get_interceptor_data (klass, quark) != NULL)
    return;

  thespian_actor_class_add_interceptor (klass, quark, create_no_interceptor, (gpointer) token);
  for (guint i = 0; i < THESPIAN_N_PATTERNS; i++)
    thespian_actor_class_add_interceptor (klass, pattern_quark (i), create_no_interceptor, NULL);
}

gconstpointer
thespian_pattern_get_data (ThespianActorClass *klass,
                           ThespianPattern     pattern)
{
  return thespian_actor_class_get_interceptor_data (klass, pattern_quark (pattern));
}

gpointer
thespian_pattern_own_data (ThespianActorClass        *klass,
                           ThespianPattern            pattern,
                           ThespianInterceptorFactory factory,
                           gsize                      size)
{
  const ThespianPatternData *inherited = thespian_pattern_get_data (klass, pattern);
  ThespianPatternData *own;

  if (inherited != NULL && inherited->klass == klass)
    return (gpointer) inherited;

  own = inherited != NULL ? g_memdup2 (inherited, size) : g_malloc0 (size);
  own->klass = klass;
  keep_places (klass);
  thespian_actor_class_add_interceptor (klass, pattern_quark (pattern), factory, own);
  return own;
}

gpointer
thespian_pattern_peek_object (const GValue *message,
                              GType         type)
{
  GObject *object;

  if (!G_VALUE_HOLDS_OBJECT (message))
    return NULL;

  object = g_value_get_object (message);
  return object != NULL && G_TYPE_CHECK_INSTANCE_TYPE (object, type) ? object : NULL;
}

gboolean
thespian_pattern_is_system_message (const GValue *message)
{
  return thespian_pattern_peek_object (message, THESPIAN_TYPE_SYSTEM_MESSAGE) != NULL;
}

gboolean
thespian_pattern_is_wakeup (const GValue *message,
                            guint64       id)
{
  ThespianWakeupMessage *wakeup;

  if (id == 0)
    return FALSE;

  wakeup = thespian_pattern_peek_object (message, THESPIAN_TYPE_WAKEUP_MESSAGE);
  return wakeup != NULL && thespian_wakeup_message_get_id (wakeup) == id;
}

/* What cannot be delivered becomes a dead letter, so there is no failure to tell of. */
void
thespian_pattern_forward (ThespianActor   *actor,
                          ThespianAddress *target,
                          const GValue    *message,
                          ThespianAddress *sender)
{
  ThespianActorContext *context = thespian_actor_get_context (actor);
  g_autoptr (GError) error = NULL;

  if (!context->port.ops->actor->forward (context, target, message, sender, &error))
    thespian_actor_log (actor, G_LOG_LEVEL_WARNING, error->message);
}

ThespianMail *
thespian_mail_new (const GValue    *message,
                   ThespianAddress *sender)
{
  ThespianMail *self = g_new0 (ThespianMail, 1);

  thespian_value_copy_into (message, &self->message);
  self->sender = g_object_ref (sender);
  return self;
}

void
thespian_mail_free (ThespianMail *self)
{
  thespian_value_clear (&self->message);
  g_clear_object (&self->sender);
  g_free (self);
}

void
thespian_mail_poison (ThespianMail  *self,
                      ThespianActor *actor,
                      const char    *details)
{
  thespian_actor_take_object (actor, self->sender,
                              G_OBJECT (thespian_poison_message_new (&self->message, details)));
}

void
thespian_mail_put_back (GQueue        *queue,
                        ThespianActor *actor)
{
  ThespianAddress *self = thespian_actor_get_address (actor);
  ThespianMail *mail;

  while ((mail = g_queue_pop_head (queue)) != NULL)
    {
      thespian_pattern_forward (actor, self, &mail->message, mail->sender);
      thespian_mail_free (mail);
    }
}
