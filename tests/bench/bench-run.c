/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A run's system and its root actors, from the outside.  Only bench_root_work() stands between
 * the two looks at the clock; making and ending actors is not measured unless it is the workload.
 */

#include "bench-stage.h"

#include <gio/gio.h>
#include <string.h>
#include <time.h>

/* Long enough for the largest workload on a slow machine under load. */
#define ANSWER_TIMEOUT (300 * G_TIME_SPAN_SECOND)

gint64
bench_now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64) now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

double
bench_rate (guint64 count,
            gint64  start_ns,
            gint64  end_ns)
{
  return (double) count * 1e9 / (double) MAX (end_ns - start_ns, 1);
}

guint64
bench_run_scale (const BenchRun *run,
                 guint64         count,
                 guint64         least)
{
  return MAX (count / run->divisor, least);
}

double
bench_run_raw (BenchRun  *run,
               RawMeasure measure,
               guint64    count)
{
  return raw_helper_measure (run->raw, measure, run->base->link, count);
}

/* Modules lie beside this program. */
static char *
actor_path (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program != NULL ? g_path_get_dirname (program) : g_get_current_dir ();
}

/* A system that runs at a port already would be joined, and ended. */
static guint
find_port (GSocketType type,
           GError    **error)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, type, G_SOCKET_PROTOCOL_DEFAULT, error);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) given = NULL;

  if (socket == NULL || !g_socket_bind (socket, any, FALSE, error))
    return 0;
  given = g_socket_get_local_address (socket, error);
  return given != NULL ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (given)) : 0;
}

static GVariant *
capabilities_of (const BenchBase *base,
                 GError         **error)
{
  g_autofree char *path = actor_path ();
  GVariantDict capabilities;
  guint port = 0;

  if (bench_base_has_port (base)
      && (port = find_port (bench_base_has_streams (base) ? G_SOCKET_TYPE_STREAM : G_SOCKET_TYPE_DATAGRAM, error)) == 0)
    return NULL;
  g_variant_dict_init (&capabilities, NULL);
  g_variant_dict_insert (&capabilities, "Actor Path", "s", path);
  if (base->workers > 0)
    g_variant_dict_insert (&capabilities, "Worker Threads", "u", base->workers);
  if (port != 0)
    g_variant_dict_insert (&capabilities, "Admin Port", "u", port);
  return g_variant_dict_end (&capabilities);
}

gboolean
bench_run_open (BenchRun *run,
                GError  **error)
{
  GVariant *capabilities = capabilities_of (run->base, error);

  if (capabilities != NULL)
    run->system = thespian_actor_system_new (run->base->name, capabilities, NULL,
                                             THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, error);
  return run->system != NULL;
}

gboolean
bench_run_start (BenchRun *run,
                 GError  **error)
{
  if (run->system != NULL)
    return TRUE;
  if (!bench_run_open (run, error))
    return FALSE;
  run->stage = thespian_actor_system_create_actor_by_name (run->system, BENCH_MODULE ("BenchStage"),
                                                           NULL, NULL, NULL, NULL, error);
  return run->stage != NULL;
}

gboolean
bench_run_stop (BenchRun *run,
                GError  **error)
{
  gboolean stopped = TRUE;

  if (run->system != NULL)
    stopped = thespian_actor_system_shutdown (run->system, NULL, error);
  g_clear_object (&run->stage);
  g_clear_object (&run->system);
  return stopped;
}

/* Asks @target with @message, which is unset; no answer and another type are errors. */
static GValue *
ask (BenchRun        *run,
     ThespianAddress *target,
     GValue          *message,
     GType            answer_type,
     GError         **error)
{
  GError *ask_error = NULL;
  GValue *answer = thespian_actor_system_ask (run->system, target, message, ANSWER_TIMEOUT, NULL,
                                              &ask_error);

  g_value_unset (message);
  if (answer != NULL && G_VALUE_HOLDS (answer, answer_type))
    return answer;

  if (ask_error != NULL)
    g_propagate_error (error, ask_error);
  else if (answer == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the actor gave no answer");
  else if (G_VALUE_HOLDS (answer, THESPIAN_TYPE_POISON_MESSAGE))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         thespian_poison_message_get_details (g_value_get_object (answer)));
  else if (G_VALUE_HOLDS_STRING (answer))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, g_value_get_string (answer));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the actor answered with a %s",
                 G_VALUE_TYPE_NAME (answer));
  g_clear_pointer (&answer, thespian_value_free);
  return NULL;
}

ThespianAddress *
bench_root_new (BenchRun   *run,
                const char *specification,
                GError    **error)
{
  GValue message = G_VALUE_INIT;
  GValue *answer;
  ThespianAddress *root;

  if (!bench_run_start (run, error))
    return NULL;
  g_value_init (&message, G_TYPE_STRING);
  g_value_set_string (&message, specification);
  answer = ask (run, run->stage, &message, THESPIAN_TYPE_ADDRESS, error);
  if (answer == NULL)
    return NULL;
  root = g_value_dup_object (answer);
  thespian_value_free (answer);
  return root;
}

gboolean
bench_root_work (BenchRun        *run,
                 ThespianAddress *root,
                 guint64          size,
                 GError         **error)
{
  GValue message = G_VALUE_INIT;
  GValue *answer;

  g_value_init (&message, G_TYPE_UINT64);
  g_value_set_uint64 (&message, size);
  answer = ask (run, root, &message, G_TYPE_BOOLEAN, error);
  if (answer == NULL)
    return FALSE;
  thespian_value_free (answer);
  return TRUE;
}

gboolean
bench_root_end (BenchRun        *run,
                ThespianAddress *root,
                GError         **error)
{
  GValue message = G_VALUE_INIT;
  GValue *answer;

  g_value_init (&message, THESPIAN_TYPE_ADDRESS);
  g_value_set_object (&message, root);
  answer = ask (run, run->stage, &message, G_TYPE_BOOLEAN, error);
  if (answer == NULL)
    return FALSE;
  thespian_value_free (answer);
  return TRUE;
}

GArray *
bench_root_pids (BenchRun        *run,
                 ThespianAddress *root,
                 GError         **error)
{
  GValue message = G_VALUE_INIT;
  GValue *answer;
  GArray *pids;
  gconstpointer data;
  gsize n;

  g_value_init (&message, G_TYPE_STRING);
  g_value_set_static_string (&message, "process ids");
  answer = ask (run, root, &message, G_TYPE_VARIANT, error);
  if (answer == NULL)
    return NULL;
  data = g_variant_get_fixed_array (g_value_get_variant (answer), &n, sizeof (gint64));
  pids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), n);
  g_array_append_vals (pids, data, n);
  thespian_value_free (answer);
  return pids;
}

double
bench_root_rate (BenchRun   *run,
                 const char *specification,
                 guint64     size,
                 guint64     steps_each,
                 GError    **error)
{
  g_autoptr (ThespianAddress) root = bench_root_new (run, specification, error);
  gint64 start, end;

  if (root == NULL || !bench_root_work (run, root, MAX (size / 100, 1), error))
    return -1;
  start = bench_now_ns ();
  if (!bench_root_work (run, root, size, error))
    return -1;
  end = bench_now_ns ();
  if (!bench_root_end (run, root, error))
    return -1;
  return bench_rate (size * steps_each, start, end);
}
