/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lets gettext find the translations: beside the program, wherever its prefix was moved to. */
void translations_find (void);

G_END_DECLS
