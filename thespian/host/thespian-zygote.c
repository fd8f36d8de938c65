/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-zygote-private.h"

#include "host/thespian-class-loader-private.h"
#include "host/thespian-fds-private.h"
#include "host/thespian-fork-private.h"
#include "host/thespian-host-private.h"
#include "host/thespian-process-title-private.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *path; /* (owned) */
  struct stat loaded; /* the file as it was loaded */
  gboolean was_there;
} LoadedFile;

struct _ThespianZygote
{
  int control;
  pid_t parent;
  GArray *files;                /* (owned) of LoadedFile: with another one of them it is out of date */
  ThespianZygotePacket request; /* that it was asked last, … */
  int fds[THESPIAN_ZYGOTE_MAX_FDS]; /* (owned) … with these */
  guint n_fds;
};

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
say (ThespianZygote          *self,
     ThespianZygotePacketKind kind,
     guint64                  serial,
     gint64                   number,
     const char              *text)
{
  if (!thespian_zygote_packet_send (self->control, kind, serial, number, text, NULL, 0))
    _exit (1);
}

/* --- What it has loaded ------------------------------------------------------------------------ */

static gboolean
is_same_file (const struct stat *a,
              const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static gboolean
has_changed (ThespianZygote *self)
{
  for (guint i = 0; i < self->files->len; i++)
    {
      const LoadedFile *file = &g_array_index (self->files, LoadedFile, i);
      struct stat now;

      if (!file->was_there || stat (file->path, &now) != 0 || !is_same_file (&file->loaded, &now))
        return TRUE;
    }
  return FALSE;
}

void
thespian_zygote_add_file (ThespianZygote *self,
                          const char     *path)
{
  LoadedFile file = { .path = g_strdup (path) };

  file.was_there = stat (path, &file.loaded) == 0;
  g_array_append_val (self->files, file);
}

void
thespian_zygote_say_loaded (ThespianZygote *self)
{
  /* What its constructors printed is not for each node to print again. */
  fflush (stdout);
  if (has_changed (self))
    {
      say (self, THESPIAN_ZYGOTE_STALE, 0, 0, "");
      _exit (1);
    }
  thespian_fork_prepare ();
  say (self, THESPIAN_ZYGOTE_READY, 0, 0, "");
}

void
thespian_zygote_say_broken (ThespianZygote *self,
                            const char     *why)
{
  say (self, THESPIAN_ZYGOTE_BROKEN, 0, 0, why);
  _exit (1);
}

/* --- Children --------------------------------------------------------------------------------- */

static void
clear_fds (ThespianZygote *self)
{
  while (self->n_fds > 0)
    close (self->fds[--self->n_fds]);
}

static ThespianZygoteRole
become_node (ThespianZygote *self)
{
  thespian_fork_settle (self->parent);
  heed_terminal ();
  thespian_fd_clear (&self->control);
  return THESPIAN_ZYGOTE_NODE;
}

static ThespianZygoteRole
become_module_zygote (ThespianZygote *self)
{
  const char *path = self->request.text;
  g_autofree char *title = g_strdup_printf ("thespian zygote of %s", path);

  thespian_fork_settle (self->parent);
  close (self->control);
  self->control = thespian_fd_move_high (self->fds[0]);
  self->n_fds = 0;
  thespian_process_title_set (title);
  say (self, THESPIAN_ZYGOTE_HELLO, 0, getpid (), "");
  thespian_zygote_add_file (self, path);
  return THESPIAN_ZYGOTE_MODULE;
}

ThespianZygoteRole
thespian_zygote_fork (ThespianZygote *self)
{
  pid_t pid = thespian_fork_brother ();

  if (pid == 0)
    return self->request.kind == THESPIAN_ZYGOTE_FORK_NODE ? become_node (self) : become_module_zygote (self);
  if (pid < 0)
    say (self, THESPIAN_ZYGOTE_FAILED, self->request.serial, errno, "");
  else
    say (self, THESPIAN_ZYGOTE_STARTED, self->request.serial, pid, "");
  clear_fds (self);
  return THESPIAN_ZYGOTE_ORIGINAL;
}

const ThespianZygotePacket *
thespian_zygote_get_request (ThespianZygote *self)
{
  return &self->request;
}

void
thespian_zygote_take_fds (ThespianZygote *self,
                          int            *ret_link,
                          int            *ret_journal)
{
  *ret_link = self->fds[0];
  *ret_journal = self->n_fds > 1 ? self->fds[1] : -1;
  self->n_fds = 0;
}

/* --- Requests --------------------------------------------------------------------------------- */

/*
 * The starter carries all requests that have no answer yet to another zygote.  So none of them may
 * be carried out here, even if the reason has gone until it is its turn.
 */
static void
refuse_for_ever (ThespianZygote          *self,
                 ThespianZygotePacketKind why,
                 guint                    number)
{
  say (self, why, self->request.serial, number, "");
  _exit (0);
}

/* Whether what was asked for can be done. */
static gboolean
check_request (ThespianZygote *self)
{
  guint n_threads = thespian_count_threads ();

  if (has_changed (self))
    refuse_for_ever (self, THESPIAN_ZYGOTE_STALE, 0);
  if (n_threads > 1)
    refuse_for_ever (self, THESPIAN_ZYGOTE_THREADS, n_threads);
  if (self->n_fds > 0)
    return TRUE;
  /* there was no room for them in this process */
  say (self, THESPIAN_ZYGOTE_FAILED, self->request.serial, EMFILE, "");
  return FALSE;
}

void
thespian_zygote_wait (ThespianZygote *self)
{
  do
    if (thespian_zygote_packet_receive (self->control, 0, &self->request, self->fds, &self->n_fds) <= 0)
      _exit (0);
  while (!check_request (self));
}

ThespianZygote *
thespian_zygote_new (int   control,
                     pid_t parent)
{
  ThespianZygote *self = g_new0 (ThespianZygote, 1);

  self->control = thespian_fd_move_high (control);
  self->parent = parent;
  self->files = g_array_new (FALSE, FALSE, sizeof (LoadedFile));
  ignore_terminal ();
  thespian_process_title_set ("thespian zygote");
  say (self, THESPIAN_ZYGOTE_HELLO, 0, getpid (), "");
  return self;
}

/* --- The one of thespian-host ----------------------------------------------------------------- */

static void
load_module (ThespianZygote *self)
{
  g_autoptr (GError) error = NULL;

  if (!thespian_class_loader_load (self->request.text, &error))
    thespian_zygote_say_broken (self, error->message);
  thespian_zygote_say_loaded (self);
}

static void G_GNUC_NORETURN
run_node (ThespianZygote *self)
{
  int link_fd, journal_fd;

  thespian_zygote_take_fds (self, &link_fd, &journal_fd);
  thespian_host_run_node (link_fd, journal_fd, self->request.text);
}

/* A new module zygote comes out of here too, with its own control. */
static void
serve_next (ThespianZygote *self)
{
  thespian_zygote_wait (self);
  switch (thespian_zygote_fork (self))
    {
    case THESPIAN_ZYGOTE_ORIGINAL:
      break;
    case THESPIAN_ZYGOTE_NODE:
      run_node (self);
    case THESPIAN_ZYGOTE_MODULE:
      load_module (self);
      break;
    default:
      g_assert_not_reached ();
    }
}

void
thespian_zygote_serve (int   control,
                       pid_t parent)
{
  ThespianZygote *self = thespian_zygote_new (control, parent);

  thespian_host_prepare_node ();
  thespian_zygote_say_loaded (self);
  for (;;)
    serve_next (self);
}
