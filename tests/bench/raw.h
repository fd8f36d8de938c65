/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * The smallest thing that can be called an actor runtime: GObjects, one intrusive queue drained
 * by one thread, recycled messages, a call through a pointer.  It shows what the machine gives
 * for a pattern of messages; everything a real runtime adds is measured against it.
 */
typedef struct _RawActor RawActor;
typedef struct _RawMessage RawMessage;

typedef void (*RawReceive) (RawActor *self, const RawMessage *message);

struct _RawMessage
{
  RawMessage *next;
  RawActor *target;
  RawActor *sender;
  gint64 value;
  char text[16];
};

struct _RawActor
{
  GObject parent_instance;
  RawReceive receive;
  RawActor *peer;
  RawActor **peers;
  gint64 left;
  guint32 random;
};

RawActor *raw_actor_new (RawReceive receive);

void      raw_send      (RawActor *sender, RawActor *target, gint64 value);
void      raw_send_text (RawActor *sender, RawActor *target, const char *text);

/* Until nothing is queued; returns how many nanoseconds that took. */
gint64    raw_run       (void);

G_END_DECLS
