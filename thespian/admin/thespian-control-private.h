/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-exchange-private.h"
#include "transport/thespian-ip-private.h"

G_BEGIN_DECLS

/*
 * What the admin of a system and the other processes say to each other; doc/protocol.md has the
 * meaning of each.  Bodies are variants of the type that stands behind the kind.  Addresses are
 * (tt), endpoints ay, descriptors go beside the frame.
 */
typedef enum
{
  /* from the admin, out of sequence, since a descriptor comes along */
  THESPIAN_CONTROL_INTRODUCE_FD = THESPIAN_FRAME_NOTE, /* t: node */
  /* from one who has come by datagrams, until the other comes from the admin */
  THESPIAN_CONTROL_GREET,   /* i: pid */
  THESPIAN_CONTROL_WELCOME, /* a{sv}, see below */

  /* from a node to the admin */
  THESPIAN_CONTROL_READY = THESPIAN_FRAME_CONTROL, /* i: the actor runs, in the process with this pid */
  THESPIAN_CONTROL_FAILED,              /* (is): the actor could not start: code and text of the error */
  THESPIAN_CONTROL_EXITED,              /* b: the actor has ended; whether it has told its parent */
  THESPIAN_CONTROL_CREATE,              /* (ttsmsma{sv}ma{sv}ms(tt)) */
  THESPIAN_CONTROL_RESOLVE,             /* (tt): an address */
  THESPIAN_CONTROL_ADD_MAILBOX,         /* t: of an endpoint */
  THESPIAN_CONTROL_REMOVE_MAILBOX,      /* t */
  THESPIAN_CONTROL_DEAD_LETTER,         /* a body: the DeadEnvelope; the frame's sender sent it */
  THESPIAN_CONTROL_HANDLE_DEAD_LETTERS, /* b; of the frame's sender */
  THESPIAN_CONTROL_UPDATE_CAPABILITY,   /* (tsmv): serial, name, value */
  THESPIAN_CONTROL_ADOPT,               /* t: a child whose parent has ended */
  THESPIAN_CONTROL_SHUTDOWN,            /* () */
  THESPIAN_CONTROL_LOG,                 /* a record, see thespian_log_record_to_variant() */
  THESPIAN_CONTROL_LINK_LOST,           /* (tayb): node, key id of the link, whether there was one at all */
  THESPIAN_CONTROL_EXPECTS,             /* (tayay): node that may dial, endpoint, key id */
  THESPIAN_CONTROL_JOINED,              /* i: pid of a process of the outside that has come by a stream */
  THESPIAN_CONTROL_LEAVE,               /* (): a process of the outside goes */
  THESPIAN_CONTROL_ENDPOINT,            /* ay: where this process takes datagrams */
  THESPIAN_CONTROL_VIEW_LOG,            /* (): this process has a standard error, if the admin has none */
  THESPIAN_CONTROL_FENCED,              /* t: serial of a FENCE; what was sent before it has come */
  THESPIAN_CONTROL_ABANDON,             /* t: an actor whose start its creator waits for no longer */
  THESPIAN_CONTROL_TOLD_TO_EXIT,        /* (tt): an address to which that was sent */

  /* from the admin to a node */
  THESPIAN_CONTROL_INTRODUCE = THESPIAN_CONTROL_READY + 32,
  /* (tayayayb): node, endpoint or nothing for one that will dial, key id, key, whether there was a link before */
  THESPIAN_CONTROL_ROUTE,        /* (ttts): an address, the node where it is, and its class */
  THESPIAN_CONTROL_OBITUARY,     /* (tttbbbbmst), see ThespianObituary */
  THESPIAN_CONTROL_CAPABILITIES, /* a{sv} */
  THESPIAN_CONTROL_REPLY,        /* (timsmv): serial, code of an error or -1, its text, a value */
  THESPIAN_CONTROL_ORPHANED,     /* (): the system is now the actor's parent */
  THESPIAN_CONTROL_NODE_GONE,    /* t: a node that a link was lost with, or that one stands with, is no more */
  THESPIAN_CONTROL_INTRODUCE_DATAGRAMS, /* (tayyayb): node, endpoint, cipher, key, whether to be the dialler */
  THESPIAN_CONTROL_SHOW,         /* s: lines for the standard error */
  THESPIAN_CONTROL_FENCE,        /* t: serial, to be answered in sequence */
} ThespianControlKind;

#define THESPIAN_CONTROL_CREATE_FORMAT "(ttsmsma{sv}ma{sv}ms(tt))"
#define THESPIAN_CONTROL_OBITUARY_FORMAT "(tttbbbbmst)"
#define THESPIAN_CONTROL_REPLY_FORMAT "(timsmv)"
#define THESPIAN_CONTROL_INTRODUCE_FORMAT "(tayayayb)"
#define THESPIAN_CONTROL_INTRODUCE_DATAGRAMS_FORMAT "(tayyayb)"
#define THESPIAN_CONTROL_EXPECTS_FORMAT "(tayay)"
#define THESPIAN_CONTROL_LINK_LOST_FORMAT "(tayb)"

/*
 * What processes are told before anything else, all a{sv} but what an actor's process is, a ThespianNodeStart.
 *
 * A process of the outside: system, node, admin (t); base (s); pid (i); capabilities (a{sv}).  Or
 * error (s) and code (i).
 *
 * The admin: base, links (s); capabilities (a{sv}); log-definition (v, perhaps); ends-with (i, perhaps):
 * pid of the process that its system ends with; forks (b): a zygote's socket is the last descriptor.  One
 * that is found at a port answers: nothing when it listens there, or error (s), code (i), and taken (b)
 * when somebody else does.
 */

/* A key id or a key in a body; NULL when it has not @length bytes. */
const guint8 *thespian_control_get_bytes (GVariant *body, guint index, gsize length);
GVariant *thespian_control_new_bytes     (const guint8 *bytes, gsize length);
/* The same of an endpoint. */
GVariant *thespian_control_new_endpoint  (const ThespianIpAddress *address);
gboolean thespian_control_get_endpoint   (GVariant *body, guint index, ThespianIpAddress *ret_address);

/* What GLib knows of the types that are read and written often stays. */
void          thespian_control_keep_types (void);

/* The body of a control frame as a variant of @type, or NULL when it is none. */
GVariant *thespian_control_read  (const ThespianFrame *frame, const char *type);

/*
 * Variants at the beginning of a stream, before it carries frames: 4 bytes of length, and the bytes.
 * Both block; receiving gives up at @deadline (monotonic, negative: never).
 */
gboolean  thespian_preamble_send    (int fd, GVariant *preamble, GError **error);
GVariant *thespian_preamble_receive (int fd, const char *type, gint64 deadline, GError **error);
/* As bytes, for a stream that somebody else writes to. */
void      thespian_preamble_write   (ThespianBuffer *buffer, GVariant *preamble);

G_END_DECLS
