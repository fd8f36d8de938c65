/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Round trips a second between two threads that wake each other by an eventfd. */
double raw_wakeup_rate (guint64 round_trips);

G_END_DECLS
