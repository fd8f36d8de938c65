/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-serializable.h"

/**
 * ThespianSerializable:
 *
 * An object that can leave its process as a message.
 *
 * A type that implements this interface and neither of its functions travels by its properties:
 * those that can be read and written, and those that are given at construction, are read on one
 * side and set on a new object of the same type on the other. A type whose state is something else
 * implements both functions. A boxed property needs a codec
 * (`thespian_boxed_register_codec()`), and a value has to be in the range of its property.
 *
 * In the bases that run in one process an object that is sent is shared, not copied, so nothing has
 * to implement this there. With `THESPIAN_DEBUG=roundtrip` in the environment every message goes
 * through the same code as between processes, which shows what would not survive the way.
 *
 * Since: 1.0
 */

/**
 * ThespianSerializableInterface::serialize:
 * @self: an object
 * @error: return location for an error
 *
 * Makes a variant of all that makes up the object.
 *
 * Returns: (transfer full): the variant, which may be floating, or %NULL with @error set
 *
 * Since: 1.0
 */

/**
 * ThespianSerializableInterface::deserialize:
 * @self: a new object
 * @content: what `serialize` of another object of this type returned
 * @error: return location for an error
 *
 * Gives a new object the state that the variant describes. It comes from outside: check it.
 *
 * Returns: %TRUE on success, %FALSE with @error set when @content is not as it should be
 *
 * Since: 1.0
 */

G_DEFINE_INTERFACE (ThespianSerializable, thespian_serializable, G_TYPE_OBJECT)

static void
thespian_serializable_default_init (ThespianSerializableInterface *iface)
{
}
