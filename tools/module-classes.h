/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The name of the class of actors that the module at @path has, if it has one and no more. */
char *module_classes_find_only (const char *path, GError **error);

G_END_DECLS
