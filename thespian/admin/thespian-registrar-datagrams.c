/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The Admin Port where it is one of UDP.  Who has shown that it holds the key is a *visitor*, with a
 * session of its own; when it asks to be greeted it becomes a member.  Whatever is lost on the way is
 * asked for again by those who come.
 */

#include "config.h"

#include "admin/thespian-registrar-private.h"

#include "host/thespian-fds-private.h"
#include "log/thespian-internals-log-private.h"
#include "model/thespian-error.h"
#include "transport/thespian-datagram-acceptor-private.h"
#include "transport/thespian-datagram-socket-private.h"

/* How long one has to ask, and how many may be there that have not: the newest of them. */
#define VISIT (5 * G_TIME_SPAN_SECOND)
#define MAX_VISITORS 64

typedef struct
{
  ThespianRegistrar *registrar; /* unowned */
  guint64 node_id;
  ThespianAlarm departure;
} Visitor;

/* --- Visitors ------------------------------------------------------------------------------------------------ */

/* A member stays, of course. */
static void
depart_locked (gpointer data)
{
  Visitor *visitor = data;
  ThespianRegistrar *self = visitor->registrar;
  ThespianPeer *peer = thespian_peer_find_locked (self->exchange, visitor->node_id);

  g_queue_remove (&self->visitors, visitor);
  thespian_alarm_clear_locked (&visitor->departure);
  if (peer != NULL && thespian_registrar_find_member (self, visitor->node_id) == NULL)
    thespian_peer_remove_locked (peer);
  g_free (visitor);
}

static void
let_in_locked (ThespianRegistrar       *self,
               ThespianSeal            *seal,
               const ThespianIpAddress *source)
{
  Visitor *visitor = g_new0 (Visitor, 1);
  ThespianPeer *peer;

  if (self->visitors.length == MAX_VISITORS)
    depart_locked (g_queue_peek_head (&self->visitors));
  visitor->registrar = self;
  visitor->node_id = thespian_random_id ();
  visitor->departure.call = depart_locked;
  visitor->departure.data = visitor;
  thespian_alarm_set_locked (&visitor->departure, self->exchange, g_get_monotonic_time () + VISIT);
  g_queue_push_tail (&self->visitors, visitor);
  peer = thespian_peer_ensure_locked (self->exchange, visitor->node_id);
  thespian_peer_set_link_locked (peer, thespian_link_new_datagram (peer, seal, source), FALSE);
}

static void
answer_stranger (ThespianExchange        *exchange,
                 guint8                  *datagram,
                 gsize                    length,
                 const ThespianIpAddress *source,
                 gpointer                 data)
{
  ThespianRegistrar *self = data;
  guint8 reply[THESPIAN_HANDSHAKE_MAX_LENGTH];
  struct iovec vector = { reply, 0 };
  ThespianDatagramSession session;
  ThespianDatagramResult result;

  result = thespian_datagram_acceptor_receive (self->acceptor, datagram, length, (const guint8 *) &source->storage,
                                               source->length, g_get_monotonic_time (), reply, &vector.iov_len,
                                               &session);
  if (result == THESPIAN_DATAGRAM_IGNORED)
    return;
  if (result == THESPIAN_DATAGRAM_DONE)
    let_in_locked (self, session.seal, source);
  thespian_datagram_socket_send_locked (exchange->datagram_socket, source, &vector, 1);
}

/* --- Greeting them ------------------------------------------------------------------------------------------ */

static void
send_welcome (ThespianRegistrar *self,
              guint64            node_id,
              GVariant          *welcome)
{
  g_autoptr (GVariant) body = g_variant_ref_sink (welcome);
  ThespianFrame frame = {
    .kind = THESPIAN_CONTROL_WELCOME,
    .body = g_variant_get_data (body),
    .body_length = g_variant_get_size (body),
  };
  ThespianPeer *peer;

  g_mutex_lock (&self->exchange->lock);
  peer = thespian_peer_find_locked (self->exchange, node_id);
  if (peer != NULL)
    thespian_peer_note_locked (peer, &frame);
  thespian_exchange_unlock (self->exchange);
}

static gboolean
is_here (ThespianRegistrar *self,
         guint64            node_id)
{
  gboolean is_here;

  g_mutex_lock (&self->exchange->lock);
  is_here = thespian_peer_find_locked (self->exchange, node_id) != NULL;
  thespian_exchange_unlock (self->exchange);
  return is_here;
}

/* Its process is watched from here on: no link would tell that it has died before it could say anything more. */
static void
become_member (ThespianRegistrar *self,
               guint64            node_id,
               pid_t              pid)
{
  ThespianMember *member = thespian_member_new (self, node_id);

  thespian_member_connect_by_datagrams (member);
  send_welcome (self, node_id, thespian_registrar_new_welcome (member));
  thespian_member_set_pid (member, pid);
}

/* Who asks again has not got the answer. */
void
thespian_registrar_greet (ThespianRegistrar *self,
                          guint64            node_id,
                          pid_t              pid)
{
  ThespianMember *member = thespian_registrar_find_member (self, node_id);

  if (member != NULL)
    send_welcome (self, node_id, thespian_registrar_new_welcome (member));
  else if (thespian_admin_is_stopping (self->admin))
    send_welcome (self, node_id, thespian_registrar_new_refusal ());
  else if (is_here (self, node_id))
    become_member (self, node_id, pid);
}

/* --- The port ------------------------------------------------------------------------------------------------ */

static gboolean
find_key (ThespianPurpose purpose,
          const guint8   *key_id,
          guint8         *ret_key,
          gpointer        user_data)
{
  ThespianRegistrar *self = user_data;

  if (purpose != THESPIAN_PURPOSE_ADMIN_PORT || memcmp (key_id, thespian_system_key_id, THESPIAN_KEY_ID_LENGTH) != 0)
    return FALSE;
  memcpy (ret_key, self->key, sizeof self->key);
  return TRUE;
}

void
thespian_registrar_begin_datagrams (ThespianRegistrar *self,
                                    int                fd)
{
  ThespianIdentity identity = { self->admin->face.system_id, self->exchange->node_id };

  g_queue_init (&self->visitors);
  self->acceptor = thespian_datagram_acceptor_new (&identity, find_key, self);
  g_mutex_lock (&self->exchange->lock);
  thespian_datagram_socket_open_locked (self->exchange, thespian_fd_move_high (fd), answer_stranger, self);
  thespian_exchange_unlock (self->exchange);
}

void
thespian_registrar_end_datagrams (ThespianRegistrar *self)
{
  g_mutex_lock (&self->exchange->lock);
  while (!g_queue_is_empty (&self->visitors))
    depart_locked (g_queue_peek_head (&self->visitors));
  thespian_exchange_unlock (self->exchange);
  g_clear_pointer (&self->acceptor, thespian_datagram_acceptor_free);
}
