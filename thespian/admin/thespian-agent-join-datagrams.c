/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How an application joins a system whose Admin Port is one of UDP.  Nobody refuses anything there,
 * so whatever is not answered is said again; but where nobody listens the kernel says so.
 */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include "host/thespian-fds-private.h"
#include "model/thespian-error.h"
#include "transport/thespian-datagram-dialler-private.h"
#include "transport/thespian-key-file-private.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define INTERVAL (20 * G_TIME_SPAN_MILLISECOND)
#define SLOWER_INTERVAL (200 * G_TIME_SPAN_MILLISECOND)
#define MAX_SIZE 65536

typedef struct
{
  const ThespianAdminConfig *config;
  guint port;
  guint8 *key; /* unowned */
  gint64 deadline;
  ThespianIpAddress address;
  int fd;
  guint8 *buffer; /* (owned) aligned for frames */
  gboolean is_refused; /* nobody listens */
  ThespianDatagramDialler *dialler; /* (owned) (nullable) */
  ThespianSeal *seal;               /* (owned) (nullable) */
  GVariant *welcome;                /* (owned) (nullable) */
} Call;

/* --- Datagrams ------------------------------------------------------------------------------------------------ */

static void
send_to_admin (Call         *self,
               const guint8 *data,
               gsize         length)
{
  gssize n = sendto (self->fd, data, length, 0, (const struct sockaddr *) &self->address.storage, self->address.length);

  if (n < 0 && errno == ECONNREFUSED)
    self->is_refused = TRUE;
}

static gboolean
is_from_admin (Call                    *self,
               const ThespianIpAddress *source)
{
  return source->length == self->address.length &&
         memcmp (&source->storage, &self->address.storage, source->length) == 0;
}

/* What has come by then: its length, or 0. */
static gsize
receive_until (Call  *self,
               gint64 end)
{
  while (!self->is_refused)
    {
      ThespianIpAddress source = { .length = sizeof source.storage };
      gint64 left = end - g_get_monotonic_time ();
      gssize n = recvfrom (self->fd, self->buffer, MAX_SIZE, 0, (struct sockaddr *) &source.storage, &source.length);

      if (n > 0 && is_from_admin (self, &source))
        return (gsize) n;
      if (n < 0 && errno == ECONNREFUSED)
        self->is_refused = TRUE;
      if (n >= 0 || errno != EAGAIN)
        continue;
      if (left <= 0)
        return 0;
      poll (&(struct pollfd){ self->fd, POLLIN, 0 }, 1, (int) (left / G_TIME_SPAN_MILLISECOND) + 1);
    }
  return 0;
}

/* --- The handshake -------------------------------------------------------------------------------------------- */

/* The file may be of a system that has ended, and soon be that of the one which listens. */
static gboolean
load_key (Call    *self,
          GError **error)
{
  ThespianIdentity nobody = { 0, 0 };
  guint8 key[THESPIAN_SECRET_LENGTH] = { 0 };
  gboolean is_there = thespian_key_file_load (thespian_link_kind_get_name (self->config->link_kind), self->port, key,
                                              error);

  if (self->dialler == NULL || memcmp (key, self->key, sizeof key) != 0)
    {
      g_clear_pointer (&self->dialler, thespian_datagram_dialler_free);
      memcpy (self->key, key, sizeof key);
      self->dialler = thespian_datagram_dialler_new (THESPIAN_PURPOSE_ADMIN_PORT, &nobody, thespian_system_key_id, key);
    }
  thespian_secret_forget (key, sizeof key);
  return is_there;
}

static void
say_hello (Call *self)
{
  gsize length;
  const guint8 *hello = thespian_datagram_dialler_get_hello (self->dialler, &length);

  send_to_admin (self, hello, length);
}

static gboolean
hear_until (Call  *self,
            gint64 end)
{
  ThespianDatagramResult result = THESPIAN_DATAGRAM_IGNORED;
  gsize length;

  while (result != THESPIAN_DATAGRAM_DONE && (length = receive_until (self, end)) > 0)
    {
      result = thespian_datagram_dialler_receive (self->dialler, self->buffer, length);
      if (result == THESPIAN_DATAGRAM_REPLY)
        say_hello (self);
    }
  return result == THESPIAN_DATAGRAM_DONE;
}

static gint64
next_end (Call  *self,
          gint64 begin)
{
  gint64 now = g_get_monotonic_time ();

  return MIN (self->deadline, now + (now - begin < 10 * INTERVAL ? INTERVAL : SLOWER_INTERVAL));
}

static ThespianAttempt
set_silent (Call         *self,
            const GError *no_key,
            GError      **error)
{
  if (no_key != NULL)
    thespian_agent_set_taken (error, self->config->link_kind, self->port, no_key->message);
  else
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                 "What listens at UDP port %u of %s did not answer: it may be no actor system, or one whose admin is "
                 "stopped",
                 self->port, THESPIAN_IP_LOOPBACK);
  return THESPIAN_ATTEMPT_FAILED;
}

static ThespianAttempt
shake_hands (Call    *self,
             GError **error)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GError) no_key = NULL;
  gboolean is_done = FALSE;

  while (!is_done)
    {
      g_clear_error (&no_key);
      load_key (self, &no_key);
      say_hello (self);
      is_done = hear_until (self, next_end (self, begin));
      if (self->is_refused)
        return THESPIAN_ATTEMPT_NOBODY;
      if (!is_done && g_get_monotonic_time () >= self->deadline)
        return set_silent (self, no_key, error);
    }
  self->seal = thespian_datagram_dialler_take_seal (self->dialler, error);
  return self->seal != NULL ? THESPIAN_ATTEMPT_DONE : THESPIAN_ATTEMPT_FAILED;
}

/* --- The welcome ---------------------------------------------------------------------------------------------- */

static void
ask_for_welcome (Call *self)
{
  guint8 datagram[THESPIAN_SEAL_OVERHEAD + THESPIAN_FRAME_HEADER_SIZE + THESPIAN_FRAME_ALIGNMENT] = { 0 };
  guint8 *place = datagram + THESPIAN_SEAL_HEADROOM;
  gint32 pid = GINT32_TO_LE ((gint32) getpid ());
  ThespianFrame frame = {
    .kind = THESPIAN_CONTROL_GREET,
    .body = (const guint8 *) &pid,
    .body_length = sizeof pid,
  };

  thespian_frame_write_header (&frame, place);
  memcpy (place + THESPIAN_FRAME_HEADER_SIZE, &pid, sizeof pid);
  thespian_seal_encrypt (self->seal, datagram, frame.length);
  send_to_admin (self, datagram, THESPIAN_SEAL_OVERHEAD + frame.length);
}

/* Other frames come again when there is a link for them. */
static void
look_for_welcome (Call *self,
                  gsize size)
{
  const guint8 *data = self->buffer + THESPIAN_SEAL_HEADROOM;
  gsize length = 0;
  ThespianFrame frame;

  if (thespian_seal_decrypt (self->seal, self->buffer, size, &length) != THESPIAN_SEAL_OK)
    return;
  while (length >= THESPIAN_FRAME_HEADER_SIZE && thespian_frame_peek_length (data) <= length)
    {
      gsize frame_length = thespian_frame_peek_length (data);

      if (!thespian_frame_read (data, frame_length, &frame, NULL))
        return;
      if (frame.kind == THESPIAN_CONTROL_WELCOME)
        {
          self->welcome = thespian_control_read (&frame, "a{sv}");
          return;
        }
      data += frame_length;
      length -= frame_length;
    }
}

static ThespianAttempt
be_welcomed (Call    *self,
             GError **error)
{
  gint64 begin = g_get_monotonic_time ();

  while (self->welcome == NULL)
    {
      gint64 end = next_end (self, begin);
      gsize size;

      ask_for_welcome (self);
      while (self->welcome == NULL && (size = receive_until (self, end)) > 0)
        look_for_welcome (self, size);
      if (self->is_refused)
        {
          g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                       "The admin at UDP port %u of %s has just ended", self->port, THESPIAN_IP_LOOPBACK);
          return THESPIAN_ATTEMPT_AGAIN;
        }
      if (self->welcome == NULL && g_get_monotonic_time () >= self->deadline)
        return set_silent (self, NULL, error);
    }
  return THESPIAN_ATTEMPT_DONE;
}

/* --- All of it ------------------------------------------------------------------------------------------------- */

/* An error of one datagram is told only to who asks for that; later ones are of no interest. */
static void
set_hears_refusals (int      fd,
                    gboolean hears)
{
  setsockopt (fd, IPPROTO_IP, IP_RECVERR, &(int){ hears }, sizeof (int));
}

static ThespianAttempt
call (Call    *self,
      GError **error)
{
  ThespianAttempt attempt = shake_hands (self, error);

  if (attempt == THESPIAN_ATTEMPT_DONE)
    attempt = be_welcomed (self, error);
  return attempt;
}

static ThespianAttempt
open_call (Call    *self,
           GError **error)
{
  ThespianIpAddress any;

  thespian_ip_address_init_loopback (&any, 0);
  thespian_ip_address_init_loopback (&self->address, self->port);
  self->fd = thespian_udp_open (&any);
  if (self->fd >= 0)
    return THESPIAN_ATTEMPT_DONE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE, "There is no socket for datagrams: %s",
               g_strerror (errno));
  return THESPIAN_ATTEMPT_FAILED;
}

ThespianAttempt
thespian_agent_join_by_datagrams (const ThespianAdminConfig *config,
                                  guint                      port,
                                  gint64                     deadline,
                                  guint8                    *key,
                                  ThespianAgent            **ret_agent,
                                  GError                   **error)
{
  Call self = { .config = config, .port = port, .key = key, .deadline = deadline };
  ThespianAttempt attempt = open_call (&self, error);

  if (attempt != THESPIAN_ATTEMPT_DONE)
    return attempt;
  self.buffer = g_malloc (MAX_SIZE);
  set_hears_refusals (self.fd, TRUE);
  attempt = call (&self, error);
  set_hears_refusals (self.fd, FALSE);
  if (attempt == THESPIAN_ATTEMPT_DONE)
    {
      ThespianAgentWay way = { self.fd, g_steal_pointer (&self.seal), self.address };

      *ret_agent = thespian_agent_accept_welcome_by (config, self.welcome, &way, error);
      if (*ret_agent == NULL)
        attempt = THESPIAN_ATTEMPT_LATER;
    }
  else
    close (self.fd);
  g_clear_pointer (&self.dialler, thespian_datagram_dialler_free);
  g_clear_pointer (&self.seal, thespian_seal_free);
  g_clear_pointer (&self.welcome, g_variant_unref);
  g_free (self.buffer);
  return attempt;
}
