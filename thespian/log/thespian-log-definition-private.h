/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "log/thespian-log-handler-private.h"
#include "log/thespian-log-section-private.h"

G_BEGIN_DECLS

/*
 * What becomes of which records, in the shape of the dictionaries of Python's logging; the page
 * doc/guide/logging.md has the keys.
 */
typedef struct
{
  char *domain;        /* (owned) empty for the root */
  int severity;        /* the least that it takes: its own, or of the next one above */
  int threshold;       /* the least that a handler of it takes */
  GPtrArray *handlers; /* (owned) of ThespianLogHandler, unowned: its own, and those above */
} ThespianLogLogger;

typedef struct
{
  gboolean by_glib;    /* there are no handlers: it goes to GLib's log */
  int threshold;       /* the least that is taken at all */
  GPtrArray *handlers; /* (owned) of ThespianLogHandler */
  GPtrArray *loggers;  /* (owned) of ThespianLogLogger, the longest domain first */
} ThespianLogDefinition;

/* @definition: NULL, FALSE, a{sv}, or a text with JSON; consumed if floating.  Opens no file.
 * Fails with %THESPIAN_ERROR_INVALID_ARGUMENT, which names the key and its value. */
ThespianLogDefinition *thespian_log_definition_new  (GVariant *definition, GError **error);
void                   thespian_log_definition_free (ThespianLogDefinition *self);
/* Opens the files, so that those that cannot be are found at once. */
gboolean               thespian_log_definition_open (ThespianLogDefinition *self, GError **error);

/* The logger of what is logged in @domain, or NULL. */
ThespianLogLogger     *thespian_log_definition_find (ThespianLogDefinition *self,
                                                     const char *domain);

/* thespian-log-definition-handler.c; @formats and @filters: by name. */
ThespianLogHandler    *thespian_log_definition_read_handler (ThespianLogDefinition *self,
                                                             ThespianLogSection    *section,
                                                             GHashTable            *formats,
                                                             GHashTable            *filters,
                                                             GError               **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianLogDefinition, thespian_log_definition_free)

G_END_DECLS
