/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The process of a system's admin, from its configuration to its end. */

#include "config.h"

#include "admin/thespian-registrar-private.h"

#include "host/thespian-fds-private.h"
#include "host/thespian-host-run-private.h"
#include "log/thespian-internals-log-private.h"
#include "model/thespian-error.h"
#include "model/thespian-system-status.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CAPABILITY_STARTUP_METHOD "Process Startup Method"
/* How long the last words may take to arrive where the kernel does not see to that. */
#define LINGER G_TIME_SPAN_SECOND

/* --- What the process hears of ------------------------------------------------------------------------------------ */

static void
report (ThespianRegistrar *registrar)
{
  g_autoptr (GObject) status = thespian_admin_dup_status (registrar->admin);
  g_autofree char *text = thespian_system_status_to_json ((ThespianSystemStatus *) status);

  thespian_internals_log_report ("Status of the system: %s", text);
}

static gboolean
got_signal (int          fd,
            GIOCondition condition,
            gpointer     data)
{
  struct signalfd_siginfo info;

  while (read (fd, &info, sizeof info) == sizeof info)
    if (info.ssi_signo == SIGTERM)
      thespian_registrar_shut_down (data);
    else if (info.ssi_signo == SIGUSR1)
      report (data);
  thespian_registrar_reap (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
process_died (int          fd,
              GIOCondition condition,
              gpointer     data)
{
  thespian_registrar_shut_down_after_all (data);
  return G_SOURCE_REMOVE;
}

static gboolean
starter_ready (int          fd,
               GIOCondition condition,
               gpointer     data)
{
  ThespianRegistrar *registrar = data;

  thespian_starter_dispatch (registrar->starter);
  return G_SOURCE_CONTINUE;
}

static void
add_fd (int             fd,
        GUnixFDSourceFunc func,
        gpointer        data)
{
  g_autoptr (GSource) source = g_unix_fd_source_new (fd, G_IO_IN);

  g_source_set_callback (source, G_SOURCE_FUNC (func), data, NULL);
  g_source_attach (source, NULL);
}

/* Before any thread or child is there. */
static int
open_signals (void)
{
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGCHLD);
  sigaddset (&signals, SIGTERM);
  sigaddset (&signals, SIGUSR1);
  sigprocmask (SIG_BLOCK, &signals, NULL);
  return signalfd (-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* --- The beginning -------------------------------------------------------------------------------------- */

static ThespianStarter *
new_starter (GVariant *capabilities,
             GVariant *config,
             int       zygote_fd,
             GError  **error)
{
  ThespianStartupMethod method = THESPIAN_STARTUP_FORKSERVER;
  ThespianStarter *starter;
  gboolean forks = FALSE;
  const char *name;

  if (g_variant_lookup (capabilities, CAPABILITY_STARTUP_METHOD, "&s", &name) &&
      !thespian_startup_method_parse (name, &method, error))
    return NULL;
  starter = thespian_starter_new (method, error);
  g_variant_lookup (config, "forks", "b", &forks);
  if (starter != NULL && forks && !thespian_starter_adopt (starter, zygote_fd, error))
    g_clear_pointer (&starter, thespian_starter_free);
  return starter;
}

static ThespianRegistrar *
new_registrar (GVariant *config,
               int       zygote_fd,
               GError  **error)
{
  static ThespianAdminConfig admin_config = { .checks_capabilities = TRUE, .has_no_nodes = TRUE };
  g_autoptr (GVariant) initial = g_variant_lookup_value (config, "capabilities", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) log_definition = NULL;
  g_autoptr (GVariant) all = NULL;
  ThespianCapabilities *capabilities;
  ThespianStarter *starter;
  const char *base = "", *links = "";

  g_variant_lookup (config, "base", "&s", &base);
  g_variant_lookup (config, "links", "&s", &links);
  admin_config.base_name = g_intern_string (base);
  admin_config.link_kind = thespian_link_kind_find (links);
  capabilities = thespian_capabilities_new (admin_config.base_name, initial, error);
  if (capabilities == NULL)
    return NULL;
  thespian_capabilities_add_languages (capabilities);
  all = thespian_capabilities_dup (capabilities);
  starter = new_starter (all, config, zygote_fd, error);
  if (starter == NULL)
    {
      thespian_capabilities_free (capabilities);
      return NULL;
    }
  g_variant_lookup (config, "log-definition", "v", &log_definition);
  return thespian_registrar_new (&admin_config, capabilities, log_definition, starter, error);
}

static int
refuse (int           fd,
        const GError *error)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "error", "s", error->message);
  g_variant_dict_insert (&dict, "code", "i",
                         error->domain == THESPIAN_ERROR ? error->code : THESPIAN_ERROR_STARTUP_FAILURE);
  g_variant_dict_insert (&dict, "taken", "b", g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE));
  thespian_preamble_send (fd, g_variant_dict_end (&dict), NULL);
  return 1;
}

/* A copy of that process counts for nothing, so no socket would tell. */
static gboolean
end_with_process (ThespianRegistrar *registrar,
                  GVariant          *config,
                  GError           **error)
{
  int pid, fd;

  if (!g_variant_lookup (config, "ends-with", "i", &pid))
    return TRUE;
  fd = (int) syscall (SYS_pidfd_open, pid, 0);
  if (fd < 0)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                   "The process %d, which the system is to end with, cannot be watched: %s", pid, g_strerror (errno));
      return FALSE;
    }
  add_fd (fd, process_died, registrar);
  return TRUE;
}

/*
 * Who starts one that is found at a port hears that it is there, and joins like all others.  When he
 * is gone by then nobody knows of the system.
 */
static gboolean
greet_starter (ThespianRegistrar *registrar,
               int                fd,
               GError           **error)
{
  GVariantDict dict;
  gboolean ok;

  if (!thespian_link_kind_has_port (registrar->admin->config.link_kind))
    {
      registrar->creator = thespian_registrar_add_outside (registrar, fd);
      return TRUE;
    }
  if (!thespian_registrar_open_port (registrar, error))
    return FALSE;
  g_variant_dict_init (&dict, NULL);
  ok = thespian_preamble_send (fd, g_variant_dict_end (&dict), error);
  if (ok)
    close (fd);
  else
    thespian_registrar_close_port (registrar);
  return ok;
}

int
thespian_admin_process_main (int    argc,
                             char **argv)
{
  int fd = THESPIAN_HOST_FIRST_FD;
  int signal_fd = open_signals ();
  g_autoptr (GVariant) config = NULL;
  g_autoptr (GError) error = NULL;
  ThespianRegistrar *registrar;

  thespian_fds_raise_limit ();
  config = thespian_preamble_receive (fd, "a{sv}", -1, &error);
  if (config == NULL)
    return 1;
  registrar = new_registrar (config, fd + 1, &error);
  if (registrar == NULL || !end_with_process (registrar, config, &error) || !greet_starter (registrar, fd, &error))
    {
      g_clear_pointer (&registrar, thespian_registrar_free);
      return refuse (fd, error);
    }
  add_fd (signal_fd, got_signal, registrar);
  add_fd (thespian_starter_get_fd (registrar->starter), starter_ready, registrar);
  thespian_node_run (registrar->node);
  if (thespian_link_kind_has_datagrams (registrar->admin->config.link_kind))
    thespian_exchange_linger (registrar->exchange, LINGER);
  thespian_registrar_free (registrar);
  close (signal_fd);
  return 0;
}
