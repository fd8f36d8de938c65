/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "log/thespian-log-record-private.h"

G_BEGIN_DECLS

/* A folder of its own for a test, which goes with all that is in it. */
typedef struct
{
  char *path;
} LogFolder;

void               log_folder_set_up    (LogFolder *folder, gconstpointer data);
void               log_folder_tear_down (LogFolder *folder, gconstpointer data);
char              *log_folder_path      (LogFolder *folder, const char *name);
/* The content of a file of the folder, or NULL when there is none. */
char              *log_folder_read      (LogFolder *folder, const char *name);
/* The names of all files, sorted, with spaces between. */
char              *log_folder_list      (LogFolder *folder);

/* A definition as text of a variant, in which %s stands for the path of the folder (if any). */
GVariant          *log_definition       (LogFolder *folder, const char *text);

/* One of an actor when @address is given. */
ThespianLogRecord *log_record           (GLogLevelFlags level, const char *domain,
                                         const char *message, const char *address);

#define log_test_add(path, func) \
  g_test_add (path, LogFolder, NULL, log_folder_set_up, func, log_folder_tear_down)

G_END_DECLS
