/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-zygote-private.h"

#include "host/thespian-class-loader-private.h"
#include "host/thespian-fds-private.h"
#include "host/thespian-fork-private.h"
#include "host/thespian-host-private.h"
#include "host/thespian-process-title-private.h"
#include "host/thespian-zygote-packet-private.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  int control;
  pid_t parent;
  char *module; /* (owned) (nullable) path */
  struct stat loaded; /* the module file as it was loaded */
} Zygote;

/*
 * What a terminal sends to all its processes: the admin decides what becomes of it, not its
 * zygotes.
 */
static const int terminal_signals[] = { SIGINT, SIGQUIT, SIGHUP };
static struct sigaction former_actions[G_N_ELEMENTS (terminal_signals)];

static void
ignore_terminal (void)
{
  struct sigaction ignore = { .sa_handler = SIG_IGN };

  for (guint i = 0; i < G_N_ELEMENTS (terminal_signals); i++)
    sigaction (terminal_signals[i], &ignore, &former_actions[i]);
}

static void
heed_terminal (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (terminal_signals); i++)
    sigaction (terminal_signals[i], &former_actions[i], NULL);
}

static void
say (Zygote                  *self,
     ThespianZygotePacketKind kind,
     guint64                  serial,
     gint64                   number,
     const char              *text)
{
  if (!thespian_zygote_packet_send (self->control, kind, serial, number, text, NULL, 0))
    _exit (1);
}

/* --- The module ------------------------------------------------------------------------------- */

static gboolean
is_same_file (const struct stat *a,
              const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static gboolean
module_has_changed (Zygote *self)
{
  struct stat now;

  return self->module != NULL &&
         (stat (self->module, &now) != 0 || !is_same_file (&self->loaded, &now));
}

static void
load_module (Zygote *self)
{
  g_autoptr (GError) error = NULL;
  gboolean is_there = stat (self->module, &self->loaded) == 0;

  if (!thespian_class_loader_load (self->module, &error))
    {
      say (self, THESPIAN_ZYGOTE_BROKEN, 0, 0, error->message);
      _exit (1);
    }
  /* What its constructors printed is not for each node to print again. */
  fflush (stdout);
  if (!is_there || module_has_changed (self))
    {
      say (self, THESPIAN_ZYGOTE_STALE, 0, 0, "");
      _exit (1);
    }
}

/* --- Children --------------------------------------------------------------------------------- */

static void
become_node (Zygote                     *self,
             const ThespianZygotePacket *request,
             const int                  *fds,
             guint                       n_fds)
{
  thespian_fork_settle (self->parent);
  heed_terminal ();
  close (self->control);
  thespian_host_run_node (fds[0], n_fds > 1 ? fds[1] : -1, request->text);
}

static void
become_module_zygote (Zygote                     *self,
                      const ThespianZygotePacket *request,
                      int                         control)
{
  g_autofree char *title = g_strdup_printf ("thespian zygote of %s", request->text);

  thespian_fork_settle (self->parent);
  close (self->control);
  self->control = thespian_fd_move_high (control);
  self->module = g_strdup (request->text);
  thespian_process_title_set (title);
  say (self, THESPIAN_ZYGOTE_HELLO, 0, getpid (), "");
  load_module (self);
  thespian_fork_prepare ();
  say (self, THESPIAN_ZYGOTE_READY, 0, 0, "");
}

static void
fork_as_requested (Zygote                     *self,
                   const ThespianZygotePacket *request,
                   const int                  *fds,
                   guint                      *n_fds)
{
  pid_t pid = thespian_fork_brother ();

  if (pid < 0)
    say (self, THESPIAN_ZYGOTE_FAILED, request->serial, errno, "");
  else if (pid > 0)
    say (self, THESPIAN_ZYGOTE_STARTED, request->serial, pid, "");
  else if (request->kind == THESPIAN_ZYGOTE_FORK_NODE)
    become_node (self, request, fds, *n_fds);
  else
    {
      become_module_zygote (self, request, fds[0]);
      *n_fds = 0;
    }
}

/* --- Requests --------------------------------------------------------------------------------- */

/*
 * The starter carries all requests that have no answer yet to another zygote.  So none of them may
 * be carried out here, even if the reason has gone until it is its turn.
 */
static void
refuse_for_ever (Zygote                     *self,
                 ThespianZygotePacketKind    why,
                 const ThespianZygotePacket *request,
                 guint                       number)
{
  say (self, why, request->serial, number, "");
  _exit (0);
}

/* Takes those of @fds that it needs. */
static void
handle (Zygote                     *self,
        const ThespianZygotePacket *request,
        const int                  *fds,
        guint                      *n_fds)
{
  guint n_threads = thespian_count_threads ();

  if (module_has_changed (self))
    refuse_for_ever (self, THESPIAN_ZYGOTE_STALE, request, 0);
  if (n_threads > 1)
    refuse_for_ever (self, THESPIAN_ZYGOTE_THREADS, request, n_threads);
  if (*n_fds == 0) /* there was no room for them in this process */
    say (self, THESPIAN_ZYGOTE_FAILED, request->serial, EMFILE, "");
  else
    fork_as_requested (self, request, fds, n_fds);
}

/* A new module zygote comes out of here too, with its own control. */
static void
serve_next (Zygote *self)
{
  ThespianZygotePacket request;
  int fds[THESPIAN_ZYGOTE_MAX_FDS];
  guint n_fds = 0;

  if (thespian_zygote_packet_receive (self->control, 0, &request, fds, &n_fds) <= 0)
    _exit (0);
  handle (self, &request, fds, &n_fds);
  while (n_fds > 0)
    close (fds[--n_fds]);
}

void
thespian_zygote_serve (int   control,
                       pid_t parent)
{
  Zygote self = { .control = thespian_fd_move_high (control), .parent = parent };

  ignore_terminal ();
  thespian_process_title_set ("thespian zygote");
  thespian_host_prepare_node ();
  thespian_fork_prepare ();
  say (&self, THESPIAN_ZYGOTE_HELLO, 0, getpid (), "");
  say (&self, THESPIAN_ZYGOTE_READY, 0, 0, "");
  for (;;)
    serve_next (&self);
}
