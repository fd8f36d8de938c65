/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-run-command.h"

#include "model/thespian-actor-exit-request.h"
#include "patterns/thespian-command-abort.h"
#include "patterns/thespian-command-error.h"
#include "patterns/thespian-command-process-private.h"
#include "patterns/thespian-command-started.h"
#include "patterns/thespian-pattern-private.h"

/**
 * ThespianRunCommand:
 *
 * An actor that runs programs, one at a time.
 *
 * It is created like any actor, and sent [class@Thespian.Command] messages:
 *
 * ```c
 * static const char *const arguments[] = { "-l", "/tmp", NULL };
 * g_autoptr (ThespianAddress) runner = NULL;
 *
 * runner = thespian_actor_create_actor (self, THESPIAN_TYPE_RUN_COMMAND, NULL, NULL, NULL, error);
 * if (runner == NULL)
 *   return FALSE;
 * thespian_actor_take_object (self, runner, G_OBJECT (thespian_command_new ("ls", arguments)));
 * ```
 *
 * The sender of a command gets reports on it, see [class@Thespian.CommandReport]. Commands wait
 * for each other, first in first out; to run some of them at the same time, create several actors.
 *
 * A command that runs past its timeout is told to end by SIGTERM, and killed 2 seconds later. So
 * is one that is aborted by a [class@Thespian.CommandAbort]. When the actor exits, the command is
 * killed at once, and the commands that wait are not run: their senders get a
 * [class@Thespian.CommandError] each.
 *
 * Each program leads a process group of its own. What is left of the group when the program has
 * ended is killed, so nothing stays behind of a command; what shall outlive it has to leave the
 * group, by setsid(1), say. An output that others keep open is read for 2 seconds after the end.
 *
 * Since: 1.0
 */
struct _ThespianRunCommand
{
  ThespianActor parent_instance;

  GQueue waiting;                  /* (element-type ThespianMail) (owned) */
  ThespianMail *current;           /* (owned) (nullable) */
  ThespianCommandProcess *process; /* (owned) (nullable) of the current command */
  GSource *timeout;                /* (owned) (nullable) of the current command */
  ThespianCommandFailure failure;  /* why the current command has to end; 0: it need not */
};

G_DEFINE_FINAL_TYPE (ThespianRunCommand, thespian_run_command, THESPIAN_TYPE_ACTOR)

static void run_next (ThespianRunCommand *self);

static ThespianCommand *
get_command (ThespianMail *mail)
{
  return g_value_get_object (&mail->message);
}

static void
report (ThespianRunCommand *self,
        ThespianMail       *mail,
        gpointer            message)
{
  thespian_actor_take_object (THESPIAN_ACTOR (self), mail->sender, message);
}

static char *
describe_failure (ThespianCommand       *command,
                  ThespianCommandFailure failure)
{
  const char *program = thespian_command_get_program (command);

  switch (failure)
    {
    case THESPIAN_COMMAND_FAILURE_TIMED_OUT:
      return g_strdup_printf ("“%s” ran longer than its timeout of %.3f seconds", program,
                              (double) thespian_command_get_timeout (command) / G_TIME_SPAN_SECOND);

    case THESPIAN_COMMAND_FAILURE_ABORTED:
      return g_strdup_printf ("“%s” was aborted on request", program);

    case THESPIAN_COMMAND_FAILURE_ACTOR_EXITED:
      return g_strdup_printf ("“%s” was given up: the actor that runs it exits", program);

    case THESPIAN_COMMAND_FAILURE_NOT_STARTED:
    default:
      return g_strdup_printf ("“%s” could not be started", program);
    }
}

static void
report_error (ThespianRunCommand    *self,
              ThespianMail          *mail,
              ThespianCommandFailure failure,
              const char            *details,
              ThespianCommandResult *result)
{
  g_autofree char *made_details = NULL;
  g_autofree char *valid_details = NULL;

  if (details == NULL)
    details = made_details = describe_failure (get_command (mail), failure);
  /* A program's name can be in any encoding. */
  valid_details = g_utf8_make_valid (details, -1);

  report (self, mail,
          g_object_new (THESPIAN_TYPE_COMMAND_ERROR,
                        "command", get_command (mail),
                        "failure", failure,
                        "details", valid_details,
                        "result", result,
                        NULL));
}

static void
clear_current (ThespianRunCommand *self)
{
  if (self->timeout != NULL)
    g_source_destroy (self->timeout);
  g_clear_pointer (&self->timeout, g_source_unref);
  g_clear_pointer (&self->process, thespian_command_process_free);
  g_clear_pointer (&self->current, thespian_mail_free);
  self->failure = 0;
}

static void
finish_current (ThespianRunCommand *self)
{
  g_autoptr (ThespianCommandResult) result = thespian_command_process_dup_result (self->process);

  if (self->failure == 0)
    report (self, self->current, g_steal_pointer (&result));
  else
    report_error (self, self->current, self->failure, NULL, result);
  clear_current (self);
}

static void
output_cb (gpointer               owner,
           ThespianCommandChannel channel,
           gconstpointer          data,
           gsize                  size)
{
  ThespianRunCommand *self = owner;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  report (self, self->current,
          g_object_new (THESPIAN_TYPE_COMMAND_OUTPUT,
                        "command", get_command (self->current),
                        "channel", channel,
                        "data", bytes,
                        NULL));
}

static void
ended_cb (gpointer owner)
{
  ThespianRunCommand *self = owner;

  finish_current (self);
  run_next (self);
}

static void
give_up_current (ThespianRunCommand    *self,
                 ThespianCommandFailure failure)
{
  if (self->failure != 0)
    return;

  self->failure = failure;
  thespian_command_process_terminate (self->process);
}

static gboolean
timeout_cb (gpointer data)
{
  give_up_current (data, THESPIAN_COMMAND_FAILURE_TIMED_OUT);
  return G_SOURCE_REMOVE;
}

static void
start_timeout (ThespianRunCommand *self,
               GTimeSpan           timeout)
{
  gint64 timeout_ms = timeout / G_TIME_SPAN_MILLISECOND;

  if (timeout < 0)
    return;

  self->timeout = g_timeout_source_new ((guint) MIN (timeout_ms, (gint64) G_MAXUINT));
  g_source_set_callback (self->timeout, timeout_cb, self, NULL);
  g_source_set_static_name (self->timeout, "Thespian: command timeout");
  g_source_attach (self->timeout, g_main_context_get_thread_default ());
}

static gboolean
start_current (ThespianRunCommand *self)
{
  static const ThespianCommandProcessFuncs funcs = { output_cb, ended_cb };
  ThespianCommand *command = get_command (self->current);
  g_autoptr (GError) error = NULL;

  self->process = thespian_command_process_start (command, &funcs, self, &error);
  if (self->process == NULL)
    {
      report_error (self, self->current, THESPIAN_COMMAND_FAILURE_NOT_STARTED, error->message,
                    NULL);
      return FALSE;
    }

  report (self, self->current,
          g_object_new (THESPIAN_TYPE_COMMAND_STARTED,
                        "command", command,
                        "pid", thespian_command_process_get_pid (self->process),
                        NULL));
  start_timeout (self, thespian_command_get_timeout (command));
  return TRUE;
}

static void
run_next (ThespianRunCommand *self)
{
  while (self->current == NULL && !g_queue_is_empty (&self->waiting))
    {
      self->current = g_queue_pop_head (&self->waiting);
      if (!start_current (self))
        clear_current (self);
    }
}

static gboolean
is_same_command (ThespianMail    *mail,
                 ThespianCommand *command)
{
  return g_str_equal (thespian_command_get_id (get_command (mail)),
                      thespian_command_get_id (command));
}

static void
abort_command (ThespianRunCommand *self,
               ThespianCommand    *command)
{
  if (self->current != NULL && (command == NULL || is_same_command (self->current, command)))
    {
      give_up_current (self, THESPIAN_COMMAND_FAILURE_ABORTED);
      return;
    }

  for (GList *link = self->waiting.head; command != NULL && link != NULL; link = link->next)
    {
      ThespianMail *mail = link->data;

      if (is_same_command (mail, command))
        {
          report_error (self, mail, THESPIAN_COMMAND_FAILURE_ABORTED, NULL, NULL);
          g_queue_delete_link (&self->waiting, link);
          thespian_mail_free (mail);
          return;
        }
    }
}

static void
give_up_all (ThespianRunCommand *self)
{
  ThespianMail *mail;

  if (self->process != NULL)
    {
      if (self->failure == 0)
        self->failure = THESPIAN_COMMAND_FAILURE_ACTOR_EXITED;
      thespian_command_process_kill (self->process);
      finish_current (self);
    }

  while ((mail = g_queue_pop_head (&self->waiting)) != NULL)
    {
      report_error (self, mail, THESPIAN_COMMAND_FAILURE_ACTOR_EXITED, NULL, NULL);
      thespian_mail_free (mail);
    }
}

static gboolean
thespian_run_command_receive_message (ThespianActor   *actor,
                                      const GValue    *message,
                                      ThespianAddress *sender,
                                      GError         **error)
{
  ThespianRunCommand *self = THESPIAN_RUN_COMMAND (actor);
  gpointer object = thespian_pattern_peek_object (message, G_TYPE_OBJECT);

  if (THESPIAN_IS_COMMAND (object))
    {
      g_queue_push_tail (&self->waiting, thespian_mail_new (message, sender));
      run_next (self);
    }
  else if (THESPIAN_IS_COMMAND_ABORT (object))
    {
      abort_command (self, thespian_command_abort_get_command (object));
    }
  else if (THESPIAN_IS_ACTOR_EXIT_REQUEST (object))
    {
      give_up_all (self);
    }

  return TRUE;
}

static void
thespian_run_command_dispose (GObject *object)
{
  ThespianRunCommand *self = THESPIAN_RUN_COMMAND (object);

  clear_current (self);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) thespian_mail_free);

  G_OBJECT_CLASS (thespian_run_command_parent_class)->dispose (object);
}

static void
thespian_run_command_class_init (ThespianRunCommandClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thespian_run_command_dispose;

  THESPIAN_ACTOR_CLASS (klass)->receive_message = thespian_run_command_receive_message;
}

static void
thespian_run_command_init (ThespianRunCommand *self)
{
  g_queue_init (&self->waiting);
}
