/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "runtime/thespian-envelope-private.h"

G_BEGIN_DECLS

/* Who runs a node's main context. */
typedef enum
{
  THESPIAN_NODE_INLINE, /* whoever makes a blocking call, while it waits */
  THESPIAN_NODE_NESTED, /* the application's loop; a blocking call on its thread too */
  THESPIAN_NODE_THREAD, /* a thread of its own */
  THESPIAN_NODE_MAIN,   /* the main thread of a process that is there for one actor */
  THESPIAN_NODE_ATTENDED, /* whoever makes a blocking call; when nobody does, a thread of its own */
} ThespianNodeKind;

/*
 * What brings messages from other processes to a node, and takes those of its actors there.  All are
 * called on the thread that runs the node.
 */
typedef struct
{
  /* What waits to go leaves. */
  void (*flush) (gpointer io);
  /* Before the thread may sleep: the same.  Tells how many milliseconds it may sleep. */
  int (*before_poll) (gpointer io, int timeout);
  /* Nothing but its own descriptor is ready, or none: takes in what has come, but gives nothing to anybody. */
  void (*serve) (gpointer io, int n_ready);
  /* Before the turn of the loop that follows. */
  void (*after_poll) (gpointer io);
  /* Brings in what has come. */
  void (*pump) (gpointer io);
  /* From any thread: something waits to leave. */
  gboolean (*is_dirty) (gpointer io);
  /* From any thread: something waits for pump(). */
  gboolean (*has_arrivals) (gpointer io);
} ThespianNodeIo;

typedef enum
{
  THESPIAN_NODE_RUNNING,
  THESPIAN_NODE_DISMISSED, /* shall close, on the thread that runs it */
  THESPIAN_NODE_CLOSING,
  THESPIAN_NODE_CLOSED, /* takes nothing any more, and has no context */
} ThespianNodePhase;

/*
 * A node is a main context that runs actors, on one thread at a time.
 *
 * All messages of its actors stand in one queue, in the order in which they came: that makes
 * the order of each sender and target, is fair, and touches one place in memory.  One source
 * drains it in batches and lets the context's other sources in between.  What other threads send
 * comes in by `inbound', a stack that they push on without a lock and the node takes whole.
 */
struct _ThespianNode
{
  guint ref_count; /* atomic */
  ThespianNodeKind kind;
  ThespianAdminFace *admin; /* (owned) */
  GMainContext *context;    /* (owned) (nullable) once closed; set by the node's thread under the lock */
  GSource *source;          /* (owned) (nullable) drains the queue; likewise */
  char *name;               /* (owned) */
  gboolean is_own;          /* made for one actor */

  /* of the node's thread alone */
  ThespianEnvelopeQueue queue;
  ThespianCell *first_unstarted; /* (nullable) created here, to be started before the next message */
  ThespianCell **last_unstarted;
  ThespianEnvelope *free_envelopes;
  guint n_free_envelopes;

  /* of all threads */
  ThespianEnvelope *inbound; /* atomic */
  gint asleep;               /* atomic: a push must wake the context */
  gint phase;                /* atomic: ThespianNodePhase */
  guint population;          /* atomic: actors that live here */

  GMutex lock; /* never held while user code runs */
  GSequence *timers;       /* (owned) of ThespianTimer, by expiry; protected by the lock */
  GHashTable *timers_by_id; /* (owned) protected by the lock */
  guint64 last_timer_id;    /* protected by the lock */
  guint n_blocked; /* atomic: threads that wait for room in a mailbox here */
  GCond room;      /* signalled when a mailbox here has room again */

  /* who drives: for the blocking calls on inline and nested nodes */
  GThread *home;       /* (owned) (nullable) the only thread that may run it */
  GThread *driver;     /* (nullable) protected by the lock */
  GMainContext *entered; /* (owned) (nullable) the context, while a thread runs it */
  gint64 wake_at;        /* the driver does not sleep past this; -1: as long as it likes */
  guint n_awaiting_place; /* threads that wait for the next; protected by the lock */
  GCond driver_left;   /* signalled when `driver' becomes NULL, and by thespian_node_kick() */
  GThread *thread;     /* (owned) (nullable) of a THESPIAN_NODE_THREAD or a THESPIAN_NODE_ATTENDED, until it has ended */
  GSource *nested;     /* (owned) (nullable) of a THESPIAN_NODE_NESTED */
  ThespianNode *outer; /* (nullable) of a THESPIAN_NODE_NESTED while the loop dispatches it */

  const ThespianNodeIo *io; /* (nullable) set before the node starts */
  gpointer io_data;
  gpointer io_tag;          /* of its descriptor in the source, … */
  int io_fd;                /* … which is this */
  gboolean is_dispatching;  /* the source is */

  /* of a THESPIAN_NODE_ATTENDED */
  guint n_wanting;           /* atomic: threads that drive the node, or are about to */
  guint n_drives;            /* protected by the lock */
  gboolean awaits_leave;     /* the attendant waits for the driver's leave; protected by the lock */
  gboolean is_called;        /* the attendant shall take over at once; protected by the lock */
  GCond call;                /* signalled for the attendant */
};

/* The node that the calling thread runs right now, or NULL outside all of them. */
extern __thread ThespianNode *thespian_current_node __attribute__ ((tls_model ("initial-exec")));

ThespianNode *thespian_node_new          (ThespianAdminFace *admin, ThespianNodeKind kind, const char *name);
ThespianNode *thespian_node_ref          (ThespianNode *self);
void          thespian_node_unref        (ThespianNode *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianNode, thespian_node_unref)
gboolean      thespian_node_start        (ThespianNode *self, GError **error);
/* Before the node starts: @fd is readable when something has come for @io. */
void          thespian_node_set_io       (ThespianNode *self, const ThespianNodeIo *io, gpointer io_data, int fd);
/* Runs a THESPIAN_NODE_MAIN until it is dismissed. */
void          thespian_node_run          (ThespianNode *self);

/* Lets the node close, by itself and on the thread that runs it: then it tells its admin. */
void          thespian_node_dismiss      (ThespianNode *self);
gboolean      thespian_node_is_closed    (ThespianNode *self);
void          thespian_node_join         (ThespianNode *self);
/* On the thread that runs the node, between dispatches. */
void          thespian_node_close_if_dismissed (ThespianNode *self);

/* Runs the node on the calling thread; see thespian-node-drive.c. */
gboolean      thespian_node_can_drive    (ThespianNode *self);
void          thespian_node_enter        (ThespianNode *self);
void          thespian_node_leave        (ThespianNode *self);
void          thespian_node_enter_nested (gpointer self);
void          thespian_node_leave_nested (gpointer self);
void          thespian_node_wake         (ThespianNode *self);
/* The calling thread drives no more. */
void          thespian_node_free_place   (ThespianNode *self);

/* thespian-node-attend.c: of a THESPIAN_NODE_ATTENDED */
gboolean      thespian_node_start_attendant (ThespianNode *self, GError **error);
/* Around a blocking call: the caller will drive the node, so nobody else need be called. */
void          thespian_node_want         (ThespianNode *self);
void          thespian_node_want_no_more (ThespianNode *self);
/* Around a fork: nobody drives the node between these.  FALSE when somebody does, also at @deadline. */
gboolean      thespian_node_park         (ThespianNode *self, gint64 deadline);
void          thespian_node_unpark       (ThespianNode *self);
/* There is something to do for the node's io: whoever runs it looks, or the attendant does. */
void          thespian_node_call         (ThespianNode *self);
/* Makes whoever waits for the node, or in it, look again. */
void          thespian_node_kick         (ThespianNode *self);
static inline void
thespian_node_offer_place_locked (ThespianNode *self)
{
  if (self->n_awaiting_place > 0)
    g_cond_broadcast (&self->driver_left);
}
/* On the node's thread: nothing stands in the queue, nor comes in. */
gboolean      thespian_node_is_idle      (ThespianNode *self);

static inline ThespianEnvelope *
thespian_node_new_envelope (ThespianNode *self)
{
  ThespianEnvelope *envelope = self->free_envelopes;

  if (G_UNLIKELY (envelope == NULL))
    return g_slice_new (ThespianEnvelope);
  self->free_envelopes = envelope->next;
  self->n_free_envelopes--;
  return envelope;
}

/* They are kept while the node is busy, and given back when it sleeps. */
static inline void
thespian_node_free_envelope (ThespianNode     *self,
                             ThespianEnvelope *envelope)
{
  envelope->next = self->free_envelopes;
  self->free_envelopes = envelope;
  self->n_free_envelopes++;
}

/* On the node's thread: what other threads have pushed so far enters the queue. */
void          thespian_node_take_inbound (ThespianNode *self);
/* Brings @envelope in from another thread; FALSE when the node takes nothing any more. */
gboolean      thespian_node_push_inbound (ThespianNode *self, ThespianEnvelope *envelope);

G_END_DECLS
