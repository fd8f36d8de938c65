/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "patterns/thespian-command-output.h"
#include "patterns/thespian-command-result.h"

G_BEGIN_DECLS

/* A running command.  It belongs to the main context that was the thread's default at its start. */
typedef struct _ThespianCommandProcess ThespianCommandProcess;

typedef struct
{
  void (*output) (gpointer owner, ThespianCommandChannel channel, gconstpointer data, gsize size);
  /* The program has ended and its output is read; may free the process. */
  void (*ended) (gpointer owner);
} ThespianCommandProcessFuncs;

ThespianCommandProcess *thespian_command_process_start   (ThespianCommand *command,
                                                          const ThespianCommandProcessFuncs *funcs,
                                                          gpointer owner, GError **error);
/* Kills the program and all of its process group, unless it has ended, and waits for that. */
void                    thespian_command_process_kill    (ThespianCommandProcess *self);
void                    thespian_command_process_free    (ThespianCommandProcess *self);

int                     thespian_command_process_get_pid (ThespianCommandProcess *self);
/* SIGTERM now, SIGKILL a little later. */
void                    thespian_command_process_terminate  (ThespianCommandProcess *self);
/* Once it has ended or was killed. */
ThespianCommandResult  *thespian_command_process_dup_result (ThespianCommandProcess *self);

G_END_DECLS
