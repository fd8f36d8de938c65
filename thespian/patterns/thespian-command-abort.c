/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-command-abort.h"

#include "model/thespian-serializable.h"

/**
 * ThespianCommandAbort:
 *
 * Tells a [class@Thespian.RunCommand] actor to give up a command.
 *
 * A command that runs gets SIGTERM, and 2 seconds later SIGKILL; one that waits is not run. Its
 * sender gets a [class@Thespian.CommandError]. Nothing happens when the command has ended already.
 *
 * The object never changes, and may be used from any thread.
 *
 * Since: 1.0
 */
struct _ThespianCommandAbort
{
  GObject parent_instance;

  ThespianCommand *command; /* (owned) (nullable) */
};

typedef enum
{
  PROP_COMMAND = 1,
} ThespianCommandAbortProperty;

static GParamSpec *props[PROP_COMMAND + 1];

G_DEFINE_FINAL_TYPE_WITH_CODE (ThespianCommandAbort, thespian_command_abort, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))

static void
thespian_command_abort_finalize (GObject *object)
{
  ThespianCommandAbort *self = THESPIAN_COMMAND_ABORT (object);

  g_clear_object (&self->command);

  G_OBJECT_CLASS (thespian_command_abort_parent_class)->finalize (object);
}

static void
thespian_command_abort_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  ThespianCommandAbort *self = THESPIAN_COMMAND_ABORT (object);

  switch ((ThespianCommandAbortProperty) prop_id)
    {
    case PROP_COMMAND:
      g_value_set_object (value, thespian_command_abort_get_command (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_abort_set_property (GObject      *object,
                                     guint         prop_id,
                                     const GValue *value,
                                     GParamSpec   *pspec)
{
  ThespianCommandAbort *self = THESPIAN_COMMAND_ABORT (object);

  switch ((ThespianCommandAbortProperty) prop_id)
    {
    case PROP_COMMAND:
      self->command = g_value_dup_object (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_abort_class_init (ThespianCommandAbortClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thespian_command_abort_finalize;
  object_class->get_property = thespian_command_abort_get_property;
  object_class->set_property = thespian_command_abort_set_property;

  /**
   * ThespianCommandAbort:command: (getter get_command)
   *
   * The command to give up, known by its [property@Thespian.Command:id]; %NULL for the one that
   * runs now.
   *
   * Since: 1.0
   */
  props[PROP_COMMAND] =
    g_param_spec_object ("command", NULL, NULL, THESPIAN_TYPE_COMMAND,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_command_abort_init (ThespianCommandAbort *self)
{
}

/**
 * thespian_command_abort_new: (constructor)
 * @command: (nullable): the command to give up, or %NULL for the one that runs when the message is
 *   received
 *
 * Makes a message that gives up a command. May be called from any thread.
 *
 * Returns: (transfer full): the message
 *
 * Since: 1.0
 */
ThespianCommandAbort *
thespian_command_abort_new (ThespianCommand *command)
{
  g_return_val_if_fail (command == NULL || THESPIAN_IS_COMMAND (command), NULL);

  return g_object_new (THESPIAN_TYPE_COMMAND_ABORT, "command", command, NULL);
}

/**
 * thespian_command_abort_get_command: (get-property command)
 * @self: a message that gives up a command
 *
 * Gets the command to give up. May be called from any thread.
 *
 * Returns: (transfer none) (nullable): the command, or %NULL for the one that runs
 *
 * Since: 1.0
 */
ThespianCommand *
thespian_command_abort_get_command (ThespianCommandAbort *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND_ABORT (self), NULL);

  return self->command;
}
