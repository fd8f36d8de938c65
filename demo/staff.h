/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

typedef struct
{
  ThespianAddress *address; /* (owned) (nullable) */
  gboolean is_asked; /* for its words */
  GByteArray *words; /* (owned) (nullable) packed, when it has given them */
} Reducer;

/* Whom a coordinator has work. */
typedef struct
{
  ThespianAddress *readers; /* (owned) (nullable) the troupe */
  GPtrArray *reducers; /* (owned) (element-type Reducer) by the part of the words that is theirs */
  char **reducer_classes; /* (owned) (nullable) specifications for the first of them */
} Staff;

void     staff_init         (Staff *self);
void     staff_clear        (Staff *self);

gboolean staff_hire         (Staff *self, ThespianActor *coordinator, guint n_reducers,
                             guint n_readers, GError **error);
/* In the place of one that has died. */
gboolean staff_replace      (Staff *self, ThespianActor *coordinator, guint part, GError **error);

Reducer *staff_get_reducer  (Staff *self, guint part);
/* NULL when it is none, or none any more. */
Reducer *staff_find_reducer (Staff *self, ThespianAddress *address, guint *ret_part);

/* The reducers of that part, or of all, as a WORK message has them. */
GVariant *staff_list_targets (Staff *self, guint part);

G_END_DECLS
