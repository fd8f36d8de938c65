/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-process-title-private.h"

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#define NAME_SIZE 16       /* of the kernel, with the NUL */
#define FIELD_STATE 3      /* of /proc/self/stat, in proc(5)'s count: the first after the name */
#define FIELD_ARG_START 48 /* arg_end follows */

static char *room; /* (nullable) where the kernel reads the arguments from, for life */
static gsize room_size;

void
thespian_process_title_init (void)
{
  g_autofree char *stat = NULL;
  const char *field;
  unsigned long start, end;

  if (!g_file_get_contents ("/proc/self/stat", &stat, NULL, NULL))
    return;
  /* The name stands in parentheses and may have spaces and parentheses itself. */
  field = strrchr (stat, ')');
  for (int i = FIELD_STATE; field != NULL && i <= FIELD_ARG_START; i++)
    field = strchr (field + 1, ' ');
  /* A process that may not be looked at shows zeros. */
  if (field == NULL || sscanf (field, "%lu %lu", &start, &end) != 2 || start == 0 || end <= start)
    return;
  room = (char *) start;
  room_size = end - start;
}

/* A title that has to be cut ends with a whole character. */
static gsize
measure (const char *title,
         gsize       max)
{
  gsize n_bytes = strlen (title);

  if (n_bytes <= max)
    return n_bytes;
  while (max > 0 && ((guchar) title[max] & 0xC0) == 0x80)
    max--;
  return max;
}

void
thespian_process_title_set (const char *title)
{
  char name[NAME_SIZE] = "";

  memcpy (name, title, measure (title, sizeof name - 1));
  prctl (PR_SET_NAME, name, 0, 0, 0);
  if (room == NULL)
    return;
  memset (room, 0, room_size);
  memcpy (room, title, measure (title, room_size - 1));
}
