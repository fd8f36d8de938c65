/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Programs such as dbus-send cannot send a dictionary a{sv}. So calls may have an a{ss} in its place, with values in
 * GVariant text; what is no such text stands for itself.
 */
void plain_options_allow (GDBusConnection *connection);

G_END_DECLS
