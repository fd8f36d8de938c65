/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-boxed-private.h"

static G_DEFINE_QUARK (thespian - boxed - codec, boxed_codec)

static GMutex register_lock;

const ThespianBoxedCodec *
thespian_boxed_find_codec (GType type)
{
  return g_type_get_qdata (type, boxed_codec_quark ());
}

/**
 * thespian_boxed_register_codec: (skip)
 * @type: a boxed type
 * @serialize: (scope forever): makes a variant of a value of that type
 * @deserialize: (scope forever): makes a value of such a variant
 *
 * Lets values of a boxed type leave their process as messages, or inside of objects that do.
 *
 * In the bases that run in one process such a value is copied by its own function, and nothing has
 * to be registered. Between processes both of them need it, before the first such value comes: the
 * place for it is where the type itself is registered, or the class of an actor that uses it is set
 * up. What was registered stays for good, and cannot be replaced; to register the same functions
 * once more does nothing.
 *
 * #GBytes, lists of strings and #GValue need no codec. May be called from any thread.
 *
 * Since: 1.0
 */
void
thespian_boxed_register_codec (GType                        type,
                               ThespianBoxedSerializeFunc   serialize,
                               ThespianBoxedDeserializeFunc deserialize)
{
  const ThespianBoxedCodec *present;

  g_return_if_fail (G_TYPE_IS_BOXED (type) && G_TYPE_IS_DERIVED (type));
  g_return_if_fail (serialize != NULL);
  g_return_if_fail (deserialize != NULL);

  g_mutex_lock (&register_lock);
  present = thespian_boxed_find_codec (type);
  if (present == NULL)
    {
      ThespianBoxedCodec *made = g_new (ThespianBoxedCodec, 1);

      *made = (ThespianBoxedCodec) { serialize, deserialize };
      g_type_set_qdata (type, boxed_codec_quark (), made);
      present = made;
    }
  g_mutex_unlock (&register_lock);

  if (present->serialize != serialize || present->deserialize != deserialize)
    g_critical ("The boxed type %s has another codec already", g_type_name (type));
}
