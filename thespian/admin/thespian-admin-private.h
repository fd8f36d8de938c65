/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "admin/thespian-capabilities-private.h"
#include "admin/thespian-observers-private.h"
#include "log/thespian-log-hub-private.h"
#include "model/thespian-system-status.h"
#include "runtime/thespian-cell-private.h"
#include "runtime/thespian-end-private.h"
#include "runtime/thespian-mailbox-set-private.h"
#include "transport/thespian-exchange-private.h"

G_BEGIN_DECLS

/*
 * The admin of a system: who lives where, under which name, and who gets the dead letters.  It is
 * the parent of those that have no other.
 *
 * Its operations are called from all threads, so its books have a lock.  User code never runs
 * inside it.
 */
typedef struct _ThespianAdmin ThespianAdmin;

typedef enum
{
  THESPIAN_LINK_NONE, /* all is in one process */
  THESPIAN_LINK_SOCKETPAIR,
  THESPIAN_LINK_TCP,
  THESPIAN_LINK_UDP,
} ThespianLinkKind;

/* A name, by which processes tell each other of it, and which is the scheme of key files and endpoints. */
const char      *thespian_link_kind_get_name (ThespianLinkKind kind);
ThespianLinkKind thespian_link_kind_find     (const char *name);
/* The admin is found at a port, by whoever holds its key, and outlives its starter. */
gboolean         thespian_link_kind_has_port (ThespianLinkKind kind);
/* What is sent may be lost, and has to be sent again; links do not tell when the other end is no more. */
gboolean         thespian_link_kind_has_datagrams (ThespianLinkKind kind);
guint            thespian_link_kind_get_default_port (ThespianLinkKind kind);

/* What is to be done when no system is there that could be joined. */
typedef enum
{
  THESPIAN_START_LASTING,
  THESPIAN_START_TRANSIENT, /* one that ends with this process at the latest */
  THESPIAN_START_NEVER,
} ThespianStart;

/* What a base decides; see base/thespian-base-private.h. */
typedef struct
{
  const char *base_name;
  ThespianNodeKind node_kind;
  gboolean checks_capabilities;
  gboolean has_no_nodes;       /* the actors are in other processes */
  gboolean has_many_nodes;     /* one a processor, or as many as `Worker Threads' says */
  gboolean runs_to_equilibrium; /* a blocking call goes on until nothing is left to do */
  GType (*resolve) (const ThespianActorSpec *spec, GVariant *capabilities, GError **error);
  ThespianLinkKind link_kind;   /* how the processes of a system reach each other */
} ThespianAdminConfig;

/* Who lives in the system, for those that are told of it. */
typedef struct
{
  gboolean (*is_actor) (gpointer owner, ThespianAddress *address);
  /* Puts all actors for @observer; FALSE when they cannot be told right now. */
  gboolean (*put_all_locked) (gpointer owner, ThespianAddress *observer, gboolean is_last_attempt);
  /* (nullable) Has thespian_admin_tell_missed() called in a while. */
  void     (*tell_missed_later) (gpointer owner);
} ThespianDirectoryOps;

struct _ThespianAdmin
{
  ThespianAdminFace face;
  guint ref_count; /* atomic */
  ThespianAdminConfig config;
  ThespianCapabilities *capabilities; /* (owned) */
  ThespianLogHub *log_hub;            /* (owned) (nullable) NULL when it could not be made */

  ThespianExchange *exchange; /* unowned (nullable) what the actors in other processes are reached by */

  GMutex lock;
  GPtrArray *nodes;           /* (owned) of ThespianNode; those that new actors are spread over */
  GPtrArray *own_nodes;       /* (owned) of ThespianNode; each for one actor, or finished */
  ThespianAddress *children;  /* the top-level, named and orphaned ones */
  GHashTable *names;          /* (owned) of owned char* to ThespianAddress, unowned: struck out in time */
  ThespianAddress *dead_letter_handler; /* (owned) (nullable) */
  guint64 n_actors;
  gboolean stopping;          /* nothing new is created */
  gboolean emptied;           /* and the last actor is gone */
  guint n_open_nodes;
  guint64 n_dead_letters;

  const ThespianDirectoryOps *directory;
  gpointer directory_owner;    /* unowned */
  ThespianObservers observers; /* their lock is taken inside the admin's */

  ThespianEnd end; /* the last node has closed */
  ThespianMailboxSet mailboxes;
  GMutex join_lock; /* held while the threads of the nodes are joined */
};

ThespianAdmin *thespian_admin_new      (const ThespianAdminConfig *config, ThespianCapabilities *capabilities,
                                        GVariant *log_definition, GError **error);
ThespianAdmin *thespian_admin_ref      (ThespianAdmin *self);
void           thespian_admin_unref    (ThespianAdmin *self);
/* For one who holds no reference: FALSE when the last one is just being dropped. */
gboolean       thespian_admin_ref_if_alive (ThespianAdmin *self);

/* The node that callers may have to drive, or NULL. */
ThespianNode  *thespian_admin_ref_node (ThespianAdmin *self);

/* Asks every actor to exit; nothing new is created from here on. */
void           thespian_admin_begin_shutdown (ThespianAdmin *self);
/* Asks one of the admin's children to exit. */
void           thespian_admin_order_exit     (ThespianAdmin *self, ThespianAddress *child);
/* Waits until all are gone, and ends the nodes; FALSE with an error when some do not go. */
gboolean       thespian_admin_end_shutdown   (ThespianAdmin *self, GTimeSpan timeout,
                                              GCancellable *cancellable, GError **error);

/* Actors that live in other processes: into the books, and out of them. */
void           thespian_admin_enter         (ThespianAdmin *self, ThespianAddress *address, const char *name,
                                             gboolean is_top_level);
void           thespian_admin_strike        (ThespianAdmin *self, ThespianAddress *address, const char *name);
ThespianAddress *thespian_admin_find_by_name (ThespianAdmin *self, const char *name);

/* thespian-admin-port.c: what stands behind the admin's address */
ThespianAddress *thespian_admin_address_new  (ThespianAdmin *self, guint64 system_id);
void           thespian_admin_address_detach (ThespianAddress *address);
/* thespian-admin-status.c */
GObject       *thespian_admin_dup_status     (ThespianAdmin *self);
/* thespian-admin-observe.c */
extern const ThespianDirectoryOps thespian_admin_directory_ops;
void           thespian_admin_observe        (ThespianAdmin *self, ThespianAddress *observer, gboolean observe,
                                              gboolean hears_log);
void           thespian_admin_put_created_locked (ThespianAdmin *self, ThespianCell *cell);
/* What was put; outside of the lock. */
void           thespian_admin_tell           (ThespianAdmin *self);
/* Those who have missed something, now that they may have room. */
void           thespian_admin_tell_missed    (ThespianAdmin *self);
void           thespian_admin_tell_exited    (ThespianAdmin *self, ThespianCell *cell);
/* @message: (nullable) when it is not known here */
void           thespian_admin_tell_dead_letter (ThespianAdmin *self, ThespianAddress *target, ThespianAddress *sender,
                                                const GValue *message);
void           thespian_admin_tell_capabilities (ThespianAdmin *self);
/* It was logged. */
void           thespian_admin_tell_record    (ThespianAdmin *self, const ThespianLogRecord *record);

/* thespian-admin-shutdown.c */

/* TRUE when the system is to end and the last actor has just gone: the caller unlocks, and empties. */
gboolean       thespian_admin_check_emptied_locked (ThespianAdmin *self);
void           thespian_admin_empty          (ThespianAdmin *self);
void           thespian_admin_node_closed    (ThespianAdminFace *face);
gboolean       thespian_admin_is_stopping    (ThespianAdmin *self);
/* thespian-admin-placement.c */
ThespianNode  *thespian_admin_place          (ThespianAdminFace *face, ThespianNode *creator_node,
                                              GVariant *requirements);
gboolean       thespian_admin_start_nodes    (ThespianAdmin *self, GError **error);
void           thespian_admin_dismiss_nodes  (ThespianAdmin *self);
/* After all nodes have closed: joins their threads, and lets them go. */
void           thespian_admin_release_nodes  (ThespianAdmin *self);
/* An actor of @node has ended. */
void           thespian_admin_vacate         (ThespianAdmin *self, ThespianNode *node);
/* thespian-admin-log.c */
void           thespian_admin_log            (ThespianAdminFace *face, ThespianAddress *address,
                                              GLogLevelFlags level, const char *message);
/* thespian-admin-dead-letters.c */
/* Counts one, and tells who gets it: (transfer full) (nullable). */
ThespianAddress *thespian_admin_count_dead_letter (ThespianAdmin *self);
void           thespian_admin_dead_letter         (ThespianAdminFace *face, ThespianAddress *target,
                                                   const GValue *message, ThespianAddress *sender);
void           thespian_admin_handle_dead_letters (ThespianAdminFace *face, ThespianAddress *handler,
                                                   gboolean start_handling);

G_END_DECLS
