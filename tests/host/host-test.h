/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* For tests that are the admin of their nodes. */

#pragma once

#include "host/thespian-starter-parts-private.h"

typedef struct
{
  ThespianStarter *starter;
  int signal_fd;     /* readable when a child has ended */
  GHashTable *exits; /* pid to wait status, of all children but zygotes */
  guint n_zygotes_ended;
  gboolean awaits;   /* the starts that begin now */
} HostTest;

/* A node whose start has been asked for. */
typedef struct
{
  gboolean is_over;
  ThespianStarted started;
  GError *error; /* (owned) (nullable) */
  int link;      /* our end, or -1 */
  int journal;   /* our end, or -1 */
} HostTestNode;

void          host_test_init         (HostTest *self, ThespianStartupMethod method);
void          host_test_clear        (HostTest *self);

/* Waits until something happens, for at most a minute, and handles it. */
void          host_test_iterate      (HostTest *self);

/* Waits until a child has ended, and handles nothing. */
void          host_test_await_signal (HostTest *self);

HostTestNode *host_test_start        (HostTest *self, const char *module, const char *title);

/* With descriptors of the caller's, which are taken; without a journal when that is -1. */
void          host_test_start_with   (HostTest *self, const char *module, const char *title,
                                      int link_fd, int journal_fd, HostTestNode *node);
void          host_test_finish       (HostTest *self, HostTestNode *node);
void          host_test_node_free    (HostTestNode *node);

/* Starts and finishes: the node must have come to be. */
HostTestNode *host_test_create       (HostTest *self, const char *module);

/* The same, but it must have failed. */
void          host_test_create_fails (HostTest *self, const char *module, int code,
                                      const char *pattern);

/* The zygote that has loaded no module. */
ThespianForker *host_test_get_base     (HostTest *self);

int           host_test_wait_exit    (HostTest *self, pid_t pid);

/* The node's answer; see host-test-node.c for what can be asked. */
char         *host_test_ask          (HostTestNode *node, const char *question);

void          host_test_assert_answer (HostTestNode *node, const char *question,
                                       const char *expected);

/* The two draw different ids, and different numbers of GLib. */
void          host_test_assert_random (HostTestNode *node, HostTestNode *other);

/* Lets the node end by itself. */
void          host_test_end          (HostTest *self, HostTestNode *node);

/* This program's standard input becomes a pipe: of what it holds one character is read, and one is buffered. */
void          host_test_give_input   (void);

/* In the folder of the built modules. */
char         *host_test_module       (const char *name);

/* What nodes answer to “count”: as many as this program had counted when they were copied. */
extern int host_test_count;

/* What the process of a node does: it answers what is asked over its link. */
int           host_test_node_main    (int link_fd, int journal_fd);

/* What the process of an admin does: it starts what is asked for over its first descriptor. */
int           host_test_admin_main   (int argc, char **argv);
