/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "thespian-version-macros.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * ThespianLanguageHostTask:
 * @THESPIAN_LANGUAGE_HOST_TASK_END: to end the process, by [method@Thespian.LanguageHost.leave]
 * @THESPIAN_LANGUAGE_HOST_TASK_LOAD: to load the module at [method@Thespian.LanguageHost.get_path], and to
 *   tell by [method@Thespian.LanguageHost.set_loaded] or [method@Thespian.LanguageHost.set_failed]
 * @THESPIAN_LANGUAGE_HOST_TASK_FORK: to call [method@Thespian.LanguageHost.fork]
 * @THESPIAN_LANGUAGE_HOST_TASK_RUN: to find the class
 *   [method@Thespian.LanguageHost.get_class_name] in the module, and to run its actor by
 *   [method@Thespian.LanguageHost.run], or to tell by [method@Thespian.LanguageHost.set_failed]
 *
 * What a host is to do next.
 *
 * Since: 1.0
 */
typedef enum
{
  THESPIAN_LANGUAGE_HOST_TASK_END,
  THESPIAN_LANGUAGE_HOST_TASK_LOAD,
  THESPIAN_LANGUAGE_HOST_TASK_FORK,
  THESPIAN_LANGUAGE_HOST_TASK_RUN,
} ThespianLanguageHostTask;

#define THESPIAN_TYPE_LANGUAGE_HOST (thespian_language_host_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianLanguageHost, thespian_language_host, THESPIAN, LANGUAGE_HOST, GObject)

THESPIAN_AVAILABLE_IN_1_0
ThespianLanguageHost    *thespian_language_host_new            (const char *const    *arguments,
                                                                GError              **error)
    G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
ThespianLanguageHostTask thespian_language_host_wait           (ThespianLanguageHost *self);
THESPIAN_AVAILABLE_IN_1_0
gboolean                 thespian_language_host_fork           (ThespianLanguageHost *self);
THESPIAN_AVAILABLE_IN_1_0
const char              *thespian_language_host_get_path       (ThespianLanguageHost *self);
THESPIAN_AVAILABLE_IN_1_0
const char              *thespian_language_host_get_folder     (ThespianLanguageHost *self);
THESPIAN_AVAILABLE_IN_1_0
const char              *thespian_language_host_get_class_name (ThespianLanguageHost *self);
THESPIAN_AVAILABLE_IN_1_0
void                     thespian_language_host_set_loaded     (ThespianLanguageHost *self,
                                                                const char *const    *files);
THESPIAN_AVAILABLE_IN_1_0
void                     thespian_language_host_set_failed     (ThespianLanguageHost *self,
                                                                const char           *reason);
THESPIAN_AVAILABLE_IN_1_0
void                     thespian_language_host_run            (ThespianLanguageHost *self,
                                                                GType                 actor_type);
THESPIAN_AVAILABLE_IN_1_0
void                     thespian_language_host_leave          (ThespianLanguageHost *self);

G_END_DECLS
