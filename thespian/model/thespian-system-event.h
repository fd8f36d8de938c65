/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-address.h"

G_BEGIN_DECLS

/**
 * ThespianSystemEventKind:
 * @THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED: an actor has started, or was there before
 * @THESPIAN_SYSTEM_EVENT_KIND_ACTOR_EXITED: an actor has ended, in whatever way
 * @THESPIAN_SYSTEM_EVENT_KIND_CURRENT: all actors that were there before have been told of
 * @THESPIAN_SYSTEM_EVENT_KIND_DEAD_LETTER: a message could not be delivered
 * @THESPIAN_SYSTEM_EVENT_KIND_CAPABILITIES_CHANGED: a capability of the system has changed
 * @THESPIAN_SYSTEM_EVENT_KIND_LOGGED: something was logged; only for who asked for the log
 * @THESPIAN_SYSTEM_EVENT_KIND_MISSED: events were missed, and none has come since that could say so
 *
 * What a [class@Thespian.SystemEvent] tells of.
 *
 * Since: 1.0
 */
typedef enum
{
  THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED,
  THESPIAN_SYSTEM_EVENT_KIND_ACTOR_EXITED,
  THESPIAN_SYSTEM_EVENT_KIND_CURRENT,
  THESPIAN_SYSTEM_EVENT_KIND_DEAD_LETTER,
  THESPIAN_SYSTEM_EVENT_KIND_CAPABILITIES_CHANGED,
  THESPIAN_SYSTEM_EVENT_KIND_LOGGED,
  THESPIAN_SYSTEM_EVENT_KIND_MISSED,
} ThespianSystemEventKind;

#define THESPIAN_TYPE_SYSTEM_EVENT (thespian_system_event_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianSystemEvent, thespian_system_event, THESPIAN, SYSTEM_EVENT, GObject)

THESPIAN_AVAILABLE_IN_1_0
ThespianSystemEventKind thespian_system_event_get_kind    (ThespianSystemEvent *self);
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress        *thespian_system_event_get_address (ThespianSystemEvent *self);
THESPIAN_AVAILABLE_IN_1_0
GVariant               *thespian_system_event_get_details (ThespianSystemEvent *self);

G_END_DECLS
