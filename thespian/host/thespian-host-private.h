/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What the floors above do in a process of ours.  Both return the exit status. */
typedef struct
{
  int (*admin) (int argc, char **argv);
  int (*node) (int link_fd, int journal_fd); /* @journal_fd: or -1; both are the node's to close */
  void (*prepare_node) (void); /* (nullable): does once what nodes that are copies of this process can share */
} ThespianHostMains;

/* @mains is static. */
void thespian_host_set_mains (const ThespianHostMains *mains);

void thespian_host_prepare_node (void);

/*
 * What a node process does from its first moment to its last, however it came to be: runs the
 * `node' of the mains, and ends.
 */
void thespian_host_run_node  (int link_fd, int journal_fd, const char *title) G_GNUC_NORETURN;

/* What thespian-host, or its equal in another language, is told by its arguments. */
typedef struct
{
  const char *mode;
  pid_t parent; /* 0 when the process outlives it */
  char *title;  /* (owned): the arguments are where titles get written */
} ThespianHostOptions;

/* The beginning of both.  FALSE when the arguments are not those that the library gives. */
gboolean thespian_host_begin (ThespianHostOptions *options, int argc, char **argv);
/* The descriptor of the journal that an exec'ed node has got, or -1. */
int      thespian_host_find_journal (void);
void     thespian_host_leave (int status) G_GNUC_NORETURN;

/* Whether this process runs the program thespian-host or a language's, rather than being a copy of the application. */
gboolean thespian_host_is_program (void);

/* All of the program thespian-host, once the mains are set. */
int  thespian_host_main      (int argc, char **argv);

G_END_DECLS
