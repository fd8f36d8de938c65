/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How far a job is: a bar on a terminal, now and then a line elsewhere. */
typedef struct
{
  const char *name;
  guint64 total; /* bytes */
  gboolean terminal;
  guint told; /* quarters that have a line already */
} Progress;

void progress_start (Progress *self, const char *name, guint64 total);
void progress_show  (Progress *self, guint64 done);
void progress_end   (Progress *self);

G_END_DECLS
