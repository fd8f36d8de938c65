/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench-driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a measuring process tells its parent after each run. */
typedef struct
{
  double value;
  double limit;
} Figures;

BenchResult *
bench_result_new (void)
{
  BenchResult *result = g_new0 (BenchResult, 1);

  result->values = g_array_new (FALSE, FALSE, sizeof (double));
  result->limits = g_array_new (FALSE, FALSE, sizeof (double));
  return result;
}

void
bench_result_free (BenchResult *result)
{
  g_array_unref (result->values);
  g_array_unref (result->limits);
  g_free (result);
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

double
bench_median (GArray *figures)
{
  g_autoptr (GArray) sorted = g_array_copy (figures);
  guint middle = sorted->len / 2;

  g_return_val_if_fail (sorted->len > 0, 0);
  g_array_sort (sorted, compare_doubles);
  if (sorted->len % 2 == 1)
    return g_array_index (sorted, double, middle);
  return (g_array_index (sorted, double, middle - 1) + g_array_index (sorted, double, middle)) / 2;
}

void
bench_progress (const BenchEffort *effort,
                const BenchResult *result)
{
  if (effort->title != NULL)
    g_printerr ("\r%s … %u of %u\033[K", effort->title, result->values->len, effort->runs);
}

void
bench_progress_end (const BenchEffort *effort)
{
  if (effort->title != NULL)
    g_printerr ("\r\033[K");
}

static gboolean
tell (int            fd,
      const Figures *figures)
{
  return write (fd, figures, sizeof *figures) == sizeof *figures;
}

/* In the measuring process. */
static gboolean
measure_runs (BenchRun            *run,
              const BenchWorkload *workload,
              const BenchEffort   *effort,
              int                  fd,
              GError             **error)
{
  gint64 start = bench_now_ns ();

  for (guint i = 0; i < effort->runs; i++)
    {
      Figures figures;

      if (i > 0 && effort->budget_ns > 0 && bench_now_ns () - start > effort->budget_ns)
        break;
      figures.value = workload->measure (run, error);
      if (figures.value < 0)
        return FALSE;
      figures.limit = workload->limit (run);
      if (!tell (fd, &figures))
        return FALSE;
    }
  return bench_run_stop (run, error);
}

static void G_GNUC_NORETURN
be_measuring_process (const BenchBase     *base,
                      const BenchWorkload *workload,
                      const BenchEffort   *effort,
                      int                  fd)
{
  BenchRun run = {
    .base = base,
    .divisor = effort->divisor,
    .raw = raw_helper_start (fd),
  };
  g_autoptr (GError) error = NULL;
  gboolean measured = measure_runs (&run, workload, effort, fd, &error);

  raw_helper_stop (run.raw);
  if (measured)
    exit (0);
  /* Whatever went wrong, no process of the system shall stay behind. */
  bench_run_stop (&run, NULL);
  bench_progress_end (effort);
  g_printerr ("thespian-bench: %s on %s: %s\n", workload->name, base->name,
              error != NULL ? error->message : g_strerror (errno));
  exit (1);
}

static void
collect (int                fd,
         const BenchEffort *effort,
         BenchResult       *result)
{
  Figures figures;
  gssize n;

  /* A pipe hands over so few bytes whole. */
  while ((n = read (fd, &figures, sizeof figures)) == sizeof figures || (n < 0 && errno == EINTR))
    if (n > 0)
      {
        g_array_append_val (result->values, figures.value);
        g_array_append_val (result->limits, figures.limit);
        bench_progress (effort, result);
      }
}

static gboolean
wait_for (pid_t    pid,
          GError **error)
{
  int status;

  while (waitpid (pid, &status, 0) < 0)
    if (errno != EINTR)
      g_error ("waitpid: %s", g_strerror (errno));

  if (WIFSIGNALED (status))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 "the measuring process was ended by signal %d (%s)", WTERMSIG (status),
                 g_strsignal (WTERMSIG (status)));
  else if (WEXITSTATUS (status) != 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no figure");
  else
    return TRUE;
  return FALSE;
}

static gboolean
measure_in_process (const BenchBase     *base,
                    const BenchWorkload *workload,
                    const BenchEffort   *effort,
                    BenchResult         *result,
                    GError             **error)
{
  int fds[2];
  pid_t pid;

  /* What is buffered is the parent's to write. */
  fflush (NULL);
  if (pipe2 (fds, O_CLOEXEC) < 0 || (pid = fork ()) < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "cannot start a measuring process: %s", g_strerror (errno));
      return FALSE;
    }
  if (pid == 0)
    {
      close (fds[0]);
      be_measuring_process (base, workload, effort, fds[1]);
    }
  close (fds[1]);
  collect (fds[0], effort, result);
  close (fds[0]);
  return wait_for (pid, error);
}

static gboolean
measure_each_apart (const BenchBase     *base,
                    const BenchWorkload *workload,
                    const BenchEffort   *effort,
                    BenchResult         *result,
                    GError             **error)
{
  const BenchEffort once = { .runs = 1, .divisor = effort->divisor, .title = effort->title };
  gint64 start = bench_now_ns ();

  for (guint i = 0; i < effort->runs; i++)
    {
      if (i > 0 && effort->budget_ns > 0 && bench_now_ns () - start > effort->budget_ns)
        break;
      if (!measure_in_process (base, workload, &once, result, error))
        return FALSE;
    }
  return TRUE;
}

BenchResult *
bench_measure (const BenchBase     *base,
               const BenchWorkload *workload,
               const BenchEffort   *effort,
               GError             **error)
{
  g_autoptr (BenchResult) result = bench_result_new ();
  gboolean measured;

  bench_progress (effort, result);
  if (workload->own_process)
    measured = measure_each_apart (base, workload, effort, result, error);
  else
    measured = measure_in_process (base, workload, effort, result, error);
  bench_progress_end (effort);
  return measured ? g_steal_pointer (&result) : NULL;
}
