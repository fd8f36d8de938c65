/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Objects to variants and back: those that implement ThespianSerializable. */
GVariant *thespian_object_codec_encode (GObject *object, GError **error);
GObject  *thespian_object_codec_decode (GType type, GVariant *content, GError **error);

G_END_DECLS
