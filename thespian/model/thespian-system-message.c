/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-system-message.h"

/**
 * ThespianSystemMessage:
 *
 * A message by which the actor system itself speaks to actors.
 *
 * System messages arrive like all others, as objects in the value that
 * [vfunc@Thespian.Actor.receive_message] gets: [class@Thespian.ChildActorExited],
 * [class@Thespian.PoisonMessage], [class@Thespian.WakeupMessage] and so on. Two of them are also
 * sent by programs: [class@Thespian.ActorExitRequest] and [class@Thespian.StatusRequest].
 *
 * A system message never changes, so that one object can be used from several threads. An actor
 * that does not know one ignores it.
 *
 * Since: 1.0
 */

G_DEFINE_ABSTRACT_TYPE (ThespianSystemMessage, thespian_system_message, G_TYPE_OBJECT)

static void
thespian_system_message_class_init (ThespianSystemMessageClass *klass)
{
}

static void
thespian_system_message_init (ThespianSystemMessage *self)
{
}
