/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "patterns/thespian-command.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_COMMAND_REPORT (thespian_command_report_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (ThespianCommandReport, thespian_command_report, THESPIAN, COMMAND_REPORT,
                          GObject)

/**
 * ThespianCommandReportClass:
 *
 * The class structure of [class@Thespian.CommandReport].
 *
 * Since: 1.0
 */
struct _ThespianCommandReportClass
{
  GObjectClass parent_class;

  /*< private >*/
  gpointer _reserved[8];
};

THESPIAN_AVAILABLE_IN_1_0
ThespianCommand *thespian_command_report_get_command (ThespianCommandReport *self);

G_END_DECLS
