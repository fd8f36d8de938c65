/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * THESPIAN_DEBUG's view of a live system: a line on standard error for each event. Not by the log:
 * whoever looks at a system does not want to change what it logs.
 */

#include "config.h"

#include "runtime/thespian-trace-private.h"

#include "model/thespian-value-private.h"

static char *
name_of (ThespianAddress *address)
{
  return address != NULL ? thespian_address_to_string (address) : g_strdup ("nobody");
}

static ThespianAddress *
dup_parent (ThespianCell *cell)
{
  ThespianAddress *parent;

  g_mutex_lock (&cell->node->lock);
  parent = cell->parent != NULL ? g_object_ref (cell->parent) : NULL;
  g_mutex_unlock (&cell->node->lock);
  return parent;
}

void
thespian_trace_message (ThespianCell    *target,
                        const GValue    *message,
                        ThespianAddress *sender)
{
  g_autofree char *to = name_of (target->context.address);
  g_autofree char *from = name_of (sender);
  g_autofree char *text = thespian_value_to_string (message);

  g_printerr ("Thespian: messages: %s to %s: %s\n", from, to, text);
}

void
thespian_trace_failure (ThespianCell *cell,
                        const GError *error)
{
  g_autofree char *name = name_of (cell->context.address);

  g_printerr ("Thespian: messages: %s failed: %s\n", name, error->message);
}

void
thespian_trace_start (ThespianCell *cell,
                      const GError *failure)
{
  g_autoptr (ThespianAddress) parent = dup_parent (cell);
  g_autofree char *name = name_of (cell->context.address);
  g_autofree char *parent_name = name_of (parent);

  if (failure == NULL)
    g_printerr ("Thespian: lifecycle: %s started, a child of %s\n", name, parent_name);
  else
    g_printerr ("Thespian: lifecycle: %s did not start: %s\n", name, failure->message);
}

void
thespian_trace_end (ThespianCell *cell)
{
  g_autofree char *name = name_of (cell->context.address);

  g_printerr ("Thespian: lifecycle: %s ended\n", name);
}

void
thespian_trace_dead_letter (ThespianAddress *target,
                            const GValue    *message,
                            ThespianAddress *sender)
{
  g_autofree char *to = name_of (target);
  g_autofree char *from = name_of (sender);
  g_autofree char *text = thespian_value_to_string (message);

  g_printerr ("Thespian: dead-letters: %s to %s: %s\n", from, to, text);
}
