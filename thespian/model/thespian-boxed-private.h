/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-boxed.h"

G_BEGIN_DECLS

typedef struct
{
  ThespianBoxedSerializeFunc serialize;
  ThespianBoxedDeserializeFunc deserialize;
} ThespianBoxedCodec;

/* NULL when none is registered */
const ThespianBoxedCodec *thespian_boxed_find_codec (GType type);

G_END_DECLS
