/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "raw-process.h"

#include "bench.h"
#include "raw-peer.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGE_SIZE 100
#define BODY_SIZE (64 * 1024)
#define BATCH (BODY_SIZE / MESSAGE_SIZE)
#define DATAGRAMS_AT_ONCE 64
#define DATAGRAMS_IN_FLIGHT 192

/* --- Streams ---------------------------------------------------------------------------------- */

/* On the stream without its padding. */
typedef struct
{
  guint64 number;
  char text[MESSAGE_SIZE - sizeof (guint64)];
} Message;

/* Whatever writes does so until it is ended: the reader knows how much it wants. */
static void
write_bodies (int      fd,
              gpointer data G_GNUC_UNUSED)
{
  g_autofree char *body = g_malloc0 (BODY_SIZE);

  for (;;)
    raw_write_all (fd, body, BODY_SIZE);
}

static void
write_singly (int      fd,
              gpointer data G_GNUC_UNUSED)
{
  char message[MESSAGE_SIZE] = { 0 };

  for (;;)
    raw_write_all (fd, message, sizeof message);
}

/* Each message is copied, as it is wherever messages come one by one. */
static void
write_batches (int      fd,
               gpointer data G_GNUC_UNUSED)
{
  g_autofree char *buffer = g_malloc (BODY_SIZE);
  Message message = { 0 };

  for (;;)
    {
      for (guint i = 0; i < BATCH; i++, message.number++)
        memcpy (buffer + i * MESSAGE_SIZE, &message, MESSAGE_SIZE);
      raw_write_all (fd, buffer, BATCH * MESSAGE_SIZE);
    }
}

/* Returns how many whole messages there are in @filled bytes. */
static gsize
take_messages (const char *buffer,
               gsize       filled,
               guint64    *expected)
{
  gsize n = filled / MESSAGE_SIZE;

  for (gsize i = 0; i < n; i++)
    {
      Message message;

      memcpy (&message, buffer + i * MESSAGE_SIZE, MESSAGE_SIZE);
      __asm__ volatile ("" : : "r"(&message) : "memory");
      if (message.number != (*expected)++)
        g_error ("A raw stream is out of order");
    }
  return n;
}

static double
batch_rate (RawLink link,
            guint64 messages)
{
  g_autofree char *buffer = g_malloc (BODY_SIZE);
  gint64 start = 0, end;
  guint64 taken = 0, first = 0;
  gsize filled = 0;
  RawPeer peer;

  raw_peer_start (&peer, link, write_batches, NULL);
  while (taken - first < messages)
    {
      gsize n;

      filled += raw_check (read (peer.fd, buffer + filled, BODY_SIZE - filled), "read");
      n = take_messages (buffer, filled, &taken);
      filled -= n * MESSAGE_SIZE;
      memmove (buffer, buffer + n * MESSAGE_SIZE, filled);
      if (start == 0)
        {
          first = taken;
          start = bench_now_ns ();
        }
    }
  end = bench_now_ns ();
  raw_peer_end (&peer);
  return bench_rate (taken - first, start, end);
}

/* The clock starts at the first bytes, which do not count: then both processes are there. */
static double
stream_rate (RawLink     link,
             RawPeerMain writer,
             guint64     messages,
             gsize       size)
{
  g_autofree char *buffer = g_malloc (BODY_SIZE);
  guint64 wanted = messages * size, got = 0;
  gint64 start, end;
  RawPeer peer;

  raw_peer_start (&peer, link, writer, NULL);
  raw_check (read (peer.fd, buffer, BODY_SIZE), "read");
  start = bench_now_ns ();
  while (got < wanted)
    got += raw_check (read (peer.fd, buffer, BODY_SIZE), "read");
  end = bench_now_ns ();
  raw_peer_end (&peer);
  return bench_rate (got / size, start, end);
}

/* --- Datagrams -------------------------------------------------------------------------------- */

typedef struct
{
  struct mmsghdr headers[DATAGRAMS_AT_ONCE];
  struct iovec parts[DATAGRAMS_AT_ONCE];
  char bodies[DATAGRAMS_AT_ONCE][MESSAGE_SIZE];
} Datagrams;

static Datagrams *
datagrams_new (void)
{
  Datagrams *self = g_new0 (Datagrams, 1);

  for (guint i = 0; i < DATAGRAMS_AT_ONCE; i++)
    {
      self->parts[i] = (struct iovec) { self->bodies[i], MESSAGE_SIZE };
      self->headers[i].msg_hdr.msg_iov = &self->parts[i];
      self->headers[i].msg_hdr.msg_iovlen = 1;
    }
  return self;
}

static void
send_batch (int        fd,
            Datagrams *datagrams)
{
  if (raw_check (sendmmsg (fd, datagrams->headers, DATAGRAMS_AT_ONCE, 0), "sendmmsg")
      != DATAGRAMS_AT_ONCE)
    g_error ("sendmmsg: some datagrams were not sent");
}

static void
send_one_by_one (int        fd,
                 Datagrams *datagrams)
{
  for (guint i = 0; i < DATAGRAMS_AT_ONCE; i++)
    raw_check (send (fd, datagrams->bodies[i], MESSAGE_SIZE, 0), "send");
}

static guint64
receive_batch (int        fd,
               Datagrams *datagrams)
{
  return raw_check (recvmmsg (fd, datagrams->headers, DATAGRAMS_AT_ONCE, MSG_WAITFORONE, NULL),
                    "recvmmsg");
}

static guint64
receive_one (int        fd,
             Datagrams *datagrams)
{
  raw_check (recv (fd, datagrams->bodies[0], MESSAGE_SIZE, 0), "recv");
  return 1;
}

typedef struct
{
  void (*send) (int fd, Datagrams *datagrams);
  guint64 (*receive) (int fd, Datagrams *datagrams);
} DatagramCalls;

static const DatagramCalls batched = { send_batch, receive_batch };
static const DatagramCalls single = { send_one_by_one, receive_one };

/*
 * No more are on their way than a socket holds by default, so none gets lost: a sender that knows
 * nothing of the receiver only takes processor time from it.
 */
static void
send_datagrams (int      fd,
                gpointer data)
{
  const DatagramCalls *calls = data;
  g_autofree Datagrams *datagrams = datagrams_new ();
  guint64 received = 0;

  for (guint64 sent = 0;; sent += DATAGRAMS_AT_ONCE)
    {
      while (sent - received > DATAGRAMS_IN_FLIGHT - DATAGRAMS_AT_ONCE)
        raw_check (recv (fd, &received, sizeof received, 0), "recv");
      calls->send (fd, datagrams);
    }
}

static double
datagram_rate (const DatagramCalls *calls,
               guint64              messages)
{
  g_autofree Datagrams *datagrams = datagrams_new ();
  guint64 got = 0, told = 0, first;
  gint64 start, end;
  RawPeer peer;

  raw_peer_start (&peer, RAW_LINK_UDP, send_datagrams, (gpointer) calls);
  got = first = calls->receive (peer.fd, datagrams);
  start = bench_now_ns ();
  while (got - first < messages)
    {
      got += calls->receive (peer.fd, datagrams);
      if (got - told >= DATAGRAMS_AT_ONCE)
        {
          raw_check (send (peer.fd, &got, sizeof got, 0), "send");
          told = got;
        }
    }
  end = bench_now_ns ();
  raw_peer_end (&peer);
  return bench_rate (got - first, start, end);
}

/* --- Either ----------------------------------------------------------------------------------- */

double
raw_oneway (RawLink link,
            guint64 messages)
{
  if (link == RAW_LINK_UDP)
    return datagram_rate (&batched, messages);
  return batch_rate (link, messages);
}

double
raw_oneway_single (RawLink link,
                   guint64 messages)
{
  if (link == RAW_LINK_UDP)
    return datagram_rate (&single, messages);
  return stream_rate (link, write_singly, messages, MESSAGE_SIZE);
}

double
raw_bodies (RawLink link,
            guint64 messages)
{
  return stream_rate (link, write_bodies, messages, BODY_SIZE);
}
