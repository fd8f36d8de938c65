/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A process that is there for one actor: from its first word with the admin to its last. */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include "host/thespian-class-loader-private.h"
#include "model/thespian-actor-exit-request.h"
#include "model/thespian-address-private.h"
#include "model/thespian-debug-private.h"
#include "model/thespian-error.h"
#include "model/thespian-type-dispatcher.h"
#include "transport/thespian-attendant-private.h"
#include "wire/thespian-library-types-private.h"

#include <malloc.h>
#include <unistd.h>

/* How long what an actor has sent last may take to leave, unless the process would be killed before. */
#define LINGER (5 * G_TIME_SPAN_SECOND)

#define KEPT_MEMORY (4 * 1024 * 1024)

struct _ThespianNodeProcess
{
  ThespianAgent *agent;
  ThespianNodeStart start;
  GVariant *said; /* (owned) has its strings, for as long as the process lives */
  gboolean is_attended; /* or the actor cannot be */
};

/* --- The actor ----------------------------------------------------------------------------------------------- */

static void
tell_failure (ThespianAgent *agent,
              const GError  *failure)
{
  int code = failure->domain == THESPIAN_ERROR ? failure->code : THESPIAN_ERROR_ACTOR_FAILED;

  thespian_agent_control (agent, THESPIAN_CONTROL_FAILED, NULL, g_variant_new ("(is)", code, failure->message));
}

static void
actor_started (gpointer      user_data,
               const GError *failure)
{
  ThespianAgent *agent = user_data;

  if (failure == NULL)
    thespian_agent_control (agent, THESPIAN_CONTROL_READY, NULL, g_variant_new_int32 (getpid ()));
  else
    tell_failure (agent, failure);
}

static GType
load_class (const ThespianNodeStart *start,
            const ThespianActorSpec *spec,
            GError                 **error)
{
  if (spec->specification != NULL && start->module != NULL && !thespian_class_loader_load (start->module, error))
    return G_TYPE_INVALID;
  return thespian_class_loader_resolve (spec, start->capabilities, error);
}

static void
make_actor (ThespianAgent           *agent,
            const ThespianNodeStart *start,
            ThespianActorSpec       *spec)
{
  g_autoptr (GVariant) requirements = g_variant_get_maybe (start->requirements);
  g_autoptr (GVariant) properties = g_variant_get_maybe (start->properties);
  g_autoptr (ThespianAddress) parent = NULL;
  g_autoptr (GError) error = NULL;
  GType type;

  spec->requirements = requirements;
  spec->properties = properties;
  spec->global_name = start->global_name;
  type = load_class (start, spec, &error);
  if (type == G_TYPE_INVALID)
    {
      tell_failure (agent, error);
      thespian_node_dismiss (agent->node);
      return;
    }
  if (agent->actor->class_name == NULL)
    thespian_address_set_class_name (agent->actor, g_type_name (type));
  parent = thespian_address_find_or_create (start->parent_system_id, start->parent_id);
  thespian_create_here (agent->node, type, spec, agent->actor, parent, actor_started, agent);
}

void
thespian_node_process_make_actor (ThespianNodeProcess *self)
{
  ThespianActorSpec spec = { G_TYPE_INVALID };

  spec.specification = self->start.specification;
  if (self->is_attended)
    make_actor (self->agent, &self->start, &spec);
}

void
thespian_node_process_make_actor_of (ThespianNodeProcess *self,
                                     GType                type,
                                     const char          *class_name)
{
  ThespianActorSpec spec = { type };

  thespian_address_set_class_name (self->agent->actor, g_intern_string (class_name));
  if (self->is_attended)
    make_actor (self->agent, &self->start, &spec);
}

void
thespian_node_process_fail (ThespianNodeProcess *self,
                            const GError        *failure)
{
  if (!self->is_attended)
    return;
  tell_failure (self->agent, failure);
  thespian_node_dismiss (self->agent->node);
}

/* --- All of it ------------------------------------------------------------------------------------------------- */

static ThespianAgent *
new_agent (const ThespianNodeStart *start)
{
  const ThespianAdminConfig config = {
    .base_name = start->base_name,
    .link_kind = thespian_link_kind_find (start->links),
    .checks_capabilities = TRUE,
  };
  ThespianAgent *agent =
      thespian_agent_new (&config, start->system_id, start->node_id, start->admin_id, start->capabilities);

  agent->actor = thespian_address_find_or_create (start->system_id, start->actor_id);
  return agent;
}

/* A child that touches little memory is made several times as fast, and costs less for as long as it lives. */
void
thespian_node_process_prepare (void)
{
  static gsize is_done;

  if (!g_once_init_enter (&is_done))
    return;
  /* what a large message has taken is not given back to the kernel and taken again for the next */
  mallopt (M_TRIM_THRESHOLD, KEPT_MEMORY);
  mallopt (M_MMAP_THRESHOLD, KEPT_MEMORY / 4);
  /* the attendant, which takes little and rarely, needs no heap of its own */
  mallopt (M_ARENA_MAX, 1);
  thespian_debug_get_flags ();
  thespian_random_id ();
  g_thread_self ();
  g_type_class_ref (G_TYPE_INET_ADDRESS);
  g_type_class_ref (G_TYPE_INET_SOCKET_ADDRESS);
  g_type_class_ref (THESPIAN_TYPE_ADDRESS);
  g_type_class_ref (THESPIAN_TYPE_ACTOR);
  g_type_class_ref (THESPIAN_TYPE_ACTOR_EXIT_REQUEST);
  g_type_ensure (THESPIAN_TYPE_TYPE_DISPATCHER);
  g_type_ensure (THESPIAN_TYPE_RAW_BODY);
  thespian_library_types_ensure ();
  thespian_control_keep_types ();
  thespian_agent_prepare_for_copies ();
  g_once_init_leave (&is_done, 1);
}

static GTimeSpan
get_grace (ThespianAgent *agent)
{
  g_autoptr (GVariant) capabilities = agent->face.ops->dup_capabilities (&agent->face);

  return thespian_capabilities_read_grace (capabilities);
}

static void
begin_to_attend (ThespianNodeProcess *self)
{
  ThespianAgent *agent = self->agent;
  g_autoptr (GError) error = NULL;

  self->is_attended = thespian_attendant_start (agent->exchange, thespian_node_signals_attend, agent, &error);
  if (!self->is_attended)
    {
      tell_failure (agent, error);
      return;
    }
  thespian_attendant_set_grace (agent->exchange->attendant, get_grace (agent));
  thespian_node_signals_listen (agent);
}

ThespianNodeProcess *
thespian_node_process_open (int link_fd,
                            int journal_fd)
{
  ThespianNodeProcess *self = g_new0 (ThespianNodeProcess, 1);
  g_autoptr (GError) error = NULL;

  thespian_node_signals_catch ();
  self->said = thespian_preamble_receive (link_fd, THESPIAN_NODE_START_TYPE, -1, &error);
  if (self->said == NULL)
    {
      g_free (self);
      return NULL;
    }
  thespian_node_start_read (&self->start, self->said);
  self->agent = new_agent (&self->start);
  if (journal_fd >= 0)
    self->agent->exchange->journal = thespian_journal_open (journal_fd, &error);
  thespian_agent_begin (self->agent, THESPIAN_NODE_MAIN, link_fd);
  thespian_agent_open_log (self->agent, &self->start);
  begin_to_attend (self);
  return self;
}

const ThespianNodeStart *
thespian_node_process_get_start (ThespianNodeProcess *self)
{
  return &self->start;
}

void
thespian_node_process_run (ThespianNodeProcess *self)
{
  ThespianAgent *agent = self->agent;
  GTimeSpan grace;

  if (self->is_attended)
    {
      thespian_node_run (agent->node);
      thespian_attendant_retire (agent->exchange->attendant);
    }
  grace = get_grace (agent);
  thespian_agent_linger (agent, MIN (LINGER, grace / 3 * 2));
  thespian_agent_finish_log (agent, LINGER);
}

int
thespian_node_process_main (int link_fd,
                            int journal_fd)
{
  ThespianNodeProcess *self = thespian_node_process_open (link_fd, journal_fd);

  if (self == NULL)
    return 1;
  thespian_node_process_make_actor (self);
  thespian_node_process_run (self);
  return 0;
}
