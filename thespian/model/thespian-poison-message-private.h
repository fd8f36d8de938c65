/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-poison-message.h"

G_BEGIN_DECLS

/* @details: (nullable): the error that @message met with */
ThespianPoisonMessage *thespian_poison_message_new (const GValue *message, const char *details);

G_END_DECLS
