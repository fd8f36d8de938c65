/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-address-private.h"

#include <errno.h>
#include <pthread.h>
#include <sys/random.h>

/*
 * Holding an address is the right to send to it, so its bits come from the kernel's generator.
 * Each thread draws a pool of them at once: a system call for each actor would cost more than
 * the rest of its creation.  A forked child must not repeat its parent's bits, so the pools of a
 * former life are worthless after a fork: their generation no longer matches.
 */

#define POOL_SIZE 64

typedef struct
{
  guint64 ids[POOL_SIZE];
  guint n_left;
  guint generation;
} Pool;

static __thread Pool pool;
static guint generation = 1;

void
thespian_random_id_forget (void)
{
  generation++;
}

static void
refill_pool (void)
{
  static gsize watching_forks;
  gsize n_read = 0;

  if (g_once_init_enter (&watching_forks))
    {
      pthread_atfork (NULL, NULL, thespian_random_id_forget);
      g_once_init_leave (&watching_forks, 1);
    }

  while (n_read < sizeof pool.ids)
    {
      gssize n = getrandom ((char *) pool.ids + n_read, sizeof pool.ids - n_read, 0);

      if (n > 0)
        n_read += n;
      else if (errno != EINTR)
        g_error ("The kernel gives no random bits: %s", g_strerror (errno));
    }
  pool.n_left = POOL_SIZE;
  pool.generation = generation;
}

guint64
thespian_random_id (void)
{
  if (G_UNLIKELY (pool.n_left == 0 || pool.generation != generation))
    refill_pool ();
  return pool.ids[--pool.n_left];
}
