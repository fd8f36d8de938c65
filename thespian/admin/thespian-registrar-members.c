/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The processes of a system. */

#include "config.h"

#include "admin/thespian-registrar-private.h"

#include "log/thespian-internals-log-private.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a process of the outside may be without a link. */
#define RETURN_MILLISECONDS 5000
/* How often to see whether one that is to exit is stopped, at most. */
#define STOP_MILLISECONDS 100
/* How long one that has left may still ask whether that was heard. */
#define LEAVE_MILLISECONDS 200

static void
drop_timer (GSource **timer)
{
  if (*timer == NULL)
    return;
  g_source_destroy (*timer);
  g_clear_pointer (timer, g_source_unref);
}

void
thespian_member_free (ThespianMember *self)
{
  thespian_registrar_part (self);
  drop_timer (&self->kill_timer);
  drop_timer (&self->exit_timer);
  drop_timer (&self->return_timer);
  drop_timer (&self->pid_source);
  if (self->pidfd >= 0)
    close (self->pidfd);
  g_clear_error (&self->failure);
  g_hash_table_unref (self->introduced);
  g_hash_table_unref (self->endpoints);
  g_hash_table_unref (self->awaited);
  g_clear_pointer (&self->endpoint, g_variant_unref);
  g_clear_pointer (&self->journal, thespian_journal_free);
  g_object_unref (self->address);
  g_free (self);
}

ThespianMember *
thespian_member_new (ThespianRegistrar *registrar,
                     guint64            node_id)
{
  ThespianMember *self = g_new0 (ThespianMember, 1);

  self->registrar = registrar;
  self->node_id = node_id;
  self->address = thespian_address_find_or_create (registrar->admin->face.system_id, node_id);
  self->introduced = g_hash_table_new (NULL, NULL);
  self->endpoints = g_hash_table_new (NULL, NULL);
  self->awaited = g_hash_table_new (NULL, NULL);
  self->pidfd = -1;
  g_hash_table_insert (registrar->members, &self->node_id, self);
  return self;
}

ThespianMember *
thespian_registrar_find_member (ThespianRegistrar *self,
                                guint64            node_id)
{
  return g_hash_table_lookup (self->members, &node_id);
}

static void
attach_locked (ThespianMember *self)
{
  ThespianExchange *exchange = self->registrar->exchange;

  self->peer = thespian_peer_ensure_locked (exchange, self->node_id);
  self->peer->owner_data = self;
  thespian_channel_route_locked (thespian_port_to_channel (thespian_channel_open_locked (exchange, self->address)),
                                 self->peer);
  if (self->actor != NULL)
    thespian_channel_route_locked (
        thespian_port_to_channel (thespian_channel_open_locked (exchange, self->actor->address)), self->peer);
}

void
thespian_member_connect (ThespianMember *self,
                         int             fd,
                         ThespianBuffer *preamble)
{
  ThespianExchange *exchange = self->registrar->exchange;
  ThespianLink *link;

  g_mutex_lock (&exchange->lock);
  attach_locked (self);
  link = thespian_link_new_stream (self->peer, fd);
  thespian_link_stream_begin (link, preamble);
  thespian_peer_set_link_locked (self->peer, link, FALSE);
  thespian_exchange_unlock (exchange);
}

void
thespian_member_connect_by_datagrams (ThespianMember *self)
{
  ThespianExchange *exchange = self->registrar->exchange;

  g_mutex_lock (&exchange->lock);
  attach_locked (self);
  thespian_exchange_unlock (exchange);
}

/* --- The end of one ------------------------------------------------------------------------------------- */

gboolean
thespian_member_hears_of_end_only (ThespianMember *self)
{
  return self->actor == NULL && thespian_admin_is_stopping (self->registrar->admin);
}

/* The endpoints of a process that is gone: who has sent to them hears of it. */
static void
bury_endpoints (ThespianMember *self)
{
  ThespianRegistrar *registrar = self->registrar;
  GHashTableIter iter, others;
  gpointer record, other;

  g_hash_table_iter_init (&iter, self->endpoints);
  while (g_hash_table_iter_next (&iter, &record, NULL))
    {
      ThespianAddress *address = ((ThespianRecord *) record)->address;

      g_hash_table_iter_init (&others, self->introduced);
      while (g_hash_table_iter_next (&others, &other, NULL))
        thespian_registrar_tell_dead (registrar, other, address->system_id, address->actor_id, self->node_id,
                                      &(ThespianObituary){ 0 }, FALSE);
      thespian_record_remove (registrar, record);
    }
}

static gboolean
uses_datagrams (ThespianMember *self)
{
  return thespian_link_kind_has_datagrams (self->registrar->admin->config.link_kind);
}

/* Links by datagrams do not end by themselves; of an actor's process there is an obituary, of others nothing else. */
static void
end_links (ThespianMember *self)
{
  GHashTableIter iter;
  gpointer other;

  if (self->is_child && !uses_datagrams (self))
    return;
  g_hash_table_iter_init (&iter, self->introduced);
  while (g_hash_table_iter_next (&iter, &other, NULL))
    if (!thespian_member_hears_of_end_only (other))
      thespian_registrar_tell (self->registrar, other, THESPIAN_CONTROL_NODE_GONE, g_variant_new_uint64 (self->node_id));
}

/* Nobody else refers to a member that is not among the introduced. */
static void
forget_everywhere (ThespianMember *self)
{
  end_links (self);
  thespian_registrar_part (self);
  thespian_member_leave_fences (self);
  thespian_member_stop_waiting (self);
}

static void
close_channels (ThespianMember *self)
{
  ThespianExchange *exchange = self->registrar->exchange;

  g_mutex_lock (&exchange->lock);
  if (self->peer != NULL)
    {
      while (self->peer->channels->len > 0)
        thespian_channel_die_locked (g_ptr_array_index (self->peer->channels, 0), &(ThespianObituary){ 0 });
      self->peer->owner_data = NULL;
      thespian_peer_remove_locked (self->peer);
    }
  thespian_exchange_unlock (exchange);
}

/* When its process was waited for, and all that it has sent was read. */
void
thespian_member_check_end (ThespianMember *self)
{
  ThespianRegistrar *registrar = self->registrar;

  if (!self->has_exited && !(self->link_lost && !self->is_child))
    return;
  if (self->failure != NULL)
    self->link_lost = TRUE;
  if (!self->link_lost)
    return;
  if (self->actor != NULL)
    thespian_record_bury (registrar, self->actor);
  bury_endpoints (self);
  forget_everywhere (self);
  close_channels (self);
  if (registrar->creator == self)
    registrar->creator = NULL;
  if (registrar->log_viewer == self)
    registrar->log_viewer = NULL;
  g_hash_table_remove (registrar->members_by_pid, GINT_TO_POINTER (self->pid));
  g_hash_table_remove (registrar->members, &self->node_id);
  registrar->n_children -= self->is_child;
  thespian_member_free (self);
  thespian_registrar_check_done (registrar);
}

/* --- Processes of the outside --------------------------------------------------------------------------- */

GVariant *
thespian_registrar_new_welcome (ThespianMember *member)
{
  ThespianRegistrar *registrar = member->registrar;
  g_autoptr (GVariant) capabilities = thespian_capabilities_dup (registrar->admin->capabilities);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "system", "t", registrar->admin->face.system_id);
  g_variant_dict_insert (&dict, "node", "t", member->node_id);
  g_variant_dict_insert (&dict, "admin", "t", registrar->exchange->node_id);
  g_variant_dict_insert (&dict, "base", "s", registrar->admin->face.base_name);
  g_variant_dict_insert (&dict, "pid", "i", (int) getpid ());
  g_variant_dict_insert_value (&dict, "capabilities", capabilities);
  return g_variant_dict_end (&dict);
}

ThespianMember *
thespian_registrar_add_outside (ThespianRegistrar *self,
                                int                fd)
{
  g_auto (ThespianBuffer) preamble = THESPIAN_BUFFER_INIT;
  ThespianMember *member = thespian_member_new (self, thespian_random_id ());

  thespian_preamble_write (&preamble, thespian_registrar_new_welcome (member));
  thespian_member_connect (member, fd, &preamble);
  return member;
}

static void
end_outside (ThespianMember *self)
{
  drop_timer (&self->return_timer);
  drop_timer (&self->pid_source);
  self->link_lost = TRUE;
  thespian_member_check_end (self);
}

static gboolean
give_up_waiting (gpointer data)
{
  end_outside (data);
  return G_SOURCE_REMOVE;
}

/* The link ends when all is read that has come by it. */
static void
end_link (ThespianMember *self)
{
  ThespianExchange *exchange = self->registrar->exchange;

  drop_timer (&self->pid_source);
  g_mutex_lock (&exchange->lock);
  if (self->peer->link != NULL)
    thespian_link_expect_end_locked (self->peer->link);
  thespian_exchange_unlock (exchange);
}

/* What it has sent last is there.  A copy of the process may still hold the other end. */
static void
break_link (ThespianMember *self)
{
  ThespianExchange *exchange = self->registrar->exchange;

  drop_timer (&self->pid_source);
  g_mutex_lock (&exchange->lock);
  thespian_registrar_read_all_locked (self->registrar);
  if (self->peer->link != NULL)
    thespian_peer_lose_link_locked (self->peer, NULL);
  thespian_exchange_unlock (exchange);
}

static gboolean
outside_died (int          fd,
              GIOCondition condition,
              gpointer     data)
{
  ThespianMember *self = data;
  gboolean is_awaited = self->return_timer != NULL;

  if (uses_datagrams (self))
    {
      end_link (self);
      return G_SOURCE_REMOVE;
    }
  self->has_left = TRUE;
  break_link (self);
  if (is_awaited)
    end_outside (self);
  return G_SOURCE_REMOVE;
}

static void
wait_for_return (ThespianMember *self,
                 guint           milliseconds)
{
  if (self->return_timer != NULL)
    return;
  self->return_timer = g_timeout_source_new (milliseconds);
  g_source_set_callback (self->return_timer, give_up_waiting, self, NULL);
  g_source_attach (self->return_timer, self->registrar->node->context);
}

/* When its process ends others need not wait for it. */
static void
watch_process (ThespianMember *self)
{
  if (self->pidfd < 0 || self->pid_source != NULL)
    return;
  self->pid_source = g_unix_fd_source_new (self->pidfd, G_IO_IN);
  g_source_set_callback (self->pid_source, G_SOURCE_FUNC (outside_died), self, NULL);
  g_source_attach (self->pid_source, self->registrar->node->context);
}

void
thespian_member_lose (ThespianMember *self)
{
  gboolean has_port = thespian_link_kind_has_port (self->registrar->admin->config.link_kind);

  if (self->peer->link != NULL)
    return; /* there is a new one already */
  if (!self->is_child && has_port && !self->has_left && !uses_datagrams (self))
    {
      /* a link can break although both ends live */
      wait_for_return (self, RETURN_MILLISECONDS);
      return;
    }
  self->link_lost = TRUE;
  if (self == self->registrar->creator)
    thespian_registrar_shut_down (self->registrar);
  if (self->is_child)
    thespian_member_expect_end (self);
  thespian_member_check_end (self);
}

void
thespian_member_reconnect (ThespianMember *self,
                           int             fd)
{
  ThespianExchange *exchange = self->registrar->exchange;

  drop_timer (&self->return_timer);
  g_mutex_lock (&exchange->lock);
  thespian_peer_set_link_locked (self->peer, thespian_link_new_stream (self->peer, fd), TRUE);
  thespian_exchange_unlock (exchange);
}

void
thespian_member_leave (ThespianMember *self)
{
  if (self->is_child)
    return;
  self->has_left = TRUE;
  if (uses_datagrams (self))
    wait_for_return (self, LEAVE_MILLISECONDS);
}

void
thespian_member_set_pid (ThespianMember *self,
                         pid_t           pid)
{
  if (self->is_child)
    return;
  if (self->pidfd < 0)
    self->pidfd = (int) syscall (SYS_pidfd_open, pid, 0);
  if (self->pidfd >= 0)
    watch_process (self);
  else if (uses_datagrams (self))
    end_link (self);
}

/* --- Those that have ended --------------------------------------------------------------------------------- */

void
thespian_member_set_exited (ThespianMember *self,
                            int             wait_status)
{
  self->has_exited = TRUE;
  self->wait_status = wait_status;
  if (!self->link_lost)
    end_link (self);
}

void
thespian_registrar_reap (ThespianRegistrar *self)
{
  int status;
  pid_t pid;

  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    {
      ThespianMember *member = g_hash_table_lookup (self->members_by_pid, GINT_TO_POINTER (pid));

      if (member == NULL)
        {
          thespian_starter_child_exited (self->starter, pid, status);
          continue;
        }
      thespian_internals_log (G_LOG_LEVEL_INFO, "The process %d has ended, with wait status 0x%x", (int) pid,
                              (guint) status);
      thespian_member_set_exited (member, status);
      thespian_member_check_end (member);
    }
}

/* --- Hung ones ------------------------------------------------------------------------------------------ */

void
thespian_member_kill (ThespianMember *self)
{
  self->is_killed = TRUE;
  if (self->has_exited)
    return;
  if (self->pid > 0)
    kill (self->pid, SIGKILL);
  else
    thespian_starter_cancel (self->registrar->starter, self);
}

void
thespian_member_start_unawaited (ThespianMember *self)
{
  if (!self->has_exited && self->pid <= 0)
    thespian_starter_stop_waiting (self->registrar->starter, self);
}

static void
kill_hung (ThespianMember *self)
{
  if (self->pid > 0 && !self->has_exited)
    thespian_internals_log (G_LOG_LEVEL_WARNING, "The process %d does not end, and is killed", (int) self->pid);
  thespian_member_kill (self);
}

static gboolean
kill_member (gpointer data)
{
  ThespianMember *self = data;

  drop_timer (&self->kill_timer);
  kill_hung (self);
  return G_SOURCE_REMOVE;
}

static gboolean
is_stopped (ThespianMember *self)
{
  siginfo_t info = { 0 };

  return self->pid > 0 && waitid (P_PID, (id_t) self->pid, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == self->pid;
}

static gboolean
kill_stopped (gpointer data)
{
  ThespianMember *self = data;

  if (!is_stopped (self))
    return G_SOURCE_CONTINUE;
  drop_timer (&self->exit_timer);
  kill_hung (self);
  return G_SOURCE_REMOVE;
}

static void
start_grace (ThespianMember *self,
             GSource       **timer,
             guint           at_least,
             GSourceFunc     func)
{
  guint milliseconds = (guint) (self->registrar->grace / G_TIME_SPAN_MILLISECOND);

  if (*timer != NULL || !self->is_child)
    return;
  *timer = g_timeout_source_new (MAX (milliseconds, at_least));
  g_source_set_callback (*timer, func, self, NULL);
  g_source_attach (*timer, self->registrar->node->context);
}

void
thespian_member_expect_exit (ThespianMember *self)
{
  start_grace (self, &self->exit_timer, STOP_MILLISECONDS, kill_stopped);
}

/* It has said that it exits, or nobody can tell it to. */
void
thespian_member_expect_end (ThespianMember *self)
{
  start_grace (self, &self->kill_timer, 0, kill_member);
}

void
thespian_registrar_kill_all (ThespianRegistrar *self)
{
  GHashTableIter iter;
  gpointer member;

  g_hash_table_iter_init (&iter, self->members);
  while (g_hash_table_iter_next (&iter, NULL, &member))
    if (((ThespianMember *) member)->is_child)
      kill_hung (member);
}
