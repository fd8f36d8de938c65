/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench-base.h"

#include <string.h>

/* Those with workers are named with their number where it is not one. */
const BenchBase bench_bases[] = {
  { .name = "simpleSystemBase" },
  { .name = "mainLoopBase" },
  { .name = "multithreadBase", .workers = 1 },
  { .name = "multithreadBase", .workers = 2 },
  { .name = "multiprocQueueBase", .processes = TRUE, .link = RAW_LINK_UNIX },
  { .name = "multiprocTCPBase", .processes = TRUE, .link = RAW_LINK_TCP },
  { .name = "multiprocUDPBase", .processes = TRUE, .link = RAW_LINK_UDP },
};

const gsize bench_n_bases = G_N_ELEMENTS (bench_bases);

gboolean
bench_base_parse (const char *name,
                  BenchBase  *ret_base)
{
  for (gsize i = 0; i < bench_n_bases; i++)
    {
      const BenchBase *known = &bench_bases[i];
      gsize length = strlen (known->name);
      guint64 workers;

      if (strncmp (name, known->name, length) != 0)
        continue;
      *ret_base = *known;
      if (name[length] == '\0')
        return TRUE;
      if (known->workers == 0
          || !g_ascii_string_to_unsigned (name + length, 10, 1, BENCH_MAX_WORKERS, &workers, NULL))
        return FALSE;
      ret_base->workers = (guint) workers;
      return TRUE;
    }
  return FALSE;
}

char *
bench_base_dup_title (const BenchBase *base)
{
  if (base->workers > 1)
    return g_strdup_printf ("%s%u", base->name, base->workers);
  return g_strdup (base->name);
}

gboolean
bench_base_has_one (const BenchBase *base)
{
  return base->workers == 1;
}

gboolean
bench_base_has_several (const BenchBase *base)
{
  return base->workers > 1;
}

gboolean
bench_base_has_processes (const BenchBase *base)
{
  return base->processes;
}

gboolean
bench_base_is_in_process (const BenchBase *base)
{
  return !base->processes;
}

gboolean
bench_base_has_port (const BenchBase *base)
{
  return base->processes && base->link != RAW_LINK_UNIX;
}

gboolean
bench_base_has_streams (const BenchBase *base)
{
  return base->link != RAW_LINK_UDP;
}
