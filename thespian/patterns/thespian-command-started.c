/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-command-started.h"

/**
 * ThespianCommandStarted:
 *
 * Tells that a command runs now.
 *
 * See [class@Thespian.RunCommand].
 *
 * Since: 1.0
 */
struct _ThespianCommandStarted
{
  ThespianCommandReport parent_instance;

  int pid;
};

typedef enum
{
  PROP_PID = 1,
} ThespianCommandStartedProperty;

static GParamSpec *props[PROP_PID + 1];

G_DEFINE_FINAL_TYPE (ThespianCommandStarted, thespian_command_started, THESPIAN_TYPE_COMMAND_REPORT)

static void
thespian_command_started_get_property (GObject    *object,
                                       guint       prop_id,
                                       GValue     *value,
                                       GParamSpec *pspec)
{
  ThespianCommandStarted *self = THESPIAN_COMMAND_STARTED (object);

  switch ((ThespianCommandStartedProperty) prop_id)
    {
    case PROP_PID:
      g_value_set_int (value, thespian_command_started_get_pid (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_started_set_property (GObject      *object,
                                       guint         prop_id,
                                       const GValue *value,
                                       GParamSpec   *pspec)
{
  ThespianCommandStarted *self = THESPIAN_COMMAND_STARTED (object);

  switch ((ThespianCommandStartedProperty) prop_id)
    {
    case PROP_PID:
      self->pid = g_value_get_int (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_started_class_init (ThespianCommandStartedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = thespian_command_started_get_property;
  object_class->set_property = thespian_command_started_set_property;

  /**
   * ThespianCommandStarted:pid: (getter get_pid)
   *
   * The process id of the program.
   *
   * Since: 1.0
   */
  props[PROP_PID] =
    g_param_spec_int ("pid", NULL, NULL, 0, G_MAXINT, 0,
                      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_command_started_init (ThespianCommandStarted *self)
{
}

/**
 * thespian_command_started_get_pid: (get-property pid)
 * @self: a report that a command runs
 *
 * Gets the process id of the program, which may have ended by now. It is also the number of a
 * process group that the program and its children are in. May be called from any thread.
 *
 * Returns: the process id
 *
 * Since: 1.0
 */
int
thespian_command_started_get_pid (ThespianCommandStarted *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND_STARTED (self), 0);

  return self->pid;
}
