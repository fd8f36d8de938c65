/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "admin/thespian-registrar-private.h"

#include "log/thespian-internals-log-private.h"
#include "model/thespian-error.h"

#define UNREADABLE_ORDER "The admin of the actor system cannot understand the order to create it"
/* How often all links are read for what has come by then. */
#define MAX_ROUNDS 100

/* --- Answers ---------------------------------------------------------------------------------------------------- */

void
thespian_registrar_tell (ThespianRegistrar *self,
                         ThespianMember    *member,
                         guint              kind,
                         GVariant          *body)
{
  g_mutex_lock (&self->exchange->lock);
  thespian_exchange_control_locked (self->exchange, member->address, kind, self->admin->face.address, body);
  thespian_exchange_unlock (self->exchange);
}

void
thespian_registrar_reply (ThespianRegistrar *self,
                          ThespianMember    *member,
                          guint64            serial,
                          const GError      *error,
                          GVariant          *value)
{
  thespian_registrar_tell (self, member, THESPIAN_CONTROL_REPLY,
                           g_variant_new (THESPIAN_CONTROL_REPLY_FORMAT, serial, error != NULL ? error->code : -1,
                                          error != NULL ? error->message : NULL, value));
}

/* --- Orders ------------------------------------------------------------------------------------------------------- */

/* A control frame, put aside until the exchange's lock is let go. */
typedef struct
{
  ThespianRegistrar *registrar;
  guint64 node_id;
  ThespianFrame frame;
  ThespianBuffer body;
  gboolean is_last_try;
} Order;

static Order *order_new (ThespianRegistrar *self, guint64 node_id, const ThespianFrame *frame);
static void carry_out (gpointer data);

/* Of the numbers that a question begins with, whatever else it is: its serial, and the actor that it is about. */
static guint64
peek_number (const Order *order,
             guint        index)
{
  guint64 number = 0;

  if (order->frame.body_length >= (index + 1) * sizeof number)
    memcpy (&number, order->frame.body + index * sizeof number, sizeof number);
  return GUINT64_FROM_LE (number);
}

/* Who asks waits, and is answered. */
static void
refuse_unreadable (ThespianRegistrar *self,
                   ThespianMember    *member,
                   const Order       *order)
{
  g_autoptr (GError) error = g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                                          "The admin of the actor system cannot understand a question of kind %u",
                                          order->frame.kind);

  thespian_registrar_reply (self, member, peek_number (order, 0), error, NULL);
}

static void
create (ThespianRegistrar *self,
        ThespianMember    *member,
        const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, THESPIAN_CONTROL_CREATE_FORMAT);

  if (body != NULL)
    thespian_registrar_create (self, member, body);
  else if (peek_number (order, 0) != 0)
    refuse_unreadable (self, member, order);
  else
    thespian_registrar_tell_dead (self, member, self->admin->face.system_id, peek_number (order, 1), 0,
                                  &(ThespianObituary){ .is_aborted = TRUE, .details = UNREADABLE_ORDER },
                                  member->actor != NULL);
}

void
thespian_registrar_read_all_locked (ThespianRegistrar *self)
{
  for (guint i = 0; i < MAX_ROUNDS && thespian_exchange_receive_locked (self->exchange); i++)
    ;
}

/*
 * Who asks for the way may have the address from one whose order to create it has been sent before,
 * and stands in another link: so all that was sent comes before an address is said to be dead.  Who
 * ends the system may likewise have heard of actors whose creation is known there alone.
 */
static void
try_again (ThespianRegistrar *self,
           ThespianMember    *member,
           const Order       *order)
{
  Order *later = order_new (self, order->node_id, &order->frame);

  later->is_last_try = TRUE;
  thespian_registrar_call_after_all (self, member, carry_out, later);
}

static void
resolve (ThespianRegistrar *self,
         ThespianMember    *member,
         const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, "(tt)");
  guint64 system_id, actor_id;

  if (body == NULL)
    return;
  g_variant_get (body, "(tt)", &system_id, &actor_id);
  if (thespian_registrar_resolve (self, member, system_id, actor_id))
    return;
  if (order->is_last_try)
    thespian_registrar_tell_dead (self, member, system_id, actor_id, 0, &(ThespianObituary){ 0 }, FALSE);
  else
    try_again (self, member, order);
}

static void
fail (ThespianRegistrar *self,
      ThespianMember    *member,
      const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, "(is)");
  g_autoptr (GError) failure = NULL;
  const char *text;
  int code;

  if (body == NULL || member->actor == NULL)
    return;
  g_variant_get (body, "(i&s)", &code, &text);
  failure = g_error_new_literal (THESPIAN_ERROR, code, text);
  thespian_record_set_failed (self, member->actor, failure);
}

static void
end (ThespianRegistrar *self,
     ThespianMember    *member,
     const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, "b");

  if (body != NULL && member->actor != NULL)
    thespian_record_set_ended (self, member->actor, g_variant_get_boolean (body));
}

static void
expect_exit (ThespianRegistrar *self,
             const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, "(tt)");
  ThespianRecord *record = NULL;
  guint64 actor_id;

  if (body != NULL)
    {
      g_variant_get_child (body, 1, "t", &actor_id);
      record = thespian_registrar_find_record (self, actor_id);
    }
  if (record != NULL && record->is_actor)
    thespian_member_expect_exit (record->home);
}

static void
add_mailbox (ThespianRegistrar *self,
             ThespianMember    *member,
             const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, "t");
  g_autoptr (ThespianAddress) address = NULL;
  ThespianRecord *record;

  if (body == NULL || thespian_registrar_find_record (self, g_variant_get_uint64 (body)) != NULL)
    return;
  address = thespian_address_find_or_create (self->admin->face.system_id, g_variant_get_uint64 (body));
  thespian_address_set_class_name (address, "Endpoint");
  record = thespian_record_new (self, address, member);
  record->state = THESPIAN_RECORD_RUNNING;
  g_hash_table_add (member->endpoints, record);
}

static void
remove_mailbox (ThespianRegistrar *self,
                ThespianMember    *member,
                const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, "t");
  ThespianRecord *record = body != NULL ? thespian_registrar_find_record (self, g_variant_get_uint64 (body)) : NULL;

  if (record == NULL || !g_hash_table_remove (member->endpoints, record))
    return;
  thespian_record_remove (self, record);
}

static void
forward_dead_letter (ThespianRegistrar *self,
                     const Order       *order)
{
  g_autoptr (ThespianAddress) handler = thespian_admin_count_dead_letter (self->admin);
  ThespianFrameAddress target;

  thespian_registrar_tell_of_dead_letter (self, &order->frame);
  if (handler == NULL)
    return;
  target = thespian_frame_address_of (handler);
  g_mutex_lock (&self->exchange->lock);
  thespian_exchange_send_encoded_locked (self->exchange, &target, &order->frame.sender, order->frame.body,
                                         order->frame.body_length);
  thespian_exchange_unlock (self->exchange);
}

static void
handle_dead_letters (ThespianRegistrar *self,
                     const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, "b");
  ThespianRecord *record = thespian_registrar_find_record (self, order->frame.sender.actor_id);

  if (body == NULL || record == NULL || record->state > THESPIAN_RECORD_RUNNING)
    return;
  thespian_admin_handle_dead_letters (&self->admin->face, record->address, g_variant_get_boolean (body));
}

static void
broadcast_capabilities (ThespianRegistrar *self,
                        GVariant          *capabilities)
{
  GHashTableIter iter;
  gpointer member;

  g_hash_table_iter_init (&iter, self->members);
  while (g_hash_table_iter_next (&iter, NULL, &member))
    thespian_registrar_tell (self, member, THESPIAN_CONTROL_CAPABILITIES, capabilities);
}

/* Who has asked for the change finds it made when the answer comes. */
static void
update_capability (ThespianRegistrar *self,
                   ThespianMember    *member,
                   const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, "(tsmv)");
  g_autoptr (GVariant) before = thespian_capabilities_dup (self->admin->capabilities);
  g_autoptr (GVariant) after = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;
  guint64 serial;

  if (body == NULL)
    {
      refuse_unreadable (self, member, order);
      return;
    }
  g_variant_get (body, "(t&smv)", &serial, &name, &value);
  self->admin->face.ops->update_capability (&self->admin->face, name, value, &error);
  after = thespian_capabilities_dup (self->admin->capabilities);
  if (after != before)
    broadcast_capabilities (self, after);
  thespian_registrar_reply (self, member, serial, error, NULL);
}

static void
adopt (ThespianRegistrar *self,
       const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, "t");
  ThespianRecord *record = body != NULL ? thespian_registrar_find_record (self, g_variant_get_uint64 (body)) : NULL;

  if (record != NULL && record->is_actor)
    thespian_registrar_adopt (self, record);
}

static void
abandon (ThespianRegistrar *self,
         const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, "t");
  ThespianRecord *record = body != NULL ? thespian_registrar_find_record (self, g_variant_get_uint64 (body)) : NULL;

  if (record != NULL && record->is_actor)
    thespian_registrar_abandon (self, record);
}

static void
log_for (ThespianRegistrar *self,
         const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, THESPIAN_LOG_RECORD_TYPE);

  if (body != NULL)
    thespian_registrar_log (self, body);
}

static gboolean
kill_all (gpointer data)
{
  ThespianRegistrar *self = data;

  thespian_registrar_kill_all (self);
  return G_SOURCE_CONTINUE;
}

void
thespian_registrar_shut_down (ThespianRegistrar *self)
{
  if (self->kill_timer != NULL)
    return;
  self->kill_timer = g_timeout_source_new ((guint) (self->grace / G_TIME_SPAN_MILLISECOND));
  g_source_set_callback (self->kill_timer, kill_all, self, NULL);
  g_source_attach (self->kill_timer, self->node->context);
  thespian_admin_begin_shutdown (self->admin);
  thespian_registrar_check_done (self);
}

static void
shut_down_later (gpointer data)
{
  thespian_registrar_shut_down (data);
}

void
thespian_registrar_shut_down_after_all (ThespianRegistrar *self)
{
  g_mutex_lock (&self->exchange->lock);
  thespian_registrar_read_all_locked (self);
  thespian_exchange_call_later_locked (self->exchange, shut_down_later, self);
  thespian_exchange_unlock (self->exchange);
}

static void
be_expected (ThespianRegistrar *self,
             ThespianMember    *member,
             const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, THESPIAN_CONTROL_EXPECTS_FORMAT);

  if (body != NULL)
    thespian_registrar_be_expected (self, member, body);
}

static void
introduce_again (ThespianRegistrar *self,
                 ThespianMember    *member,
                 const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, THESPIAN_CONTROL_LINK_LOST_FORMAT);

  if (body != NULL)
    thespian_registrar_introduce_again (self, member, body);
}

static void
learn_endpoint (ThespianMember *member,
                const Order    *order)
{
  GVariant *body = thespian_control_read (&order->frame, "ay");

  if (body == NULL)
    return;
  g_clear_pointer (&member->endpoint, g_variant_unref);
  member->endpoint = body;
}

/* 0 when it is none. */
static pid_t
read_pid (const Order *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, "i");

  return body != NULL ? MAX (g_variant_get_int32 (body), 0) : 0;
}

static void
learn_pid (ThespianMember *member,
           const Order    *order)
{
  pid_t pid = read_pid (order);

  if (pid > 0)
    thespian_member_set_pid (member, pid);
}

static void
greet (ThespianRegistrar *self,
       const Order       *order)
{
  pid_t pid = read_pid (order);

  if (pid > 0)
    thespian_registrar_greet (self, order->node_id, pid);
}

static void
be_ready (ThespianRegistrar *self,
          ThespianMember    *member,
          const Order       *order)
{
  member->told_pid = read_pid (order);
  if (member->actor != NULL)
    thespian_record_set_running (self, member->actor);
}

static void
be_fenced (ThespianRegistrar *self,
           ThespianMember    *member,
           const Order       *order)
{
  g_autoptr (GVariant) body = thespian_control_read (&order->frame, "t");

  if (body != NULL)
    thespian_registrar_be_fenced (self, member, g_variant_get_uint64 (body));
}

static void
carry_out_for (ThespianRegistrar *self,
               ThespianMember    *member,
               const Order       *order)
{
  switch ((guint) order->frame.kind)
    {
    case THESPIAN_CONTROL_READY:
      be_ready (self, member, order);
      break;
    case THESPIAN_CONTROL_FAILED:
      fail (self, member, order);
      break;
    case THESPIAN_CONTROL_EXITED:
      end (self, member, order);
      break;
    case THESPIAN_CONTROL_CREATE:
      create (self, member, order);
      break;
    case THESPIAN_CONTROL_RESOLVE:
      resolve (self, member, order);
      break;
    case THESPIAN_CONTROL_ADD_MAILBOX:
      add_mailbox (self, member, order);
      break;
    case THESPIAN_CONTROL_REMOVE_MAILBOX:
      remove_mailbox (self, member, order);
      break;
    case THESPIAN_CONTROL_DEAD_LETTER:
      forward_dead_letter (self, order);
      break;
    case THESPIAN_CONTROL_HANDLE_DEAD_LETTERS:
      handle_dead_letters (self, order);
      break;
    case THESPIAN_CONTROL_UPDATE_CAPABILITY:
      update_capability (self, member, order);
      break;
    case THESPIAN_CONTROL_ADOPT:
      adopt (self, order);
      break;
    case THESPIAN_CONTROL_SHUTDOWN:
      if (order->is_last_try)
        thespian_registrar_shut_down (self);
      else
        try_again (self, member, order);
      break;
    case THESPIAN_CONTROL_LOG:
      log_for (self, order);
      break;
    case THESPIAN_CONTROL_VIEW_LOG:
      self->log_viewer = member;
      break;
    case THESPIAN_CONTROL_EXPECTS:
      be_expected (self, member, order);
      break;
    case THESPIAN_CONTROL_LINK_LOST:
      introduce_again (self, member, order);
      break;
    case THESPIAN_CONTROL_ENDPOINT:
      learn_endpoint (member, order);
      break;
    case THESPIAN_CONTROL_JOINED:
      learn_pid (member, order);
      break;
    case THESPIAN_CONTROL_LEAVE:
      thespian_member_leave (member);
      break;
    case THESPIAN_CONTROL_FENCED:
      be_fenced (self, member, order);
      break;
    case THESPIAN_CONTROL_TOLD_TO_EXIT:
      expect_exit (self, order);
      break;
    case THESPIAN_CONTROL_ABANDON:
      abandon (self, order);
      break;
    default:
      thespian_internals_log (G_LOG_LEVEL_WARNING, "A process of the actor system sent a frame of the unknown kind %u",
                              order->frame.kind);
    }
}

static void
carry_out (gpointer data)
{
  Order *order = data;
  ThespianMember *member = thespian_registrar_find_member (order->registrar, order->node_id);

  if (order->frame.kind == THESPIAN_CONTROL_GREET)
    greet (order->registrar, order);
  else if (member != NULL)
    carry_out_for (order->registrar, member, order);
  else if (order->frame.kind == THESPIAN_CONTROL_DEAD_LETTER)
    forward_dead_letter (order->registrar, order);
  thespian_buffer_clear (&order->body);
  g_free (order);
}

static Order *
order_new (ThespianRegistrar   *self,
           guint64              node_id,
           const ThespianFrame *frame)
{
  Order *order = g_new0 (Order, 1);

  order->registrar = self;
  order->node_id = node_id;
  order->frame = *frame;
  thespian_buffer_append (&order->body, frame->body, frame->body_length);
  order->frame.body = order->body.data;
  return order;
}

static void
put_aside_locked (ThespianRegistrar   *self,
                  guint64              node_id,
                  const ThespianFrame *frame)
{
  thespian_exchange_call_later_locked (self->exchange, carry_out, order_new (self, node_id, frame));
}

/* --- What the exchange finds ---------------------------------------------------------------------------- */

static void
control (gpointer             owner,
         ThespianPeer        *peer,
         const ThespianFrame *frame)
{
  put_aside_locked (owner, peer->node_id, frame);
}

/* The admin sends to actors whose records it has, and so knows the way, or to nobody. */
static void
find_route (gpointer         owner,
            ThespianChannel *channel)
{
  thespian_channel_die_locked (channel, &(ThespianObituary){ 0 });
}

static void
lose_member (gpointer data)
{
  Order *order = data;
  ThespianRegistrar *self = order->registrar;
  ThespianMember *member = thespian_registrar_find_member (self, order->node_id);

  g_free (order);
  if (member != NULL)
    thespian_member_lose (member);
}

static void
link_lost (gpointer      owner,
           ThespianPeer *peer,
           const char   *reason)
{
  ThespianRegistrar *self = owner;
  Order *order = g_new0 (Order, 1);

  if (reason != NULL)
    thespian_internals_log (G_LOG_LEVEL_WARNING, "The link with node %016" G_GINT64_MODIFIER "x was closed: %s",
                            peer->node_id, reason);
  order->registrar = self;
  order->node_id = peer->node_id;
  thespian_exchange_call_later_locked (self->exchange, lose_member, order);
}

/* A letter to an actor that has ended; it is looked after like those of others. */
static void
dead_letter (gpointer             owner,
             const ThespianFrame *message)
{
  ThespianFrame letter = *message;
  g_auto (ThespianBuffer) body = THESPIAN_BUFFER_INIT;

  thespian_body_write_dead_envelope (&body, message->body, message->body_length, message->target.system_id,
                                     message->target.actor_id);
  letter.kind = THESPIAN_CONTROL_DEAD_LETTER;
  letter.body = body.data;
  letter.body_length = body.length;
  put_aside_locked (owner, 0, &letter);
}

static const ThespianExchangeOps exchange_ops = {
  .find_route = find_route,
  .control = control,
  .link_lost = link_lost,
  .dead_letter = dead_letter,
};

/* --- Life ----------------------------------------------------------------------------------------------- */

void
thespian_registrar_check_done (ThespianRegistrar *self)
{
  if (self->done || !thespian_admin_is_stopping (self->admin) || self->n_children > 0)
    return;
  self->done = TRUE;
  thespian_node_dismiss (self->node);
}

ThespianRegistrar *
thespian_registrar_new (const ThespianAdminConfig *config,
                        ThespianCapabilities      *capabilities,
                        GVariant                  *log_definition,
                        ThespianStarter           *starter,
                        GError                   **error)
{
  ThespianRegistrar *self = g_new0 (ThespianRegistrar, 1);
  g_autoptr (GVariant) all = thespian_capabilities_dup (capabilities);
  ThespianAdminFace *face;

  self->admin = thespian_admin_new (config, capabilities, log_definition, error);
  if (self->admin == NULL)
    {
      thespian_starter_free (starter);
      g_free (self);
      return NULL;
    }
  thespian_control_keep_types ();
  face = &self->admin->face;
  self->starter = starter;
  self->grace = thespian_capabilities_read_grace (all);
  self->members = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->members_by_pid = g_hash_table_new (NULL, NULL);
  self->records = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->fences = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->exchange = thespian_exchange_new (face, face->address->actor_id, all, &exchange_ops, self);
  thespian_address_intern (face->address);
  self->admin->exchange = self->exchange;
  self->admin->directory = &thespian_registrar_directory_ops;
  self->admin->directory_owner = self;
  self->node = thespian_node_new (face, THESPIAN_NODE_MAIN, "thespian-admin");
  thespian_exchange_serve (self->exchange, self->node);
  thespian_registrar_begin_log (self);
  return self;
}

/* One that could not begin has never run. */
static void
close_node (ThespianRegistrar *self)
{
  if (thespian_node_is_closed (self->node))
    return;
  thespian_node_dismiss (self->node);
  thespian_node_run (self->node);
}

void
thespian_registrar_free (ThespianRegistrar *self)
{
  GHashTableIter iter;
  gpointer item;

  close_node (self);
  thespian_registrar_close_port (self);
  thespian_starter_free (self->starter);
  thespian_registrar_end_fences (self);
  /* this carries out what had been put aside, which still needs all the rest */
  thespian_exchange_close (self->exchange);
  thespian_registrar_end_datagrams (self);
  if (self->kill_timer != NULL)
    g_source_destroy (self->kill_timer);
  g_clear_pointer (&self->kill_timer, g_source_unref);

  g_hash_table_iter_init (&iter, self->members);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      g_hash_table_iter_steal (&iter);
      thespian_member_free (item);
    }
  g_hash_table_iter_init (&iter, self->records);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      g_hash_table_iter_steal (&iter);
      thespian_record_free (item);
    }
  g_hash_table_unref (self->members);
  g_hash_table_unref (self->members_by_pid);
  g_hash_table_unref (self->records);
  g_hash_table_unref (self->fences);
  thespian_secret_forget (self->key, sizeof self->key);

  thespian_registrar_end_log (self);
  thespian_node_unref (self->node);
  thespian_exchange_unref (self->exchange);
  thespian_admin_unref (self->admin);
  g_free (self);
}
