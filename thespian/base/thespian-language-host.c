/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "base/thespian-language-host.h"

#include "admin/thespian-agent-private.h"
#include "host/thespian-class-loader-private.h"
#include "host/thespian-fds-private.h"
#include "host/thespian-host-private.h"
#include "host/thespian-host-run-private.h"
#include "host/thespian-module-place-private.h"
#include "host/thespian-process-title-private.h"
#include "host/thespian-zygote-private.h"
#include "model/thespian-actor.h"
#include "model/thespian-error.h"
#include "model/thespian-language-private.h"

#include <limits.h>
#include <string.h>

/* Of the reason why a module cannot be loaded; a zygote tells it in a packet that holds a path. */
#define MAX_REASON (PATH_MAX - 16)

/**
 * ThespianLanguageHost:
 *
 * What the host of a language has to do with the library: for the hosts of languages only. Programs and
 * actors do not need it.
 *
 * A host is a script that the library runs in processes of its own, with the interpreter of a language,
 * for actors that are written in that. It does the part that is the language's: it loads modules, and
 * finds classes in them. In a loop it calls [method@Thespian.LanguageHost.wait] and does what that says.
 *
 * A host of a language whose processes can be copied is started once, and is then told to fork: for each
 * module it becomes a copy that loads it, and for each actor a copy of that.
 *
 * All of it is for the main thread of a process that does nothing else.
 *
 * Since: 1.0
 */
struct _ThespianLanguageHost
{
  GObject parent_instance;

  ThespianHostOptions options;
  gboolean has_begun;
  gboolean is_loaded;
  ThespianZygote *zygote;     /* (owned) (nullable) */
  ThespianNodeProcess *node;  /* (owned) (nullable) */

  char *path;       /* (owned) (nullable) */
  char *folder;     /* (owned) (nullable) */
  char *class_name; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (ThespianLanguageHost, thespian_language_host, G_TYPE_OBJECT)

static void
thespian_language_host_finalize (GObject *object)
{
  ThespianLanguageHost *self = THESPIAN_LANGUAGE_HOST (object);

  g_free (self->options.title);
  g_free (self->path);
  g_free (self->folder);
  g_free (self->class_name);
  G_OBJECT_CLASS (thespian_language_host_parent_class)->finalize (object);
}

static void
thespian_language_host_class_init (ThespianLanguageHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thespian_language_host_finalize;
}

static void
thespian_language_host_init (ThespianLanguageHost *self)
{
}

/**
 * thespian_language_host_new:
 * @arguments: (array zero-terminated=1): the arguments behind the name of the script
 * @error: return location for an error
 *
 * Begins the work of a host.
 *
 * Fails with %THESPIAN_ERROR_INVALID_ARGUMENT when somebody else than the library has started the script.
 *
 * Returns: (transfer full): the host, or %NULL on error
 *
 * Since: 1.0
 */
ThespianLanguageHost *
thespian_language_host_new (const char *const *arguments,
                            GError           **error)
{
  g_autoptr (ThespianLanguageHost) self = NULL;
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  g_return_val_if_fail (arguments != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = g_object_new (THESPIAN_TYPE_LANGUAGE_HOST, NULL);
  g_ptr_array_add (all, (gpointer) "host");
  for (const char *const *argument = arguments; *argument != NULL; argument++)
    g_ptr_array_add (all, (gpointer) *argument);
  if (thespian_host_begin (&self->options, (int) all->len, (char **) all->pdata))
    {
      self->options.mode = g_intern_string (self->options.mode);
      return g_steal_pointer (&self);
    }
  g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                       "This script is part of the Thespian library, which runs it");
  return NULL;
}

/* --- Modules ------------------------------------------------------------------------------------------ */

static void
set_module (ThespianLanguageHost *self,
            const char           *path,
            gsize                 root_length)
{
  g_free (self->path);
  g_free (self->folder);
  self->path = g_strdup (path);
  self->folder = g_strndup (path, MIN (root_length, strlen (path)));
}

/* --- Nodes -------------------------------------------------------------------------------------------- */

/* What the admin has checked already. */
static void
read_specification (ThespianLanguageHost    *self,
                    const ThespianNodeStart *start)
{
  g_auto (ThespianClassName) name = { NULL };

  if (thespian_class_name_parse (start->specification, &name, NULL))
    self->class_name = g_strdup (name.class_name);
  if (!self->is_loaded)
    set_module (self, start->module != NULL ? start->module : "", (gsize) start->root_length);
}

static void
open_node (ThespianLanguageHost *self,
           int                   link_fd,
           int                   journal_fd,
           const char           *title)
{
  thespian_process_title_set (title);
  thespian_node_process_prepare ();
  self->node = thespian_node_process_open (link_fd, journal_fd);
  if (self->node == NULL)
    thespian_host_leave (1);
  read_specification (self, thespian_node_process_get_start (self->node));
}

/* --- Tasks -------------------------------------------------------------------------------------------- */

static void
begin (ThespianLanguageHost *self)
{
  self->has_begun = TRUE;
  thespian_fds_restore_limit ();
  if (g_str_equal (self->options.mode, THESPIAN_HOST_MODE_NODE))
    {
      open_node (self, THESPIAN_HOST_FIRST_FD, thespian_host_find_journal (), self->options.title);
      return;
    }
  self->zygote = thespian_zygote_new (THESPIAN_HOST_FIRST_FD, self->options.parent);
  thespian_node_process_prepare ();
  thespian_zygote_say_loaded (self->zygote);
}

/**
 * thespian_language_host_wait:
 * @self: a host
 *
 * Waits for the next task. When the system has no more use for the process this ends it.
 *
 * Returns: what to do now
 *
 * Since: 1.0
 */
ThespianLanguageHostTask
thespian_language_host_wait (ThespianLanguageHost *self)
{
  g_return_val_if_fail (THESPIAN_IS_LANGUAGE_HOST (self), THESPIAN_LANGUAGE_HOST_TASK_END);

  if (!self->has_begun)
    begin (self);
  if (self->path != NULL && !self->is_loaded)
    return THESPIAN_LANGUAGE_HOST_TASK_LOAD;
  if (self->node != NULL)
    return self->class_name != NULL ? THESPIAN_LANGUAGE_HOST_TASK_RUN : THESPIAN_LANGUAGE_HOST_TASK_END;
  thespian_zygote_wait (self->zygote);
  return THESPIAN_LANGUAGE_HOST_TASK_FORK;
}

/**
 * thespian_language_host_fork:
 * @self: a host
 *
 * Makes a copy of the process, as it was asked for. What the language wants done before and after a fork
 * is the caller's; handlers of `pthread_atfork()` do not run.
 *
 * Returns: whether this is the copy
 *
 * Since: 1.0
 */
gboolean
thespian_language_host_fork (ThespianLanguageHost *self)
{
  const ThespianZygotePacket *request;
  int link_fd, journal_fd;

  g_return_val_if_fail (THESPIAN_IS_LANGUAGE_HOST (self), FALSE);
  g_return_val_if_fail (self->zygote != NULL, FALSE);

  request = thespian_zygote_get_request (self->zygote);
  switch (thespian_zygote_fork (self->zygote))
    {
    case THESPIAN_ZYGOTE_ORIGINAL:
      return FALSE;
    case THESPIAN_ZYGOTE_MODULE:
      set_module (self, request->text, (gsize) request->number);
      return TRUE;
    case THESPIAN_ZYGOTE_NODE:
      thespian_zygote_take_fds (self->zygote, &link_fd, &journal_fd);
      open_node (self, link_fd, journal_fd, request->text);
      return TRUE;
    default:
      g_assert_not_reached ();
    }
}

/**
 * thespian_language_host_get_path:
 * @self: a host
 *
 * Gets the file of the module that is to be loaded, or is.
 *
 * Returns: (nullable): an absolute path, or %NULL as long as there is no module
 *
 * Since: 1.0
 */
const char *
thespian_language_host_get_path (ThespianLanguageHost *self)
{
  g_return_val_if_fail (THESPIAN_IS_LANGUAGE_HOST (self), NULL);

  return self->path;
}

/**
 * thespian_language_host_get_folder:
 * @self: a host
 *
 * Gets the folder of the search path that the module was found in, which is above its file or is the
 * folder of that.
 *
 * Returns: (nullable): an absolute path, or %NULL as long as there is no module
 *
 * Since: 1.0
 */
const char *
thespian_language_host_get_folder (ThespianLanguageHost *self)
{
  g_return_val_if_fail (THESPIAN_IS_LANGUAGE_HOST (self), NULL);

  return self->folder;
}

/**
 * thespian_language_host_get_class_name:
 * @self: a host
 *
 * Gets the name of the class that is to be run, as the class specification has it.
 *
 * Returns: (nullable): the name, or %NULL as long as there is no actor
 *
 * Since: 1.0
 */
const char *
thespian_language_host_get_class_name (ThespianLanguageHost *self)
{
  g_return_val_if_fail (THESPIAN_IS_LANGUAGE_HOST (self), NULL);

  return self->class_name;
}

/**
 * thespian_language_host_set_loaded:
 * @self: a host
 * @files: (array zero-terminated=1): other files that were read for the module
 *
 * Tells that the module is loaded. When one of the files, or that of the module, is replaced later, new
 * actors get a process that has loaded them anew.
 *
 * Since: 1.0
 */
void
thespian_language_host_set_loaded (ThespianLanguageHost *self,
                                   const char *const    *files)
{
  g_return_if_fail (THESPIAN_IS_LANGUAGE_HOST (self));
  g_return_if_fail (files != NULL);

  self->is_loaded = TRUE;
  if (self->node != NULL)
    return;
  for (const char *const *file = files; *file != NULL; file++)
    thespian_zygote_add_file (self->zygote, *file);
  thespian_zygote_say_loaded (self->zygote);
}

/* The beginning of it has to say all, without half a character. */
static char *
cut (const char *reason)
{
  g_autofree char *valid = g_utf8_make_valid (reason, -1);
  const char *end;

  if (strlen (valid) <= MAX_REASON)
    return g_steal_pointer (&valid);
  end = g_utf8_find_prev_char (valid, valid + MAX_REASON);
  return g_strdup_printf ("%.*s…", (int) (end - valid), valid);
}

/**
 * thespian_language_host_set_failed:
 * @self: a host
 * @reason: why the module cannot be loaded, or has no such class
 *
 * Tells that an actor cannot be made: its creation fails with that reason. A long one is cut.
 *
 * A process that was to run the actor has to end after this; one that was to be copied ends at once.
 *
 * Since: 1.0
 */
void
thespian_language_host_set_failed (ThespianLanguageHost *self,
                                   const char           *reason)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) failure = NULL;

  g_return_if_fail (THESPIAN_IS_LANGUAGE_HOST (self));
  g_return_if_fail (reason != NULL);

  text = cut (reason);
  if (self->node == NULL)
    thespian_zygote_say_broken (self->zygote, text);
  failure = g_error_new_literal (THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION, text);
  thespian_node_process_fail (self->node, failure);
  thespian_node_process_run (self->node);
}

/**
 * thespian_language_host_run:
 * @self: a host
 * @actor_type: the class of the actor
 *
 * Makes the actor and runs it, on the default main context, until it has ended.
 *
 * Since: 1.0
 */
void
thespian_language_host_run (ThespianLanguageHost *self,
                            GType                 actor_type)
{
  g_return_if_fail (THESPIAN_IS_LANGUAGE_HOST (self));
  g_return_if_fail (self->node != NULL);
  g_return_if_fail (g_type_is_a (actor_type, THESPIAN_TYPE_ACTOR));

  thespian_language_miss_no_calls ();
  /* it can create more of its own class */
  thespian_class_loader_keep_specification (actor_type, thespian_node_process_get_start (self->node)->specification);
  thespian_node_process_make_actor_of (self->node, actor_type, self->class_name);
  thespian_node_process_run (self->node);
}

/**
 * thespian_language_host_leave:
 * @self: a host
 *
 * Ends the process at once, with nothing that the language would do at its end.
 *
 * Since: 1.0
 */
void
thespian_language_host_leave (ThespianLanguageHost *self)
{
  g_return_if_fail (THESPIAN_IS_LANGUAGE_HOST (self));

  thespian_host_leave (0);
}
