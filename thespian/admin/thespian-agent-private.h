/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "admin/thespian-admin-private.h"
#include "admin/thespian-control-private.h"
#include "admin/thespian-node-start-private.h"
#include "log/thespian-log-forwarder-private.h"
#include "transport/thespian-datagram-socket-private.h"
#include "transport/thespian-greeting-private.h"
#include "transport/thespian-listener-private.h"

#include <sys/types.h>

G_BEGIN_DECLS

/*
 * The agent of a system's admin in another process: an actor's, or the application's.  To its node it
 * is the admin, as far as that can tell; most of what it is asked becomes a control frame.
 */
typedef struct _ThespianAgent ThespianAgent;
typedef struct _ThespianAgentRequest ThespianAgentRequest;
typedef struct _ThespianTie ThespianTie;

/* How a process that has joined a system at its port comes back when its link breaks. */
typedef struct
{
  guint port; /* 0: the link is not to be made again */
  guint8 key[THESPIAN_SECRET_LENGTH];
  ThespianGreeting *greeting; /* (owned) (nullable) */
  ThespianAlarm alarm;        /* the next attempt */
  gint64 deadline;            /* of all attempts */
} ThespianReturn;

/* How an agent reaches the admin: by a stream, or by datagrams to an address. */
typedef struct
{
  int fd;                    /* (owned) */
  ThespianSeal *seal;        /* (owned) (nullable) of datagrams */
  ThespianIpAddress address; /* of those */
} ThespianAgentWay;

/* What has become of an attempt to join a system. */
typedef enum
{
  THESPIAN_ATTEMPT_DONE,
  THESPIAN_ATTEMPT_NOBODY, /* is there */
  THESPIAN_ATTEMPT_AGAIN,  /* may help at once */
  THESPIAN_ATTEMPT_LATER,  /* may help once the system that is there has ended */
  THESPIAN_ATTEMPT_FAILED,
} ThespianAttempt;

struct _ThespianAgent
{
  ThespianAdminFace face;
  guint ref_count; /* atomic */
  ThespianAdminConfig config;
  ThespianExchange *exchange; /* (owned) */
  ThespianNode *node;         /* (owned) (nullable) once ended */
  ThespianPeer *admin_peer;
  pid_t admin_pid;
  gboolean is_parent;       /* of the admin's process, which has to be waited for */
  int admin_pidfd;          /* (owned) or -1 */
  ThespianAddress *actor;   /* (owned) (nullable) the one that this process is for */
  gboolean leaves_parent;   /* the admin is to tell its parent that it has ended; of the node's thread */
  ThespianLogHub *log_hub;  /* (owned) (nullable) of a process that logs for itself */
  ThespianLogForwarder *log_forwarder; /* (owned) (nullable) leads to the admin's */
  int log_threshold;
  gboolean is_dying;        /* what was logged goes out, however much it is; atomic */

  ThespianEnd end;          /* of the system, or of this process's part in it */
  ThespianMailboxSet mailboxes;

  GMutex lock;
  GVariant *capabilities;   /* (owned) */
  gboolean stopping;        /* this process has asked for the end */
  gboolean ended;           /* the admin is gone, or this process has left */
  gboolean is_joined;       /* and all threads are */
  GMutex join_lock;         /* held while what has ended is waited for */

  /* protected by the exchange's lock */
  guint64 last_serial;
  GHashTable *requests;     /* (owned) guint64* to ThespianAgentRequest */
  GHashTable *obituaries;   /* (owned) node to GPtrArray of GVariant: for when its link is drained */
  GHashTable *ties;         /* (owned) node to ThespianTie */
  ThespianListener *listener; /* (owned) (nullable) for nodes that dial */
  ThespianReturn way_back;
  ThespianPolled admin_watch; /* of a process with no link that would end with the admin's process */
  gboolean watches_admin;

  guint n_users;            /* of one that many share: protected by the lock of the list of those */
  ThespianNode *parked;     /* (owned) (nullable) while this process is being copied */
};

/* Something that the admin was asked, and answers. */
struct _ThespianAgentRequest
{
  guint64 serial;
  void (*answered) (gpointer request); /* (nullable) called when the answer is there; frees the request */
  ThespianStartedFunc started; /* (nullable) */
  ThespianNamedFunc named; /* (nullable) */
  gpointer user_data; /* of either */
  ThespianWait *wait; /* (nullable) unowned: of one who waits */
  gboolean done;
  GError *error;   /* (owned) (nullable) */
  GError *reason;  /* (owned) (nullable) known from the start, should there be an error */
  GVariant *value; /* (owned) (nullable) */
};

/* thespian-agent.c */
ThespianAgent *thespian_agent_new         (const ThespianAdminConfig *config, guint64 system_id, guint64 node_id,
                                           guint64 admin_id, GVariant *capabilities);
ThespianAgent *thespian_agent_ref         (ThespianAgent *self);
void           thespian_agent_unref       (ThespianAgent *self);
/* Takes @fd, which leads to the admin, and begins. */
void           thespian_agent_begin       (ThespianAgent *self, ThespianNodeKind node_kind, int fd);
/* The same by any @way, whose content is taken. */
void           thespian_agent_begin_by    (ThespianAgent *self, ThespianNodeKind node_kind,
                                           const ThespianAgentWay *way);
void           thespian_agent_end         (ThespianAgent *self);
/* After the end: waits for the node's thread, and for the admin's process to be gone. */
void           thespian_agent_join_node   (ThespianAgent *self, gboolean waits_for_admin);
void           thespian_agent_control     (ThespianAgent *self, guint kind, ThespianAddress *sender, GVariant *body);

/* thespian-agent-call.c */

/* Asks the admin and waits; NULL with @error set.  @body's first member is the serial. */
gboolean       thespian_agent_call        (ThespianAgent *self, guint kind,
                                           GVariant *(*body) (guint64 serial, gpointer data), gpointer data,
                                           GTimeSpan timeout, GVariant **ret_value, GError **error);
void           thespian_agent_answer_locked (ThespianAgent *self, const ThespianFrame *frame);
void           thespian_agent_request_free (ThespianAgentRequest *request);
/* Nothing comes any more, and all that wait are told that the system has ended. */
void           thespian_agent_stop         (ThespianAgent *self);

/* thespian-agent-create.c */
ThespianAddress *thespian_agent_create    (ThespianAdminFace *face, ThespianCell *creator,
                                           const ThespianActorSpec *spec, ThespianStartedFunc started,
                                           gpointer user_data, GError **error);
ThespianAddress *thespian_agent_create_named (ThespianAdminFace *face, const ThespianActorSpec *spec,
                                           ThespianNamedFunc named, gpointer user_data, GError **error);
void           thespian_agent_abandon     (ThespianAdminFace *face, ThespianAddress *address);

/* thespian-agent-control.c */
extern const ThespianExchangeOps thespian_agent_exchange_ops;
/* Nothing more comes from @peer: so what was kept back of its end is carried out.  FALSE when nothing was. */
gboolean       thespian_agent_carry_out_obituaries_locked (ThespianAgent *self, ThespianPeer *peer);
/* The system has ended for this process. */
void           thespian_agent_lose_admin_locked (ThespianAgent *self);

/* thespian-agent-ties.c: links with nodes that the admin introduces by their addresses */
GHashTable    *thespian_tie_table_new     (void);
void           thespian_agent_be_introduced_locked (ThespianAgent *self, const ThespianFrame *frame);
/* A link is lost that shall be made again. */
void           thespian_tie_lose_link_locked (ThespianAgent *self, ThespianPeer *peer);
/* No link stands, but @peer has begun to make one, and may have sent something by it. */
gboolean       thespian_tie_is_forming_locked (ThespianAgent *self, ThespianPeer *peer);
/* No link stands, but one will if @peer lives. */
gboolean       thespian_tie_is_pending_locked (ThespianAgent *self, ThespianPeer *peer);
void           thespian_agent_forget_peer_locked (ThespianAgent *self, ThespianPeer *peer);
/* The exchange is closed. */
void           thespian_agent_drop_ties_locked (ThespianAgent *self);

/* thespian-agent-rejoin.c: the way back to the admin */
void           thespian_agent_return_locked (ThespianAgent *self);
void           thespian_agent_drop_return_locked (ThespianAgent *self);

/* thespian-agent-join.c */

/* Starts a system that ends with this process, and joins it. */
ThespianAdminFace *thespian_agent_start   (const ThespianAdminConfig *config, GVariant *capabilities,
                                           GVariant *log_definition, GError **error);
/*
 * Launches an admin, and tells it what it needs: a socket to it, or -1.  @ret_pid may be 0 for a daemon.
 * With @is_transient that one ends with this process.
 */
int            thespian_agent_launch      (const ThespianAdminConfig *config, GVariant *capabilities,
                                           GVariant *log_definition, gboolean is_transient, pid_t *ret_pid,
                                           GError **error);
/* Takes @fd, which the admin has sent @welcome by. */
ThespianAgent *thespian_agent_accept_welcome (const ThespianAdminConfig *config, GVariant *welcome, int fd,
                                              GError **error);

ThespianAgent *thespian_agent_accept_welcome_by (const ThespianAdminConfig *config, GVariant *welcome,
                                                 const ThespianAgentWay *way, GError **error);

/* thespian-agent-join-datagrams.c */

/* Joins the system at @port; @key is set to that of the system. */
ThespianAttempt thespian_agent_join_by_datagrams (const ThespianAdminConfig *config, guint port, gint64 deadline,
                                                  guint8 *key, ThespianAgent **ret_agent, GError **error);

/* thespian-agent-datagrams.c */

/* Others can send datagrams to this process, of which the admin is told where. */
void           thespian_agent_open_datagrams_locked (ThespianAgent *self);
void           thespian_agent_be_introduced_by_datagrams_locked (ThespianAgent *self, const ThespianFrame *frame);
/* The link with the admin ends with the admin's process. */
void           thespian_agent_watch_admin_locked (ThespianAgent *self);
void           thespian_agent_drop_datagrams_locked (ThespianAgent *self);

/* thespian-agent-port.c */

/* Joins the system at the Admin Port, and does as @start says when there is none. */
ThespianAdminFace *thespian_agent_start_or_join (const ThespianAdminConfig *config, GVariant *capabilities,
                                                 GVariant *log_definition, ThespianStart start, GError **error);

/* Of a port where something is that cannot be joined, for @reason. */
void               thespian_agent_set_taken (GError **error, ThespianLinkKind kind, guint port, const char *reason);

/* thespian-agent-copy.c */

/* What the first to be watched would do: a process that has done so before it is copied spares each copy that. */
void           thespian_agent_prepare_for_copies (void);
/* While it is watched, a copy of this process is kept from using it. */
void           thespian_agent_watch_copies (ThespianAgent *self);
void           thespian_agent_unwatch_copies (ThespianAgent *self);

/* thespian-agent-leave.c */

/* The agent of this process for the system at @port, with one more user, or NULL. */
ThespianAgent *thespian_agent_share       (ThespianLinkKind kind, guint port);
void           thespian_agent_begin_sharing (ThespianAgent *self);
/* One of its users needs it no more. */
void           thespian_agent_leave       (ThespianAdminFace *face);
/* What was sent last leaves, for @limit at most; what cannot becomes dead letters, of which the admin hears then. */
void           thespian_agent_linger      (ThespianAgent *self, GTimeSpan limit);

/* thespian-agent-log.c */

/* In an actor's process that begins as @start says. */
void           thespian_agent_open_log    (ThespianAgent *self, const ThespianNodeStart *start);
/* Before the process ends: waits until all has left. */
void           thespian_agent_finish_log  (ThespianAgent *self, GTimeSpan limit);
void           thespian_agent_log         (ThespianAdminFace *face, ThespianAddress *address, GLogLevelFlags level,
                                           const char *message);
/* Of the exchange's ops. */
void           thespian_agent_drain_log_locked (gpointer owner);
/* Lines that the admin has nowhere to write to. */
void           thespian_agent_show_log_locked (ThespianAgent *self, const ThespianFrame *frame);

/* thespian-node-signals.c */

/* As the first thing of an actor's process: from here on its signals wait to be looked after. */
void           thespian_node_signals_catch (void);
void           thespian_node_signals_listen (ThespianAgent *agent);
/* A ThespianAttendFunc: looks after those that have come. */
void           thespian_node_signals_attend (gpointer agent);

/* thespian-node-process.c */
int            thespian_node_process_main (int link_fd, int journal_fd);

/* The parts of that, for who finds the class of the actor in a way of its own. */
typedef struct _ThespianNodeProcess ThespianNodeProcess;

/* NULL when the admin has gone already. */
ThespianNodeProcess *thespian_node_process_open (int link_fd, int journal_fd);
const ThespianNodeStart *thespian_node_process_get_start (ThespianNodeProcess *self);
/* One of these three; an actor that cannot be made is told of like one that does not start. */
void           thespian_node_process_make_actor (ThespianNodeProcess *self);
void           thespian_node_process_make_actor_of (ThespianNodeProcess *self, GType type, const char *class_name);
void           thespian_node_process_fail (ThespianNodeProcess *self, const GError *failure);
/* Until the end. */
void           thespian_node_process_run (ThespianNodeProcess *self);

void           thespian_node_process_prepare (void);

G_END_DECLS
