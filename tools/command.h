/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session.h"

G_BEGIN_DECLS

/* A row of the table of commands. */
typedef struct
{
  const char *name;
  const char *parameters; /* as the help shows them; translated */
  const char *summary;    /* in one line; translated */
  /* @argv begins with the name of the command.  FALSE with an error, which has the exit status. */
  gboolean (*run) (Session *session, int argc, char **argv, GError **error);
  gboolean not_in_shell;
} Command;

/* The table, with an empty row at its end. */
extern const Command commands[];

const Command *command_find       (const char *name);
/* Fails with %TOOL_ERROR_USAGE. */
gboolean       command_run        (Session *session, int argc, char **argv, GError **error);

/*
 * Reads the options of a command, of which @entries are its own (nullable); the rest is left in @argv, after
 * the name of the command.  @ret_argc and @ret_argv get what is left.  Fails when there are less than @n_min or more than @n_max
 * arguments besides; G_MAXINT is for any number.
 */
gboolean       command_parse      (Session *session, const GOptionEntry *entries, int n_min, int n_max, int *argc,
                                   char ***argv, GError **error);

gboolean command_ask        (Session *session, int argc, char **argv, GError **error);
gboolean command_capability (Session *session, int argc, char **argv, GError **error);
gboolean command_create     (Session *session, int argc, char **argv, GError **error);
gboolean command_exit       (Session *session, int argc, char **argv, GError **error);
gboolean command_list       (Session *session, int argc, char **argv, GError **error);
gboolean command_listen     (Session *session, int argc, char **argv, GError **error);
gboolean command_log        (Session *session, int argc, char **argv, GError **error);
gboolean command_run_file   (Session *session, int argc, char **argv, GError **error);
gboolean command_shell      (Session *session, int argc, char **argv, GError **error);
gboolean command_start      (Session *session, int argc, char **argv, GError **error);
gboolean command_status     (Session *session, int argc, char **argv, GError **error);
gboolean command_stop       (Session *session, int argc, char **argv, GError **error);
gboolean command_tell       (Session *session, int argc, char **argv, GError **error);
gboolean command_top        (Session *session, int argc, char **argv, GError **error);

G_END_DECLS
