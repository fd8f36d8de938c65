/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-system-status.h"

#include "model/thespian-status-private.h"

/**
 * ThespianSystemStatus:
 *
 * Tells how an actor system does: the answer to a [class@Thespian.StatusRequest] to its admin.
 *
 * The details are for information; another version of the library may say more or less. They are:
 *
 * | name | type | meaning |
 * | --- | --- | --- |
 * | `address` | `s` | the admin's address, in its printable form |
 * | `process-id` | `i` | the process that its admin is in |
 * | `base` | `s` | the name of the system's base |
 * | `capabilities` | `a{sv}` | its capabilities |
 * | `n-actors` | `t` | the number of its living actors |
 * | `named-actors` | `a{ss}` | the addresses of its actors with a global name, by that name |
 * | `dead-letter-handler` | `s` | the address of the handler of dead letters; absent without one |
 *
 * The object is made by the actor system.
 *
 * Since: 1.0
 */
struct _ThespianSystemStatus
{
  ThespianSystemMessage parent_instance;

  GVariant *details; /* (owned) a{sv} */
};

typedef enum
{
  PROP_DETAILS = 1,
} ThespianSystemStatusProperty;

static GParamSpec *props[PROP_DETAILS + 1];

G_DEFINE_FINAL_TYPE (ThespianSystemStatus, thespian_system_status, THESPIAN_TYPE_SYSTEM_MESSAGE)

static void
thespian_system_status_finalize (GObject *object)
{
  ThespianSystemStatus *self = THESPIAN_SYSTEM_STATUS (object);

  g_variant_unref (self->details);

  G_OBJECT_CLASS (thespian_system_status_parent_class)->finalize (object);
}

static void
thespian_system_status_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  ThespianSystemStatus *self = THESPIAN_SYSTEM_STATUS (object);

  switch ((ThespianSystemStatusProperty) prop_id)
    {
    case PROP_DETAILS:
      g_value_set_variant (value, thespian_system_status_get_details (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_system_status_class_init (ThespianSystemStatusClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thespian_system_status_finalize;
  object_class->get_property = thespian_system_status_get_property;

  /**
   * ThespianSystemStatus:details: (getter get_details)
   *
   * All that the status says, by name.
   *
   * Since: 1.0
   */
  props[PROP_DETAILS] =
    g_param_spec_variant ("details", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_system_status_init (ThespianSystemStatus *self)
{
  self->details = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
}

ThespianSystemStatus *
thespian_system_status_new (GVariant *details)
{
  ThespianSystemStatus *self;

  g_return_val_if_fail (g_variant_is_of_type (details, G_VARIANT_TYPE_VARDICT), NULL);

  self = g_object_new (THESPIAN_TYPE_SYSTEM_STATUS, NULL);
  g_variant_unref (self->details);
  self->details = g_variant_ref_sink (details);

  return self;
}

/**
 * thespian_system_status_get_details: (get-property details)
 * @self: a system's status
 *
 * Gets all that the status says, by name, as a variant of type `a{sv}`. May be called from any
 * thread.
 *
 * Returns: (transfer none): the details
 *
 * Since: 1.0
 */
GVariant *
thespian_system_status_get_details (ThespianSystemStatus *self)
{
  g_return_val_if_fail (THESPIAN_IS_SYSTEM_STATUS (self), NULL);

  return self->details;
}

/**
 * thespian_system_status_get_address:
 * @self: a system's status
 *
 * Gets the address of the system's admin, in its printable form. May be called from any thread.
 *
 * Returns: (transfer none) (nullable): the address, or %NULL when the status does not say
 *
 * Since: 1.0
 */
const char *
thespian_system_status_get_address (ThespianSystemStatus *self)
{
  g_return_val_if_fail (THESPIAN_IS_SYSTEM_STATUS (self), NULL);

  return thespian_status_get_string (self->details, THESPIAN_STATUS_ADDRESS);
}

/**
 * thespian_system_status_get_n_actors:
 * @self: a system's status
 *
 * Gets the number of the system's living actors. May be called from any thread.
 *
 * Returns: the number of actors, or 0 when the status does not say
 *
 * Since: 1.0
 */
guint64
thespian_system_status_get_n_actors (ThespianSystemStatus *self)
{
  g_return_val_if_fail (THESPIAN_IS_SYSTEM_STATUS (self), 0);

  return thespian_status_get_uint64 (self->details, THESPIAN_STATUS_N_ACTORS);
}

/**
 * thespian_system_status_dup_capabilities:
 * @self: a system's status
 *
 * Gets the capabilities of the system, as a variant of type `a{sv}`. May be called from any thread.
 *
 * Returns: (transfer full): the capabilities; empty when the status does not say
 *
 * Since: 1.0
 */
GVariant *
thespian_system_status_dup_capabilities (ThespianSystemStatus *self)
{
  GVariant *capabilities;

  g_return_val_if_fail (THESPIAN_IS_SYSTEM_STATUS (self), NULL);

  capabilities = g_variant_lookup_value (self->details, THESPIAN_STATUS_CAPABILITIES,
                                         G_VARIANT_TYPE_VARDICT);
  if (capabilities == NULL)
    capabilities = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));

  return capabilities;
}

/**
 * thespian_system_status_to_json:
 * @self: a system's status
 *
 * Writes the details as indented JSON, for people and for other programs.
 *
 * What JSON has no number for is `null` (infinite, or not a number at all) or a string (integers
 * of more than 63 bits). May be called from any thread.
 *
 * Returns: (transfer full): the text of a JSON object
 *
 * Since: 1.0
 */
char *
thespian_system_status_to_json (ThespianSystemStatus *self)
{
  g_return_val_if_fail (THESPIAN_IS_SYSTEM_STATUS (self), NULL);

  return thespian_status_to_json (self->details);
}
