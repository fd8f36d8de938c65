/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* What a fuzz target is, for libFuzzer and for driver.c. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize length);
