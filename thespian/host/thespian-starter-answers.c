/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What zygotes say, and what becomes of their requests when they have to be replaced. */

#include "config.h"

#include "host/thespian-starter-parts-private.h"

#include "host/thespian-fds-private.h"
#include "log/thespian-internals-log-private.h"
#include "model/thespian-error.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * How often a start is carried from one zygote to the next: a module file may change while it is
 * loaded.
 */
#define MAX_RETRIES 3

/* --- The requests of a zygote ----------------------------------------------------------------- */

/* No more requests go to @forker.  Returns those it has, in their order. */
static void
retire (ThespianStarter *self,
        ThespianForker  *forker,
        GQueue          *ret_starts)
{
  const ThespianHostLanguage *language = forker->place.language;
  ThespianStart *start;

  if (g_hash_table_lookup (self->bases, language) == forker)
    {
      if (language == NULL)
        {
          self->application_is_gone |= self->base_is_adopted;
          self->base_is_adopted = FALSE;
        }
      g_hash_table_remove (self->bases, language);
    }
  if (forker->key != NULL && g_hash_table_lookup (self->modules, forker->key) == forker)
    g_hash_table_remove (self->modules, forker->key);
  forker->deadline = 0;
  thespian_forker_drop (forker);
  g_queue_init (ret_starts);
  while ((start = g_queue_pop_head (&forker->in_flight)) != NULL)
    g_queue_push_tail (ret_starts, start);
  while ((start = g_queue_pop_head (&forker->waiting)) != NULL)
    g_queue_push_tail (ret_starts, start);
}

void
thespian_starter_abandon (ThespianStarter *self,
                          ThespianForker  *forker,
                          const GError    *error)
{
  ThespianStart *start;
  GQueue starts;

  retire (self, forker, &starts);
  while ((start = g_queue_pop_head (&starts)) != NULL)
    thespian_starter_finish (self, start, g_error_copy (error));
}

/* The making of a zygote is not repeated: the end of its socket shows those who wait for it. */
static void
retry_one (ThespianStarter *self,
           ThespianStart   *start,
           const char      *reason)
{
  if (start->func == NULL)
    thespian_start_free (start);
  else if (++start->n_retries > MAX_RETRIES)
    thespian_starter_finish (self, start,
                             g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                                          "%d attempts to start the process for “%s” failed: %s",
                                          MAX_RETRIES + 1, start->title, reason));
  else
    thespian_starter_route (self, start);
}

static void
retry_all (ThespianStarter *self,
           ThespianForker  *forker,
           const char      *reason)
{
  ThespianStart *start;
  GQueue starts;

  thespian_internals_log (G_LOG_LEVEL_INFO, "A process that starts actors is replaced: %s", reason);
  retire (self, forker, &starts);
  while ((start = g_queue_pop_head (&starts)) != NULL)
    retry_one (self, start, reason);
}

/* --- The end of a zygote ---------------------------------------------------------------------- */

static char *
describe_end (int wait_status)
{
  if (wait_status < 0)
    return g_strdup ("it ended");
  if (WIFSIGNALED (wait_status))
    return g_strdup_printf ("it was ended by signal %d (SIG%s)", WTERMSIG (wait_status),
                            sigabbrev_np (WTERMSIG (wait_status)) ?: "?");
  return g_strdup_printf ("it exited with status %d", WEXITSTATUS (wait_status));
}

/* One that has loaded no module. */
static char *
describe_base (ThespianForker *forker)
{
  const ThespianHostLanguage *language = forker->place.language;

  if (language == NULL)
    return g_strdup ("The process that starts actors");
  return g_strdup_printf ("The program %s, which runs actors written in %s,",
                          thespian_host_language_get_program (language), language->name);
}

static void
bury_unready (ThespianStarter *self,
              ThespianForker  *forker,
              const char      *end)
{
  const ThespianModulePlace *place = &forker->place;
  int status = forker->wait_status;
  g_autofree char *base = describe_base (forker);
  g_autoptr (GError) error = NULL;

  if (place->language != NULL && WIFEXITED (status) && WEXITSTATUS (status) == THESPIAN_HOST_LANGUAGE_UNAVAILABLE)
    error = g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                         "Actors written in %s need %s: what is missing stands on the standard error of the system",
                         place->language->name, place->language->needs);
  else if (place->path != NULL)
    error = g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED,
                         "The process that loads the actor module %s failed: %s", place->path, end);
  else
    error = g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                         "%s failed before it was ready: %s", base, end);
  thespian_starter_abandon (self, forker, error);
}

/* Whether it had carried out the request that it owed the next answer nobody knows. */
static void
fail_owed (ThespianStarter *self,
           ThespianForker  *forker,
           const char      *end)
{
  ThespianStart *owed = g_queue_pop_head (&forker->in_flight);

  if (owed == NULL || owed->func == NULL)
    g_clear_pointer (&owed, thespian_start_free);
  else
    thespian_starter_finish (self, owed,
                             g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                                          "The process that was to start “%s” failed: %s",
                                          owed->title, end));
}

void
thespian_starter_bury (ThespianStarter *self,
                       ThespianForker  *forker)
{
  g_autofree char *end = describe_end (forker->wait_status);

  if (!forker->ready && forker->wait_status >= 0)
    {
      bury_unready (self, forker, end);
      return;
    }
  fail_owed (self, forker, end);
  retry_all (self, forker, end);
}

void
thespian_starter_give_up (ThespianStarter *self,
                          ThespianForker  *forker)
{
  g_autofree char *base = describe_base (forker);
  g_autoptr (GError) error = NULL;
  double seconds = (double) self->timeout / G_USEC_PER_SEC;

  if (forker->fd < 0) /* it is known to have ended, but nobody told how */
    {
      thespian_starter_bury (self, forker);
      return;
    }
  if (forker->place.path != NULL)
    error = g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
                         "The process that starts actors of the module %s did not answer within %g s",
                         forker->place.path, seconds);
  else
    error = g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
                         "%s did not answer within %g s", base, seconds);
  thespian_starter_abandon (self, forker, error);
}

/* The end of its socket comes before its parent is told how it ended. */
static void
handle_end_of_stream (ThespianStarter *self,
                      ThespianForker  *forker)
{
  thespian_forker_drop (forker);
  if (forker->pid == 0)
    thespian_starter_bury (self, forker);
  else
    forker->deadline = g_get_monotonic_time () + self->timeout;
}

/* Its end may have been told already. */
static void
learn_pid (ThespianStarter *self,
           ThespianForker  *forker,
           pid_t            pid)
{
  gpointer status;

  if (forker->fd < 0 || forker->wait_status >= 0)
    return;
  if (g_hash_table_steal_extended (self->early, GINT_TO_POINTER (pid), NULL, &status))
    {
      forker->wait_status = GPOINTER_TO_INT (status);
      return;
    }
  forker->pid = pid;
  forker->deadline = g_get_monotonic_time () + self->timeout;
}

/* --- Answers ---------------------------------------------------------------------------------- */

static void
handle_started (ThespianStarter *self,
                ThespianStart   *start,
                pid_t            pid)
{
  if (start->func != NULL)
    {
      thespian_starter_succeed (self, start, pid);
      return;
    }
  if (start->makes != NULL && start->makes->pid == 0)
    learn_pid (self, start->makes, pid);
  thespian_start_free (start);
}

static void
handle_failed (ThespianStarter *self,
               ThespianStart   *start,
               int              failure)
{
  const char *advice = "";

  if (failure == EAGAIN || failure == ENOMEM)
    advice = ": the limit of processes or of memory is reached";
  else if (failure == EMFILE || failure == ENFILE)
    advice = ": the limit of file descriptors is reached";
  thespian_starter_finish (self, start,
                           g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                                        "A process for “%s” cannot be made: %s%s", start->title,
                                        g_strerror (failure), advice));
}

static void
handle_answer (ThespianStarter            *self,
               ThespianForker             *forker,
               const ThespianZygotePacket *packet)
{
  ThespianStart *start = thespian_forker_take_answered (forker, packet->serial);

  if (start == NULL)
    return;
  forker->deadline = 0;
  if (packet->kind == THESPIAN_ZYGOTE_STARTED)
    handle_started (self, start, (pid_t) packet->number);
  else
    handle_failed (self, start, (int) packet->number);
  thespian_starter_pump (self, forker);
}

/*
 * A module that starts threads while it is loaded cannot be forked with: the copy would lack them.
 */
static void
handle_threads (ThespianStarter *self,
                ThespianForker  *forker,
                gint64           n_threads)
{
  if (forker->key == NULL)
    {
      g_autoptr (GError) error = g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                                              "The process that starts actors has %" G_GINT64_FORMAT
                                              " threads: it must have only one",
                                              n_threads);

      thespian_starter_abandon (self, forker, error);
      return;
    }
  if (g_hash_table_add (self->spawn_only, g_strdup (forker->key)))
    thespian_internals_log (G_LOG_LEVEL_WARNING,
                            "The actor module %s starts threads when it is loaded: its actors are started with the "
                            "method “spawn”, which is slower",
                            forker->place.path);
  retry_all (self, forker, "its module starts threads");
}

static void
handle_packet (ThespianStarter            *self,
               ThespianForker             *forker,
               const ThespianZygotePacket *packet)
{
  g_autoptr (GError) error = NULL;

  switch ((ThespianZygotePacketKind) packet->kind)
    {
    case THESPIAN_ZYGOTE_HELLO:
      if (forker->pid == 0)
        learn_pid (self, forker, (pid_t) packet->number);
      break;
    case THESPIAN_ZYGOTE_READY:
      forker->ready = TRUE;
      forker->deadline = 0;
      thespian_starter_pump (self, forker);
      break;
    case THESPIAN_ZYGOTE_BROKEN:
      error = g_error_new_literal (THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                                   packet->text);
      thespian_starter_abandon (self, forker, error);
      break;
    case THESPIAN_ZYGOTE_STALE:
      retry_all (self, forker, "its module file changes all the time");
      break;
    case THESPIAN_ZYGOTE_THREADS:
      handle_threads (self, forker, packet->number);
      break;
    case THESPIAN_ZYGOTE_STARTED:
    case THESPIAN_ZYGOTE_FAILED:
      handle_answer (self, forker, packet);
      break;
    case THESPIAN_ZYGOTE_FORK_NODE:
    case THESPIAN_ZYGOTE_FORK_ZYGOTE:
      break;
    }
}

void
thespian_starter_read (ThespianStarter *self,
                       ThespianForker  *forker)
{
  ThespianZygotePacket packet;
  int fds[THESPIAN_ZYGOTE_MAX_FDS];
  guint n_fds = 0;

  while (forker->fd >= 0)
    {
      int result = thespian_zygote_packet_receive (forker->fd, MSG_DONTWAIT, &packet, fds, &n_fds);

      if (result < 0 && errno == EAGAIN)
        return;
      if (result > 0)
        handle_packet (self, forker, &packet);
      else if (result == 0)
        handle_end_of_stream (self, forker);
      else
        {
          g_autoptr (GError) error = g_error_new (
              THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
              "The process that starts actors is not understood: is it of another version?");

          thespian_starter_abandon (self, forker, error);
        }
      while (n_fds > 0)
        close (fds[--n_fds]);
    }
}
