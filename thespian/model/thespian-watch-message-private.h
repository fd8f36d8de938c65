/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-watch-message.h"

G_BEGIN_DECLS

ThespianWatchMessage *thespian_watch_message_new (const int *ready, gsize n_ready);

G_END_DECLS
