/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-command.h"

#include "model/thespian-error.h"
#include "model/thespian-serializable.h"

/**
 * ThespianCommand:
 *
 * A program to be run, with its arguments, for a [class@Thespian.RunCommand] actor.
 *
 * The program is found on the search path unless its name has a slash. No shell is involved.
 *
 * Of each output, the standard output and the standard error, the first
 * [property@Thespian.Command:head-limit] and the last [property@Thespian.Command:tail-limit] bytes
 * are kept for the result; what is between them is dropped.
 *
 * The object never changes, and may be used from any thread.
 *
 * Since: 1.0
 */
struct _ThespianCommand
{
  GObject parent_instance;

  char *id;
  char *program;
  GStrv arguments;
  GBytes *input; /* (owned) (nullable) */
  GTimeSpan timeout;
  guint64 head_limit;
  guint64 tail_limit;
  gboolean is_streaming;
};

typedef enum
{
  PROP_ID = 1,
  PROP_PROGRAM,
  PROP_ARGUMENTS,
  PROP_INPUT,
  PROP_TIMEOUT,
  PROP_HEAD_LIMIT,
  PROP_TAIL_LIMIT,
  PROP_STREAMING,
} ThespianCommandProperty;

static GParamSpec *props[PROP_STREAMING + 1];

static void serializable_init (ThespianSerializableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ThespianCommand, thespian_command, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE,
                                                      serializable_init))

/*
 * The id, the program, the arguments, the input, the timeout, the limits, and whether it streams.
 * The names of files need not be in UTF-8, so these are no strings.
 */
#define CONTENT_TYPE "(ayayaaymayxttb)"

static GVariant *
thespian_command_serialize (ThespianSerializable *serializable,
                            GError              **error)
{
  ThespianCommand *self = THESPIAN_COMMAND (serializable);
  GVariant *input = NULL;

  if (self->input != NULL)
    input = g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, self->input, TRUE);
  return g_variant_new ("(^ay^ay^aay@mayxttb)", self->id, self->program, self->arguments,
                        g_variant_new_maybe (G_VARIANT_TYPE_BYTESTRING, input), self->timeout,
                        self->head_limit, self->tail_limit, self->is_streaming);
}

static gboolean
thespian_command_deserialize (ThespianSerializable *serializable,
                              GVariant             *content,
                              GError              **error)
{
  ThespianCommand *self = THESPIAN_COMMAND (serializable);
  g_autoptr (GVariant) input = NULL;

  if (!g_variant_is_of_type (content, G_VARIANT_TYPE (CONTENT_TYPE)))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "A variant of type “%s” is no command: expected “" CONTENT_TYPE "”",
                   g_variant_get_type_string (content));
      return FALSE;
    }
  g_free (self->id);
  g_free (self->program);
  g_strfreev (self->arguments);
  g_variant_get (content, "(^ay^ay^aay@mayxttb)", &self->id, &self->program,
                 &self->arguments, &input, &self->timeout, &self->head_limit, &self->tail_limit,
                 &self->is_streaming);
  if (g_variant_n_children (input) > 0)
    {
      g_autoptr (GVariant) bytes = g_variant_get_child_value (input, 0);

      self->input = g_variant_get_data_as_bytes (bytes);
    }
  return TRUE;
}

static void
serializable_init (ThespianSerializableInterface *iface)
{
  iface->serialize = thespian_command_serialize;
  iface->deserialize = thespian_command_deserialize;
}

static void
thespian_command_constructed (GObject *object)
{
  ThespianCommand *self = THESPIAN_COMMAND (object);

  G_OBJECT_CLASS (thespian_command_parent_class)->constructed (object);

  if (self->id == NULL)
    self->id = g_uuid_string_random ();
  if (self->program == NULL)
    self->program = g_strdup ("");
  if (self->arguments == NULL)
    self->arguments = g_new0 (char *, 1);
}

static void
thespian_command_finalize (GObject *object)
{
  ThespianCommand *self = THESPIAN_COMMAND (object);

  g_free (self->id);
  g_free (self->program);
  g_strfreev (self->arguments);
  g_clear_pointer (&self->input, g_bytes_unref);

  G_OBJECT_CLASS (thespian_command_parent_class)->finalize (object);
}

static void
thespian_command_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  ThespianCommand *self = THESPIAN_COMMAND (object);

  switch ((ThespianCommandProperty) prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, thespian_command_get_id (self));
      break;

    case PROP_PROGRAM:
      g_value_set_string (value, thespian_command_get_program (self));
      break;

    case PROP_ARGUMENTS:
      g_value_set_boxed (value, thespian_command_get_arguments (self));
      break;

    case PROP_INPUT:
      g_value_set_boxed (value, thespian_command_get_input (self));
      break;

    case PROP_TIMEOUT:
      g_value_set_int64 (value, thespian_command_get_timeout (self));
      break;

    case PROP_HEAD_LIMIT:
      g_value_set_uint64 (value, thespian_command_get_head_limit (self));
      break;

    case PROP_TAIL_LIMIT:
      g_value_set_uint64 (value, thespian_command_get_tail_limit (self));
      break;

    case PROP_STREAMING:
      g_value_set_boolean (value, thespian_command_get_streaming (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  ThespianCommand *self = THESPIAN_COMMAND (object);

  switch ((ThespianCommandProperty) prop_id)
    {
    case PROP_ID:
      self->id = g_value_dup_string (value);
      break;

    case PROP_PROGRAM:
      self->program = g_value_dup_string (value);
      break;

    case PROP_ARGUMENTS:
      self->arguments = g_value_dup_boxed (value);
      break;

    case PROP_INPUT:
      self->input = g_value_dup_boxed (value);
      break;

    case PROP_TIMEOUT:
      self->timeout = g_value_get_int64 (value);
      break;

    case PROP_HEAD_LIMIT:
      self->head_limit = g_value_get_uint64 (value);
      break;

    case PROP_TAIL_LIMIT:
      self->tail_limit = g_value_get_uint64 (value);
      break;

    case PROP_STREAMING:
      self->is_streaming = g_value_get_boolean (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_class_init (ThespianCommandClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = thespian_command_constructed;
  object_class->finalize = thespian_command_finalize;
  object_class->get_property = thespian_command_get_property;
  object_class->set_property = thespian_command_set_property;

  /**
   * ThespianCommand:id: (getter get_id)
   *
   * What tells this command from others: a random text unless one is given.
   *
   * Since: 1.0
   */
  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * ThespianCommand:program: (getter get_program)
   *
   * The program, by name or path.
   *
   * Since: 1.0
   */
  props[PROP_PROGRAM] = g_param_spec_string ("program", NULL, NULL, NULL, flags);

  /**
   * ThespianCommand:arguments: (getter get_arguments)
   *
   * The arguments, without the program itself.
   *
   * Since: 1.0
   */
  props[PROP_ARGUMENTS] = g_param_spec_boxed ("arguments", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * ThespianCommand:input: (getter get_input)
   *
   * What the program can read from its standard input; %NULL for nothing.
   *
   * Since: 1.0
   */
  props[PROP_INPUT] = g_param_spec_boxed ("input", NULL, NULL, G_TYPE_BYTES, flags);

  /**
   * ThespianCommand:timeout: (getter get_timeout)
   *
   * How long the program may run, in microseconds; negative for ever.
   *
   * Since: 1.0
   */
  props[PROP_TIMEOUT] = g_param_spec_int64 ("timeout", NULL, NULL, G_MININT64, G_MAXINT64, -1,
                                            flags);

  /**
   * ThespianCommand:head-limit: (getter get_head_limit)
   *
   * How many bytes are kept of the beginning of each output; no more than 512 MiB.
   *
   * Since: 1.0
   */
  props[PROP_HEAD_LIMIT] = g_param_spec_uint64 ("head-limit", NULL, NULL, 0, G_MAXUINT64,
                                                THESPIAN_COMMAND_HEAD_LIMIT, flags);

  /**
   * ThespianCommand:tail-limit: (getter get_tail_limit)
   *
   * How many bytes are kept of the end of each output; no more than 512 MiB.
   *
   * Since: 1.0
   */
  props[PROP_TAIL_LIMIT] = g_param_spec_uint64 ("tail-limit", NULL, NULL, 0, G_MAXUINT64,
                                                THESPIAN_COMMAND_TAIL_LIMIT, flags);

  /**
   * ThespianCommand:streaming: (getter get_streaming)
   *
   * Whether all output is also sent while the program runs, by [class@Thespian.CommandOutput]
   * messages.
   *
   * Since: 1.0
   */
  props[PROP_STREAMING] = g_param_spec_boolean ("streaming", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_command_init (ThespianCommand *self)
{
}

/**
 * thespian_command_new: (constructor)
 * @program: the program, by name or path
 * @arguments: (array zero-terminated=1) (nullable): its arguments, without the program itself
 *
 * Makes a command without input and timeout. May be called from any thread.
 *
 * Returns: (transfer full): the command
 *
 * Since: 1.0
 */
ThespianCommand *
thespian_command_new (const char         *program,
                      const char * const *arguments)
{
  return thespian_command_new_full (program, arguments, NULL, -1, THESPIAN_COMMAND_HEAD_LIMIT,
                                    THESPIAN_COMMAND_TAIL_LIMIT, FALSE);
}

/**
 * thespian_command_new_full: (constructor)
 * @program: the program, by name or path
 * @arguments: (array zero-terminated=1) (nullable): its arguments, without the program itself
 * @input: (nullable): what it can read from its standard input
 * @timeout: how long it may run, in microseconds; negative for ever
 * @head_limit: how many bytes to keep of the beginning of each output
 * @tail_limit: how many bytes to keep of the end of each output
 * @streaming: whether to send all output while it runs
 *
 * Makes a command. May be called from any thread.
 *
 * Returns: (transfer full): the command
 *
 * Since: 1.0
 */
ThespianCommand *
thespian_command_new_full (const char         *program,
                           const char * const *arguments,
                           GBytes             *input,
                           GTimeSpan           timeout,
                           guint64             head_limit,
                           guint64             tail_limit,
                           gboolean            streaming)
{
  g_return_val_if_fail (program != NULL, NULL);

  return g_object_new (THESPIAN_TYPE_COMMAND,
                       "program", program,
                       "arguments", arguments,
                       "input", input,
                       "timeout", timeout,
                       "head-limit", head_limit,
                       "tail-limit", tail_limit,
                       "streaming", streaming,
                       NULL);
}

/**
 * thespian_command_get_id: (get-property id)
 * @self: a command
 *
 * Gets what tells this command from others. May be called from any thread.
 *
 * Returns: (transfer none): the text
 *
 * Since: 1.0
 */
const char *
thespian_command_get_id (ThespianCommand *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND (self), NULL);

  return self->id;
}

/**
 * thespian_command_get_program: (get-property program)
 * @self: a command
 *
 * Gets the program. May be called from any thread.
 *
 * Returns: (transfer none): its name or path
 *
 * Since: 1.0
 */
const char *
thespian_command_get_program (ThespianCommand *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND (self), NULL);

  return self->program;
}

/**
 * thespian_command_get_arguments: (get-property arguments)
 * @self: a command
 *
 * Gets the arguments, without the program itself. May be called from any thread.
 *
 * Returns: (transfer none) (array zero-terminated=1): the arguments
 *
 * Since: 1.0
 */
const char * const *
thespian_command_get_arguments (ThespianCommand *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND (self), NULL);

  return (const char * const *) self->arguments;
}

/**
 * thespian_command_get_input: (get-property input)
 * @self: a command
 *
 * Gets what the program can read from its standard input. May be called from any thread.
 *
 * Returns: (transfer none) (nullable): the input, or %NULL for nothing
 *
 * Since: 1.0
 */
GBytes *
thespian_command_get_input (ThespianCommand *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND (self), NULL);

  return self->input;
}

/**
 * thespian_command_get_timeout: (get-property timeout)
 * @self: a command
 *
 * Gets how long the program may run. May be called from any thread.
 *
 * Returns: the time in microseconds, negative for ever
 *
 * Since: 1.0
 */
GTimeSpan
thespian_command_get_timeout (ThespianCommand *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND (self), -1);

  return self->timeout;
}

/**
 * thespian_command_get_head_limit: (get-property head-limit)
 * @self: a command
 *
 * Gets how many bytes are kept of the beginning of each output. May be called from any thread.
 *
 * Returns: a number of bytes
 *
 * Since: 1.0
 */
guint64
thespian_command_get_head_limit (ThespianCommand *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND (self), 0);

  return self->head_limit;
}

/**
 * thespian_command_get_tail_limit: (get-property tail-limit)
 * @self: a command
 *
 * Gets how many bytes are kept of the end of each output. May be called from any thread.
 *
 * Returns: a number of bytes
 *
 * Since: 1.0
 */
guint64
thespian_command_get_tail_limit (ThespianCommand *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND (self), 0);

  return self->tail_limit;
}

/**
 * thespian_command_get_streaming: (get-property streaming)
 * @self: a command
 *
 * Tells whether all output is also sent while the program runs. May be called from any thread.
 *
 * Returns: %TRUE when it is
 *
 * Since: 1.0
 */
gboolean
thespian_command_get_streaming (ThespianCommand *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND (self), FALSE);

  return self->is_streaming;
}
