/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-puppet.h"

/* Two kinds of messages, one derived of the other, and one derived of that; and another kind. */
typedef struct
{
  GObject parent_instance;
} BaseNote;
typedef GObjectClass BaseNoteClass;
static GType base_note_get_type (void);
G_DEFINE_TYPE_WITH_CODE (BaseNote, base_note, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))
BEHAVIOUR_REGISTER (base_note)
static void base_note_class_init (BaseNoteClass *klass) {}
static void base_note_init (BaseNote *self) {}

typedef BaseNote ShortNote;
typedef GObjectClass ShortNoteClass;
static GType short_note_get_type (void);
G_DEFINE_TYPE (ShortNote, short_note, base_note_get_type ())
BEHAVIOUR_REGISTER (short_note)
static void short_note_class_init (ShortNoteClass *klass) {}
static void short_note_init (ShortNote *self) {}

typedef BaseNote TinyNote;
typedef GObjectClass TinyNoteClass;
static GType tiny_note_get_type (void);
G_DEFINE_TYPE (TinyNote, tiny_note, short_note_get_type ())
BEHAVIOUR_REGISTER (tiny_note)
static void tiny_note_class_init (TinyNoteClass *klass) {}
static void tiny_note_init (TinyNote *self) {}

typedef BaseNote Riddle;
typedef GObjectClass RiddleClass;
static GType riddle_get_type (void);
G_DEFINE_TYPE_WITH_CODE (Riddle, riddle, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))
BEHAVIOUR_REGISTER (riddle)
static void riddle_class_init (RiddleClass *klass) {}
static void riddle_init (Riddle *self) {}

static BehaviourMessage *
note (GType type)
{
  return behaviour_take (g_object_new (type, NULL));
}

static ThespianDispatch
say (ThespianTypeDispatcher *self,
     ThespianAddress        *sender,
     const char             *what)
{
  thespian_actor_send_string (THESPIAN_ACTOR (self), sender, what);
  return THESPIAN_DISPATCH_HANDLED;
}

static ThespianDispatch
got_string (ThespianTypeDispatcher *self,
            const GValue           *message,
            ThespianAddress        *sender,
            gpointer                user_data,
            GError                **error)
{
  return say (self, sender, "a string");
}

static ThespianDispatch
got_int (ThespianTypeDispatcher *self,
         const GValue           *message,
         ThespianAddress        *sender,
         gpointer                user_data,
         GError                **error)
{
  return say (self, sender, G_VALUE_HOLDS_INT (message) ? "an int" : "an int as something else");
}

static ThespianDispatch
got_base (ThespianTypeDispatcher *self,
          const GValue           *message,
          ThespianAddress        *sender,
          gpointer                user_data,
          GError                **error)
{
  return say (self, sender, "a note");
}

/* Typer: strings, numbers and notes. */
typedef ThespianTypeDispatcher Typer;
typedef ThespianTypeDispatcherClass TyperClass;
static GType typer_get_type (void);
G_DEFINE_TYPE (Typer, typer, THESPIAN_TYPE_TYPE_DISPATCHER)
BEHAVIOUR_REGISTER (typer)

static void
typer_class_init (TyperClass *klass)
{
  thespian_type_dispatcher_class_add_handler (klass, G_TYPE_STRING, got_string);
  thespian_type_dispatcher_class_add_handler (klass, G_TYPE_INT, got_int);
  thespian_type_dispatcher_class_add_handler (klass, base_note_get_type (), got_base);
}

static void
typer_init (Typer *self)
{
}

/* Subtyper: short notes itself, others as a typer does; passes on notes that are tiny. */
static ThespianDispatch
got_short (ThespianTypeDispatcher *self,
           const GValue           *message,
           ThespianAddress        *sender,
           gpointer                user_data,
           GError                **error)
{
  if (behaviour_object (message, tiny_note_get_type ()) != NULL)
    return THESPIAN_DISPATCH_SUPER;

  return say (self, sender, "a short note");
}

static gboolean
got_unknown (ThespianTypeDispatcher *self,
             const GValue           *message,
             ThespianAddress        *sender,
             GError                **error)
{
  if (behaviour_object (message, THESPIAN_TYPE_SYSTEM_MESSAGE) == NULL)
    say (self, sender, "something else");
  return TRUE;
}

typedef Typer Subtyper;
typedef TyperClass SubtyperClass;
static GType subtyper_get_type (void);
G_DEFINE_TYPE (Subtyper, subtyper, typer_get_type ())
BEHAVIOUR_REGISTER (subtyper)

static void
subtyper_class_init (SubtyperClass *klass)
{
  klass->receive_unrecognized = got_unknown;
  thespian_type_dispatcher_class_add_handler (klass, short_note_get_type (), got_short);
}

static void
subtyper_init (Subtyper *self)
{
}

static void
test_own_type (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) typer = behaviour_create (f, typer_get_type ());

  behaviour_assert_ask (f, typer, behaviour_string ("x"), "a string");
  behaviour_assert_ask (f, typer, behaviour_int (1), "an int");
  behaviour_assert_ask (f, typer, note (base_note_get_type ()), "a note");
}

static void
test_ancestors (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) typer = behaviour_create (f, typer_get_type ());

  behaviour_assert_ask (f, typer, note (short_note_get_type ()), "a note");
  behaviour_assert_ask (f, typer, note (tiny_note_get_type ()), "a note");
}

static void
test_derived_class (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) typer = behaviour_create (f, typer_get_type ());
  g_autoptr (ThespianAddress) subtyper = behaviour_create (f, subtyper_get_type ());

  behaviour_assert_ask (f, subtyper, note (short_note_get_type ()), "a short note");
  behaviour_assert_ask (f, subtyper, note (base_note_get_type ()), "a note");
  behaviour_assert_ask (f, subtyper, behaviour_string ("x"), "a string");
  behaviour_assert_ask (f, typer, note (short_note_get_type ()), "a note");
}

static void
test_passed_on (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) subtyper = behaviour_create (f, subtyper_get_type ());

  behaviour_assert_ask (f, subtyper, note (tiny_note_get_type ()), "a note");
}

static void
test_dropped (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) typer = behaviour_create (f, typer_get_type ());
  g_autoptr (ThespianAddress) clerk = puppet_new (f);

  puppet_dead_letters (f, clerk, TRUE);
  behaviour_tell (f, typer, behaviour_variant (g_variant_new_string ("what is this?")));
  behaviour_tell (f, typer, note (riddle_get_type ()));
  /* Neither poison nor a dead letter comes of it. */
  behaviour_assert_ask (f, typer, behaviour_int (1), "an int");
  behaviour_assert_nothing (f);
  puppet_send (f, clerk, clerk, "fence");
  puppet_assert (f, clerk, "fence", NULL);
}

static void
test_default (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) subtyper = behaviour_create (f, subtyper_get_type ());

  behaviour_assert_ask (f, subtyper, behaviour_variant (g_variant_new_string ("x")),
                        "something else");
  behaviour_assert_ask (f, subtyper, note (riddle_get_type ()), "something else");
}

static BehaviourMessage *
number (GType type,
        int   value)
{
  g_auto (GValue) source = G_VALUE_INIT;
  BehaviourMessage *message = g_new0 (BehaviourMessage, 1);

  g_value_init (&source, G_TYPE_INT);
  g_value_set_int (&source, value);
  g_value_init (message, type);
  g_assert_true (g_value_transform (&source, message));

  return message;
}

/* A dispatcher that asks for 64 bits besides. */
static ThespianDispatch
got_int64 (ThespianTypeDispatcher *self,
           const GValue           *message,
           ThespianAddress        *sender,
           gpointer                user_data,
           GError                **error)
{
  return say (self, sender, "exactly 64 bits");
}

typedef Typer Exact;
typedef TyperClass ExactClass;
static GType exact_get_type (void);
G_DEFINE_TYPE (Exact, exact, typer_get_type ())
BEHAVIOUR_REGISTER (exact)

static void
exact_class_init (ExactClass *klass)
{
  thespian_type_dispatcher_class_add_handler (klass, G_TYPE_INT64, got_int64);
}

static void
exact_init (Exact *self)
{
}

static void
test_integers (BehaviourFixture *f)
{
  const GType types[] = { G_TYPE_INT,    G_TYPE_UINT, G_TYPE_INT64,
                          G_TYPE_UINT64, G_TYPE_LONG, G_TYPE_ULONG };
  g_autoptr (ThespianAddress) typer = behaviour_create (f, typer_get_type ());
  g_autoptr (ThespianAddress) exact = behaviour_create (f, exact_get_type ());

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    behaviour_assert_ask (f, typer, number (types[i], 7), "an int");
  behaviour_assert_ask (f, exact, number (G_TYPE_INT64, 7), "exactly 64 bits");
  behaviour_assert_ask (f, exact, number (G_TYPE_INT, 7), "an int");
}

/* Ignores the ends of its children; records what comes. */
typedef struct
{
  ThespianActor parent_instance;
} Heartless;

static gboolean
heartless_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender,
                   GError         **error)
{
  g_autoptr (ThespianAddress) parent = thespian_actor_dup_parent (actor);
  g_autoptr (ThespianAddress) child = NULL;
  g_autoptr (ThespianActorExitRequest) request = NULL;
  g_autofree char *text = behaviour_describe (message);

  if (behaviour_is (message, "orphan one"))
    {
      child = thespian_actor_create_actor (actor, BEHAVIOUR_TYPE_SILENT, NULL, NULL, NULL, error);
      if (child == NULL)
        return FALSE;
      request = thespian_actor_exit_request_new ();
      return thespian_actor_send_object (actor, child, G_OBJECT (request))
             && thespian_actor_send_object (actor, sender, G_OBJECT (child));
    }

  return thespian_actor_send_string (actor, parent, text);
}

BEHAVIOUR_ACTOR (Heartless, heartless,
                 thespian_actor_class_ignore_messages (klass, THESPIAN_TYPE_CHILD_ACTOR_EXITED);)

static void
test_ignored (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) heartless = puppet_create (f, puppet, heartless_get_type ());
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, heartless, behaviour_string ("orphan one"));

  g_assert_nonnull (reply);
  behaviour_assert_dead (f, g_value_get_object (reply));
  puppet_send (f, puppet, heartless, "fence");
  puppet_assert (f, puppet, "fence", NULL);
}

/* Fails on strings, by a handler. */
static ThespianDispatch
fail_on (ThespianTypeDispatcher *self,
         const GValue           *message,
         ThespianAddress        *sender,
         gpointer                user_data,
         GError                **error)
{
  behaviour_set_error (error, "no strings");
  return THESPIAN_DISPATCH_FAILED;
}

typedef Typer Fragile;
typedef TyperClass FragileClass;
static GType fragile_get_type (void);
G_DEFINE_TYPE (Fragile, fragile, typer_get_type ())
BEHAVIOUR_REGISTER (fragile)

static void
fragile_class_init (FragileClass *klass)
{
  thespian_type_dispatcher_class_add_handler (klass, G_TYPE_STRING, fail_on);
}

static void
fragile_init (Fragile *self)
{
}

static void
test_failure (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) fragile = behaviour_create (f, fragile_get_type ());

  behaviour_assert_ask (f, fragile, behaviour_string ("x"), "poison(x)");
  behaviour_assert_ask (f, fragile, behaviour_int (1), "an int");
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("DISPATCH-1", "own-type", test_own_type);
  behaviour_test ("DISPATCH-2", "ancestors", test_ancestors);
  behaviour_test ("DISPATCH-3", "passed-on", test_passed_on);
  behaviour_test ("DISPATCH-4+BAD-11", "dropped", test_dropped);
  behaviour_test ("DISPATCH-5", "default", test_default);
  behaviour_test ("DISPATCH-6", "integers", test_integers);
  behaviour_test ("DISPATCH-7", "derived-class", test_derived_class);
  behaviour_test ("DISPATCH-8", "ignored", test_ignored);
  behaviour_test ("DISPATCH-9", "failure", test_failure);

  return g_test_run ();
}
