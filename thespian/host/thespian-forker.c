/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-forker-private.h"

#include "host/thespian-fds-private.h"
#include "model/thespian-error.h"

#include <errno.h>
#include <signal.h>
#include <sys/types.h>

/*
 * Enough to keep a zygote busy while the admin does other things, and few enough for the kernel,
 * which bounds the descriptors that are on their way.
 */
#define WINDOW 64

/* --- Starts ----------------------------------------------------------------------------------- */

static ThespianStart *
start_alloc (int first_fd,
             int second_fd)
{
  static guint64 last_serial;
  ThespianStart *self = g_new0 (ThespianStart, 1);

  self->serial = ++last_serial;
  self->fds[0] = first_fd;
  self->fds[1] = second_fd;
  return self;
}

ThespianStart *
thespian_start_new (const ThespianStartRequest *request,
                    ThespianStartDoneFunc       func,
                    gpointer                    user_data)
{
  ThespianStart *self = start_alloc (request->link_fd, request->journal_fd);

  thespian_module_place_copy (&request->place, &self->place);
  self->title = g_strdup (request->title);
  self->is_awaited = request->is_awaited;
  self->func = func;
  self->user_data = user_data;
  return self;
}

ThespianStart *
thespian_start_new_zygote (ThespianForker *makes,
                           int             zygote_fd)
{
  ThespianStart *self = start_alloc (zygote_fd, -1);

  self->title = g_strdup (makes->place.path);
  self->makes = makes;
  makes->maker = self;
  return self;
}

void
thespian_start_free (ThespianStart *self)
{
  if (self->makes != NULL)
    self->makes->maker = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (self->fds); i++)
    thespian_fd_clear (&self->fds[i]);
  g_clear_error (&self->error);
  thespian_module_place_clear (&self->place);
  g_free (self->title);
  g_free (self);
}

/* --- Forkers ---------------------------------------------------------------------------------- */

ThespianForker *
thespian_forker_new (const ThespianModulePlace *place,
                     int                        fd,
                     pid_t                      pid)
{
  ThespianForker *self = g_new0 (ThespianForker, 1);

  thespian_module_place_copy (place, &self->place);
  if (place->path != NULL)
    self->key = thespian_module_place_build_key (place);
  self->fd = fd;
  self->pid = pid;
  self->wait_status = -1;
  g_queue_init (&self->waiting);
  g_queue_init (&self->in_flight);
  return self;
}

void
thespian_forker_drop (ThespianForker *self)
{
  thespian_fd_clear (&self->fd);
  if (self->pid != 0)
    kill (self->pid, SIGKILL);
}

void
thespian_forker_free (ThespianForker *self)
{
  thespian_forker_drop (self);
  if (self->maker != NULL)
    self->maker->makes = NULL;
  g_queue_clear_full (&self->waiting, (GDestroyNotify) thespian_start_free);
  g_queue_clear_full (&self->in_flight, (GDestroyNotify) thespian_start_free);
  thespian_module_place_clear (&self->place);
  g_free (self->key);
  g_free (self);
}

static gboolean
send_start (ThespianForker *self,
            ThespianStart  *start)
{
  ThespianZygotePacketKind kind = THESPIAN_ZYGOTE_FORK_NODE;
  gint64 number = 0;

  if (start->func == NULL)
    {
      kind = THESPIAN_ZYGOTE_FORK_ZYGOTE;
      number = start->makes != NULL ? (gint64) start->makes->place.root_length : 0;
    }
  return thespian_zygote_packet_send (self->fd, kind, start->serial, number, start->title, start->fds,
                                      start->fds[1] >= 0 ? 2 : 1);
}

ThespianStart *
thespian_forker_pump (ThespianForker *self)
{
  while (self->ready && self->fd >= 0 && self->in_flight.length < WINDOW)
    {
      ThespianStart *start = g_queue_peek_head (&self->waiting);

      if (start == NULL)
        break;
      if (send_start (self, start))
        {
          g_queue_push_tail (&self->in_flight, g_queue_pop_head (&self->waiting));
          /* The new zygote's socket ends with the zygote, so nobody else may hold it. */
          if (start->func == NULL)
            thespian_fd_clear (&start->fds[0]);
          continue;
        }
      /*
       * What is on its way makes room when it is answered; the end of the zygote is noticed
       * elsewhere.
       */
      if (self->in_flight.length > 0 || errno == EPIPE || errno == ECONNRESET)
        return NULL;
      g_set_error (&start->error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                   "The process that starts “%s” cannot be told so: %s", start->title,
                   g_strerror (errno));
      return g_queue_pop_head (&self->waiting);
    }
  return NULL;
}

ThespianStart *
thespian_forker_take_answered (ThespianForker *self,
                               guint64         serial)
{
  ThespianStart *start = g_queue_peek_head (&self->in_flight);

  return start != NULL && start->serial == serial ? g_queue_pop_head (&self->in_flight) : NULL;
}
