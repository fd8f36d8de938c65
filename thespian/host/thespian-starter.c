/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-starter-parts-private.h"

#include "host/thespian-fds-private.h"
#include "host/thespian-host-launch-private.h"
#include "model/thespian-error.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define DEFAULT_TIMEOUT (30 * G_USEC_PER_SEC)
#define MAX_EVENTS 32

/* --- The capability --------------------------------------------------------------------------- */

gboolean
thespian_startup_method_parse (const char            *name,
                               ThespianStartupMethod *ret_method,
                               GError               **error)
{
  static const char *const names[] = {
    [THESPIAN_STARTUP_FORKSERVER] = "forkserver",
    [THESPIAN_STARTUP_SPAWN] = "spawn",
    [THESPIAN_STARTUP_FORK] = "fork",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i]))
      {
        *ret_method = i;
        return TRUE;
      }
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_CAPABILITY,
               "“%s” is no method to start processes: expected “forkserver”, “spawn” or “fork”",
               name);
  return FALSE;
}

/* --- What is over ----------------------------------------------------------------------------- */

void
thespian_starter_wake (ThespianStarter *self)
{
  eventfd_write (self->wake_fd, 1);
}

static void
push_done (ThespianStarter *self,
           ThespianStart   *start)
{
  for (guint i = 0; i < G_N_ELEMENTS (start->fds); i++)
    thespian_fd_clear (&start->fds[i]);
  g_queue_push_tail (&self->done, start);
  thespian_starter_wake (self);
}

void
thespian_starter_finish (ThespianStarter *self,
                         ThespianStart   *start,
                         GError          *error)
{
  if (start->func != NULL)
    {
      start->error = error;
      push_done (self, start);
      return;
    }
  if (start->makes != NULL)
    thespian_starter_abandon (self, start->makes, error);
  g_error_free (error);
  thespian_start_free (start);
}

void
thespian_starter_succeed (ThespianStarter *self,
                          ThespianStart   *start,
                          pid_t            pid)
{
  gpointer status;

  start->started.pid = pid;
  if (g_hash_table_steal_extended (self->early, GINT_TO_POINTER (pid), NULL, &status))
    {
      start->started.has_exited = TRUE;
      start->started.wait_status = GPOINTER_TO_INT (status);
    }
  else
    g_hash_table_insert (self->nodes, GINT_TO_POINTER (pid), start);
  push_done (self, start);
}

static void
call_back (ThespianStarter *self,
           ThespianStart   *start)
{
  if (start->error == NULL && !start->started.has_exited)
    g_hash_table_insert (self->nodes, GINT_TO_POINTER (start->started.pid), NULL);
  start->func (start->error == NULL ? &start->started : NULL, start->error, start->user_data);
  thespian_start_free (start);
}

/* Not what the callbacks add: the admin has other things to do too. */
static void
call_back_done (ThespianStarter *self)
{
  for (guint n = self->done.length; n > 0; n--)
    call_back (self, g_queue_pop_head (&self->done));
}

/* --- Time ------------------------------------------------------------------------------------- */

/* The timer may be early, since what it was set for may have come: then it is set anew. */
static void
arm_timer (ThespianStarter *self)
{
  struct itimerspec when = { 0 };
  gint64 earliest = 0;

  for (guint i = 0; i < self->forkers->len; i++)
    {
      ThespianForker *forker = g_ptr_array_index (self->forkers, i);

      if (forker->deadline != 0 && (earliest == 0 || forker->deadline < earliest))
        earliest = forker->deadline;
    }
  if (earliest == 0 || (self->armed != 0 && self->armed <= earliest))
    return;
  when.it_value.tv_sec = earliest / G_USEC_PER_SEC;
  when.it_value.tv_nsec = earliest % G_USEC_PER_SEC * 1000;
  timerfd_settime (self->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
  self->armed = earliest;
}

/* Its module may take as long as somebody waits for it. */
static gboolean
loads_for_somebody (ThespianForker *forker)
{
  if (forker->key == NULL || forker->ready || forker->fd < 0)
    return FALSE;
  for (GList *link = forker->waiting.head; link != NULL; link = link->next)
    if (((ThespianStart *) link->data)->is_awaited)
      return TRUE;
  return FALSE;
}

static void
give_up_silent (ThespianStarter *self)
{
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < self->forkers->len; i++)
    {
      ThespianForker *forker = g_ptr_array_index (self->forkers, i);

      if (forker->deadline == 0 || forker->deadline > now)
        continue;
      if (loads_for_somebody (forker))
        forker->deadline = now + self->timeout;
      else
        thespian_starter_give_up (self, forker);
    }
}

/* --- What is not wanted any more -------------------------------------------------------------- */

static gboolean
cancel_in (ThespianStarter *self,
           GQueue          *queue,
           gpointer         user_data)
{
  for (GList *link = queue->head; link != NULL; link = link->next)
    {
      ThespianStart *start = link->data;

      if (start->func == NULL || start->user_data != user_data)
        continue;
      g_queue_delete_link (queue, link);
      thespian_starter_finish (self, start,
                               g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
                                            "Nobody waited for the process of “%s” any more", start->title));
      return TRUE;
    }
  return FALSE;
}

/* What it has said is read first, so that its process is known. */
static gboolean
cancel_at (ThespianStarter *self,
           ThespianForker  *forker,
           gpointer         user_data)
{
  g_autoptr (GError) error = NULL;

  thespian_starter_read (self, forker);
  if (!cancel_in (self, &forker->waiting, user_data))
    return FALSE;
  if (forker->key == NULL || forker->ready || forker->waiting.length > 0)
    return TRUE;
  error = g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT, "Nobody waited for the module %s any more",
                       forker->place.path);
  thespian_starter_abandon (self, forker, error);
  return TRUE;
}

void
thespian_starter_cancel (ThespianStarter *self,
                         gpointer         user_data)
{
  gboolean found = cancel_in (self, &self->spawning, user_data);

  for (guint i = 0; i < self->forkers->len && !found; i++)
    found = cancel_at (self, g_ptr_array_index (self->forkers, i), user_data);
}

void
thespian_starter_stop_waiting (ThespianStarter *self,
                               gpointer         user_data)
{
  for (guint i = 0; i < self->forkers->len; i++)
    {
      ThespianForker *forker = g_ptr_array_index (self->forkers, i);

      for (GList *link = forker->waiting.head; link != NULL; link = link->next)
        if (((ThespianStart *) link->data)->user_data == user_data)
          ((ThespianStart *) link->data)->is_awaited = FALSE;
    }
}

/* --- Dispatch --------------------------------------------------------------------------------- */

static void
handle_event (ThespianStarter *self,
              gpointer         what)
{
  guint64 count;

  if (what == &self->timer_fd)
    {
      if (read (self->timer_fd, &count, sizeof count) > 0)
        self->armed = 0;
    }
  else if (what == &self->wake_fd)
    eventfd_read (self->wake_fd, &count);
  else
    thespian_starter_read (self, what);
}

/* Only here, since an event may name any of them. */
static void
sweep_forkers (ThespianStarter *self)
{
  for (guint i = self->forkers->len; i > 0; i--)
    {
      ThespianForker *forker = g_ptr_array_index (self->forkers, i - 1);

      if (forker->fd < 0 && forker->pid == 0)
        g_ptr_array_remove_index_fast (self->forkers, i - 1);
    }
}

static gboolean
awaits_answers (ThespianStarter *self)
{
  for (guint i = 0; i < self->forkers->len; i++)
    if (((ThespianForker *) g_ptr_array_index (self->forkers, i))->in_flight.length > 0)
      return TRUE;
  return FALSE;
}

void
thespian_starter_dispatch (ThespianStarter *self)
{
  struct epoll_event events[MAX_EVENTS];
  int n_events = epoll_wait (self->epoll_fd, events, MAX_EVENTS, 0);

  for (int i = 0; i < n_events; i++)
    handle_event (self, events[i].data.ptr);
  give_up_silent (self);
  thespian_starter_spawn_some (self);
  call_back_done (self);
  if (self->done.length > 0 || self->spawning.length > 0)
    thespian_starter_wake (self);
  if (g_hash_table_size (self->early) > 0 && !awaits_answers (self))
    g_hash_table_remove_all (self->early);
  sweep_forkers (self);
  arm_timer (self);
}

/* --- Ends ------------------------------------------------------------------------------------- */

static ThespianForker *
find_forker (ThespianStarter *self,
             pid_t            pid)
{
  for (guint i = 0; i < self->forkers->len; i++)
    {
      ThespianForker *forker = g_ptr_array_index (self->forkers, i);

      if (forker->pid == pid)
        return forker;
    }
  return NULL;
}

/* Their answers come first: what they said last was said before they ended. */
static void
bury_reaped (ThespianStarter *self)
{
  for (guint i = 0; i < self->forkers->len; i++)
    {
      ThespianForker *forker = g_ptr_array_index (self->forkers, i);

      if (forker->wait_status < 0)
        continue;
      thespian_starter_read (self, forker);
      thespian_starter_bury (self, forker);
    }
}

static guint
count_reaped (ThespianStarter *self)
{
  guint n = 0;

  for (guint i = 0; i < self->forkers->len; i++)
    n += ((ThespianForker *) g_ptr_array_index (self->forkers, i))->wait_status >= 0;
  return n;
}

/* A process may end before anybody has told of its beginning; it may tell so itself, or who has made it. */
static gboolean
handle_unknown_end (ThespianStarter *self,
                    pid_t            pid,
                    int              wait_status)
{
  guint n_reaped = count_reaped (self);
  gboolean was_zygote;

  g_hash_table_insert (self->early, GINT_TO_POINTER (pid), GINT_TO_POINTER (wait_status));
  for (guint i = 0; i < self->forkers->len; i++)
    thespian_starter_read (self, g_ptr_array_index (self->forkers, i));
  was_zygote = count_reaped (self) > n_reaped;
  bury_reaped (self);
  arm_timer (self);
  thespian_starter_wake (self);
  return was_zygote;
}

gboolean
thespian_starter_child_exited (ThespianStarter *self,
                               pid_t            pid,
                               int              wait_status)
{
  ThespianForker *forker = find_forker (self, pid);
  gpointer start;

  if (forker != NULL)
    {
      forker->pid = 0;
      forker->wait_status = wait_status;
      bury_reaped (self);
      arm_timer (self);
      thespian_starter_wake (self);
      return TRUE;
    }
  if (!g_hash_table_steal_extended (self->nodes, GINT_TO_POINTER (pid), NULL, &start))
    return handle_unknown_end (self, pid, wait_status);
  if (start == NULL)
    return FALSE;
  ((ThespianStart *) start)->started.has_exited = TRUE;
  ((ThespianStart *) start)->started.wait_status = wait_status;
  return FALSE;
}

/* --- The starter ------------------------------------------------------------------------------ */

static gboolean
watch (ThespianStarter *self,
       int             *fd)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = fd };

  if (*fd < 0)
    return FALSE;
  *fd = thespian_fd_move_high (*fd);
  return epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, *fd, &event) == 0;
}

ThespianStarter *
thespian_starter_new (ThespianStartupMethod method,
                      GError              **error)
{
  ThespianStarter *self = g_new0 (ThespianStarter, 1);

  self->method = method;
  self->timeout = DEFAULT_TIMEOUT;
  self->forkers = g_ptr_array_new_with_free_func ((GDestroyNotify) thespian_forker_free);
  self->bases = g_hash_table_new (NULL, NULL);
  self->modules = g_hash_table_new (g_str_hash, g_str_equal);
  self->spawn_only = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->nodes = g_hash_table_new (NULL, NULL);
  self->early = g_hash_table_new (NULL, NULL);
  g_queue_init (&self->spawning);
  g_queue_init (&self->done);
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self->timer_fd = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->epoll_fd >= 0 && watch (self, &self->timer_fd) && watch (self, &self->wake_fd))
    {
      self->epoll_fd = thespian_fd_move_high (self->epoll_fd);
      return self;
    }
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
               "No file descriptors to start processes with: %s", g_strerror (errno));
  thespian_starter_free (self);
  return NULL;
}

static void
fail_everything (ThespianStarter *self)
{
  g_autoptr (GError) error = g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
                                          "The actor system ended before the process was started");
  ThespianStart *start;

  for (guint i = 0; i < self->forkers->len; i++)
    thespian_starter_abandon (self, g_ptr_array_index (self->forkers, i), error);
  while ((start = g_queue_pop_head (&self->spawning)) != NULL)
    thespian_starter_finish (self, start, g_error_copy (error));
  while ((start = g_queue_pop_head (&self->done)) != NULL)
    call_back (self, start);
}

/* Who hears that all has ended finds no process of it any more. */
static void
reap_forkers (ThespianStarter *self)
{
  for (guint i = 0; i < self->forkers->len; i++)
    thespian_forker_drop (g_ptr_array_index (self->forkers, i));
  for (guint i = 0; i < self->forkers->len; i++)
    {
      ThespianForker *forker = g_ptr_array_index (self->forkers, i);

      if (forker->pid != 0)
        thespian_host_wait (forker->pid);
      forker->pid = 0;
    }
}

void
thespian_starter_free (ThespianStarter *self)
{
  fail_everything (self);
  reap_forkers (self);
  g_hash_table_unref (self->bases);
  g_hash_table_unref (self->modules);
  g_ptr_array_unref (self->forkers);
  g_hash_table_unref (self->spawn_only);
  g_hash_table_unref (self->nodes);
  g_hash_table_unref (self->early);
  thespian_fd_clear (&self->wake_fd);
  thespian_fd_clear (&self->timer_fd);
  thespian_fd_clear (&self->epoll_fd);
  g_free (self);
}

gboolean
thespian_starter_adopt (ThespianStarter *self,
                        int              zygote_fd,
                        GError         **error)
{
  const ThespianModulePlace nowhere = THESPIAN_MODULE_PLACE_INIT;
  ThespianForker *base = thespian_starter_add_forker (self, &nowhere, zygote_fd, 0, error);

  if (base == NULL)
    return FALSE;
  g_hash_table_insert (self->bases, NULL, base);
  self->base_is_adopted = TRUE;
  base->deadline = g_get_monotonic_time () + self->timeout;
  arm_timer (self);
  return TRUE;
}

void
thespian_starter_set_timeout (ThespianStarter *self,
                              GTimeSpan        timeout)
{
  self->timeout = timeout;
}

int
thespian_starter_get_fd (ThespianStarter *self)
{
  return self->epoll_fd;
}

void
thespian_starter_start (ThespianStarter            *self,
                        const ThespianStartRequest *request,
                        ThespianStartDoneFunc       started,
                        gpointer                    user_data)
{
  thespian_starter_route (self, thespian_start_new (request, started, user_data));
  arm_timer (self);
}
