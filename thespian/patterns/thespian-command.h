/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "thespian-version-macros.h"

G_BEGIN_DECLS

/**
 * THESPIAN_COMMAND_HEAD_LIMIT:
 *
 * How many bytes are kept of the beginning of each output of a command, by default.
 *
 * Since: 1.0
 */
#define THESPIAN_COMMAND_HEAD_LIMIT (524288)

/**
 * THESPIAN_COMMAND_TAIL_LIMIT:
 *
 * How many bytes are kept of the end of each output of a command, by default.
 *
 * Since: 1.0
 */
#define THESPIAN_COMMAND_TAIL_LIMIT (524288)

#define THESPIAN_TYPE_COMMAND (thespian_command_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianCommand, thespian_command, THESPIAN, COMMAND, GObject)

THESPIAN_AVAILABLE_IN_1_0
ThespianCommand    *thespian_command_new            (const char         *program,
                                                     const char * const *arguments) G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
ThespianCommand    *thespian_command_new_full       (const char         *program,
                                                     const char * const *arguments,
                                                     GBytes             *input,
                                                     GTimeSpan           timeout,
                                                     guint64             head_limit,
                                                     guint64             tail_limit,
                                                     gboolean            streaming) G_GNUC_WARN_UNUSED_RESULT;

THESPIAN_AVAILABLE_IN_1_0
const char         *thespian_command_get_id         (ThespianCommand    *self);
THESPIAN_AVAILABLE_IN_1_0
const char         *thespian_command_get_program    (ThespianCommand    *self);
THESPIAN_AVAILABLE_IN_1_0
const char * const *thespian_command_get_arguments  (ThespianCommand    *self);
THESPIAN_AVAILABLE_IN_1_0
GBytes             *thespian_command_get_input      (ThespianCommand    *self);
THESPIAN_AVAILABLE_IN_1_0
GTimeSpan           thespian_command_get_timeout    (ThespianCommand    *self);
THESPIAN_AVAILABLE_IN_1_0
guint64             thespian_command_get_head_limit (ThespianCommand    *self);
THESPIAN_AVAILABLE_IN_1_0
guint64             thespian_command_get_tail_limit (ThespianCommand    *self);
THESPIAN_AVAILABLE_IN_1_0
gboolean            thespian_command_get_streaming  (ThespianCommand    *self);

G_END_DECLS
