/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-address.h"

G_BEGIN_DECLS

/*
 * Where the messages for an address go: a cell, an endpoint, an admin.  The address owns its port;
 * what the port does is the business of the floors above.
 */
typedef struct _ThespianPort ThespianPort;
typedef struct _ThespianPortOps ThespianPortOps;
typedef struct _ThespianActorContextOps ThespianActorContextOps;

struct _ThespianPort
{
  const ThespianPortOps *ops;
};

/* What stands behind an address.  All entries may be called from any thread. */
struct _ThespianPortOps
{
  const ThespianActorContextOps *actor; /* (nullable) for a port behind which an actor stands */

  /* deliver() leaves its message to the caller: nobody has to copy one before. */
  gboolean only_reads;

  /*
   * Brings @message from @sender, with the content of @message taken, unless it @only_reads.  FALSE
   * without an error when the port takes no more messages; then @message is untouched and the caller
   * makes it a dead letter.  FALSE with an error when @message cannot go where the port leads;
   * untouched, too.
   */
  gboolean (*deliver) (ThespianPort *port, GValue *message, ThespianAddress *sender, GError **error);

  /*
   * Brings what is no message of an actor's but of the runtime, of a kind that the runtime knows
   * (ThespianEnvelopeKind).  FALSE, with @value untouched, when nobody is there.  (nullable)
   */
  gboolean (*post) (ThespianPort *port, guint kind, GValue *value, ThespianAddress *sender);

  /* For a caller who would rather wait until @deadline (monotonic; negative: for ever) than lose a
   * message: whether there is room for one more.  (nullable) when there always is. */
  gboolean (*make_room) (ThespianPort *port, gint64 deadline);

  /* A message that came from here to @target could not be delivered.  (nullable) */
  void (*undeliverable) (ThespianPort *port, ThespianAddress *target);

  /* Details of what stands here as a status message, or NULL when it is gone. */
  GObject *(*dup_status) (ThespianPort *port);

  void (*free) (ThespianPort *port);
};

G_END_DECLS
