/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "raw-process.h"

#include "bench-dict.h"
#include "bench.h"
#include "raw-peer.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

static void
start_program (void)
{
  int fds[2];
  pid_t pid;
  char byte;

  raw_check (pipe (fds), "pipe");
  pid = raw_check (fork (), "fork");
  if (pid == 0)
    {
      dup2 (fds[1], STDOUT_FILENO);
      close (fds[0]);
      close (fds[1]);
      execl ("/proc/self/exe", "thespian-bench", "--list", NULL);
      _exit (127);
    }
  close (fds[1]);
  if (!raw_read_all (fds[0], &byte, sizeof byte))
    g_error ("A program that was started said nothing");
  while (raw_read_all (fds[0], &byte, sizeof byte))
    ;
  close (fds[0]);
  while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    ;
}

double
raw_start (RawLink link G_GNUC_UNUSED,
           guint64 programs)
{
  gint64 start = bench_now_ns ();

  for (guint64 i = 0; i < programs; i++)
    start_program ();
  return (double) (bench_now_ns () - start) / 1e6 / (double) programs;
}

static void
send_to_myself (guint64 number)
{
  g_autoptr (GVariant) sent = g_variant_ref_sink (bench_dict_new (number));
  gsize size = g_variant_get_size (sent);
  gpointer data = g_malloc (size);
  g_autoptr (GVariant) got = NULL;

  g_variant_store (sent, data);
  got = g_variant_new_from_data (G_VARIANT_TYPE_VARDICT, data, size, FALSE, g_free, data);
  g_variant_ref_sink (got);
  g_assert (g_variant_is_normal_form (got));
  g_assert (bench_dict_read (got));
}

double
raw_dicts (RawLink link G_GNUC_UNUSED,
           guint64 dicts)
{
  gint64 start = bench_now_ns (), end;

  for (guint64 i = 0; i < dicts; i++)
    send_to_myself (i);
  end = bench_now_ns ();
  return bench_rate (dicts, start, end);
}
