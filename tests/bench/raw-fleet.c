/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A zygote gets one end of a socketpair for each process that it shall fork; the process tells its
 * id there at once, and again for each byte that comes, and ends with the stream.
 */

#include "raw-process.h"

#include "bench-pids.h"
#include "bench.h"
#include "raw-peer.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SPARE_DESCRIPTORS 64

typedef struct
{
  RawPeer zygote;
  GArray *fds; /* (element-type int) one a process */
  GArray *pids; /* (element-type gint64) */
} Fleet;

/* --- In the zygote and its children ----------------------------------------------------------- */

static void
live (int fd)
{
  const gint64 pid = getpid ();
  char byte;

  do
    raw_write_all (fd, &pid, sizeof pid);
  while (raw_read_all (fd, &byte, sizeof byte));
}

/* Returns -1 when nobody wants more. */
static int
receive_fd (int socket_fd)
{
  char byte;
  struct iovec part = { &byte, sizeof byte };
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (int))];
  } control;
  struct msghdr message = {
    .msg_iov = &part,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof control,
  };
  int fd;

  if (raw_check (recvmsg (socket_fd, &message, MSG_CMSG_CLOEXEC), "recvmsg") == 0)
    return -1;
  memcpy (&fd, CMSG_DATA (&control.header), sizeof fd);
  return fd;
}

static void
fork_on_request (int      fd,
                 gpointer data G_GNUC_UNUSED)
{
  int child_fd;

  while ((child_fd = receive_fd (fd)) >= 0)
    {
      if (raw_check (fork (), "fork") == 0)
        {
          close (fd);
          live (child_fd);
          _exit (0);
        }
      close (child_fd);
    }
  while (waitpid (-1, NULL, 0) > 0 || errno == EINTR)
    ;
}

/* --- In their parent -------------------------------------------------------------------------- */

static void
send_fd (int socket_fd,
         int fd)
{
  char byte = 0;
  struct iovec part = { &byte, sizeof byte };
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (int))];
  } control = {
    .header = {
      .cmsg_len = CMSG_LEN (sizeof (int)),
      .cmsg_level = SOL_SOCKET,
      .cmsg_type = SCM_RIGHTS,
    },
  };
  const struct msghdr message = {
    .msg_iov = &part,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof control,
  };

  memcpy (CMSG_DATA (&control.header), &fd, sizeof fd);
  raw_check (sendmsg (socket_fd, &message, 0), "sendmsg");
}

/* As many processes as the hard limit of descriptors allows. */
static guint64
raise_limit (guint64 processes)
{
  struct rlimit limit;

  raw_check (getrlimit (RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = MIN (limit.rlim_max, MAX (limit.rlim_cur, processes + SPARE_DESCRIPTORS));
  raw_check (setrlimit (RLIMIT_NOFILE, &limit), "setrlimit");
  return MIN (processes, limit.rlim_cur - SPARE_DESCRIPTORS);
}

static void
fleet_launch (Fleet *self)
{
  int fds[2];

  raw_check (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), "socketpair");
  send_fd (self->zygote.fd, fds[1]);
  close (fds[1]);
  g_array_append_val (self->fds, fds[0]);
}

static void
fleet_await_all (Fleet *self)
{
  g_array_set_size (self->pids, self->fds->len);
  for (guint i = 0; i < self->fds->len; i++)
    if (!raw_read_all (g_array_index (self->fds, int, i), &g_array_index (self->pids, gint64, i),
                       sizeof (gint64)))
      g_error ("A forked process gave no answer");
}

static void
fleet_start (Fleet  *self,
             guint64 processes)
{
  processes = raise_limit (processes);
  self->fds = g_array_new (FALSE, FALSE, sizeof (int));
  self->pids = g_array_new (FALSE, FALSE, sizeof (gint64));
  raw_peer_start (&self->zygote, RAW_LINK_UNIX, fork_on_request, NULL);
  for (guint64 i = 0; i < processes; i++)
    fleet_launch (self);
  fleet_await_all (self);
}

/* The zygote ends when the last of its children has. */
static void
fleet_end (Fleet *self)
{
  for (guint i = 0; i < self->fds->len; i++)
    close (g_array_index (self->fds, int, i));
  close (self->zygote.fd);
  while (waitpid (self->zygote.pid, NULL, 0) < 0 && errno == EINTR)
    ;
  g_array_unref (self->fds);
  g_array_unref (self->pids);
}

/* --- Figures ---------------------------------------------------------------------------------- */

double
raw_create (RawLink link G_GNUC_UNUSED,
            guint64 processes)
{
  gint64 start = bench_now_ns (), end;
  double rate;
  Fleet fleet;

  fleet_start (&fleet, processes);
  end = bench_now_ns ();
  rate = bench_rate (fleet.fds->len, start, end);
  fleet_end (&fleet);
  return rate;
}

double
raw_pss (RawLink link G_GNUC_UNUSED,
         guint64 processes)
{
  g_autoptr (GError) error = NULL;
  double kib;
  Fleet fleet;

  fleet_start (&fleet, processes);
  kib = bench_pids_weigh (fleet.pids, &error);
  if (kib < 0)
    g_error ("Looking at the memory of forked processes: %s", error->message);
  kib /= fleet.pids->len;
  fleet_end (&fleet);
  return kib;
}

double
raw_round (RawLink link G_GNUC_UNUSED,
           guint64 processes)
{
  const char byte = 0;
  gint64 start, end;
  double ms;
  Fleet fleet;

  fleet_start (&fleet, processes);
  start = bench_now_ns ();
  for (guint i = 0; i < fleet.fds->len; i++)
    raw_write_all (g_array_index (fleet.fds, int, i), &byte, sizeof byte);
  fleet_await_all (&fleet);
  end = bench_now_ns ();
  ms = (double) (end - start) / 1e6 * (double) processes / fleet.fds->len;
  fleet_end (&fleet);
  return ms;
}

double
raw_shutdown (RawLink link G_GNUC_UNUSED,
              guint64 processes)
{
  gint64 start;
  guint n;
  Fleet fleet;

  fleet_start (&fleet, processes);
  n = fleet.fds->len;
  start = bench_now_ns ();
  fleet_end (&fleet);
  return (double) (bench_now_ns () - start) / 1e9 * (double) processes / n;
}
