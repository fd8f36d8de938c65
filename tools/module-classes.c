/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which classes of actors a module has: only the module itself knows, once it is loaded.  That is done by a child, which
 * may crash or hang.
 */

#include "config.h"

#include "module-classes.h"

#include "tool-error.h"

#include <errno.h>
#include <gmodule.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/wait.h>
#include <thespian.h>
#include <unistd.h>

#define LIMIT_SECONDS 10

enum
{
  CHILD_GOOD = 0,
  CHILD_FAILED = 1,
};

/* --- The child -------------------------------------------------------------------------------------------- */

static void
append_classes (GString *names,
                GType    type)
{
  guint n;
  g_autofree GType *children = g_type_children (type, &n);

  for (guint i = 0; i < n; i++)
    {
      if (!G_TYPE_IS_ABSTRACT (children[i]))
        g_string_append_printf (names, "%s\n", g_type_name (children[i]));
      append_classes (names, children[i]);
    }
}

static void
say (int         fd,
     const char *text)
{
  gsize length = strlen (text);

  while (length > 0)
    {
      gssize n = write (fd, text, length);

      if (n <= 0 && errno != EINTR)
        return;
      text += MAX (n, 0);
      length -= (gsize) MAX (n, 0);
    }
}

static int
load (const char *path,
      int         fd)
{
  g_autoptr (GString) names = g_string_new (NULL);
  void (*register_types) (void);
  GModule *module = g_module_open (path, G_MODULE_BIND_LOCAL);

  if (module == NULL)
    {
      say (fd, g_module_error ());
      return CHILD_FAILED;
    }
  if (!g_module_symbol (module, "thespian_module_register", (gpointer *) &register_types) || register_types == NULL)
    {
      say (fd, "it does not export thespian_module_register()");
      return CHILD_FAILED;
    }
  register_types ();
  append_classes (names, THESPIAN_TYPE_ACTOR);
  say (fd, names->str);
  return CHILD_GOOD;
}

static void
be_child (const char *path,
          int         fd)
{
  alarm (LIMIT_SECONDS);
  _exit (load (path, fd));
}

/* --- The parent ------------------------------------------------------------------------------------------- */

static char *
hear (int fd)
{
  GString *text = g_string_new (NULL);
  char data[512];
  gssize n;

  while ((n = read (fd, data, sizeof data)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0)
      g_string_append_len (text, data, n);
  return g_string_free (text, FALSE);
}

static char *
run_child (const char *path,
           int        *ret_status)
{
  int fds[2];
  char *text;
  pid_t pid;

  if (pipe (fds) != 0)
    return NULL;
  pid = fork ();
  if (pid == 0)
    be_child (path, fds[1]);
  close (fds[1]);
  text = pid > 0 ? hear (fds[0]) : NULL;
  close (fds[0]);
  while (pid > 0 && waitpid (pid, ret_status, 0) < 0 && errno == EINTR)
    ;
  return text;
}

static char *
choose_only (const char *path,
             const char *text,
             GError    **error)
{
  g_auto (GStrv) names = g_strsplit (g_strchomp ((char *) text), "\n", -1);
  guint n = g_strv_length (names);
  g_autofree char *all = n > 1 ? g_strjoinv (", ", names) : NULL;

  if (n == 1)
    return g_strdup (names[0]);
  if (n == 0)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_FAILED, _ ("the module %s has no class of actors"), path);
  else
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("which class of %s? write %s:CLASS with one of %s"), path, path,
                 all);
  return NULL;
}

char *
module_classes_find_only (const char *path,
                          GError    **error)
{
  int status = 0;
  g_autofree char *text = run_child (path, &status);

  if (text == NULL)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_FAILED, _ ("no process could be made: %s"), g_strerror (errno));
  else if (WIFSIGNALED (status))
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_FAILED,
                 WTERMSIG (status) == SIGALRM ? _ ("the module %s is not loaded within the time: %s")
                                              : _ ("the module %s crashes when it is loaded: %s"),
                 path, g_strsignal (WTERMSIG (status)));
  else if (WEXITSTATUS (status) != CHILD_GOOD)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_FAILED, _ ("%s is no module of actors: %s"), path, text);
  else
    return choose_only (path, text, error);
  return NULL;
}
