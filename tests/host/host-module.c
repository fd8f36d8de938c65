/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A module, built in several ways: each does something else when it is loaded. */

#include "config.h"

#include <gmodule.h>
#include <model/thespian-actor.h>

#include <signal.h>
#include <unistd.h>

#ifdef MODULE_VERSION

typedef struct
{
  ThespianActor parent_instance;
} TestHostActor;

typedef ThespianActorClass TestHostActorClass;

static GType test_host_actor_get_type (void);
G_DEFINE_TYPE (TestHostActor, test_host_actor, THESPIAN_TYPE_ACTOR)

static gboolean
test_host_actor_receive (ThespianActor   *actor,
                         const GValue    *message,
                         ThespianAddress *sender,
                         GError         **error)
{
  return TRUE;
}

static void
test_host_actor_class_init (TestHostActorClass *klass)
{
  klass->receive_message = test_host_actor_receive;
}

static void
test_host_actor_init (TestHostActor *self)
{
}

G_MODULE_EXPORT void thespian_module_register (void);

void
thespian_module_register (void)
{
  g_type_set_qdata (test_host_actor_get_type (), g_quark_from_static_string ("test-version"),
                    GINT_TO_POINTER (MODULE_VERSION));
}

#endif

#ifdef MODULE_CRASHES
__attribute__ ((constructor)) static void
crash (void)
{
  signal (SIGSEGV, SIG_DFL);
  raise (SIGSEGV);
}
#endif

#ifdef MODULE_LOOPS
__attribute__ ((constructor)) static void
loop (void)
{
  for (;;)
    pause ();
}
#endif

#ifdef MODULE_STARTS_THREAD
static gpointer
do_nothing (gpointer data)
{
  for (;;)
    pause ();
  return NULL;
}

__attribute__ ((constructor)) static void
start_thread (void)
{
  g_thread_unref (g_thread_new ("module", do_nothing, NULL));
}
#endif
