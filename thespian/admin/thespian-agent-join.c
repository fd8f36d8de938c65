/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How an application starts a system whose actors are processes, or joins one. */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include "host/thespian-fds-private.h"
#include "host/thespian-host-launch-private.h"
#include "host/thespian-starter-private.h"
#include "host/thespian-zygote-private.h"
#include "model/thespian-error.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define CAPABILITY_STARTUP_METHOD "Process Startup Method"
#define START_TIMEOUT (10 * G_TIME_SPAN_SECOND)

static GVariant *
new_config (const ThespianAdminConfig *config,
            GVariant                  *capabilities,
            GVariant                  *log_definition,
            gboolean                   is_transient,
            gboolean                   forks)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "base", "s", config->base_name);
  g_variant_dict_insert (&dict, "links", "s", thespian_link_kind_get_name (config->link_kind));
  g_variant_dict_insert (&dict, "forks", "b", forks);
  if (is_transient)
    g_variant_dict_insert (&dict, "ends-with", "i", (int) getpid ());
  if (capabilities != NULL)
    g_variant_dict_insert_value (&dict, "capabilities", capabilities);
  if (log_definition != NULL)
    g_variant_dict_insert (&dict, "log-definition", "v", log_definition);
  return g_variant_dict_end (&dict);
}

static gboolean
wants_fork (GVariant *capabilities)
{
  const char *name;
  ThespianStartupMethod method;

  return capabilities != NULL && g_variant_lookup (capabilities, CAPABILITY_STARTUP_METHOD, "&s", &name) &&
         thespian_startup_method_parse (name, &method, NULL) && method == THESPIAN_STARTUP_FORK;
}

static gboolean
launch (const ThespianAdminConfig *config,
        int                        admin_fd,
        gboolean                   forks,
        pid_t                     *ret_pid,
        GError                   **error)
{
  gboolean detached = thespian_link_kind_has_port (config->link_kind);

  if (forks)
    return thespian_zygote_fork_from_application (&admin_fd, 1, detached, ret_pid, error);
  return thespian_host_launch_admin (&admin_fd, 1, detached, ret_pid, error);
}

int
thespian_agent_launch (const ThespianAdminConfig *config,
                       GVariant                  *capabilities,
                       GVariant                  *log_definition,
                       gboolean                   is_transient,
                       pid_t                     *ret_pid,
                       GError                   **error)
{
  gboolean forks = wants_fork (capabilities);
  gboolean ok;
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE, "No socket for the admin of %s: %s",
                   config->base_name, g_strerror (errno));
      return -1;
    }
  ok = launch (config, fds[1], forks, ret_pid, error);
  close (fds[1]);
  if (!ok ||
      !thespian_preamble_send (fds[0], new_config (config, capabilities, log_definition, is_transient, forks), error))
    {
      close (fds[0]);
      if (ok && *ret_pid > 0 && !thespian_link_kind_has_port (config->link_kind))
        thespian_host_wait (*ret_pid);
      return -1;
    }
  return fds[0];
}

static void
drop_way (const ThespianAgentWay *way)
{
  close (way->fd);
  if (way->seal != NULL)
    thespian_seal_free (way->seal);
}

ThespianAgent *
thespian_agent_accept_welcome (const ThespianAdminConfig *config,
                               GVariant                  *welcome,
                               int                        fd,
                               GError                   **error)
{
  return thespian_agent_accept_welcome_by (config, welcome, &(ThespianAgentWay){ .fd = fd }, error);
}

ThespianAgent *
thespian_agent_accept_welcome_by (const ThespianAdminConfig *config,
                                  GVariant                  *welcome,
                                  const ThespianAgentWay    *way,
                                  GError                   **error)
{
  g_autoptr (GVariant) capabilities = g_variant_lookup_value (welcome, "capabilities", G_VARIANT_TYPE_VARDICT);
  guint64 system_id = 0, node_id = 0, admin_id = 0;
  const char *refusal;
  ThespianAgent *agent;
  int code = THESPIAN_ERROR_STARTUP_FAILURE;

  if (g_variant_lookup (welcome, "error", "&s", &refusal) || capabilities == NULL)
    {
      g_variant_lookup (welcome, "code", "i", &code);
      g_set_error_literal (error, THESPIAN_ERROR, code, capabilities == NULL ? refusal : "The admin sent no greeting");
      drop_way (way);
      return NULL;
    }
  g_variant_lookup (welcome, "system", "t", &system_id);
  g_variant_lookup (welcome, "node", "t", &node_id);
  g_variant_lookup (welcome, "admin", "t", &admin_id);
  agent = thespian_agent_new (config, system_id, node_id, admin_id, capabilities);
  g_variant_lookup (welcome, "pid", "i", &agent->admin_pid);
  g_variant_lookup (capabilities, THESPIAN_CAPABILITY_RETURN_WHEN_IDLE, "b", &agent->face.returns_when_idle);
  thespian_agent_begin_by (agent, THESPIAN_NODE_ATTENDED, way);
  if (thespian_node_start (agent->node, error))
    return agent;
  thespian_agent_end (agent);
  thespian_agent_unref (agent);
  return NULL;
}

ThespianAdminFace *
thespian_agent_start (const ThespianAdminConfig *config,
                      GVariant                  *capabilities,
                      GVariant                  *log_definition,
                      GError                   **error)
{
  g_autoptr (GVariant) welcome = NULL;
  ThespianAgent *agent = NULL;
  pid_t pid = 0;
  int fd;

  if (!thespian_capabilities_check (capabilities, config->base_name, error))
    return NULL;
  fd = thespian_agent_launch (config, capabilities, log_definition, FALSE, &pid, error);
  if (fd < 0)
    return NULL;
  welcome = thespian_preamble_receive (fd, "a{sv}", thespian_deadline (START_TIMEOUT), error);
  if (welcome != NULL)
    agent = thespian_agent_accept_welcome (config, welcome, fd, error);
  else
    close (fd);
  if (agent == NULL)
    {
      if (welcome == NULL)
        kill (pid, SIGKILL);
      thespian_host_wait (pid);
      return NULL;
    }
  agent->is_parent = TRUE;
  agent->admin_pid = pid;
  thespian_agent_control (agent, THESPIAN_CONTROL_JOINED, NULL, g_variant_new_int32 ((int) getpid ()));
  thespian_agent_control (agent, THESPIAN_CONTROL_VIEW_LOG, NULL, NULL);
  return &agent->face;
}
