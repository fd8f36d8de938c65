/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The text files below some folders: regular files without a NUL byte near their start. */
typedef struct
{
  char *path; /* (owned) */
  guint64 size; /* bytes */
} TextFile;

typedef struct
{
  GPtrArray *files; /* (owned) (element-type TextFile) in the order of their paths in each folder */
  GPtrArray *folders; /* (owned) (element-type utf8) where they were found */
  guint64 size; /* bytes, of all */
  guint64 n_other; /* files that are no text */
  guint64 n_unreadable; /* files and folders */
  GHashTable *seen; /* (owned) (element-type utf8) device and inode: a file counts once */
} TextFiles;

TextFiles *text_files_new        (void);
void       text_files_free       (TextFiles *self);

/* Adds what is below @folder; stops early once there are @max_files files and @max_size bytes. */
gboolean   text_files_add_folder (TextFiles *self, const char *folder, guint max_files,
                                  guint64 max_size, GError **error);

/* What the machine has: the usual folders, and further ones while that is less than the least. */
void       text_files_add_usual  (TextFiles *self, guint least_files, guint64 least_size);

/* A part of about @size bytes, of files from all over @self. */
TextFiles *text_files_sample     (TextFiles *self, guint64 size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TextFiles, text_files_free)

G_END_DECLS
