/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The queue of records on their way out of a process. */

#include "config.h"

#include "log-test.h"

#include "log/thespian-log-forwarder-private.h"

typedef struct
{
  ThespianLogForwarder *forwarder;
  GString *text; /* (owned) */
  guint room;
} Receiver;

/* A ThespianLogSendFunc. */
static gboolean
receive (const ThespianLogRecord *record,
         gpointer                 user_data)
{
  Receiver *receiver = user_data;

  if (receiver->room == 0)
    return FALSE;
  receiver->room--;
  g_string_append_printf (receiver->text, "%s;", record->message);
  return TRUE;
}

static void
push (ThespianLogForwarder *forwarder,
      GLogLevelFlags        level,
      const char           *message,
      gboolean              fits)
{
  g_assert_cmpint (
    thespian_log_forwarder_push (forwarder, thespian_log_record_new (level, NULL, message)), ==,
    fits);
}

static void
assert_drained (ThespianLogForwarder *forwarder,
                guint                 room,
                gboolean              all,
                const char           *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Receiver receiver = { forwarder, text, room };

  g_assert_cmpint (thespian_log_forwarder_drain (forwarder, receive, &receiver), ==, all);
  g_assert_cmpstr (text->str, ==, expected);
}

#define DROPPED \
  " log records of this process were dropped: they came faster than they could be sent;"

static void
test_order (void)
{
  g_autoptr (ThespianLogForwarder) forwarder = thespian_log_forwarder_new (100, 100000);

  assert_drained (forwarder, 10, TRUE, "");
  push (forwarder, G_LOG_LEVEL_INFO, "a", TRUE);
  push (forwarder, G_LOG_LEVEL_WARNING, "b", TRUE);
  push (forwarder, G_LOG_LEVEL_INFO, "c", TRUE);
  assert_drained (forwarder, 2, FALSE, "a;b;");
  push (forwarder, G_LOG_LEVEL_INFO, "d", TRUE);
  assert_drained (forwarder, 0, FALSE, "");
  assert_drained (forwarder, 10, TRUE, "c;d;");
}

/* The notice stands where the gap is. */
static void
test_dropped (void)
{
  g_autoptr (ThespianLogForwarder) forwarder = thespian_log_forwarder_new (4, 100000);

  push (forwarder, G_LOG_LEVEL_INFO, "a", TRUE);
  push (forwarder, G_LOG_LEVEL_INFO, "b", TRUE);
  push (forwarder, G_LOG_LEVEL_INFO, "c", TRUE);
  push (forwarder, G_LOG_LEVEL_INFO, "x", FALSE);
  push (forwarder, G_LOG_LEVEL_INFO, "y", FALSE);
  assert_drained (forwarder, 1, FALSE, "a;");
  push (forwarder, G_LOG_LEVEL_INFO, "d", TRUE);
  push (forwarder, G_LOG_LEVEL_INFO, "z", FALSE);
  assert_drained (forwarder, 10, TRUE, "b;c;2" DROPPED "d;1" DROPPED);
  g_assert_cmpuint (thespian_log_forwarder_get_n_dropped (forwarder), ==, 3);
  /* And is told once. */
  push (forwarder, G_LOG_LEVEL_INFO, "e", TRUE);
  assert_drained (forwarder, 10, TRUE, "e;");
}

static void
test_warnings_last (void)
{
  g_autoptr (ThespianLogForwarder) forwarder = thespian_log_forwarder_new (4, 100000);

  for (guint i = 0; i < 3; i++)
    push (forwarder, G_LOG_LEVEL_DEBUG, "a", TRUE);
  push (forwarder, G_LOG_LEVEL_MESSAGE, "x", FALSE);
  push (forwarder, G_LOG_LEVEL_WARNING, "w", TRUE);
  push (forwarder, G_LOG_LEVEL_WARNING, "y", FALSE);
  assert_drained (forwarder, 10, TRUE, "a;a;a;1" DROPPED "w;1" DROPPED);
}

static void
test_bytes (void)
{
  g_autoptr (ThespianLogForwarder) forwarder = thespian_log_forwarder_new (1000, 10000);
  g_autofree char *large = g_strnfill (4000, 'a');
  g_autofree char *too_large = g_strnfill (20000, 'a');

  push (forwarder, G_LOG_LEVEL_WARNING, large, TRUE);
  push (forwarder, G_LOG_LEVEL_WARNING, large, TRUE);
  push (forwarder, G_LOG_LEVEL_WARNING, large, FALSE);
  push (forwarder, G_LOG_LEVEL_WARNING, "small", TRUE);
  g_assert_cmpuint (thespian_log_forwarder_get_n_dropped (forwarder), ==, 1);
  g_clear_pointer (&forwarder, thespian_log_forwarder_free);

  /* What no queue can hold is told of all the same. */
  forwarder = thespian_log_forwarder_new (1000, 10000);
  push (forwarder, G_LOG_LEVEL_WARNING, too_large, FALSE);
  assert_drained (forwarder, 10, TRUE, "1" DROPPED);
}

/* A ThespianLogSendFunc. */
static gboolean
receive_and_log (const ThespianLogRecord *record,
                 gpointer                 user_data)
{
  Receiver *receiver = user_data;

  if (receiver->text->len == 0)
    push (receiver->forwarder, G_LOG_LEVEL_INFO, "while sending", TRUE);
  g_assert_false (thespian_log_forwarder_drain (receiver->forwarder, receive_and_log, receiver));
  return receive (record, user_data);
}

static void
test_logs_while_sending (void)
{
  g_autoptr (ThespianLogForwarder) forwarder = thespian_log_forwarder_new (100, 10000);
  g_autoptr (GString) text = g_string_new (NULL);
  Receiver receiver = { forwarder, text, 10 };

  push (forwarder, G_LOG_LEVEL_INFO, "a", TRUE);
  g_assert_true (thespian_log_forwarder_drain (forwarder, receive_and_log, &receiver));
  g_assert_cmpstr (text->str, ==, "a;while sending;");
}

/* --- Many threads ----------------------------------------------------------------------------- */

#define N_THREADS 4
#define N_RECORDS 5000

static gpointer
push_many (gpointer data)
{
  for (guint i = 0; i < N_RECORDS; i++)
    thespian_log_forwarder_push (data, thespian_log_record_new (G_LOG_LEVEL_INFO, "Flood", "x"));
  return NULL;
}

typedef struct
{
  guint64 n_received;
  guint64 n_told;
} Sum;

/* A ThespianLogSendFunc. */
static gboolean
add_up (const ThespianLogRecord *record,
        gpointer                 user_data)
{
  Sum *sum = user_data;

  if (g_str_equal (record->domain, THESPIAN_LOG_FORWARDER_DOMAIN))
    sum->n_told += g_ascii_strtoull (record->message, NULL, 10);
  else
    sum->n_received++;
  return TRUE;
}

/* Each record arrives or is counted. */
static void
test_flood (void)
{
  g_autoptr (ThespianLogForwarder) forwarder = thespian_log_forwarder_new (100, 100000);
  GThread *threads[N_THREADS];
  Sum sum = { 0 };

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("flood", push_many, forwarder);
  for (guint i = 0; i < 100; i++)
    thespian_log_forwarder_drain (forwarder, add_up, &sum);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  thespian_log_forwarder_drain (forwarder, add_up, &sum);

  g_assert_cmpuint (sum.n_told, ==, thespian_log_forwarder_get_n_dropped (forwarder));
  g_assert_cmpuint (sum.n_received + sum.n_told, ==, N_THREADS * N_RECORDS);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/log/forwarder/order", test_order);
  g_test_add_func ("/log/forwarder/dropped", test_dropped);
  g_test_add_func ("/log/forwarder/warnings-last", test_warnings_last);
  g_test_add_func ("/log/forwarder/bytes", test_bytes);
  g_test_add_func ("/log/forwarder/logs-while-sending", test_logs_while_sending);
  g_test_add_func ("/log/forwarder/flood", test_flood);

  return g_test_run ();
}
