/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-update-troupe-settings.h"

#include "model/thespian-serializable.h"

/**
 * ThespianUpdateTroupeSettings:
 *
 * Changes the settings of a troupe while it runs, and tells which ones are in force.
 *
 * Sent to the address of a troupe (see [method@Thespian.ActorClass.set_troupe]), it is answered by
 * another message of this kind that has the settings as they are now. One that leaves both counts
 * alone only asks for them.
 *
 * The object never changes, and may be used from any thread.
 *
 * Since: 1.0
 */
struct _ThespianUpdateTroupeSettings
{
  GObject parent_instance;

  int max_count;
  int idle_count;
};

typedef enum
{
  PROP_MAX_COUNT = 1,
  PROP_IDLE_COUNT,
} ThespianUpdateTroupeSettingsProperty;

static GParamSpec *props[PROP_IDLE_COUNT + 1];

G_DEFINE_FINAL_TYPE_WITH_CODE (ThespianUpdateTroupeSettings, thespian_update_troupe_settings,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))

static void
thespian_update_troupe_settings_get_property (GObject    *object,
                                              guint       prop_id,
                                              GValue     *value,
                                              GParamSpec *pspec)
{
  ThespianUpdateTroupeSettings *self = THESPIAN_UPDATE_TROUPE_SETTINGS (object);

  switch ((ThespianUpdateTroupeSettingsProperty) prop_id)
    {
    case PROP_MAX_COUNT:
      g_value_set_int (value, thespian_update_troupe_settings_get_max_count (self));
      break;

    case PROP_IDLE_COUNT:
      g_value_set_int (value, thespian_update_troupe_settings_get_idle_count (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_update_troupe_settings_set_property (GObject      *object,
                                              guint         prop_id,
                                              const GValue *value,
                                              GParamSpec   *pspec)
{
  ThespianUpdateTroupeSettings *self = THESPIAN_UPDATE_TROUPE_SETTINGS (object);

  switch ((ThespianUpdateTroupeSettingsProperty) prop_id)
    {
    case PROP_MAX_COUNT:
      self->max_count = g_value_get_int (value);
      break;

    case PROP_IDLE_COUNT:
      self->idle_count = g_value_get_int (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_update_troupe_settings_class_init (ThespianUpdateTroupeSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = thespian_update_troupe_settings_get_property;
  object_class->set_property = thespian_update_troupe_settings_set_property;

  /**
   * ThespianUpdateTroupeSettings:max-count: (getter get_max_count)
   *
   * How many workers there are at most; -1 to leave that as it is. A troupe always has room for
   * one.
   *
   * Since: 1.0
   */
  props[PROP_MAX_COUNT] =
    g_param_spec_int ("max-count", NULL, NULL, -1, G_MAXINT, -1,
                      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * ThespianUpdateTroupeSettings:idle-count: (getter get_idle_count)
   *
   * How many workers stay when there is no work; -1 to leave that as it is.
   *
   * Since: 1.0
   */
  props[PROP_IDLE_COUNT] =
    g_param_spec_int ("idle-count", NULL, NULL, -1, G_MAXINT, -1,
                      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_update_troupe_settings_init (ThespianUpdateTroupeSettings *self)
{
}

/**
 * thespian_update_troupe_settings_new: (constructor)
 * @max_count: how many workers there are at most, or -1 to leave that as it is
 * @idle_count: how many workers stay when there is no work, or -1 to leave that as it is
 *
 * Makes a message with new settings for a troupe. May be called from any thread.
 *
 * Returns: (transfer full): the message
 *
 * Since: 1.0
 */
ThespianUpdateTroupeSettings *
thespian_update_troupe_settings_new (int max_count,
                                     int idle_count)
{
  g_return_val_if_fail (max_count >= -1, NULL);
  g_return_val_if_fail (idle_count >= -1, NULL);

  return g_object_new (THESPIAN_TYPE_UPDATE_TROUPE_SETTINGS,
                       "max-count", max_count,
                       "idle-count", idle_count,
                       NULL);
}

/**
 * thespian_update_troupe_settings_get_max_count: (get-property max-count)
 * @self: the settings of a troupe
 *
 * Gets how many workers there are at most. May be called from any thread.
 *
 * Returns: the number of workers, or -1 for no change
 *
 * Since: 1.0
 */
int
thespian_update_troupe_settings_get_max_count (ThespianUpdateTroupeSettings *self)
{
  g_return_val_if_fail (THESPIAN_IS_UPDATE_TROUPE_SETTINGS (self), -1);

  return self->max_count;
}

/**
 * thespian_update_troupe_settings_get_idle_count: (get-property idle-count)
 * @self: the settings of a troupe
 *
 * Gets how many workers stay when there is no work. May be called from any thread.
 *
 * Returns: the number of workers, or -1 for no change
 *
 * Since: 1.0
 */
int
thespian_update_troupe_settings_get_idle_count (ThespianUpdateTroupeSettings *self)
{
  g_return_val_if_fail (THESPIAN_IS_UPDATE_TROUPE_SETTINGS (self), -1);

  return self->idle_count;
}
