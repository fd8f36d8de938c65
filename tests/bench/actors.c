/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What makes bench-actors a module. */

#include "actors.h"
#include "bench-stage.h"

#include <gmodule.h>

G_MODULE_EXPORT void thespian_module_register (void);

void
thespian_module_register (void)
{
  g_type_ensure (BENCH_TYPE_STAGE);
  g_type_ensure (bench_bodies_get_type ());
  g_type_ensure (bench_dicts_get_type ());
  g_type_ensure (bench_echo_get_type ());
  g_type_ensure (bench_infant_get_type ());
  g_type_ensure (bench_nursery_get_type ());
  g_type_ensure (bench_pinger_get_type ());
  g_type_ensure (bench_pinger_apart_get_type ());
  g_type_ensure (bench_ponger_get_type ());
  g_type_ensure (bench_sink_get_type ());
  g_type_ensure (bench_texts_get_type ());
}
