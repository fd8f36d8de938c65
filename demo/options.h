/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "job.h"

G_BEGIN_DECLS

typedef struct
{
  char **folders; /* (owned) (nullable) the usual ones */
  JobPlan plan;
  guint top;
  gboolean compare; /* with the other bases */
  gboolean check; /* with tr, sort and uniq */
} Options;

/* The bases there are, NULL at the end. */
extern const char *const options_bases[];

gboolean options_parse (Options *self, int argc, char **argv, GError **error);
void     options_clear (Options *self);

G_END_DECLS
