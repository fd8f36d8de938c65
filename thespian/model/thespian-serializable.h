/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "thespian-version-macros.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_SERIALIZABLE (thespian_serializable_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (ThespianSerializable, thespian_serializable, THESPIAN, SERIALIZABLE, GObject)

/**
 * ThespianSerializableInterface:
 * @serialize: (nullable): makes a variant of the object; see [vfunc@Thespian.Serializable.serialize]
 * @deserialize: (nullable): fills a new object; see [vfunc@Thespian.Serializable.deserialize]
 *
 * The interface structure of [iface@Thespian.Serializable].
 *
 * Since: 1.0
 */
struct _ThespianSerializableInterface
{
  GTypeInterface parent_interface;

  GVariant *(*serialize)   (ThespianSerializable *self,
                            GError              **error);
  gboolean  (*deserialize) (ThespianSerializable *self,
                            GVariant             *content,
                            GError              **error);
};

G_END_DECLS
