/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

#include "bus-generated.h"

G_BEGIN_DECLS

/*
 * The actors that the service has heard of, each with its object on the bus.
 */
typedef struct _Registry Registry;

typedef struct
{
  ThespianAddress *address; /* (owned) */
  char *printable;          /* (owned) */
  char *path;               /* (owned) of its object */
  GVariant *details;        /* (owned) as in ListActors() */
  BusActor1 *skeleton;      /* (owned) */
  guint round;              /* the last list of all actors that had it */
} RegistryEntry;

/* @prepare is called with each new skeleton, before it is on the bus. */
typedef void (*RegistryPrepareFunc) (BusActor1 *skeleton, gpointer data);

Registry      *registry_new          (GDBusObjectManagerServer *manager, RegistryPrepareFunc prepare, gpointer data);
void           registry_free         (Registry *self);

/* The details are those of an event. NULL when it was there already. */
RegistryEntry *registry_add          (Registry *self, ThespianAddress *address, GVariant *details);
/* Takes it from the bus and gives it to the caller; NULL when there is none. */
RegistryEntry *registry_steal        (Registry *self, ThespianAddress *address);
void           registry_entry_free   (RegistryEntry *entry);

/* A list of all actors begins; what it did not have is stolen afterwards (element-type RegistryEntry). */
void           registry_begin_list   (Registry *self);
GPtrArray     *registry_end_list     (Registry *self);

RegistryEntry *registry_find         (Registry *self, ThespianAddress *address);
/* By printable address, path or global name, in this order; NULL when there is none. */
RegistryEntry *registry_find_by_text (Registry *self, const char *text);
/* In the order in which they came (element-type RegistryEntry). */
GQueue        *registry_get_all      (Registry *self);

/* The path of the object of an actor, from its printable address. */
char          *registry_dup_path     (const char *printable) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RegistryEntry, registry_entry_free)

G_END_DECLS
