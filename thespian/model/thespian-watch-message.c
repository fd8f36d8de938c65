/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-watch-message-private.h"

/**
 * ThespianWatchMessage:
 *
 * Tells an actor which of the file descriptors that it watches can be read.
 *
 * It answers [method@Thespian.Actor.watch], which holds until the actor's next message has been
 * handled: whoever wants to go on watching asks again.
 *
 * The object is made by the actor system.
 *
 * Since: 1.0
 */
struct _ThespianWatchMessage
{
  ThespianSystemMessage parent_instance;

  int *ready; /* (owned) (nullable) (array length=n_ready) */
  gsize n_ready;
};

typedef enum
{
  PROP_READY_FDS = 1,
} ThespianWatchMessageProperty;

static GParamSpec *props[PROP_READY_FDS + 1];

G_DEFINE_FINAL_TYPE (ThespianWatchMessage, thespian_watch_message, THESPIAN_TYPE_SYSTEM_MESSAGE)

G_STATIC_ASSERT (sizeof (int) == sizeof (gint32));

static void
thespian_watch_message_finalize (GObject *object)
{
  ThespianWatchMessage *self = THESPIAN_WATCH_MESSAGE (object);

  g_free (self->ready);

  G_OBJECT_CLASS (thespian_watch_message_parent_class)->finalize (object);
}

static void
thespian_watch_message_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  ThespianWatchMessage *self = THESPIAN_WATCH_MESSAGE (object);

  switch ((ThespianWatchMessageProperty) prop_id)
    {
    case PROP_READY_FDS:
      g_value_set_variant (value, g_variant_new_fixed_array (G_VARIANT_TYPE_INT32, self->ready,
                                                             self->n_ready, sizeof (int)));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_watch_message_class_init (ThespianWatchMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thespian_watch_message_finalize;
  object_class->get_property = thespian_watch_message_get_property;

  /**
   * ThespianWatchMessage:ready-fds:
   *
   * The file descriptors that can be read, as a variant of type `ai`; the method
   * [method@Thespian.WatchMessage.get_ready] has them as an array.
   *
   * Since: 1.0
   */
  props[PROP_READY_FDS] =
    g_param_spec_variant ("ready-fds", NULL, NULL, G_VARIANT_TYPE ("ai"), NULL,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_watch_message_init (ThespianWatchMessage *self)
{
}

ThespianWatchMessage *
thespian_watch_message_new (const int *ready,
                            gsize      n_ready)
{
  ThespianWatchMessage *self = g_object_new (THESPIAN_TYPE_WATCH_MESSAGE, NULL);

  self->ready = g_memdup2 (ready, n_ready * sizeof (int));
  self->n_ready = n_ready;

  return self;
}

/**
 * thespian_watch_message_get_ready:
 * @self: a watch message
 * @n_ready: (out): the number of descriptors
 *
 * Gets the file descriptors that can be read, in the order in which the actor named them. May be
 * called from any thread.
 *
 * Returns: (transfer none) (array length=n_ready) (nullable): the descriptors that are ready; the
 *   array lives as long as @self
 *
 * Since: 1.0
 */
const int *
thespian_watch_message_get_ready (ThespianWatchMessage *self,
                                  gsize                *n_ready)
{
  g_return_val_if_fail (THESPIAN_IS_WATCH_MESSAGE (self), NULL);
  g_return_val_if_fail (n_ready != NULL, NULL);

  *n_ready = self->n_ready;

  return self->ready;
}
