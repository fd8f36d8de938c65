/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TOOL_ERROR (tool_error_quark ())

/* The codes are exit statuses; thespian.1 has them. */
typedef enum
{
  TOOL_ERROR_FAILED = 1,      /* what was asked for could not be done */
  TOOL_ERROR_USAGE = 2,       /* the arguments are not as they must be */
  TOOL_ERROR_UNREACHABLE = 3, /* no system is there, or it ended, or does not let us in */
  TOOL_ERROR_NO_ACTOR = 4,    /* no such actor */
  TOOL_ERROR_NO_ANSWER = 5,   /* in the time that there was */
  TOOL_ERROR_POISON = 6,      /* an actor failed with the message */
} ToolError;

GQuark tool_error_quark      (void);

/* Of whatever domain it is. */
int    tool_error_get_status (const GError *error);
/* `thespian: …', in one line, on the standard error. */
void   tool_error_print      (const GError *error);

G_END_DECLS
