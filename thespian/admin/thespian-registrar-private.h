/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "admin/thespian-admin-private.h"
#include "admin/thespian-control-private.h"
#include "host/thespian-starter-private.h"
#include "transport/thespian-datagram-acceptor-private.h"
#include "transport/thespian-listener-private.h"

#include <sys/types.h>

G_BEGIN_DECLS

/*
 * The registrar stands in the admin's process: it knows the processes of a system (*members*), who
 * lives in them (*records*), has them started, introduces them to each other, and tells of their
 * ends.  What is the same for systems in one process is in the books of the ThespianAdmin.
 *
 * All of it is of the process's one thread.
 */
typedef struct _ThespianRegistrar ThespianRegistrar;
typedef struct _ThespianMember ThespianMember;
typedef struct _ThespianRecord ThespianRecord;
typedef struct _ThespianIntroduction ThespianIntroduction;

struct _ThespianRegistrar
{
  ThespianAdmin *admin; /* (owned) */
  ThespianExchange *exchange; /* (owned) */
  ThespianNode *node;         /* (owned) */
  ThespianStarter *starter;   /* (owned) */
  GHashTable *members;        /* (owned) guint64* to ThespianMember */
  GHashTable *members_by_pid; /* (owned) pid to ThespianMember, unowned */
  guint n_children;           /* of the members */
  GHashTable *records;        /* (owned) guint64* (actor) to ThespianRecord */
  GHashTable *fences;         /* (owned) guint64* (serial) to what waits for others' words */
  guint64 last_fence;
  ThespianMember *creator;    /* (nullable) the process that the system ends with */
  ThespianMember *log_viewer; /* (nullable) shows what goes to the standard error when this process has none */
  GTimeSpan grace;
  GSource *kill_timer;        /* (owned) (nullable) */
  gint will_tell_missed;      /* atomic: a timer is set */
  gboolean emptied;           /* no actor is left */
  gboolean done;

  /* of a system that is found at a port */
  ThespianListener *listener; /* (owned) (nullable) of streams */
  ThespianDatagramAcceptor *acceptor; /* (owned) (nullable) of datagrams */
  GQueue visitors;            /* (owned) who have come by those, and are no members yet */
  guint port;
  guint8 key[THESPIAN_SECRET_LENGTH];
};

/* A process. */
struct _ThespianMember
{
  ThespianRegistrar *registrar; /* unowned */
  guint64 node_id;
  ThespianAddress *address; /* (owned) what control frames for it are sent to */
  ThespianPeer *peer;
  pid_t pid;                /* 0: not known (yet), or not ours to wait for */
  pid_t told_pid;           /* what it says itself, perhaps before whoever has started it; 0: nothing yet */
  gboolean is_child;        /* an actor's process, which this one waits for */
  const ThespianHostLanguage *language; /* (nullable) what its actor is written in */
  gboolean has_exited;      /* it was waited for */
  gboolean link_lost;       /* and all that it has sent was read */
  int wait_status;
  GError *failure;          /* (owned) (nullable) why it could not be started */
  ThespianRecord *actor;    /* (nullable) unowned */
  GHashTable *introduced;   /* (owned) ThespianMember to ThespianIntroduction, unowned; each has the other */
  gboolean listens;         /* it has an endpoint already */
  GVariant *endpoint;       /* (owned) (nullable) where it takes datagrams */
  GHashTable *endpoints;    /* (owned) set of ThespianRecord, unowned */
  GHashTable *awaited;      /* (owned) set of ThespianRecord, unowned: it is to hear of their start */
  ThespianJournal *journal; /* (owned) (nullable) */
  GSource *kill_timer;      /* (owned) (nullable) it is to exit, and has been given until then */
  GSource *exit_timer;      /* (owned) (nullable) it was told to exit: when to see whether it is stopped */
  gboolean is_killed;       /* or will be as soon as it is there */

  /* of a process of the outside */
  int pidfd;                /* (owned) or -1 */
  gboolean has_left;        /* and said so */
  GSource *return_timer;    /* (owned) (nullable) it has lost its link, and may come back until then */
  GSource *pid_source;      /* (owned) (nullable) while its process lives */
};

/* Two members that have been introduced, and how, where one has to dial. */
struct _ThespianIntroduction
{
  ThespianMember *acceptor;
  ThespianMember *dialler;
  guint8 key_id[THESPIAN_KEY_ID_LENGTH]; /* of the one-time token */
  guint8 key[THESPIAN_SECRET_LENGTH];
  gboolean is_repeated; /* they have had a link before, perhaps */
};

typedef enum
{
  THESPIAN_RECORD_STARTING,
  THESPIAN_RECORD_RUNNING,
  THESPIAN_RECORD_FAILED, /* to start */
  THESPIAN_RECORD_ENDED,  /* and its process is about to */
} ThespianRecordState;

/* Somebody who can be sent to: an actor, or an endpoint. */
struct _ThespianRecord
{
  ThespianAddress *address; /* (owned) */
  ThespianMember *home;
  ThespianRecordState state;
  gboolean is_actor;
  gboolean leaves_parent;   /* it has ended without telling its parent */
  char *name;               /* (owned) (nullable) */
  gboolean is_shared;       /* others than its creator have asked for the name */
  char *failure;            /* (owned) (nullable) why it could not start */
  guint64 parent;           /* actor; the admin's own for a top-level one */
  ThespianRecord *family;   /* (nullable) the parent's, while that is there and has it as a child */
  ThespianRecord *first_child;
  ThespianRecord *next_sibling;
  ThespianRecord *previous_sibling;
  guint64 reply_serial;     /* 0: nobody waits to hear of its start */
  ThespianMember *reply_to; /* (nullable) */
  GPtrArray *askers;        /* (owned) of ThespianMember: who asked for the way before it ran */
};

/* thespian-registrar.c */

/* Takes @capabilities and @starter, also when it fails. */
ThespianRegistrar *thespian_registrar_new    (const ThespianAdminConfig *config, ThespianCapabilities *capabilities,
                                              GVariant *log_definition, ThespianStarter *starter, GError **error);
/* On the thread that has run its node, or would have. */
void            thespian_registrar_free      (ThespianRegistrar *self);
void            thespian_registrar_shut_down (ThespianRegistrar *self);
/* What has come by now is carried out before. */
void            thespian_registrar_shut_down_after_all (ThespianRegistrar *self);
/* What has come by all links, but not how long it takes to come. */
void            thespian_registrar_read_all_locked (ThespianRegistrar *self);
void            thespian_registrar_tell      (ThespianRegistrar *self, ThespianMember *member, guint kind,
                                              GVariant *body);
void            thespian_registrar_reply     (ThespianRegistrar *self, ThespianMember *member, guint64 serial,
                                              const GError *error, GVariant *value);
/* The admin has nothing left to do when all processes are gone. */
void            thespian_registrar_check_done (ThespianRegistrar *self);

/* thespian-registrar-members.c */
ThespianMember *thespian_member_new          (ThespianRegistrar *registrar, guint64 node_id);
void            thespian_member_free         (ThespianMember *self);
ThespianMember *thespian_registrar_find_member (ThespianRegistrar *self, guint64 node_id);
/* Takes @fd, which leads there, after what is in @preamble (emptied). */
void            thespian_member_connect      (ThespianMember *self, int fd, ThespianBuffer *preamble);
void            thespian_member_check_end    (ThespianMember *self);
void            thespian_registrar_reap      (ThespianRegistrar *self);
/* It was told to exit, which it sees to itself unless it is stopped. */
void            thespian_member_expect_exit  (ThespianMember *self);
void            thespian_member_expect_end   (ThespianMember *self);
void            thespian_member_set_exited   (ThespianMember *self, int wait_status);
/* Its peer has a link already. */
void            thespian_member_connect_by_datagrams (ThespianMember *self);
GVariant       *thespian_registrar_new_welcome (ThespianMember *member);
void            thespian_registrar_kill_all  (ThespianRegistrar *self);
/* Its process, which may be only about to start. */
void            thespian_member_kill         (ThespianMember *self);
/* Nobody waits any more for its process, which may start all the same. */
void            thespian_member_start_unawaited (ThespianMember *self);
/* A process of the outside, which has shown that it may join; takes @fd. */
ThespianMember *thespian_registrar_add_outside (ThespianRegistrar *self, int fd);
/* Who asks from outside while the system ends is told that it has, and not what became of each actor. */
gboolean        thespian_member_hears_of_end_only (ThespianMember *self);
/* Its link is lost. */
void            thespian_member_lose         (ThespianMember *self);
/* And there again; takes @fd. */
void            thespian_member_reconnect    (ThespianMember *self, int fd);
void            thespian_member_leave        (ThespianMember *self);
/* Its process is to be watched. */
void            thespian_member_set_pid      (ThespianMember *self, pid_t pid);

/* thespian-registrar-introductions.c */

/* FALSE when there is no way. */
gboolean        thespian_registrar_introduce (ThespianRegistrar *self, ThespianMember *asker, ThespianMember *home);
void            thespian_registrar_be_expected (ThespianRegistrar *self, ThespianMember *acceptor, GVariant *body);
void            thespian_registrar_introduce_again (ThespianRegistrar *self, ThespianMember *member, GVariant *body);
/* Nobody else has been introduced to @member from here on. */
void            thespian_registrar_part      (ThespianMember *member);

/* thespian-registrar-datagrams.c */

/* Takes @fd, the Admin Port. */
void            thespian_registrar_begin_datagrams (ThespianRegistrar *self, int fd);
/* When nothing comes any more. */
void            thespian_registrar_end_datagrams (ThespianRegistrar *self);
/* One who has come by datagrams, with the process @pid, wants to be a member. */
void            thespian_registrar_greet     (ThespianRegistrar *self, guint64 node_id, pid_t pid);

/* thespian-registrar-fences.c */

/* @call of @data after all that is here or on its way, of whoever it is. */
void            thespian_registrar_call_after_all (ThespianRegistrar *self, ThespianMember *asker,
                                                   void (*call) (gpointer data), gpointer data);
void            thespian_registrar_be_fenced (ThespianRegistrar *self, ThespianMember *member, guint64 serial);
/* Nothing more will come from there. */
void            thespian_member_leave_fences (ThespianMember *self);
void            thespian_registrar_end_fences (ThespianRegistrar *self);

/* thespian-registrar-port.c */

/* What is said to who comes when the system ends: it may wait for that, and start one anew. */
GVariant       *thespian_registrar_new_refusal (void);
gboolean        thespian_registrar_open_port (ThespianRegistrar *self, GError **error);
void            thespian_registrar_close_port (ThespianRegistrar *self);

/* thespian-registrar-records.c */
ThespianRecord *thespian_record_new          (ThespianRegistrar *registrar, ThespianAddress *address,
                                              ThespianMember *home);
void            thespian_record_free         (ThespianRecord *self);
void            thespian_record_remove       (ThespianRegistrar *registrar, ThespianRecord *record);
ThespianRecord *thespian_registrar_find_record (ThespianRegistrar *self, guint64 actor_id);
void            thespian_record_join_family  (ThespianRecord *self, ThespianRecord *parent);
void            thespian_record_leave_family (ThespianRecord *self);
/* @reply_serial: 0 when it does not wait */
void            thespian_record_set_creator  (ThespianRecord *self, ThespianMember *creator, guint64 reply_serial);
void            thespian_record_add_asker    (ThespianRecord *self, ThespianMember *asker);
void            thespian_record_answer_all   (ThespianRecord *self);
/* It is about to go. */
void            thespian_member_stop_waiting (ThespianMember *self);

/* thespian-registrar-actors.c */
void            thespian_registrar_create    (ThespianRegistrar *self, ThespianMember *creator, GVariant *order);
void            thespian_record_set_running  (ThespianRegistrar *self, ThespianRecord *record);
void            thespian_record_set_failed   (ThespianRegistrar *self, ThespianRecord *record, const GError *failure);
void            thespian_record_set_ended    (ThespianRegistrar *self, ThespianRecord *record,
                                              gboolean has_told_parent);
/* Who has had it made waits no longer. */
void            thespian_registrar_abandon   (ThespianRegistrar *self, ThespianRecord *record);
/* Its process is gone. */
void            thespian_record_bury         (ThespianRegistrar *self, ThespianRecord *record);
void            thespian_registrar_adopt     (ThespianRegistrar *self, ThespianRecord *child);

/* thespian-registrar-observe.c */
extern const ThespianDirectoryOps thespian_registrar_directory_ops;
void            thespian_registrar_tell_of   (ThespianRegistrar *self, ThespianRecord *record,
                                              ThespianSystemEventKind kind);
/* @frame: what is forwarded to the handler */
void            thespian_registrar_tell_of_dead_letter (ThespianRegistrar *self, const ThespianFrame *frame);

/* thespian-registrar-log.c */
void            thespian_registrar_begin_log (ThespianRegistrar *self);
void            thespian_registrar_end_log   (ThespianRegistrar *self);
void            thespian_registrar_log       (ThespianRegistrar *self, GVariant *body);

/* thespian-registrar-routes.c */
/* FALSE when nobody of that address is known. */
gboolean        thespian_registrar_resolve   (ThespianRegistrar *self, ThespianMember *asker, guint64 system_id,
                                              guint64 actor_id);
void            thespian_registrar_show_way  (ThespianRegistrar *self, ThespianMember *asker, ThespianRecord *record);
void            thespian_registrar_tell_dead (ThespianRegistrar *self, ThespianMember *asker, guint64 system_id,
                                              guint64 actor_id, guint64 node_id, const ThespianObituary *obituary,
                                              gboolean tells_parent);

/* thespian-admin-process.c */
int             thespian_admin_process_main  (int argc, char **argv);

G_END_DECLS
