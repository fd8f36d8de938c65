/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-puppet.h"

/* Classes that require something. All of them answer as an echo does. */
typedef struct
{
  ThespianActor parent_instance;
} Plain;

static gboolean
plain_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  if (behaviour_object (message, THESPIAN_TYPE_SYSTEM_MESSAGE) != NULL)
    return TRUE;
  return thespian_actor_send (actor, sender, message, error);
}

#define lit_receive plain_receive
typedef Plain Lit;
BEHAVIOUR_ACTOR (Lit, lit, thespian_actor_class_require_capability (klass, "Lit", NULL);)

#define yellow_receive plain_receive
typedef Plain Yellow;
BEHAVIOUR_ACTOR (
  Yellow, yellow,
  thespian_actor_class_require_capability (klass, "Colour", g_variant_new_string ("yellow"));)

#define lamp_receive plain_receive
typedef Plain Lamp;
BEHAVIOUR_ACTOR (
  Lamp, lamp,
  thespian_actor_class_require_capability (klass, "Lit", NULL);
  thespian_actor_class_require_capability (klass, "Colour", g_variant_new_string ("yellow"));
  thespian_actor_class_require_capability (klass, "Watts", g_variant_new_int32 (40));)

/* Its own check wants a capability as large as is required of it. */
static gboolean
large_enough (ThespianActor *actor,
              GVariant      *capabilities,
              GVariant      *requirements)
{
  int size = 0, required = 0;

  g_assert_true (g_variant_is_of_type (capabilities, G_VARIANT_TYPE_VARDICT));
  g_variant_lookup (capabilities, "Size", "i", &size);
  if (requirements != NULL)
    g_variant_lookup (requirements, "Size", "i", &required);

  return size >= required;
}

#define sized_receive plain_receive
typedef Plain Sized;
BEHAVIOUR_ACTOR (Sized, sized, klass->check_capabilities = large_enough;
                 thespian_actor_class_require_capability (klass, "Lit", NULL);)

/* Derived of Lit, it needs what Lit needs, and wood. */
typedef Plain Torch;
typedef ThespianActorClass TorchClass;
static GType torch_get_type (void);
G_DEFINE_TYPE (Torch, torch, lit_get_type ())
BEHAVIOUR_REGISTER (torch)

static void
torch_class_init (TorchClass *klass)
{
  thespian_actor_class_require_capability (klass, "Wood", NULL);
}

static void
torch_init (Torch *self)
{
}

static void
assert_fits (BehaviourFixture *f,
             GType             type,
             const char       *requirements)
{
  g_autoptr (ThespianAddress) actor = behaviour_create_full (f, type, requirements, NULL, NULL);

  behaviour_assert_ask (f, actor, behaviour_string ("fits"), "fits");
  behaviour_end (f, actor);
}

static void
assert_unfit (BehaviourFixture *f,
              GType             type,
              const char       *requirements)
{
  g_autoptr (GError) error = behaviour_create_fails (f, type, requirements, NULL);

  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NO_COMPATIBLE_SYSTEM);
}

static GVariant *
get_capability (BehaviourFixture *f,
                const char       *name)
{
  g_autoptr (GVariant) all = thespian_actor_system_dup_capabilities (f->system);

  g_assert_nonnull (all);
  g_assert_true (g_variant_is_of_type (all, G_VARIANT_TYPE_VARDICT));
  return g_variant_lookup_value (all, name, NULL);
}

static void
test_name (BehaviourFixture *f)
{
  g_autoptr (GVariant) name = get_capability (f, "Thespian ActorSystem Name");

  g_assert_nonnull (name);
  g_assert_cmpstr (g_variant_get_string (name, NULL), ==, f->base);
  g_assert_cmpstr (thespian_actor_system_get_base_name (f->system), ==, f->base);
}

static gboolean
is_number (GVariant *value)
{
  return g_variant_is_of_type (value, G_VARIANT_TYPE_INT32) ||
         g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32) ||
         g_variant_is_of_type (value, G_VARIANT_TYPE_INT64) ||
         g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64) ||
         g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE);
}

static void
test_versions (BehaviourFixture *f)
{
  g_autoptr (GVariant) system_version = get_capability (f, "Thespian ActorSystem Version");
  g_autoptr (GVariant) version = get_capability (f, "Thespian Version");

  g_assert_nonnull (system_version);
  g_assert_true (is_number (system_version));
  g_assert_nonnull (version);
  g_assert_true (is_number (version));
}

static void
test_generation (BehaviourFixture *f)
{
  g_autoptr (GVariant) generation = get_capability (f, "Thespian Generation");

  g_assert_nonnull (generation);
  g_assert_cmpuint (g_variant_n_children (generation), ==, 2);
}

static void
test_watch_supported (BehaviourFixture *f)
{
  g_autoptr (GVariant) supported = get_capability (f, "Thespian Watch Supported");

  g_assert_nonnull (supported);
  g_assert_true (g_variant_get_boolean (supported));
}

static void
test_platform (BehaviourFixture *f)
{
  g_autoptr (GVariant) glib = get_capability (f, "GLib Version");
  g_autoptr (GVariant) architecture = get_capability (f, "Architecture");

  g_assert_nonnull (glib);
  g_assert_nonnull (architecture);
  g_assert_cmpstr (g_variant_get_string (architecture, NULL), !=, "");
}

static void
test_read_only_start (BehaviourFixture *f)
{
  const char *all[] = { "Thespian ActorSystem Name",
                        "Thespian ActorSystem Version",
                        "Thespian Version",
                        "Thespian Generation",
                        "Thespian Watch Supported",
                        "GLib Version",
                        "Architecture" };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (GError) error = NULL;
      ThespianActorSystem *system = thespian_actor_system_new (
        f->base, g_variant_new_parsed ("{%s: <'mine'>}", all[i]), g_variant_new_boolean (FALSE),
        THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);

      g_assert_null (system);
      g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_READ_ONLY_CAPABILITY);
      g_assert_nonnull (strstr (error->message, all[i]));
    }
}

static void
test_read_only_update (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (GError) error = NULL;

  g_assert_false (thespian_actor_system_update_capability (f->system, "Thespian ActorSystem Name",
                                                           g_variant_new_string ("mine"), &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_READ_ONLY_CAPABILITY);
  g_clear_error (&error);
  g_assert_false (
    thespian_actor_system_update_capability (f->system, "Thespian Version", NULL, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_READ_ONLY_CAPABILITY);
  g_assert_false (
    puppet_update (f, puppet, "Thespian ActorSystem Name", g_variant_new_string ("mine")));
  test_name (f);
}

static void
test_truthy (BehaviourFixture *f)
{
  const char *truthy[] = { "true", "5", "-1", "0.5", "'yes'", "uint64 1",
                           "[1]", "{'a': 1}", "<true>", "('', 0)" };
  const char *falsy[] = { "false", "0", "0.0", "''", "uint64 0",
                          "@ai []", "@a{si} {}", "<false>", "@ms nothing" };

  assert_unfit (f, lit_get_type (), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (truthy); i++)
    {
      behaviour_update (f, "Lit", g_variant_new_parsed (truthy[i]));
      assert_fits (f, lit_get_type (), NULL);
    }
  for (guint i = 0; i < G_N_ELEMENTS (falsy); i++)
    {
      behaviour_update (f, "Lit", g_variant_new_parsed (falsy[i]));
      assert_unfit (f, lit_get_type (), NULL);
    }
}

static void
test_value (BehaviourFixture *f)
{
  assert_unfit (f, yellow_get_type (), NULL);
  behaviour_update (f, "Colour", g_variant_new_string ("red"));
  assert_unfit (f, yellow_get_type (), NULL);
  behaviour_update (f, "Colour", g_variant_new_string ("yellow"));
  assert_fits (f, yellow_get_type (), NULL);
}

static void
test_several (BehaviourFixture *f)
{
  behaviour_update (f, "Lit", g_variant_new_boolean (TRUE));
  assert_unfit (f, lamp_get_type (), NULL);
  behaviour_update (f, "Colour", g_variant_new_string ("yellow"));
  assert_unfit (f, lamp_get_type (), NULL);
  behaviour_update (f, "Watts", g_variant_new_int32 (40));
  assert_fits (f, lamp_get_type (), NULL);
  behaviour_update (f, "Lit", g_variant_new_boolean (FALSE));
  assert_unfit (f, lamp_get_type (), NULL);
}

static void
test_own_check (BehaviourFixture *f)
{
  behaviour_update (f, "Size", g_variant_new_int32 (10));
  assert_unfit (f, sized_get_type (), "{'Size': <5>}");
  behaviour_update (f, "Lit", g_variant_new_boolean (TRUE));
  assert_fits (f, sized_get_type (), "{'Size': <5>}");
  assert_fits (f, sized_get_type (), "{'Size': <10>}");
  assert_fits (f, sized_get_type (), NULL);
  assert_unfit (f, sized_get_type (), "{'Size': <11>}");
}

static void
test_derived (BehaviourFixture *f)
{
  behaviour_update (f, "Wood", g_variant_new_boolean (TRUE));
  assert_unfit (f, torch_get_type (), NULL);
  behaviour_update (f, "Lit", g_variant_new_boolean (TRUE));
  assert_fits (f, torch_get_type (), NULL);
  behaviour_update (f, "Wood", NULL);
  assert_unfit (f, torch_get_type (), NULL);
  assert_fits (f, lit_get_type (), NULL);
}

static void
test_unfit_outside (BehaviourFixture *f)
{
  g_autoptr (GError) error = behaviour_create_fails (f, lit_get_type (), NULL, NULL);

  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NO_COMPATIBLE_SYSTEM);
  g_assert_nonnull (strstr (error->message, "Lit"));
}

static void
test_unfit_inside (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) child = NULL;
  g_autoptr (GPtrArray) records = NULL;

  /* On another thread the creation might fail before all is sent; what is late is a dead letter. */
  f->spread = FALSE;
  child = puppet_create_and_send (f, puppet, lit_get_type (), 2);

  puppet_assert_any_order (f, puppet, "child-exited", "poison(1)", "poison(2)", NULL);
  puppet_send (f, puppet, puppet, "fence");
  puppet_assert_any_order (f, puppet, "child-exited", "poison(1)", "poison(2)", "fence", NULL);
  records = puppet_wait (f, puppet, 3);
  for (guint i = 0; i < 3; i++)
    if (g_str_has_prefix (puppet_record (records, i)->text, "poison"))
      {
        g_assert_nonnull (strstr (puppet_record (records, i)->details, "child aborted"));
        g_assert_nonnull (strstr (puppet_record (records, i)->details, "Lit"));
      }
}

static void
test_skipped (BehaviourFixture *f)
{
  assert_fits (f, lit_get_type (), NULL);
  assert_fits (f, lamp_get_type (), NULL);
  assert_fits (f, sized_get_type (), "{'Size': <1000>}");
}

static void
test_update (BehaviourFixture *f)
{
  g_autoptr (GVariant) before = get_capability (f, "Mood");
  g_autoptr (GVariant) anew = NULL;
  g_autoptr (GVariant) over = NULL;

  g_assert_null (before);
  behaviour_update (f, "Mood", g_variant_new_string ("sunny"));
  anew = get_capability (f, "Mood");
  g_assert_cmpstr (g_variant_get_string (anew, NULL), ==, "sunny");
  /* Of another type, too. */
  behaviour_update (f, "Mood", g_variant_new_int32 (7));
  over = get_capability (f, "Mood");
  g_assert_cmpint (g_variant_get_int32 (over), ==, 7);
}

static void
test_remove (BehaviourFixture *f)
{
  g_autoptr (GVariant) gone = NULL;

  behaviour_update (f, "Mood", g_variant_new_string ("sunny"));
  behaviour_update (f, "Mood", NULL);
  gone = get_capability (f, "Mood");
  g_assert_null (gone);
  /* What is not there is removed, too. */
  behaviour_update (f, "Mood", NULL);
}

static void
test_revalidation (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) lit = NULL;
  g_autoptr (ThespianAddress) named = NULL;
  g_autoptr (ThespianAddress) child = NULL;
  g_autoptr (ThespianAddress) plain = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);

  behaviour_update (f, "Lit", g_variant_new_boolean (TRUE));
  lit = behaviour_create (f, lit_get_type ());
  named = behaviour_create_full (f, lit_get_type (), NULL, "Lucifer", NULL);
  child = puppet_create (f, puppet, lit_get_type ());
  puppet_send (f, puppet, child, "there?");
  puppet_assert (f, puppet, "there?", NULL);

  behaviour_update (f, "Colour", g_variant_new_string ("red"));
  behaviour_assert_alive (f, lit);
  behaviour_assert_alive (f, child);

  behaviour_update (f, "Lit", NULL);
  behaviour_assert_dead (f, lit);
  behaviour_assert_dead (f, named);
  puppet_assert (f, puppet, "there?", "child-exited", NULL);
  behaviour_assert_alive (f, plain);
  behaviour_assert_alive (f, puppet);
}

/* Counts how often its check was called, and answers "checks?" with that; its set-up remembers how
 * often before. */
typedef struct
{
  ThespianActor parent_instance;
  int n_checks;
  int n_before_setup;
} Inspected;

static gboolean
inspected_check (ThespianActor *actor,
                 GVariant      *capabilities,
                 GVariant      *requirements)
{
  ((Inspected *) actor)->n_checks++;
  return TRUE;
}

static gboolean
inspected_started (ThespianActor *actor,
                   GError       **error)
{
  ((Inspected *) actor)->n_before_setup = ((Inspected *) actor)->n_checks;
  return TRUE;
}

static gboolean
inspected_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender,
                   GError         **error)
{
  Inspected *self = (Inspected *) actor;
  g_autofree char *reply =
    g_strdup_printf ("%d, %d before set-up", self->n_checks, self->n_before_setup);

  return !behaviour_is (message, "checks?") || thespian_actor_send_string (actor, sender, reply);
}

BEHAVIOUR_ACTOR (Inspected, inspected, klass->started = inspected_started;
                 klass->check_capabilities = inspected_check;)

static void
test_no_change (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) inspected = behaviour_create (f, inspected_get_type ());

  behaviour_assert_ask (f, inspected, behaviour_string ("checks?"), "1, 1 before set-up");
  behaviour_update (f, "Mood", g_variant_new_string ("sunny"));
  behaviour_assert_becomes (f, inspected, "checks?", "2, 1 before set-up");
  behaviour_update (f, "Mood", g_variant_new_string ("sunny"));
  behaviour_update (f, "Rain", NULL);
  behaviour_update (f, "Mood", g_variant_new_string ("cloudy"));
  behaviour_assert_becomes (f, inspected, "checks?", "3, 1 before set-up");
  behaviour_assert_ask (f, inspected, behaviour_string ("checks?"), "3, 1 before set-up");
}

static void
test_check_before_setup (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) inspected = behaviour_create (f, inspected_get_type ());

  behaviour_assert_ask (f, inspected, behaviour_string ("checks?"), "1, 1 before set-up");
}

/* On a text, sets the capability of that name to false, and answers when that was done; on "see
 * NAME", answers whether it sees that. */
typedef struct
{
  ThespianActor parent_instance;
} Gloomy;

static gboolean
gloomy_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  const char *name = behaviour_after (message, "see ");
  g_autoptr (GVariant) all = NULL;
  gboolean value = TRUE;

  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;

  if (name != NULL)
    {
      all = thespian_actor_dup_capabilities (actor);
      g_variant_lookup (all, name, "b", &value);
      return thespian_actor_send_string (actor, sender, value ? "bright" : "dark");
    }

  return thespian_actor_update_capability (actor, g_value_get_string (message),
                                           g_variant_new_boolean (FALSE), error)
         && thespian_actor_send_string (actor, sender, "done");
}

BEHAVIOUR_ACTOR (Gloomy, gloomy, thespian_actor_class_require_capability (klass, "Sun", NULL);)

static gboolean
is_dark (BehaviourFixture *f,
         gpointer          name)
{
  g_autoptr (GVariant) value = get_capability (f, name);

  return value != NULL && !g_variant_get_boolean (value);
}

static void
test_update_inside (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) gloomy = NULL;

  behaviour_update (f, "Sun", g_variant_new_boolean (TRUE));
  gloomy = behaviour_create (f, gloomy_get_type ());
  behaviour_assert_ask (f, gloomy, behaviour_string ("Moon"), "done");
  behaviour_assert_becomes (f, gloomy, "see Moon", "dark");
  behaviour_wait_for (f, is_dark, (gpointer) "Moon");

  behaviour_assert_ask (f, gloomy, behaviour_string ("Sun"), "done");
  behaviour_wait_for (f, is_dark, (gpointer) "Sun");
  if (!behaviour_base_is (f, "simpleSystemBase"))
    behaviour_assert_dead (f, gloomy);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("CAP-1", "name", test_name);
  behaviour_test ("CAP-2", "versions", test_versions);
  behaviour_test ("CAP-3", "generation", test_generation);
  behaviour_test ("CAP-4", "watch-supported", test_watch_supported);
  behaviour_test ("CAP-5", "platform", test_platform);
  behaviour_test ("CAP-6", "read-only-start", test_read_only_start);
  behaviour_test ("CAP-7", "read-only-update", test_read_only_update);
  behaviour_test ("CAP-8", "truthy", test_truthy);
  behaviour_test ("CAP-9", "value", test_value);
  behaviour_test ("CAP-10", "several", test_several);
  behaviour_test ("CAP-11+CAP-12", "own-check", test_own_check);
  behaviour_test ("CAP-13", "unfit-outside", test_unfit_outside);
  behaviour_test ("CAP-14", "unfit-inside", test_unfit_inside);
  behaviour_test ("CAP-15", "update", test_update);
  behaviour_test ("CAP-16", "remove", test_remove);
  behaviour_test ("CAP-17", "revalidation", test_revalidation);
  behaviour_test ("CAP-18", "no-change", test_no_change);
  behaviour_test ("CAP-19", "update-inside", test_update_inside);
  behaviour_test ("CAP-20", "check-before-setup", test_check_before_setup);
  behaviour_test ("CAP-21", "skipped", test_skipped);
  behaviour_test ("CAP-22", "derived", test_derived);

  return g_test_run ();
}
