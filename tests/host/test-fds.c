/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-fds-private.h"

#include <fcntl.h>
#include <unistd.h>

static void
set_limit (rlim_t soft,
           rlim_t hard)
{
  struct rlimit limit = { soft, hard };

  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
}

static void
assert_soft_limit (rlim_t soft)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, soft);
}

static void
test_move_high (void)
{
  struct rlimit former;
  int low, high;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &former), ==, 0);
  g_assert_cmpuint (former.rlim_max, >, THESPIAN_FD_HIGH + 10);
  set_limit (600, former.rlim_max);
  low = open ("/dev/null", O_RDWR);
  g_assert_cmpint (low, <, 600);

  high = thespian_fd_move_high (low);
  g_assert_cmpint (high, >=, THESPIAN_FD_HIGH);
  g_assert_cmpint (fcntl (high, F_GETFD), ==, FD_CLOEXEC);
  g_assert_cmpint (fcntl (low, F_GETFD), ==, -1);
  g_assert_cmpint (write (high, "x", 1), ==, 1);
  assert_soft_limit (600);
  g_assert_cmpint (thespian_fd_move_high (high), ==, high);

  thespian_fd_clear (&high);
  g_assert_cmpint (high, ==, -1);
  set_limit (former.rlim_cur, former.rlim_max);
}

/* In a process of its own, since a lower hard limit is for ever. */
static void
test_not_permitted (void)
{
  if (g_test_subprocess ())
    {
      int fd = open ("/dev/null", O_RDWR);

      set_limit (600, 1000);
      g_assert_cmpint (thespian_fd_move_high (fd), ==, fd);
      g_assert_cmpint (write (fd, "x", 1), ==, 1);
      assert_soft_limit (600);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

static void
test_limit (void)
{
  if (g_test_subprocess ())
    {
      struct rlimit limit, original;

      g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
      set_limit (500, limit.rlim_max);
      thespian_fds_get_original_limit (&original);
      g_assert_cmpuint (original.rlim_cur, ==, 500);
      thespian_fds_restore_limit (); /* nothing to restore yet */
      assert_soft_limit (500);
      thespian_fds_raise_limit ();
      g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
      g_assert_cmpuint (limit.rlim_cur, >, 500);
      g_assert_cmpuint (limit.rlim_cur, ==, limit.rlim_max);
      thespian_fds_raise_limit (); /* the original stays what it was at first */
      thespian_fds_get_original_limit (&original);
      g_assert_cmpuint (original.rlim_cur, ==, 500);
      thespian_fds_restore_limit ();
      assert_soft_limit (500);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fds/move-high", test_move_high);
  g_test_add_func ("/fds/not-permitted", test_not_permitted);
  g_test_add_func ("/fds/limit", test_limit);

  return g_test_run ();
}
