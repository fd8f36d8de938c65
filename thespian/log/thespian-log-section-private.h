/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A dictionary inside a log definition, with the way to it, so that whatever is wrong is told with
 * its place: handlers['file']['level'].  All fail with %THESPIAN_ERROR_INVALID_ARGUMENT.
 *
 * The getters leave what they return alone when there is no such key.
 */
typedef struct
{
  char *name;     /* (owned) its key in the dictionary above */
  char *path;     /* (owned) */
  GVariant *dict; /* (owned) a{sv} */
} ThespianLogSection;

/* The definition itself: a dictionary, or a text with one as JSON. */
ThespianLogSection *thespian_log_section_new          (GVariant *definition, GError **error);
void                thespian_log_section_free         (ThespianLogSection *self);

/* @known: all keys that there may be, with spaces between. */
gboolean            thespian_log_section_check_keys   (ThespianLogSection *self, const char *known,
                                                       GError **error);
gboolean            thespian_log_section_has          (ThespianLogSection *self, const char *key);

gboolean            thespian_log_section_get_string   (ThespianLogSection *self, const char *key,
                                                       char **text, GError **error);
gboolean            thespian_log_section_get_strings  (ThespianLogSection *self, const char *key,
                                                       char ***texts, GError **error);
gboolean            thespian_log_section_get_number   (ThespianLogSection *self, const char *key,
                                                       guint64 least, guint64 most, guint64 *number,
                                                       GError **error);
gboolean            thespian_log_section_get_boolean  (ThespianLogSection *self, const char *key,
                                                       gboolean *truth, GError **error);
/* A severity, from the name of a level or a number. */
gboolean            thespian_log_section_get_level    (ThespianLogSection *self, const char *key,
                                                       int *severity, GError **error);
/* The dictionaries in the dictionary at @key, in order; none when there is no such key. */
GPtrArray          *thespian_log_section_get_sections (ThespianLogSection *self, const char *key,
                                                       GError **error);

/* FALSE: there has to be such a key, with a value as @expected says. */
gboolean            thespian_log_section_fail_missing (ThespianLogSection *self, const char *key,
                                                       const char *expected, GError **error);
/* FALSE: the value at @key is not as @expected says. */
gboolean            thespian_log_section_fail         (ThespianLogSection *self, const char *key,
                                                       const char *expected, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianLogSection, thespian_log_section_free)

G_END_DECLS
