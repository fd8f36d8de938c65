/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "log/thespian-log-rotation-private.h"

G_BEGIN_DECLS

/*
 * A file that lines are appended to, by any thread, and by other processes too: each line is one
 * write, so they do not mix.  A file that was moved away is made anew.
 *
 * Who finds that its rotation is due tries for a lock of the file, and goes on writing when
 * another has it: nobody ever waits for somebody else's process.
 */
typedef struct _ThespianLogFile ThespianLogFile;

typedef enum
{
  THESPIAN_LOG_FILE_NONE = 0,
  /* In a folder where others may write: only a file of our own, that nobody else can read. */
  THESPIAN_LOG_FILE_PRIVATE = 1 << 0,
} ThespianLogFileFlags;

ThespianLogFile *thespian_log_file_new   (const char *path, const ThespianLogRotation *rotation,
                                          ThespianLogFileFlags flags);
ThespianLogFile *thespian_log_file_ref   (ThespianLogFile *self);
void             thespian_log_file_unref (ThespianLogFile *self);

const char      *thespian_log_file_get_path     (ThespianLogFile *self);
const ThespianLogRotation *
                 thespian_log_file_get_rotation (ThespianLogFile *self);

/* Opens it now rather than with the first line, to see that it can be, and be rotated. */
gboolean         thespian_log_file_open  (ThespianLogFile *self, GError **error);
/* FALSE when it could not be written, or not be rotated: then it is written all the same. */
gboolean         thespian_log_file_write (ThespianLogFile *self, const char *text, gsize size,
                                          GError **error);

/* Writes all of it; FALSE with errno set. */
gboolean         thespian_log_write_all  (int fd, const char *text, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianLogFile, thespian_log_file_unref)

G_END_DECLS
