/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "thespian-version-macros.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_SYSTEM_MESSAGE (thespian_system_message_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (ThespianSystemMessage, thespian_system_message, THESPIAN, SYSTEM_MESSAGE,
                          GObject)

/**
 * ThespianSystemMessageClass:
 *
 * The class structure of [class@Thespian.SystemMessage].
 *
 * Since: 1.0
 */
struct _ThespianSystemMessageClass
{
  GObjectClass parent_class;

  /*< private >*/
  gboolean is_private_note; /* between parts of the library: never refused, never a dead letter */
  gpointer _reserved[7];
};

G_END_DECLS
