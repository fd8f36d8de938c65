/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "raw-peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

gssize
raw_check (gssize      result,
           const char *what)
{
  if (result < 0)
    g_error ("%s: %s", what, g_strerror (errno));
  return result;
}

gboolean
raw_read_all (int      fd,
              gpointer buffer,
              gsize    size)
{
  for (gsize done = 0; done < size;)
    {
      gssize n = read (fd, (char *) buffer + done, size - done);

      if (n == 0 || (n < 0 && errno != EINTR))
        return FALSE;
      done += MAX (n, 0);
    }
  return TRUE;
}

void
raw_write_all (int           fd,
               gconstpointer buffer,
               gsize         size)
{
  for (gsize done = 0; done < size;)
    {
      gssize n = write (fd, (const char *) buffer + done, size - done);

      if (n < 0 && errno == EINTR)
        continue;
      done += raw_check (n, "write");
    }
}

static int
open_bound (int                 type,
            struct sockaddr_in *ret_address)
{
  int fd = raw_check (socket (AF_INET, type | SOCK_CLOEXEC, 0), "socket");
  socklen_t size = sizeof *ret_address;

  *ret_address = (struct sockaddr_in) {
    .sin_family = AF_INET,
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
  raw_check (bind (fd, (struct sockaddr *) ret_address, size), "bind");
  raw_check (getsockname (fd, (struct sockaddr *) ret_address, &size), "getsockname");
  return fd;
}

static void
connect_to (int                       fd,
            const struct sockaddr_in *address)
{
  raw_check (connect (fd, (const struct sockaddr *) address, sizeof *address), "connect");
}

static void
open_tcp (int fds[2])
{
  const int on = 1;
  struct sockaddr_in address, own;
  int listener = open_bound (SOCK_STREAM, &address);

  raw_check (listen (listener, 1), "listen");
  fds[0] = open_bound (SOCK_STREAM, &own);
  connect_to (fds[0], &address);
  fds[1] = raw_check (accept4 (listener, NULL, NULL, SOCK_CLOEXEC), "accept");
  close (listener);
  for (guint i = 0; i < 2; i++)
    raw_check (setsockopt (fds[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
}

static void
open_udp (int fds[2])
{
  struct sockaddr_in addresses[2];

  for (guint i = 0; i < 2; i++)
    fds[i] = open_bound (SOCK_DGRAM, &addresses[i]);
  for (guint i = 0; i < 2; i++)
    connect_to (fds[i], &addresses[1 - i]);
}

static void
open_link (RawLink link,
           int     fds[2])
{
  switch (link)
    {
    case RAW_LINK_TCP:
      open_tcp (fds);
      break;
    case RAW_LINK_UDP:
      open_udp (fds);
      break;
    case RAW_LINK_UNIX:
    default:
      raw_check (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), "socketpair");
      break;
    }
}

void
raw_peer_fork (RawPeer    *self,
               int         ours,
               int         theirs,
               int         unwanted,
               RawPeerMain peer_main,
               gpointer    data)
{
  pid_t parent = getpid ();

  self->fd = ours;
  self->pid = raw_check (fork (), "fork");
  if (self->pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (getppid () != parent)
        _exit (1);
      close (ours);
      if (unwanted >= 0)
        close (unwanted);
      peer_main (theirs, data);
      _exit (0);
    }
  close (theirs);
}

void
raw_peer_start (RawPeer    *self,
                RawLink     link,
                RawPeerMain peer_main,
                gpointer    data)
{
  int fds[2];

  open_link (link, fds);
  raw_peer_fork (self, fds[0], fds[1], -1, peer_main, data);
}

void
raw_peer_end (RawPeer *self)
{
  kill (self->pid, SIGKILL);
  while (waitpid (self->pid, NULL, 0) < 0 && errno == EINTR)
    ;
  close (self->fd);
}
