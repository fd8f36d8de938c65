/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The signals of an actor's process: to exit, and to say how the actor is.  A handler may never return,
 * so the node's thread looks after them while it waits, and the attendant while it does not.
 */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include "host/thespian-fds-private.h"
#include "log/thespian-internals-log-private.h"
#include "model/thespian-actor-status.h"
#include "transport/thespian-attendant-private.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

typedef enum
{
  TO_EXIT = 1 << 0,
  TO_REPORT = 1 << 1,
} Order;

static guint pending;      /* atomic: of Order */
static int bell_fd = -1;   /* wakes the node's thread */

static void
take_signal (int number)
{
  const guint64 one = 1;
  int saved = errno;

  __atomic_or_fetch (&pending, number == SIGUSR1 ? TO_REPORT : TO_EXIT, __ATOMIC_SEQ_CST);
  while (write (bell_fd, &one, sizeof one) < 0 && errno == EINTR)
    ;
  errno = saved;
}

void
thespian_node_signals_catch (void)
{
  static const int numbers[] = { SIGTERM, SIGINT, SIGUSR1 };
  struct sigaction action = { .sa_handler = take_signal, .sa_flags = SA_RESTART };

  bell_fd = thespian_fd_move_high (eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (bell_fd < 0)
    g_error ("The kernel has no descriptor for the signals of an actor's process: %m");
  sigemptyset (&action.sa_mask);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    sigaction (numbers[i], &action, NULL);
}

/* --- To exit --------------------------------------------------------------------------------------------------- */

/* On the node's thread, which has made the actor before it looks at anything. */
static void
order_to_exit (gpointer data)
{
  ThespianAgent *agent = data;
  ThespianCell *cell = thespian_port_to_cell (thespian_address_get_port (agent->actor));

  if (cell != NULL && thespian_cell_is_open (cell))
    thespian_cell_order_to_exit (cell);
  thespian_agent_unref (agent);
}

static void
begin_exit (ThespianAgent *agent)
{
  ThespianExchange *exchange = agent->exchange;

  thespian_attendant_expect_end (exchange->attendant);
  g_mutex_lock (&exchange->lock);
  thespian_exchange_call_later_locked (exchange, order_to_exit, thespian_agent_ref (agent));
  thespian_exchange_unlock (exchange);
  thespian_node_wake (agent->node);
}

/* --- To report ------------------------------------------------------------------------------------------------- */

static void
report (ThespianAgent *agent)
{
  ThespianCell *cell = thespian_port_to_cell (thespian_address_get_port (agent->actor));
  g_autofree char *name = thespian_address_to_string (agent->actor);
  g_autoptr (GObject) status = cell != NULL ? thespian_cell_dup_status (&cell->context.port) : NULL;
  g_autofree char *text =
      status != NULL ? thespian_actor_status_to_json ((ThespianActorStatus *) status) : NULL;

  thespian_internals_log_report ("Status of %s: %s", name,
                                 text != NULL ? text : "it has not begun yet, or has ended");
}

/* --- Both ------------------------------------------------------------------------------------------------------ */

void
thespian_node_signals_attend (gpointer agent)
{
  guint orders;

  if (G_LIKELY (__atomic_load_n (&pending, __ATOMIC_SEQ_CST) == 0))
    return;
  orders = __atomic_exchange_n (&pending, 0, __ATOMIC_SEQ_CST);
  if ((orders & TO_REPORT) != 0)
    report (agent);
  if ((orders & TO_EXIT) != 0)
    begin_exit (agent);
}

static gboolean
bell_rang (int          fd,
           GIOCondition condition,
           gpointer     user_data)
{
  guint64 n;

  if (read (fd, &n, sizeof n) > 0)
    thespian_node_signals_attend (user_data);
  return G_SOURCE_CONTINUE;
}

void
thespian_node_signals_listen (ThespianAgent *agent)
{
  g_autoptr (GSource) source = g_unix_fd_source_new (bell_fd, G_IO_IN);

  g_source_set_callback (source, G_SOURCE_FUNC (bell_rang), agent, NULL);
  g_source_set_static_name (source, "[thespian] signals");
  g_source_attach (source, agent->node->context);
}
