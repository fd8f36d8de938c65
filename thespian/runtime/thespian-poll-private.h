/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * g_poll(), which stays awake for a moment where the thread's waits of late were short ones: to wake
 * a sleeping processor takes many times as long as to answer a message.
 */
int thespian_poll (GPollFD *fds, guint n_fds, int timeout);

G_END_DECLS
