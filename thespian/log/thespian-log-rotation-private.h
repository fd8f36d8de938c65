/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* When the file of a log makes room for a new one, and where it goes. */
typedef enum
{
  THESPIAN_LOG_ROTATION_NONE,
  THESPIAN_LOG_ROTATION_BY_SIZE, /* to FILE.1, which goes to FILE.2, … */
  THESPIAN_LOG_ROTATION_BY_TIME, /* to FILE.20240131T130500Z, or to FILE.2024-01-31 */
} ThespianLogRotationKind;

typedef struct
{
  ThespianLogRotationKind kind;
  guint n_backups;     /* by size at least 1; by time 0 keeps them all */
  guint64 max_bytes;   /* by size */
  gboolean single_old; /* by size: the one backup is FILE.old */
  guint64 period;      /* by time, in seconds, or in local days */
  gboolean in_days;    /* by time */
} ThespianLogRotation;

gboolean thespian_log_rotation_equal  (const ThespianLogRotation *a, const ThespianLogRotation *b);

/* Whether a file of state @info must go before @size bytes come.  Periods are those of the clock,
 * and the file tells itself in which it was last written: so a restart changes nothing. */
gboolean thespian_log_rotation_is_due (const ThespianLogRotation *self, const struct stat *info,
                                       gsize size);
/* Moves the file at @path, of state @info, away; FALSE with errno set. */
gboolean thespian_log_rotation_move   (const ThespianLogRotation *self, const char *path,
                                       const struct stat *info);

G_END_DECLS
