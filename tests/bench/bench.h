/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

#include "raw-helper.h"

G_BEGIN_DECLS

/* A base to measure, with what makes a variant of it. */
typedef struct
{
  const char *name; /* the base's own name */
  guint workers; /* worker threads; 0 where the base has none */
  gboolean processes; /* each actor is a process */
  RawLink link; /* what its processes are linked by */
} BenchBase;

/*
 * What one run gets.  All runs of one workload on one base share a process and a system, so
 * that their median is a figure of a warm system; those that measure a process or a system from
 * its start have one for each.
 */
typedef struct
{
  const BenchBase *base;
  ThespianActorSystem *system; /* (nullable) until bench_run_start() */
  ThespianAddress *stage; /* (nullable) parent of the root actors */
  RawHelper *raw; /* measures what two processes can do */
  guint divisor; /* of the number of messages: 1, or more for a quick look */
} BenchRun;

/* One workload.  Its functions return a figure in @unit, or a negative one and an error. */
typedef struct
{
  const char *name;
  const char *unit;
  const char *summary;
  gboolean (*fits) (const BenchBase *base); /* (nullable) on every base */
  gboolean (*usual) (const BenchBase *base); /* (nullable) where it runs without being named */
  double (*measure) (BenchRun *run, GError **error);
  double (*limit) (BenchRun *run); /* the same in plain C */
  gboolean own_process; /* each run needs a process of its own */
  gboolean takes_long; /* left out where nothing at all is chosen */
} BenchWorkload;

extern const BenchWorkload bench_pingpong;
extern const BenchWorkload bench_counting;
extern const BenchWorkload bench_countingstr;
extern const BenchWorkload bench_ring;
extern const BenchWorkload bench_forkjoin;
extern const BenchWorkload bench_forkjoinexits;
extern const BenchWorkload bench_big;
extern const BenchWorkload bench_bigwork2;
extern const BenchWorkload bench_fanin;
extern const BenchWorkload bench_idle;
extern const BenchWorkload bench_ask;
extern const BenchWorkload bench_pingpong2;
extern const BenchWorkload bench_p99;
extern const BenchWorkload bench_oneway100;
extern const BenchWorkload bench_oneway64k;
extern const BenchWorkload bench_dict1k;
extern const BenchWorkload bench_create;
extern const BenchWorkload bench_pss;
extern const BenchWorkload bench_alive1000;
extern const BenchWorkload bench_start;
extern const BenchWorkload bench_shutdown1000;
extern const BenchWorkload bench_lookup;
extern const BenchWorkload bench_lookups;

/* Time */
gint64 bench_now_ns (void);
double bench_rate   (guint64 count, gint64 start_ns, gint64 end_ns);

/* A run's system, with the stage in it or without */
gboolean         bench_run_start  (BenchRun *run, GError **error);
gboolean         bench_run_open   (BenchRun *run, GError **error);
gboolean         bench_run_stop   (BenchRun *run, GError **error);

/*
 * A root actor is what a workload is made of: it gets a size as a uint64, does the work with the
 * children that it creates the first time, and answers with a boolean when all is done, or with a
 * string that says what went wrong.  @specification is a BENCH_MODULE(), or the name of a type of
 * this program where actors run in it.
 */
ThespianAddress *bench_root_new   (BenchRun *run, const char *specification, GError **error);
gboolean         bench_root_work  (BenchRun *run, ThespianAddress *root, guint64 size,
                                   GError **error);
gboolean         bench_root_end   (BenchRun *run, ThespianAddress *root, GError **error);

/* Has a BenchNursery ask all its children for the ids of their processes. */
GArray          *bench_root_pids  (BenchRun *run, ThespianAddress *root, GError **error);

/*
 * Has a fresh root of @specification do a hundredth, then all of @size; returns how many of its
 * steps it does a second, where a size of one is @steps_each steps.
 */
double           bench_root_rate  (BenchRun *run, const char *specification, guint64 size,
                                   guint64 steps_each, GError **error);

/* What two processes can do that are linked as those of the base are. */
double           bench_run_raw    (BenchRun *run, RawMeasure measure, guint64 count);

/* The sizes that belong to BenchRun.divisor; never less than @least. */
guint64          bench_run_scale  (const BenchRun *run, guint64 count, guint64 least);

/* Which bases */
gboolean         bench_base_has_one       (const BenchBase *base);
gboolean         bench_base_has_several   (const BenchBase *base);
gboolean         bench_base_has_processes (const BenchBase *base);
gboolean         bench_base_is_in_process (const BenchBase *base);
gboolean         bench_base_has_port      (const BenchBase *base);
gboolean         bench_base_has_streams   (const BenchBase *base); /* takes messages of any size */

G_END_DECLS
