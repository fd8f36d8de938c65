/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-actor-private.h"
#include "model/thespian-address-private.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ThespianNode ThespianNode;
typedef struct _ThespianCell ThespianCell;

/* Called once, on whatever thread, when an actor runs, or with the reason why it does not. */
typedef void (*ThespianStartedFunc) (gpointer user_data, const GError *error);

/* Called once, on whatever thread, with the actor that has a name now, or with the reason why none has. */
typedef void (*ThespianNamedFunc) (gpointer user_data, ThespianAddress *address, const GError *error);

/*
 * What a node asks of the admin of its system.  The admin stands on a higher floor, and in another
 * process on some bases, so nodes, cells and the outside know it by this table alone.
 *
 * All entries may be called from any thread.
 */
typedef struct _ThespianAdminOps ThespianAdminOps;
typedef struct _ThespianAdminFace ThespianAdminFace;

struct _ThespianAdminOps
{
  ThespianAdminFace *(*ref) (ThespianAdminFace *admin);
  void (*unref) (ThespianAdminFace *admin);

  /*
   * Creates an actor, wherever the actors of the system live.  @creator: (nullable) when it is
   * created from outside.
   */
  ThespianAddress *(*create) (ThespianAdminFace *admin, ThespianCell *creator, const ThespianActorSpec *spec,
                              ThespianStartedFunc started, gpointer user_data, GError **error);

  /*
   * The same from outside and with a name, but waits for nothing: returns the address that the actor
   * gets if it has to be made; NULL where create() need not wait to learn who has the name.
   */
  ThespianAddress *(*create_named) (ThespianAdminFace *admin, const ThespianActorSpec *spec,
                                    ThespianNamedFunc named, gpointer user_data, GError **error);

  /* Its creator waits for @address no longer: it shall not start, or end unless others may know its name. */
  void (*abandon) (ThespianAdminFace *admin, ThespianAddress *address);

  /* Gives @address, of this system and without a port, the port that leads there; NULL: none does. */
  ThespianPort *(*open_port) (ThespianAdminFace *admin, ThespianAddress *address);

  /* These four are asked by thespian_create_actor() alone, where actors live in this process. */

  /* Finds the type that a specification stands for, and checks what goes with it. */
  GType (*resolve) (ThespianAdminFace *admin, const ThespianActorSpec *spec, GError **error);

  /* Says on which node a new actor shall live. */
  ThespianNode *(*place) (ThespianAdminFace *admin, ThespianNode *creator_node, GVariant *requirements);
  /* The actor that lives under @global_name, with a reference, or NULL. */
  ThespianAddress *(*find_by_name) (ThespianAdminFace *admin, const char *global_name);
  /*
   * Takes a new actor into the books, makes it a child of @creator's (or of the admin's own when
   * that is NULL), and sets it going.  Returns FALSE with the address of the owner in @ret_existing
   * when its global name is taken, else with @error set.
   */
  gboolean (*admit) (ThespianAdminFace *admin, ThespianCell *cell, ThespianCell *creator,
                     ThespianAddress **ret_existing, GError **error);
  /* Strikes it out of the books, after its parent was told. */
  void (*strike_out) (ThespianAdminFace *admin, ThespianCell *cell);

  void (*dead_letter) (ThespianAdminFace *admin, ThespianAddress *target, const GValue *message,
                       ThespianAddress *sender);
  void (*handle_dead_letters) (ThespianAdminFace *admin, ThespianAddress *handler,
                               gboolean start_handling);

  GVariant *(*dup_capabilities) (ThespianAdminFace *admin);
  gboolean (*update_capability) (ThespianAdminFace *admin, const char *name, GVariant *value,
                                 GError **error);

  /* The admin as parent: of top-level, named and orphaned actors. */
  void (*adopt) (ThespianAdminFace *admin, ThespianAddress *child);
  void (*child_exited) (ThespianAdminFace *admin, ThespianAddress *child);

  /* Whether the admin itself tells the parent of an actor here that ends now, or could not start; (nullable). */
  gboolean (*tells_parent) (ThespianAdminFace *admin, gboolean has_failed);

  /* A node has closed. */
  void (*node_closed) (ThespianAdminFace *admin);

  /* The mailboxes of outsiders, to be closed at the end; FALSE when that has been. */
  gboolean (*add_mailbox) (ThespianAdminFace *admin, ThespianAddress *mailbox);
  void (*remove_mailbox) (ThespianAdminFace *admin, ThespianAddress *mailbox);

  /* The node that callers may have to drive, or NULL. */
  ThespianNode *(*ref_node) (ThespianAdminFace *admin);

  /* Details of the system; may take a question to another process. */
  GObject *(*dup_status) (ThespianAdminFace *admin, GError **error);

  /* Asks every actor to exit; nothing new is created from here on. */
  void (*shutdown) (ThespianAdminFace *admin);
  gboolean (*is_stopping) (ThespianAdminFace *admin);
  /* Waits until all are gone; FALSE with an error when some do not go. */
  gboolean (*end_shutdown) (ThespianAdminFace *admin, GTimeSpan timeout, GCancellable *cancellable, GError **error);
  /* One who uses a shared system needs it no more; it goes on.  Once for each start. */
  void (*leave) (ThespianAdminFace *admin);

  void (*log) (ThespianAdminFace *admin, ThespianAddress *address, GLogLevelFlags level,
               const char *message);
};

struct _ThespianAdminFace
{
  const ThespianAdminOps *ops;
  ThespianAddress *address; /* (owned) the admin's own */
  guint64 system_id;
  const char *base_name;
  gboolean checks_capabilities;
  gboolean is_shared; /* others may use it: it is left, not ended, by who needs it no more */
  gboolean is_copied; /* this process is a copy of the one that uses the system, and cannot */
  gboolean runs_to_equilibrium; /* a blocking call goes on until nothing is left to do */
  gboolean returns_when_idle;   /* atomic: ask and listen do not wait for what is not queued yet */
  guint mailbox_limit;      /* messages; 0: none */
  gboolean checks_messages; /* a bound, or a look at the content: no message goes the short way */
};

/* What the outside asks first of all: FALSE with @error when is_copied. */
gboolean thespian_admin_check_original (ThespianAdminFace *self, GError **error);

G_END_DECLS
