/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where a start is carried out: which zygote forks the node, made if need be, or an exec. */

#include "config.h"

#include "host/thespian-starter-parts-private.h"

#include "host/thespian-fds-private.h"
#include "host/thespian-host-run-private.h"
#include "model/thespian-error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* An exec costs the admin a millisecond, and it has other things to do. */
#define SPAWNS_AT_ONCE 4

/* --- Zygotes ---------------------------------------------------------------------------------- */

/* Takes @fd. */
ThespianForker *
thespian_starter_add_forker (ThespianStarter           *self,
                             const ThespianModulePlace *place,
                             int                        fd,
                             pid_t                      pid,
                             GError                   **error)
{
  ThespianForker *forker = thespian_forker_new (place, thespian_fd_move_high (fd), pid);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = forker };

  if (fcntl (forker->fd, F_SETFL, O_NONBLOCK) != 0 ||
      epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, forker->fd, &event) != 0)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                   "The socket of a process that starts others cannot be watched: %s",
                   g_strerror (errno));
      thespian_forker_free (forker);
      return NULL;
    }
  g_ptr_array_add (self->forkers, forker);
  return forker;
}

/* @ret_fds: of the starter, and of the zygote. */
static gboolean
make_socket (const char *module,
             int        *ret_fds,
             GError    **error)
{
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_fds) == 0)
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
               "No file descriptors for the process that starts actors%s%s: %s",
               module != NULL ? " of the module " : "", module != NULL ? module : "",
               g_strerror (errno));
  return FALSE;
}

static ThespianForker *
exec_base (ThespianStarter            *self,
           const ThespianHostLanguage *language,
           GError                    **error)
{
  const ThespianModulePlace nowhere = { .language = language };
  ThespianHostRun run = {
    .language = language,
    .mode = THESPIAN_HOST_MODE_FORKSERVER,
    .n_fds = 1,
    .with_parent = TRUE,
  };
  ThespianForker *forker = NULL;
  int fds[2];
  pid_t pid;

  if (!make_socket (NULL, fds, error))
    return NULL;
  run.fds = &fds[1];
  if (thespian_host_run_spawn (&run, &pid, error))
    forker = thespian_starter_add_forker (self, &nowhere, fds[0], pid, error);
  else
    thespian_fd_clear (&fds[0]);
  thespian_fd_clear (&fds[1]);
  if (forker != NULL)
    forker->deadline = g_get_monotonic_time () + self->timeout;
  return forker;
}

static ThespianForker *
ensure_base (ThespianStarter            *self,
             const ThespianHostLanguage *language,
             GError                    **error)
{
  ThespianForker *base = g_hash_table_lookup (self->bases, language);

  if (base != NULL)
    return base;
  base = exec_base (self, language, error);
  if (base != NULL)
    g_hash_table_insert (self->bases, (gpointer) language, base);
  return base;
}

static ThespianForker *
fork_module_zygote (ThespianStarter           *self,
                    const ThespianModulePlace *place,
                    GError                   **error)
{
  ThespianForker *base = ensure_base (self, place->language, error);
  ThespianForker *forker;
  int fds[2];

  if (base == NULL || !make_socket (place->path, fds, error))
    return NULL;
  forker = thespian_starter_add_forker (self, place, fds[0], 0, error);
  if (forker == NULL)
    {
      thespian_fd_clear (&fds[1]);
      return NULL;
    }
  g_queue_push_tail (&base->waiting, thespian_start_new_zygote (forker, fds[1]));
  thespian_starter_pump (self, base);
  return forker;
}

static ThespianForker *
ensure_module_zygote (ThespianStarter           *self,
                      const ThespianModulePlace *place,
                      GError                   **error)
{
  g_autofree char *key = thespian_module_place_build_key (place);
  ThespianForker *forker = g_hash_table_lookup (self->modules, key);

  if (forker == NULL)
    {
      forker = fork_module_zygote (self, place, error);
      if (forker != NULL)
        g_hash_table_insert (self->modules, forker->key, forker);
    }
  return forker;
}

/* --- Starts ----------------------------------------------------------------------------------- */

void
thespian_starter_pump (ThespianStarter *self,
                       ThespianForker  *forker)
{
  ThespianStart *failed;

  if (forker->fd < 0)
    return;
  while ((failed = thespian_forker_pump (forker)) != NULL)
    thespian_starter_finish (self, failed, g_steal_pointer (&failed->error));
  if (!forker->ready)
    return;
  if (forker->in_flight.length == 0)
    forker->deadline = 0;
  else if (forker->deadline == 0)
    forker->deadline = g_get_monotonic_time () + self->timeout;
}

static gboolean
can_be_forked (ThespianStarter *self,
               ThespianStart   *start,
               GError         **error)
{
  if (start->place.path != NULL && strlen (start->place.path) >= PATH_MAX)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                   "The path of an actor module has %" G_GSIZE_FORMAT " bytes: at most %d are "
                   "possible",
                   strlen (start->place.path), PATH_MAX - 1);
      return FALSE;
    }
  if (start->place.path == NULL && self->application_is_gone)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                   "The copy of the application that “%s” would be started from has ended: only "
                   "classes of actor modules can be created until the system is started anew",
                   start->title);
      return FALSE;
    }
  return TRUE;
}

static gboolean
has_to_be_executed (ThespianStarter           *self,
                    const ThespianModulePlace *place)
{
  g_autofree char *key = NULL;

  if (self->method == THESPIAN_STARTUP_SPAWN || (place->language != NULL && !place->language->can_fork))
    return TRUE;
  if (place->path == NULL)
    return FALSE;
  key = thespian_module_place_build_key (place);
  return g_hash_table_contains (self->spawn_only, key);
}

void
thespian_starter_route (ThespianStarter *self,
                        ThespianStart   *start)
{
  g_autoptr (GError) error = NULL;
  ThespianForker *forker = NULL;

  if (has_to_be_executed (self, &start->place))
    {
      g_queue_push_tail (&self->spawning, start);
      thespian_starter_wake (self);
      return;
    }
  if (can_be_forked (self, start, &error))
    forker = start->place.path != NULL ? ensure_module_zygote (self, &start->place, &error)
                                       : ensure_base (self, NULL, &error);
  if (forker == NULL)
    {
      thespian_starter_finish (self, start, g_steal_pointer (&error));
      return;
    }
  g_queue_push_tail (&forker->waiting, start);
  thespian_starter_pump (self, forker);
}

static void
spawn (ThespianStarter *self,
       ThespianStart   *start)
{
  ThespianHostRun run = {
    .language = start->place.language,
    .mode = THESPIAN_HOST_MODE_NODE,
    .title = start->title,
    .fds = start->fds,
    .n_fds = G_N_ELEMENTS (start->fds),
    .with_parent = TRUE,
  };
  g_autoptr (GError) error = NULL;
  pid_t pid;

  if (thespian_host_run_spawn (&run, &pid, &error))
    thespian_starter_succeed (self, start, pid);
  else
    thespian_starter_finish (self, start, g_steal_pointer (&error));
}

void
thespian_starter_spawn_some (ThespianStarter *self)
{
  for (guint i = 0; i < SPAWNS_AT_ONCE && self->spawning.length > 0; i++)
    spawn (self, g_queue_pop_head (&self->spawning));
}
