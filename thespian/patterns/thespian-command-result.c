/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-command-result.h"

/**
 * ThespianCommandResult:
 *
 * Tells how a command ended, and what it wrote.
 *
 * Of each output the beginning and the end are kept, as much as the limits of the command allow.
 * When something was dropped, it stood behind the first [property@Thespian.Command:head-limit]
 * bytes of what is kept.
 *
 * See [class@Thespian.RunCommand].
 *
 * Since: 1.0
 */
struct _ThespianCommandResult
{
  ThespianCommandReport parent_instance;

  int exit_status;
  int term_signal;
  GBytes *out; /* (owned) */
  GBytes *err; /* (owned) */
  guint64 out_dropped;
  guint64 err_dropped;
};

typedef enum
{
  PROP_EXIT_STATUS = 1,
  PROP_TERM_SIGNAL,
  PROP_STDOUT,
  PROP_STDOUT_DROPPED,
  PROP_STDERR,
  PROP_STDERR_DROPPED,
} ThespianCommandResultProperty;

static GParamSpec *props[PROP_STDERR_DROPPED + 1];

G_DEFINE_FINAL_TYPE (ThespianCommandResult, thespian_command_result, THESPIAN_TYPE_COMMAND_REPORT)

static void
thespian_command_result_constructed (GObject *object)
{
  ThespianCommandResult *self = THESPIAN_COMMAND_RESULT (object);

  G_OBJECT_CLASS (thespian_command_result_parent_class)->constructed (object);

  if (self->out == NULL)
    self->out = g_bytes_new (NULL, 0);
  if (self->err == NULL)
    self->err = g_bytes_new (NULL, 0);
}

static void
thespian_command_result_finalize (GObject *object)
{
  ThespianCommandResult *self = THESPIAN_COMMAND_RESULT (object);

  g_clear_pointer (&self->out, g_bytes_unref);
  g_clear_pointer (&self->err, g_bytes_unref);

  G_OBJECT_CLASS (thespian_command_result_parent_class)->finalize (object);
}

static void
thespian_command_result_get_property (GObject    *object,
                                      guint       prop_id,
                                      GValue     *value,
                                      GParamSpec *pspec)
{
  ThespianCommandResult *self = THESPIAN_COMMAND_RESULT (object);

  switch ((ThespianCommandResultProperty) prop_id)
    {
    case PROP_EXIT_STATUS:
      g_value_set_int (value, thespian_command_result_get_exit_status (self));
      break;

    case PROP_TERM_SIGNAL:
      g_value_set_int (value, thespian_command_result_get_term_signal (self));
      break;

    case PROP_STDOUT:
      g_value_set_boxed (value, thespian_command_result_get_stdout (self));
      break;

    case PROP_STDOUT_DROPPED:
      g_value_set_uint64 (value, thespian_command_result_get_stdout_dropped (self));
      break;

    case PROP_STDERR:
      g_value_set_boxed (value, thespian_command_result_get_stderr (self));
      break;

    case PROP_STDERR_DROPPED:
      g_value_set_uint64 (value, thespian_command_result_get_stderr_dropped (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_result_set_property (GObject      *object,
                                      guint         prop_id,
                                      const GValue *value,
                                      GParamSpec   *pspec)
{
  ThespianCommandResult *self = THESPIAN_COMMAND_RESULT (object);

  switch ((ThespianCommandResultProperty) prop_id)
    {
    case PROP_EXIT_STATUS:
      self->exit_status = g_value_get_int (value);
      break;

    case PROP_TERM_SIGNAL:
      self->term_signal = g_value_get_int (value);
      break;

    case PROP_STDOUT:
      self->out = g_value_dup_boxed (value);
      break;

    case PROP_STDOUT_DROPPED:
      self->out_dropped = g_value_get_uint64 (value);
      break;

    case PROP_STDERR:
      self->err = g_value_dup_boxed (value);
      break;

    case PROP_STDERR_DROPPED:
      self->err_dropped = g_value_get_uint64 (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_result_class_init (ThespianCommandResultClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = thespian_command_result_constructed;
  object_class->finalize = thespian_command_result_finalize;
  object_class->get_property = thespian_command_result_get_property;
  object_class->set_property = thespian_command_result_set_property;

  /**
   * ThespianCommandResult:exit-status: (getter get_exit_status)
   *
   * The status that the program exited with; -1 when a signal ended it.
   *
   * Since: 1.0
   */
  props[PROP_EXIT_STATUS] = g_param_spec_int ("exit-status", NULL, NULL, -1, G_MAXINT, -1, flags);

  /**
   * ThespianCommandResult:term-signal: (getter get_term_signal)
   *
   * The signal that ended the program; 0 when it exited.
   *
   * Since: 1.0
   */
  props[PROP_TERM_SIGNAL] = g_param_spec_int ("term-signal", NULL, NULL, 0, G_MAXINT, 0, flags);

  /**
   * ThespianCommandResult:stdout: (getter get_stdout)
   *
   * What is kept of the standard output.
   *
   * Since: 1.0
   */
  props[PROP_STDOUT] = g_param_spec_boxed ("stdout", NULL, NULL, G_TYPE_BYTES, flags);

  /**
   * ThespianCommandResult:stdout-dropped: (getter get_stdout_dropped)
   *
   * How many bytes of the standard output were dropped.
   *
   * Since: 1.0
   */
  props[PROP_STDOUT_DROPPED] = g_param_spec_uint64 ("stdout-dropped", NULL, NULL, 0, G_MAXUINT64, 0,
                                                    flags);

  /**
   * ThespianCommandResult:stderr: (getter get_stderr)
   *
   * What is kept of the standard error.
   *
   * Since: 1.0
   */
  props[PROP_STDERR] = g_param_spec_boxed ("stderr", NULL, NULL, G_TYPE_BYTES, flags);

  /**
   * ThespianCommandResult:stderr-dropped: (getter get_stderr_dropped)
   *
   * How many bytes of the standard error were dropped.
   *
   * Since: 1.0
   */
  props[PROP_STDERR_DROPPED] = g_param_spec_uint64 ("stderr-dropped", NULL, NULL, 0, G_MAXUINT64, 0,
                                                    flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_command_result_init (ThespianCommandResult *self)
{
}

/**
 * thespian_command_result_get_exit_status: (get-property exit-status)
 * @self: the result of a command
 *
 * Gets the status that the program exited with. May be called from any thread.
 *
 * Returns: the status, 0 to 255; -1 when a signal ended the program
 *
 * Since: 1.0
 */
int
thespian_command_result_get_exit_status (ThespianCommandResult *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND_RESULT (self), -1);

  return self->exit_status;
}

/**
 * thespian_command_result_get_term_signal: (get-property term-signal)
 * @self: the result of a command
 *
 * Gets the signal that ended the program. May be called from any thread.
 *
 * Returns: the number of the signal; 0 when the program exited
 *
 * Since: 1.0
 */
int
thespian_command_result_get_term_signal (ThespianCommandResult *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND_RESULT (self), 0);

  return self->term_signal;
}

/**
 * thespian_command_result_get_stdout: (get-property stdout)
 * @self: the result of a command
 *
 * Gets what is kept of the standard output. May be called from any thread.
 *
 * Returns: (transfer none): the bytes
 *
 * Since: 1.0
 */
GBytes *
thespian_command_result_get_stdout (ThespianCommandResult *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND_RESULT (self), NULL);

  return self->out;
}

/**
 * thespian_command_result_get_stdout_dropped: (get-property stdout-dropped)
 * @self: the result of a command
 *
 * Gets how many bytes of the standard output were dropped. May be called from any thread.
 *
 * Returns: a number of bytes
 *
 * Since: 1.0
 */
guint64
thespian_command_result_get_stdout_dropped (ThespianCommandResult *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND_RESULT (self), 0);

  return self->out_dropped;
}

/**
 * thespian_command_result_get_stderr: (get-property stderr)
 * @self: the result of a command
 *
 * Gets what is kept of the standard error. May be called from any thread.
 *
 * Returns: (transfer none): the bytes
 *
 * Since: 1.0
 */
GBytes *
thespian_command_result_get_stderr (ThespianCommandResult *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND_RESULT (self), NULL);

  return self->err;
}

/**
 * thespian_command_result_get_stderr_dropped: (get-property stderr-dropped)
 * @self: the result of a command
 *
 * Gets how many bytes of the standard error were dropped. May be called from any thread.
 *
 * Returns: a number of bytes
 *
 * Since: 1.0
 */
guint64
thespian_command_result_get_stderr_dropped (ThespianCommandResult *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND_RESULT (self), 0);

  return self->err_dropped;
}
