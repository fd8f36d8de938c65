/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-dead-envelope.h"

G_BEGIN_DECLS

/* @address: where @message could not be delivered */
ThespianDeadEnvelope *thespian_dead_envelope_new (const GValue *message, ThespianAddress *address);

G_END_DECLS
