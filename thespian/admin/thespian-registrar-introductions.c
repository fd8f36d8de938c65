/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How two processes get a link between them.  By socketpairs: each gets an end.  By an address:
 *
 *     admin ── introduce: who will dial, a one-time token ──►  acceptor
 *           ◄── expects: where it listens ──
 *           ── introduce: whom to dial, where, the token ──►   dialler
 *
 * By datagrams: both are told the address of the other one, and a key; nothing has to be made.
 *
 * A link that is lost is made again in the same way, with a new token; the id of the token tells one
 * introduction from another, so two that tell of one loss are introduced once.
 */

#include "config.h"

#include "admin/thespian-registrar-private.h"

#include "log/thespian-internals-log-private.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static void
enter (ThespianMember       *a,
       ThespianMember       *b,
       ThespianIntroduction *introduction)
{
  g_hash_table_insert (a->introduced, b, introduction);
  g_hash_table_insert (b->introduced, a, introduction);
}

/* --- By socketpairs ------------------------------------------------------------------------------------------- */

static void
hand_over_fd (ThespianMember *member,
              ThespianMember *other,
              int             fd)
{
  ThespianExchange *exchange = member->registrar->exchange;
  g_autoptr (GVariant) body = g_variant_ref_sink (g_variant_new_uint64 (other->node_id));
  ThespianFrame frame = {
    .kind = THESPIAN_CONTROL_INTRODUCE_FD,
    .body = g_variant_get_data (body),
    .body_length = g_variant_get_size (body),
  };

  g_mutex_lock (&exchange->lock);
  if (member->peer->link != NULL)
    thespian_link_send_fd_locked (member->peer->link, &frame, fd);
  else
    close (fd);
  thespian_exchange_unlock (exchange);
}

static gboolean
introduce_by_fd (ThespianMember *a,
                 ThespianMember *b)
{
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      thespian_internals_log (G_LOG_LEVEL_WARNING, "Two actor processes cannot be linked: %s", g_strerror (errno));
      return FALSE;
    }
  hand_over_fd (a, b, fds[0]);
  hand_over_fd (b, a, fds[1]);
  enter (a, b, NULL);
  return TRUE;
}

/* --- By addresses --------------------------------------------------------------------------------------------- */

static void
tell_introduction (ThespianIntroduction *self,
                   ThespianMember       *member,
                   ThespianMember       *other,
                   GVariant             *endpoint)
{
  thespian_registrar_tell (member->registrar, member, THESPIAN_CONTROL_INTRODUCE,
                           g_variant_new ("(t@ay@ay@ayb)", other->node_id, endpoint,
                                          thespian_control_new_bytes (self->key_id, sizeof self->key_id),
                                          thespian_control_new_bytes (self->key, sizeof self->key), self->is_repeated));
}

/* The id begins with the node that dials, so that the acceptor finds it at once. */
static void
draw_token (ThespianIntroduction *self)
{
  guint64 node_id = GUINT64_TO_BE (self->dialler->node_id);

  memcpy (self->key_id, &node_id, sizeof node_id);
  thespian_secret_draw (self->key_id + sizeof node_id, sizeof self->key_id - sizeof node_id);
  thespian_secret_draw (self->key, sizeof self->key);
}

static void
begin (ThespianIntroduction *self)
{
  draw_token (self);
  tell_introduction (self, self->acceptor, self->dialler, thespian_control_new_bytes (NULL, 0));
}

/* Who listens already accepts, so that few have to listen. */
static void
introduce_by_address (ThespianMember *asker,
                      ThespianMember *home)
{
  ThespianIntroduction *self = g_new0 (ThespianIntroduction, 1);
  gboolean asker_accepts = asker->listens && !home->listens;

  self->acceptor = asker_accepts ? asker : home;
  self->dialler = asker_accepts ? home : asker;
  enter (asker, home, self);
  begin (self);
}

static ThespianIntroduction *
find (ThespianRegistrar *self,
      ThespianMember    *member,
      guint64            other_id,
      const guint8      *key_id)
{
  ThespianMember *other = thespian_registrar_find_member (self, other_id);
  ThespianIntroduction *introduction = other != NULL ? g_hash_table_lookup (member->introduced, other) : NULL;

  if (introduction == NULL || key_id == NULL || memcmp (introduction->key_id, key_id, sizeof introduction->key_id) != 0)
    return NULL;
  return introduction;
}

void
thespian_registrar_be_expected (ThespianRegistrar *self,
                                ThespianMember    *acceptor,
                                GVariant          *body)
{
  g_autoptr (GVariant) endpoint = g_variant_get_child_value (body, 1);
  ThespianIntroduction *introduction;
  guint64 node_id;

  g_variant_get_child (body, 0, "t", &node_id);
  acceptor->listens = TRUE;
  introduction = find (self, acceptor, node_id, thespian_control_get_bytes (body, 2, THESPIAN_KEY_ID_LENGTH));
  if (introduction != NULL && introduction->acceptor == acceptor)
    tell_introduction (introduction, introduction->dialler, acceptor, endpoint);
}

/* Where one could not be reached at all the other one may. */
void
thespian_registrar_introduce_again (ThespianRegistrar *self,
                                    ThespianMember    *member,
                                    GVariant          *body)
{
  ThespianIntroduction *introduction;
  gboolean was_made;
  guint64 node_id;

  g_variant_get (body, "(tayb)", &node_id, NULL, &was_made);
  if (thespian_registrar_find_member (self, node_id) == NULL)
    {
      if (!thespian_member_hears_of_end_only (member))
        thespian_registrar_tell (self, member, THESPIAN_CONTROL_NODE_GONE, g_variant_new_uint64 (node_id));
      return;
    }
  introduction = find (self, member, node_id, thespian_control_get_bytes (body, 1, THESPIAN_KEY_ID_LENGTH));
  if (introduction == NULL)
    return;
  if (!was_made)
    {
      ThespianMember *former = introduction->acceptor;

      introduction->acceptor = introduction->dialler;
      introduction->dialler = former;
    }
  introduction->is_repeated = TRUE;
  begin (introduction);
}

/* --- By datagrams --------------------------------------------------------------------------------------------- */

static void
tell_of_datagrams (ThespianMember *member,
                   ThespianMember *other,
                   const guint8   *key,
                   gboolean        dials)
{
  thespian_registrar_tell (member->registrar, member, THESPIAN_CONTROL_INTRODUCE_DATAGRAMS,
                           g_variant_new ("(t@ayy@ayb)", other->node_id, other->endpoint,
                                          (guint8) thespian_cipher_get_preferred (),
                                          thespian_control_new_bytes (key, THESPIAN_SECRET_LENGTH), dials));
}

/* Each process has said where it takes datagrams before anything else. */
static gboolean
introduce_by_datagrams (ThespianMember *a,
                        ThespianMember *b)
{
  guint8 key[THESPIAN_SECRET_LENGTH];

  if (a->endpoint == NULL || b->endpoint == NULL)
    return FALSE;
  thespian_secret_draw (key, sizeof key);
  tell_of_datagrams (a, b, key, TRUE);
  tell_of_datagrams (b, a, key, FALSE);
  thespian_secret_forget (key, sizeof key);
  enter (a, b, NULL);
  return TRUE;
}

/* --- All ------------------------------------------------------------------------------------------------------ */

gboolean
thespian_registrar_introduce (ThespianRegistrar *self,
                              ThespianMember    *asker,
                              ThespianMember    *home)
{
  if (g_hash_table_contains (asker->introduced, home))
    return TRUE;
  if (!thespian_link_kind_has_port (self->admin->config.link_kind))
    return introduce_by_fd (asker, home);
  if (thespian_link_kind_has_datagrams (self->admin->config.link_kind))
    return introduce_by_datagrams (asker, home);
  introduce_by_address (asker, home);
  return TRUE;
}

void
thespian_registrar_part (ThespianMember *member)
{
  GHashTableIter iter;
  gpointer other, introduction;

  g_hash_table_iter_init (&iter, member->introduced);
  while (g_hash_table_iter_next (&iter, &other, &introduction))
    {
      g_hash_table_remove (((ThespianMember *) other)->introduced, member);
      if (introduction != NULL)
        thespian_secret_forget (introduction, sizeof (ThespianIntroduction));
      g_free (introduction);
    }
  g_hash_table_remove_all (member->introduced);
}
