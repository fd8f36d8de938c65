/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/thespian-status-private.h"

#include <json-glib/json-glib.h>
#include <math.h>

static GVariant *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *variant = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

  g_assert_no_error (error);

  return variant;
}

static ThespianActorStatus *
actor_status (const char *text)
{
  g_autoptr (GVariant) details = parse (text);

  return thespian_actor_status_new (details);
}

static ThespianSystemStatus *
system_status (const char *text)
{
  g_autoptr (GVariant) details = parse (text);

  return thespian_system_status_new (details);
}

static ThespianActorStatus *
full_actor_status (void)
{
  return actor_status ("{'address': <'Pinger-0a1b2c'>, 'class': <'Pinger'>,"
                       " 'messages-queued': <uint64 1>, 'messages-received': <uint64 2>,"
                       " 'messages-sent': <uint64 3>, 'messages-failed': <uint64 4>,"
                       " 'messages-poisoned': <uint64 5>, 'children': <['Child-1', 'Child-2']>,"
                       " 'exiting': <false>}");
}

static void
test_actor_status (void)
{
  g_autoptr (ThespianActorStatus) status = full_actor_status ();
  g_autoptr (GVariant) details = NULL;

  g_assert_true (THESPIAN_IS_SYSTEM_MESSAGE (status));
  g_assert_cmpstr (thespian_actor_status_get_address (status), ==, "Pinger-0a1b2c");
  g_assert_cmpstr (thespian_actor_status_get_class_name (status), ==, "Pinger");
  g_assert_cmpuint (thespian_actor_status_get_messages_queued (status), ==, 1);
  g_assert_cmpuint (thespian_actor_status_get_messages_received (status), ==, 2);
  g_assert_cmpuint (thespian_actor_status_get_messages_sent (status), ==, 3);
  g_assert_cmpuint (thespian_actor_status_get_messages_failed (status), ==, 4);
  g_assert_cmpuint (thespian_actor_status_get_messages_poisoned (status), ==, 5);

  g_object_get (status, "details", &details, NULL);
  g_assert_true (details == thespian_actor_status_get_details (status));
  g_assert_cmpuint (g_variant_n_children (details), ==, 9);
}

/* The texts are inside the details, whatever form the details were made in. */
static void
test_texts_last (void)
{
  GVariantDict dict;
  g_autoptr (ThespianActorStatus) status = NULL;
  const char *address;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "address", "s", "Built-1");
  g_variant_dict_insert (&dict, "class", "s", "Built");
  status = thespian_actor_status_new (g_variant_dict_end (&dict));

  address = thespian_actor_status_get_address (status);
  g_variant_get_data (thespian_actor_status_get_details (status));
  g_assert_cmpstr (address, ==, "Built-1");
  g_assert_true (address == thespian_actor_status_get_address (status));
}

static void
test_says_nothing (void)
{
  g_autoptr (ThespianActorStatus) actor = actor_status ("@a{sv} {}");
  g_autoptr (ThespianActorStatus) odd = actor_status ("{'address': <5>}");
  g_autoptr (ThespianSystemStatus) made = g_object_new (THESPIAN_TYPE_SYSTEM_STATUS, NULL);
  g_autoptr (GVariant) capabilities = thespian_system_status_dup_capabilities (made);
  g_autofree char *json = thespian_system_status_to_json (made);

  g_assert_null (thespian_actor_status_get_address (actor));
  g_assert_cmpuint (thespian_actor_status_get_messages_sent (actor), ==, 0);
  g_assert_null (thespian_actor_status_get_address (odd));
  g_assert_cmpuint (thespian_system_status_get_n_actors (made), ==, 0);
  g_assert_cmpuint (g_variant_n_children (capabilities), ==, 0);
  g_assert_cmpstr (json, ==, "{}");
}

static void
test_system_status (void)
{
  g_autoptr (ThespianSystemStatus) status =
    system_status ("{'address': <'admin-1'>, 'n-actors': <uint64 12>,"
                   " 'capabilities': <{'Admin Port': <1900>}>}");
  g_autoptr (GVariant) capabilities = thespian_system_status_dup_capabilities (status);
  gint32 port = 0;

  g_assert_true (THESPIAN_IS_SYSTEM_MESSAGE (status));
  g_assert_cmpstr (thespian_system_status_get_address (status), ==, "admin-1");
  g_assert_cmpuint (thespian_system_status_get_n_actors (status), ==, 12);
  g_assert_true (g_variant_lookup (capabilities, "Admin Port", "i", &port));
  g_assert_cmpint (port, ==, 1900);
}

static JsonObject *
parse_json (JsonParser *parser,
            const char *text)
{
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);

  return json_node_get_object (json_parser_get_root (parser));
}

static void
test_json (void)
{
  g_autoptr (ThespianActorStatus) status = full_actor_status ();
  g_autofree char *json = thespian_actor_status_to_json (status);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object = parse_json (parser, json);
  JsonArray *children = json_object_get_array_member (object, "children");

  g_assert_cmpuint (json_object_get_size (object), ==, 9);
  g_assert_cmpstr (json_object_get_string_member (object, "class"), ==, "Pinger");
  g_assert_cmpint (json_object_get_int_member (object, "messages-sent"), ==, 3);
  g_assert_false (json_object_get_boolean_member (object, "exiting"));
  g_assert_cmpuint (json_array_get_length (children), ==, 2);
  g_assert_cmpstr (json_array_get_string_element (children, 1), ==, "Child-2");
  g_assert_nonnull (strchr (json, '\n'));
}

/* Capabilities are the users' own, so anything can stand in them. */
static void
test_json_of_odd_values (void)
{
  GVariantDict dict;
  g_autoptr (ThespianSystemStatus) status = NULL;
  g_autofree char *json = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "infinite", "d", HUGE_VAL);
  g_variant_dict_insert (&dict, "nan", "d", (double) NAN);
  g_variant_dict_insert (&dict, "half", "d", 0.5);
  g_variant_dict_insert (&dict, "huge", "t", G_MAXUINT64);
  g_variant_dict_insert (&dict, "large", "t", (guint64) G_MAXINT64);
  g_variant_dict_insert (&dict, "nothing", "ms", NULL);
  g_variant_dict_insert (&dict, "something", "ms", "here");
  g_variant_dict_insert_value (&dict, "tuple", g_variant_new ("(ybv)", 7, TRUE,
                                                              g_variant_new_string ("in")));
  g_variant_dict_insert_value (&dict, "numbered", g_variant_new_parsed ("{1: 'one'}"));
  g_variant_dict_insert_value (&dict, "nested", g_variant_new_parsed ("{'a': <{'b': <3>}>}"));
  g_variant_dict_insert (&dict, "quo\"ted\n", "s", "line\nbreak");
  status = thespian_system_status_new (g_variant_dict_end (&dict));

  json = thespian_system_status_to_json (status);
  object = parse_json (parser, json);

  g_assert_true (json_object_get_null_member (object, "infinite"));
  g_assert_true (json_object_get_null_member (object, "nan"));
  g_assert_cmpfloat (json_object_get_double_member (object, "half"), ==, 0.5);
  g_assert_cmpstr (json_object_get_string_member (object, "huge"), ==, "18446744073709551615");
  g_assert_cmpint (json_object_get_int_member (object, "large"), ==, G_MAXINT64);
  g_assert_true (json_object_get_null_member (object, "nothing"));
  g_assert_cmpstr (json_object_get_string_member (object, "something"), ==, "here");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "tuple")), ==, 3);
  g_assert_true (json_object_has_member (object, "numbered"));
  g_assert_cmpint (json_object_get_int_member (
                     json_object_get_object_member (
                       json_object_get_object_member (object, "nested"), "a"), "b"), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (object, "quo\"ted\n"), ==, "line\nbreak");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/actor-status/getters", test_actor_status);
  g_test_add_func ("/actor-status/texts-last", test_texts_last);
  g_test_add_func ("/system-status/getters", test_system_status);
  g_test_add_func ("/status/says-nothing", test_says_nothing);
  g_test_add_func ("/status/json", test_json);
  g_test_add_func ("/status/json-of-odd-values", test_json_of_odd_values);

  return g_test_run ();
}
