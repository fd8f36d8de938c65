/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "connection.h"

G_BEGIN_DECLS

/* What the commands of one run of the program have in common: in a shell, there are several. */
typedef struct
{
  ConnectionChoice choice;
  Connection *connection; /* (owned) (nullable) while no command has needed one */
  gboolean json;
  gboolean quiet;
  gboolean is_shell;
  gboolean leaves_at_once; /* not waiting until what was sent has arrived, as leaving a system does */
  GCancellable *cancellable; /* (owned) of the command that runs */
} Session;

void        session_init    (Session *self);
void        session_clear   (Session *self);

/* Those of all commands, in a shell without those that say which system it is. */
void        session_add_options (Session *self, GOptionContext *context);
/* See flags_check(). */
gboolean    session_check_flags (Session *self, int argc, char **argv, GError **error);

/* The system, joined when that was not done before. */
Connection *session_connect (Session *self, GError **error);

/* The only question of this run failed with @error (nullable): who was given up needs no more time to get it. */
void        session_note_question (Session *self, const GError *error);

/* On the standard output.  With --json, @details, of type a{sv}, as JSON; else @text. */
void        session_print   (Session *self, GVariant *details, const char *text);

G_END_DECLS
