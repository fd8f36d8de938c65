/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-transient.h"

#include "model/thespian-actor-exit-request.h"
#include "patterns/thespian-pattern-private.h"

/*
 * A transient actor sends itself the request to exit.  Until its first message it has no wakeup
 * pending.  Later messages of an idle one only note the time: when the wakeup comes and the actor
 * was busy meanwhile, it is asked for again, for what is left of the period.
 */

typedef struct
{
  ThespianPatternData parent;

  GTimeSpan period; /* negative: the class is not transient after all */
  gboolean from_last_message;
} TransientClass;

typedef struct
{
  ThespianInterceptor parent;

  const TransientClass *klass;
  gint64 start;   /* monotonic time from which the period counts; 0: no message came yet */
  guint64 wakeup; /* pending, or 0 */
} Transient;

static void
transient_check (Transient     *self,
                 ThespianActor *actor)
{
  GTimeSpan left = self->klass->period - (g_get_monotonic_time () - self->start);

  if (left > 0)
    {
      self->wakeup = thespian_actor_wakeup_after (actor, left, NULL);
      return;
    }

  self->wakeup = 0;
  thespian_actor_take_object (actor, thespian_actor_get_address (actor),
                              G_OBJECT (thespian_actor_exit_request_new ()));
}

static gboolean
transient_receive (ThespianInterceptor *interceptor,
                   ThespianActor       *actor,
                   const GValue        *message,
                   ThespianAddress     *sender,
                   GError             **error)
{
  Transient *self = (Transient *) interceptor;
  gboolean handled;

  if (thespian_pattern_is_wakeup (message, self->wakeup))
    {
      transient_check (self, actor);
      return TRUE;
    }

  if (thespian_pattern_is_system_message (message))
    return thespian_interceptor_pass_on (interceptor, actor, message, sender, error);

  if (self->start == 0)
    {
      self->start = g_get_monotonic_time ();
      self->wakeup = thespian_actor_wakeup_after (actor, self->klass->period, NULL);
    }
  handled = thespian_interceptor_pass_on (interceptor, actor, message, sender, error);
  /* Time in which the actor worked is no idle time. */
  if (self->klass->from_last_message)
    self->start = g_get_monotonic_time ();

  return handled;
}

static void
transient_free (ThespianInterceptor *interceptor)
{
  g_free (interceptor);
}

static ThespianInterceptor *
transient_new (ThespianActor *actor,
               gconstpointer  data)
{
  const TransientClass *klass = data;
  Transient *self;

  if (klass->period < 0)
    return NULL;

  self = g_new0 (Transient, 1);
  self->parent.receive = transient_receive;
  self->parent.free = transient_free;
  self->klass = klass;
  return &self->parent;
}

static void
declare (ThespianActorClass *klass,
         ThespianPattern     pattern,
         GTimeSpan           period,
         gboolean            from_last_message)
{
  TransientClass *data = thespian_pattern_own_data (klass, pattern, transient_new, sizeof *data);

  data->period = period;
  data->from_last_message = from_last_message;
}

/**
 * thespian_actor_class_set_transient:
 * @klass: a class of actors
 * @period: how long an actor lives after its first message, in microseconds, for example
 *   %THESPIAN_TRANSIENT_PERIOD; negative for ever, which takes back what an ancestor declared
 *
 * Makes actors of this class end by themselves, a while after their first message.
 *
 * An actor whose period is over exits as if it had got an [class@Thespian.ActorExitRequest]:
 * with its children, and with a last look at the request. Messages after the first make no
 * difference. System messages do not count, so an actor that never gets another message stays.
 *
 * Subclasses inherit it. To be called while the class is being set up.
 *
 * Since: 1.0
 */
void
thespian_actor_class_set_transient (ThespianActorClass *klass,
                                    GTimeSpan           period)
{
  g_return_if_fail (THESPIAN_IS_ACTOR_CLASS (klass));

  declare (klass, THESPIAN_PATTERN_TRANSIENT, period, FALSE);
}

/**
 * thespian_actor_class_set_transient_idle:
 * @klass: a class of actors
 * @period: how long an actor lives after its last message, in microseconds, for example
 *   %THESPIAN_TRANSIENT_IDLE_PERIOD; negative for ever, which takes back what an ancestor declared
 *
 * Makes actors of this class end by themselves when they have had nothing to do for a while.
 *
 * The period begins when an actor has handled a message, and begins anew with the next. System
 * messages do not count, so an actor that never gets another message stays. The end is that of
 * [method@Thespian.ActorClass.set_transient]; a class that is transient in both ways ends with the
 * period that is over first.
 *
 * Subclasses inherit it. To be called while the class is being set up.
 *
 * Since: 1.0
 */
void
thespian_actor_class_set_transient_idle (ThespianActorClass *klass,
                                         GTimeSpan           period)
{
  g_return_if_fail (THESPIAN_IS_ACTOR_CLASS (klass));

  declare (klass, THESPIAN_PATTERN_TRANSIENT_IDLE, period, TRUE);
}
