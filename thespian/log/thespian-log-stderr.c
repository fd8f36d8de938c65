/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-log-stderr-private.h"

#include "log/thespian-log-file-private.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* As the kernel numbers the device /dev/null. */
#define NULL_MAJOR 1
#define NULL_MINOR 3

static ThespianLogShowFunc replacement; /* (nullable) */
static gpointer replacement_data;

void
thespian_log_stderr_replace (ThespianLogShowFunc show,
                             gpointer            user_data)
{
  replacement = show;
  replacement_data = user_data;
}

gboolean
thespian_log_stderr_write (const char *text)
{
  if (replacement != NULL && replacement (text, replacement_data))
    return TRUE;
  return thespian_log_write_all (STDERR_FILENO, text, strlen (text));
}

gboolean
thespian_log_stderr_exists (void)
{
  struct stat info;

  return fstat (STDERR_FILENO, &info) == 0 &&
         !(S_ISCHR (info.st_mode) && major (info.st_rdev) == NULL_MAJOR && minor (info.st_rdev) == NULL_MINOR);
}
