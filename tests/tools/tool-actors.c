/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The actors that the command line talks to in its tests. */

#include <gmodule.h>
#include <signal.h>
#include <string.h>
#include <thespian.h>
#include <unistd.h>

/* Returns what it gets, but for some texts. */
G_DECLARE_FINAL_TYPE (ToolEcho, tool_echo, TOOL, ECHO, ThespianActor)

struct _ToolEcho
{
  ThespianActor parent_instance;

  int start; /* a property */
};

G_DEFINE_FINAL_TYPE (ToolEcho, tool_echo, THESPIAN_TYPE_ACTOR)

static gboolean
obey (ToolEcho        *self,
      const char      *order,
      ThespianAddress *sender,
      GError         **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);

  if (g_str_equal (order, "silent"))
    return TRUE;
  if (g_str_equal (order, "fail"))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "it was told to\nfail");
      return FALSE;
    }
  if (g_str_equal (order, "kill"))
    kill (getpid (), SIGKILL);
  if (g_str_equal (order, "sleep"))
    g_usleep (60 * G_USEC_PER_SEC);
  if (g_str_equal (order, "warn"))
    thespian_actor_log (actor, G_LOG_LEVEL_WARNING, "the ice is thin");
  if (g_str_equal (order, "warn twice"))
    thespian_actor_log (actor, G_LOG_LEVEL_WARNING, "the ice\nis thin\n");
  if (g_str_equal (order, "me"))
    return thespian_actor_send_object (actor, sender, G_OBJECT (thespian_actor_get_address (actor)));
  if (g_str_equal (order, "start"))
    return thespian_actor_send_int (actor, sender, self->start);
  if (g_str_equal (order, "three"))
    return thespian_actor_send_int (actor, sender, 1) && thespian_actor_send_int (actor, sender, 2) &&
           thespian_actor_send_int (actor, sender, 3);
  return thespian_actor_send_string (actor, sender, order);
}

static gboolean
tool_echo_started (ThespianActor *actor,
                   GError       **error)
{
  GVariant *requirements = thespian_actor_get_requirements (actor);
  gboolean never = FALSE;

  if (requirements != NULL)
    g_variant_lookup (requirements, "never", "b", &never);
  while (never)
    pause ();
  return TRUE;
}

static gboolean
tool_echo_receive_message (ThespianActor   *actor,
                           const GValue    *message,
                           ThespianAddress *sender,
                           GError         **error)
{
  if (G_VALUE_HOLDS_STRING (message))
    return obey (TOOL_ECHO (actor), g_value_get_string (message), sender, error);
  /* one that was given an address tells it */
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_ADDRESS))
    return thespian_actor_send_string (actor, g_value_get_object (message), "told");
  return thespian_actor_send (actor, sender, message, error);
}

static void
tool_echo_set_property (GObject      *object,
                        guint         prop_id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  TOOL_ECHO (object)->start = g_value_get_int (value);
}

static void
tool_echo_class_init (ToolEchoClass *klass)
{
  G_OBJECT_CLASS (klass)->set_property = tool_echo_set_property;
  THESPIAN_ACTOR_CLASS (klass)->started = tool_echo_started;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = tool_echo_receive_message;
  g_object_class_install_property (G_OBJECT_CLASS (klass), 1,
                                   g_param_spec_int ("start", NULL, NULL, 0, 100, 0,
                                                     G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
}

static void
tool_echo_init (ToolEcho *self)
{
}

G_MODULE_EXPORT void thespian_module_register (void);

void
thespian_module_register (void)
{
  g_type_ensure (tool_echo_get_type ());
}
