/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <thespian.h>

#include "patterns/thespian-troupe-private.h"

typedef struct
{
  const char *text;
  ThespianTroupeText kind;
  int max_count;
  int idle_count;
} TextCase;

static const TextCase text_cases[] = {
  { "troupe:set_max_count=1", THESPIAN_TROUPE_TEXT_SET, 1, -1 },
  { "troupe:set_max_count=2147483647", THESPIAN_TROUPE_TEXT_SET, G_MAXINT, -1 },
  { "troupe:set_idle_count=0", THESPIAN_TROUPE_TEXT_SET, -1, 0 },
  { "troupe:set_idle_count=25", THESPIAN_TROUPE_TEXT_SET, -1, 25 },
  { "troupe:status?", THESPIAN_TROUPE_TEXT_STATUS, -1, -1 },
  { "troupe:set_max_count=0", THESPIAN_TROUPE_TEXT_INVALID, -1, -1 },
  { "troupe:set_max_count=", THESPIAN_TROUPE_TEXT_INVALID, -1, -1 },
  { "troupe:set_max_count=-3", THESPIAN_TROUPE_TEXT_INVALID, -1, -1 },
  { "troupe:set_max_count=2147483648", THESPIAN_TROUPE_TEXT_INVALID, -1, -1 },
  { "troupe:set_max_count=99999999999999999999999", THESPIAN_TROUPE_TEXT_INVALID, -1, -1 },
  { "troupe:set_idle_count=two", THESPIAN_TROUPE_TEXT_INVALID, -1, -1 },
  { "troupe:set_idle_count= 2", THESPIAN_TROUPE_TEXT_INVALID, -1, -1 },
  { "troupe:set_idle_count=2 ", THESPIAN_TROUPE_TEXT_INVALID, -1, -1 },
  { "troupe:", THESPIAN_TROUPE_TEXT_NONE, -1, -1 },
  { "troupe:status", THESPIAN_TROUPE_TEXT_NONE, -1, -1 },
  { "troupe:play", THESPIAN_TROUPE_TEXT_NONE, -1, -1 },
  { " troupe:status?", THESPIAN_TROUPE_TEXT_NONE, -1, -1 },
  { "", THESPIAN_TROUPE_TEXT_NONE, -1, -1 },
};

static void
test_texts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (text_cases); i++)
    {
      const TextCase *text_case = &text_cases[i];
      g_autoptr (GError) error = NULL;
      int max_count = -1, idle_count = -1;
      ThespianTroupeText kind;

      g_test_message ("“%s”", text_case->text);
      kind = thespian_troupe_parse_text (text_case->text, &max_count, &idle_count, &error);
      g_assert_cmpint (kind, ==, text_case->kind);
      g_assert_cmpint (max_count, ==, text_case->max_count);
      g_assert_cmpint (idle_count, ==, text_case->idle_count);

      if (text_case->kind == THESPIAN_TROUPE_TEXT_INVALID)
        {
          g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
          g_assert_nonnull (strstr (error->message, text_case->text));
        }
      else
        {
          g_assert_no_error (error);
        }
    }
}

/* An actor with a property of each kind. */
#define TEST_TYPE_ACTOR (test_actor_get_type ())
G_DECLARE_FINAL_TYPE (TestActor, test_actor, TEST, ACTOR, ThespianActor)

enum
{
  PROP_FLAG = 1,
  PROP_INT,
  PROP_UINT,
  PROP_INT64,
  PROP_UINT64,
  PROP_DOUBLE,
  PROP_TEXT,
  PROP_LIST,
  PROP_VARIANT,
  PROP_BYTES,
  PROP_READ_ONLY,
  N_PROPS,
};

struct _TestActor
{
  ThespianActor parent_instance;

  GValue values[N_PROPS];
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (TestActor, test_actor, THESPIAN_TYPE_ACTOR)

static void
test_actor_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  TestActor *self = TEST_ACTOR (object);

  if (prop_id == PROP_READ_ONLY)
    g_value_set_int (value, 5);
  else if (G_IS_VALUE (&self->values[prop_id]))
    g_value_copy (&self->values[prop_id], value);
}

static void
test_actor_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  TestActor *self = TEST_ACTOR (object);

  if (!G_IS_VALUE (&self->values[prop_id]))
    g_value_init (&self->values[prop_id], pspec->value_type);
  g_value_copy (value, &self->values[prop_id]);
}

static void
test_actor_finalize (GObject *object)
{
  TestActor *self = TEST_ACTOR (object);

  for (guint i = 0; i < N_PROPS; i++)
    if (G_IS_VALUE (&self->values[i]))
      g_value_unset (&self->values[i]);

  G_OBJECT_CLASS (test_actor_parent_class)->finalize (object);
}

static void
test_actor_class_init (TestActorClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = test_actor_get_property;
  object_class->set_property = test_actor_set_property;
  object_class->finalize = test_actor_finalize;

  props[PROP_FLAG] = g_param_spec_boolean ("flag", NULL, NULL, FALSE, flags);
  props[PROP_INT] = g_param_spec_int ("int", NULL, NULL, G_MININT, G_MAXINT, 0, flags);
  props[PROP_UINT] = g_param_spec_uint ("uint", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_INT64] = g_param_spec_int64 ("int64", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  props[PROP_UINT64] = g_param_spec_uint64 ("uint64", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  props[PROP_DOUBLE] = g_param_spec_double ("double", NULL, NULL, -1, 1, 0, flags);
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags | G_PARAM_CONSTRUCT_ONLY);
  props[PROP_LIST] = g_param_spec_boxed ("list", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_VARIANT] = g_param_spec_variant ("variant", NULL, NULL, G_VARIANT_TYPE_ANY, NULL,
                                              flags);
  props[PROP_BYTES] = g_param_spec_boxed ("bytes", NULL, NULL, G_TYPE_BYTES, flags);
  props[PROP_READ_ONLY] = g_param_spec_int ("read-only", NULL, NULL, 0, 10, 0, G_PARAM_READABLE);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
test_actor_init (TestActor *self)
{
}

static void
test_properties (void)
{
  static const char *const list[] = { "a", "b", NULL };
  g_autoptr (GBytes) bytes = g_bytes_new ("x", 1);
  g_autoptr (ThespianActor) actor = NULL;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) expected = NULL;

  actor = g_object_new (TEST_TYPE_ACTOR,
                        "flag", TRUE,
                        "int", -7,
                        "uint", 7u,
                        "int64", G_MININT64,
                        "uint64", G_MAXUINT64,
                        "double", 0.5,
                        "text", "some text",
                        "list", list,
                        "variant", g_variant_new ("(is)", 1, "x"),
                        "bytes", bytes,
                        NULL);
  properties = g_variant_ref_sink (thespian_troupe_dup_properties (actor));
  expected = g_variant_parse (G_VARIANT_TYPE_VARDICT,
                              "{'flag': <true>, 'int': <-7>, 'uint': <uint32 7>,"
                              " 'int64': <int64 -9223372036854775808>,"
                              " 'uint64': <uint64 18446744073709551615>, 'double': <0.5>,"
                              " 'text': <'some text'>, 'list': <['a', 'b']>,"
                              " 'variant': <(1, 'x')>}",
                              NULL, NULL, NULL);
  g_assert_nonnull (expected);
  g_assert_cmpvariant (properties, expected);
}

/* Nothing that the class gives by itself. */
static void
test_default_properties (void)
{
  g_autoptr (ThespianActor) actor = g_object_new (TEST_TYPE_ACTOR, "text", "\xff", NULL);
  g_autoptr (GVariant) properties = g_variant_ref_sink (thespian_troupe_dup_properties (actor));

  g_assert_cmpuint (g_variant_n_children (properties), ==, 0);
}

static void
test_settings_message (void)
{
  g_autoptr (ThespianUpdateTroupeSettings) both = thespian_update_troupe_settings_new (4, 0);
  g_autoptr (ThespianUpdateTroupeSettings) none = NULL;
  int max_count, idle_count;

  none = g_object_new (THESPIAN_TYPE_UPDATE_TROUPE_SETTINGS, NULL);
  g_object_get (both, "max-count", &max_count, "idle-count", &idle_count, NULL);
  g_assert_cmpint (max_count, ==, 4);
  g_assert_cmpint (idle_count, ==, 0);
  g_assert_cmpint (thespian_update_troupe_settings_get_max_count (none), ==, -1);
  g_assert_cmpint (thespian_update_troupe_settings_get_idle_count (none), ==, -1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/troupe-parts/texts", test_texts);
  g_test_add_func ("/troupe-parts/properties", test_properties);
  g_test_add_func ("/troupe-parts/default-properties", test_default_properties);
  g_test_add_func ("/troupe-parts/settings-message", test_settings_message);

  return g_test_run ();
}
