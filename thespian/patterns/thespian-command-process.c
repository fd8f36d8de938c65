/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-command-process-private.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "model/thespian-error.h"
#include "patterns/thespian-output-keeper-private.h"

/*
 * A process is watched by plain sources on its actor's context: one for each pipe, one for its end,
 * one for the timer that is pending.  GIO's asynchronous calls would leave tasks behind that only a
 * context that still runs can finish, and an actor may end together with its context.
 *
 * The program leads a process group of its own, so that whatever it has started is reached too.
 * Its number cannot be taken by others while a member of the group lives.
 */

#define KILL_DELAY_MS 2000
/* How long a program's children may keep its output open after its end. */
#define OUTPUT_DELAY_MS 2000
/* How often to look for the end where the kernel has no process descriptors. */
#define POLL_DELAY_MS 10

#define BUFFER_SIZE (64 * 1024)

typedef struct
{
  ThespianCommandProcess *process; /* unowned */
  ThespianCommandChannel channel;
  int fd; /* of the subprocess's stream */
  GSource *source; /* (owned) (nullable) until the end of the output */
  ThespianOutputKeeper keeper;
} Output;

struct _ThespianCommandProcess
{
  ThespianCommand *command; /* (owned) */
  const ThespianCommandProcessFuncs *funcs;
  gpointer owner; /* unowned */

  GMainContext *context; /* (owned) */
  GSubprocess *subprocess; /* (owned) */
  int pid;
  Output out;
  Output err;
  GSource *input_source; /* (owned) (nullable) while there is input to write */
  gsize input_written;
  GSource *exit_source; /* (owned) (nullable) until the program has ended */
  int pid_fd; /* or -1 */
  GSource *timer; /* (owned) (nullable) */
  gboolean has_exited;
};

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;

  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
attach (ThespianCommandProcess *self,
        GSource                *source,
        GSourceFunc             callback,
        gpointer                data,
        const char             *name)
{
  g_source_set_callback (source, callback, data, NULL);
  g_source_set_static_name (source, name);
  g_source_attach (source, self->context);
  return source;
}

/* Nobody gets the group's number while a member lives, and hardly anybody soon after the last. */
static void
signal_group (ThespianCommandProcess *self,
              int                     signal_number)
{
  kill (-self->pid, signal_number);
}

/* Call last: it may free @self. */
static void
maybe_end (ThespianCommandProcess *self)
{
  if (!self->has_exited || self->out.source != NULL || self->err.source != NULL)
    return;

  clear_source (&self->timer);
  clear_source (&self->input_source);
  self->funcs->ended (self->owner);
}

/* Reads once; FALSE at the end of the output. */
static gboolean
read_output (Output *output)
{
  ThespianCommandProcess *self = output->process;
  guint8 buffer[BUFFER_SIZE];
  gssize size;

  size = read (output->fd, buffer, sizeof buffer);
  if (size < 0)
    return errno == EAGAIN || errno == EINTR;
  if (size == 0)
    return FALSE;

  thespian_output_keeper_append (&output->keeper, buffer, (gsize) size);
  if (thespian_command_get_streaming (self->command))
    self->funcs->output (self->owner, output->channel, buffer, (gsize) size);
  return TRUE;
}

static gboolean
output_ready_cb (int          fd,
                 GIOCondition condition,
                 gpointer     data)
{
  Output *output = data;

  if (read_output (output))
    return G_SOURCE_CONTINUE;

  clear_source (&output->source);
  maybe_end (output->process);
  return G_SOURCE_REMOVE;
}

static void
close_input (ThespianCommandProcess *self)
{
  clear_source (&self->input_source);
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->subprocess), NULL, NULL);
}

/*
 * write() without the signal for a pipe that nobody reads: what the process does with SIGPIPE is
 * the application's business.  The signal goes to the thread that writes, so it can be held off and
 * taken away there.
 */
static gssize
write_quietly (int           fd,
               gconstpointer data,
               gsize         size)
{
  const struct timespec at_once = { 0, 0 };
  sigset_t sigpipe, pending, former;
  gboolean was_pending;
  gssize written;
  int saved_errno;

  sigemptyset (&sigpipe);
  sigaddset (&sigpipe, SIGPIPE);
  sigpending (&pending);
  was_pending = sigismember (&pending, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &sigpipe, &former);

  written = write (fd, data, size);
  saved_errno = errno;
  if (written < 0 && saved_errno == EPIPE && !was_pending)
    sigtimedwait (&sigpipe, NULL, &at_once);

  pthread_sigmask (SIG_SETMASK, &former, NULL);
  errno = saved_errno;
  return written;
}

static gboolean
input_ready_cb (int          fd,
                GIOCondition condition,
                gpointer     data)
{
  ThespianCommandProcess *self = data;
  gsize size;
  const char *bytes = g_bytes_get_data (thespian_command_get_input (self->command), &size);
  gssize written = 0;

  if (self->input_written < size)
    written = write_quietly (fd, bytes + self->input_written, size - self->input_written);
  if (written < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (written > 0)
    self->input_written += (gsize) written;
  if (written > 0 && self->input_written < size)
    return G_SOURCE_CONTINUE;

  /* All is written, or the program does not want the rest. */
  close_input (self);
  return G_SOURCE_REMOVE;
}

/* Takes what stands in the pipe, but does not wait for somebody who goes on writing. */
static void
drain_output (Output *output)
{
  const guint max_reads = 16;

  for (guint i = 0; output->source != NULL && i < max_reads; i++)
    {
      struct pollfd pollfd = { output->fd, POLLIN, 0 };

      if (poll (&pollfd, 1, 0) != 1 || !read_output (output))
        break;
    }
  clear_source (&output->source);
}

static gboolean
output_delay_over_cb (gpointer data)
{
  ThespianCommandProcess *self = data;

  signal_group (self, SIGKILL);
  drain_output (&self->out);
  drain_output (&self->err);
  maybe_end (self);
  return G_SOURCE_REMOVE;
}

static void
set_timer (ThespianCommandProcess *self,
           guint                   delay_ms,
           GSourceFunc             callback)
{
  clear_source (&self->timer);
  self->timer = attach (self, g_timeout_source_new (delay_ms), callback, self,
                        "Thespian: command timer");
}

static void
reap (ThespianCommandProcess *self)
{
  g_subprocess_wait (self->subprocess, NULL, NULL);
  self->has_exited = TRUE;
  clear_source (&self->exit_source);
  clear_source (&self->timer);
}

static void
program_exited (ThespianCommandProcess *self)
{
  reap (self);
  if (self->out.source != NULL || self->err.source != NULL)
    set_timer (self, OUTPUT_DELAY_MS, output_delay_over_cb);
  maybe_end (self);
}

static gboolean
pid_fd_ready_cb (int          fd,
                 GIOCondition condition,
                 gpointer     data)
{
  program_exited (data);
  return G_SOURCE_REMOVE;
}

static gboolean
look_for_exit_cb (gpointer data)
{
  ThespianCommandProcess *self = data;

  if (g_subprocess_get_identifier (self->subprocess) != NULL)
    return G_SOURCE_CONTINUE;

  program_exited (self);
  return G_SOURCE_REMOVE;
}

static void
watch_exit (ThespianCommandProcess *self)
{
  self->pid_fd = pidfd_open (self->pid, 0);
  if (self->pid_fd >= 0)
    self->exit_source = attach (self, g_unix_fd_source_new (self->pid_fd, G_IO_IN),
                                G_SOURCE_FUNC (pid_fd_ready_cb), self, "Thespian: command's end");
  else
    self->exit_source = attach (self, g_timeout_source_new (POLL_DELAY_MS), look_for_exit_cb, self,
                                "Thespian: command's end");
}

static void
watch_output (ThespianCommandProcess *self,
              Output                 *output,
              ThespianCommandChannel  channel,
              GInputStream           *stream)
{
  output->process = self;
  output->channel = channel;
  output->fd = g_unix_input_stream_get_fd (G_UNIX_INPUT_STREAM (stream));
  output->source = attach (self, g_unix_fd_source_new (output->fd, G_IO_IN | G_IO_HUP | G_IO_ERR),
                           G_SOURCE_FUNC (output_ready_cb), output, "Thespian: command's output");
  thespian_output_keeper_init (&output->keeper, thespian_command_get_head_limit (self->command),
                               thespian_command_get_tail_limit (self->command));
}

static void
watch_input (ThespianCommandProcess *self)
{
  GOutputStream *stream = g_subprocess_get_stdin_pipe (self->subprocess);
  int fd;

  if (stream == NULL)
    return;

  fd = g_unix_output_stream_get_fd (G_UNIX_OUTPUT_STREAM (stream));
  g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  self->input_source = attach (self, g_unix_fd_source_new (fd, G_IO_OUT | G_IO_HUP | G_IO_ERR),
                               G_SOURCE_FUNC (input_ready_cb), self, "Thespian: command's input");
}

/* Runs in the child: nothing but system calls. */
static void
lead_group_cb (gpointer data)
{
  const int *pid_pipe = data;
  pid_t pid = getpid ();

  setpgid (0, 0);
  /* A pipe has always room for a number; if not, the parent notices. */
  if (write (pid_pipe[1], &pid, sizeof pid) < 0)
    return;
}

static GPtrArray *
dup_argv (ThespianCommand *command)
{
  const char * const *arguments = thespian_command_get_arguments (command);
  GPtrArray *argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (gpointer) thespian_command_get_program (command));
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);
  return argv;
}

/* GSubprocess forgets its process id when the program has ended, which may be at once. */
static GSubprocess *
spawn (ThespianCommand *command,
       int             *ret_pid,
       GError         **error)
{
  g_autoptr (GPtrArray) argv = dup_argv (command);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) subprocess = NULL;
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE;
  int pid_pipe[2];
  pid_t pid = 0;

  if (*thespian_command_get_program (command) == '\0')
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "The command names no program");
      return NULL;
    }
  if (!g_unix_open_pipe (pid_pipe, FD_CLOEXEC, error))
    return NULL;

  if (thespian_command_get_input (command) != NULL)
    flags |= G_SUBPROCESS_FLAGS_STDIN_PIPE;
  launcher = g_subprocess_launcher_new (flags);
  g_subprocess_launcher_set_child_setup (launcher, lead_group_cb, pid_pipe, NULL);
  subprocess = g_subprocess_launcher_spawnv (launcher, (const char * const *) argv->pdata, error);

  close (pid_pipe[1]);
  if (subprocess != NULL && read (pid_pipe[0], &pid, sizeof pid) != sizeof pid)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "“%s” did not tell its process id",
                   thespian_command_get_program (command));
      g_subprocess_force_exit (subprocess);
      g_clear_object (&subprocess);
    }
  close (pid_pipe[0]);
  *ret_pid = (int) pid;
  return g_steal_pointer (&subprocess);
}

ThespianCommandProcess *
thespian_command_process_start (ThespianCommand                   *command,
                                const ThespianCommandProcessFuncs *funcs,
                                gpointer                           owner,
                                GError                           **error)
{
  ThespianCommandProcess *self;
  GSubprocess *subprocess;
  int pid;

  subprocess = spawn (command, &pid, error);
  if (subprocess == NULL)
    return NULL;

  self = g_new0 (ThespianCommandProcess, 1);
  self->command = g_object_ref (command);
  self->funcs = funcs;
  self->owner = owner;
  self->context = g_main_context_ref_thread_default ();
  self->subprocess = subprocess;
  self->pid = pid;

  watch_output (self, &self->out, THESPIAN_COMMAND_CHANNEL_STDOUT,
                g_subprocess_get_stdout_pipe (self->subprocess));
  watch_output (self, &self->err, THESPIAN_COMMAND_CHANNEL_STDERR,
                g_subprocess_get_stderr_pipe (self->subprocess));
  watch_input (self);
  watch_exit (self);
  return self;
}

void
thespian_command_process_kill (ThespianCommandProcess *self)
{
  if (!self->has_exited)
    g_subprocess_force_exit (self->subprocess);
  signal_group (self, SIGKILL);
  if (!self->has_exited)
    reap (self);

  drain_output (&self->out);
  drain_output (&self->err);
}

void
thespian_command_process_free (ThespianCommandProcess *self)
{
  thespian_command_process_kill (self);
  clear_source (&self->timer);
  clear_source (&self->input_source);
  if (self->pid_fd >= 0)
    close (self->pid_fd);
  thespian_output_keeper_clear (&self->out.keeper);
  thespian_output_keeper_clear (&self->err.keeper);
  g_clear_object (&self->subprocess);
  g_clear_object (&self->command);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self);
}

int
thespian_command_process_get_pid (ThespianCommandProcess *self)
{
  return self->pid;
}

static gboolean
kill_delay_over_cb (gpointer data)
{
  ThespianCommandProcess *self = data;

  g_subprocess_force_exit (self->subprocess);
  signal_group (self, SIGKILL);
  clear_source (&self->timer);
  return G_SOURCE_REMOVE;
}

void
thespian_command_process_terminate (ThespianCommandProcess *self)
{
  if (self->has_exited)
    return;

  signal_group (self, SIGTERM);
  set_timer (self, KILL_DELAY_MS, kill_delay_over_cb);
}

ThespianCommandResult *
thespian_command_process_dup_result (ThespianCommandProcess *self)
{
  gboolean exited = g_subprocess_get_if_exited (self->subprocess);
  gboolean signaled = g_subprocess_get_if_signaled (self->subprocess);
  guint64 out_dropped, err_dropped;
  g_autoptr (GBytes) out = thespian_output_keeper_dup_bytes (&self->out.keeper, &out_dropped);
  g_autoptr (GBytes) err = thespian_output_keeper_dup_bytes (&self->err.keeper, &err_dropped);

  return g_object_new (THESPIAN_TYPE_COMMAND_RESULT,
                       "command", self->command,
                       "exit-status", exited ? g_subprocess_get_exit_status (self->subprocess) : -1,
                       "term-signal", signaled ? g_subprocess_get_term_sig (self->subprocess) : 0,
                       "stdout", out,
                       "stdout-dropped", out_dropped,
                       "stderr", err,
                       "stderr-dropped", err_dropped,
                       NULL);
}
