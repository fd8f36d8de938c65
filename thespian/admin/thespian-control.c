/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "admin/thespian-control-private.h"

#include "admin/thespian-node-start-private.h"
#include "log/thespian-internals-log-private.h"
#include "model/thespian-error.h"
#include "wire/thespian-body-private.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define MAX_PREAMBLE (256 * 1024 * 1024)

static GVariant *
read_variant (gconstpointer data,
              gsize         length,
              const char   *type)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (type), bytes, FALSE));

  return g_variant_is_normal_form (variant) ? g_steal_pointer (&variant) : NULL;
}

GVariant *
thespian_control_read (const ThespianFrame *frame,
                       const char          *type)
{
  GVariant *variant = read_variant (frame->body, frame->body_length, type);

  if (variant == NULL)
    thespian_internals_log (G_LOG_LEVEL_WARNING,
                            "A frame of kind %u has a body of %" G_GSIZE_FORMAT " bytes that is no “%s”", frame->kind,
                            frame->body_length, type);
  return variant;
}

GVariant *
thespian_control_new_bytes (const guint8 *bytes,
                            gsize         length)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, length, 1);
}

const guint8 *
thespian_control_get_bytes (GVariant *body,
                            guint     index,
                            gsize     length)
{
  g_autoptr (GVariant) child = g_variant_get_child_value (body, index);
  gsize n;
  const guint8 *bytes = g_variant_get_fixed_array (child, &n, 1); /* in the memory of @body */

  return n == length ? bytes : NULL;
}

GVariant *
thespian_control_new_endpoint (const ThespianIpAddress *address)
{
  guint8 bytes[THESPIAN_IP_ADDRESS_MAX_LENGTH];

  return thespian_control_new_bytes (bytes, thespian_ip_address_write (address, bytes));
}

gboolean
thespian_control_get_endpoint (GVariant          *body,
                               guint              index,
                               ThespianIpAddress *ret_address)
{
  g_autoptr (GVariant) child = g_variant_get_child_value (body, index);
  gsize length;
  const guint8 *bytes = g_variant_get_fixed_array (child, &length, 1);

  return thespian_ip_address_read (ret_address, bytes, length);
}

void
thespian_control_keep_types (void)
{
  static const char *const types[] = {
    THESPIAN_NODE_START_TYPE,
    THESPIAN_CONTROL_CREATE_FORMAT,
    THESPIAN_CONTROL_EXPECTS_FORMAT,
    THESPIAN_CONTROL_INTRODUCE_DATAGRAMS_FORMAT,
    THESPIAN_CONTROL_INTRODUCE_FORMAT,
    THESPIAN_CONTROL_OBITUARY_FORMAT,
    THESPIAN_CONTROL_REPLY_FORMAT,
    "(ttts)",
    "(tt)",
    "(uu)", /* versions among the capabilities */
    "(uuu)",
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    thespian_body_keep_type (G_VARIANT_TYPE (types[i]));
}

/* --- Before frames --------------------------------------------------------------------------------------- */

static gboolean
set_broken (GError    **error,
            const char *reason)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
               "The connection with the admin of the actor system broke at its beginning: %s", reason);
  return FALSE;
}

static gboolean
wait_for (int      fd,
          short    events,
          gint64   deadline,
          GError **error)
{
  struct pollfd poll_fd = { fd, events, 0 };
  int n;

  do
    {
      gint64 left = deadline < 0 ? -1 : MAX (deadline - g_get_monotonic_time (), 0) / 1000 + 1;

      n = poll (&poll_fd, 1, (int) MIN (left, G_MAXINT));
    }
  while (n < 0 && errno == EINTR);
  if (n > 0)
    return TRUE;
  g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                       "The admin of the actor system did not answer in time");
  return FALSE;
}

static gboolean
send_all (int           fd,
          gconstpointer data,
          gsize         length,
          GError      **error)
{
  const char *bytes = data;

  while (length > 0)
    {
      gssize n = send (fd, bytes, length, MSG_NOSIGNAL);

      if (n < 0 && (errno == EAGAIN || errno == EINTR))
        {
          if (!wait_for (fd, POLLOUT, -1, error))
            return FALSE;
          continue;
        }
      if (n < 0)
        return set_broken (error, g_strerror (errno));
      bytes += n;
      length -= (gsize) n;
    }
  return TRUE;
}

void
thespian_preamble_write (ThespianBuffer *buffer,
                         GVariant       *preamble)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (preamble);
  guint32 length = GUINT32_TO_LE ((guint32) g_variant_get_size (owned));

  thespian_buffer_append (buffer, &length, sizeof length);
  thespian_buffer_append (buffer, g_variant_get_data (owned), g_variant_get_size (owned));
}

gboolean
thespian_preamble_send (int       fd,
                        GVariant *preamble,
                        GError  **error)
{
  g_auto (ThespianBuffer) buffer = THESPIAN_BUFFER_INIT;

  thespian_preamble_write (&buffer, preamble);
  return send_all (fd, buffer.data, buffer.length, error);
}

static gboolean
receive_all (int      fd,
             gpointer data,
             gsize    length,
             gint64   deadline,
             GError **error)
{
  char *bytes = data;

  while (length > 0)
    {
      gssize n = recv (fd, bytes, length, MSG_DONTWAIT);

      if (n < 0 && (errno == EAGAIN || errno == EINTR))
        {
          if (!wait_for (fd, POLLIN, deadline, error))
            return FALSE;
          continue;
        }
      if (n <= 0)
        return set_broken (error, n < 0 ? g_strerror (errno) : "it was closed");
      bytes += n;
      length -= (gsize) n;
    }
  return TRUE;
}

GVariant *
thespian_preamble_receive (int         fd,
                           const char *type,
                           gint64      deadline,
                           GError    **error)
{
  g_autofree char *data = NULL;
  GVariant *variant = NULL;
  guint32 length;

  if (!receive_all (fd, &length, sizeof length, deadline, error))
    return NULL;
  length = GUINT32_FROM_LE (length);
  if (length <= MAX_PREAMBLE)
    {
      data = g_malloc (length + 1);
      if (!receive_all (fd, data, length, deadline, error))
        return NULL;
      variant = read_variant (data, length, type);
    }
  if (variant == NULL)
    set_broken (error, "what came is no greeting");
  return variant;
}
