/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-command-report.h"

#include "model/thespian-serializable.h"

/**
 * ThespianCommandReport:
 *
 * What a [class@Thespian.RunCommand] actor sends about a command.
 *
 * The reports on a command are, in this order: one [class@Thespian.CommandStarted]; any number of
 * [class@Thespian.CommandOutput], when they were asked for; and one [class@Thespian.CommandResult]
 * or [class@Thespian.CommandError]. A command that could not be started has the error alone.
 *
 * Reports never change, and may be used from any thread.
 *
 * Since: 1.0
 */
typedef struct
{
  ThespianCommand *command; /* (owned) (nullable) */
} ThespianCommandReportPrivate;

typedef enum
{
  PROP_COMMAND = 1,
} ThespianCommandReportProperty;

static GParamSpec *props[PROP_COMMAND + 1];

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (ThespianCommandReport, thespian_command_report, G_TYPE_OBJECT,
                                  G_ADD_PRIVATE (ThespianCommandReport)
                                  G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))

static void
thespian_command_report_finalize (GObject *object)
{
  ThespianCommandReport *self = THESPIAN_COMMAND_REPORT (object);
  ThespianCommandReportPrivate *priv = thespian_command_report_get_instance_private (self);

  g_clear_object (&priv->command);

  G_OBJECT_CLASS (thespian_command_report_parent_class)->finalize (object);
}

static void
thespian_command_report_get_property (GObject    *object,
                                      guint       prop_id,
                                      GValue     *value,
                                      GParamSpec *pspec)
{
  ThespianCommandReport *self = THESPIAN_COMMAND_REPORT (object);

  switch ((ThespianCommandReportProperty) prop_id)
    {
    case PROP_COMMAND:
      g_value_set_object (value, thespian_command_report_get_command (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_report_set_property (GObject      *object,
                                      guint         prop_id,
                                      const GValue *value,
                                      GParamSpec   *pspec)
{
  ThespianCommandReport *self = THESPIAN_COMMAND_REPORT (object);
  ThespianCommandReportPrivate *priv = thespian_command_report_get_instance_private (self);

  switch ((ThespianCommandReportProperty) prop_id)
    {
    case PROP_COMMAND:
      priv->command = g_value_dup_object (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_report_class_init (ThespianCommandReportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thespian_command_report_finalize;
  object_class->get_property = thespian_command_report_get_property;
  object_class->set_property = thespian_command_report_set_property;

  /**
   * ThespianCommandReport:command: (getter get_command)
   *
   * The command that the report is about.
   *
   * Since: 1.0
   */
  props[PROP_COMMAND] =
    g_param_spec_object ("command", NULL, NULL, THESPIAN_TYPE_COMMAND,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_command_report_init (ThespianCommandReport *self)
{
}

/**
 * thespian_command_report_get_command: (get-property command)
 * @self: a report on a command
 *
 * Gets the command that the report is about: the object that was sent, or a copy with the same
 * [property@Thespian.Command:id] when it came from another process. May be called from any thread.
 *
 * Returns: (transfer none): the command
 *
 * Since: 1.0
 */
ThespianCommand *
thespian_command_report_get_command (ThespianCommandReport *self)
{
  ThespianCommandReportPrivate *priv = thespian_command_report_get_instance_private (self);

  g_return_val_if_fail (THESPIAN_IS_COMMAND_REPORT (self), NULL);

  return priv->command;
}
