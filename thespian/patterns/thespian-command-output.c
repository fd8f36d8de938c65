/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-command-output.h"

#include "thespian-enums.h"

/**
 * ThespianCommandOutput:
 *
 * Brings what a command wrote, while it runs.
 *
 * Sent only for commands with [property@Thespian.Command:streaming], and then for every byte of
 * their output. The pieces of each channel are in order; they are cut anywhere, also within a line
 * or a character.
 *
 * See [class@Thespian.RunCommand].
 *
 * Since: 1.0
 */
struct _ThespianCommandOutput
{
  ThespianCommandReport parent_instance;

  ThespianCommandChannel channel;
  GBytes *data; /* (owned) (nullable) */
};

typedef enum
{
  PROP_CHANNEL = 1,
  PROP_DATA,
} ThespianCommandOutputProperty;

static GParamSpec *props[PROP_DATA + 1];

G_DEFINE_FINAL_TYPE (ThespianCommandOutput, thespian_command_output, THESPIAN_TYPE_COMMAND_REPORT)

static void
thespian_command_output_finalize (GObject *object)
{
  ThespianCommandOutput *self = THESPIAN_COMMAND_OUTPUT (object);

  g_clear_pointer (&self->data, g_bytes_unref);

  G_OBJECT_CLASS (thespian_command_output_parent_class)->finalize (object);
}

static void
thespian_command_output_get_property (GObject    *object,
                                      guint       prop_id,
                                      GValue     *value,
                                      GParamSpec *pspec)
{
  ThespianCommandOutput *self = THESPIAN_COMMAND_OUTPUT (object);

  switch ((ThespianCommandOutputProperty) prop_id)
    {
    case PROP_CHANNEL:
      g_value_set_enum (value, thespian_command_output_get_channel (self));
      break;

    case PROP_DATA:
      g_value_set_boxed (value, thespian_command_output_get_data (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_output_set_property (GObject      *object,
                                      guint         prop_id,
                                      const GValue *value,
                                      GParamSpec   *pspec)
{
  ThespianCommandOutput *self = THESPIAN_COMMAND_OUTPUT (object);

  switch ((ThespianCommandOutputProperty) prop_id)
    {
    case PROP_CHANNEL:
      self->channel = g_value_get_enum (value);
      break;

    case PROP_DATA:
      self->data = g_value_dup_boxed (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_command_output_class_init (ThespianCommandOutputClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thespian_command_output_finalize;
  object_class->get_property = thespian_command_output_get_property;
  object_class->set_property = thespian_command_output_set_property;

  /**
   * ThespianCommandOutput:channel: (getter get_channel)
   *
   * Where the command wrote it.
   *
   * Since: 1.0
   */
  props[PROP_CHANNEL] = g_param_spec_enum ("channel", NULL, NULL, THESPIAN_TYPE_COMMAND_CHANNEL,
                                           THESPIAN_COMMAND_CHANNEL_STDOUT, flags);

  /**
   * ThespianCommandOutput:data: (getter get_data)
   *
   * What the command wrote.
   *
   * Since: 1.0
   */
  props[PROP_DATA] = g_param_spec_boxed ("data", NULL, NULL, G_TYPE_BYTES, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_command_output_init (ThespianCommandOutput *self)
{
}

/**
 * thespian_command_output_get_channel: (get-property channel)
 * @self: output of a command
 *
 * Gets where the command wrote it. May be called from any thread.
 *
 * Returns: the channel
 *
 * Since: 1.0
 */
ThespianCommandChannel
thespian_command_output_get_channel (ThespianCommandOutput *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND_OUTPUT (self), THESPIAN_COMMAND_CHANNEL_STDOUT);

  return self->channel;
}

/**
 * thespian_command_output_get_data: (get-property data)
 * @self: output of a command
 *
 * Gets what the command wrote. May be called from any thread.
 *
 * Returns: (transfer none): the bytes
 *
 * Since: 1.0
 */
GBytes *
thespian_command_output_get_data (ThespianCommandOutput *self)
{
  g_return_val_if_fail (THESPIAN_IS_COMMAND_OUTPUT (self), NULL);

  return self->data;
}
