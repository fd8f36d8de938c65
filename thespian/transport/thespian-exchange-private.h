/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "runtime/thespian-cell-private.h"
#include "transport/thespian-journal-private.h"
#include "transport/thespian-limits-private.h"
#include "wire/thespian-body-private.h"
#include "wire/thespian-frame-private.h"

G_BEGIN_DECLS

/*
 * The exchange of a process: what its system's other processes are reached by.
 *
 *  - A *peer* is another node.  It has a *link*, while one stands.
 *  - A *channel* is the port behind the address of somebody who lives on another node.  It numbers
 *    what is sent there and keeps it, as it was encoded, until the other side says that it was
 *    handled.  So nothing is lost or doubled when a link breaks, and it is known what has become of
 *    everything when an actor's process dies.
 *  - An *inbound* is the other end of a channel: what has come from one peer for one target.
 *
 * One lock protects all of it.  No user code ever runs inside it, so what has come for actors and
 * endpoints is put aside as *arrivals*, and brought to them on the node's thread; a message whose
 * decoding would run user code comes undecoded.
 */
typedef struct _ThespianExchange ThespianExchange;
typedef struct _ThespianPeer ThespianPeer;
typedef struct _ThespianLink ThespianLink;
typedef struct _ThespianChannel ThespianChannel;
typedef struct _ThespianInbound ThespianInbound;
typedef struct _ThespianChunk ThespianChunk;
typedef struct _ThespianArrival ThespianArrival;
typedef struct _ThespianAttendant ThespianAttendant;
typedef struct _ThespianFlight ThespianFlight;
typedef struct _ThespianDatagramSocket ThespianDatagramSocket;
typedef struct _ThespianPolled ThespianPolled;
typedef struct _ThespianAlarm ThespianAlarm;

struct epoll_event;

/* Something with a descriptor in the epoll of an exchange. */
struct _ThespianPolled
{
  void (*ready) (ThespianPolled *self, guint32 events); /* under the lock; may free it */
  gboolean can_be_asked; /* it may be asked whether something has come */
};

/* Something to be done at a time, under the lock. */
struct _ThespianAlarm
{
  void (*call) (gpointer data);
  gpointer data;
  ThespianExchange *exchange; /* (nullable) unowned: where it is set */
  gint64 at;
  ThespianAlarm *next;
  ThespianAlarm *previous;
};

#define THESPIAN_READ_BUFFER_SIZE (256 * 1024)

/* What the floor above does for an exchange: all under the lock. */
typedef struct
{
  /* Somebody sends to @channel, and nobody knows the way yet. */
  void (*find_route) (gpointer owner, ThespianChannel *channel);
  /* A control frame has come for this node. */
  void (*control) (gpointer owner, ThespianPeer *peer, const ThespianFrame *frame);
  /* The link with @peer has broken, for @reason, or because the other side closed it (NULL). */
  void (*link_lost) (gpointer owner, ThespianPeer *peer, const char *reason);
  /* An encoded message that can be a dead letter is one, or what a parent was told could not be delivered. */
  void (*dead_letter) (gpointer owner, const ThespianFrame *message);
  /* Whoever lives behind @channel was told to exit; (nullable). */
  void (*told_to_exit) (gpointer owner, ThespianChannel *channel);
  /* Somebody has set `wants_flush', and what waits to be sent is about to leave; (nullable). */
  void (*before_flush) (gpointer owner);
} ThespianExchangeOps;

struct _ThespianExchange
{
  guint ref_count; /* atomic */
  ThespianAdminFace *face; /* unowned: of what owns this */
  const ThespianExchangeOps *ops;
  gpointer owner;
  guint64 node_id;
  ThespianLimits limits;
  ThespianNode *node; /* (owned) (nullable) whose thread the arrivals are for */
  int epoll_fd;
  guint8 *read_buffer; /* (owned) aligned for frames; what is written is put together there, too */
  guint32 max_frame;   /* bytes of what leaves; 0: as the limits say */

  GMutex lock;
  gboolean closed;
  GHashTable *peers;    /* (owned) of guint64* to ThespianPeer, owned */
  GHashTable *channels; /* (owned) of ThespianFrameAddress* to ThespianChannel, unowned */
  GPtrArray *gone_peers; /* (owned) of ThespianPeer, owned: removed, while something of theirs is not handled */
  ThespianPeer *peers_with_acks; /* that can wait a little for something to go with */
  gint has_acks;             /* atomic: the same */
  ThespianPeer *dirty_peers; /* with something to send */
  ThespianPeer *first_peer;  /* (nullable) what goes there goes before all that comes after it elsewhere */
  gint is_dirty;             /* atomic: the same, to be looked at without the lock */
  gint wants_flush;          /* atomic: from any thread, without the lock; ops->before_flush() is to be called */
  guint64 sequence_base;      /* all that channels which are gone have used */
  ThespianChunk *free_chunks;
  guint n_free_chunks;
  GCond room; /* signalled when a channel has room again, and when one is dead */
  guint n_awaiting_room; /* threads that wait for that */
  ThespianChannel *waits_for; /* (nullable) for whom the node's thread waits for room */
  gboolean is_in_ring;        /* and who waits, by others, for it */

  ThespianArrival *arrivals; /* first in, first out */
  ThespianArrival **last_arrival;
  gint has_arrivals; /* atomic */
  ThespianArrival *answering; /* (nullable) of the arrivals: what the attendant is about to answer */
  GCond answered;
  GPtrArray *releases; /* (owned) of ThespianAddress, owned: to be let go outside the lock */

  struct epoll_event *receiving; /* what is being looked at */
  int n_receiving;

  ThespianPolled clock;
  int alarm_fd;
  ThespianAlarm *first_alarm; /* the soonest */
  ThespianAlarm *last_alarm;

  ThespianAlarm expiry;    /* of transmissions */
  ThespianAlarm allowance; /* more bytes may leave */
  gint64 allowed_at;       /* when the bucket of bytes was last looked at */
  gint64 n_allowed;        /* in it; negative: a debt */
  ThespianDatagramSocket *datagram_socket; /* (owned) (nullable) */
  ThespianJournal *journal;     /* (owned) (nullable) */
  ThespianAttendant *attendant; /* (owned) (nullable) */
  ThespianPolled *last_asked;  /* unowned (nullable) by which something came */
  guint n_guesses;              /* how often it was looked at first */
  gboolean is_served;           /* of the node's thread: what was ready has been received in this turn */
  guint n_reads;                /* how often one had something */
};

typedef enum
{
  THESPIAN_ARRIVAL_MESSAGE,
  THESPIAN_ARRIVAL_QUESTION,      /* that the runtime answers itself */
  THESPIAN_ARRIVAL_UNDELIVERABLE, /* what `target' here had sent to `sender' */
  THESPIAN_ARRIVAL_NOTHING,       /* it only counts as handled in its turn */
  THESPIAN_ARRIVAL_CALL,          /* `call' is to be called outside the lock */
} ThespianArrivalType;

/* Something that has come for somebody here. */
struct _ThespianArrival
{
  ThespianArrival *next;
  ThespianAddress *target;  /* (owned) (nullable) of a call */
  ThespianAddress *sender;  /* (owned) (nullable) likewise */
  ThespianInbound *inbound; /* (owned) (nullable) */
  GValue value;
  guint8 kind; /* ThespianEnvelopeKind */
  guint8 type; /* ThespianArrivalType */
  void (*call) (gpointer data);
  gpointer call_data;
};

struct _ThespianInbound
{
  ThespianOrigin origin;
  guint ref_count; /* atomic */
  ThespianPeer *peer; /* unowned: lives as long as the exchange */
  ThespianFrameAddress target;
  guint64 received; /* the last number that came */
  guint64 missed_at; /* the datagram that came when some were missing; 0: none has since the last acknowledgement */
  guint64 handled;  /* atomic; written by the node's thread */
  guint64 told;     /* atomic; how much of that the peer was told */
  gint wants_ack;   /* atomic: the peer waits for one */
  gint is_ack_due;  /* atomic: stands in the peer's list, and does not wait there for something to go with */
  gint is_ack_urgent; /* atomic: and leaves with the next flush */
  gboolean is_ack_listed; /* stands in the peer's list */
  gboolean is_forgotten; /* the sender will say nothing more of what has come */
  ThespianInbound *next_due;
  ThespianJournalSlot *slot; /* (nullable) */
};

struct _ThespianPeer
{
  ThespianExchange *exchange; /* unowned */
  guint64 node_id;
  ThespianLink *link; /* (owned) (nullable) */
  GHashTable *inbounds; /* (owned) of ThespianFrameAddress* to ThespianInbound, owned */
  ThespianInbound *last_inbound; /* (nullable) unowned: of those, the one that was looked for last */
  GPtrArray *channels;  /* (owned) of ThespianChannel, unowned: that lead here */

  ThespianChannel *first_ready; /* channels with something to send, in the order of becoming so */
  ThespianChannel **last_ready;
  ThespianInbound *acks_due;
  ThespianBuffer notes; /* frames out of sequence, to leave before anything else */
  gboolean is_gone;
  gboolean is_resuming; /* nothing is sent before the peer has told what it has */
  gboolean is_dirty;
  ThespianPeer *next_dirty;
  gboolean is_with_acks; /* stands in the exchange's list */
  ThespianPeer *next_with_acks;
  guint64 datagram; /* the number of the one that is being read, from 1 on; 0: a stream is */
  guint64 forgotten_at; /* of the last one with which something was forgotten */

  ThespianAddress *last_sender; /* (owned) (nullable) of the last frame that came: most have the same */
  ThespianAddress *last_target; /* (owned) (nullable) of the last that came to an actor, likewise */
  gpointer owner_data;          /* of the floor above */
};

typedef enum
{
  THESPIAN_CHANNEL_NEW,    /* nobody has asked for the way */
  THESPIAN_CHANNEL_ASKED,
  THESPIAN_CHANNEL_ROUTED, /* `peer' is set */
  THESPIAN_CHANNEL_DEAD,
} ThespianChannelState;

/* A piece of memory that frames stand in, one behind the other. */
struct _ThespianChunk
{
  ThespianChunk *next;
  guint8 *data; /* (owned) */
  gsize size;
  gsize used;
};

/* What is sent within the processor's caches takes a third of the time, so a sender lets its target catch up. */
#define THESPIAN_CHANNEL_PACE_BYTES (4 * 1024 * 1024)

struct _ThespianChannel
{
  ThespianPort port;
  ThespianExchange *exchange; /* (owned) */
  ThespianAddress *address;   /* unowned: it owns this; held while something is kept */
  ThespianFrameAddress id;
  ThespianPeer *peer; /* (nullable) */
  ThespianChannelState state;
  gboolean is_idle; /* the address is not held */

  guint64 first;    /* the number of the first frame */
  guint64 last;     /* of the last one */
  guint64 sent;     /* of the last that was wholly given to the link */
  guint64 urgent;   /* of the last that goes before what is for others, see first_peer */
  guint64 received; /* of the last that the peer has */
  guint64 handled;  /* of the last that the peer is done with */
  gsize n_bytes;    /* kept */
  gsize unpaced_bytes; /* so many may be kept before the sender is held for a moment again */

  /* the frames from `handled' on */
  ThespianChunk *head;
  gsize head_offset;
  ThespianChunk *tail;
  /* the frames from `sent' on */
  ThespianChunk *cursor; /* (nullable) nothing is there to send */
  gsize cursor_offset;   /* may stand inside a frame that went in part */
  gsize frame_left;      /* of that frame */

  ThespianFlight *flight; /* (owned) (nullable) what is on its way over a link that may lose it */

  gboolean is_ready; /* in the peer's list */
  ThespianChannel *next_ready;
  gboolean is_blocked; /* over the high mark, and not yet under the low one */
  gint64 progress_at;  /* when something was last acknowledged, or the channel became busy */
};

/* thespian-exchange.c */
/* @capabilities: (nullable) may set limits. */
ThespianExchange *thespian_exchange_new    (ThespianAdminFace *face, guint64 node_id, GVariant *capabilities,
                                            const ThespianExchangeOps *ops, gpointer owner);
ThespianExchange *thespian_exchange_ref    (ThespianExchange *self);
void              thespian_exchange_unref  (ThespianExchange *self);
/* Before the node starts. */
void              thespian_exchange_serve  (ThespianExchange *self, ThespianNode *node);
/* Closes all links; nothing leaves or comes any more. */
void              thespian_exchange_close  (ThespianExchange *self);
void              thespian_exchange_set_dirty_locked (ThespianExchange *self);
/* Something begins to wait: sees to it that it does not for ever. */
void              thespian_exchange_expect_expiry_locked (ThespianExchange *self);
/* How many bytes may leave now, as the rate limit says; 0: none before an alarm that was set. */
gsize             thespian_exchange_get_allowance_locked (ThespianExchange *self);
void              thespian_exchange_use_allowance_locked (ThespianExchange *self, gsize n_bytes);
/* Lets the lock go, and then what was to be let go outside it. */
void              thespian_exchange_unlock (ThespianExchange *self);
/* From any thread, after the lock was let go: lets what was given to links leave soon. */
void              thespian_exchange_call   (ThespianExchange *self);

/* thespian-exchange-pump.c: moving bytes and messages */
void     thespian_exchange_flush_locked    (ThespianExchange *self);
void     thespian_exchange_flush_peer_locked (ThespianPeer *peer);
/* From those links that have something, the admin's among them; FALSE when none has. */
gboolean thespian_exchange_receive_from_all_locked (ThespianExchange *self);
/* From one of them at least. */
gboolean thespian_exchange_receive_locked  (ThespianExchange *self);
/* On the node's thread, instead of its loop: moves frames, after waiting for some if need be. */
void     thespian_exchange_wait_locked     (ThespianExchange *self, int milliseconds);
/* Whether something urgent waits that the link does not take now. */
gboolean thespian_peer_is_blocked_locked   (ThespianPeer *self);
void     thespian_exchange_flush_peer_locked (ThespianPeer *peer);
/* On the node's thread: brings what has arrived to those it is for. */
void     thespian_exchange_bring           (ThespianExchange *self);
/* What the runtime answers itself: on any thread. */
void     thespian_exchange_answer          (ThespianExchange *self);
/* Takes @value, and references to the others. */
void     thespian_exchange_arrive_locked   (ThespianExchange *self, ThespianArrivalType type, ThespianAddress *target,
                                            ThespianEnvelopeKind kind, GValue *value, ThespianAddress *sender,
                                            ThespianInbound *inbound);
/* Whether what has a body of @length bytes can leave, and leave room for @reserve more; fails with
 * %THESPIAN_ERROR_NOT_SERIALIZABLE. */
gboolean thespian_exchange_admits_body     (ThespianExchange *self, gsize length, gsize reserve, GError **error);
/* An encoded message could not be delivered; FALSE when it is none of those that become dead letters. */
gboolean thespian_exchange_dead_letter_locked (ThespianExchange *self, const ThespianFrame *message);
/* An encoded message for whomever, here or elsewhere; a dead letter when it cannot get there. */
void     thespian_exchange_send_encoded_locked (ThespianExchange *self, const ThespianFrameAddress *target,
                                                const ThespianFrameAddress *sender, const guint8 *body,
                                                gsize length);
/* An encoded message goes back to who sent it, with @details when there is room for them. */
void     thespian_exchange_send_poison_locked (ThespianExchange *self, const ThespianFrameAddress *target,
                                               const ThespianFrameAddress *sender, const guint8 *body,
                                               gsize length, const char *details);
/* On the node's thread, after all that has arrived: @call of @data. */
void     thespian_exchange_call_later_locked (ThespianExchange *self, void (*call) (gpointer data), gpointer data);
void     thespian_arrival_free             (ThespianArrival *arrival);
/* What was sent last leaves this process, for @limit at most; tells whether all has. */
gboolean thespian_exchange_linger          (ThespianExchange *self, GTimeSpan limit);
/* What no link has taken by now becomes dead letters, for the first peer to have; nothing else leaves any more. */
void     thespian_exchange_give_up         (ThespianExchange *self);
/* Nothing is on its way, but what is sent now would have to be waited for. */
gboolean thespian_exchange_would_linger    (ThespianExchange *self);
extern const ThespianNodeIo thespian_exchange_node_io;

/* thespian-polled.c */
void     thespian_polled_add_locked        (ThespianPolled *self, ThespianExchange *exchange, int fd, guint32 events);
void     thespian_polled_change_locked     (ThespianPolled *self, ThespianExchange *exchange, int fd, guint32 events);
void     thespian_polled_remove_locked     (ThespianPolled *self, ThespianExchange *exchange, int fd);

/* thespian-alarm.c */
void     thespian_alarms_init              (ThespianExchange *exchange);
/* @at: monotonic; one that is set already changes its time. */
void     thespian_alarm_set_locked         (ThespianAlarm *self, ThespianExchange *exchange, gint64 at);
void     thespian_alarm_clear_locked       (ThespianAlarm *self);

/* thespian-peer.c */
ThespianPeer *thespian_peer_ensure_locked  (ThespianExchange *exchange, guint64 node_id);
ThespianPeer *thespian_peer_find_locked    (ThespianExchange *exchange, guint64 node_id);
void          thespian_peer_set_link_locked (ThespianPeer *self, ThespianLink *link, gboolean resumes);
/* The link has broken: the channels wait. */
void          thespian_peer_lose_link_locked (ThespianPeer *self, const char *reason);
/* Nothing more will come from there, or go. */
void          thespian_peer_remove_locked    (ThespianPeer *self);
/* The exchange closes. */
void          thespian_peer_abandon_locked (ThespianPeer *self);
void          thespian_peer_free           (ThespianPeer *self);
void          thespian_peer_set_dirty_locked (ThespianPeer *self);
/* FALSE with an error when the peer does what no peer does. */
gboolean      thespian_peer_receive_locked (ThespianPeer *self, const ThespianFrame *frame, GBytes *backing,
                                            GError **error);
void          thespian_peer_note_locked    (ThespianPeer *self, ThespianFrame *frame);
/* All is settled that has been sent to @target, up to the number @last. */
void          thespian_peer_forget_target_locked (ThespianPeer *self, const ThespianFrameAddress *target,
                                                  guint64 last);
/* Turns what is due into notes; FALSE when some of it waits until those have left. */
gboolean      thespian_peer_write_acks_locked (ThespianPeer *self);
/* They have waited long enough. */
void          thespian_exchange_hurry_acks_locked (ThespianExchange *self);
void          thespian_inbound_unref       (ThespianInbound *self);
/* On the node's thread: hands something on to @cell.  Takes @value. */
void          thespian_inbound_bring       (ThespianInbound *self, ThespianCell *cell, ThespianEnvelopeKind kind,
                                            GValue *value, ThespianAddress *sender);

/* thespian-channel.c */
ThespianPort    *thespian_channel_open     (ThespianExchange *exchange, ThespianAddress *address);
ThespianPort    *thespian_channel_open_locked (ThespianExchange *exchange, ThespianAddress *address);
GHashTable      *thespian_frame_address_table_new (GDestroyNotify free_value);
void             thespian_chunk_free       (ThespianChunk *chunk);
ThespianChannel *thespian_channel_find_locked (ThespianExchange *exchange, const ThespianFrameAddress *id);
ThespianChannel *thespian_port_to_channel  (ThespianPort *port);
/* Takes over what stands in @frame, which begins with room for the header. */
void     thespian_channel_append_locked    (ThespianChannel *self, ThespianFrame *header, ThespianBuffer *frame);
void     thespian_channel_route_locked     (ThespianChannel *self, ThespianPeer *peer);
void     thespian_channel_unroute_locked   (ThespianChannel *self);
void     thespian_channel_acknowledge_locked (ThespianChannel *self, guint64 received, guint64 handled);
/* The peer missed something when the datagram @number came. */
void     thespian_channel_miss_locked      (ThespianChannel *self, guint64 number);
/* Sends again what came after @received. */
void     thespian_channel_rewind_locked    (ThespianChannel *self, guint64 received);
void     thespian_channel_set_ready_locked (ThespianChannel *self);

/* To the link: what stands next to be sent; FALSE when nothing does. */
gboolean thespian_channel_peek_locked      (ThespianChannel *self, ThespianChunk *after, ThespianChunk **ret_chunk,
                                            const guint8 **ret_data, gsize *ret_length);
void     thespian_channel_consume_locked   (ThespianChannel *self, gsize n_bytes);
/* Others of the peer's channels come before it. */
void     thespian_channel_yield_locked     (ThespianChannel *self);

/* What is known of a target that takes nothing any more. */
typedef struct
{
  guint64 handled;     /* of what this node has sent; 0: as much as was acknowledged */
  gboolean in_hand;    /* the message after that was being handled when the process died */
  gboolean is_aborted; /* the target has never run: all goes back to the senders */
  gboolean is_early;   /* its process still runs, and what it has sent may be on its way */
  const char *details; /* (nullable) */
} ThespianObituary;

void     thespian_channel_die_locked       (ThespianChannel *self, const ThespianObituary *obituary);
/* What was not wholly given to the link is dead letters; what was in part ends the link. */
void     thespian_channel_give_up_locked   (ThespianChannel *self);
/* The exchange closes. */
void     thespian_channel_abandon_locked   (ThespianChannel *self);
/* Its transmissions have waited for the transmit timeout. */
void     thespian_channel_expire_locked    (ThespianChannel *self);
/* When they will have; monotonic time. */
gint64   thespian_channel_get_expiry_locked (ThespianChannel *self);
/* Something has not left yet, or may have been lost, and may still arrive. */
gboolean thespian_channel_is_waiting_locked (ThespianChannel *self);

/* thespian-link-stream.c */

/* Takes @fd, a connected stream socket. */
ThespianLink *thespian_link_new_stream     (ThespianPeer *peer, int fd);
/* What is in @preamble (emptied) leaves before all frames. */
void     thespian_link_stream_begin        (ThespianLink *self, ThespianBuffer *preamble);

/* thespian-link.c */
void     thespian_link_free                (ThespianLink *self);
/* FALSE when it has broken: then it is gone. */
gboolean thespian_link_flush_locked        (ThespianLink *self);
/* Only what is out of sequence. */
gboolean thespian_link_flush_notes_locked  (ThespianLink *self);
/* Something was written that the other end's kernel does not have, and would not get if this end closed. */
gboolean thespian_link_is_draining_locked  (ThespianLink *self);
/* A channel is about to drop what it keeps, of which a part may have left. */
void     thespian_link_keep_rest_locked    (ThespianLink *self, ThespianChannel *channel);
/* Descriptors may come along; else those that do are closed unseen. */
void     thespian_link_expect_fds          (ThespianLink *self);
/* The oldest of the descriptors that came along; -1 when there is none. */
int      thespian_link_take_fd             (ThespianLink *self);
/* Lets @fd (taken) go with the next note. */
void     thespian_link_send_fd_locked      (ThespianLink *self, ThespianFrame *note, int fd);
/* The other side is no more: the link ends when all is read that had been sent. */
void     thespian_link_expect_end_locked   (ThespianLink *self);
ThespianPeer *thespian_link_get_peer       (ThespianLink *self);

/* thespian-credit.c: whether there is room for one more message, after a while perhaps */
gboolean thespian_channel_admits_locked    (ThespianChannel *self);
gboolean thespian_channel_make_room        (ThespianPort *port, gint64 deadline);
void     thespian_channel_receive_probe_locked (ThespianExchange *exchange, const ThespianFrame *probe);

/* A control frame from this node, with @body (floating): for @address, whose channel leads there. */
void     thespian_exchange_control_locked  (ThespianExchange *self, ThespianAddress *address, guint kind,
                                            ThespianAddress *sender, GVariant *body);
/* The same with encoded content, which is copied. */
void     thespian_exchange_control_bytes_locked (ThespianExchange *self, ThespianAddress *address, guint kind,
                                                 const ThespianFrameAddress *sender, const guint8 *body,
                                                 gsize length);

static inline gboolean
thespian_exchange_is_on_node (ThespianExchange *self)
{
  ThespianNode *node = __atomic_load_n (&self->node, __ATOMIC_RELAXED);

  return node != NULL && thespian_current_node == node;
}

static inline ThespianFrameAddress
thespian_frame_address_of (ThespianAddress *address)
{
  return (ThespianFrameAddress){ address->system_id, address->actor_id };
}

G_END_DECLS
