/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "bench-actor.h"

G_BEGIN_DECLS

/*
 * The parent of all root actors.  Asked with a class specification (a string) it creates a root
 * and answers its address; asked with an address it ends that root, and answers when it and all
 * below it are gone.
 */
#define BENCH_TYPE_STAGE (bench_stage_get_type ())
GType bench_stage_get_type (void);

G_END_DECLS
