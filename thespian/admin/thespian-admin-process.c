/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The process of a system's admin, from its configuration to its end. */

#include "config.h"

#include "admin/thespian-registrar-private.h"

#include "host/thespian-fds-private.h"
#include "host/thespian-host-run-private.h"
#include "model/thespian-error.h"

#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define CAPABILITY_STARTUP_METHOD "Process Startup Method"

typedef struct
{
  ThespianRegistrar *registrar;
  int signal_fd;
} AdminProcess;

/* --- What the process hears of ------------------------------------------------------------------------------------ */

static gboolean
child_ended (int          fd,
             GIOCondition condition,
             gpointer     data)
{
  struct signalfd_siginfo info;

  while (read (fd, &info, sizeof info) == sizeof info)
    ;
  thespian_registrar_reap (data);
  return G_SOURCE_CONTINUE;
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
  sigprocmask (SIG_BLOCK, &signals, NULL);
  return signalfd (-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* --- The beginning --------------------------------------------------------------------------------------------------- */

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
  g_autoptr (GVariant) all = NULL;
  ThespianCapabilities *capabilities;
  ThespianStarter *starter;
  const char *base = "";

  g_variant_lookup (config, "base", "&s", &base);
  admin_config.base_name = g_intern_string (base);
  capabilities = thespian_capabilities_new (admin_config.base_name, initial, error);
  if (capabilities == NULL)
    return NULL;
  all = thespian_capabilities_dup (capabilities);
  starter = new_starter (all, config, zygote_fd, error);
  if (starter == NULL)
    {
      thespian_capabilities_free (capabilities);
      return NULL;
    }
  return thespian_registrar_new (&admin_config, capabilities, NULL, starter, error);
}

static GVariant *
new_welcome (ThespianRegistrar *registrar,
             ThespianMember    *member)
{
  g_autoptr (GVariant) capabilities = thespian_capabilities_dup (registrar->admin->capabilities);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "system", "t", registrar->admin->face.system_id);
  g_variant_dict_insert (&dict, "node", "t", member->node_id);
  g_variant_dict_insert (&dict, "admin", "t", registrar->exchange->node_id);
  g_variant_dict_insert (&dict, "base", "s", registrar->admin->face.base_name);
  g_variant_dict_insert (&dict, "pid", "i", (int) getpid ());
  g_variant_dict_insert_value (&dict, "capabilities", capabilities);
  return g_variant_dict_end (&dict);
}

/* A process of the outside, which has shown that it may join. */
static ThespianMember *
add_outside (ThespianRegistrar *registrar,
             int                fd)
{
  g_auto (ThespianBuffer) preamble = THESPIAN_BUFFER_INIT;
  ThespianMember *member = thespian_member_new (registrar, thespian_random_id ());

  thespian_preamble_write (&preamble, new_welcome (registrar, member));
  thespian_member_connect (member, fd, &preamble);
  return member;
}

static int
refuse (int           fd,
        const GError *error)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "error", "s", error->message);
  g_variant_dict_insert (&dict, "code", "i", error->domain == THESPIAN_ERROR ? error->code : THESPIAN_ERROR_STARTUP_FAILURE);
  thespian_preamble_send (fd, g_variant_dict_end (&dict), NULL);
  return 1;
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
  config = thespian_preamble_receive (fd, -1, &error);
  if (config == NULL)
    return 1;
  registrar = new_registrar (config, fd + 1, &error);
  if (registrar == NULL)
    return refuse (fd, error);
  add_fd (signal_fd, child_ended, registrar);
  add_fd (thespian_starter_get_fd (registrar->starter), starter_ready, registrar);
  registrar->creator = add_outside (registrar, fd);
  thespian_node_run (registrar->node);
  thespian_starter_free (registrar->starter);
  return 0;
}
