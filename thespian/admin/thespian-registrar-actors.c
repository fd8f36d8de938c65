/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The actors of a system, from the order to create one to the end of its process. */

#include "config.h"

#include "admin/thespian-node-start-private.h"
#include "admin/thespian-registrar-private.h"

#include "host/thespian-module-place-private.h"
#include "log/thespian-internals-log-private.h"
#include "model/thespian-error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static gboolean
has_system_as_parent (ThespianRegistrar *self,
                      ThespianRecord    *record)
{
  return record->parent == self->admin->face.address->actor_id;
}

static ThespianMember *
find_parent_member (ThespianRegistrar *self,
                    ThespianRecord    *record)
{
  ThespianRecord *parent = thespian_registrar_find_record (self, record->parent);

  return parent != NULL && parent->is_actor ? parent->home : NULL;
}

/* --- Creation -------------------------------------------------------------------------------------------------- */

typedef struct
{
  guint64 serial;
  guint64 actor_id;
  const char *specification;
  const char *class_name;
  GVariant *requirements; /* (owned) ma{sv} */
  GVariant *properties;   /* (owned) ma{sv} */
  const char *name;
  guint64 parent_system;
  guint64 parent;
} Order;

static void
read_order (GVariant *body,
            Order    *order)
{
  g_variant_get (body, "(tt&sm&s@ma{sv}@ma{sv}m&s(tt))", &order->serial, &order->actor_id, &order->specification,
                 &order->class_name, &order->requirements, &order->properties, &order->name, &order->parent_system,
                 &order->parent);
}

static void
order_clear (Order *order)
{
  g_variant_unref (order->requirements);
  g_variant_unref (order->properties);
}

static GVariant *
new_start (ThespianRegistrar         *self,
           ThespianMember            *member,
           const Order               *order,
           const ThespianModulePlace *place)
{
  g_autoptr (GVariant) capabilities = thespian_capabilities_dup (self->admin->capabilities);
  const ThespianNodeStart start = {
    .system_id = self->admin->face.system_id,
    .node_id = member->node_id,
    .admin_id = self->exchange->node_id,
    .actor_id = order->actor_id,
    .parent_system_id = order->parent_system,
    .parent_id = order->parent,
    .base_name = self->admin->face.base_name,
    .links = thespian_link_kind_get_name (self->admin->config.link_kind),
    .specification = order->specification,
    .module = place->path,
    .global_name = order->name,
    .root_length = place->root_length,
    .capabilities = capabilities,
    .requirements = order->requirements,
    .properties = order->properties,
    .logs_here = thespian_log_hub_is_left_alone (self->admin->log_hub),
    .log_threshold = thespian_log_hub_get_threshold (self->admin->log_hub),
  };

  return thespian_node_start_to_variant (&start);
}

static void
process_started (const ThespianStarted *started,
                 const GError          *error,
                 gpointer               user_data)
{
  ThespianMember *member = user_data;

  if (started == NULL)
    {
      member->failure = g_error_copy (error);
      member->has_exited = TRUE;
    }
  else
    {
      thespian_internals_log (G_LOG_LEVEL_INFO, "The process %d has been started", (int) started->pid);
      member->pid = started->pid;
      if (started->has_exited)
        thespian_member_set_exited (member, started->wait_status);
      else
        g_hash_table_insert (member->registrar->members_by_pid, GINT_TO_POINTER (member->pid), member);
      if (member->is_killed)
        thespian_member_kill (member);
    }
  thespian_member_check_end (member);
}

static gboolean
start_process (ThespianRegistrar         *self,
               ThespianMember            *member,
               const Order               *order,
               const ThespianModulePlace *place,
               GError                   **error)
{
  g_auto (ThespianBuffer) preamble = THESPIAN_BUFFER_INIT;
  g_autofree char *title = thespian_address_to_string (member->actor->address);
  ThespianStartRequest request = { .place = *place, .title = title, .is_awaited = order->serial != 0 };
  int fds[2];
  int journal_fd = thespian_journal_create (error);

  if (journal_fd < 0)
    return FALSE;
  request.journal_fd = fcntl (journal_fd, F_DUPFD_CLOEXEC, 3);
  member->journal = thespian_journal_open (journal_fd, error);
  if (member->journal == NULL || request.journal_fd < 0 || socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      g_clear_error (error);
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED, "No process can be started for %s: %s", title,
                   g_strerror (errno));
      if (request.journal_fd >= 0)
        close (request.journal_fd);
      return FALSE;
    }
  thespian_preamble_write (&preamble, new_start (self, member, order, place));
  thespian_member_connect (member, fds[0], &preamble);
  request.link_fd = fds[1];
  member->is_child = TRUE;
  member->language = place->language;
  self->n_children++;
  thespian_starter_start (self->starter, &request, process_started, member);
  return TRUE;
}

/* Told to the creator, who has made the actor a child of its own already. */
static void
refuse (ThespianRegistrar *self,
        ThespianMember    *creator,
        const Order       *order,
        const GError      *error)
{
  ThespianObituary obituary = { .is_aborted = TRUE, .details = error->message };

  if (order->serial != 0)
    thespian_registrar_reply (self, creator, order->serial, error, NULL);
  thespian_registrar_tell_dead (self, creator, self->admin->face.system_id, order->actor_id, 0, &obituary,
                                creator->actor != NULL && creator->actor->address->actor_id == order->parent);
}

static ThespianRecord *
enter (ThespianRegistrar *self,
       ThespianMember    *creator,
       const Order       *order)
{
  g_autoptr (ThespianAddress) address =
      thespian_address_find_or_create (self->admin->face.system_id, order->actor_id);
  ThespianMember *member = thespian_member_new (self, thespian_random_id ());
  ThespianRecord *record = thespian_record_new (self, address, member);
  ThespianRecord *parent = thespian_registrar_find_record (self, order->parent);

  thespian_address_set_class_name (address, g_intern_string (order->class_name));
  record->is_actor = TRUE;
  record->name = g_strdup (order->name);
  record->parent = order->parent;
  if (parent != NULL)
    thespian_record_join_family (record, parent);
  thespian_record_set_creator (record, creator, order->serial);
  member->actor = record;
  return record;
}

static GVariant *
address_variant (ThespianAddress *address)
{
  return g_variant_new ("(tts)", address->system_id, address->actor_id, address->class_name);
}

/* Who asked for a name gets the address at once, and hears of a failure as others do. */
static gboolean
reply_existing (ThespianRegistrar *self,
                ThespianMember    *creator,
                const Order       *order)
{
  g_autoptr (ThespianAddress) existing = NULL;
  ThespianRecord *record;

  if (order->name != NULL)
    existing = thespian_admin_find_by_name (self->admin, order->name);
  if (existing == NULL)
    return FALSE;
  record = thespian_registrar_find_record (self, existing->actor_id);
  if (record != NULL)
    record->is_shared = TRUE;
  thespian_registrar_reply (self, creator, order->serial, NULL, address_variant (existing));
  return TRUE;
}

static void
create (ThespianRegistrar *self,
        ThespianMember    *creator,
        const Order       *order)
{
  g_autoptr (GVariant) capabilities = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (ThespianModulePlace) place = THESPIAN_MODULE_PLACE_INIT;
  ThespianRecord *record;

  if (reply_existing (self, creator, order))
    return;
  capabilities = thespian_capabilities_dup (self->admin->capabilities);
  if (thespian_admin_is_stopping (self->admin))
    g_set_error (&error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
                 "The actor system is shutting down, and creates no %s", order->class_name);
  else if (*order->specification == '\0')
    g_set_error (&error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                 "There is no actor named “%s”, and no class to make one of", order->name);
  else if (thespian_registrar_find_record (self, order->actor_id) != NULL)
    g_set_error (&error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                 "There is an actor already at the address that a new %s is to have", order->class_name);
  if (error != NULL || !thespian_module_place_find (order->specification, capabilities, &place, &error))
    {
      refuse (self, creator, order, error);
      return;
    }
  record = enter (self, creator, order);
  thespian_admin_enter (self->admin, record->address, record->name, has_system_as_parent (self, record));
  if (!start_process (self, record->home, order, &place, &error))
    {
      record->home->failure = g_steal_pointer (&error);
      record->home->has_exited = record->home->link_lost = TRUE;
      thespian_member_check_end (record->home);
    }
}

void
thespian_registrar_create (ThespianRegistrar *self,
                           ThespianMember    *creator,
                           GVariant          *body)
{
  Order order;

  read_order (body, &order);
  create (self, creator, &order);
  order_clear (&order);
}

/* --- Its life ---------------------------------------------------------------------------------------------------- */

void
thespian_record_set_running (ThespianRegistrar *self,
                             ThespianRecord    *record)
{
  if (record->state != THESPIAN_RECORD_STARTING)
    return;
  record->state = THESPIAN_RECORD_RUNNING;
  if (record->reply_to != NULL)
    thespian_registrar_reply (self, record->reply_to, record->reply_serial, NULL, address_variant (record->address));
  for (guint i = 0; i < record->askers->len; i++)
    thespian_registrar_show_way (self, g_ptr_array_index (record->askers, i), record);
  thespian_record_answer_all (record);
  thespian_registrar_tell_of (self, record, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED);
}

static void
strike (ThespianRegistrar *self,
        ThespianRecord    *record)
{
  if (has_system_as_parent (self, record))
    self->admin->face.ops->child_exited (&self->admin->face, record->address);
  thespian_admin_strike (self->admin, record->address, record->name);
}

void
thespian_record_set_failed (ThespianRegistrar *self,
                            ThespianRecord    *record,
                            const GError      *failure)
{
  ThespianObituary obituary = {
    .is_aborted = TRUE,
    .is_early = !record->home->has_exited,
    .details = failure->message,
  };
  ThespianAddress *address = record->address;
  ThespianMember *parent = find_parent_member (self, record);

  if (record->state != THESPIAN_RECORD_STARTING)
    return;
  record->state = THESPIAN_RECORD_FAILED;
  record->failure = g_strdup (failure->message);
  if (record->reply_to != NULL)
    thespian_registrar_reply (self, record->reply_to, record->reply_serial, failure, NULL);
  if (parent != NULL)
    thespian_registrar_tell_dead (self, parent, address->system_id, address->actor_id, record->home->node_id, &obituary,
                                  TRUE);
  for (guint i = 0; i < record->askers->len; i++)
    if (g_ptr_array_index (record->askers, i) != parent)
      thespian_registrar_tell_dead (self, g_ptr_array_index (record->askers, i), address->system_id, address->actor_id,
                                    record->home->node_id, &obituary, FALSE);
  thespian_record_answer_all (record);
  strike (self, record);
}

/* Nobody else knows of one without a name, nor of one with a name that only its creator has asked for by now. */
void
thespian_registrar_abandon (ThespianRegistrar *self,
                            ThespianRecord    *record)
{
  g_autoptr (GError) failure = NULL;

  if (record->state == THESPIAN_RECORD_RUNNING && record->name == NULL)
    thespian_admin_order_exit (self->admin, record->address);
  if (record->state != THESPIAN_RECORD_STARTING)
    return;
  if (record->is_shared)
    {
      thespian_member_start_unawaited (record->home);
      return;
    }
  failure = g_error_new_literal (THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
                                 "The actor had not started when its creator gave up waiting");
  thespian_record_set_failed (self, record, failure);
  thespian_member_kill (record->home);
}

void
thespian_record_set_ended (ThespianRegistrar *self,
                           ThespianRecord    *record,
                           gboolean           has_told_parent)
{
  /* said again: the parent could not be told */
  if (record->state == THESPIAN_RECORD_ENDED)
    record->leaves_parent |= !has_told_parent;
  if (record->state != THESPIAN_RECORD_RUNNING)
    return;
  record->state = THESPIAN_RECORD_ENDED;
  record->leaves_parent = !has_told_parent;
  thespian_registrar_tell_of (self, record, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_EXITED);
  strike (self, record);
  thespian_member_expect_end (record->home);
}

/* --- The end of its process ----------------------------------------------------------------------------- */

static char *
describe_end (int wait_status)
{
  if (WIFSIGNALED (wait_status))
    return g_strdup_printf ("The actor's process was killed by signal SIG%s (%s)",
                            sigabbrev_np (WTERMSIG (wait_status)), strsignal (WTERMSIG (wait_status)));
  if (WEXITSTATUS (wait_status) == THESPIAN_HOST_LANGUAGE_UNAVAILABLE)
    return g_strdup_printf ("The actor's process exited with status %d, since something that its language needs for "
                            "actors is not installed: its standard error says what,",
                            WEXITSTATUS (wait_status));
  return g_strdup_printf ("The actor's process exited with status %d", WEXITSTATUS (wait_status));
}

/* @details: how the process ended */
static GError *
new_early_end (ThespianMember *member,
               const char     *details)
{
  const ThespianHostLanguage *language = member->language;

  if (language == NULL)
    return g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED, "%s before the actor ran", details);
  return g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED,
                      "%s before the actor ran: the program that runs actors written in %s is %s", details,
                      language->name, thespian_host_language_get_program (language));
}

static void
look_up_journal (ThespianMember   *member,
                 guint64           sender_node,
                 ThespianObituary *obituary)
{
  const ThespianJournalSlot *slot =
      member->journal != NULL
          ? thespian_journal_find (member->journal, sender_node, member->actor->address->actor_id)
          : NULL;

  if (slot == NULL)
    return;
  obituary->handled = slot->handled;
  obituary->in_hand = slot->begun > slot->handled;
}

static void
tell_all (ThespianRegistrar *self,
          ThespianRecord    *record,
          const char        *details)
{
  /* who has not been told yet: most actors that end tell their parent themselves */
  gboolean tells_parent = record->state == THESPIAN_RECORD_RUNNING || record->leaves_parent;
  ThespianMember *parent = tells_parent ? find_parent_member (self, record) : NULL;
  ThespianAddress *address = record->address;
  ThespianMember *home = record->home;
  GHashTableIter iter;
  gpointer member;

  if (parent != NULL && !g_hash_table_contains (home->introduced, parent))
    thespian_registrar_tell_dead (self, parent, address->system_id, address->actor_id, home->node_id,
                                  &(ThespianObituary){ .details = details }, TRUE);
  g_hash_table_iter_init (&iter, home->introduced);
  while (g_hash_table_iter_next (&iter, &member, NULL))
    {
      ThespianObituary obituary = { .details = details, .is_aborted = record->state == THESPIAN_RECORD_FAILED };

      if (thespian_member_hears_of_end_only (member))
        continue;
      look_up_journal (home, ((ThespianMember *) member)->node_id, &obituary);
      thespian_registrar_tell_dead (self, member, address->system_id, address->actor_id, home->node_id, &obituary,
                                    member == parent);
    }
}

/* The books of the admin have it as the system's child from here on. */
void
thespian_registrar_adopt (ThespianRegistrar *self,
                          ThespianRecord    *child)
{
  if (has_system_as_parent (self, child) || child->state == THESPIAN_RECORD_FAILED ||
      child->state == THESPIAN_RECORD_ENDED)
    return;
  child->parent = self->admin->face.address->actor_id;
  thespian_record_leave_family (child);
  thespian_registrar_tell (self, child->home, THESPIAN_CONTROL_ORPHANED, NULL);
  self->admin->face.ops->adopt (&self->admin->face, child->address);
}

static void
adopt_children (ThespianRegistrar *self,
                ThespianRecord    *record)
{
  ThespianRecord *next;

  for (ThespianRecord *child = record->first_child; child != NULL; child = next)
    {
      next = child->next_sibling;
      thespian_registrar_adopt (self, child);
    }
}

void
thespian_record_bury (ThespianRegistrar *self,
                      ThespianRecord    *record)
{
  g_autofree char *details = NULL;
  g_autoptr (GError) failure = NULL;

  if (record->state == THESPIAN_RECORD_STARTING)
    {
      if (record->home->failure != NULL)
        failure = g_error_copy (record->home->failure);
      else
        {
          details = describe_end (record->home->wait_status);
          failure = new_early_end (record->home, details);
        }
      thespian_record_set_failed (self, record, failure);
      /* who has been introduced to it need not wait for its link */
      tell_all (self, record, record->failure);
    }
  else if (record->state == THESPIAN_RECORD_RUNNING)
    {
      details = describe_end (record->home->wait_status);
      thespian_registrar_tell_of (self, record, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_EXITED);
      strike (self, record);
      tell_all (self, record, details);
    }
  else
    tell_all (self, record, record->failure);
  /* one that failed may have created some before */
  adopt_children (self, record);
  thespian_record_remove (self, record);
}
