/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What actors log.  Without a log definition, warnings and worse go to GLib's log; with the
 * definition FALSE everything does, and what becomes of it is the application's business alone.
 */

#include "config.h"

#include "admin/thespian-admin-private.h"

static gboolean
is_wanted (ThespianAdmin *self,
           GLogLevelFlags level)
{
  return self->log_definition != NULL || (level & G_LOG_LEVEL_MASK) <= G_LOG_LEVEL_WARNING;
}

void
thespian_admin_log (ThespianAdminFace *face,
                    ThespianAddress   *address,
                    GLogLevelFlags     level,
                    const char        *message)
{
  g_autofree char *printable = NULL;
  g_autoptr (GVariant) fields = NULL;
  GVariantDict dict;

  if (!is_wanted ((ThespianAdmin *) face, level))
    return;
  printable = thespian_address_to_string (address);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "MESSAGE", "s", message);
  g_variant_dict_insert (&dict, "THESPIAN_ACTOR_ADDRESS", "s", printable);
  g_variant_dict_insert (&dict, "THESPIAN_ACTOR_CLASS", "s", address->class_name);
  fields = g_variant_ref_sink (g_variant_dict_end (&dict));
  g_log_variant ("Thespian-Actor", level, fields);
}
