/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "system.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define COORDINATOR "thespian-wordcount-actors:WordcountCoordinator"

/* Below the ports that the kernel gives to those who do not care: such a one might be taken again
 * before the system has started. */
#define FIRST_PORT 10000
#define N_PORTS 20000

gboolean
system_has_processes (const char *base)
{
  return g_str_has_prefix (base, "multiproc");
}

static gboolean
has_port (const char *base)
{
  return strcmp (base, "multiprocTCPBase") == 0 || strcmp (base, "multiprocUDPBase") == 0;
}

/* --- The module -------------------------------------------------------------------------- */

/* Beside the program as it is built, and where it is installed, wherever that was moved to. */
static GVariant *
list_module_folders (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *bin = program != NULL ? g_path_get_dirname (program) : NULL;
  GVariantBuilder folders;

  g_variant_builder_init (&folders, G_VARIANT_TYPE_STRING_ARRAY);
  if (bin != NULL)
    {
      g_variant_builder_add (&folders, "s", bin);
      g_variant_builder_add_value (
        &folders, g_variant_new_take_string (g_build_filename (bin, ACTORS_FROM_BIN, NULL)));
    }
  g_variant_builder_add (&folders, "s", ACTORSDIR);
  return g_variant_builder_end (&folders);
}

/* --- The port ---------------------------------------------------------------------------- */

static gboolean
can_bind (GSocketType type,
          guint       port)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, type, G_SOCKET_PROTOCOL_DEFAULT,
                                             NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("0.0.0.0", port);

  /* What is left of connections that have ended does not count; datagrams leave nothing. */
  return socket != NULL && g_socket_bind (socket, any, type == G_SOCKET_TYPE_STREAM, NULL);
}

static gboolean
is_free (guint port)
{
  return can_bind (G_SOCKET_TYPE_STREAM, port) && can_bind (G_SOCKET_TYPE_DATAGRAM, port);
}

/* Programs that run at a time look at different places. */
static guint
find_port (void)
{
  static guint n_tried;

  while (n_tried < N_PORTS)
    {
      guint port = FIRST_PORT + ((guint) getpid () * 16 + n_tried++) % N_PORTS;

      if (is_free (port))
        return port;
    }
  return 0;
}

/* A system that runs at a port would be joined, and ended with the job. */
static guint
choose_port (const JobPlan *plan,
             GError       **error)
{
  guint port = plan->port != 0 ? plan->port : find_port ();

  if (port == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                 _ ("no port from %d to %d is free: choose one with --port"), FIRST_PORT,
                 FIRST_PORT + N_PORTS - 1);
  else if (!is_free (port))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                   _ ("there is something at port %u already: choose another with --port"), port);
      port = 0;
    }
  return port;
}

/* --- The system -------------------------------------------------------------------------- */

static GVariant *
plan_to_capabilities (const JobPlan *plan,
                      GError       **error)
{
  static const char *const paths[] = { "Actor Path", "Python Path", "GJS Path" };
  guint port = has_port (plan->base) ? choose_port (plan, error) : 0;
  GVariantDict capabilities;

  if (has_port (plan->base) && port == 0)
    return NULL;
  g_variant_dict_init (&capabilities, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    g_variant_dict_insert_value (&capabilities, paths[i], list_module_folders ());
  if (strcmp (plan->base, "multithreadBase") == 0)
    g_variant_dict_insert (&capabilities, "Worker Threads", "u", plan->workers);
  if (port != 0)
    g_variant_dict_insert (&capabilities, "Admin Port", "u", port);
  return g_variant_dict_end (&capabilities);
}

static GVariant *
coordinator_properties (const JobPlan *plan)
{
  GVariantDict properties;

  g_variant_dict_init (&properties, NULL);
  g_variant_dict_insert (&properties, "client-process", "i", (int) getpid ());
  if (plan->reducer_classes != NULL)
    g_variant_dict_insert (&properties, "reducer-classes", "s", plan->reducer_classes);
  return g_variant_dict_end (&properties);
}

ThespianActorSystem *
system_start (const JobPlan    *plan,
              ThespianAddress **ret_coordinator,
              GError          **error)
{
  g_autoptr (ThespianActorSystem) system = NULL;
  GVariant *capabilities = plan_to_capabilities (plan, error);

  if (capabilities == NULL)
    return NULL;
  system = thespian_actor_system_new (plan->base, capabilities, NULL,
                                      THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, error);
  if (system == NULL)
    return NULL;
  *ret_coordinator = thespian_actor_system_create_actor_by_name (system, COORDINATOR, NULL, "wordcount",
                                                                 coordinator_properties (plan), NULL,
                                                                 error);
  return *ret_coordinator != NULL ? g_steal_pointer (&system) : NULL;
}
