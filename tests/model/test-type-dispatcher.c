/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gio/gio.h>
#include <gobject/gvaluecollector.h>

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-actor-private.h"
#include "model/thespian-address-private.h"
#include "model/thespian-child-actor-exited-private.h"
#include "model/thespian-error.h"
#include "model/thespian-type-dispatcher-private.h"

/*
 * A dispatcher that writes down which handlers were called, and a subclass with more of them. Each
 * handler stands for one of the manual's cases.
 */

#define TEST_TYPE_TYPER (test_typer_get_type ())
G_DECLARE_DERIVABLE_TYPE (TestTyper, test_typer, TEST, TYPER, ThespianTypeDispatcher)

struct _TestTyperClass
{
  ThespianTypeDispatcherClass parent_class;
};

typedef struct
{
  GString *calls;
} TestTyperPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (TestTyper, test_typer, THESPIAN_TYPE_TYPE_DISPATCHER)

#define TEST_TYPE_SUBTYPER (test_subtyper_get_type ())
G_DECLARE_FINAL_TYPE (TestSubtyper, test_subtyper, TEST, SUBTYPER, TestTyper)

struct _TestSubtyper
{
  TestTyper parent_instance;
};

G_DEFINE_FINAL_TYPE (TestSubtyper, test_subtyper, TEST_TYPE_TYPER)

#define TEST_TYPE_HEIR (test_heir_get_type ())
G_DECLARE_FINAL_TYPE (TestHeir, test_heir, TEST, HEIR, TestTyper)

struct _TestHeir
{
  TestTyper parent_instance;
};

G_DEFINE_FINAL_TYPE (TestHeir, test_heir, TEST_TYPE_TYPER)

static void
note (gpointer    self,
      const char *format,
      ...) G_GNUC_PRINTF (2, 3);

static void
note (gpointer    self,
      const char *format,
      ...)
{
  TestTyperPrivate *priv = test_typer_get_instance_private (TEST_TYPER (self));
  va_list args;

  if (priv->calls->len > 0)
    g_string_append_c (priv->calls, ' ');

  va_start (args, format);
  g_string_append_vprintf (priv->calls, format, args);
  va_end (args);
}

#define DEFINE_HANDLER(name, RESULT)                    \
  static ThespianDispatch                               \
  name (ThespianTypeDispatcher *self,                   \
        const GValue           *message,                \
        ThespianAddress        *sender,                 \
        gpointer                user_data,              \
        GError                **error)                  \
  {                                                     \
    g_assert_true (THESPIAN_IS_ADDRESS (sender));       \
    g_assert_null (user_data);                          \
    g_assert_true (error != NULL && *error == NULL);    \
    note (self, #name);                                 \
    return RESULT;                                      \
  }

DEFINE_HANDLER (typer_string, THESPIAN_DISPATCH_HANDLED)
DEFINE_HANDLER (typer_input_stream, THESPIAN_DISPATCH_HANDLED)
DEFINE_HANDLER (typer_seekable, THESPIAN_DISPATCH_HANDLED)
DEFINE_HANDLER (typer_enum, THESPIAN_DISPATCH_HANDLED)
DEFINE_HANDLER (typer_boolean, THESPIAN_DISPATCH_SUPER)
DEFINE_HANDLER (subtyper_buffered, THESPIAN_DISPATCH_SUPER)
DEFINE_HANDLER (subtyper_input_stream, THESPIAN_DISPATCH_SUPER)
DEFINE_HANDLER (subtyper_string, THESPIAN_DISPATCH_HANDLED)
DEFINE_HANDLER (subtyper_child_exited, THESPIAN_DISPATCH_HANDLED)

static ThespianDispatch
typer_int64 (ThespianTypeDispatcher *self,
             const GValue           *message,
             ThespianAddress        *sender,
             gpointer                user_data,
             GError                **error)
{
  note (self, "int64(%" G_GINT64_FORMAT ")", g_value_get_int64 (message));

  return THESPIAN_DISPATCH_HANDLED;
}

static ThespianDispatch
typer_uchar (ThespianTypeDispatcher *self,
             const GValue           *message,
             ThespianAddress        *sender,
             gpointer                user_data,
             GError                **error)
{
  note (self, "uchar(%d)", g_value_get_uchar (message));

  return THESPIAN_DISPATCH_HANDLED;
}

static ThespianDispatch
typer_double (ThespianTypeDispatcher *self,
              const GValue           *message,
              ThespianAddress        *sender,
              gpointer                user_data,
              GError                **error)
{
  note (self, "double(%g)", g_value_get_double (message));

  return THESPIAN_DISPATCH_HANDLED;
}

/* Fails in the three ways that a handler can fail in, by the text of the bytes. */
static ThespianDispatch
typer_bytes (ThespianTypeDispatcher *self,
             const GValue           *message,
             ThespianAddress        *sender,
             gpointer                user_data,
             GError                **error)
{
  const char *way = g_bytes_get_data (g_value_get_boxed (message), NULL);

  if (g_str_equal (way, "silent"))
    return THESPIAN_DISPATCH_FAILED;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "It is busy");

  return g_str_equal (way, "confused") ? THESPIAN_DISPATCH_SUPER : THESPIAN_DISPATCH_FAILED;
}

static void
test_typer_finalize (GObject *object)
{
  TestTyperPrivate *priv = test_typer_get_instance_private (TEST_TYPER (object));

  g_string_free (priv->calls, TRUE);

  G_OBJECT_CLASS (test_typer_parent_class)->finalize (object);
}

static void
test_typer_class_init (TestTyperClass *klass)
{
  ThespianTypeDispatcherClass *dispatcher = THESPIAN_TYPE_DISPATCHER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_typer_finalize;

  thespian_type_dispatcher_class_add_handler (dispatcher, G_TYPE_STRING, typer_string);
  thespian_type_dispatcher_class_add_handler (dispatcher, G_TYPE_INPUT_STREAM, typer_input_stream);
  thespian_type_dispatcher_class_add_handler (dispatcher, G_TYPE_SEEKABLE, typer_seekable);
  thespian_type_dispatcher_class_add_handler (dispatcher, G_TYPE_INT64, typer_int64);
  thespian_type_dispatcher_class_add_handler (dispatcher, G_TYPE_UCHAR, typer_uchar);
  thespian_type_dispatcher_class_add_handler (dispatcher, G_TYPE_DOUBLE, typer_double);
  thespian_type_dispatcher_class_add_handler (dispatcher, G_TYPE_BYTES, typer_bytes);
  thespian_type_dispatcher_class_add_handler (dispatcher, G_TYPE_ENUM, typer_enum);
  thespian_type_dispatcher_class_add_handler (dispatcher, G_TYPE_BOOLEAN, typer_boolean);
}

static void
test_typer_init (TestTyper *self)
{
  TestTyperPrivate *priv = test_typer_get_instance_private (self);

  priv->calls = g_string_new (NULL);
}

static gboolean
subtyper_receive_unrecognized (ThespianTypeDispatcher *self,
                               const GValue           *message,
                               ThespianAddress        *sender,
                               GError                **error)
{
  note (self, "unrecognized(%s)", G_VALUE_TYPE_NAME (message));
  if (!G_VALUE_HOLDS_VARIANT (message))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "No variants");

  return FALSE;
}

static void
test_subtyper_class_init (TestSubtyperClass *klass)
{
  ThespianTypeDispatcherClass *dispatcher = THESPIAN_TYPE_DISPATCHER_CLASS (klass);

  dispatcher->receive_unrecognized = subtyper_receive_unrecognized;
  thespian_type_dispatcher_class_add_handler (dispatcher, G_TYPE_BUFFERED_INPUT_STREAM,
                                              subtyper_buffered);
  thespian_type_dispatcher_class_add_handler (dispatcher, G_TYPE_INPUT_STREAM,
                                              subtyper_input_stream);
  thespian_type_dispatcher_class_add_handler (dispatcher, G_TYPE_STRING, subtyper_string);
  thespian_type_dispatcher_class_add_handler (dispatcher, THESPIAN_TYPE_CHILD_ACTOR_EXITED,
                                              subtyper_child_exited);
}

static void
test_subtyper_init (TestSubtyper *self)
{
}

static void
test_heir_class_init (TestHeirClass *klass)
{
}

static void
test_heir_init (TestHeir *self)
{
}

/* Delivers what is in @message and takes it away; returns the handlers called meanwhile. */
static char *
deliver (gpointer actor,
         GValue  *message,
         GError **error)
{
  g_autoptr (ThespianAddress) sender = thespian_address_new (1, NULL);
  TestTyperPrivate *priv = test_typer_get_instance_private (TEST_TYPER (actor));
  gboolean handled;

  g_string_truncate (priv->calls, 0);
  handled = thespian_actor_deliver (THESPIAN_ACTOR (actor), NULL, message, sender, error);
  g_assert_cmpint (handled, ==, *error == NULL);
  g_value_unset (message);

  return g_strdup (priv->calls->str);
}

static void
collect_va (GValue  *value,
            GType    type,
            va_list *args)
{
  g_autofree char *error = NULL;

  G_VALUE_COLLECT_INIT (value, type, *args, 0, &error);
  g_assert_null (error);
}

static void
collect (GValue *value,
         GType   type,
         ...)
{
  va_list args;

  va_start (args, type);
  collect_va (value, type, &args);
  va_end (args);
}

/* The type and content of a message follow, which no handler fails on. */
static void
assert_calls (gpointer    actor,
              const char *expected,
              GType       type,
              ...)
{
  GValue message = G_VALUE_INIT;
  va_list args;
  g_autoptr (GError) error = NULL;
  g_autofree char *calls = NULL;

  va_start (args, type);
  collect_va (&message, type, &args);
  va_end (args);

  calls = deliver (actor, &message, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (calls, ==, expected);
}

static GInputStream *
new_buffered (void)
{
  g_autoptr (GInputStream) base = g_memory_input_stream_new ();

  return g_buffered_input_stream_new (base);
}

static void
test_types (void)
{
  g_autoptr (TestTyper) typer = g_object_new (TEST_TYPE_TYPER, NULL);
  g_autoptr (GInputStream) buffered = new_buffered ();
  g_autoptr (GOutputStream) output = g_memory_output_stream_new_resizable ();
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);

  assert_calls (typer, "typer_string", G_TYPE_STRING, "text");
  assert_calls (typer, "typer_string", G_TYPE_STRING, NULL);
  assert_calls (typer, "typer_enum", G_TYPE_NORMALIZE_MODE, G_NORMALIZE_NFC);

  /* The object decides, not the value that it stands in. */
  assert_calls (typer, "typer_input_stream", G_TYPE_BUFFERED_INPUT_STREAM, buffered);
  assert_calls (typer, "typer_input_stream", G_TYPE_OBJECT, buffered);
  assert_calls (typer, "typer_input_stream", G_TYPE_SEEKABLE, buffered);
  assert_calls (typer, "typer_seekable", G_TYPE_OBJECT, output);
  assert_calls (typer, "", G_TYPE_OBJECT, object);

  assert_calls (typer, "", G_TYPE_OBJECT, NULL);
  assert_calls (typer, "typer_input_stream", G_TYPE_BUFFERED_INPUT_STREAM, NULL);
}

static void
test_numbers (void)
{
  g_autoptr (TestTyper) typer = g_object_new (TEST_TYPE_TYPER, NULL);

  assert_calls (typer, "int64(-5)", G_TYPE_INT64, (gint64) -5);
  assert_calls (typer, "int64(-5)", G_TYPE_INT, -5);
  assert_calls (typer, "int64(200)", G_TYPE_UINT, 200u);
  assert_calls (typer, "uchar(200)", G_TYPE_UCHAR, 200);
  assert_calls (typer, "int64(9223372036854775807)", G_TYPE_UINT64, (guint64) G_MAXINT64);
  /* It fits neither an int64 nor an unsigned char. */
  assert_calls (typer, "", G_TYPE_UINT64, (guint64) G_MAXINT64 + 1);

  assert_calls (typer, "double(0.5)", G_TYPE_DOUBLE, 0.5);
  assert_calls (typer, "double(0.5)", G_TYPE_FLOAT, 0.5);
}

static void
test_subclass (void)
{
  g_autoptr (TestSubtyper) subtyper = g_object_new (TEST_TYPE_SUBTYPER, NULL);
  g_autoptr (TestHeir) heir = g_object_new (TEST_TYPE_HEIR, NULL);
  g_autoptr (ThespianAddress) address = thespian_address_new (1, NULL);
  g_autoptr (ThespianChildActorExited) exited = thespian_child_actor_exited_new (address, NULL);

  assert_calls (subtyper, "subtyper_string", G_TYPE_STRING, "text");
  assert_calls (subtyper, "int64(1)", G_TYPE_INT, 1);
  assert_calls (subtyper, "subtyper_child_exited", THESPIAN_TYPE_SYSTEM_MESSAGE, exited);

  assert_calls (heir, "typer_string", G_TYPE_STRING, "text");
  assert_calls (heir, "", THESPIAN_TYPE_CHILD_ACTOR_EXITED, exited);
}

static void
test_super (void)
{
  g_autoptr (TestSubtyper) subtyper = g_object_new (TEST_TYPE_SUBTYPER, NULL);
  g_autoptr (TestTyper) typer = g_object_new (TEST_TYPE_TYPER, NULL);
  g_autoptr (GInputStream) buffered = new_buffered ();

  assert_calls (subtyper, "subtyper_buffered subtyper_input_stream typer_input_stream",
                G_TYPE_OBJECT, buffered);
  assert_calls (subtyper, "typer_boolean unrecognized(gboolean)", G_TYPE_BOOLEAN, TRUE);
  assert_calls (typer, "typer_boolean", G_TYPE_BOOLEAN, TRUE);
}

static void
test_unrecognized (void)
{
  g_autoptr (TestTyper) typer = g_object_new (TEST_TYPE_TYPER, NULL);
  g_autoptr (TestSubtyper) subtyper = g_object_new (TEST_TYPE_SUBTYPER, NULL);
  g_autoptr (ThespianActorExitRequest) request = thespian_actor_exit_request_new ();
  const char *const words[] = { "a", NULL };
  GValue message = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  g_autofree char *calls = NULL;

  assert_calls (typer, "", G_TYPE_STRV, words);
  assert_calls (subtyper, "unrecognized(GStrv)", G_TYPE_STRV, words);
  assert_calls (subtyper, "unrecognized(ThespianActorExitRequest)",
                THESPIAN_TYPE_ACTOR_EXIT_REQUEST, request);

  collect (&message, G_TYPE_VARIANT, g_variant_new_int32 (1));
  calls = deliver (subtyper, &message, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_cmpstr (calls, ==, "unrecognized(GVariant)");
}

static void
assert_fails (gpointer    actor,
              const char *way,
              GQuark      domain,
              int         code)
{
  g_autoptr (GBytes) bytes = g_bytes_new (way, strlen (way) + 1);
  GValue message = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  g_autofree char *calls = NULL;

  collect (&message, G_TYPE_BYTES, bytes);
  calls = deliver (actor, &message, &error);
  g_assert_error (error, domain, code);
  g_assert_cmpstr (calls, ==, "");
}

static void
test_failure (void)
{
  g_autoptr (TestTyper) typer = g_object_new (TEST_TYPE_TYPER, NULL);

  assert_fails (typer, "honest", G_IO_ERROR, G_IO_ERROR_BUSY);
  assert_fails (typer, "confused", G_IO_ERROR, G_IO_ERROR_BUSY);
  assert_fails (typer, "silent", THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED);
}

/* Nobody has to take the error. */
static void
test_failure_without_location (void)
{
  g_autoptr (TestTyper) typer = g_object_new (TEST_TYPE_TYPER, NULL);
  g_autoptr (ThespianAddress) sender = thespian_address_new (1, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("confused", 9);
  g_auto (GValue) message = G_VALUE_INIT;

  collect (&message, G_TYPE_BYTES, bytes);
  g_assert_false (thespian_actor_deliver (THESPIAN_ACTOR (typer), NULL, &message, sender, NULL));
}

typedef struct
{
  const char *name;
  ThespianDispatch result;
  gboolean replaces_itself;
  gboolean gone;
} Own;

static void
own_gone_cb (gpointer data)
{
  Own *own = data;

  g_assert_false (own->gone);
  own->gone = TRUE;
}

static ThespianDispatch
own_handler_cb (ThespianTypeDispatcher *self,
                const GValue           *message,
                ThespianAddress        *sender,
                gpointer                user_data,
                GError                **error)
{
  static Own successor = { "successor", THESPIAN_DISPATCH_HANDLED };
  Own *own = user_data;

  if (own->replaces_itself)
    thespian_type_dispatcher_add_handler (self, G_TYPE_STRING, own_handler_cb, &successor, NULL);

  g_assert_false (own->gone);
  note (self, "%s", own->name);

  return own->result;
}

static void
add_own (gpointer actor,
         GType    type,
         Own     *own)
{
  thespian_type_dispatcher_add_handler (THESPIAN_TYPE_DISPATCHER (actor), type, own_handler_cb, own,
                                        own_gone_cb);
}

static void
test_own_handlers (void)
{
  TestSubtyper *subtyper = g_object_new (TEST_TYPE_SUBTYPER, NULL);
  g_autoptr (TestSubtyper) twin = g_object_new (TEST_TYPE_SUBTYPER, NULL);
  g_autoptr (GInputStream) buffered = new_buffered ();
  Own stream = { "own-stream", THESPIAN_DISPATCH_SUPER };
  Own object = { "own-object", THESPIAN_DISPATCH_HANDLED };
  Own first = { "own-first", THESPIAN_DISPATCH_HANDLED };
  Own number = { "own-number", THESPIAN_DISPATCH_HANDLED };

  add_own (subtyper, G_TYPE_INPUT_STREAM, &stream);
  add_own (subtyper, G_TYPE_OBJECT, &object);
  add_own (subtyper, G_TYPE_INT, &number);

  assert_calls (subtyper,
                "subtyper_buffered own-stream subtyper_input_stream typer_input_stream",
                G_TYPE_OBJECT, buffered);
  assert_calls (subtyper, "own-object", THESPIAN_TYPE_ACTOR_EXIT_REQUEST, NULL);
  assert_calls (subtyper, "own-number", G_TYPE_INT, 1);
  assert_calls (subtyper, "int64(1)", G_TYPE_UINT, 1u);
  assert_calls (twin, "unrecognized(ThespianActorExitRequest)",
                THESPIAN_TYPE_ACTOR_EXIT_REQUEST, NULL);

  add_own (subtyper, G_TYPE_OBJECT, &first);
  g_assert_true (object.gone);
  assert_calls (subtyper, "own-first", G_TYPE_OBJECT, NULL);

  g_object_unref (subtyper);
  g_assert_true (stream.gone);
  g_assert_true (first.gone);
  g_assert_true (number.gone);
}

/* The widest of the handlers that a number fits into is asked first, then the next. */
static void
test_own_handlers_convert (void)
{
  g_autoptr (TestTyper) typer = g_object_new (TEST_TYPE_TYPER, NULL);
  Own wide = { "own-uint64", THESPIAN_DISPATCH_SUPER };
  Own narrow = { "own-uint", THESPIAN_DISPATCH_SUPER };

  add_own (typer, G_TYPE_UINT64, &wide);
  add_own (typer, G_TYPE_UINT, &narrow);

  assert_calls (typer, "own-uint64", G_TYPE_UINT64, (guint64) G_MAXUINT64);
  assert_calls (typer, "int64(-1)", G_TYPE_LONG, -1l);
}

static void
test_own_handler_replaces_itself (void)
{
  g_autoptr (TestTyper) typer = g_object_new (TEST_TYPE_TYPER, NULL);
  Own own = { "own", THESPIAN_DISPATCH_HANDLED, TRUE };

  add_own (typer, G_TYPE_STRING, &own);
  assert_calls (typer, "own", G_TYPE_STRING, "text");
  g_assert_true (own.gone);
  assert_calls (typer, "successor", G_TYPE_STRING, "text");
}

/* The end of an actor drops its handlers, although somebody still holds the object. */
static void
test_own_handlers_disposed (void)
{
  g_autoptr (TestTyper) typer = g_object_new (TEST_TYPE_TYPER, NULL);
  Own own = { "own", THESPIAN_DISPATCH_HANDLED };

  add_own (typer, G_TYPE_STRING, &own);
  g_object_run_dispose (G_OBJECT (typer));
  g_assert_true (own.gone);
  assert_calls (typer, "typer_string", G_TYPE_STRING, "text");
}

static void
test_handles (void)
{
  g_autoptr (TestTyper) typer = g_object_new (TEST_TYPE_TYPER, NULL);
  g_autoptr (TestSubtyper) subtyper = g_object_new (TEST_TYPE_SUBTYPER, NULL);
  ThespianTypeDispatcher *dispatcher = THESPIAN_TYPE_DISPATCHER (typer);
  ThespianTypeDispatcherClass *klass = THESPIAN_TYPE_DISPATCHER_GET_CLASS (typer);
  Own own = { "own", THESPIAN_DISPATCH_HANDLED };

  g_assert_true (thespian_type_dispatcher_class_handles (klass, G_TYPE_STRING));
  g_assert_true (thespian_type_dispatcher_class_handles (klass, G_TYPE_UINT));
  g_assert_false (thespian_type_dispatcher_class_handles (klass, THESPIAN_TYPE_CHILD_ACTOR_EXITED));
  g_assert_false (thespian_type_dispatcher_handles (dispatcher, THESPIAN_TYPE_CHILD_ACTOR_EXITED));

  add_own (typer, THESPIAN_TYPE_SYSTEM_MESSAGE, &own);
  g_assert_false (thespian_type_dispatcher_class_handles (klass, THESPIAN_TYPE_CHILD_ACTOR_EXITED));
  g_assert_true (thespian_type_dispatcher_handles (dispatcher, THESPIAN_TYPE_CHILD_ACTOR_EXITED));
  g_assert_false (thespian_type_dispatcher_handles (dispatcher, G_TYPE_VARIANT));

  /* It looks at what it has no handler for. */
  g_assert_true (thespian_type_dispatcher_handles (THESPIAN_TYPE_DISPATCHER (subtyper),
                                                   G_TYPE_VARIANT));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/type-dispatcher/types", test_types);
  g_test_add_func ("/type-dispatcher/numbers", test_numbers);
  g_test_add_func ("/type-dispatcher/subclass", test_subclass);
  g_test_add_func ("/type-dispatcher/super", test_super);
  g_test_add_func ("/type-dispatcher/unrecognized", test_unrecognized);
  g_test_add_func ("/type-dispatcher/failure", test_failure);
  g_test_add_func ("/type-dispatcher/failure/no-location", test_failure_without_location);
  g_test_add_func ("/type-dispatcher/own", test_own_handlers);
  g_test_add_func ("/type-dispatcher/own/convert", test_own_handlers_convert);
  g_test_add_func ("/type-dispatcher/own/replaces-itself", test_own_handler_replaces_itself);
  g_test_add_func ("/type-dispatcher/own/disposed", test_own_handlers_disposed);
  g_test_add_func ("/type-dispatcher/handles", test_handles);

  return g_test_run ();
}
