/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "wire/thespian-library-types-private.h"

#include "thespian-enums.h"

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-address.h"
#include "model/thespian-child-actor-exited.h"
#include "model/thespian-dead-envelope.h"
#include "model/thespian-observe-request.h"
#include "model/thespian-opaque.h"
#include "model/thespian-poison-message.h"
#include "model/thespian-status-private.h"
#include "model/thespian-status-request.h"
#include "model/thespian-system-event.h"
#include "model/thespian-wakeup-message.h"
#include "model/thespian-watch-message.h"

#define MAX_LISTS 4

static const ThespianLibraryType model_types[] = {
  { thespian_actor_exit_request_get_type },
  { thespian_actor_status_get_type },
  { thespian_address_get_type },
  { thespian_child_actor_exited_get_type },
  { thespian_dead_envelope_get_type },
  { thespian_error_get_type },
  { thespian_observe_request_get_type },
  { thespian_opaque_get_type },
  { thespian_poison_message_get_type },
  { thespian_status_request_get_type },
  { thespian_system_event_get_type },
  { thespian_system_event_kind_get_type },
  { thespian_system_message_get_type },
  { thespian_system_status_get_type },
  { thespian_wakeup_message_get_type },
  { thespian_watch_message_get_type },
};

THESPIAN_DEFINE_LIBRARY_TYPES (model_types)

typedef struct
{
  const ThespianLibraryType *types;
  gsize n_types;
} List;

/* Filled by constructors, before there is a second thread. */
static List  lists[MAX_LISTS];
static guint n_lists;

void
thespian_library_types_add (const ThespianLibraryType *types,
                            gsize                      n_types)
{
  g_assert (n_lists < MAX_LISTS);
  lists[n_lists++] = (List) { types, n_types };
}

/* (element-type GType ThespianLibraryType) never changes once it is there */
static GHashTable *
get_table (void)
{
  static GHashTable *table;

  if (g_once_init_enter (&table))
    {
      GHashTable *made = g_hash_table_new (NULL, NULL);

      for (guint i = 0; i < n_lists; i++)
        for (gsize j = 0; j < lists[i].n_types; j++)
          {
            const ThespianLibraryType *type = &lists[i].types[j];

            g_hash_table_insert (made, GSIZE_TO_POINTER (type->get_type ()), (gpointer) type);
          }
      g_once_init_leave (&table, made);
    }
  return table;
}

void
thespian_library_types_ensure (void)
{
  get_table ();
}

const ThespianLibraryType *
thespian_library_types_find (GType type)
{
  return g_hash_table_lookup (get_table (), GSIZE_TO_POINTER (type));
}
