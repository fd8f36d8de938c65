/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-actor-exit-request.h"

#include "model/thespian-serializable.h"

/**
 * ThespianActorExitRequest:
 *
 * Asks an actor to exit.
 *
 * The actor gets the request before anything else that waits in its mailbox, as its last chance to
 * tidy up; then it exits, whatever it did with the request. Messages sent to it later are dead
 * letters, and its parent is told by a [class@Thespian.ChildActorExited].
 *
 * By default the request is recursive: when the actor has handled it, it goes on to all of the
 * actor's children, and the actor waits for their ends. After a request that is not recursive the
 * children live on, without a parent.
 *
 * Since: 1.0
 */
struct _ThespianActorExitRequest
{
  ThespianSystemMessage parent_instance;

  gboolean is_recursive;
};

typedef enum
{
  PROP_IS_RECURSIVE = 1,
} ThespianActorExitRequestProperty;

static GParamSpec *props[PROP_IS_RECURSIVE + 1];

G_DEFINE_FINAL_TYPE_WITH_CODE (ThespianActorExitRequest, thespian_actor_exit_request, THESPIAN_TYPE_SYSTEM_MESSAGE,
                               G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))

static void
thespian_actor_exit_request_get_property (GObject    *object,
                                          guint       prop_id,
                                          GValue     *value,
                                          GParamSpec *pspec)
{
  ThespianActorExitRequest *self = THESPIAN_ACTOR_EXIT_REQUEST (object);

  switch ((ThespianActorExitRequestProperty) prop_id)
    {
    case PROP_IS_RECURSIVE:
      g_value_set_boolean (value, thespian_actor_exit_request_get_recursive (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_actor_exit_request_set_property (GObject      *object,
                                          guint         prop_id,
                                          const GValue *value,
                                          GParamSpec   *pspec)
{
  ThespianActorExitRequest *self = THESPIAN_ACTOR_EXIT_REQUEST (object);

  switch ((ThespianActorExitRequestProperty) prop_id)
    {
    case PROP_IS_RECURSIVE:
      self->is_recursive = g_value_get_boolean (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_actor_exit_request_class_init (ThespianActorExitRequestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = thespian_actor_exit_request_get_property;
  object_class->set_property = thespian_actor_exit_request_set_property;

  /**
   * ThespianActorExitRequest:is-recursive: (getter get_recursive)
   *
   * Whether the actor's children have to exit too.
   *
   * Since: 1.0
   */
  props[PROP_IS_RECURSIVE] =
    g_param_spec_boolean ("is-recursive", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_actor_exit_request_init (ThespianActorExitRequest *self)
{
}

/*
 * Every actor's end needs a request, and a request never changes: two objects serve them all.
 */
static ThespianActorExitRequest *
ref_shared (gboolean is_recursive)
{
  static ThespianActorExitRequest *shared[2];
  ThespianActorExitRequest **request = &shared[is_recursive];

  if (g_once_init_enter (request))
    {
      ThespianActorExitRequest *made = g_object_new (THESPIAN_TYPE_ACTOR_EXIT_REQUEST,
                                                     "is-recursive", is_recursive,
                                                     NULL);

      g_once_init_leave (request, made);
    }

  return g_object_ref (*request);
}

/**
 * thespian_actor_exit_request_new: (constructor)
 *
 * Makes a request to exit together with all children.
 *
 * All calls return the same object, each with a reference of its own. May be called from any
 * thread.
 *
 * Returns: (transfer full): a recursive request
 *
 * Since: 1.0
 */
ThespianActorExitRequest *
thespian_actor_exit_request_new (void)
{
  return ref_shared (TRUE);
}

/**
 * thespian_actor_exit_request_new_not_recursive: (constructor)
 *
 * Makes a request to exit and to leave the children living.
 *
 * All calls return the same object, each with a reference of its own. May be called from any
 * thread.
 *
 * Returns: (transfer full): a request that is not recursive
 *
 * Since: 1.0
 */
ThespianActorExitRequest *
thespian_actor_exit_request_new_not_recursive (void)
{
  return ref_shared (FALSE);
}

/**
 * thespian_actor_exit_request_get_recursive: (get-property is-recursive)
 * @self: a request to exit
 *
 * Tells whether the actor's children have to exit too. May be called from any thread.
 *
 * Returns: %TRUE when the request goes on to the children
 *
 * Since: 1.0
 */
gboolean
thespian_actor_exit_request_get_recursive (ThespianActorExitRequest *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_EXIT_REQUEST (self), FALSE);

  return self->is_recursive;
}
