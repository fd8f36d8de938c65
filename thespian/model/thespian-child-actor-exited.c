/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-child-actor-exited-private.h"

/**
 * ThespianChildActorExited:
 *
 * Tells a parent that one of its children is gone.
 *
 * It comes exactly once for each child, whether the child was asked to exit, could not be created,
 * or ended in another way; and after everything that the child had sent to its parent. An actor
 * without a parent, made from outside or by a global name, ends without this notice.
 *
 * The object is made by the actor system.
 *
 * Since: 1.0
 */
struct _ThespianChildActorExited
{
  ThespianSystemMessage parent_instance;

  ThespianAddress *child_address; /* (owned) (nullable) */
  char *details; /* (owned) (nullable) */
};

typedef enum
{
  PROP_CHILD_ADDRESS = 1,
  PROP_DETAILS,
} ThespianChildActorExitedProperty;

static GParamSpec *props[PROP_DETAILS + 1];

G_DEFINE_FINAL_TYPE (ThespianChildActorExited, thespian_child_actor_exited,
                     THESPIAN_TYPE_SYSTEM_MESSAGE)

static void
thespian_child_actor_exited_finalize (GObject *object)
{
  ThespianChildActorExited *self = THESPIAN_CHILD_ACTOR_EXITED (object);

  g_clear_object (&self->child_address);
  g_free (self->details);

  G_OBJECT_CLASS (thespian_child_actor_exited_parent_class)->finalize (object);
}

static void
thespian_child_actor_exited_get_property (GObject    *object,
                                          guint       prop_id,
                                          GValue     *value,
                                          GParamSpec *pspec)
{
  ThespianChildActorExited *self = THESPIAN_CHILD_ACTOR_EXITED (object);

  switch ((ThespianChildActorExitedProperty) prop_id)
    {
    case PROP_CHILD_ADDRESS:
      g_value_set_object (value, thespian_child_actor_exited_get_child_address (self));
      break;

    case PROP_DETAILS:
      g_value_set_string (value, thespian_child_actor_exited_get_details (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_child_actor_exited_class_init (ThespianChildActorExitedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thespian_child_actor_exited_finalize;
  object_class->get_property = thespian_child_actor_exited_get_property;

  /**
   * ThespianChildActorExited:child-address: (getter get_child_address)
   *
   * The address of the child.
   *
   * Since: 1.0
   */
  props[PROP_CHILD_ADDRESS] =
    g_param_spec_object ("child-address", NULL, NULL, THESPIAN_TYPE_ADDRESS,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ThespianChildActorExited:details: (getter get_details)
   *
   * Why the child is gone, when that was not by request.
   *
   * Since: 1.0
   */
  props[PROP_DETAILS] =
    g_param_spec_string ("details", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_child_actor_exited_init (ThespianChildActorExited *self)
{
}

ThespianChildActorExited *
thespian_child_actor_exited_new (ThespianAddress *child,
                                 const char      *details)
{
  ThespianChildActorExited *self;

  g_return_val_if_fail (THESPIAN_IS_ADDRESS (child), NULL);

  self = g_object_new (THESPIAN_TYPE_CHILD_ACTOR_EXITED, NULL);
  self->child_address = g_object_ref (child);
  self->details = g_strdup (details);

  return self;
}

/**
 * thespian_child_actor_exited_get_child_address: (get-property child-address)
 * @self: a notice of a child's end
 *
 * Gets the address of the child that is gone. May be called from any thread.
 *
 * Returns: (transfer none): the address of the child
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_child_actor_exited_get_child_address (ThespianChildActorExited *self)
{
  g_return_val_if_fail (THESPIAN_IS_CHILD_ACTOR_EXITED (self), NULL);

  return self->child_address;
}

/**
 * thespian_child_actor_exited_get_details: (get-property details)
 * @self: a notice of a child's end
 *
 * Gets a text for people that says why the child is gone, such as the error that its set-up failed
 * with. May be called from any thread.
 *
 * Returns: (transfer none) (nullable): the reason, or %NULL when the child was asked to exit
 *
 * Since: 1.0
 */
const char *
thespian_child_actor_exited_get_details (ThespianChildActorExited *self)
{
  g_return_val_if_fail (THESPIAN_IS_CHILD_ACTOR_EXITED (self), NULL);

  return self->details;
}
