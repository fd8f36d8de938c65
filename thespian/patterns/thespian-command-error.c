/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-command-error.h"

#include "thespian-enums.h"

/**
 * ThespianCommandError:
 *
 * Tells that a command could not be run to its end.
 *
 * A program that ends by itself has a [class@Thespian.CommandResult], also when it failed or was
 * killed by somebody else.
 *
 * See [class@Thespian.RunCommand].
 *
 * Since: 1.0
 */
struct _ThespianCommandError
{
  ThespianCommandReport parent_instance;

  ThespianCommandFailure failure;
  char *details;
  ThespianCommandResult *result; /* (owned) (nullable) */
};

typedef enum
{
  PROP_FAILURE = 1,
  PROP_DETAILS,
  PROP_RESULT,
} ThespianCommandErrorProperty;

static GParamSpec *props[PROP_RESULT + 1];

G_DEFINE_FINAL_TYPE (ThespianCommandError, thespian_command_error, THESPIAN_TYPE_COMMAND_REPORT)

static void
thespian_command_error_finalize (GObject *object)
{
  ThespianCommandError *self = THESPIAN_COMMAND_ERROR (object);

  g_free (self->details);
  g_clear_object (&self->result);

  G_OBJECT_CLASS (thespian_command_error_parent_class)->finalize (object);
}

static void
thespian_command_error_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  ThespianCommandError *self = THESPIAN_COMMAND_ERROR (object);

  switch ((ThespianCommandErrorProperty) prop_id)
    {
    case PROP_FAILURE:
      g_value_set_enum (value, thespian_command_error_get_failure (self));
      break;

    case PROP_DETAILS:
      g_value_set_string (value, thespian_command_error_get_details (self));
      break;

    case PROP_RESULT:
      g_value_set_object (value, thespian_command_error_get_result (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_error_set_property (GObject      *object,
                                     guint         prop_id,
                                     const GValue *value,
                                     GParamSpec   *pspec)
{
  ThespianCommandError *self = THESPIAN_COMMAND_ERROR (object);

  switch ((ThespianCommandErrorProperty) prop_id)
    {
    case PROP_FAILURE:
      self->failure = g_value_get_enum (value);
      break;

    case PROP_DETAILS:
      self->details = g_value_dup_string (value);
      break;

    case PROP_RESULT:
      self->result = g_value_dup_object (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_error_class_init (ThespianCommandErrorClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thespian_command_error_finalize;
  object_class->get_property = thespian_command_error_get_property;
  object_class->set_property = thespian_command_error_set_property;

  /**
   * ThespianCommandError:failure: (getter get_failure)
   *
   * The kind of failure.
   *
   * Since: 1.0
   */
  props[PROP_FAILURE] = g_param_spec_enum ("failure", NULL, NULL, THESPIAN_TYPE_COMMAND_FAILURE,
                                           THESPIAN_COMMAND_FAILURE_NOT_STARTED, flags);

  /**
   * ThespianCommandError:details: (getter get_details)
   *
   * What happened, as a text for people.
   *
   * Since: 1.0
   */
  props[PROP_DETAILS] = g_param_spec_string ("details", NULL, NULL, NULL, flags);

  /**
   * ThespianCommandError:result: (getter get_result)
   *
   * How far the command came; %NULL when it never started.
   *
   * Since: 1.0
   */
  props[PROP_RESULT] = g_param_spec_object ("result", NULL, NULL, THESPIAN_TYPE_COMMAND_RESULT,
                                            flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_command_error_init (ThespianCommandError *self)
{
}

/**
 * thespian_command_error_get_failure: (get-property failure)
 * @self: an error of a command
 *
 * Gets the kind of failure. May be called from any thread.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
ThespianCommandFailure
thespian_command_error_get_failure (ThespianCommandError *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND_ERROR (self), THESPIAN_COMMAND_FAILURE_NOT_STARTED);

  return self->failure;
}

/**
 * thespian_command_error_get_details: (get-property details)
 * @self: an error of a command
 *
 * Gets what happened, as a text for people. May be called from any thread.
 *
 * Returns: (transfer none): the text
 *
 * Since: 1.0
 */
const char *
thespian_command_error_get_details (ThespianCommandError *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND_ERROR (self), NULL);

  return self->details;
}

/**
 * thespian_command_error_get_result: (get-property result)
 * @self: an error of a command
 *
 * Gets how far the command came: what it wrote, and the signal that ended it. May be called from
 * any thread.
 *
 * Returns: (transfer none) (nullable): the result, or %NULL when the command never started
 *
 * Since: 1.0
 */
ThespianCommandResult *
thespian_command_error_get_result (ThespianCommandError *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND_ERROR (self), NULL);

  return self->result;
}
