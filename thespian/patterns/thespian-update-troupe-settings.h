/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "thespian-version-macros.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_UPDATE_TROUPE_SETTINGS (thespian_update_troupe_settings_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianUpdateTroupeSettings, thespian_update_troupe_settings, THESPIAN,
                      UPDATE_TROUPE_SETTINGS, GObject)

THESPIAN_AVAILABLE_IN_1_0
ThespianUpdateTroupeSettings *thespian_update_troupe_settings_new (int max_count,
                                                                   int idle_count)
                                                                   G_GNUC_WARN_UNUSED_RESULT;

THESPIAN_AVAILABLE_IN_1_0
int thespian_update_troupe_settings_get_max_count  (ThespianUpdateTroupeSettings *self);
THESPIAN_AVAILABLE_IN_1_0
int thespian_update_troupe_settings_get_idle_count (ThespianUpdateTroupeSettings *self);

G_END_DECLS
