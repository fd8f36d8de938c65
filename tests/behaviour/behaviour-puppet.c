/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-puppet.h"

/* A command is a variant (COMMAND, ("string", arguments)); the answer is a variant. */
#define COMMAND "(ssv)"
#define MARK "puppet"
#define RECORD "(ss(tt)a(tt)xx)"

typedef struct
{
  ThespianActor parent_instance;

  GPtrArray *records; /* (element-type GVariant) (owned) */
  guint waits_for;
  ThespianAddress *waiter; /* (owned) (nullable) */
} Puppet;

typedef ThespianActorClass PuppetClass;

G_DEFINE_TYPE (Puppet, behaviour_puppet, THESPIAN_TYPE_ACTOR)
BEHAVIOUR_REGISTER (behaviour_puppet)

static ThespianAddress *
get_address (GVariant *variant)
{
  g_autoptr (GError) error = NULL;
  ThespianAddress *address = thespian_address_from_variant (variant, &error);

  g_assert_no_error (error);
  return address;
}

static void
answer (Puppet          *self,
        ThespianAddress *to,
        GVariant        *variant)
{
  thespian_actor_send_variant ((ThespianActor *) self, to, variant);
}

static void
answer_waiter (Puppet *self)
{
  g_autoptr (ThespianAddress) waiter = NULL;
  g_auto (GVariantBuilder) all = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a" RECORD));

  if (self->waiter == NULL || self->records->len < self->waits_for)
    return;

  for (guint i = 0; i < self->records->len; i++)
    g_variant_builder_add_value (&all, g_ptr_array_index (self->records, i));
  waiter = g_steal_pointer (&self->waiter);
  answer (self, waiter, g_variant_builder_end (&all));
}

static void
record (Puppet          *self,
        const GValue    *message,
        ThespianAddress *sender)
{
  g_autofree char *text = behaviour_describe (message);
  g_auto (GVariantBuilder) about = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(tt)"));
  const char *details = NULL;
  GTimeSpan delay = 0;
  gpointer object = NULL;
  GVariant *one = NULL;

  /* The tests ask whether an actor is dead by a request for its status. */
  if (g_str_equal (text, "dead(status-request)"))
    return;

  if ((object = behaviour_object (message, THESPIAN_TYPE_POISON_MESSAGE)) != NULL)
    details = thespian_poison_message_get_details (object);
  else if ((object = behaviour_object (message, THESPIAN_TYPE_WAKEUP_MESSAGE)) != NULL)
    delay = thespian_wakeup_message_get_delay_period (object);
  else if ((object = behaviour_object (message, THESPIAN_TYPE_DEAD_ENVELOPE)) != NULL)
    g_variant_builder_add_value (
      &about, thespian_address_to_variant (thespian_dead_envelope_get_address (object)));
  else if ((object = behaviour_object (message, THESPIAN_TYPE_CHILD_ACTOR_EXITED)) != NULL)
    {
      details = thespian_child_actor_exited_get_details (object);
      g_variant_builder_add_value (
        &about,
        thespian_address_to_variant (thespian_child_actor_exited_get_child_address (object)));
    }

  one = g_variant_new ("(ss@(tt)a(tt)xx)", text, details != NULL ? details : "",
                       thespian_address_to_variant (sender), &about, delay,
                       g_get_monotonic_time ());
  g_ptr_array_add (self->records, g_variant_ref_sink (one));
  answer_waiter (self);
}

static void
do_create (Puppet          *self,
           GVariant        *arguments,
           ThespianAddress *sender)
{
  ThespianActor *actor = (ThespianActor *) self;
  const char *type = NULL, *name = NULL;
  g_autoptr (GVariant) requirements = NULL;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (ThespianAddress) child = NULL;
  g_autoptr (GError) error = NULL;
  guint n_messages = 0;

  g_variant_get (arguments, "(&sm&sm@a{sv}m@a{sv}u)", &type, &name, &requirements, &properties,
                 &n_messages);
  child = thespian_actor_create_actor (actor, g_type_from_name (type), requirements, name,
                                       properties, &error);
  g_assert_no_error (error);
  g_assert_nonnull (child);

  for (guint i = 1; i <= n_messages; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      thespian_actor_send_string (actor, child, text);
    }

  answer (self, sender, thespian_address_to_variant (child));
}

static void
do_send (Puppet          *self,
         GVariant        *arguments,
         ThespianAddress *sender)
{
  ThespianActor *actor = (ThespianActor *) self;
  g_autoptr (GVariant) to = NULL;
  g_autoptr (GVariant) content = NULL;
  g_autoptr (ThespianAddress) target = NULL;
  g_autoptr (ThespianAddress) address = NULL;
  g_autoptr (BehaviourMessage) message = NULL;
  const char *kind = NULL;

  g_variant_get (arguments, "(@(tt)&sv)", &to, &kind, &content);
  target = get_address (to);

  if (g_str_equal (kind, "exit"))
    message = g_variant_get_boolean (content) ? behaviour_exit () : behaviour_exit_alone ();
  else if (g_str_equal (kind, "status"))
    message = behaviour_take (thespian_status_request_new ());
  else if (g_str_equal (kind, "observe"))
    message = behaviour_take (thespian_observe_request_new (g_variant_get_boolean (content)));
  else if (g_str_equal (kind, "address"))
    message = behaviour_address (address = get_address (content));
  else
    message = behaviour_string (g_variant_get_string (content, NULL));

  answer (self, sender, g_variant_new_boolean (thespian_actor_send (actor, target, message, NULL)));
}

static void
do_wakeup (Puppet          *self,
           GVariant        *arguments,
           ThespianAddress *sender)
{
  ThespianActor *actor = (ThespianActor *) self;
  const char *text = NULL;
  g_autoptr (BehaviourMessage) payload = NULL;
  GTimeSpan delay = 0;

  g_variant_get (arguments, "(xm&s)", &delay, &text);
  if (text != NULL)
    payload = behaviour_string (text);

  answer (self, sender, g_variant_new_uint64 (thespian_actor_wakeup_after (actor, delay, payload)));
}

static void
do_update (Puppet          *self,
           GVariant        *arguments,
           ThespianAddress *sender)
{
  const char *name = NULL;
  g_autoptr (GVariant) value = NULL;
  gboolean updated = FALSE;

  g_variant_get (arguments, "(&smv)", &name, &value);
  updated = thespian_actor_update_capability ((ThespianActor *) self, name, value, NULL);
  answer (self, sender, g_variant_new_boolean (updated));
}

static void
do_tell_parent (Puppet          *self,
                ThespianAddress *sender)
{
  g_autoptr (ThespianAddress) parent = thespian_actor_dup_parent ((ThespianActor *) self);

  answer (self, sender, thespian_address_to_variant (parent));
}

static void
obey (Puppet          *self,
      const char      *command,
      GVariant        *arguments,
      ThespianAddress *sender)
{
  ThespianActor *actor = (ThespianActor *) self;
  const char *name = NULL;

  if (g_str_equal (command, "create"))
    do_create (self, arguments, sender);
  else if (g_str_equal (command, "send"))
    do_send (self, arguments, sender);
  else if (g_str_equal (command, "wakeup"))
    do_wakeup (self, arguments, sender);
  else if (g_str_equal (command, "update"))
    do_update (self, arguments, sender);
  else if (g_str_equal (command, "parent"))
    do_tell_parent (self, sender);
  else if (g_str_equal (command, "cancel"))
    answer (self, sender,
            g_variant_new_boolean (
              thespian_actor_cancel_wakeup (actor, g_variant_get_uint64 (arguments))));
  else if (g_str_equal (command, "name"))
    {
      name = thespian_actor_get_global_name (actor);
      answer (self, sender, g_variant_new ("ms", name));
    }
  else if (g_str_equal (command, "dead-letters"))
    {
      thespian_actor_handle_dead_letters (actor, g_variant_get_boolean (arguments));
      answer (self, sender, g_variant_new_boolean (TRUE));
    }
  else if (g_str_equal (command, "wait"))
    {
      self->waits_for = g_variant_get_uint32 (arguments);
      g_set_object (&self->waiter, sender);
      answer_waiter (self);
    }
  else
    g_assert_not_reached ();
}

static gboolean
puppet_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  Puppet *self = (Puppet *) actor;
  GVariant *variant = G_VALUE_HOLDS_VARIANT (message) ? g_value_get_variant (message) : NULL;
  const char *mark = NULL, *command = NULL;
  g_autoptr (GVariant) arguments = NULL;

  if (variant != NULL && g_variant_is_of_type (variant, G_VARIANT_TYPE (COMMAND)))
    {
      g_variant_get (variant, "(&s&sv)", &mark, &command, &arguments);
      g_assert_cmpstr (mark, ==, MARK);
      obey (self, command, arguments, sender);
    }
  else
    record (self, message, sender);

  return TRUE;
}

static void
behaviour_puppet_finalize (GObject *object)
{
  Puppet *self = (Puppet *) object;

  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_clear_object (&self->waiter);

  G_OBJECT_CLASS (behaviour_puppet_parent_class)->finalize (object);
}

static void
behaviour_puppet_class_init (PuppetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = behaviour_puppet_finalize;
  klass->receive_message = puppet_receive;
}

static void
behaviour_puppet_init (Puppet *self)
{
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
}

/* The outside. */

static BehaviourReply *
try_command (BehaviourFixture *f,
             ThespianAddress  *puppet,
             const char       *name,
             GVariant         *arguments)
{
  return behaviour_probe (f, puppet,
                          behaviour_variant (g_variant_new ("(ssv)", MARK, name, arguments)));
}

/* The texts of what the puppet has recorded. */
static char *
describe_records (BehaviourFixture *f,
                  ThespianAddress  *puppet)
{
  g_autoptr (BehaviourReply) reply = try_command (f, puppet, "wait", g_variant_new_uint32 (0));
  g_autoptr (GString) texts = g_string_new (NULL);

  if (reply == NULL)
    return g_strdup ("it answers nothing any more");
  for (gsize i = 0; i < g_variant_n_children (g_value_get_variant (reply)); i++)
    {
      const char *text = NULL;

      g_variant_get_child (g_value_get_variant (reply), i, "(&ss@(tt)a(tt)xx)", &text, NULL, NULL,
                           NULL, NULL, NULL);
      g_string_append_printf (texts, " %s", text);
    }

  return g_strdup_printf ("it has recorded:%s", texts->str);
}

static GVariant *
command (BehaviourFixture *f,
         ThespianAddress  *puppet,
         const char       *name,
         GVariant         *arguments)
{
  g_autoptr (BehaviourReply) reply = try_command (f, puppet, name, arguments);
  g_autofree char *records = NULL;

  if (reply == NULL)
    {
      records = describe_records (f, puppet);
      g_error ("a puppet did not answer “%s” in time; %s", name, records);
    }
  g_assert_true (G_VALUE_HOLDS_VARIANT (reply));

  return g_value_dup_variant (reply);
}

static void
command_true (BehaviourFixture *f,
              ThespianAddress  *puppet,
              const char       *name,
              GVariant         *arguments)
{
  g_autoptr (GVariant) done = command (f, puppet, name, arguments);

  g_assert_true (g_variant_get_boolean (done));
}

ThespianAddress *
puppet_new (BehaviourFixture *f)
{
  return behaviour_create (f, BEHAVIOUR_TYPE_PUPPET);
}

static ThespianAddress *
create (BehaviourFixture *f,
        ThespianAddress  *puppet,
        GType             type,
        const char       *requirements,
        const char       *global_name,
        const char       *properties,
        guint             n_messages)
{
  g_autoptr (GVariant) child = NULL;
  g_autoptr (GVariant) requires =
    behaviour_parse (requirements == NULL && f->spread ? "{'Spread': <true>}" : requirements);
  g_autoptr (GVariant) sets = behaviour_parse (properties);

  child = command (f, puppet, "create",
                   g_variant_new ("(smsm@a{sv}m@a{sv}u)", g_type_name (type), global_name, requires,
                                  sets, n_messages));
  return get_address (child);
}

ThespianAddress *
puppet_create (BehaviourFixture *f,
               ThespianAddress  *puppet,
               GType             type)
{
  return create (f, puppet, type, NULL, NULL, NULL, 0);
}

ThespianAddress *
puppet_create_full (BehaviourFixture *f,
                    ThespianAddress  *puppet,
                    GType             type,
                    const char       *requirements,
                    const char       *global_name,
                    const char       *properties)
{
  return create (f, puppet, type, requirements, global_name, properties, 0);
}

ThespianAddress *
puppet_create_and_send (BehaviourFixture *f,
                        ThespianAddress  *puppet,
                        GType             type,
                        guint             n)
{
  return create (f, puppet, type, NULL, NULL, NULL, n);
}

static void
puppet_send_kind (BehaviourFixture *f,
                  ThespianAddress  *puppet,
                  ThespianAddress  *target,
                  const char       *kind,
                  GVariant         *content)
{
  command_true (f, puppet, "send",
                g_variant_new ("(@(tt)sv)", thespian_address_to_variant (target), kind, content));
}

void
puppet_send (BehaviourFixture *f,
             ThespianAddress  *puppet,
             ThespianAddress  *target,
             const char       *text)
{
  puppet_send_kind (f, puppet, target, "string", g_variant_new_string (text));
}

void
puppet_send_address (BehaviourFixture *f,
                     ThespianAddress  *puppet,
                     ThespianAddress  *target,
                     ThespianAddress  *address)
{
  puppet_send_kind (f, puppet, target, "address", thespian_address_to_variant (address));
}

void
puppet_send_exit (BehaviourFixture *f,
                  ThespianAddress  *puppet,
                  ThespianAddress  *target,
                  gboolean          recursive)
{
  puppet_send_kind (f, puppet, target, "exit", g_variant_new_boolean (recursive));
}

void
puppet_send_status (BehaviourFixture *f,
                    ThespianAddress  *puppet,
                    ThespianAddress  *target)
{
  puppet_send_kind (f, puppet, target, "status", g_variant_new_boolean (TRUE));
}

void
puppet_send_observe (BehaviourFixture *f,
                     ThespianAddress  *puppet,
                     ThespianAddress  *target,
                     gboolean          observe)
{
  puppet_send_kind (f, puppet, target, "observe", g_variant_new_boolean (observe));
}

guint64
puppet_wakeup (BehaviourFixture *f,
               ThespianAddress  *puppet,
               GTimeSpan         delay,
               const char       *payload)
{
  g_autoptr (GVariant) id = command (f, puppet, "wakeup", g_variant_new ("(xms)", delay, payload));

  return g_variant_get_uint64 (id);
}

gboolean
puppet_cancel (BehaviourFixture *f,
               ThespianAddress  *puppet,
               guint64           wakeup_id)
{
  g_autoptr (GVariant) cancelled = command (f, puppet, "cancel", g_variant_new_uint64 (wakeup_id));

  return g_variant_get_boolean (cancelled);
}

typedef struct
{
  ThespianAddress *puppet;
  gboolean handles;
} Handling;

static gboolean
is_known_to_handle (BehaviourFixture *f,
                    gpointer          data)
{
  const Handling *handling = data;
  g_autoptr (ThespianSystemStatus) status = thespian_actor_system_get_status (f->system);
  GVariant *details = thespian_system_status_get_details (status);
  g_autofree char *printable = thespian_address_to_string (handling->puppet);
  const char *handler = NULL;

  if (!g_variant_lookup (details, "dead-letter-handler", "&s", &handler))
    return !handling->handles;

  return g_str_equal (behaviour_digest (handler), behaviour_digest (printable)) == handling->handles;
}

void
puppet_dead_letters (BehaviourFixture *f,
                     ThespianAddress  *puppet,
                     gboolean          start_handling)
{
  Handling handling = { puppet, start_handling };

  command_true (f, puppet, "dead-letters", g_variant_new_boolean (start_handling));
  /* Where the puppet is another process, the system may hear of it later. */
  behaviour_wait_for (f, is_known_to_handle, &handling);
}

gboolean
puppet_update (BehaviourFixture *f,
               ThespianAddress  *puppet,
               const char       *capability,
               GVariant         *value)
{
  g_autoptr (GVariant) updated =
    command (f, puppet, "update", g_variant_new ("(smv)", capability, value));

  return g_variant_get_boolean (updated);
}

ThespianAddress *
puppet_get_parent (BehaviourFixture *f,
                   ThespianAddress  *puppet)
{
  g_autoptr (GVariant) parent = command (f, puppet, "parent", g_variant_new_boolean (TRUE));

  return get_address (parent);
}

char *
puppet_get_name (BehaviourFixture *f,
                 ThespianAddress  *puppet)
{
  g_autoptr (GVariant) name = command (f, puppet, "name", g_variant_new_boolean (TRUE));
  char *text = NULL;

  g_variant_get (name, "ms", &text);
  return text;
}

static void
record_free (gpointer data)
{
  PuppetRecord *self = data;

  g_free (self->text);
  g_free (self->details);
  g_clear_object (&self->sender);
  g_clear_object (&self->about);
  g_free (self);
}

GPtrArray *
puppet_wait (BehaviourFixture *f,
             ThespianAddress  *puppet,
             guint             n)
{
  g_autoptr (GVariant) all = command (f, puppet, "wait", g_variant_new_uint32 (n));
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (record_free);

  for (gsize i = 0; i < g_variant_n_children (all); i++)
    {
      g_autoptr (GVariant) sender = NULL;
      g_autoptr (GVariant) abouts = NULL;
      PuppetRecord *one = g_new0 (PuppetRecord, 1);

      g_variant_get_child (all, i, "(ss@(tt)@a(tt)xx)", &one->text, &one->details, &sender, &abouts,
                           &one->delay, &one->at);
      one->sender = get_address (sender);
      if (g_variant_n_children (abouts) > 0)
        {
          g_autoptr (GVariant) about = g_variant_get_child_value (abouts, 0);

          one->about = get_address (about);
        }
      g_ptr_array_add (records, one);
    }

  return g_steal_pointer (&records);
}

static gint
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

static void
assert_texts (BehaviourFixture *f,
              ThespianAddress  *puppet,
              GPtrArray        *expected,
              gboolean          sorted)
{
  g_autoptr (GPtrArray) records = puppet_wait (f, puppet, expected->len);
  g_autoptr (GPtrArray) got = g_ptr_array_new ();
  g_autofree char *got_text = NULL;
  g_autofree char *expected_text = NULL;

  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (got, puppet_record (records, i)->text);
  if (sorted)
    {
      g_ptr_array_sort (got, compare_texts);
      g_ptr_array_sort (expected, compare_texts);
    }
  g_ptr_array_add (got, NULL);
  g_ptr_array_add (expected, NULL);

  got_text = g_strjoinv (" ", (char **) got->pdata);
  expected_text = g_strjoinv (" ", (char **) expected->pdata);
  g_assert_cmpstr (got_text, ==, expected_text);
}

static GPtrArray *
collect (va_list arguments)
{
  GPtrArray *texts = g_ptr_array_new ();
  const char *text = NULL;

  while ((text = va_arg (arguments, const char *)) != NULL)
    g_ptr_array_add (texts, (gpointer) text);

  return texts;
}

void
puppet_assert (BehaviourFixture *f,
               ThespianAddress  *puppet,
               ...)
{
  g_autoptr (GPtrArray) expected = NULL;
  va_list arguments;

  va_start (arguments, puppet);
  expected = collect (arguments);
  va_end (arguments);

  assert_texts (f, puppet, expected, FALSE);
}

void
puppet_assert_any_order (BehaviourFixture *f,
                         ThespianAddress  *puppet,
                         ...)
{
  g_autoptr (GPtrArray) expected = NULL;
  va_list arguments;

  va_start (arguments, puppet);
  expected = collect (arguments);
  va_end (arguments);

  assert_texts (f, puppet, expected, TRUE);
}
