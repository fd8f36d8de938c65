/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writes the seeds of fuzz-body into a folder, after a change of the format. */

#include "config.h"

#include "wire-types.h"

#include "wire/thespian-body-private.h"

/* As deep as can be written, and wrapped: it can be read, but not written again. */
static GBytes *
new_wrapped_deep (void)
{
  g_auto (ThespianBuffer) body = THESPIAN_BUFFER_INIT;
  g_auto (ThespianBuffer) poison = THESPIAN_BUFFER_INIT;
  g_auto (GValue) value = G_VALUE_INIT;

  wire_types_init_deep (&value, 64);
  if (!thespian_body_write (&body, &value, NULL))
    g_assert_not_reached ();
  thespian_body_write_poison (&poison, body.data, body.length, NULL);
  return thespian_buffer_steal (&poison);
}

int
main (int    argc,
      char **argv)
{
  guint n_plain;
  g_autoptr (GPtrArray) samples = wire_types_list_samples (&n_plain);

  if (argc != 2)
    {
      g_printerr ("usage: %s FOLDER\n", argv[0]);
      return 2;
    }
  g_ptr_array_add (samples, new_wrapped_deep ());
  for (guint i = 0; i < samples->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("%03u", i);
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      g_autoptr (GError) error = NULL;
      gsize length;
      const char *data = g_bytes_get_data (g_ptr_array_index (samples, i), &length);

      if (!g_file_set_contents (path, data, (gssize) length, &error))
        {
          g_printerr ("%s\n", error->message);
          return 1;
        }
    }
  return 0;
}
