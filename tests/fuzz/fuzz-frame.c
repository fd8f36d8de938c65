/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A peer sends what no peer sends: bytes in pieces, or whole frames.  It may lose its link by that,
 * for a reason that is told; what is sent to it stays in order, and no more than that comes back.
 *
 * The first byte chooses the game.
 */

#include "exchange-test.h"
#include "fuzz.h"

#include "model/thespian-error.h"

#define N_SENT 4
#define MAX_BODY 200
#define ORDER_LENGTH 5

enum
{
  HERE = 1000,
  THERE = 2000,
  NOWHERE = 3000,
};

/* What can be read can be written, and is the same. */
static void
check_header (const guint8 *data,
              gsize         size)
{
  guint8 header[THESPIAN_FRAME_HEADER_SIZE];
  ThespianFrame frame;
  g_autoptr (GError) error = NULL;

  if (!thespian_frame_read (data, size, &frame, &error))
    {
      g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
      return;
    }
  thespian_frame_write_header (&frame, header);
  g_assert_cmpmem (header, sizeof header, data, sizeof header);
}

/* What leaves is well-formed. */
static void
flush (ExchangeTest *f)
{
  ThespianFrame frame;

  exchange_test_flush (f);
  exchange_test_find_frame (f, 0, &frame, NULL);
}

/* In pieces, whose length is the first byte. */
static void
put_pieces (ExchangeTest *f,
            const guint8 *data,
            gsize         size)
{
  gsize step = 1;

  if (size > 0)
    {
      step += data[0];
      data++;
      size--;
    }
  while (size > 0 && f->peer->link != NULL)
    {
      gsize length = MIN (step, size);

      exchange_test_put (f, data, length);
      flush (f);
      data += length;
      size -= length;
    }
}

/* A byte each for the kind, the flags, the number, the ends and the length of the body, which follows. */
static void
put_frames (ExchangeTest *f,
            const guint8 *data,
            gsize         size)
{
  static const guint64 ids[] = { HERE, THERE, NOWHERE, 7 };

  while (size >= ORDER_LENGTH && f->peer->link != NULL)
    {
      gsize length = MIN (MIN (data[4], MAX_BODY), size - ORDER_LENGTH);

      exchange_test_put_frame (f, (ThespianFrame){
                                      .kind = data[0],
                                      .flags = data[1] % 8,
                                      .sequence = data[2] == 0xff ? G_MAXUINT64 : data[2],
                                      .target = { SYSTEM_ID, ids[data[3] % 4] },
                                      .sender = { SYSTEM_ID, ids[data[3] / 4 % 4] },
                                      .body = data + ORDER_LENGTH,
                                      .body_length = length,
                                  });
      flush (f);
      data += ORDER_LENGTH + length;
      size -= ORDER_LENGTH + length;
    }
}

static void
check_channel (ExchangeTest    *f,
               ThespianChannel *channel)
{
  g_assert_cmpuint (channel->handled, <=, channel->received);
  g_assert_cmpuint (channel->received, <=, channel->last);
  g_assert_cmpuint (channel->sent, <=, channel->last);
  g_assert_cmpuint (f->n_dead_letters_from_here, <=, N_SENT);
  g_assert_cmpuint (f->n_lost_links, ==, f->peer->link == NULL);
  g_assert_true (f->was_told_why == (f->peer->link == NULL));
}

static void
play (ExchangeTest *f,
      gboolean      in_pieces,
      const guint8 *data,
      gsize         size)
{
  g_autoptr (ThespianAddress) target = exchange_test_add_target (f, HERE);
  g_autoptr (ThespianAddress) remote = exchange_test_add_remote (f, THERE);

  for (guint i = 0; i < N_SENT; i++)
    exchange_test_send (f, remote);
  flush (f);
  if (in_pieces)
    put_pieces (f, data, size);
  else
    put_frames (f, data, size);
  check_channel (f, thespian_port_to_channel (remote->port));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  ExchangeTest fixture = { 0 };

  if (size == 0)
    return 0;
  if (data[0] % 3 == 0)
    {
      check_header (data + 1, size - 1);
      return 0;
    }
  exchange_test_set_up (&fixture, NULL);
  play (&fixture, data[0] % 3 == 1, data + 1, size - 1);
  exchange_test_tear_down (&fixture, NULL);
  return 0;
}
