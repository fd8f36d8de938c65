/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where a socket is, as one process tells another. */

#include "transport/thespian-ip-private.h"

#include <unistd.h>

static void
check_bytes (const char   *host,
             guint         port,
             const guint8 *expected,
             gsize         length,
             const char   *text)
{
  guint8 bytes[THESPIAN_IP_ADDRESS_MAX_LENGTH];
  ThespianIpAddress address, read;
  g_autofree char *shown = NULL;

  g_assert_true (thespian_ip_address_init (&address, host, port));
  g_assert_cmpuint (thespian_ip_address_write (&address, bytes), ==, length);
  g_assert_cmpmem (bytes, length, expected, length);

  g_assert_true (thespian_ip_address_read (&read, bytes, length));
  g_assert_cmpmem (&read.storage, read.length, &address.storage, address.length);
  shown = thespian_ip_address_to_string (&read);
  g_assert_cmpstr (shown, ==, text);
}

static void
test_bytes (void)
{
  const guint8 ipv4[] = { 127, 0, 0, 1, 0x07, 0x6c };
  const guint8 ipv6[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff };

  check_bytes ("127.0.0.1", 1900, ipv4, sizeof ipv4, "127.0.0.1:1900");
  check_bytes ("::1", 65535, ipv6, sizeof ipv6, "[::1]:65535");
}

static void
test_wrong_bytes (void)
{
  const guint8 bytes[THESPIAN_IP_ADDRESS_MAX_LENGTH + 1] = { 0 };
  ThespianIpAddress address;

  for (gsize length = 0; length <= sizeof bytes; length++)
    g_assert_cmpint (thespian_ip_address_read (&address, bytes, length), ==, length == 6 || length == 18);
}

static void
test_names (void)
{
  ThespianIpAddress address;

  g_assert_false (thespian_ip_address_init (&address, "localhost", 1900));
  g_assert_false (thespian_ip_address_init (&address, "127.0.0", 1900));
  g_assert_false (thespian_ip_address_init (&address, "", 1900));
}

static void
test_own (void)
{
  ThespianIpAddress any, own;
  int fd, client;

  g_assert_true (thespian_ip_address_init (&any, THESPIAN_IP_LOOPBACK, 0));
  fd = thespian_tcp_listen (&any);
  g_assert_cmpint (fd, >=, 0);
  g_assert_true (thespian_ip_address_of (&own, fd));
  client = thespian_tcp_dial (&own);
  g_assert_cmpint (client, >=, 0);
  close (client);
  close (fd);
  g_assert_false (thespian_ip_address_of (&own, fd));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/ip/bytes", test_bytes);
  g_test_add_func ("/transport/ip/wrong-bytes", test_wrong_bytes);
  g_test_add_func ("/transport/ip/names", test_names);
  g_test_add_func ("/transport/ip/own", test_own);

  return g_test_run ();
}
