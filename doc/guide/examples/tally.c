/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An actor module: the processes of a system load it by its name. Its actor adds up what it is told. */

#include <gmodule.h>
#include <signal.h>
#include <thespian/thespian.h>
#include <unistd.h>

G_DECLARE_FINAL_TYPE (Tally, tally, EXAMPLE, TALLY, ThespianActor)

struct _Tally
{
  ThespianActor parent_instance;

  int total;
};

G_DEFINE_FINAL_TYPE (Tally, tally, THESPIAN_TYPE_ACTOR)

static gboolean
tally_receive_message (ThespianActor   *actor,
                       const GValue    *message,
                       ThespianAddress *sender,
                       GError         **error)
{
  Tally *self = EXAMPLE_TALLY (actor);

  if (G_VALUE_HOLDS_STRING (message))
    kill (getpid (), SIGKILL); /* as if the kernel had run out of memory */
  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;
  self->total += g_value_get_int (message);
  return thespian_actor_send_int (actor, sender, self->total);
}

static void
tally_class_init (TallyClass *klass)
{
  THESPIAN_ACTOR_CLASS (klass)->receive_message = tally_receive_message;
}

static void
tally_init (Tally *self)
{
}

G_MODULE_EXPORT void thespian_module_register (void);

void
thespian_module_register (void)
{
  g_type_ensure (tally_get_type ());
}
