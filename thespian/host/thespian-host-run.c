/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-host-run-private.h"

#include "host/thespian-fds-private.h"
#include "host/thespian-host-program-private.h"
#include "host/thespian-process-title-private.h"
#include "model/thespian-error.h"

#include <fcntl.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>

/*
 * What a program of ours has in its environment and does not hand down, recognised by values that
 * nobody else would choose.
 */
static const struct
{
  const char *name, *value;
} own_variables[] = {
  /* All functions are bound from the beginning, or each copy of a zygote would bind them anew. */
  { "LD_BIND_NOW", "thespian" },
  /* Slices cost a page for each size in each thread, which is much of what a small process has. */
  { "G_SLICE", "always-malloc:thespian" },
  /* Messages come by hundreds, and malloc() keeps 7 free blocks of a size ready for each thread by itself. */
  { "GLIBC_TUNABLES", "glibc.malloc.tcache_count=513" },
};

char **
thespian_host_run_build_arguments (const ThespianHostRun *run)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *limit_argument = NULL, *room = NULL;
  struct rlimit limit;

  thespian_fds_get_original_limit (&limit);
  limit_argument = g_strdup_printf ("--limit=%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                                    (guint64) limit.rlim_cur, (guint64) limit.rlim_max);
  room = g_strnfill (THESPIAN_PROCESS_TITLE_ROOM, ' ');

  g_strv_builder_add (builder, "thespian-host");
  g_strv_builder_add (builder, run->mode);
  g_strv_builder_add (builder, limit_argument);
  if (run->with_parent)
    {
      g_autofree char *parent = g_strdup_printf ("--parent=%d", (int) getpid ());

      g_strv_builder_add (builder, parent);
    }
  g_strv_builder_add (builder, run->title != NULL ? run->title : room);
  return g_strv_builder_end (builder);
}

/* Above all numbers that they will get, so that none is overwritten before its turn. */
static gboolean
lift_fds (const ThespianHostRun *run,
          int                   *lifted,
          GError               **error)
{
  for (guint i = 0; i < run->n_fds; i++)
    {
      if (run->fds[i] < 0)
        continue;
      lifted[i] = fcntl (run->fds[i], F_DUPFD_CLOEXEC, THESPIAN_HOST_FIRST_FD + (int) run->n_fds);
      if (lifted[i] < 0)
        {
          g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                       "No file descriptor to start a process with: %s", g_strerror (errno));
          return FALSE;
        }
    }
  return TRUE;
}

/* What there is to read on the standard input is for the program that has the system. */
static void
add_standard_actions (const ThespianHostRun      *run,
                      posix_spawn_file_actions_t *actions)
{
  int end = run->detached ? THESPIAN_HOST_FIRST_FD : STDIN_FILENO + 1;

  for (int fd = STDIN_FILENO; fd < end; fd++)
    posix_spawn_file_actions_addopen (actions, fd, "/dev/null", O_RDWR, 0);
}

static void
add_file_actions (const ThespianHostRun      *run,
                  const int                  *lifted,
                  posix_spawn_file_actions_t *actions)
{
  add_standard_actions (run, actions);
  for (guint i = 0; i < run->n_fds; i++)
    if (lifted[i] >= 0)
      posix_spawn_file_actions_adddup2 (actions, lifted[i], THESPIAN_HOST_FIRST_FD + (int) i);
    else
      posix_spawn_file_actions_addclose (actions, THESPIAN_HOST_FIRST_FD + (int) i);
  posix_spawn_file_actions_addclosefrom_np (actions, THESPIAN_HOST_FIRST_FD + (int) run->n_fds);
}

static void
set_attributes (const ThespianHostRun *run,
                posix_spawnattr_t     *attributes)
{
  short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
  sigset_t all, none;

  sigfillset (&all);
  sigemptyset (&none);
  posix_spawnattr_setsigdefault (attributes, &all);
  posix_spawnattr_setsigmask (attributes, &none);
  if (run->detached)
    flags |= POSIX_SPAWN_SETSID;
  posix_spawnattr_setflags (attributes, flags);
}

static gboolean
is_of_actors (const ThespianHostRun *run)
{
  return g_str_equal (run->mode, THESPIAN_HOST_MODE_FORKSERVER) ||
         g_str_equal (run->mode, THESPIAN_HOST_MODE_NODE);
}

/*
 * An interpreter has to find the very library that starts it, and its description, wherever they are.
 * The end of these paths, which changes nothing, tells them from what somebody else has set.
 */
#define OWN_END "/."

static const struct
{
  const char *name;
  const char *folders[2]; /* from the library's: as installed, and as built */
  const char *file;       /* (nullable) that must be there */
} own_paths[] = {
  { "LD_LIBRARY_PATH", { ".", "." }, NULL },
  { "GI_TYPELIB_PATH", { "girepository-1.0", "../introspection" }, "Thespian-" THESPIAN_API_VERSION ".typelib" },
};

static char *
find_own_path (guint index)
{
  g_autofree char *library = thespian_host_program_find_library_folder ();

  for (guint i = 0; library != NULL && i < G_N_ELEMENTS (own_paths[index].folders); i++)
    {
      g_autofree char *joined = g_build_filename (library, own_paths[index].folders[i], NULL);
      g_autofree char *folder = g_canonicalize_filename (joined, NULL);
      g_autofree char *file = g_build_filename (folder, own_paths[index].file, NULL);

      if (g_file_test (file, G_FILE_TEST_EXISTS))
        return g_strconcat (folder, OWN_END, NULL);
    }
  return NULL;
}

static char **
add_own_paths (char **environment)
{
  for (guint i = 0; i < G_N_ELEMENTS (own_paths); i++)
    {
      const char *former = g_environ_getenv (environment, own_paths[i].name);
      g_autofree char *own = find_own_path (i);
      g_autofree char *value = NULL;

      if (own == NULL)
        continue;
      value = former != NULL ? g_strconcat (own, ":", former, NULL) : g_strdup (own);
      environment = g_environ_setenv (environment, own_paths[i].name, value, TRUE);
    }
  return environment;
}

static void
remove_own_path (guint index)
{
  const char *name = own_paths[index].name;
  g_autofree char *value = g_strdup (g_getenv (name));
  g_autofree char *own = NULL;

  if (value == NULL || strstr (value, OWN_END) == NULL)
    return;
  own = find_own_path (index);
  if (own == NULL || !g_str_has_prefix (value, own))
    return;
  if (value[strlen (own)] == ':')
    g_setenv (name, value + strlen (own) + 1, TRUE);
  else if (value[strlen (own)] == '\0')
    g_unsetenv (name);
}

static char **
build_environment (const ThespianHostRun *run)
{
  char **environment = g_get_environ ();

  if (run->language != NULL)
    environment = add_own_paths (environment);

  for (guint i = 0; is_of_actors (run) && i < G_N_ELEMENTS (own_variables); i++)
    environment = g_environ_setenv (environment, own_variables[i].name, own_variables[i].value, FALSE);
  return environment;
}

void
thespian_host_run_clean_environment (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (own_variables); i++)
    if (g_strcmp0 (g_getenv (own_variables[i].name), own_variables[i].value) == 0)
      g_unsetenv (own_variables[i].name);
  for (guint i = 0; i < G_N_ELEMENTS (own_paths); i++)
    remove_own_path (i);
}

/* An interpreter gets its own name, and its script in the place of ours. */
static char **
build_command (const ThespianHostRun *run,
               const char            *program,
               const char            *script)
{
  g_auto (GStrv) arguments = thespian_host_run_build_arguments (run);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (script == NULL)
    return g_steal_pointer (&arguments);
  g_strv_builder_add_many (builder, program, script, NULL);
  g_strv_builder_addv (builder, (const char **) arguments + 1);
  return g_strv_builder_end (builder);
}

static int
spawn_lifted (const ThespianHostRun *run,
              const char            *program,
              const char            *script,
              const int             *lifted,
              pid_t                 *ret_pid)
{
  g_auto (GStrv) arguments = build_command (run, program, script);
  g_auto (GStrv) environment = build_environment (run);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int failure;

  posix_spawn_file_actions_init (&actions);
  posix_spawnattr_init (&attributes);
  add_file_actions (run, lifted, &actions);
  set_attributes (run, &attributes);
  failure = posix_spawn (ret_pid, program, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return failure;
}

static gboolean
find_program (const ThespianHostRun *run,
              char                 **ret_program,
              char                 **ret_script,
              GError               **error)
{
  *ret_script = NULL;
  if (run->language == NULL)
    {
      *ret_program = thespian_host_program_find (error);
      return *ret_program != NULL;
    }
  *ret_program = thespian_host_language_find_program (run->language, error);
  if (*ret_program != NULL)
    *ret_script = thespian_host_language_find_script (run->language, error);
  return *ret_script != NULL;
}

gboolean
thespian_host_run_spawn (const ThespianHostRun *run,
                         pid_t                 *ret_pid,
                         GError               **error)
{
  g_autofree char *program = NULL, *script = NULL;
  g_autofree int *lifted = g_new (int, run->n_fds);
  int failure = 0;
  gboolean ok;

  if (!find_program (run, &program, &script, error))
    return FALSE;
  for (guint i = 0; i < run->n_fds; i++)
    lifted[i] = -1;
  ok = lift_fds (run, lifted, error);
  if (ok)
    failure = spawn_lifted (run, program, script, lifted, ret_pid);
  for (guint i = 0; i < run->n_fds; i++)
    thespian_fd_clear (&lifted[i]);
  if (failure != 0)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                 "The program %s cannot be started: %s", program, g_strerror (failure));
  return ok && failure == 0;
}
