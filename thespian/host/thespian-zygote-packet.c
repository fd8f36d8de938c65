/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-zygote-packet-private.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER_SIZE G_STRUCT_OFFSET (ThespianZygotePacket, text)

typedef union
{
  struct cmsghdr header; /* for its alignment */
  char buffer[CMSG_SPACE (THESPIAN_ZYGOTE_MAX_FDS * sizeof (int))];
} Control;

gboolean
thespian_zygote_packet_send (int                      fd,
                             ThespianZygotePacketKind kind,
                             guint64                  serial,
                             gint64                   number,
                             const char              *text,
                             const int               *fds,
                             guint                    n_fds)
{
  /* Memory that a zygote writes to is copied for each child, so the text stays where it is. */
  struct
  {
    guint32 protocol, kind;
    guint64 serial;
    gint64 number;
  } header = { THESPIAN_ZYGOTE_PROTOCOL, kind, serial, number };
  struct iovec parts[] = {
    { &header, HEADER_SIZE },
    { (char *) text, strnlen (text, PATH_MAX) },
    { (char *) "", 1 },
  };
  struct msghdr message = { .msg_iov = parts, .msg_iovlen = G_N_ELEMENTS (parts) };
  Control control = { 0 };
  gssize n;

  G_STATIC_ASSERT (sizeof header == HEADER_SIZE);
  if (n_fds > 0)
    {
      struct cmsghdr *rights = &control.header;

      message.msg_control = &control;
      message.msg_controllen = CMSG_SPACE (n_fds * sizeof (int));
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN (n_fds * sizeof (int));
      memcpy (CMSG_DATA (rights), fds, n_fds * sizeof (int));
    }
  do
    n = sendmsg (fd, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n >= 0;
}

static void
take_fds (struct msghdr *message,
          int           *ret_fds,
          guint         *ret_n_fds)
{
  struct cmsghdr *rights = CMSG_FIRSTHDR (message);

  *ret_n_fds = 0;
  if (rights == NULL || rights->cmsg_type != SCM_RIGHTS)
    return;
  *ret_n_fds = (guint) ((rights->cmsg_len - CMSG_LEN (0)) / sizeof (int));
  memcpy (ret_fds, CMSG_DATA (rights), *ret_n_fds * sizeof (int));
  if ((message->msg_flags & MSG_CTRUNC) == 0)
    return;
  while (*ret_n_fds > 0)
    close (ret_fds[--*ret_n_fds]);
}

int
thespian_zygote_packet_receive (int                   fd,
                                int                   flags,
                                ThespianZygotePacket *ret_packet,
                                int                  *ret_fds,
                                guint                *ret_n_fds)
{
  struct iovec part = { ret_packet, sizeof *ret_packet };
  Control control;
  struct msghdr message = {
    .msg_iov = &part,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof control,
  };
  gssize n;

  /*
   * The other end resets the connection when it goes without having read everything.  The kernel
   * tells so once, and before it gives what that end had still said.
   */
  do
    n = recvmsg (fd, &message, flags | MSG_CMSG_CLOEXEC);
  while (n < 0 && (errno == EINTR || errno == ECONNRESET));
  if (n == 0)
    return 0;
  if (n < 0)
    return -1;
  take_fds (&message, ret_fds, ret_n_fds);
  if ((gsize) n <= HEADER_SIZE || ret_packet->protocol != THESPIAN_ZYGOTE_PROTOCOL)
    {
      while (*ret_n_fds > 0)
        close (ret_fds[--*ret_n_fds]);
      errno = EPROTO;
      return -1;
    }
  ((char *) ret_packet)[n - 1] = '\0';
  return 1;
}
