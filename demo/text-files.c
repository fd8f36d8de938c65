/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "text-files.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As much of a file as `grep` looks at before it calls it binary. */
#define PROBE_BYTES 32768

static const char *const usual_folders[] = {
  "/usr/share/common-licenses",
  "/usr/share/doc",
};

/* Where a minimal installation has text. */
static const char *const further_folders[] = {
  "/usr/include",
  "/usr/share/perl",
  "/usr/lib/python3",
  "/usr/share",
  "/usr/lib",
  "/etc",
};

static const char *const compressed_suffixes[] = { ".gz", ".xz", ".bz2", ".zst", ".lzma", ".Z" };

static void
text_file_free (gpointer data)
{
  TextFile *file = data;

  g_free (file->path);
  g_free (file);
}

TextFiles *
text_files_new (void)
{
  TextFiles *self = g_new0 (TextFiles, 1);

  self->files = g_ptr_array_new_with_free_func (text_file_free);
  self->folders = g_ptr_array_new_with_free_func (g_free);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
text_files_free (TextFiles *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->folders);
  g_hash_table_unref (self->seen);
  g_free (self);
}

static void
add_file (TextFiles  *self,
          const char *path,
          guint64     size)
{
  TextFile *file = g_new (TextFile, 1);

  file->path = g_strdup (path);
  file->size = size;
  g_ptr_array_add (self->files, file);
  self->size += size;
}

static gboolean
is_compressed (const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (compressed_suffixes); i++)
    if (g_str_has_suffix (path, compressed_suffixes[i]))
      return TRUE;
  return FALSE;
}

typedef enum
{
  TEXT,
  OTHER,
  UNREADABLE,
} Kind;

static Kind
probe (const char *path)
{
  static char start[PROBE_BYTES];
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gssize n;

  if (fd < 0)
    return UNREADABLE;
  n = read (fd, start, sizeof start);
  close (fd);
  if (n < 0)
    return UNREADABLE;
  return n > 0 && memchr (start, '\0', (gsize) n) == NULL ? TEXT : OTHER;
}

static void
consider_file (TextFiles         *self,
               const char        *path,
               const struct stat *info)
{
  char *id = g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64) info->st_dev,
                              (guint64) info->st_ino);
  Kind kind;

  if (!g_hash_table_add (self->seen, id))
    return;
  kind = is_compressed (path) ? OTHER : probe (path);
  if (kind == TEXT)
    add_file (self, path, (guint64) info->st_size);
  else if (kind == OTHER)
    self->n_other++;
  else
    self->n_unreadable++;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Sorted, so that two runs read the same; NULL when @folder cannot be read. */
static GPtrArray *
list_names (const char *folder,
            GError    **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) names = NULL;
  const char *name;

  if (dir == NULL)
    return NULL;
  names = g_ptr_array_new_with_free_func (g_free);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

static gboolean
has_enough (TextFiles *self,
            guint      max_files,
            guint64    max_size)
{
  return self->files->len >= max_files && self->size >= max_size;
}

static gboolean
walk (TextFiles  *self,
      const char *folder,
      guint       max_files,
      guint64     max_size,
      GError    **error)
{
  g_autoptr (GPtrArray) names = list_names (folder, error);

  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len && !has_enough (self, max_files, max_size); i++)
    {
      g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);
      struct stat info;

      /* No link is followed: what it leads to may stand elsewhere in the folder, or be a loop. */
      if (lstat (path, &info) < 0)
        self->n_unreadable++;
      else if (S_ISREG (info.st_mode))
        consider_file (self, path, &info);
      else if (S_ISDIR (info.st_mode) && !walk (self, path, max_files, max_size, NULL))
        self->n_unreadable++;
    }
  return TRUE;
}

gboolean
text_files_add_folder (TextFiles  *self,
                       const char *folder,
                       guint       max_files,
                       guint64     max_size,
                       GError    **error)
{
  guint before = self->files->len;

  if (!walk (self, folder, max_files, max_size, error))
    return FALSE;
  if (self->files->len > before)
    g_ptr_array_add (self->folders, g_strdup (folder));
  return TRUE;
}

void
text_files_add_usual (TextFiles *self,
                      guint      least_files,
                      guint64    least_size)
{
  /* A folder that this machine does not have is none of ours. */
  for (gsize i = 0; i < G_N_ELEMENTS (usual_folders); i++)
    text_files_add_folder (self, usual_folders[i], G_MAXUINT, G_MAXUINT64, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (further_folders); i++)
    if (!has_enough (self, least_files, least_size))
      text_files_add_folder (self, further_folders[i], least_files, least_size, NULL);
}

TextFiles *
text_files_sample (TextFiles *self,
                   guint64    size)
{
  TextFiles *sample = text_files_new ();
  guint64 every = MAX (self->size / MAX (size, 1), 1);

  for (guint64 i = 0; i < self->files->len; i += every)
    {
      const TextFile *file = self->files->pdata[i];

      /* One huge file is no part. */
      if (file->size <= MAX (size / 4, self->size / self->files->len))
        add_file (sample, file->path, file->size);
    }
  if (sample->files->len == 0)
    {
      const TextFile *file = self->files->pdata[0];

      add_file (sample, file->path, file->size);
    }
  return sample;
}
