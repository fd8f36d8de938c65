/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "client.h"

G_BEGIN_DECLS

/*
 * A call is what a client wants of an actor, from the method call until it is answered. Sending may have to wait, since
 * an actor has too much to do: so it is done by threads, for each client in the order of its calls.
 */

/* Answers the client. @answer and @error are both NULL when nothing came in time; they stay the caller's. */
typedef void (*CallReplyFunc) (Call *call, GValue *answer, const GError *error);

struct _Call
{
  Client *client;                    /* (owned) */
  GDBusMethodInvocation *invocation; /* (owned) (nullable) when there was no reply yet */
  GDBusConnection *connection;       /* (owned) */
  ThespianEndpoint *endpoint;        /* (owned) */
  gboolean is_own_endpoint;
  ThespianAddress *target; /* (owned) (nullable) for a listen */
  GValue message;
  gsize size;
  gboolean is_question;
  GTimeSpan timeout;
  guint64 id; /* of a question whose answer is a signal, or 0 */
  CallReplyFunc reply;
  GError *error; /* (owned) (nullable) why it was not sent */
  guint ref_count;
};

/*
 * A new call of the sender of @invocation (taken); or NULL after replying with an error. Its other fields are the
 * caller's to set.
 */
Call *call_new     (Clients *clients, GDBusMethodInvocation *invocation, gsize size, CallReplyFunc reply);

/* Replies with @error (taken), and ends the call. */
void  call_refuse  (Call *self, GError *error);
/* Replies with nothing, and ends the call. */
void  call_finish  (Call *self);

/* Each takes the call, whose endpoint is set, and calls its function in the end. */
void  call_send    (Call *self);
void  call_listen  (Call *self);

G_END_DECLS
