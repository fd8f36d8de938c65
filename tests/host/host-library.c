/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A shared library with a class of actors, which a program is linked with. */

#include "config.h"

#include "host-library.h"

static const char here;

G_DEFINE_TYPE (TestLibraryActor, test_library_actor, THESPIAN_TYPE_ACTOR)

static gboolean
test_library_actor_receive (ThespianActor   *actor,
                            const GValue    *message,
                            ThespianAddress *sender,
                            GError         **error)
{
  return TRUE;
}

static void
test_library_actor_class_init (TestLibraryActorClass *klass)
{
  klass->receive_message = test_library_actor_receive;
  thespian_actor_class_set_library (klass, &here);
}

static void
test_library_actor_init (TestLibraryActor *self)
{
}
