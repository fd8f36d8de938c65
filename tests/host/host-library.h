/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <model/thespian-actor.h>

typedef struct
{
  ThespianActor parent_instance;
} TestLibraryActor;

typedef ThespianActorClass TestLibraryActorClass;

GType test_library_actor_get_type (void);
