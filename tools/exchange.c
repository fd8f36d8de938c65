/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "exchange.h"

#include "timeout.h"
#include "tool-error.h"

#include <glib/gi18n.h>

gboolean
exchange_read_options (Exchange *self,
                       GError  **error)
{
  return (self->format_name == NULL || message_format_parse (self->format_name, &self->format, error)) &&
         timeout_from_seconds (self->seconds, &self->timeout, error);
}

void
exchange_clear (Exchange *self)
{
  g_clear_pointer (&self->format_name, g_free);
}

GVariant *
exchange_parse (Exchange   *self,
                const char *text,
                GError    **error)
{
  return message_parse (self->format, text, error);
}

static GVariant *
answer_to_details (Exchange *self,
                   Answer   *answer)
{
  GVariantDict details;

  g_variant_dict_init (&details, NULL);
  g_variant_dict_insert (&details, "type", "s", answer->type);
  if (answer->content != NULL && self->format == MESSAGE_GVARIANT)
    g_variant_dict_insert_value (&details, "answer", g_variant_new_take_string (g_variant_print (answer->content, TRUE)));
  else if (answer->content != NULL)
    g_variant_dict_insert_value (&details, "answer", answer->content);
  return g_variant_dict_end (&details);
}

gboolean
exchange_print (Exchange *self,
                Session  *session,
                Answer   *answer,
                GError  **error)
{
  g_autofree char *text = NULL;

  if (answer->failure != NULL)
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_POISON, _ ("the actor failed with the message: %s"),
                   *answer->failure != '\0' ? answer->failure : _ ("it did not say why"));
      return FALSE;
    }
  text = answer_format (answer, self->format);
  session_print (session, answer_to_details (self, answer), text);
  return TRUE;
}
