/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "thespian.h"

#include <sys/types.h>

G_BEGIN_DECLS

/* Systems that are found at a port, and processes that come to them. What fails here fails the test. */

/* More than any wait needs, even on a busy machine. */
#define PORT_LIMIT (60 * G_TIME_SPAN_SECOND)
#define PORT_N_FLOODED 20000

/* Systems of TCP. What the actors of port_create() do, they do when they are told a string: `echo', `pid', `flood'
 * (PORT_N_FLOODED numbers to the address that it was sent before), `count' (of the numbers that came, and of those that
 * came out of turn), `break' (the connections of its process), `poke' (the address). */
ThespianActorSystem *port_try_start      (guint port, ThespianActorSystemFlags flags, GError **error);
ThespianActorSystem *port_start          (guint port);
ThespianActorSystem *port_start_to_stay  (guint port);
void                 port_shut_down      (ThespianActorSystem *system);
ThespianAddress     *port_create         (ThespianActorSystem *system, const char *name);
void                 port_tell_string    (ThespianActorSystem *system, ThespianAddress *target, const char *text);
void                 port_tell_address   (ThespianActorSystem *system, ThespianAddress *target,
                                          ThespianAddress *address);
char                *port_ask_string     (ThespianActorSystem *system, ThespianAddress *target, const char *text);
void                 port_assert_works   (ThespianActorSystem *system, ThespianAddress *worker);
int                  port_get_admin_pid  (ThespianActorSystem *system);
void                 port_wait_for_count (ThespianActorSystem *system, ThespianAddress *worker, const char *expected);

/* Another process, which runs a function when it is told to, and says something, a line each. */
typedef struct
{
  pid_t pid;
  int go;   /* (owned) */
  int says; /* (owned) */
} Other;

typedef void (*OtherFunc) (guint port, int says);

Other other_start (OtherFunc func, guint port);
void  other_go    (Other *other);
void  other_say   (int says, const char *text);
char *other_hear  (Other *other);
void  other_end   (Other *other, int expected_status);

typedef struct
{
  const char *name;
  void (*func) (void);
  gboolean needs_root;
} PortTest;

/* What main() does: each test in a process of its own, which leaves nothing behind. */
int port_run_tests (int argc, char **argv, const char *name, const PortTest *tests, gsize n_tests);

G_END_DECLS
