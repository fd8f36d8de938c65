/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "admin/thespian-admin-private.h"
#include "admin/thespian-control-private.h"

#include <sys/types.h>

G_BEGIN_DECLS

/*
 * The agent of a system's admin in another process: an actor's, or the application's.  To its node it
 * is the admin, as far as that can tell; most of what it is asked becomes a control frame.
 */
typedef struct _ThespianAgent ThespianAgent;
typedef struct _ThespianAgentRequest ThespianAgentRequest;

struct _ThespianAgent
{
  ThespianAdminFace face;
  guint ref_count; /* atomic */
  ThespianAdminConfig config;
  ThespianExchange *exchange; /* (owned) */
  ThespianNode *node;         /* (owned) (nullable) once ended */
  ThespianPeer *admin_peer;
  pid_t creator; /* the process that this is for: a forked child cannot use it */
  pid_t admin_pid;
  gboolean is_parent;       /* of the admin's process, which has to be waited for */
  gboolean ends_with_us;    /* the system does not outlive this process */
  ThespianAddress *actor;   /* (owned) (nullable) the one that this process is for */

  GMutex lock;
  GVariant *capabilities;   /* (owned) */
  gboolean stopping;        /* this process has asked for the end */
  gboolean ended;           /* the admin is gone, or this process has left */
  gboolean is_joined;       /* and all threads are */
  GSList *end_waits;        /* of ThespianWait, unowned */
  GHashTable *mailboxes;    /* (owned) set of ThespianAddress, unowned */
  GMutex join_lock;         /* held while what has ended is waited for */

  /* protected by the exchange's lock */
  guint64 last_serial;
  GHashTable *requests;     /* (owned) guint64* to ThespianAgentRequest */
  GHashTable *obituaries;   /* (owned) node to GPtrArray of GVariant: for when its link is drained */
};

/* Something that the admin was asked, and answers. */
struct _ThespianAgentRequest
{
  guint64 serial;
  ThespianStartedFunc started; /* (nullable) called when the answer is there; then the request is freed */
  gpointer user_data;
  ThespianWait *wait; /* (nullable) unowned: of one who waits */
  gboolean done;
  GError *error;   /* (owned) (nullable) */
  GVariant *value; /* (owned) (nullable) */
};

/* thespian-agent.c */
ThespianAgent *thespian_agent_new         (const ThespianAdminConfig *config, guint64 system_id, guint64 node_id,
                                           guint64 admin_id, GVariant *capabilities);
ThespianAgent *thespian_agent_ref         (ThespianAgent *self);
void           thespian_agent_unref       (ThespianAgent *self);
/* Takes @fd, which leads to the admin, and begins. */
void           thespian_agent_begin       (ThespianAgent *self, ThespianNodeKind node_kind, int fd);
void           thespian_agent_end         (ThespianAgent *self);
void           thespian_agent_control     (ThespianAgent *self, guint kind, ThespianAddress *sender, GVariant *body);

/* thespian-agent-call.c */

/* Asks the admin and waits; NULL with @error set.  @body's first member is the serial. */
gboolean       thespian_agent_call        (ThespianAgent *self, guint kind, GVariant *(*body) (guint64 serial, gpointer data),
                                           gpointer data, GTimeSpan timeout, GVariant **ret_value, GError **error);
void           thespian_agent_answer_locked (ThespianAgent *self, const ThespianFrame *frame);
void           thespian_agent_request_free (ThespianAgentRequest *request);
/* All that wait are told that the system has ended. */
void           thespian_agent_fail_requests (ThespianAgent *self);

/* thespian-agent-create.c */
ThespianAddress *thespian_agent_create    (ThespianAdminFace *face, ThespianCell *creator, const ThespianActorSpec *spec,
                                           ThespianStartedFunc started, gpointer user_data, GError **error);

/* thespian-agent-control.c */
extern const ThespianExchangeOps thespian_agent_exchange_ops;

/* thespian-agent-join.c */

/* Starts a system that ends with this process, and joins it. */
ThespianAdminFace *thespian_agent_start   (const ThespianAdminConfig *config, GVariant *capabilities,
                                           GVariant *log_definition, GError **error);

/* thespian-node-process.c */
int            thespian_node_process_main (int link_fd, int journal_fd);

G_END_DECLS
