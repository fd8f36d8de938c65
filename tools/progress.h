/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session.h"

G_BEGIN_DECLS

/* Says on a terminal what takes so long, once it does. */
typedef struct _Progress Progress;

Progress *progress_begin (Session *session, const char *text);
void      progress_end   (Progress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Progress, progress_end)

G_END_DECLS
