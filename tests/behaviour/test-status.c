/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-fifo.h"
#include "behaviour-processes.h"
#include "behaviour-puppet.h"

#include <json-glib/json-glib.h>

static BehaviourMessage *
status_request (void)
{
  return behaviour_take (thespian_status_request_new ());
}

/* Asks for the details of the status of @target. */
static GVariant *
get_details (BehaviourFixture *f,
             ThespianAddress  *target)
{
  g_autoptr (BehaviourReply) reply = behaviour_probe (f, target, status_request ());
  ThespianActorStatus *actor = NULL;
  ThespianSystemStatus *system = NULL;
  GVariant *details = NULL;

  g_assert_nonnull (reply);
  actor = behaviour_object (reply, THESPIAN_TYPE_ACTOR_STATUS);
  system = behaviour_object (reply, THESPIAN_TYPE_SYSTEM_STATUS);
  g_assert_true (actor != NULL || system != NULL);
  details = actor != NULL ? thespian_actor_status_get_details (actor)
                          : thespian_system_status_get_details (system);
  g_assert_true (g_variant_is_of_type (details, G_VARIANT_TYPE_VARDICT));

  return g_variant_ref (details);
}

static char *
get_text (GVariant   *details,
          const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (details, name, NULL);

  return value != NULL ? g_variant_print (value, FALSE) : g_strdup ("absent");
}

static void
assert_detail (GVariant   *details,
               const char *name,
               const char *expected)
{
  g_autofree char *got = get_text (details, name);

  if (!g_str_equal (got, expected))
    g_error ("%s is %s, not %s", name, got, expected);
}

static void
assert_address (GVariant        *details,
                const char      *name,
                ThespianAddress *address)
{
  g_autofree char *printable = thespian_address_to_string (address);
  const char *got = NULL;

  g_assert_true (g_variant_lookup (details, name, "&s", &got));
  g_assert_cmpstr (behaviour_digest (got), ==, behaviour_digest (printable));
}

/* That the only element of a list, or value of a dictionary, is an address. */
static void
assert_only_address (GVariant        *details,
                     const char      *name,
                     ThespianAddress *address)
{
  g_autoptr (GVariant) list = g_variant_lookup_value (details, name, NULL);
  g_autofree char *text = get_text (details, name);
  g_autofree char *printable = thespian_address_to_string (address);

  g_assert_nonnull (list);
  g_assert_cmpuint (g_variant_n_children (list), ==, 1);
  g_assert_nonnull (strstr (text, behaviour_digest (printable)));
}

typedef struct
{
  ThespianAddress *target;
  const char *name;
  const char *expected;
} Detail;

static gboolean
is_so (BehaviourFixture *f,
       gpointer          data)
{
  const Detail *detail = data;
  g_autoptr (GVariant) details = get_details (f, detail->target);
  g_autofree char *got = get_text (details, detail->name);

  return g_str_equal (got, detail->expected);
}

static gboolean
has_handler (BehaviourFixture *f,
             gpointer          admin)
{
  g_autoptr (GVariant) details = get_details (f, admin);

  return g_variant_lookup (details, "dead-letter-handler", "&s", NULL);
}

static void
test_actor (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);

  behaviour_assert_ask (f, puppet, status_request (), "actor-status");
  /* It records each message that it sees. */
  puppet_send (f, puppet, puppet, "fence");
  puppet_assert (f, puppet, "fence", NULL);
}

static void
test_system (BehaviourFixture *f)
{
  g_autoptr (ThespianSystemStatus) status = thespian_actor_system_get_status (f->system);

  g_assert_nonnull (status);
  g_assert_cmpstr (thespian_system_status_get_address (status), !=, NULL);
  behaviour_assert_ask (f, thespian_actor_system_get_admin_address (f->system), status_request (),
                        "system-status");
}

/* On a variant (inside, release) tells one pipe that it is inside its handler, and holds up its
 * thread until there is something in the other. */
typedef struct
{
  ThespianActor parent_instance;
} Busy;

static gboolean
busy_receive (ThespianActor   *actor,
              const GValue    *message,
              ThespianAddress *sender,
              GError         **error)
{
  const char *inside = NULL, *release = NULL;

  if (!G_VALUE_HOLDS_VARIANT (message))
    return TRUE;

  g_variant_get (g_value_get_variant (message), "(&s&s)", &inside, &release);
  behaviour_mark (inside, 'x');
  behaviour_wait_at (release);

  return thespian_actor_send_string (actor, sender, "not busy any more");
}

BEHAVIOUR_ACTOR (Busy, busy)

typedef struct
{
  BehaviourFixture *f;
  ThespianAddress *busy;
  BehaviourFifo *inside;
  BehaviourFifo *release;
} Clerk;

/* On another thread, when the actor is inside its handler. */
static gpointer
ask_while_busy (gpointer data)
{
  Clerk *clerk = data;
  g_autoptr (ThespianEndpoint) endpoint = thespian_actor_system_create_endpoint (clerk->f->system);
  g_autoptr (BehaviourMessage) request = status_request ();
  g_autoptr (BehaviourReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  behaviour_fifo_read (clerk->inside);
  reply =
    thespian_endpoint_ask (endpoint, clerk->busy, request, behaviour_limit () / 3, NULL, &error);
  behaviour_fifo_write (clerk->release);
  thespian_endpoint_close (endpoint);

  g_assert_no_error (error);
  g_assert_nonnull (reply);
  g_assert_nonnull (behaviour_object (reply, THESPIAN_TYPE_ACTOR_STATUS));

  return NULL;
}

static void
test_while_busy (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) busy = behaviour_create (f, busy_get_type ());
  g_autoptr (BehaviourFifo) inside = behaviour_fifo_new ();
  g_autoptr (BehaviourFifo) release = behaviour_fifo_new ();
  Clerk clerk = { f, busy, inside, release };
  GThread *thread = g_thread_new ("clerk", ask_while_busy, &clerk);

  behaviour_assert_ask (f, busy,
                        behaviour_variant (g_variant_new ("(ss)", inside->path, release->path)),
                        "not busy any more");
  g_thread_join (thread);
}

static void
test_system_details (BehaviourFixture *f)
{
  ThespianAddress *admin = thespian_actor_system_get_admin_address (f->system);
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) named =
    behaviour_create_full (f, BEHAVIOUR_TYPE_ECHO, NULL, "Falstaff", NULL);
  g_autoptr (ThespianAddress) child = puppet_create (f, clerk, BEHAVIOUR_TYPE_ECHO);
  g_autofree char *base = g_strdup_printf ("'%s'", f->base);
  g_autoptr (GVariant) before = NULL;
  g_autoptr (GVariant) after = NULL;
  g_autoptr (GVariant) later = NULL;
  g_autoptr (GVariant) capabilities = NULL;
  g_autoptr (GVariant) own = thespian_actor_system_dup_capabilities (f->system);

  /* The admin may hear of it last that the clerk has a child. */
  behaviour_wait_for (f, is_so, &(Detail){ admin, "n-actors", "3" });
  before = get_details (f, admin);
  assert_address (before, "address", admin);
  g_assert_true (behaviour_lives (behaviour_get_pid (f, admin)));
  assert_detail (before, "base", base);
  assert_only_address (before, "named-actors", named);
  assert_detail (before, "dead-letter-handler", "absent");
  capabilities = g_variant_lookup_value (before, "capabilities", G_VARIANT_TYPE_VARDICT);
  g_assert_nonnull (capabilities);
  g_assert_cmpuint (g_variant_n_children (capabilities), ==, g_variant_n_children (own));

  puppet_dead_letters (f, clerk, TRUE);
  behaviour_end (f, named);
  /* And of this, from two others. */
  behaviour_wait_for (f, is_so, &(Detail){ admin, "n-actors", "2" });
  behaviour_wait_for (f, has_handler, admin);
  after = get_details (f, admin);
  assert_detail (after, "named-actors", "{}");
  assert_address (after, "dead-letter-handler", clerk);

  behaviour_end (f, clerk);
  behaviour_wait_for (f, is_so, &(Detail){ admin, "n-actors", "0" });
  later = get_details (f, admin);
  assert_detail (later, "dead-letter-handler", "absent");
}

static void
test_actor_details (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet =
    behaviour_create_full (f, BEHAVIOUR_TYPE_PUPPET, NULL, "Prospero", NULL);
  g_autoptr (ThespianAddress) child = puppet_create (f, puppet, BEHAVIOUR_TYPE_FAILING);
  g_autoptr (GVariant) details = NULL;
  g_autoptr (GVariant) of_child = NULL;
  g_autofree char *memory = NULL;
  guint64 received = 0, sent = 0;

  puppet_wakeup (f, puppet, 3600 * G_TIME_SPAN_SECOND, NULL);
  puppet_wakeup (f, puppet, 7200 * G_TIME_SPAN_SECOND, NULL);
  puppet_send (f, puppet, child, "bad");
  puppet_send (f, puppet, child, "good");
  puppet_assert (f, puppet, "poison(bad)", "3: good", NULL);

  details = get_details (f, puppet);
  assert_address (details, "address", puppet);
  g_assert_true (behaviour_lives (behaviour_get_pid (f, puppet)));
  assert_detail (details, "class", "'Puppet'");
  assert_detail (details, "global-name", "'Prospero'");
  assert_only_address (details, "children", child);
  assert_detail (details, "exiting", "false");
  assert_detail (details, "messages-queued", "0");
  assert_detail (details, "pending-wakeups", "2");
  assert_detail (details, "messages-failed", "0");
  g_assert_true (g_variant_lookup (details, "messages-received", "t", &received));
  g_assert_true (g_variant_lookup (details, "messages-sent", "t", &sent));
  /* Its orders, the poison and the answer; its answers to orders, and two messages to its child. */
  g_assert_cmpuint (received, >=, 7);
  g_assert_cmpuint (sent, >=, 7);
  memory = get_text (details, "memory");
  g_assert_cmpstr (memory, !=, "absent");
  g_assert_cmpstr (memory, !=, "0");

  of_child = get_details (f, child);
  assert_address (of_child, "parent", puppet);
  assert_detail (of_child, "class", "'BehaviourFailing'");
  assert_detail (of_child, "messages-failed", "2");
  assert_detail (of_child, "messages-poisoned", "1");
  assert_detail (of_child, "messages-received", "2");
  assert_detail (of_child, "messages-sent", "1");
  assert_detail (of_child, "pending-wakeups", "0");
}

static void
test_json (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, echo, status_request ());
  g_autoptr (ThespianSystemStatus) system = thespian_actor_system_get_status (f->system);
  g_autofree char *printable = thespian_address_to_string (echo);
  g_autofree char *actor_json = NULL;
  g_autofree char *system_json = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *object = NULL;

  g_assert_nonnull (reply);
  actor_json = thespian_actor_status_to_json (g_value_get_object (reply));
  g_assert_true (json_parser_load_from_data (parser, actor_json, -1, &error));
  g_assert_no_error (error);
  object = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpstr (json_object_get_string_member (object, "address"), ==, printable);
  g_assert_cmpstr (json_object_get_string_member (object, "class"), ==, "BehaviourEcho");

  system_json = thespian_system_status_to_json (system);
  g_assert_true (json_parser_load_from_data (parser, system_json, -1, &error));
  g_assert_no_error (error);
  object = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpint (json_object_get_int_member (object, "n-actors"), ==, 1);
  g_assert_true (json_object_has_member (object, "capabilities"));
}

static void
test_by_actor (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) other = puppet_new (f);

  puppet_send_status (f, puppet, other);
  puppet_assert (f, puppet, "actor-status", NULL);
  puppet_send_status (f, puppet, thespian_actor_system_get_admin_address (f->system));
  puppet_assert (f, puppet, "actor-status", "system-status", NULL);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("STATUS-1+STATUS-2", "actor", test_actor);
  behaviour_test ("STATUS-3", "system", test_system);
  behaviour_test ("STATUS-4", "while-busy", test_while_busy);
  behaviour_test ("STATUS-5", "system-details", test_system_details);
  behaviour_test ("STATUS-6", "actor-details", test_actor_details);
  behaviour_test ("STATUS-7", "json", test_json);
  behaviour_test ("STATUS-8", "by-actor", test_by_actor);

  return g_test_run ();
}
