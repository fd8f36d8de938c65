/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "link-side.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MAX_WAITING 900 /* messages: a sender with more would have to wait */
#define MAX_BYTES 20000000

static guint
get_factor (const char *name)
{
  const char *text = g_getenv (name);

  return MAX (text != NULL ? atoi (text) : 1, 1);
}

guint
link_side_get_scale (void)
{
  return get_factor ("THESPIAN_TEST_SCALE");
}

GTimeSpan
link_side_get_limit (void)
{
  return 240 * G_TIME_SPAN_SECOND * get_factor ("THESPIAN_TEST_TIME_SCALE");
}

pid_t
link_side_fork (void)
{
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    prctl (PR_SET_PDEATHSIG, SIGKILL);

  return pid;
}

/* --- Messages --------------------------------------------------------------------------------------- */

/* Each number has a length of its own, so what was put together wrongly is seen. */
static guint
length_of (guint64 number,
           guint   longest)
{
  return 24 + (guint) ((number * 2654435761u) % (longest - 23));
}

static gboolean
sink_deliver (ThespianPort    *port,
              GValue          *message,
              ThespianAddress *sender,
              GError         **error)
{
  LinkSink *sink = (LinkSink *) port;
  const char *text;

  g_assert_true (G_VALUE_HOLDS_STRING (message));
  text = g_value_get_string (message);
  g_assert_cmpuint (g_ascii_strtoull (text, NULL, 10), ==, sink->n_received);
  g_assert_cmpuint (strlen (text), ==, length_of (sink->n_received, sink->length));
  sink->n_received++;
  g_value_unset (message);

  return TRUE;
}

static void
sink_free (ThespianPort *port)
{
  g_free (port);
}

static const ThespianPortOps sink_ops = {
  .deliver = sink_deliver,
  .free = sink_free,
};

static LinkSink *
sink_new (ThespianAddress *address,
          guint            length)
{
  LinkSink *sink = g_new0 (LinkSink, 1);

  sink->port.ops = &sink_ops;
  sink->length = length;
  thespian_address_intern (address);
  thespian_address_take_port (address, &sink->port);

  return sink;
}

/* --- The side --------------------------------------------------------------------------------------- */

void
link_side_init (LinkSide                  *self,
                guint                      index,
                guint                      length,
                const ThespianExchangeOps *ops,
                gpointer                   owner)
{
  *self = (LinkSide){ .index = index, .length = length, .face = { .system_id = LINK_SIDE_SYSTEM_ID } };
  self->exchange = thespian_exchange_new (&self->face, index + 1, NULL, ops, owner);
  g_mutex_lock (&self->exchange->lock);
  self->peer = thespian_peer_ensure_locked (self->exchange, 2 - index);
  thespian_exchange_unlock (self->exchange);
}

void
link_side_clear (LinkSide *self)
{
  thespian_exchange_close (self->exchange);
  for (guint i = 0; i < self->n_targets; i++)
    {
      g_object_unref (self->here[i]);
      g_object_unref (self->there[i]);
    }
  thespian_exchange_unref (self->exchange);
}

void
link_side_add_target (LinkSide *self,
                      guint64   here,
                      guint64   there)
{
  guint i = self->n_targets++;

  self->here[i] = thespian_address_find_or_create (LINK_SIDE_SYSTEM_ID, here);
  self->there[i] = thespian_address_find_or_create (LINK_SIDE_SYSTEM_ID, there);
  self->sinks[i] = sink_new (self->here[i], self->length);
}

void
link_side_add_targets (LinkSide *self,
                       guint     n)
{
  for (guint i = 0; i < n; i++)
    link_side_add_target (self, 1000 * (self->index + 1) + i, 1000 * (2 - self->index) + i);
}

ThespianChannel *
link_side_get_channel (LinkSide *self,
                       guint     target)
{
  return thespian_port_to_channel (thespian_channel_open (self->exchange, self->there[target]));
}

gboolean
link_side_send (LinkSide   *self,
                guint       target,
                const char *text,
                GError    **error)
{
  GValue value = G_VALUE_INIT;
  ThespianPort *port = &link_side_get_channel (self, target)->port;
  gboolean taken;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_static_string (&value, text);
  taken = port->ops->deliver (port, &value, self->here[0], error);
  if (!taken)
    g_value_unset (&value);

  return taken;
}

void
link_side_send_number (LinkSide *self,
                       guint     target)
{
  guint length = length_of (self->n_sent[target], self->length);
  g_autofree char *text = g_strnfill (length, 'x');
  g_autoptr (GError) error = NULL;

  g_snprintf (text, 24, "%020" G_GUINT64_FORMAT " is", self->n_sent[target]);
  text[strlen (text)] = 'x';
  g_assert_true (link_side_send (self, target, text, &error));
  g_assert_no_error (error);
  self->n_sent[target]++;
}

static guint64
count_waiting (LinkSide *self,
               guint     target)
{
  ThespianChannel *channel = link_side_get_channel (self, target);
  guint64 n;

  g_mutex_lock (&self->exchange->lock);
  n = channel->last - channel->handled;
  thespian_exchange_unlock (self->exchange);

  return n;
}

static void
send_some (LinkSide *self)
{
  guint64 limit = MIN (MAX_WAITING, MAX (MAX_BYTES / self->length, 2));

  for (guint i = 0; i < self->n_targets; i++)
    {
      guint64 room = limit - MIN (limit, count_waiting (self, i));

      for (; room > 0 && self->n_sent[i] < self->n_messages; room--)
        link_side_send_number (self, i);
    }
}

static gboolean
is_all_done (LinkSide *self)
{
  for (guint i = 0; i < self->n_targets; i++)
    if (self->sinks[i]->n_received < self->n_messages || self->n_sent[i] < self->n_messages ||
        count_waiting (self, i) > 0)
      return FALSE;

  return TRUE;
}

/* What was said last may be lost as well, so neither leaves before both are done. */
void
link_side_talk (LinkSide *self,
                gint      is_done[2],
                void (*pump) (LinkSide *self))
{
  gint64 end = g_get_monotonic_time () + link_side_get_limit ();

  while (!g_atomic_int_get (&is_done[0]) || !g_atomic_int_get (&is_done[1]))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      send_some (self);
      pump (self);
      if (is_all_done (self))
        g_atomic_int_set (&is_done[self->index], TRUE);
    }
  for (guint i = 0; i < self->n_targets; i++)
    g_assert_cmpuint (self->sinks[i]->n_received, ==, self->n_messages);
}
