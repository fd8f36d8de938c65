/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* thespian-bench: which workloads on which bases, and a line of JSON for each. */

#include "bench-base.h"
#include "raw-figures.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NOT_GIVEN G_MININT
#define DEFAULT_RUNS 5
#define MAX_RUNS 1000

/*
 * For all lines together where nothing is chosen.  Each has its share of what is left, and at least
 * one run, which may take longer: so it ends below two minutes.
 */
#define BUDGET_NS (100 * G_GINT64_CONSTANT (1000000000))

static const BenchWorkload *const workloads[] = {
  &bench_pingpong, &bench_counting, &bench_countingstr, &bench_ring, &bench_forkjoin,
  &bench_forkjoinexits, &bench_big, &bench_fanin, &bench_idle, &bench_ask, &bench_bigwork2,
  &bench_pingpong2, &bench_oneway100, &bench_oneway64k, &bench_dict1k, &bench_create, &bench_pss,
  &bench_start, &bench_p99, &bench_alive1000, &bench_shutdown1000, &bench_lookup,
  &bench_lookups,
};

static struct
{
  char **bases;
  char **workloads;
  int runs;
  int workers;
  gboolean quick;
  gboolean raw;
  gboolean list;
} options = { .runs = NOT_GIVEN, .workers = NOT_GIVEN };

static const GOptionEntry entries[] = {
  { "base", 'b', 0, G_OPTION_ARG_STRING_ARRAY, &options.bases,
    "A base to measure; may be given more than once", "BASE" },
  { "workload", 'w', 0, G_OPTION_ARG_STRING_ARRAY, &options.workloads,
    "A workload to measure; may be given more than once", "WORKLOAD" },
  { "runs", 'r', 0, G_OPTION_ARG_INT, &options.runs,
    "Runs of each workload; the value is their median (default: 5)", "N" },
  { "workers", 'n', 0, G_OPTION_ARG_INT, &options.workers,
    "Worker threads of multithreadBase (default: 1)", "N" },
  { "quick", 0, 0, G_OPTION_ARG_NONE, &options.quick,
    "A hundredth of the messages: shows that it works, not how fast", NULL },
  { "raw", 0, 0, G_OPTION_ARG_NONE, &options.raw,
    "Measure only what processes can do without actors", NULL },
  { "list", 0, 0, G_OPTION_ARG_NONE, &options.list, "List the workloads, and end", NULL },
  G_OPTION_ENTRY_NULL
};

static const char description[] =
  "Prints one JSON object a line:\n"
  "  {\"bench\": \"BASE.WORKLOAD\", \"value\": N, \"unit\": \"…\", \"limit\": L, \"runs\": […]}\n"
  "where value is the median of the runs, and limit that of the same pattern in plain C, measured\n"
  "in turn with them.  All runs of a line share one system, so the first is the cold one; but idle,\n"
  "start and shutdown1000 have a new one for each.\n"
  "\n"
  "Bases: simpleSystemBase, mainLoopBase, multithreadBase (one worker), multithreadBase2 for the\n"
  "same with two workers, or any other number, multiprocQueueBase, multiprocTCPBase and\n"
  "multiprocUDPBase.  --list tells the workloads.\n"
  "\n"
  "Without arguments all workloads but alive1000 and shutdown1000 run where they tell something,\n"
  "in less than two minutes.  With a base all of them run that tell something there, and with a\n"
  "workload it runs on every base that can.";

static int
usage_error (const char *format,
             ...) G_GNUC_PRINTF (1, 2);

static int
usage_error (const char *format,
             ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("thespian-bench: %s\n", message);
  return 2;
}

static const BenchWorkload *
find_workload (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (workloads); i++)
    if (strcmp (workloads[i]->name, name) == 0)
      return workloads[i];
  return NULL;
}

static void
append_number (GString *json,
               double   number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (json, g_ascii_formatd (buffer, sizeof buffer,
                                          fabs (number) < 1000 ? "%.3f" : "%.0f", number));
}

static void
print_result (const char        *name,
              const char        *unit,
              const BenchResult *result)
{
  g_autoptr (GString) json = g_string_new (NULL);

  g_string_append_printf (json, "{\"bench\": \"%s\", \"value\": ", name);
  append_number (json, bench_median (result->values));
  g_string_append_printf (json, ", \"unit\": \"%s\", \"limit\": ", unit);
  append_number (json, bench_median (result->limits));
  g_string_append (json, ", \"runs\": [");
  for (guint i = 0; i < result->values->len; i++)
    {
      g_string_append (json, i > 0 ? ", " : "");
      append_number (json, g_array_index (result->values, double, i));
    }
  g_string_append (json, "]}");
  puts (json->str);
  fflush (stdout);
}

static gboolean
run_one (const BenchBase     *base,
         const BenchWorkload *workload,
         const BenchEffort   *general)
{
  g_autofree char *base_title = bench_base_dup_title (base);
  g_autofree char *name = g_strdup_printf ("%s.%s", base_title, workload->name);
  g_autoptr (BenchResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BenchEffort effort = *general;

  effort.title = isatty (STDERR_FILENO) ? name : NULL;
  result = bench_measure (base, workload, &effort, &error);
  if (result == NULL)
    {
      g_printerr ("thespian-bench: %s: %s\n", name, error->message);
      return FALSE;
    }
  print_result (name, workload->unit, result);
  return TRUE;
}

static gboolean
is_wanted (const BenchBase     *base,
           const BenchWorkload *workload)
{
  if (workload->fits != NULL && !workload->fits (base))
    return FALSE;
  if (options.workloads != NULL)
    return TRUE;
  if (workload->usual != NULL && !workload->usual (base))
    return FALSE;
  return options.bases != NULL || !workload->takes_long;
}

typedef struct
{
  const BenchBase *base;
  const BenchWorkload *workload;
} Line;

static GArray *
list_lines (GArray    *bases,
            GPtrArray *chosen)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (Line));

  for (guint i = 0; i < bases->len; i++)
    for (guint j = 0; j < chosen->len; j++)
      {
        const Line line = { &g_array_index (bases, BenchBase, i), chosen->pdata[j] };

        if (is_wanted (line.base, line.workload))
          g_array_append_val (lines, line);
      }
  return lines;
}

/* Returns an exit status.  The budget of @effort is that of all lines together. */
static int
run_all (GArray            *bases,
         GPtrArray         *chosen,
         const BenchEffort *effort)
{
  g_autoptr (GArray) lines = list_lines (bases, chosen);
  gint64 deadline = bench_now_ns () + effort->budget_ns;
  gboolean good = TRUE;

  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = &g_array_index (lines, Line, i);
      BenchEffort share = *effort;

      if (effort->budget_ns > 0)
        share.budget_ns = MAX ((deadline - bench_now_ns ()) / (lines->len - i), 1);
      good = run_one (line->base, line->workload, &share) && good;
    }
  if (lines->len == 0)
    return usage_error ("none of the chosen workloads can run on the chosen bases; --list tells "
                        "where each of them can");
  return good ? 0 : 1;
}

static int
run_raw (const BenchEffort *general)
{
  for (gsize i = 0; i < raw_n_figures; i++)
    {
      g_autofree char *name = g_strdup_printf ("raw.%s", raw_figures[i].name);
      g_autoptr (BenchResult) result = NULL;
      BenchEffort effort = *general;

      effort.title = isatty (STDERR_FILENO) ? name : NULL;
      result = raw_figure_measure (&raw_figures[i], &effort);
      bench_progress_end (&effort);
      print_result (name, raw_figures[i].unit, result);
    }
  return 0;
}

static void
list_bases (const BenchWorkload *workload)
{
  const char *before = "on";

  printf ("%-14s ", "");
  for (gsize i = 0; i < bench_n_bases; i++)
    if (workload->fits (&bench_bases[i]))
      {
        g_autofree char *title = bench_base_dup_title (&bench_bases[i]);

        printf ("%s %s", before, title);
        before = ",";
      }
  printf ("\n");
}

static void
list_workloads (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (workloads); i++)
    {
      printf ("%-14s %s (%s)\n", workloads[i]->name, workloads[i]->summary, workloads[i]->unit);
      if (workloads[i]->fits != NULL)
        list_bases (workloads[i]);
    }
}

static int
choose_bases (GArray *bases)
{
  if (options.bases == NULL)
    g_array_append_vals (bases, bench_bases, bench_n_bases);
  for (char **name = options.bases; name != NULL && *name != NULL; name++)
    {
      BenchBase base;

      if (!bench_base_parse (*name, &base))
        return usage_error ("“%s” is none of the bases simpleSystemBase, mainLoopBase, "
                            "multithreadBase, multithreadBase2, …, multiprocQueueBase, "
                            "multiprocTCPBase, multiprocUDPBase", *name);
      g_array_append_val (bases, base);
    }
  if (options.workers == NOT_GIVEN)
    return 0;

  /* The number of workers is given: one line a base then. */
  for (guint i = bases->len; i > 0; i--)
    {
      BenchBase *base = &g_array_index (bases, BenchBase, i - 1);

      if (base->workers > 1 && options.bases == NULL)
        g_array_remove_index (bases, i - 1);
      else if (base->workers > 0)
        base->workers = (guint) options.workers;
    }
  return 0;
}

static int
choose_workloads (GPtrArray *chosen)
{
  for (gsize i = 0; options.workloads == NULL && i < G_N_ELEMENTS (workloads); i++)
    g_ptr_array_add (chosen, (gpointer) workloads[i]);
  for (char **name = options.workloads; name != NULL && *name != NULL; name++)
    {
      const BenchWorkload *workload = find_workload (*name);

      if (workload == NULL)
        return usage_error ("there is no workload “%s”; --list tells which there are", *name);
      g_ptr_array_add (chosen, (gpointer) workload);
    }
  return 0;
}

static int
parse_options (int    argc,
               char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- measure actors");
  g_autoptr (GError) error = NULL;

  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return usage_error ("%s; --help tells what can be chosen", error->message);
  if (argc > 1)
    return usage_error ("“%s” is no option; --help tells what can be chosen", argv[1]);
  if (options.runs != NOT_GIVEN && (options.runs < 1 || options.runs > MAX_RUNS))
    return usage_error ("--runs %d is not between 1 and %d", options.runs, MAX_RUNS);
  if (options.workers != NOT_GIVEN && (options.workers < 1 || options.workers > BENCH_MAX_WORKERS))
    return usage_error ("--workers %d is not between 1 and %d", options.workers,
                        BENCH_MAX_WORKERS);
  if (options.raw && (options.bases != NULL || options.workloads != NULL))
    return usage_error ("--raw measures no base and no workload: leave --base and --workload away");
  return 0;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GArray) bases = g_array_new (FALSE, FALSE, sizeof (BenchBase));
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();
  BenchEffort effort = { .divisor = 1 };
  int status;

  setlocale (LC_ALL, "");
  if ((status = parse_options (argc, argv)) != 0)
    return status;
  if (options.list)
    {
      list_workloads ();
      return 0;
    }
  if ((status = choose_bases (bases)) != 0 || (status = choose_workloads (chosen)) != 0)
    return status;

  effort.runs = options.runs != NOT_GIVEN ? (guint) options.runs : DEFAULT_RUNS;
  effort.divisor = options.quick ? 100 : 1;
  if (options.raw)
    return run_raw (&effort);
  if (options.bases == NULL && options.workloads == NULL && options.runs == NOT_GIVEN)
    effort.budget_ns = BUDGET_NS;
  return run_all (bases, chosen, &effort);
}
