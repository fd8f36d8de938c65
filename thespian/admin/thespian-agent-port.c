/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How an application gets a system that is found at a port: it joins the one that is there, and when
 * there is none it launches an admin first, which is a daemon.  Of two that launch one at a time one
 * gets the port; the other one's starter joins that.
 */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include "model/thespian-error.h"
#include "transport/thespian-ip-private.h"
#include "transport/thespian-key-file-private.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#define START_TIMEOUT (10 * G_TIME_SPAN_SECOND)
/* One that lives and is not stopped answers long before. */
#define ANSWER_TIMEOUT (5 * G_TIME_SPAN_SECOND)
/* An admin that begins, or ends, is not yet, or no more, who its key file says. */
#define PATIENCE G_TIME_SPAN_SECOND
#define INTERVAL (10 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  const ThespianAdminConfig *config;
  GVariant *capabilities;
  GVariant *log_definition;
  ThespianStart how; /* when nobody is there */
  guint port;
  gint64 deadline;
  guint8 key[THESPIAN_SECRET_LENGTH];
  ThespianAgent *agent;
} Start;

/* --- Joining --------------------------------------------------------------------------------------------------- */

static gboolean
wait_for (int    fd,
          short  events,
          gint64 deadline)
{
  struct pollfd poll_fd = { fd, events, 0 };
  int n;

  do
    n = poll (&poll_fd, 1, (int) (MAX (deadline - g_get_monotonic_time (), 0) / G_TIME_SPAN_MILLISECOND) + 1);
  while (n < 0 && errno == EINTR);
  return n > 0;
}

static ThespianAttempt
connect_to (Start   *start,
            int      fd,
            gint64   deadline,
            GError **error)
{
  int failure = fd < 0 ? errno : 0;

  if (fd >= 0 && !wait_for (fd, POLLOUT, deadline))
    failure = ETIMEDOUT;
  else if (fd >= 0)
    failure = thespian_tcp_get_failure (fd);
  if (failure == 0)
    return THESPIAN_ATTEMPT_DONE;
  if (failure == ECONNREFUSED)
    return THESPIAN_ATTEMPT_NOBODY;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE, "Port %u of %s cannot be reached: %s",
               start->port, THESPIAN_IP_LOOPBACK, g_strerror (failure));
  return failure == ECONNRESET ? THESPIAN_ATTEMPT_AGAIN : THESPIAN_ATTEMPT_FAILED;
}

static ThespianAttempt
send_output (ThespianHandshake *handshake,
             int                fd)
{
  g_autoptr (GBytes) output = thespian_handshake_take_output (handshake);
  gsize length = 0;
  gconstpointer data = output != NULL ? g_bytes_get_data (output, &length) : NULL;

  return length == 0 || send (fd, data, length, MSG_NOSIGNAL) == (gssize) length ? THESPIAN_ATTEMPT_DONE
                                                                                 : THESPIAN_ATTEMPT_AGAIN;
}

static ThespianAttempt
set_broken (Start   *start,
            GError **error)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
               "What listens at port %u of %s closes the connection: it may be no actor system; choose another "
               "“" THESPIAN_CAPABILITY_ADMIN_PORT "”",
               start->port, THESPIAN_IP_LOOPBACK);
  return THESPIAN_ATTEMPT_AGAIN;
}

void
thespian_agent_set_taken (GError         **error,
                          ThespianLinkKind kind,
                          guint            port,
                          const char      *reason)
{
  if (!thespian_key_file_exists (thespian_link_kind_get_name (kind), port))
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                 "The %s port %u of %s is taken by another program, or by the system of another user: choose another "
                 "“" THESPIAN_CAPABILITY_ADMIN_PORT "”",
                 thespian_link_kind_get_name (kind), port, THESPIAN_IP_LOOPBACK);
  else
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                 "The %s port %u of %s is taken by something that cannot be joined: %s", thespian_link_kind_get_name (kind),
                 port, THESPIAN_IP_LOOPBACK, reason);
}

static ThespianAttempt
set_refused (Start        *start,
             const GError *reason,
             GError      **error)
{
  thespian_agent_set_taken (error, start->config->link_kind, start->port, reason->message);
  return THESPIAN_ATTEMPT_AGAIN;
}

static ThespianAttempt
set_silent (Start   *start,
            GError **error)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
               "What listens at port %u of %s did not answer within %d seconds: it may be no actor system, or one "
               "whose admin is stopped",
               start->port, THESPIAN_IP_LOOPBACK, (int) (ANSWER_TIMEOUT / G_TIME_SPAN_SECOND));
  return THESPIAN_ATTEMPT_FAILED;
}

/* The bytes after the handshake stay in the socket. */
static ThespianAttempt
shake_hands (Start             *start,
             ThespianHandshake *handshake,
             int                fd,
             gint64             deadline,
             GError           **error)
{
  ThespianHandshakeResult result = THESPIAN_HANDSHAKE_NEED_MORE;
  guint8 data[THESPIAN_HANDSHAKE_MAX_LENGTH];
  g_autoptr (GError) reason = NULL;

  while (result == THESPIAN_HANDSHAKE_NEED_MORE)
    {
      gsize consumed;
      gssize n;

      if (send_output (handshake, fd) != THESPIAN_ATTEMPT_DONE)
        return set_broken (start, error);
      if (!wait_for (fd, POLLIN, deadline))
        return set_silent (start, error);
      n = recv (fd, data, sizeof data, MSG_PEEK);
      if (n < 0 && (errno == EAGAIN || errno == EINTR))
        continue;
      if (n <= 0)
        return set_broken (start, error);
      result = thespian_handshake_feed (handshake, data, (gsize) n, &consumed, &reason);
      recv (fd, data, consumed, 0);
    }
  if (result == THESPIAN_HANDSHAKE_FAILED)
    return set_refused (start, reason, error);
  return send_output (handshake, fd) == THESPIAN_ATTEMPT_DONE ? THESPIAN_ATTEMPT_DONE : set_broken (start, error);
}

static ThespianAttempt
prove (Start   *start,
       int      fd,
       gint64   deadline,
       GError **error)
{
  ThespianIdentity nobody = { 0, 0 };
  g_autoptr (ThespianHandshake) handshake = NULL;
  g_autoptr (GError) reason = NULL;

  if (!thespian_key_file_load (thespian_link_kind_get_name (start->config->link_kind), start->port, start->key,
                               &reason))
    return set_refused (start, reason, error);
  handshake = thespian_handshake_new_dialler (THESPIAN_PURPOSE_ADMIN_PORT, &nobody, thespian_system_key_id, start->key,
                                              NULL);
  return shake_hands (start, handshake, fd, deadline, error);
}

/* From here on it is this process's system. */
static void
settle (Start *start)
{
  ThespianAgent *agent = start->agent;
  ThespianExchange *exchange = agent->exchange;

  agent->admin_pidfd = (int) syscall (SYS_pidfd_open, agent->admin_pid, 0);
  g_mutex_lock (&exchange->lock);
  agent->way_back.port = start->port;
  memcpy (agent->way_back.key, start->key, sizeof start->key);
  if (thespian_link_kind_has_datagrams (agent->config.link_kind))
    thespian_agent_watch_admin_locked (agent);
  thespian_exchange_unlock (exchange);
  thespian_agent_begin_sharing (agent);
}

static ThespianAttempt
join_by (Start   *start,
         int      fd,
         GError **error)
{
  gint64 deadline = MIN (start->deadline, g_get_monotonic_time () + ANSWER_TIMEOUT);
  ThespianAttempt attempt = connect_to (start, fd, deadline, error);
  g_autoptr (GVariant) welcome = NULL;

  if (attempt == THESPIAN_ATTEMPT_DONE)
    attempt = prove (start, fd, deadline, error);
  if (attempt == THESPIAN_ATTEMPT_DONE)
    {
      welcome = thespian_preamble_receive (fd, "a{sv}", deadline, error);
      if (welcome == NULL)
        attempt = THESPIAN_ATTEMPT_AGAIN;
    }
  if (attempt != THESPIAN_ATTEMPT_DONE)
    {
      if (fd >= 0)
        close (fd);
      return attempt;
    }
  start->agent = thespian_agent_accept_welcome (start->config, welcome, fd, error);
  if (start->agent == NULL)
    return THESPIAN_ATTEMPT_LATER;
  settle (start);
  thespian_agent_control (start->agent, THESPIAN_CONTROL_JOINED, NULL, g_variant_new_int32 ((int) getpid ()));
  return THESPIAN_ATTEMPT_DONE;
}

static ThespianAttempt
join_by_datagrams (Start   *start,
                   GError **error)
{
  gint64 deadline = MIN (start->deadline, g_get_monotonic_time () + ANSWER_TIMEOUT);
  ThespianAttempt attempt =
      thespian_agent_join_by_datagrams (start->config, start->port, deadline, start->key, &start->agent, error);

  if (attempt == THESPIAN_ATTEMPT_DONE)
    settle (start);
  return attempt;
}

static ThespianAttempt
join (Start   *start,
      GError **error)
{
  ThespianIpAddress address;

  start->agent = thespian_agent_share (start->config->link_kind, start->port);
  if (start->agent != NULL)
    return THESPIAN_ATTEMPT_DONE;
  if (thespian_link_kind_has_datagrams (start->config->link_kind))
    return join_by_datagrams (start, error);
  thespian_ip_address_init_loopback (&address, start->port);
  return join_by (start, thespian_tcp_dial (&address), error);
}

/* --- Launching ------------------------------------------------------------------------------------------------- */

static ThespianAttempt
read_report (GVariant *report,
             GError  **error)
{
  int code = THESPIAN_ERROR_STARTUP_FAILURE;
  gboolean taken = FALSE;
  const char *reason;

  if (!g_variant_lookup (report, "error", "&s", &reason))
    return THESPIAN_ATTEMPT_DONE;
  g_variant_lookup (report, "code", "i", &code);
  g_variant_lookup (report, "taken", "b", &taken);
  g_set_error_literal (error, THESPIAN_ERROR, code, reason);
  return taken ? THESPIAN_ATTEMPT_AGAIN : THESPIAN_ATTEMPT_FAILED;
}

static ThespianAttempt
launch (Start   *start,
        GError **error)
{
  g_autoptr (GVariant) report = NULL;
  pid_t pid = 0;
  int fd;

  if (!thespian_capabilities_check (start->capabilities, start->config->base_name, error))
    return THESPIAN_ATTEMPT_FAILED;
  fd = thespian_agent_launch (start->config, start->capabilities, start->log_definition,
                              start->how == THESPIAN_START_TRANSIENT, &pid, error);
  if (fd < 0)
    return THESPIAN_ATTEMPT_FAILED;
  report = thespian_preamble_receive (fd, "a{sv}", start->deadline, error);
  close (fd);
  /* one that cannot be killed ends by itself, when it finds nobody to tell that it listens */
  if (report == NULL && pid > 0)
    kill (pid, SIGKILL);
  return report != NULL ? read_report (report, error) : THESPIAN_ATTEMPT_FAILED;
}

/* --- Both -------------------------------------------------------------------------------------------------------- */

static gboolean
read_port (Start   *start,
           GError **error)
{
  ThespianCapabilities *capabilities;

  capabilities = thespian_capabilities_new (start->config->base_name, start->capabilities, error);
  if (capabilities == NULL)
    return FALSE;
  start->port = thespian_capabilities_get_uint (capabilities, THESPIAN_CAPABILITY_ADMIN_PORT,
                                               thespian_link_kind_get_default_port (start->config->link_kind));
  thespian_capabilities_free (capabilities);
  return TRUE;
}

/* One that has said that it listens can be joined at once. */
static ThespianAttempt
launch_and_join (Start   *start,
                 GError **error)
{
  ThespianAttempt attempt = launch (start, error);

  if (attempt == THESPIAN_ATTEMPT_DONE)
    attempt = join (start, error);
  if (attempt == THESPIAN_ATTEMPT_DONE)
    thespian_agent_control (start->agent, THESPIAN_CONTROL_VIEW_LOG, NULL, NULL);
  if (attempt != THESPIAN_ATTEMPT_NOBODY)
    return attempt;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE, "The admin at port %u of %s ended at once",
               start->port, THESPIAN_IP_LOOPBACK);
  return THESPIAN_ATTEMPT_AGAIN;
}

static ThespianAttempt
set_nobody (Start   *start,
            GError **error)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
               "No actor system of %s runs at port %u of %s: start one, or choose its “" THESPIAN_CAPABILITY_ADMIN_PORT
               "”",
               start->config->base_name, start->port, THESPIAN_IP_LOOPBACK);
  return THESPIAN_ATTEMPT_FAILED;
}

static void
start_or_join (Start   *start,
               GError **error)
{
  gint64 patience_end = 0; /* of the present series of failures */

  for (;;)
    {
      g_autoptr (GError) reason = NULL;
      ThespianAttempt attempt = join (start, &reason);
      gint64 now;

      if (attempt == THESPIAN_ATTEMPT_NOBODY)
        attempt = start->how == THESPIAN_START_NEVER ? set_nobody (start, &reason) : launch_and_join (start, &reason);
      if (attempt == THESPIAN_ATTEMPT_DONE)
        return;
      now = g_get_monotonic_time ();
      if (patience_end == 0)
        patience_end = now + PATIENCE;
      if (attempt == THESPIAN_ATTEMPT_FAILED || now >= start->deadline ||
          (attempt == THESPIAN_ATTEMPT_AGAIN && now >= patience_end))
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return;
        }
      if (attempt == THESPIAN_ATTEMPT_LATER)
        patience_end = 0;
      g_usleep (INTERVAL);
    }
}

ThespianAdminFace *
thespian_agent_start_or_join (const ThespianAdminConfig *config,
                              GVariant                  *capabilities,
                              GVariant                  *log_definition,
                              ThespianStart              how,
                              GError                   **error)
{
  Start start = {
    .config = config,
    .capabilities = capabilities,
    .log_definition = log_definition,
    .how = how,
    .deadline = thespian_deadline (START_TIMEOUT),
  };

  if (read_port (&start, error))
    start_or_join (&start, error);
  thespian_secret_forget (start.key, sizeof start.key);
  return start.agent != NULL ? &start.agent->face : NULL;
}
