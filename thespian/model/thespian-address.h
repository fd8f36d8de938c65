/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "thespian-version-macros.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_ADDRESS (thespian_address_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianAddress, thespian_address, THESPIAN, ADDRESS, GObject)

THESPIAN_AVAILABLE_IN_1_0
char            *thespian_address_to_string   (ThespianAddress *self) G_GNUC_WARN_UNUSED_RESULT;

THESPIAN_AVAILABLE_IN_1_0
char            *thespian_address_to_token    (ThespianAddress *self) G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress *thespian_address_from_token  (const char      *token,
                                               GError         **error) G_GNUC_WARN_UNUSED_RESULT;

THESPIAN_AVAILABLE_IN_1_0
GVariant        *thespian_address_to_variant  (ThespianAddress *self);
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress *thespian_address_from_variant (GVariant       *variant,
                                                GError        **error) G_GNUC_WARN_UNUSED_RESULT;

THESPIAN_AVAILABLE_IN_1_0
guint            thespian_address_hash        (ThespianAddress *self);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_address_equal       (ThespianAddress *self,
                                               ThespianAddress *other);

G_END_DECLS
