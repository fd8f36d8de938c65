/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "thespian-version-macros.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_OPAQUE (thespian_opaque_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianOpaque, thespian_opaque, THESPIAN, OPAQUE, GObject)

THESPIAN_AVAILABLE_IN_1_0
ThespianOpaque *thespian_opaque_new            (const char     *media_type,
                                                GBytes         *data) G_GNUC_WARN_UNUSED_RESULT;

THESPIAN_AVAILABLE_IN_1_0
const char     *thespian_opaque_get_media_type (ThespianOpaque *self);
THESPIAN_AVAILABLE_IN_1_0
GBytes         *thespian_opaque_get_data       (ThespianOpaque *self);

THESPIAN_AVAILABLE_IN_1_0
gboolean        thespian_opaque_equal          (ThespianOpaque *self,
                                                ThespianOpaque *other);

G_END_DECLS
