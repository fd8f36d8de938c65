/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Numbers of whatever type, since languages differ in what they make of a literal.  FALSE for what
 * is none, or is negative.
 */
gboolean thespian_variant_read_integer (GVariant *value, guint64 *ret_number);
gboolean thespian_variant_read_double  (GVariant *value, double *ret_number);

G_END_DECLS
