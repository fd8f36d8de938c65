/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-address.h"
#include "model/thespian-port-private.h"

G_BEGIN_DECLS

struct _ThespianAddress
{
  GObject parent_instance;

  guint64 system_id;
  guint64 actor_id;
  const char *class_name;         /* static; for the printable form (nullable) */
  ThespianPort *port;             /* (owned) (nullable) set at most once; atomic */
  ThespianAddress *next_interned; /* atomic; written under the intern table's lock */

  /* The family that this address is a child in; protected by the parent's node. */
  ThespianAddress *previous_sibling;
  ThespianAddress *next_sibling;
};

ThespianAddress *thespian_address_new       (guint64 system_id, const char *class_name);
/* Makes it findable by its bits, which are about to leave the process. */
void             thespian_address_intern    (ThespianAddress *self);
/* The address of these bits, with a reference; thespian_address_find() makes none, but gives NULL. */
ThespianAddress *thespian_address_find      (guint64 system_id, guint64 actor_id);
ThespianAddress *thespian_address_find_or_create (guint64 system_id, guint64 actor_id);
/* The class of an actor, for an address that came without one; @class_name lives for ever. */
void             thespian_address_set_class_name (ThespianAddress *self, const char *class_name);
guint64          thespian_random_id         (void);

/* For a copy of a process that was made without the C library's fork(): draws new bits from here on. */
void             thespian_random_id_forget  (void);

/* For one who holds no reference: FALSE when the last one is just being dropped. */
gboolean         thespian_address_ref_if_alive (ThespianAddress *self);

static inline ThespianPort *
thespian_address_get_port (ThespianAddress *self)
{
  return __atomic_load_n (&self->port, __ATOMIC_ACQUIRE);
}

/* Gives @self its port; `free` of @port's ops is called with the last reference to @self. */
void             thespian_address_take_port (ThespianAddress *self, ThespianPort *port);

G_END_DECLS
