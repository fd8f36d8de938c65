/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/*
 * Logs what it is told at the level that the first word says. Told to "fumble" it fails on a wakeup, of
 * which it hears itself, and from then on on what the system tells it.
 */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
} Chatty;

static gboolean
chatty_fumble (Chatty          *self,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);

  if (behaviour_is (message, "fumble"))
    return g_set_object (&self->asker, sender)
           && thespian_actor_wakeup_after (actor, 0, NULL) != 0;
  if (behaviour_object (message, THESPIAN_TYPE_POISON_MESSAGE) != NULL)
    return thespian_actor_send_string (actor, self->asker, "logged");
  if (self->asker == NULL)
    return TRUE;

  behaviour_set_error (error, "fumbled");
  return FALSE;
}

static void
chatty_finalize (GObject *object)
{
  g_clear_object (&((Chatty *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

static gboolean
chatty_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  if (!G_VALUE_HOLDS_STRING (message) || behaviour_is (message, "fumble"))
    return chatty_fumble ((Chatty *) actor, message, sender, error);

  if (behaviour_after (message, "warning ") != NULL)
    thespian_actor_log (actor, G_LOG_LEVEL_WARNING, behaviour_after (message, "warning "));
  else if (behaviour_after (message, "critical ") != NULL)
    thespian_actor_log (actor, G_LOG_LEVEL_CRITICAL, behaviour_after (message, "critical "));
  else if (behaviour_after (message, "message ") != NULL)
    thespian_actor_log (actor, G_LOG_LEVEL_MESSAGE, behaviour_after (message, "message "));
  else if (behaviour_after (message, "info ") != NULL)
    thespian_actor_log (actor, G_LOG_LEVEL_INFO, behaviour_after (message, "info "));

  return thespian_actor_send_string (actor, sender, "logged");
}

BEHAVIOUR_ACTOR (Chatty, chatty, G_OBJECT_CLASS (klass)->finalize = chatty_finalize;)

static void
say (ThespianActorSystem *system,
     ThespianAddress     *chatty,
     const char          *what)
{
  g_autoptr (BehaviourMessage) message = behaviour_string (what);
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourReply) reply =
    thespian_actor_system_ask (system, chatty, message, behaviour_limit (), NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (reply);
}

/* Takes @log_definition. */
static ThespianActorSystem *
system_new (BehaviourFixture *f,
            GVariant         *log_definition,
            ThespianAddress **ret_chatty)
{
  g_autoptr (GVariant) taken = log_definition != NULL ? g_variant_take_ref (log_definition) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) capabilities = behaviour_capabilities (f, NULL);
  ThespianActorSystem *system = thespian_actor_system_new (
    f->base, capabilities, taken, THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);

  g_assert_no_error (error);
  *ret_chatty =
    thespian_actor_system_create_actor (system, chatty_get_type (), NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  return system;
}

static void
test_default (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) chatty = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system = NULL;
  int file = g_file_open_tmp ("behaviour-XXXXXX", &path, &error);
  int saved = -1;

  /* A warning is what is wanted here, and no reason to end. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_assert_no_error (error);
  saved = dup (STDERR_FILENO);
  g_assert_cmpint (dup2 (file, STDERR_FILENO), ==, STDERR_FILENO);

  system = system_new (f, NULL, &chatty);
  say (system, chatty, "warning the ice is thin");
  say (system, chatty, "critical the ice has broken");
  say (system, chatty, "message the water is cold");
  say (system, chatty, "info the water is wet");
  behaviour_system_end (system);

  g_assert_cmpint (dup2 (saved, STDERR_FILENO), ==, STDERR_FILENO);
  close (saved);
  close (file);
  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_unlink (path);

  g_assert_nonnull (strstr (text, "the ice is thin"));
  g_assert_nonnull (strstr (text, "the ice has broken"));
  g_assert_null (strstr (text, "the water is cold"));
  g_assert_null (strstr (text, "the water is wet"));
}

/* The file that the application's own writer writes to: "message address; …", only of actors, which
 * may be in other processes. */
static char *seen;

static GLogWriterOutput
see (GLogLevelFlags   level,
     const GLogField *fields,
     gsize            n_fields,
     gpointer         data)
{
  const char *message = "", *address = NULL;
  g_autofree char *line = NULL;
  int fd = -1;

  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      message = fields[i].value;
    else if (g_str_equal (fields[i].key, "THESPIAN_ACTOR_ADDRESS"))
      address = fields[i].value;

  if (address != NULL)
    {
      line = g_strdup_printf ("%s %s; ", message, address);
      fd = g_open (seen, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
      g_assert_cmpint (write (fd, line, strlen (line)), ==, strlen (line));
      close (fd);
    }

  return G_LOG_WRITER_HANDLED;
}

static void
assert_seen (BehaviourFixture *f,
             GVariant         *log_definition,
             gboolean          all)
{
  g_autoptr (ThespianAddress) chatty = NULL;
  g_autofree char *printable = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system = NULL;

  close (g_file_open_tmp ("behaviour-XXXXXX", &seen, &error));
  g_assert_no_error (error);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_writer_func (see, NULL, NULL);
  system = system_new (f, log_definition, &chatty);
  say (system, chatty, "warning one");
  say (system, chatty, "info two");
  behaviour_system_end (system);

  g_assert_true (g_file_get_contents (seen, &text, NULL, &error));
  g_unlink (seen);
  printable = thespian_address_to_string (chatty);
  expected = all ? g_strdup_printf ("one %s; two %s; ", printable, printable)
                 : g_strdup_printf ("one %s; ", printable);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_alone (BehaviourFixture *f)
{
  assert_seen (f, g_variant_new_boolean (FALSE), TRUE);
}

static void
test_field (BehaviourFixture *f)
{
  /* Where what actors log goes to other processes first, the fields are those of one that is left
   * alone. */
  if (f->processes)
    assert_seen (f, g_variant_new_boolean (FALSE), TRUE);
  else
    assert_seen (f, NULL, FALSE);
}

/* --- Log definitions -------------------------------------------------------------------------- */

/* A folder of the test, in the definition as %s. */
typedef struct
{
  char *path;
} Folder;

static void
folder_init (Folder *folder)
{
  g_autoptr (GError) error = NULL;

  folder->path = g_dir_make_tmp ("behaviour-XXXXXX", &error);
  g_assert_no_error (error);
}

static char *
folder_read (Folder     *folder,
             const char *name)
{
  g_autofree char *path = g_build_filename (folder->path, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

/* The names of its files, sorted; they go, and so does the folder. */
static char *
folder_end (Folder *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder->path, 0, &error);
  g_autoptr (GList) names = NULL;
  g_autoptr (GString) list = g_string_new (NULL);
  const char *name = NULL;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    names = g_list_insert_sorted (names, g_strdup (name), (GCompareFunc) strcmp);
  for (GList *link = names; link != NULL; link = link->next)
    {
      g_autofree char *path = g_build_filename (folder->path, link->data, NULL);

      g_string_append_printf (list, "%s;", (const char *) link->data);
      g_assert_cmpint (g_unlink (path), ==, 0);
      g_free (link->data);
    }
  g_assert_cmpint (g_rmdir (folder->path), ==, 0);
  g_free (folder->path);
  return g_steal_pointer (&list->str);
}

static char *
fill_in (Folder     *folder,
         const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "%s", -1);

  return g_strjoinv (folder->path, parts);
}

static GVariant *
define (Folder     *folder,
        const char *text)
{
  g_autofree char *all = fill_in (folder, text);
  g_autoptr (GError) error = NULL;
  GVariant *definition = g_variant_parse (NULL, all, NULL, NULL, &error);

  g_assert_no_error (error);
  return definition;
}

/* Starts a system, says each of @lines to an actor of it, ends it; the printable address. */
static char *
say_all (BehaviourFixture  *f,
         GVariant          *definition,
         const char *const *lines)
{
  g_autoptr (ThespianAddress) chatty = NULL;
  ThespianActorSystem *system = system_new (f, definition, &chatty);

  for (; *lines != NULL; lines++)
    say (system, chatty, *lines);
  behaviour_system_end (system);
  return thespian_address_to_string (chatty);
}

static const char *const all_levels[] = { "info one", "message two", "warning three",
                                          "critical four", NULL };

static void
test_definition (BehaviourFixture *f)
{
  Folder folder;
  g_autofree char *address = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *list = NULL;

  folder_init (&folder);
  address = say_all (f, define (&folder,
    "{'version': <1>,"
    " 'formatters': <{'long': {'format': '%(levelname)-8s %(actorAddress)s (%(actorClass)s) => "
    "%(message)s'},"
    "                 'short': {'format': '%(message)s'}}>,"
    " 'handlers': <{'a': {'class': 'file', 'filename': '%s/first', 'formatter': 'long'},"
    "               'b': {'class': 'file', 'filename': '%s/second', 'formatter': 'short'}}>,"
    " 'loggers': <{'': {'handlers': <['a', 'b']>, 'level': <'DEBUG'>}}>}"), all_levels);
  first = folder_read (&folder, "first");
  second = folder_read (&folder, "second");
  expected = g_strdup_printf ("INFO     %s (Chatty) => one\nMESSAGE  %s (Chatty) => two\n"
                              "WARNING  %s (Chatty) => three\nCRITICAL %s (Chatty) => four\n",
                              address, address, address, address);
  g_assert_cmpstr (first, ==, expected);
  g_assert_cmpstr (second, ==, "one\ntwo\nthree\nfour\n");
  list = folder_end (&folder);
  g_assert_cmpstr (list, ==, "first;second;");
}

/* Nobody else hears of these. */
static void
test_failures (BehaviourFixture *f)
{
  static const char *const lines[] = { "fumble", NULL };
  Folder folder;
  g_autofree char *address = NULL;
  g_autofree char *text = NULL;
  g_autofree char *list = NULL;

  folder_init (&folder);
  address = say_all (f, define (&folder,
    "{'formatters': <{'f': {'format': '%(levelname)s %(actorClass)s %(message)s'}}>,"
    " 'handlers': <{'h': {'class': <'file'>, 'filename': <'%s/log'>, 'formatter': <'f'>}}>,"
    " 'loggers': <{'': {'handlers': <['h']>}}>}"), lines);
  text = folder_read (&folder, "log");
  g_assert_cmpstr (text, ==, "WARNING Chatty Chatty failed on ThespianWakeupMessage: fumbled\n"
                             "WARNING Chatty Chatty failed on ThespianActorExitRequest: fumbled\n");
  list = folder_end (&folder);
  g_assert_cmpstr (list, ==, "log;");
}

static void
test_levels (BehaviourFixture *f)
{
  static const char *const names[] = { "all", "message", "logger", "python" };
  static const char *const expected[] = { "two\nthree\nfour\n", "two\nthree\nfour\n", "four\n",
                                          "three\nfour\n" };
  Folder folder;
  g_autofree char *address = NULL;
  g_autofree char *list = NULL;

  folder_init (&folder);
  address = say_all (f, define (&folder,
    "{'formatters': <{'f': {'format': '%(message)s'}}>,"
    " 'handlers': <{'all': {'class': <'file'>, 'filename': <'%s/all'>, 'formatter': <'f'>},"
    "               'message': {'class': <'file'>, 'filename': <'%s/message'>, 'formatter': <'f'>,"
    "                           'level': <'MESSAGE'>},"
    "               'logger': {'class': <'file'>, 'filename': <'%s/logger'>, 'formatter': <'f'>,"
    "                          'level': <'CRITICAL'>},"
    "               'python': {'class': <'file'>, 'filename': <'%s/python'>, 'formatter': <'f'>,"
    " 'level': <30>}}>,"
    " 'loggers': <{'': {'handlers': <['all', 'message', 'logger', 'python']>,"
    " 'level': <'MESSAGE'>}}>}"),
    all_levels);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = folder_read (&folder, names[i]);

      g_assert_cmpstr (text, ==, expected[i]);
    }
  list = folder_end (&folder);
}

/* The manual's example, and one by domain. */
static void
test_filters (BehaviourFixture *f)
{
  Folder folder;
  g_autofree char *address = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *text = NULL;
  g_autofree char *domain = NULL;
  g_autofree char *list = NULL;

  folder_init (&folder);
  address = say_all (f, define (&folder,
    "{'version': <1>,"
    " 'formatters': <{'normal': {'format': '%(levelname)-8s %(message)s'},"
    "                 'actor': {'format': '%(levelname)-8s %(actorAddress)s => %(message)s'}}>,"
    " 'filters': <{'isActorLog': {'()': 'actor'}, 'notActorLog': {'()': 'not-actor'},"
    "              'thespian': {'class': 'domain', 'domain': 'Thespian'},"
    " 'other': {'class': 'domain', 'domain': 'X'}}>,"
    " 'handlers': <{'h1': {'class': <'logging.FileHandler'>, 'filename': <'%s/example.log'>,"
    "                      'formatter': <'normal'>, 'filters': <['notActorLog']>, 'level': <20>},"
    "               'h2': {'class': <'logging.FileHandler'>, 'filename': <'%s/example.log'>,"
    "                      'formatter': <'actor'>, 'filters': <['isActorLog']>, 'level': <20>},"
    "               'h3': {'class': <'file'>, 'filename': <'%s/domain'>, 'formatter': <'normal'>,"
    "                      'filters': <['thespian']>},"
    "               'h4': {'class': <'file'>, 'filename': <'%s/domain'>, 'formatter': <'normal'>,"
    "                      'filters': <['other']>}}>,"
    " 'loggers': <{'': {'handlers': <['h1', 'h2', 'h3', 'h4']>, 'level': <10>}}>}"),
    (const char *const[]){ "info one", "critical two", NULL });
  expected = g_strdup_printf ("INFO     %s => one\nCRITICAL %s => two\n", address, address);
  text = folder_read (&folder, "example.log");
  g_assert_cmpstr (text, ==, expected);
  domain = folder_read (&folder, "domain");
  g_assert_cmpstr (domain, ==, "INFO     one\nCRITICAL two\n");
  list = folder_end (&folder);
}

static void
test_json (BehaviourFixture *f)
{
  Folder folder;
  g_autofree char *json = NULL;
  g_autofree char *address = NULL;
  g_autofree char *text = NULL;
  g_autofree char *list = NULL;

  folder_init (&folder);
  json = fill_in (&folder,
    "{\"version\": 1, \"formatters\": {\"f\": {\"format\": \"<%(message)s>\"}},"
    " \"handlers\": {\"h\": {\"class\": \"file\", \"filename\": \"%s/log\", \"formatter\": \"f\"}},"
    " \"loggers\": {\"\": {\"handlers\": [\"h\"], \"level\": \"INFO\"}}}");
  address = say_all (f, g_variant_new_string (json), all_levels);
  text = folder_read (&folder, "log");
  g_assert_cmpstr (text, ==, "<one>\n<two>\n<three>\n<four>\n");
  list = folder_end (&folder);
}

static void
assert_wrong (BehaviourFixture *f,
              Folder           *folder,
              const char       *definition,
              const char       *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) variant = define (folder, definition);
  ThespianActorSystem *system = thespian_actor_system_new (
    f->base, NULL, variant, THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);

  g_assert_null (system);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
  if (strstr (error->message, expected) == NULL)
    g_error ("“%s” does not say: %s", error->message, expected);
}

static void
test_wrong (BehaviourFixture *f)
{
  guint n_threads = behaviour_count_threads ();
  Folder folder;
  g_autofree char *no_file = NULL;
  g_autofree char *list = NULL;

  folder_init (&folder);
  no_file = fill_in (&folder, "handlers['h']['filename'] is '%s/none/log'");
  assert_wrong (f, &folder, "true", "true is no log definition");
  assert_wrong (f, &folder, "'nonsense'", "no JSON");
  assert_wrong (f, &folder, "{'handlers': <{'h': {'class': 'stderr', 'level': 'LOUD'}}>}",
                "handlers['h']['level'] is 'LOUD': expected DEBUG");
  assert_wrong (f, &folder,
                "{'handlers': <{'h': {'class': 'file', 'filename': '%s/none/log'}}>,"
                " 'loggers': <{'': {'handlers': ['h']}}>}",
                no_file);
  g_assert_cmpuint (behaviour_count_threads (), ==, n_threads);
  list = folder_end (&folder);
  g_assert_cmpstr (list, ==, "");
}

static void
test_rotation (BehaviourFixture *f)
{
  Folder folder;
  g_autofree char *address = NULL;
  g_autofree char *last = NULL;
  g_autofree char *oldest = NULL;
  g_autofree char *list = NULL;

  folder_init (&folder);
  address = say_all (
    f,
    define (
      &folder,
      "{'formatters': <{'f': {'format': '%(message)s'}}>,"
      " 'handlers': <{'h': {'class': <'rotating-file'>, 'filename': <'%s/log'>, 'formatter': <'f'>,"
      "                     'max-bytes': <8>, 'backup-count': <2>}}>,"
      " 'loggers': <{'': {'handlers': <['h']>}}>}"),
    (const char *const[]){ "warning 1st", "warning 2nd", "warning 3rd", "warning 4th",
                           "warning 5th", "warning 6th", "warning 7th", "warning 8th",
                           "warning 9th", NULL });
  last = folder_read (&folder, "log");
  oldest = folder_read (&folder, "log.2");
  g_assert_cmpstr (last, ==, "9th\n");
  g_assert_cmpstr (oldest, ==, "5th\n6th\n");
  list = folder_end (&folder);
  g_assert_cmpstr (list, ==, "log;log.1;log.2;");
}

/* What came to the application's own writer: "message;…", of whomever. */
static GMutex application_lock;
static GString *application_log; /* protected by the lock */

/* A GLogWriterFunc. */
static GLogWriterOutput
see_all (GLogLevelFlags   level,
         const GLogField *fields,
         gsize            n_fields,
         gpointer         data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      {
        g_mutex_lock (&application_lock);
        g_string_append_printf (application_log, "%s;", (const char *) fields[i].value);
        g_mutex_unlock (&application_lock);
      }
  return G_LOG_WRITER_HANDLED;
}

static void
test_application (BehaviourFixture *f)
{
  Folder folder;
  ThespianActorSystem *system = NULL;
  g_autoptr (ThespianAddress) chatty = NULL;
  g_autofree char *text = NULL;
  g_autofree char *list = NULL;

  folder_init (&folder);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  application_log = g_string_new (NULL);
  g_log_set_writer_func (see_all, NULL, NULL);
  system = system_new (f, define (&folder,
    "{'formatters': <{'f': {'format': '%(message)s'}}>,"
    " 'handlers': <{'h': {'class': 'file', 'filename': '%s/log', 'formatter': 'f'}}>,"
    " 'loggers': <{'': {'handlers': ['h']}}>}"), &chatty);
  g_warning ("of the application");
  say (system, chatty, "warning of the actor");
  behaviour_system_end (system);
  text = folder_read (&folder, "log");
  g_assert_cmpstr (text, ==, "of the actor\n");
  g_assert_cmpstr (application_log->str, ==, "of the application;");
  list = folder_end (&folder);
}

static guint
count (const char *text,
       const char *part)
{
  guint n = 0;

  for (; (text = strstr (text, part)) != NULL; text++)
    n++;
  return n;
}

/* What a system writes that cannot write its log, three times, on the standard error. */
static char *
fail_to_write (BehaviourFixture *f)
{
  g_autofree char *path = NULL;
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  int file = g_file_open_tmp ("behaviour-XXXXXX", &path, &error);
  int saved = dup (STDERR_FILENO);

  g_assert_no_error (error);
  g_assert_cmpint (dup2 (file, STDERR_FILENO), ==, STDERR_FILENO);
  address = say_all (f, define (&(Folder){ (char *) "" },
    "{'handlers': <{'full': {'class': 'file', 'filename': '/dev/full'}}>,"
    " 'loggers': <{'': {'handlers': ['full']}}>}"),
    (const char *const[]){ "warning 1", "warning 2", "warning 3", NULL });
  g_assert_cmpint (dup2 (saved, STDERR_FILENO), ==, STDERR_FILENO);
  close (saved);
  close (file);
  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_unlink (path);
  return text;
}

static void
test_cannot_write (BehaviourFixture *f)
{
  g_autofree char *text = NULL;

  g_setenv ("THESPLOG_FILE_MAXSIZE", "0", TRUE);
  text = fail_to_write (f);
  g_assert_cmpuint (
    count (text, "the log handler “full” fails: The file /dev/full cannot be written"), ==, 1);
  g_assert_cmpuint (count (text, "\n"), ==, 1);
}

/* --- Many actors ------------------------------------------------------------------------------ */

#define N_ACTORS 8
#define N_ENTRIES 200

/* Logs as many numbers as it is told, each with its own. */
typedef struct
{
  ThespianActor parent_instance;
} Flooder;

static gboolean
flooder_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;
  for (guint i = 0; i < N_ENTRIES; i++)
    {
      g_autofree char *text = g_strdup_printf ("%s %u", g_value_get_string (message), i);

      thespian_actor_log (actor, G_LOG_LEVEL_WARNING, text);
    }
  return thespian_actor_send_string (actor, sender, "logged");
}

BEHAVIOUR_ACTOR (Flooder, flooder)

static ThespianAddress *
start_flood (ThespianActorSystem *system)
{
  g_autoptr (GError) error = NULL;
  ThespianAddress *flooder = thespian_actor_system_create_actor (system, flooder_get_type (), NULL,
                                                                 NULL, NULL, NULL, &error);
  g_autofree char *name = NULL;
  g_autoptr (BehaviourMessage) message = NULL;

  g_assert_no_error (error);
  name = thespian_address_to_string (flooder);
  message = behaviour_string (name);
  thespian_actor_system_tell (system, flooder, message, NULL, &error);
  g_assert_no_error (error);
  return flooder;
}

static void
await_flood (ThespianActorSystem *system)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourReply) reply =
    thespian_actor_system_listen (system, behaviour_limit (), NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (reply);
}

static void
test_complete (BehaviourFixture *f)
{
  Folder folder;
  g_autoptr (GPtrArray) flooders = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) lines = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (ThespianAddress) chatty = NULL;
  ThespianActorSystem *system = NULL;
  g_autofree char *text = NULL;
  g_autofree char *list = NULL;
  g_auto (GStrv) split = NULL;

  folder_init (&folder);
  system = system_new (f, define (&folder,
    "{'formatters': <{'f': {'format': '%(actorAddress)s %(message)s'}}>,"
    " 'handlers': <{'h': {'class': 'file', 'filename': '%s/log', 'formatter': 'f'}}>,"
    " 'loggers': <{'': {'handlers': ['h']}}>}"), &chatty);
  for (guint i = 0; i < N_ACTORS; i++)
    g_ptr_array_add (flooders, start_flood (system));
  for (guint i = 0; i < N_ACTORS; i++)
    await_flood (system);
  behaviour_system_end (system);

  text = folder_read (&folder, "log");
  split = g_strsplit (text, "\n", -1);
  for (guint i = 0; split[i + 1] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (split[i], " ", -1);

      /* Each names its actor twice: by the field, and by itself. */
      g_assert_cmpuint (g_strv_length (words), ==, 3);
      g_assert_cmpstr (words[0], ==, words[1]);
      g_assert_true (g_hash_table_add (lines, split[i]));
    }
  g_assert_cmpuint (g_hash_table_size (lines), ==, N_ACTORS * N_ENTRIES);
  list = folder_end (&folder);
}

/* --- The internals log ------------------------------------------------------------------------ */

static void
set_internals (Folder     *folder,
               const char *max_size,
               const char *threshold)
{
  g_autofree char *path = g_build_filename (folder->path, "internals", NULL);

  g_setenv ("THESPLOG_FILE", path, TRUE);
  g_setenv ("THESPLOG_FILE_MAXSIZE", max_size, TRUE);
  g_setenv ("THESPLOG_THRESHOLD", threshold, TRUE);
}

static void
test_internals_file (BehaviourFixture *f)
{
  Folder folder;
  g_autofree char *failure = NULL;
  g_autofree char *text = NULL;
  g_autofree char *list = NULL;

  folder_init (&folder);
  set_internals (&folder, "", "");
  failure = fail_to_write (f);
  text = folder_read (&folder, "internals");
  g_assert_cmpuint (count (text, " CRITICAL The log handler “full” fails"), ==, 1);
  g_assert_cmpuint (count (text, " INFO "), ==, 0);
  list = folder_end (&folder);
  g_assert_cmpstr (list, ==, "internals;");
}

static void
test_internals_off (BehaviourFixture *f)
{
  Folder folder;
  g_autofree char *failure = NULL;
  g_autofree char *list = NULL;

  folder_init (&folder);
  set_internals (&folder, "10239", "DEBUG");
  failure = fail_to_write (f);
  list = folder_end (&folder);
  g_assert_cmpstr (list, ==, "");
}

/* With the threshold INFO each system leaves a line, at least: so the file grows and is rotated. */
static void
test_internals_threshold (BehaviourFixture *f)
{
  Folder folder;
  g_autofree char *old = NULL;
  g_autofree char *text = NULL;
  g_autofree char *list = NULL;

  folder_init (&folder);
  set_internals (&folder, "10240", "INFO");
  for (guint i = 0; i < 1000 && old == NULL; i++)
    {
      behaviour_system_end (behaviour_system_new (f, NULL));
      old = folder_read (&folder, "internals.old");
    }
  g_assert_nonnull (old);
  g_assert_cmpuint (count (old, " INFO "), >, 0);
  g_assert_cmpuint (strlen (old), <=, 10240);
  text = folder_read (&folder, "internals");
  g_assert_cmpuint (strlen (text), <=, 10240);
  list = folder_end (&folder);
  g_assert_cmpstr (list, ==, "internals;internals.old;");
}

/* --- STATUS-18 -------------------------------------------------------------------------------- */

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

static void
observe_log (ThespianActorSystem *system,
             ThespianEndpoint    *observer)
{
  g_autoptr (BehaviourMessage) request = behaviour_take (thespian_observe_request_new_log ());
  g_autoptr (ThespianSystemEvent) first = NULL;
  g_autoptr (GError) error = NULL;

  thespian_endpoint_tell (observer, thespian_actor_system_get_admin_address (system), request, NULL, &error);
  g_assert_no_error (error);
  first = next_event (observer);
  g_assert_cmpint (thespian_system_event_get_kind (first), ==, THESPIAN_SYSTEM_EVENT_KIND_CURRENT);
}

static void
assert_logged (ThespianEndpoint *observer,
               ThespianAddress  *chatty,
               const char       *level,
               const char       *message)
{
  g_autoptr (ThespianSystemEvent) event = next_event (observer);
  g_autofree char *address = thespian_address_to_string (chatty);
  GVariantDict details;
  const char *text;
  gint64 time;
  int pid;

  g_assert_cmpint (thespian_system_event_get_kind (event), ==, THESPIAN_SYSTEM_EVENT_KIND_LOGGED);
  g_variant_dict_init (&details, thespian_system_event_get_details (event));
  g_assert_true (g_variant_dict_lookup (&details, "message", "&s", &text));
  g_assert_cmpstr (text, ==, message);
  g_assert_true (g_variant_dict_lookup (&details, "level", "&s", &text));
  g_assert_cmpstr (text, ==, level);
  g_assert_true (g_variant_dict_lookup (&details, "address", "&s", &text));
  g_assert_cmpstr (text, ==, address);
  g_assert_true (g_variant_dict_lookup (&details, "time", "x", &time));
  g_assert_cmpint (ABS (g_get_real_time () - time), <, 600 * G_TIME_SPAN_SECOND);
  g_assert_true (g_variant_dict_lookup (&details, "process-id", "i", &pid));
  g_assert_cmpint (pid, >, 0);
  g_variant_dict_clear (&details);
}

static void
test_observe (BehaviourFixture *f)
{
  GVariant *definition = g_variant_new_parsed (
    "{'handlers': <{'h': {'class': 'file', 'filename': '/dev/null', 'level': 'INFO'}}>,"
    " 'loggers': <{'': {'handlers': <['h']>, 'level': <'INFO'>}}>}");
  g_autoptr (ThespianAddress) chatty = NULL;
  g_autoptr (ThespianEndpoint) observer = NULL;
  ThespianActorSystem *system = system_new (f, definition, &chatty);

  observer = thespian_actor_system_create_endpoint (system);
  observe_log (system, observer);
  say (system, chatty, "warning the ice is thin");
  thespian_actor_system_update_capability (system, "Season", g_variant_new_string ("winter"), NULL);
  say (system, chatty, "info the water is wet");
  assert_logged (observer, chatty, "WARNING", "the ice is thin");
  assert_logged (observer, chatty, "INFO", "the water is wet");
  thespian_endpoint_close (observer);
  g_clear_object (&chatty);
  behaviour_system_end (system);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test_bare ("LOG-1", "default", test_default);
  behaviour_test_bare ("LOG-2", "left-alone", test_alone);
  behaviour_test_bare ("LOG-3", "field", test_field);
  behaviour_test_bare ("LOG-5", "definition", test_definition);
  behaviour_test_bare ("LOG-6", "levels", test_levels);
  behaviour_test_bare ("LOG-17", "failures", test_failures);
  behaviour_test_bare ("LOG-7", "filters", test_filters);
  behaviour_test_bare ("LOG-8", "json", test_json);
  behaviour_test_bare ("LOG-9", "wrong", test_wrong);
  behaviour_test_bare ("LOG-10", "rotation", test_rotation);
  behaviour_test_bare ("LOG-11", "application", test_application);
  behaviour_test_bare ("LOG-12", "cannot-write", test_cannot_write);
  behaviour_test_bare ("LOG-13", "complete", test_complete);
  behaviour_test_bare ("LIMIT-16", "internals-file", test_internals_file);
  behaviour_test_bare ("LIMIT-16", "internals-off", test_internals_off);
  behaviour_test_bare ("LIMIT-16", "internals-threshold", test_internals_threshold);
  behaviour_test_bare ("STATUS-18", "observe", test_observe);

  return g_test_run ();
}
