/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A tie is what this node knows of another one that the admin has introduced: how the link between
 * them is made, and made again when it breaks.  Each time the admin gives both a new token; one
 * dials, the other lets in who holds it, once.
 */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include "host/thespian-fds-private.h"
#include "log/thespian-internals-log-private.h"
#include "transport/thespian-ip-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/*
 * A link is mostly lost since the other process has ended, of which the admin will tell at once; and
 * where one cannot be made, it may be possible a little later.
 */
#define REPORT_DELAY (20 * G_TIME_SPAN_MILLISECOND)

struct _ThespianTie
{
  ThespianAgent *agent; /* unowned */
  ThespianPeer *peer;   /* unowned: it goes after this */

  guint8 key_id[THESPIAN_KEY_ID_LENGTH]; /* of the last introduction */
  guint8 key[THESPIAN_SECRET_LENGTH];
  gboolean is_repeated;       /* there was a link before */
  gboolean is_expected;       /* the peer may dial, once */
  ThespianGreeting *greeting; /* (owned) (nullable) while this node dials */

  guint8 link_key_id[THESPIAN_KEY_ID_LENGTH]; /* of the introduction that the link was made by */
  ThespianAlarm report;                       /* when to tell the admin that there is none */
  gboolean was_made;
};

static void
stop_forming (ThespianTie *self)
{
  g_clear_pointer (&self->greeting, thespian_greeting_free_locked);
  thespian_alarm_clear_locked (&self->report);
  self->is_expected = FALSE;
}

static void
tie_free (gpointer data)
{
  ThespianTie *self = data;

  stop_forming (self);
  thespian_secret_forget (self->key, sizeof self->key);
  g_free (self);
}

/* --- No link ------------------------------------------------------------------------------------------------ */

static void
report_locked (gpointer data)
{
  ThespianTie *self = data;
  const guint8 *key_id = self->was_made ? self->link_key_id : self->key_id;

  thespian_exchange_control_locked (self->agent->exchange, self->agent->face.address, THESPIAN_CONTROL_LINK_LOST, NULL,
                                    g_variant_new ("(t@ayb)", self->peer->node_id,
                                                   thespian_control_new_bytes (key_id, THESPIAN_KEY_ID_LENGTH),
                                                   self->was_made));
}

static void
report_later_locked (ThespianTie *self,
                     gboolean     was_made)
{
  self->was_made = was_made;
  thespian_alarm_set_locked (&self->report, self->agent->exchange, g_get_monotonic_time () + REPORT_DELAY);
}

static ThespianTie *
find_tie (ThespianAgent *agent,
          ThespianPeer  *peer)
{
  return g_hash_table_lookup (agent->ties, &peer->node_id);
}

void
thespian_tie_lose_link_locked (ThespianAgent *agent,
                               ThespianPeer  *peer)
{
  ThespianTie *self = find_tie (agent, peer);

  if (self != NULL && !self->is_expected && self->greeting == NULL)
    report_later_locked (self, TRUE);
}

/* --- A new one ------------------------------------------------------------------------------------------------- */

static void
set_link_locked (ThespianTie *self,
                 int          fd)
{
  ThespianPeer *peer = self->peer;

  stop_forming (self);
  memcpy (self->link_key_id, self->key_id, sizeof self->link_key_id);
  thespian_peer_set_link_locked (peer, thespian_link_new_stream (peer, thespian_fd_move_high (fd)), self->is_repeated);
}

static gboolean
is_peer (ThespianTie       *self,
         ThespianHandshake *handshake)
{
  const ThespianIdentity *identity = thespian_handshake_get_peer (handshake);

  return identity->system_id == self->agent->face.system_id && identity->node_id == self->peer->node_id;
}

static ThespianIdentity
own_identity (ThespianAgent *agent)
{
  return (ThespianIdentity){ agent->face.system_id, agent->exchange->node_id };
}

/* --- As the one who dials -------------------------------------------------------------------------------------- */

static void
answered (gpointer           data,
          int                fd,
          ThespianHandshake *handshake,
          const GError      *error)
{
  ThespianTie *self = data;

  self->greeting = NULL;
  if (error == NULL && is_peer (self, handshake))
    {
      set_link_locked (self, fd);
      return;
    }
  if (fd >= 0)
    close (fd);
  thespian_internals_log (G_LOG_LEVEL_INFO, "Another process of the actor system cannot be reached: %s",
                          error != NULL ? error->message : "another one answered");
  report_later_locked (self, FALSE);
}

static void
dial_locked (ThespianTie             *self,
             const ThespianIpAddress *address)
{
  ThespianIdentity identity = own_identity (self->agent);
  ThespianHandshake *handshake;
  int fd = thespian_tcp_dial (address);

  if (fd < 0)
    {
      g_autofree char *endpoint = thespian_ip_address_to_string (address);

      thespian_internals_log (G_LOG_LEVEL_INFO, "Another process of the actor system cannot be reached at %s: %s",
                              endpoint, g_strerror (errno));
      report_later_locked (self, FALSE);
      return;
    }
  handshake = thespian_handshake_new_dialler (THESPIAN_PURPOSE_PEER, &identity, self->key_id, self->key, NULL);
  self->greeting = thespian_greeting_new_locked (self->agent->exchange, fd, handshake, answered, self);
}

/* --- As the one who is dialled --------------------------------------------------------------------------------- */

/* Key ids begin with the node that dials. */
static ThespianTie *
find_expected (ThespianAgent *agent,
               const guint8  *key_id)
{
  ThespianTie *self;
  guint64 node_id;

  memcpy (&node_id, key_id, sizeof node_id);
  node_id = GUINT64_FROM_BE (node_id);
  self = g_hash_table_lookup (agent->ties, &node_id);
  if (self == NULL || !self->is_expected || memcmp (self->key_id, key_id, sizeof self->key_id) != 0)
    return NULL;
  return self;
}

static gboolean
find_key (gpointer        owner,
          ThespianPurpose purpose,
          const guint8   *key_id,
          guint8         *ret_key)
{
  ThespianTie *self = purpose == THESPIAN_PURPOSE_PEER ? find_expected (owner, key_id) : NULL;

  if (self == NULL)
    return FALSE;
  memcpy (ret_key, self->key, sizeof self->key);
  return TRUE;
}

static void
accept_peer (gpointer           owner,
             int                fd,
             ThespianHandshake *handshake)
{
  ThespianTie *self = find_expected (owner, thespian_handshake_get_key_id (handshake));

  if (self != NULL && is_peer (self, handshake))
    set_link_locked (self, fd);
  else
    close (fd);
}

static void
refuse_peer (gpointer      owner,
             const guint8 *key_id,
             const GError *error)
{
  ThespianTie *self = key_id != NULL ? find_expected (owner, key_id) : NULL;

  thespian_internals_log (G_LOG_LEVEL_INFO, "A connection to a process of the actor system was closed: %s",
                          error->message);
  if (self == NULL || self->peer->link != NULL || thespian_tie_is_forming_locked (owner, self->peer))
    return;
  /* it may have been all that was still expected of one that is dead */
  if (!thespian_agent_carry_out_obituaries_locked (owner, self->peer))
    report_later_locked (self, FALSE);
}

static const ThespianListenerOps listener_ops = {
  .find_key = find_key,
  .accept = accept_peer,
  .refuse = refuse_peer,
};

static gboolean
ensure_listener_locked (ThespianAgent     *agent,
                        ThespianIpAddress *ret_address)
{
  ThespianIdentity identity = own_identity (agent);
  ThespianIpAddress address;
  int fd;

  if (agent->listener == NULL)
    {
      thespian_ip_address_init_loopback (&address, 0);
      fd = thespian_tcp_listen (&address);
      if (fd < 0)
        {
          thespian_internals_log (G_LOG_LEVEL_WARNING, "A process of the actor system cannot be reached by others: %s",
                                  g_strerror (errno));
          return FALSE;
        }
      agent->listener = thespian_listener_new_locked (agent->exchange, &identity, &listener_ops, agent);
      thespian_listener_add_locked (agent->listener, thespian_fd_move_high (fd));
    }
  return thespian_listener_get_address_locked (agent->listener, ret_address);
}

static void
expect_locked (ThespianTie *self)
{
  ThespianAgent *agent = self->agent;
  ThespianIpAddress address;

  if (!ensure_listener_locked (agent, &address))
    {
      report_later_locked (self, FALSE);
      return;
    }
  self->is_expected = TRUE;
  thespian_exchange_control_locked (agent->exchange, agent->face.address, THESPIAN_CONTROL_EXPECTS, NULL,
                                    g_variant_new ("(t@ay@ay)", self->peer->node_id,
                                                   thespian_control_new_endpoint (&address),
                                                   thespian_control_new_bytes (self->key_id, sizeof self->key_id)));
}

/* Who dials is done first: so one that has said anything has been looked up here. */
gboolean
thespian_tie_is_forming_locked (ThespianAgent *agent,
                                ThespianPeer  *peer)
{
  ThespianTie *self = find_tie (agent, peer);

  return self != NULL && self->is_expected && thespian_listener_is_greeting_locked (agent->listener, self->key_id);
}

gboolean
thespian_tie_is_pending_locked (ThespianAgent *agent,
                                ThespianPeer  *peer)
{
  ThespianTie *self = find_tie (agent, peer);

  return self != NULL && (self->is_expected || self->greeting != NULL || self->report.exchange != NULL);
}

/* --- Introductions ----------------------------------------------------------------------------------------------- */

static ThespianTie *
ensure_tie (ThespianAgent *agent,
            guint64        node_id)
{
  ThespianPeer *peer = thespian_peer_ensure_locked (agent->exchange, node_id);
  ThespianTie *self = find_tie (agent, peer);

  if (self != NULL)
    return self;
  self = g_new0 (ThespianTie, 1);
  self->agent = agent;
  self->peer = peer;
  self->report.call = report_locked;
  self->report.data = self;
  g_hash_table_insert (agent->ties, &peer->node_id, self);
  return self;
}

void
thespian_agent_be_introduced_locked (ThespianAgent       *agent,
                                     const ThespianFrame *frame)
{
  g_autoptr (GVariant) body = thespian_control_read (frame, THESPIAN_CONTROL_INTRODUCE_FORMAT);
  const guint8 *key_id = body != NULL ? thespian_control_get_bytes (body, 2, THESPIAN_KEY_ID_LENGTH) : NULL;
  const guint8 *key = body != NULL ? thespian_control_get_bytes (body, 3, THESPIAN_SECRET_LENGTH) : NULL;
  ThespianIpAddress address;
  ThespianTie *self;
  guint64 node_id;

  if (key_id == NULL || key == NULL)
    return;
  g_variant_get_child (body, 0, "t", &node_id);
  self = ensure_tie (agent, node_id);
  stop_forming (self);
  memcpy (self->key_id, key_id, sizeof self->key_id);
  memcpy (self->key, key, sizeof self->key);
  g_variant_get_child (body, 4, "b", &self->is_repeated);
  if (thespian_control_get_endpoint (body, 1, &address))
    dial_locked (self, &address);
  else
    expect_locked (self);
}

/* --- The end -------------------------------------------------------------------------------------------- */

void
thespian_agent_forget_peer_locked (ThespianAgent *self,
                                   ThespianPeer  *peer)
{
  g_hash_table_remove (self->ties, &peer->node_id);
  thespian_peer_remove_locked (peer);
}

void
thespian_agent_drop_ties_locked (ThespianAgent *self)
{
  g_hash_table_remove_all (self->ties);
  g_clear_pointer (&self->listener, thespian_listener_free_locked);
}

GHashTable *
thespian_tie_table_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, tie_free);
}
