/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 *     dialler  ── hello: who I am, which key, a nonce ──►           acceptor
 *              ◄── answer: who I am, a nonce, proof of the key ──
 *              ── proof of the key ──►
 *
 * A proof covers both hellos, and so both nonces: none fits another handshake.  The labels of the
 * two proofs differ, so none can be sent back to who made it.
 *
 * An acceptor that does not know the key goes on with a key that nobody knows, so that a stranger
 * cannot find out which keys there are: it fails at the same place and in the same words.
 */

#include "config.h"

#include "transport/thespian-handshake-private.h"

#include "model/thespian-error.h"

typedef enum
{
  AWAIT_HELLO,
  AWAIT_ANSWER,
  AWAIT_PROOF,
  DONE,
  FAILED,
} State;

struct _ThespianHandshake
{
  State state;
  ThespianKeyLookup lookup; /* (nullable): a dialler has its key */
  gpointer lookup_data;
  GBytes *channel_binding; /* (owned) (nullable) */
  ThespianIdentity self_peer;
  ThespianIdentity peer;
  guint64 session_id;
  GError *failure; /* (owned) (nullable) */

  guint8 key[THESPIAN_SECRET_LENGTH];

  ThespianHello hello;
  ThespianAnswer answer;
  ThespianProof proof;
  gsize n_received; /* of the message that is awaited */

  guint8 output[THESPIAN_HANDSHAKE_MAX_LENGTH];
  gsize n_output;
};

static void
put_output (ThespianHandshake *self,
            gconstpointer      message,
            gsize              length)
{
  g_assert (self->n_output + length <= sizeof self->output);
  memcpy (self->output + self->n_output, message, length);
  self->n_output += length;
}

static ThespianHandshake *
handshake_new (State                   state,
               const ThespianIdentity *self_peer,
               GBytes                 *channel_binding)
{
  ThespianHandshake *self = g_new0 (ThespianHandshake, 1);

  self->state = state;
  self->self_peer = *self_peer;
  self->channel_binding = channel_binding != NULL ? g_bytes_ref (channel_binding) : NULL;
  return self;
}

ThespianHandshake *
thespian_handshake_new_dialler (ThespianPurpose         purpose,
                                const ThespianIdentity *self_peer,
                                const guint8           *key_id,
                                const guint8           *key,
                                GBytes                 *channel_binding)
{
  ThespianHandshake *self;

  g_return_val_if_fail (thespian_purpose_is_known (purpose), NULL);

  self = handshake_new (AWAIT_ANSWER, self_peer, channel_binding);
  memcpy (self->key, key, sizeof self->key);

  thespian_message_header_init (&self->hello.header, THESPIAN_MESSAGE_HELLO, sizeof self->hello);
  self->hello.purpose = purpose;
  thespian_message_peer_pack (&self->hello.peer, self_peer);
  memcpy (self->hello.key_id, key_id, sizeof self->hello.key_id);
  thespian_secret_draw (self->hello.nonce, sizeof self->hello.nonce);
  put_output (self, &self->hello, sizeof self->hello);
  return self;
}

ThespianHandshake *
thespian_handshake_new_acceptor (const ThespianIdentity *self_peer,
                                 ThespianKeyLookup       lookup,
                                 gpointer                lookup_data,
                                 GBytes                 *channel_binding)
{
  ThespianHandshake *self;

  g_return_val_if_fail (lookup != NULL, NULL);

  self = handshake_new (AWAIT_HELLO, self_peer, channel_binding);
  self->lookup = lookup;
  self->lookup_data = lookup_data;
  return self;
}

void
thespian_handshake_free (ThespianHandshake *self)
{
  g_clear_pointer (&self->channel_binding, g_bytes_unref);
  g_clear_error (&self->failure);
  thespian_secret_forget (self->key, sizeof self->key);
  g_free (self);
}

/* --- Proofs ---------------------------------------------------------------------------------- */

/* HMAC over all that both ends said before the first proof. */
static void
compute (ThespianHandshake *self,
         const char        *label,
         guint8            *ret_proof)
{
  GOutputVector pieces[] = {
    { &self->hello, sizeof self->hello },
    { &self->answer, G_STRUCT_OFFSET (ThespianAnswer, proof) },
    { NULL, 0 },
  };

  if (self->channel_binding != NULL)
    pieces[2].buffer = g_bytes_get_data (self->channel_binding, &pieces[2].size);
  thespian_secret_prove (self->key, label, pieces, G_N_ELEMENTS (pieces), ret_proof);
}

static void
prove (ThespianHandshake *self,
       gboolean           as_dialler,
       guint8            *ret_proof)
{
  compute (self, as_dialler ? "thespian stream dialler" : "thespian stream acceptor", ret_proof);
}

static gboolean
is_proven (ThespianHandshake *self,
           gboolean           by_dialler,
           const guint8      *proof)
{
  guint8 expected[THESPIAN_PROOF_LENGTH];

  prove (self, by_dialler, expected);
  return thespian_secret_equal (proof, expected, sizeof expected);
}

static void
set_session_id (ThespianHandshake *self)
{
  guint8 digest[THESPIAN_PROOF_LENGTH];

  compute (self, "thespian stream session", digest);
  memcpy (&self->session_id, digest, sizeof self->session_id);
  self->session_id = GUINT64_FROM_BE (self->session_id);
}

/* --- Failures -------------------------------------------------------------------------------- */

static void
fail (ThespianHandshake *self,
      const char        *reason)
{
  self->state = FAILED;
  self->failure = g_error_new_literal (THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE, reason);
}

static void
fail_unproven (ThespianHandshake *self)
{
  fail (self, "The peer does not hold the key of this system: is it a system of another user, "
              "or has it been started anew?");
}

static void
fail_version (ThespianHandshake *self,
              guint8             version)
{
  self->state = FAILED;
  self->failure = g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                               "The peer speaks version %u of the protocol, and this library "
                               "version %u: use the same release at both ends",
                               version, THESPIAN_HANDSHAKE_VERSION);
}

/* --- Messages -------------------------------------------------------------------------------- */

static void
handle_hello (ThespianHandshake *self)
{
  if (!thespian_purpose_is_known (self->hello.purpose))
    {
      fail (self, "The peer sent a hello with an unknown purpose");
      return;
    }
  thespian_message_peer_unpack (&self->hello.peer, &self->peer);
  if (!self->lookup (self->hello.purpose, self->hello.key_id, self->key, self->lookup_data))
    thespian_secret_draw (self->key, sizeof self->key);

  thespian_message_header_init (&self->answer.header, THESPIAN_MESSAGE_ANSWER, sizeof self->answer);
  thespian_message_peer_pack (&self->answer.peer, &self->self_peer);
  thespian_secret_draw (self->answer.nonce, sizeof self->answer.nonce);
  prove (self, FALSE, self->answer.proof);
  put_output (self, &self->answer, sizeof self->answer);
  self->state = AWAIT_PROOF;
}

static void
handle_answer (ThespianHandshake *self)
{
  if (!is_proven (self, FALSE, self->answer.proof))
    {
      fail_unproven (self);
      return;
    }
  thespian_message_peer_unpack (&self->answer.peer, &self->peer);
  thespian_message_header_init (&self->proof.header, THESPIAN_MESSAGE_PROOF, sizeof self->proof);
  prove (self, TRUE, self->proof.proof);
  put_output (self, &self->proof, sizeof self->proof);
  set_session_id (self);
  self->state = DONE;
}

static void
handle_proof (ThespianHandshake *self)
{
  if (!is_proven (self, TRUE, self->proof.proof))
    {
      fail_unproven (self);
      return;
    }
  set_session_id (self);
  self->state = DONE;
}

/* The message that comes next in each state. */
static const struct
{
  ThespianMessageKind kind;
  gsize offset;
  gsize length;
  void (*handle) (ThespianHandshake *self);
} awaited[] = {
  [AWAIT_HELLO] = { THESPIAN_MESSAGE_HELLO, G_STRUCT_OFFSET (ThespianHandshake, hello),
                    sizeof (ThespianHello), handle_hello },
  [AWAIT_ANSWER] = { THESPIAN_MESSAGE_ANSWER, G_STRUCT_OFFSET (ThespianHandshake, answer),
                     sizeof (ThespianAnswer), handle_answer },
  [AWAIT_PROOF] = { THESPIAN_MESSAGE_PROOF, G_STRUCT_OFFSET (ThespianHandshake, proof),
                    sizeof (ThespianProof), handle_proof },
};

/* Tells a dialler of another version which one is spoken here; the header is the same in all. */
static void
refuse_version (ThespianHandshake *self)
{
  ThespianMessageHeader refusal;

  thespian_message_header_init (&refusal, THESPIAN_MESSAGE_REFUSAL, sizeof refusal);
  put_output (self, &refusal, sizeof refusal);
}

static void
check_header (ThespianHandshake *self,
              const guint8      *message)
{
  switch (thespian_message_header_check (message, self->n_received, awaited[self->state].kind,
                                         awaited[self->state].length))
    {
    case THESPIAN_HEADER_FOREIGN:
      fail (self, "What is at the other end does not speak the protocol of Thespian");
      break;
    case THESPIAN_HEADER_UNKNOWN_VERSION:
      if (self->state == AWAIT_HELLO)
        refuse_version (self);
      fail_version (self, message[G_STRUCT_OFFSET (ThespianMessageHeader, version)]);
      break;
    case THESPIAN_HEADER_MALFORMED:
      fail (self, "The peer sent a malformed handshake");
      break;
    case THESPIAN_HEADER_OK:
    default:
      break;
    }
}

/* Takes the bytes of one message only; returns how many. */
static gsize
receive (ThespianHandshake *self,
         const guint8      *data,
         gsize              length)
{
  State state = self->state;
  guint8 *message = (guint8 *) self + awaited[state].offset;
  gsize n = MIN (length, awaited[state].length - self->n_received);

  memcpy (message + self->n_received, data, n);
  self->n_received += n;
  check_header (self, message);
  if (self->state != FAILED && self->n_received == awaited[state].length)
    {
      self->n_received = 0;
      awaited[state].handle (self);
    }
  return n;
}

ThespianHandshakeResult
thespian_handshake_feed (ThespianHandshake *self,
                         const guint8      *data,
                         gsize              length,
                         gsize             *ret_consumed,
                         GError           **error)
{
  gsize consumed = 0;

  while (consumed < length && self->state < DONE)
    consumed += receive (self, data + consumed, length - consumed);
  *ret_consumed = consumed;

  if (self->state == DONE)
    return THESPIAN_HANDSHAKE_DONE;
  if (self->state != FAILED)
    return THESPIAN_HANDSHAKE_NEED_MORE;
  g_propagate_error (error, g_error_copy (self->failure));
  return THESPIAN_HANDSHAKE_FAILED;
}

GBytes *
thespian_handshake_take_output (ThespianHandshake *self)
{
  GBytes *output;

  if (self->n_output == 0)
    return NULL;
  output = g_bytes_new (self->output, self->n_output);
  self->n_output = 0;
  return output;
}

const ThespianIdentity *
thespian_handshake_get_peer (ThespianHandshake *self)
{
  g_return_val_if_fail (self->state == DONE, NULL);
  return &self->peer;
}

ThespianPurpose
thespian_handshake_get_purpose (ThespianHandshake *self)
{
  g_return_val_if_fail (self->state == DONE, THESPIAN_PURPOSE_PEER);
  return self->hello.purpose;
}

const guint8 *
thespian_handshake_get_key_id (ThespianHandshake *self)
{
  g_return_val_if_fail (self->state == DONE, NULL);
  return self->hello.key_id;
}

guint64
thespian_handshake_get_session_id (ThespianHandshake *self)
{
  g_return_val_if_fail (self->state == DONE, 0);
  return self->session_id;
}
