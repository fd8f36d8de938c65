/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-address-private.h"
#include "runtime/thespian-admin-ops-private.h"

G_BEGIN_DECLS

/* What an envelope brings.  A system message is made an object only when an actor will look at it. */
typedef enum
{
  THESPIAN_ENVELOPE_MESSAGE,
  THESPIAN_ENVELOPE_START,        /* the cell's first, from another thread: makes the actor */
  THESPIAN_ENVELOPE_EXIT,         /* value: the ThespianActorExitRequest that somebody sent */
  THESPIAN_ENVELOPE_EXIT_ORDER,   /* the same from the system: nobody misses it when it is late */
  THESPIAN_ENVELOPE_CHILD_EXITED, /* sender: the child; value: details, a string, or unset */
  THESPIAN_ENVELOPE_ADOPT,        /* value: the child, created on another thread than the parent's */
  THESPIAN_ENVELOPE_WAKEUP,       /* value: a pointer to the ThespianTimer, owned */
  THESPIAN_ENVELOPE_WATCH,        /* value: the ThespianWatchMessage */
  THESPIAN_ENVELOPE_REVALIDATE,   /* value: the capabilities, a variant; passed on to the children */
  THESPIAN_ENVELOPE_NOTHING,      /* only its origin is told when its turn has come */
  THESPIAN_N_ENVELOPE_KINDS,
} ThespianEnvelopeKind;

/*
 * Where an envelope came from, when that was another process: it is told when the envelope is about
 * to be handled, and when it was, both on the node's thread.
 */
typedef struct _ThespianOrigin ThespianOrigin;

struct _ThespianOrigin
{
  void (*begin) (ThespianOrigin *self);
  void (*end) (ThespianOrigin *self, gboolean is_last); /* of the envelopes that name it */

  /* of the node's thread */
  guint n_envelopes;       /* that name it */
  ThespianAddress *sender; /* (owned) (nullable) the first one's, for those that have the same */
};

/* How an envelope keeps its sender's address alive; see thespian-cell-private.h. */
typedef enum
{
  THESPIAN_HOLD_PIN,  /* a count of the sending cell, on the thread of both */
  THESPIAN_HOLD_LOAN, /* a loan of the sending cell, to another thread */
  THESPIAN_HOLD_REF,  /* a reference to the address */
  THESPIAN_HOLD_ORIGIN, /* a reference of its origin, or one of its own; and the origin is told */
} ThespianHold;

typedef struct _ThespianEnvelope ThespianEnvelope;

struct _ThespianEnvelope
{
  ThespianEnvelope *next;
  ThespianCell *target;    /* kept alive by its own counts, see there */
  ThespianAddress *sender; /* held as @hold says */
  GValue value;
  ThespianOrigin *origin; /* with THESPIAN_HOLD_ORIGIN */
  guint8 kind; /* ThespianEnvelopeKind */
  guint8 hold; /* ThespianHold */
};

/* A first-in-first-out queue of envelopes, of one thread. */
typedef struct
{
  ThespianEnvelope *head;
  ThespianEnvelope **tail;
} ThespianEnvelopeQueue;

static inline void
thespian_envelope_queue_init (ThespianEnvelopeQueue *queue)
{
  queue->head = NULL;
  queue->tail = &queue->head;
}

static inline void
thespian_envelope_queue_push (ThespianEnvelopeQueue *queue,
                              ThespianEnvelope      *envelope)
{
  envelope->next = NULL;
  *queue->tail = envelope;
  queue->tail = &envelope->next;
}

static inline ThespianEnvelope *
thespian_envelope_queue_pop (ThespianEnvelopeQueue *queue)
{
  ThespianEnvelope *envelope = queue->head;

  if (envelope != NULL)
    {
      queue->head = envelope->next;
      if (queue->head == NULL)
        queue->tail = &queue->head;
    }
  return envelope;
}

G_END_DECLS
