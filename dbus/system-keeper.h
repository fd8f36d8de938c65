/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

#include "settings.h"

G_BEGIN_DECLS

/*
 * Has an actor system, starting one or only joining it, observes it, and gets it back when it has ended. Nothing here
 * blocks the main loop.
 */
typedef struct _SystemKeeper SystemKeeper;

typedef struct
{
  /* It runs, and its actors will be told of. */
  void (*started) (ThespianActorSystem *system, gpointer data);
  void (*event)   (ThespianSystemEvent *event, gpointer data);
  /* It has ended; another will be started, or joined. */
  void (*lost)    (gpointer data);
  /* There is none to join yet; one will be joined. */
  void (*absent)  (const GError *error, gpointer data);
  /* The first one could not be started, or could never be joined. */
  void (*failed)  (const GError *error, gpointer data);
} SystemKeeperFuncs;

SystemKeeper *system_keeper_new    (const Settings *settings, const SystemKeeperFuncs *funcs, gpointer data);
void          system_keeper_free   (SystemKeeper *self);

/* The observer has missed events: all actors will be told of once more. */
void          system_keeper_resync (SystemKeeper *self);

G_END_DECLS
