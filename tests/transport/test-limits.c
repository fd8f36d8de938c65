/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How much may wait: by default, as the environment says, and as capabilities say. */

#include "transport/thespian-limits-private.h"

static const char *const variables[] = {
  "THESPIAN_MAX_QUEUED_TRANSMITS",
  "THESPIAN_MAX_QUEUED_BYTES",
  "THESPIAN_QUEUED_TRANSMIT_UNBLOCK_THRESHOLD",
  "THESPIAN_DROP_TRANSMITS_LEVEL",
  "THESPIAN_TRANSMIT_TIMEOUT_PERIOD",
};

/* The values of these variables (nullable), in their order, and @capabilities as text (nullable). */
static ThespianLimits
read_limits (const char *const values[G_N_ELEMENTS (variables)],
             const char       *capabilities)
{
  g_autoptr (GVariant) dictionary = NULL;
  g_autoptr (GError) error = NULL;
  ThespianLimits limits;

  if (capabilities != NULL)
    dictionary = g_variant_parse (G_VARIANT_TYPE_VARDICT, capabilities, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    if (values[i] != NULL)
      g_setenv (variables[i], values[i], TRUE);
    else
      g_unsetenv (variables[i]);
  thespian_limits_read (&limits, dictionary);

  return limits;
}

static const char *const nothing[G_N_ELEMENTS (variables)];

static void
assert_default (const ThespianLimits *limits)
{
  g_assert_cmpuint (limits->max_queued, ==, 950);
  g_assert_cmpuint (limits->max_bytes, ==, 64 * 1024 * 1024);
  g_assert_cmpuint (limits->unblock, ==, 780);
  g_assert_cmpuint (limits->drop_level, ==, 1050);
  g_assert_cmpint (limits->transmit_timeout, ==, 5 * G_TIME_SPAN_MINUTE);
}

static void
test_default (void)
{
  ThespianLimits limits = read_limits (nothing, NULL);

  assert_default (&limits);
  g_assert_cmpuint (limits.max_message, ==, 1024 * 1024 * 1024);
  g_assert_cmpuint (limits.rate, ==, 0);
}

static const char *const environment[] = { "10", "2000", "5", "12", "1:30" };

static void
test_environment (void)
{
  ThespianLimits limits = read_limits (environment, NULL);

  g_assert_cmpuint (limits.max_queued, ==, 10);
  g_assert_cmpuint (limits.max_bytes, ==, 2000);
  g_assert_cmpuint (limits.unblock, ==, 5);
  g_assert_cmpuint (limits.drop_level, ==, 12);
  g_assert_cmpint (limits.transmit_timeout, ==, 90 * G_TIME_SPAN_SECOND);
}

static void
test_capabilities (void)
{
  ThespianLimits limits = read_limits (environment,
                                       "{'Max Queued Transmits': <uint32 20>, 'Max Queued Bytes': <uint64 3000>,"
                                       " 'Unblock Threshold': <int32 7>, 'Drop Transmits Level': <int64 22>,"
                                       " 'Transmit Timeout': <2.5>, 'Max Message Size': <uint32 4000>,"
                                       " 'Rate Limit': <uint64 5000>}");

  g_assert_cmpuint (limits.max_queued, ==, 20);
  g_assert_cmpuint (limits.max_bytes, ==, 3000);
  g_assert_cmpuint (limits.unblock, ==, 7);
  g_assert_cmpuint (limits.drop_level, ==, 22);
  g_assert_cmpint (limits.transmit_timeout, ==, 2500 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpuint (limits.max_message, ==, 4000);
  g_assert_cmpuint (limits.rate, ==, 5000);

  /* who means never, or a whole number */
  limits = read_limits (environment, "{'Transmit Timeout': <1e300>}");
  g_assert_cmpint (limits.transmit_timeout, >, G_TIME_SPAN_DAY * 365);
  limits = read_limits (environment, "{'Transmit Timeout': <uint32 3>}");
  g_assert_cmpint (limits.transmit_timeout, ==, 3 * G_TIME_SPAN_SECOND);
}

/* Of a maximum alone the others follow, and none contradicts it. */
static void
test_follow (void)
{
  static const char *const maximum[G_N_ELEMENTS (variables)] = { "10" };
  static const char *const contrary[G_N_ELEMENTS (variables)] = { "10", NULL, "11", "9" };
  static const char *const none[G_N_ELEMENTS (variables)] = { "0", "0" };
  ThespianLimits limits = read_limits (maximum, NULL);

  g_assert_cmpuint (limits.unblock, ==, 8);
  g_assert_cmpuint (limits.drop_level, ==, 110);

  limits = read_limits (contrary, NULL);
  g_assert_cmpuint (limits.unblock, ==, 10);
  g_assert_cmpuint (limits.drop_level, ==, 10);

  limits = read_limits (none, NULL);
  g_assert_cmpuint (limits.max_queued, ==, 1);
  g_assert_cmpuint (limits.max_bytes, ==, 1);
}

/* What makes no sense is as if it were not there. */
static void
test_nonsense (void)
{
  static const char *const words[] = { "many", "-1", "1 2", "", "a while" };
  ThespianLimits limits = read_limits (words, "{'Max Queued Transmits': <'many'>, 'Transmit Timeout': <-1.0>}");

  assert_default (&limits);
}

static void
test_period (void)
{
  static const struct
  {
    const char *text;
    GTimeSpan period;
  } periods[] = {
    { "0", 0 },
    { "7", 7 * G_TIME_SPAN_SECOND },
    { "0.25", 250 * G_TIME_SPAN_MILLISECOND },
    { "5:00", 5 * G_TIME_SPAN_MINUTE },
    { "1:02:03.5", G_TIME_SPAN_HOUR + 2 * G_TIME_SPAN_MINUTE + 3500 * G_TIME_SPAN_MILLISECOND },
  };
  static const char *const refused[] = { "", "x", "1x", "1:", ":1", "-1", "1:2:3:4", "nan", "inf", "1e10" };
  GTimeSpan period;

  for (guint i = 0; i < G_N_ELEMENTS (periods); i++)
    {
      g_assert_true (thespian_parse_period (periods[i].text, &period));
      g_assert_cmpint (period, ==, periods[i].period);
    }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_false (thespian_parse_period (refused[i], &period));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transport/limits/default", test_default);
  g_test_add_func ("/transport/limits/environment", test_environment);
  g_test_add_func ("/transport/limits/capabilities", test_capabilities);
  g_test_add_func ("/transport/limits/follow", test_follow);
  g_test_add_func ("/transport/limits/nonsense", test_nonsense);
  g_test_add_func ("/transport/limits/period", test_period);

  return g_test_run ();
}
