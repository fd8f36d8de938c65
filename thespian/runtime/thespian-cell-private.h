/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "runtime/thespian-node-private.h"
#include "runtime/thespian-timer-private.h"

G_BEGIN_DECLS

typedef enum
{
  THESPIAN_CELL_STARTING, /* the actor object is not made yet; messages wait */
  THESPIAN_CELL_RUNNING,
  THESPIAN_CELL_EXITING, /* has handled its exit request, waits for its children's ends */
  THESPIAN_CELL_DEAD,
} ThespianCellState;

/* Somebody outside who waits for an actor's start. */
typedef struct _ThespianStartWaiter ThespianStartWaiter;
struct _ThespianStartWaiter
{
  ThespianStartWaiter *next;
  ThespianStartedFunc func;
  gpointer user_data;
};

/* What few actors have.  Protected by the node's lock where other threads look at it too. */
typedef struct
{
  /* given at creation; immutable */
  GVariant *requirements; /* (owned) (nullable) */
  GVariant *properties;   /* (owned) (nullable) */
  char *global_name;      /* (owned) (nullable) */

  ThespianStartWaiter *start_waiters; /* protected by the node's lock */

  ThespianTimer *timers; /* protected by the node's lock */
  guint n_timers;        /* protected by the node's lock */

  ThespianAddress *children; /* protected by the node's lock */
  guint n_children;          /* protected by the node's lock */

  ThespianInterceptor *interceptors; /* (owned) (nullable) of the node's thread */
  GSource *watch;                    /* (owned) (nullable) of the node's thread */
  GObject *watch_message;            /* unowned: what stands in the queue for this watch (nullable) */

  GError *failure; /* (owned) (nullable) why the actor could not start */
  guint64 n_held;  /* messages that came before it failed, and go back as poison */
  guint64 n_failed;
  guint64 n_poisoned;
} ThespianCellExtras;

/*
 * The runtime side of one actor.  It belongs to the actor's address and goes with it; the cell in
 * turn holds the address while the actor lives or an envelope names the cell.
 *
 * So that two actors of one node can talk without an atomic operation, and two of different nodes
 * without a contended one, an envelope does not take references.  It counts:
 *
 *  - `n_pins': envelopes in the own node's queue that name this cell as target, or as sender with
 *    a PIN.  Only the node's thread touches it.
 *  - `n_inbound': envelopes that other threads have pushed towards this cell, counted by them, and
 *    `n_arrived', counted by the node as it takes them in and pins the cell instead.
 *  - `n_lent': envelopes that went to other threads with this cell as sender, counted by the own
 *    thread, and `loans', where the others give back.
 *
 * A dead cell lets its address go when it has no pins, has closed `n_inbound' at the value of
 * `n_arrived', and all that was lent is back.
 */
struct _ThespianCell
{
  ThespianActorContext context; /* which begins with the port */
  ThespianNode *node; /* (owned) */
  union
  {
    GType type;           /* until the actor is made */
    ThespianActor *actor; /* (owned) (nullable) once it has ended */
  };
  ThespianAddress *parent;    /* (owned) protected by the node's lock */
  ThespianCellExtras *extras; /* (owned) (nullable) set under the node's lock */

  /* written by the node's thread; atomic where others read it */
  guint32 n_pins;
  guint32 n_queued; /* atomic */
  union
  {
    ThespianCell *next_unstarted; /* until the actor is made */
    guint64 n_received;           /* atomic */
  };
  guint64 n_sent; /* atomic */
  guint32 n_arrived; /* atomic; of as many as 32 bits can tell, as n_inbound's lower half */
  guint32 n_lent;
  guint8 state; /* atomic: ThespianCellState */
  guint8 watching : 1;
  guint8 is_intercepted : 1;
  guint8 ignores_child_exits : 1;
  guint8 exit_ordered : 1; /* before it had started */

  /* written by all threads */
  gint32 loans;      /* atomic */
  guint64 n_inbound; /* atomic; with THESPIAN_INBOUND_CLOSED once nothing is taken any more */
};

/* A million actors must fit into 400 MB, with their objects and addresses. */
G_STATIC_ASSERT (sizeof (ThespianCell) <= 104);

#define THESPIAN_INBOUND_CLOSED (G_GUINT64_CONSTANT (1) << 63)

/* What `loans' stands at while the cell may still lend.  Now and then `n_lent' is moved there. */
#define THESPIAN_LOANS_OPEN (1 << 30)
#define THESPIAN_MAX_LENT (1 << 28)

/* Counts that one thread writes and others may look at. */
#define thespian_count_get(count) __atomic_load_n (&(count), __ATOMIC_RELAXED)
#define thespian_count_add(count, n) __atomic_store_n (&(count), (count) + (n), __ATOMIC_RELAXED)

extern const ThespianPortOps thespian_cell_port_ops;
extern const ThespianActorContextOps thespian_cell_actor_ops;

static inline ThespianCell *
thespian_port_to_cell (ThespianPort *port)
{
  return port != NULL && port->ops == &thespian_cell_port_ops ? (ThespianCell *) port : NULL;
}

static inline ThespianCell *
thespian_context_to_cell (ThespianActorContext *context)
{
  return (ThespianCell *) context;
}

static inline gboolean
thespian_cell_is_open (ThespianCell *self)
{
  return thespian_count_get (self->state) != THESPIAN_CELL_DEAD;
}

/* Whether the calling thread runs the cell, and messages are taken. */
static inline gboolean
thespian_cell_is_open_on (ThespianCell *self,
                          ThespianNode *node)
{
  return self->node == node && thespian_cell_is_open (self);
}

static inline const char *
thespian_cell_get_class_name (ThespianCell *self)
{
  return self->context.address->class_name;
}

/* thespian-cell.c: the counts, and small things */
ThespianCell       *thespian_cell_new                  (ThespianNode *node, GType type, ThespianAddress *address);
ThespianCellExtras *thespian_cell_ensure_extras        (ThespianCell *self);
ThespianCellExtras *thespian_cell_ensure_extras_locked (ThespianCell *self);
void                thespian_cell_maybe_release        (ThespianCell *self);
void                thespian_cell_release_sender       (ThespianEnvelope *envelope);
void                thespian_cell_port_free            (ThespianPort *port);

static inline void
thespian_cell_unpin (ThespianCell *self)
{
  if (G_UNLIKELY (--self->n_pins == 0 && self->state == THESPIAN_CELL_DEAD))
    thespian_cell_maybe_release (self);
}

/* thespian-cell-family.c */
void     thespian_siblings_add         (ThespianAddress **first, ThespianAddress *child);
gboolean thespian_siblings_steal       (ThespianAddress **first, ThespianAddress *child);
ThespianAddress *thespian_cell_dup_parent (ThespianCell *self);
gboolean thespian_cell_set_parent      (ThespianCell *self, ThespianAddress *parent);
void     thespian_cell_add_child       (ThespianCell *self, ThespianAddress *child);
gboolean thespian_cell_remove_child    (ThespianCell *self, ThespianAddress *child);
gboolean thespian_cell_has_children    (ThespianCell *self);
GPtrArray *thespian_cell_dup_children  (ThespianCell *self);
void     thespian_cell_orphan_children (ThespianCell *self);
void     thespian_cell_post_to_children (ThespianCell *self, ThespianEnvelopeKind kind, const GValue *value);

/* thespian-cell-create.c */
ThespianAddress *thespian_create_actor (ThespianAdminFace *admin, ThespianCell *creator,
                                        const ThespianActorSpec *spec, ThespianStartedFunc started,
                                        gpointer user_data, GError **error);
gboolean thespian_cell_take_child      (ThespianCell *creator, ThespianAddress *child);
gboolean thespian_cell_join_family     (ThespianCell *creator, ThespianCell *child);
/* On @node's thread: an actor whose address somebody else has made; @node has it start. */
ThespianCell *thespian_create_here     (ThespianNode *node, GType type, const ThespianActorSpec *spec,
                                        ThespianAddress *address, ThespianAddress *parent,
                                        ThespianStartedFunc started, gpointer user_data);
void     thespian_cell_start           (ThespianCell *self);

/* thespian-cell-handle.c: on the node's thread */
void     thespian_cell_handle          (ThespianCell *self, ThespianEnvelope *envelope);
void     thespian_cell_order_to_exit   (ThespianCell *self);
void     thespian_cell_order_children_to_exit (ThespianCell *self);
void     thespian_cell_end             (ThespianCell *self, const char *details);

/* thespian-cell-watch.c */
void     thespian_cell_watch           (ThespianCell *self, const int *fds, gsize n_fds);
void     thespian_cell_unwatch         (ThespianCell *self);
gboolean thespian_cell_is_watch_message (ThespianCell *self, const GValue *message);

/* thespian-mailbox.c */
void     thespian_cell_ask_async       (ThespianActorContext *context, ThespianAddress *target,
                                        const GValue *message, GTimeSpan timeout, GTask *task);

/* thespian-cell-status.c */
GObject *thespian_cell_dup_status      (ThespianPort *port);

/* thespian-router.c */

/* Looks at a message that somebody sends, when that was asked for; FALSE when it cannot be sent: it is cleared then. */
gboolean thespian_check_message        (GValue *message, GError **error);
/* Whether the runtime answers @message itself. */
gboolean thespian_answers_itself       (const GValue *message);
gboolean thespian_is_exit_request      (const GValue *message);
/* An actor that is flooded can still be told what has failed, and what is a dead letter. */
gboolean thespian_is_exempt_from_limit (const GValue *message);
/* What parts of the library tell each other by messages: nobody else shall ever see it. */
gboolean thespian_is_private_note      (const GValue *message);
gboolean thespian_cell_send            (ThespianActorContext *context, ThespianAddress *target,
                                        const GValue *message, GError **error);
gboolean thespian_cell_send_take       (ThespianActorContext *context, ThespianAddress *target,
                                        GValue *message, GError **error);
gboolean thespian_cell_forward         (ThespianActorContext *context, ThespianAddress *target,
                                        const GValue *message, ThespianAddress *sender, GError **error);
void     thespian_dead_letter          (ThespianAdminFace *admin, ThespianAddress *target,
                                        const GValue *message, ThespianAddress *sender);

void     thespian_cell_enqueue_start   (ThespianCell *self);
void     thespian_cell_bring           (ThespianCell *target, ThespianEnvelopeKind kind, GValue *value,
                                        ThespianAddress *sender, ThespianOrigin *origin);
/* On the node's thread: the cell's own business, after what stands in its queue already. */
void     thespian_cell_enqueue_own     (ThespianCell *self, ThespianEnvelopeKind kind, const GValue *value);
/* From any thread: a system message; TRUE when @target is an open cell.  Takes @value. */
gboolean thespian_cell_post            (ThespianCell *target, ThespianEnvelopeKind kind, GValue *value,
                                        ThespianAddress *sender);
/* From any thread: the same for whatever stands behind @target, in this process or another. */
gboolean thespian_post                 (ThespianAdminFace *admin, ThespianAddress *target,
                                        ThespianEnvelopeKind kind, GValue *value, ThespianAddress *sender);
/*
 * From any thread: a message from @sender, who need not be a cell.  Takes @message, always; what
 * cannot be delivered is a dead letter.  FALSE with @error set when @message cannot get to @target:
 * then nobody hears of it.
 */
/* As thespian_route(), but never waits; FALSE when the message did not arrive: then nobody hears of it. */
gboolean thespian_offer                (ThespianAdminFace *admin, ThespianAddress *target, GValue *message,
                                        ThespianAddress *sender);
/* The same, whether there is room or not. */
gboolean thespian_insist               (ThespianAdminFace *admin, ThespianAddress *target, GValue *message,
                                        ThespianAddress *sender);
gboolean thespian_route                (ThespianAdminFace *admin, ThespianAddress *target, GValue *message,
                                        ThespianAddress *sender, GError **error);
/* The same; but what is left of @message is the caller's, and all of it is when it cannot be sent. */
gboolean thespian_try_route            (ThespianAdminFace *admin, ThespianAddress *target, GValue *message,
                                        ThespianAddress *sender, GError **error);
/* From outside: waits until @target takes one more message; FALSE when it does not before @deadline. */
gboolean thespian_make_room            (ThespianAdminFace *admin, ThespianAddress *target, gint64 deadline);
guint64  thespian_cell_mailbox_length  (ThespianCell *self);

G_END_DECLS
