/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "raw.h"

#include "bench.h"

#include <string.h>

typedef GObjectClass RawActorClass;

static GType raw_actor_get_type (void);
G_DEFINE_FINAL_TYPE (RawActor, raw_actor, G_TYPE_OBJECT)

static void
raw_actor_init (RawActor *self G_GNUC_UNUSED)
{
}

static void
raw_actor_class_init (RawActorClass *klass G_GNUC_UNUSED)
{
}

#define SLAB_SIZE 256

static RawMessage *spare;
static RawMessage *first;
static RawMessage **last = &first;

RawActor *
raw_actor_new (RawReceive receive)
{
  RawActor *self = g_object_new (raw_actor_get_type (), NULL);

  self->receive = receive;
  return self;
}

static void
add_slab (void)
{
  RawMessage *slab = g_new (RawMessage, SLAB_SIZE);

  for (guint i = 0; i < SLAB_SIZE - 1; i++)
    slab[i].next = &slab[i + 1];
  slab[SLAB_SIZE - 1].next = spare;
  spare = slab;
}

static inline RawMessage *
queue (RawActor *sender,
       RawActor *target)
{
  RawMessage *message;

  if (G_UNLIKELY (spare == NULL))
    add_slab ();
  message = spare;
  spare = message->next;
  message->next = NULL;
  message->target = target;
  message->sender = sender;
  *last = message;
  last = &message->next;
  return message;
}

void
raw_send (RawActor *sender,
          RawActor *target,
          gint64    value)
{
  queue (sender, target)->value = value;
}

void
raw_send_text (RawActor   *sender,
               RawActor   *target,
               const char *text)
{
  RawMessage *message = queue (sender, target);

  g_strlcpy (message->text, text, sizeof message->text);
}

gint64
raw_run (void)
{
  gint64 start = bench_now_ns ();

  while (first != NULL)
    {
      RawMessage *message = first;

      first = message->next;
      if (first == NULL)
        last = &first;
      message->target->receive (message->target, message);
      message->next = spare;
      spare = message;
    }
  return bench_now_ns () - start;
}
