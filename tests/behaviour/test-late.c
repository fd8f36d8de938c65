/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Actors that are slow to start, and creators outside that do not wait for them. */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-fifo.h"

/* Starts when there is a mark in one place, and makes one in the other when it is asked to exit; sends back any text. */
typedef struct
{
  ThespianActor parent_instance;
  char         *start; /* (owned) path of a named pipe */
  char         *end;   /* (owned) the same */
} Late;

typedef ThespianActorClass LateClass;

enum
{
  PROP_START = 1,
  PROP_END,
};

static GType late_get_type (void);
G_DEFINE_FINAL_TYPE (Late, late, THESPIAN_TYPE_ACTOR)
BEHAVIOUR_REGISTER (late)

static gboolean
late_started (ThespianActor *actor,
              GError       **error)
{
  g_assert_true (behaviour_wait_at (((Late *) actor)->start));
  return TRUE;
}

static gboolean
late_receive (ThespianActor   *actor,
              const GValue    *message,
              ThespianAddress *sender,
              GError         **error)
{
  Late *self = (Late *) actor;

  if (behaviour_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) != NULL)
    behaviour_mark (self->end, 'x');

  return !G_VALUE_HOLDS_STRING (message) || thespian_actor_send (actor, sender, message, error);
}

static void
late_set_property (GObject      *object,
                   guint         prop_id,
                   const GValue *value,
                   GParamSpec   *pspec)
{
  Late *self = (Late *) object;

  if (prop_id == PROP_START)
    self->start = g_value_dup_string (value);
  else
    self->end = g_value_dup_string (value);
}

static void
late_finalize (GObject *object)
{
  g_free (((Late *) object)->start);
  g_free (((Late *) object)->end);
  G_OBJECT_CLASS (late_parent_class)->finalize (object);
}

static void
late_class_init (LateClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  klass->started = late_started;
  klass->receive_message = late_receive;
  object_class->set_property = late_set_property;
  object_class->finalize = late_finalize;
  g_object_class_install_property (object_class, PROP_START, g_param_spec_string ("start", NULL, NULL, NULL, flags));
  g_object_class_install_property (object_class, PROP_END, g_param_spec_string ("end", NULL, NULL, NULL, flags));
}

static void
late_init (Late *self G_GNUC_UNUSED)
{
}

/* --- Its creator ------------------------------------------------------------------------------ */

typedef struct
{
  BehaviourFifo *start;  /* (owned) */
  BehaviourFifo *end;    /* (owned) */
  GAsyncResult  *result; /* (owned) (nullable) */
  gboolean       is_done;
} Creator;

static void
creator_clear (Creator *self)
{
  g_clear_pointer (&self->start, behaviour_fifo_free);
  g_clear_pointer (&self->end, behaviour_fifo_free);
  g_clear_object (&self->result);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Creator, creator_clear)

static void
creator_init (Creator *self)
{
  *self = (Creator){ .start = behaviour_fifo_new (), .end = behaviour_fifo_new () };
}

static GVariant *
properties_of (Creator *self)
{
  return g_variant_new_parsed ("{'start': <%s>, 'end': <%s>}", self->start->path, self->end->path);
}

/* It holds up nobody else where actors share threads. */
static GVariant *
requirements (void)
{
  return g_variant_new_parsed ("{'Own Thread': <true>}");
}

static void
creation_done (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  Creator *self = data;

  g_assert_false (self->is_done);
  self->result = g_object_ref (result);
  self->is_done = TRUE;
}

static void
begin (BehaviourFixture *f,
       Creator          *self,
       const char       *name,
       GCancellable     *cancellable)
{
  thespian_actor_system_create_actor_async (f->system, late_get_type (), requirements (), name, properties_of (self),
                                            cancellable, creation_done, self);
}

static ThespianAddress *
end (BehaviourFixture *f,
     Creator          *self,
     GError          **error)
{
  behaviour_run_until (&self->is_done);
  return thespian_actor_system_create_actor_finish (f->system, self->result, error);
}

static ThespianAddress *
create (BehaviourFixture *f,
        Creator          *self,
        const char       *name,
        GError          **error)
{
  return thespian_actor_system_create_actor (f->system, late_get_type (), requirements (), name, properties_of (self),
                                             NULL, error);
}

static void
assert_too_late (BehaviourFixture *f,
                 Creator          *self,
                 const char       *name)
{
  g_autoptr (GError) error = NULL;

  g_object_set (f->system, "create-timeout", (gint64) 50000, NULL);
  g_assert_null (create (f, self, name, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT);
  g_object_set (f->system, "create-timeout", (gint64) behaviour_limit (), NULL);
}

/* While the pipe is still there where it makes its mark. */
static void
end_now (BehaviourFixture *f,
         Creator          *self,
         ThespianAddress  *late)
{
  behaviour_assert_ask (f, late, behaviour_string ("at last"), "at last");
  g_assert_false (behaviour_fifo_has (self->end));
  behaviour_end (f, late);
  behaviour_fifo_read (self->end);
}

/* --- Tests ------------------------------------------------------------------------------------ */

static void
test_no_wait (BehaviourFixture *f,
              const char       *name)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (ThespianAddress) late = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Creator) creator;

  creator_init (&creator);
  begin (f, &creator, name, NULL);
  behaviour_assert_ask (f, echo, behaviour_string ("meanwhile"), "meanwhile");
  g_assert_false (creator.is_done);
  behaviour_fifo_write (creator.start);
  late = end (f, &creator, &error);
  g_assert_no_error (error);
  end_now (f, &creator, late);
}

static void
test_async (BehaviourFixture *f)
{
  test_no_wait (f, NULL);
}

static void
test_named_async (BehaviourFixture *f)
{
  test_no_wait (f, "late");
}

static void
assert_cancelled (BehaviourFixture *f,
                  Creator          *creator)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  begin (f, creator, NULL, cancellable);
  g_cancellable_cancel (cancellable);
  g_assert_null (end (f, creator, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Before it could have started. */
static void
test_cancel (BehaviourFixture *f)
{
  g_auto (Creator) creator;

  creator_init (&creator);
  assert_cancelled (f, &creator);
}

static void
assert_asked_to_exit (Creator *creator)
{
  g_assert_false (behaviour_fifo_has (creator->end));
  behaviour_fifo_write (creator->start);
  behaviour_fifo_read (creator->end);
}

static void
test_exit_cancelled (BehaviourFixture *f)
{
  g_auto (Creator) creator;

  creator_init (&creator);
  assert_cancelled (f, &creator);
  assert_asked_to_exit (&creator);
}

static void
test_exit_too_late (BehaviourFixture *f)
{
  g_auto (Creator) creator;

  creator_init (&creator);
  assert_too_late (f, &creator, NULL);
  assert_asked_to_exit (&creator);
}

static void
test_named_timeout (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) late = NULL;
  g_autofree char *printable = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Creator) creator;

  creator_init (&creator);
  assert_too_late (f, &creator, "late");
  behaviour_fifo_write (creator.start);
  late = create (f, &creator, "late", &error);
  g_assert_no_error (error);
  printable = thespian_address_to_string (late);
  g_assert_true (g_str_has_prefix (printable, "Late-"));
  end_now (f, &creator, late);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("CREATE-20", "async", test_async);
  behaviour_test ("CREATE-21", "cancelled", test_exit_cancelled);
  behaviour_test ("CREATE-21", "too-late", test_exit_too_late);
  behaviour_test ("CREATE-22", "cancelled-async", test_cancel);
  behaviour_test ("NAME-10", "async", test_named_async);
  behaviour_test ("NAME-10", "timeout", test_named_timeout);

  return g_test_run ();
}
