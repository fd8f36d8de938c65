/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A source that runs a whole main context inside another one: attached to the outer context, it is
 * ready when a source of @inner is, and dispatches @inner then, between @enter and @leave.  @destroy
 * is called for @user_data when the source is gone.
 */
GSource *thespian_nested_source_new (GMainContext *inner, void (*enter) (gpointer),
                                     void (*leave) (gpointer), gpointer user_data,
                                     GDestroyNotify destroy);

G_END_DECLS
