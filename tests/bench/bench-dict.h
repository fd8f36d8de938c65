/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A dictionary of type `a{sv}` and about 1 KiB, as programs send them; @number is in it. */
GVariant *bench_dict_new  (guint64 number);

/* Reads every entry.  FALSE when they are not those of such a dictionary. */
gboolean  bench_dict_read (GVariant *dict);

G_END_DECLS
