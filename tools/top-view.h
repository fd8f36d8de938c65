/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "top-sample.h"

G_BEGIN_DECLS

/* What is shown: a line about all, an empty one, titles, and a line for each actor.  None is longer than @max_width
 * characters unless that is 0. */
char **top_view_to_lines (TopSample *sample, guint max_width);

G_END_DECLS
