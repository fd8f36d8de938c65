/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* From here on SIGINT does not end the program, but cancels what is going on. */
void interrupt_catch   (void);
/* What that is; NULL for nothing. */
void interrupt_cancels (GCancellable *cancellable);

G_END_DECLS
