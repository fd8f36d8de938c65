/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-outside.h"

#include "behaviour-processes.h"

#include <string.h>

GVariant *
behaviour_parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *dictionary = NULL;

  if (text == NULL)
    return NULL;

  dictionary = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
  g_assert_no_error (error);

  return dictionary;
}

ThespianAddress *
behaviour_create_full (BehaviourFixture *f,
                       GType             type,
                       const char       *requirements,
                       const char       *global_name,
                       const char       *properties)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) requires = behaviour_parse (requirements);
  g_autoptr (GVariant) sets = behaviour_parse (properties);
  ThespianAddress *address = NULL;

  address =
    thespian_actor_system_create_actor (f->system, type, requires, global_name, sets, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (THESPIAN_IS_ADDRESS (address));

  return address;
}

ThespianAddress *
behaviour_create (BehaviourFixture *f,
                  GType             type)
{
  return behaviour_create_full (f, type, NULL, NULL, NULL);
}

GError *
behaviour_create_fails (BehaviourFixture *f,
                        GType             type,
                        const char       *requirements,
                        const char       *properties)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) requires = behaviour_parse (requirements);
  g_autoptr (GVariant) sets = behaviour_parse (properties);
  g_autoptr (ThespianAddress) address = NULL;

  address =
    thespian_actor_system_create_actor (f->system, type, requires, NULL, sets, NULL, &error);
  g_assert_null (address);
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, !=, "");

  return g_steal_pointer (&error);
}

void
behaviour_tell (BehaviourFixture *f,
                ThespianAddress  *target,
                BehaviourMessage *message)
{
  g_autoptr (BehaviourMessage) owned = message;
  g_autoptr (GError) error = NULL;
  gboolean told = thespian_actor_system_tell (f->system, target, owned, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (told);
}

BehaviourReply *
behaviour_ask (BehaviourFixture *f,
               ThespianAddress  *target,
               BehaviourMessage *message)
{
  g_autoptr (BehaviourMessage) owned = message;
  g_autoptr (GError) error = NULL;
  BehaviourReply *reply = NULL;

  reply = thespian_actor_system_ask (f->system, target, owned, behaviour_limit (), NULL, &error);
  g_assert_no_error (error);

  return reply;
}

BehaviourReply *
behaviour_probe (BehaviourFixture *f,
                 ThespianAddress  *target,
                 BehaviourMessage *message)
{
  g_autoptr (BehaviourMessage) owned = message;
  g_autoptr (GError) error = NULL;
  BehaviourReply *reply = NULL;

  reply = thespian_endpoint_ask (f->control, target, owned, behaviour_limit (), NULL, &error);
  g_assert_no_error (error);

  return reply;
}

BehaviourReply *
behaviour_listen (BehaviourFixture *f)
{
  g_autoptr (GError) error = NULL;
  BehaviourReply *reply = NULL;

  reply = thespian_actor_system_listen (f->system, behaviour_limit (), NULL, &error);
  g_assert_no_error (error);

  return reply;
}

static void
assert_described (const GValue *message,
                  const char   *expected)
{
  g_autofree char *got = behaviour_describe (message);

  g_assert_cmpstr (got, ==, expected);
}

void
behaviour_assert_ask (BehaviourFixture *f,
                      ThespianAddress  *target,
                      BehaviourMessage *message,
                      const char       *expected)
{
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, target, message);

  assert_described (reply, expected);
}

void
behaviour_assert_probe (BehaviourFixture *f,
                        ThespianAddress  *target,
                        BehaviourMessage *message,
                        const char       *expected)
{
  g_autoptr (BehaviourReply) reply = behaviour_probe (f, target, message);

  assert_described (reply, expected);
}

void
behaviour_assert_listen (BehaviourFixture *f,
                         const char       *expected)
{
  g_autoptr (BehaviourReply) reply = behaviour_listen (f);

  assert_described (reply, expected);
}

void
behaviour_assert_becomes (BehaviourFixture *f,
                          ThespianAddress  *target,
                          const char       *question,
                          const char       *expected)
{
  gint64 end = g_get_monotonic_time () + behaviour_limit ();

  for (;;)
    {
      g_autoptr (BehaviourReply) reply = behaviour_probe (f, target, behaviour_string (question));
      g_autofree char *got = behaviour_describe (reply);

      if (g_str_equal (got, expected))
        return;
      if (g_get_monotonic_time () > end)
        g_assert_cmpstr (got, ==, expected);
      g_usleep (1000);
    }
}

void
behaviour_assert_nothing (BehaviourFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourReply) reply = thespian_actor_system_listen (f->system, 0, NULL, &error);

  g_assert_no_error (error);
  assert_described (reply, "<nothing>");
}

/* An actor that lives answers a status request, whatever its class, and one that is gone does not:
 * then ask returns nothing at once. */
static gboolean
is_dead (BehaviourFixture *f,
         gpointer          target)
{
  g_autoptr (BehaviourReply) reply =
    behaviour_probe (f, target, behaviour_take (thespian_status_request_new ()));

  return reply == NULL;
}

void
behaviour_assert_dead (BehaviourFixture *f,
                       ThespianAddress  *target)
{
  behaviour_wait_for (f, is_dead, target);
}

void
behaviour_assert_alive (BehaviourFixture *f,
                        ThespianAddress  *target)
{
  behaviour_assert_probe (f, target, behaviour_take (thespian_status_request_new ()),
                          "actor-status");
}

const char *
behaviour_digest (const char *printable)
{
  const char *dash = strrchr (printable, '-');

  g_assert_nonnull (dash);
  return dash + 1;
}

static int
read_pid (GVariant *details)
{
  g_autoptr (GVariant) pid = g_variant_lookup_value (details, "process-id", NULL);

  g_assert_nonnull (pid);
  return g_variant_is_of_type (pid, G_VARIANT_TYPE_INT32) ? g_variant_get_int32 (pid)
                                                           : (int) g_variant_get_uint32 (pid);
}

int
behaviour_get_pid (BehaviourFixture *f,
                   ThespianAddress  *target)
{
  g_autoptr (BehaviourReply) reply =
    behaviour_probe (f, target, behaviour_take (thespian_status_request_new ()));
  ThespianActorStatus *actor = NULL;
  int pid = 0;

  g_assert_nonnull (reply);
  actor = behaviour_object (reply, THESPIAN_TYPE_ACTOR_STATUS);
  pid = read_pid (actor != NULL ? thespian_actor_status_get_details (actor)
                                : thespian_system_status_get_details (g_value_get_object (reply)));
  g_assert_cmpint (pid, >, 1);

  return pid;
}

guint64
behaviour_count_dead (BehaviourFixture *f)
{
  g_autoptr (ThespianSystemStatus) status = thespian_actor_system_get_status (f->system);
  guint64 n = 0;

  g_assert_true (
    g_variant_lookup (thespian_system_status_get_details (status), "dead-letters", "t", &n));
  return n;
}

static gboolean
has_so_many_dead (BehaviourFixture *f,
                  gpointer          n)
{
  return behaviour_count_dead (f) >= *(guint64 *) n;
}

void
behaviour_wait_dead (BehaviourFixture *f,
                     guint64           n)
{
  behaviour_wait_for (f, has_so_many_dead, &n);
}

void
behaviour_end (BehaviourFixture *f,
               ThespianAddress  *target)
{
  behaviour_tell (f, target, behaviour_exit ());
  behaviour_assert_dead (f, target);
}

static gboolean
is_gone (BehaviourFixture *f,
         gpointer          pid)
{
  return !behaviour_lives (GPOINTER_TO_INT (pid));
}

void
behaviour_assert_gone (BehaviourFixture *f,
                       int               pid)
{
  behaviour_wait_for (f, is_gone, GINT_TO_POINTER (pid));
}

void
behaviour_update (BehaviourFixture *f,
                  const char       *capability,
                  GVariant         *value)
{
  g_autoptr (GError) error = NULL;
  gboolean updated = thespian_actor_system_update_capability (f->system, capability, value, &error);

  g_assert_no_error (error);
  g_assert_true (updated);
}

static gboolean
end_of_limit_cb (gpointer data)
{
  g_error ("what was waited for did not happen within the limit");
  return G_SOURCE_REMOVE;
}

void
behaviour_run_until (const gboolean *done)
{
  guint id = g_timeout_add (behaviour_limit () / 1000, end_of_limit_cb, NULL);

  while (!g_atomic_int_get (done))
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (id);
}

void
behaviour_wait_for (BehaviourFixture *f,
                    BehaviourCheck    check,
                    gpointer          data)
{
  gint64 end = g_get_monotonic_time () + behaviour_limit ();

  while (!check (f, data))
    {
      g_autoptr (BehaviourReply) nothing = NULL;

      g_assert_cmpint (g_get_monotonic_time (), <, end);
      /* Waiting by a listen lets the actors run on each base. */
      nothing = thespian_endpoint_listen (f->control, 2 * G_TIME_SPAN_MILLISECOND, NULL, NULL);
      assert_described (nothing, "<nothing>");
    }
}
