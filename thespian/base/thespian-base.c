/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The system bases: rows of a table.  A base says how nodes are made and what its manual makes
 * different, and nothing else asks which base it is on.
 */

#include "config.h"

#include "base/thespian-base-private.h"

#include "admin/thespian-agent-private.h"
#include "admin/thespian-registrar-private.h"
#include "host/thespian-class-loader-private.h"
#include "host/thespian-host-private.h"
#include "model/thespian-error.h"

static ThespianAdminFace *
start_here (const ThespianBase *base,
            GVariant           *capabilities,
            GVariant           *log_definition,
            ThespianStart       start,
            GError            **error)
{
  ThespianCapabilities *all = thespian_capabilities_new (base->config.base_name, capabilities, error);
  ThespianAdmin *admin = NULL;

  if (all != NULL)
    admin = thespian_admin_new (&base->config, all, log_definition, error);
  return admin != NULL ? &admin->face : NULL;
}

static const ThespianHostMains mains = { thespian_admin_process_main, thespian_node_process_main,
                                          thespian_node_process_prepare };

static ThespianAdminFace *
start_processes (const ThespianBase *base,
                 GVariant           *capabilities,
                 GVariant           *log_definition,
                 ThespianStart       start,
                 GError            **error)
{
  thespian_host_set_mains (&mains);
  return thespian_agent_start (&base->config, capabilities, log_definition, error);
}

static ThespianAdminFace *
start_or_join_processes (const ThespianBase *base,
                         GVariant           *capabilities,
                         GVariant           *log_definition,
                         ThespianStart       start,
                         GError            **error)
{
  thespian_host_set_mains (&mains);
  return thespian_agent_start_or_join (&base->config, capabilities, log_definition, start, error);
}

static const ThespianBase bases[] = {
  {
      .config = {
          .base_name = "simpleSystemBase",
          .node_kind = THESPIAN_NODE_INLINE,
          .runs_to_equilibrium = TRUE,
          .resolve = thespian_class_loader_resolve,
      },
      .start = start_here,
  },
  {
      .config = {
          .base_name = "mainLoopBase",
          .node_kind = THESPIAN_NODE_NESTED,
          .checks_capabilities = TRUE,
          .resolve = thespian_class_loader_resolve,
      },
      .start = start_here,
  },
  {
      .config = {
          .base_name = "multithreadBase",
          .node_kind = THESPIAN_NODE_THREAD,
          .has_many_nodes = TRUE,
          .checks_capabilities = TRUE,
          .resolve = thespian_class_loader_resolve,
      },
      .start = start_here,
  },
  {
      .config = {
          .base_name = "multiprocQueueBase",
          .checks_capabilities = TRUE,
          .link_kind = THESPIAN_LINK_SOCKETPAIR,
      },
      .start = start_processes,
  },
  {
      .config = {
          .base_name = "multiprocTCPBase",
          .checks_capabilities = TRUE,
          .link_kind = THESPIAN_LINK_TCP,
      },
      .start = start_or_join_processes,
  },
  {
      .config = {
          .base_name = "multiprocUDPBase",
          .checks_capabilities = TRUE,
          .link_kind = THESPIAN_LINK_UDP,
      },
      .start = start_or_join_processes,
  },
};

const ThespianBase *
thespian_base_find (const char *name,
                    GError    **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    {
      if (g_str_equal (bases[i].config.base_name, name))
        return &bases[i];
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", bases[i].config.base_name);
    }
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_UNKNOWN_BASE,
               "There is no system base “%s”: choose one of %s", name, names->str);
  return NULL;
}

int
thespian_process_main (int    argc,
                       char **argv)
{
  thespian_host_set_mains (&mains);
  return thespian_host_main (argc, argv);
}
