/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-processes.h"
#include "behaviour-puppet.h"

#include <signal.h>

#define N_ACTORS 20
#define N_CHANGES 500
#define DROP_LEVEL 60
#define MORE_THAN_KEPT 1500

static ThespianEndpoint *
observer_new (BehaviourFixture *f)
{
  return thespian_actor_system_create_endpoint (f->system);
}

static void
request (BehaviourFixture *f,
         ThespianEndpoint *observer,
         gboolean          observe)
{
  g_autoptr (BehaviourMessage) message = behaviour_take (thespian_observe_request_new (observe));
  g_autoptr (GError) error = NULL;

  thespian_endpoint_tell (observer, thespian_actor_system_get_admin_address (f->system), message, NULL, &error);
  g_assert_no_error (error);
}

static ThespianSystemEvent *
next_event (ThespianEndpoint *observer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourReply) reply = thespian_endpoint_listen (observer, behaviour_limit (), NULL, &error);
  ThespianSystemEvent *event;

  g_assert_no_error (error);
  g_assert_nonnull (reply);
  event = behaviour_object (reply, THESPIAN_TYPE_SYSTEM_EVENT);
  g_assert_nonnull (event);
  return g_object_ref (event);
}

/* The next one must be that. */
static ThespianSystemEvent *
expect (ThespianEndpoint       *observer,
        ThespianSystemEventKind kind,
        ThespianAddress        *address)
{
  ThespianSystemEvent *event = next_event (observer);

  g_assert_cmpint (thespian_system_event_get_kind (event), ==, kind);
  if (address != NULL)
    g_assert_true (thespian_system_event_get_address (event) == address);
  return event;
}

static void
expect_only (ThespianEndpoint       *observer,
             ThespianSystemEventKind kind,
             ThespianAddress        *address)
{
  g_object_unref (expect (observer, kind, address));
}

/* What is sent to an actor that ends may be a dead letter before it is out of the books. */
static void
expect_exited (ThespianEndpoint *observer,
               ThespianAddress  *address)
{
  ThespianSystemEventKind kind = THESPIAN_SYSTEM_EVENT_KIND_DEAD_LETTER;

  while (kind == THESPIAN_SYSTEM_EVENT_KIND_DEAD_LETTER)
    {
      g_autoptr (ThespianSystemEvent) event = next_event (observer);

      kind = thespian_system_event_get_kind (event);
      g_assert_true (thespian_system_event_get_address (event) == address);
    }
  g_assert_cmpint (kind, ==, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_EXITED);
}

static void
assert_nothing_told (ThespianEndpoint *observer)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (thespian_endpoint_listen (observer, 50 * G_TIME_SPAN_MILLISECOND, NULL, &error));
  g_assert_no_error (error);
}

static const char *
get_string (ThespianSystemEvent *event,
            const char          *key)
{
  const char *text = NULL;

  g_variant_lookup (thespian_system_event_get_details (event), key, "&s", &text);
  return text;
}

static void
assert_actor (BehaviourFixture    *f,
              ThespianSystemEvent *event,
              ThespianAddress     *parent,
              const char          *name,
              gboolean             is_existing)
{
  ThespianAddress *address = thespian_system_event_get_address (event);
  g_autofree char *printable = thespian_address_to_string (address);
  g_autofree char *printable_parent = thespian_address_to_string (parent);
  gboolean existing = FALSE;
  gint32 pid = 0;

  g_variant_lookup (thespian_system_event_get_details (event), "existing", "b", &existing);
  g_variant_lookup (thespian_system_event_get_details (event), "process-id", "i", &pid);
  g_assert_cmpint (existing, ==, is_existing);
  g_assert_cmpint (pid, ==, behaviour_get_pid (f, address));
  g_assert_cmpstr (behaviour_digest (get_string (event, "address")), ==, behaviour_digest (printable));
  g_assert_cmpstr (behaviour_digest (get_string (event, "parent")), ==, behaviour_digest (printable_parent));
  g_assert_cmpstr (get_string (event, "global-name"), ==, name);
  g_assert_cmpstr (get_string (event, "class"), ==, g_type_name (BEHAVIOUR_TYPE_PUPPET));
}

static void
test_life (BehaviourFixture *f)
{
  ThespianAddress *admin = thespian_actor_system_get_admin_address (f->system);
  g_autoptr (ThespianEndpoint) observer = observer_new (f);
  g_autoptr (ThespianAddress) first =
    behaviour_create_full (f, BEHAVIOUR_TYPE_PUPPET, NULL, "The first", NULL);
  g_autoptr (ThespianSystemEvent) existing = NULL;
  g_autoptr (ThespianSystemEvent) created = NULL;
  g_autoptr (ThespianAddress) second = NULL;

  request (f, observer, TRUE);
  existing = expect (observer, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED, first);
  expect_only (observer, THESPIAN_SYSTEM_EVENT_KIND_CURRENT, NULL);
  assert_actor (f, existing, admin, "The first", TRUE);

  second = puppet_create (f, first, BEHAVIOUR_TYPE_PUPPET);
  created = expect (observer, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED, second);
  assert_actor (f, created, first, NULL, FALSE);

  behaviour_end (f, second);
  expect_exited (observer, second);
}

static gboolean
set_contains_all (GHashTable *set,
                  GPtrArray  *addresses)
{
  for (guint i = 0; i < addresses->len; i++)
    if (!g_hash_table_contains (set, g_ptr_array_index (addresses, i)))
      return FALSE;
  return g_hash_table_size (set) == addresses->len;
}

/* Children of children, half of which end again. */
static GPtrArray *
create_family (BehaviourFixture *f)
{
  GPtrArray *family = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (family, puppet_new (f));
  for (guint i = 1; i < N_ACTORS; i++)
    g_ptr_array_add (family, puppet_create (f, g_ptr_array_index (family, (i - 1) / 2), BEHAVIOUR_TYPE_PUPPET));
  return family;
}

static void
test_list (BehaviourFixture *f)
{
  g_autoptr (ThespianEndpoint) observer = observer_new (f);
  g_autoptr (GPtrArray) family = create_family (f);
  g_autoptr (GHashTable) told = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  gboolean is_current = FALSE;

  for (guint i = N_ACTORS / 2; i < N_ACTORS; i++)
    {
      behaviour_end (f, g_ptr_array_index (family, family->len - 1));
      g_ptr_array_remove_index (family, family->len - 1);
    }
  request (f, observer, TRUE);
  while (!is_current)
    {
      g_autoptr (ThespianSystemEvent) event = next_event (observer);
      ThespianAddress *address = thespian_system_event_get_address (event);

      is_current = thespian_system_event_get_kind (event) == THESPIAN_SYSTEM_EVENT_KIND_CURRENT;
      if (!is_current)
        g_assert_true (g_hash_table_add (told, g_object_ref (address)));
    }
  g_assert_true (set_contains_all (told, family));
}

static void
test_dead_letter (BehaviourFixture *f)
{
  g_autoptr (ThespianEndpoint) observer = observer_new (f);
  g_autoptr (ThespianAddress) dead = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (ThespianAddress) sender = puppet_new (f);
  g_autoptr (ThespianSystemEvent) letter = NULL;
  g_autofree char *printable = thespian_address_to_string (sender);

  behaviour_end (f, dead);
  request (f, observer, TRUE);
  expect_only (observer, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED, sender);
  expect_only (observer, THESPIAN_SYSTEM_EVENT_KIND_CURRENT, NULL);
  puppet_send (f, sender, dead, "too late");
  letter = expect (observer, THESPIAN_SYSTEM_EVENT_KIND_DEAD_LETTER, dead);
  g_assert_nonnull (strstr (get_string (letter, "message"), "too late"));
  g_assert_cmpstr (get_string (letter, "message-type"), ==, "gchararray");
  g_assert_cmpstr (behaviour_digest (get_string (letter, "sender")), ==, behaviour_digest (printable));
}

static void
test_capabilities (BehaviourFixture *f)
{
  g_autoptr (ThespianEndpoint) observer = observer_new (f);
  g_autoptr (ThespianSystemEvent) event = NULL;
  g_autoptr (GVariant) capabilities = NULL;
  const char *mood = NULL;

  request (f, observer, TRUE);
  expect_only (observer, THESPIAN_SYSTEM_EVENT_KIND_CURRENT, NULL);
  behaviour_update (f, "Mood", g_variant_new_string ("sunny"));
  event = expect (observer, THESPIAN_SYSTEM_EVENT_KIND_CAPABILITIES_CHANGED, NULL);
  capabilities = g_variant_lookup_value (thespian_system_event_get_details (event), "capabilities",
                                         G_VARIANT_TYPE_VARDICT);
  g_assert_nonnull (capabilities);
  g_assert_true (g_variant_lookup (capabilities, "Mood", "&s", &mood));
  g_assert_cmpstr (mood, ==, "sunny");

  /* what it is already is no change */
  behaviour_update (f, "Mood", g_variant_new_string ("sunny"));
  assert_nothing_told (observer);
}

static void
test_stop (BehaviourFixture *f)
{
  g_autoptr (ThespianEndpoint) stopping = observer_new (f);
  g_autoptr (ThespianEndpoint) staying = observer_new (f);
  ThespianEndpoint *leaving = observer_new (f);
  g_autoptr (ThespianAddress) actor = NULL;
  guint64 n_dead = behaviour_count_dead (f);

  request (f, stopping, TRUE);
  request (f, leaving, TRUE);
  request (f, staying, TRUE);
  expect_only (stopping, THESPIAN_SYSTEM_EVENT_KIND_CURRENT, NULL);
  expect_only (leaving, THESPIAN_SYSTEM_EVENT_KIND_CURRENT, NULL);
  expect_only (staying, THESPIAN_SYSTEM_EVENT_KIND_CURRENT, NULL);
  request (f, stopping, FALSE);
  thespian_endpoint_close (leaving);
  g_object_unref (leaving);

  actor = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  expect_only (staying, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED, actor);
  assert_nothing_told (stopping);
  /* asking anew tells of all anew */
  request (f, stopping, TRUE);
  expect_only (stopping, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED, actor);
  expect_only (stopping, THESPIAN_SYSTEM_EVENT_KIND_CURRENT, NULL);
  g_assert_cmpuint (behaviour_count_dead (f), ==, n_dead);
}

static void
test_rights (BehaviourFixture *f)
{
  g_autoptr (ThespianEndpoint) observer = observer_new (f);
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (ThespianAddress) puppet = NULL;
  g_autoptr (ThespianSystemEvent) event = NULL;

  request (f, observer, TRUE);
  event = expect (observer, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED, NULL);
  behaviour_assert_ask (f, thespian_system_event_get_address (event), behaviour_string ("hello"), "hello");

  puppet = puppet_new (f);
  puppet_send_observe (f, puppet, thespian_actor_system_get_admin_address (f->system), TRUE);
  puppet_assert (f, puppet, "actor-created", "actor-created", "current", NULL);
  g_object_unref (puppet_create (f, puppet, BEHAVIOUR_TYPE_ECHO));
  puppet_assert (f, puppet, "actor-created", "actor-created", "current", "actor-created", NULL);
}

/* Events that were told, and those that were missed. */
static guint64
count_events (GPtrArray *records)
{
  guint64 n = 0;

  for (guint i = 0; i < records->len; i++)
    {
      const char *text = puppet_record (records, i)->text;
      const char *missed = strstr (text, " missed ");

      n += !g_str_has_prefix (text, "missed ");
      if (missed != NULL)
        n += g_ascii_strtoull (missed + strlen (" missed "), NULL, 10);
    }
  return n;
}

/* The actor's process is stopped. Once it has room again it is told of what it has missed. */
static void
test_slow (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) observer = puppet_new (f);
  guint64 n_accounted = 0;
  pid_t pid = behaviour_get_pid (f, observer);

  puppet_send_observe (f, observer, thespian_actor_system_get_admin_address (f->system), TRUE);
  puppet_assert (f, observer, "actor-created", "current", NULL);
  behaviour_suspend (pid);
  for (guint i = 0; i < N_CHANGES; i++)
    behaviour_update (f, "Count", g_variant_new_uint32 (i));
  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);

  while (n_accounted < 2 + N_CHANGES)
    {
      g_autoptr (GPtrArray) records = puppet_wait (f, observer, 1);

      n_accounted = count_events (records);
    }
  g_assert_cmpuint (n_accounted, ==, 2 + N_CHANGES);
}

static guint64
get_missed (ThespianSystemEvent *event)
{
  guint64 n_missed = 0;

  g_variant_lookup (thespian_system_event_get_details (event), "missed", "t", &n_missed);
  return n_missed;
}

static void
test_slow_endpoint (BehaviourFixture *f)
{
  g_autoptr (ThespianEndpoint) observer = observer_new (f);
  guint64 n_told = 0, n_missed = 0;

  request (f, observer, TRUE);
  expect_only (observer, THESPIAN_SYSTEM_EVENT_KIND_CURRENT, NULL);
  for (guint i = 0; i < MORE_THAN_KEPT; i++)
    behaviour_update (f, "Count", g_variant_new_uint32 (i));
  while (n_told + n_missed < MORE_THAN_KEPT)
    {
      g_autoptr (ThespianSystemEvent) event = next_event (observer);

      n_told += thespian_system_event_get_kind (event) != THESPIAN_SYSTEM_EVENT_KIND_MISSED;
      n_missed += get_missed (event);
    }
  g_assert_cmpuint (n_told + n_missed, ==, MORE_THAN_KEPT);
  g_assert_cmpuint (n_missed, >, 0);
}

/* One list after the other, and nobody takes them. */
static void
test_long_lists (BehaviourFixture *f)
{
  g_autoptr (ThespianEndpoint) observer = observer_new (f);
  g_autoptr (ThespianAddress) one = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (ThespianAddress) other = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  guint n_lists = MORE_THAN_KEPT / 3;

  for (guint i = 0; i < n_lists; i++)
    request (f, observer, TRUE);
  for (guint i = 0; i < n_lists; i++)
    {
      expect_only (observer, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED, NULL);
      expect_only (observer, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED, NULL);
      expect_only (observer, THESPIAN_SYSTEM_EVENT_KIND_CURRENT, NULL);
    }
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("STATUS-13", "life", test_life);
  behaviour_test ("STATUS-13", "list", test_list);
  behaviour_test_with ("STATUS-13", "long-list", "{'Max Queued Transmits': <5>, 'Drop Transmits Level': <10>}", 0,
                       test_list);
  behaviour_test ("STATUS-14", "dead-letter", test_dead_letter);
  behaviour_test ("STATUS-14", "capabilities", test_capabilities);
  behaviour_test ("STATUS-15", "stop", test_stop);
  behaviour_test ("STATUS-16", "rights", test_rights);
  behaviour_test_with ("STATUS-17", "slow",
                       "{'Max Queued Transmits': <50>, 'Drop Transmits Level': <" G_STRINGIFY (DROP_LEVEL) ">}", 0,
                       test_slow);
  behaviour_test ("STATUS-19", "slow-endpoint", test_slow_endpoint);
  behaviour_test ("STATUS-19", "long-lists", test_long_lists);

  return g_test_run ();
}
