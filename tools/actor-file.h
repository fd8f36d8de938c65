/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file with a class of actors in it. */
typedef struct
{
  char *folder;              /* (owned) absolute */
  char *class_specification; /* (owned) */
} ActorFile;

/* @text is FILE or FILE:CLASS.  Fails with %TOOL_ERROR_USAGE, and with %TOOL_ERROR_FAILED for a module that is none. */
ActorFile *actor_file_find (const char *text, GError **error);
void       actor_file_free (ActorFile *self);

/* Classes of every language are looked for in @folders, of type `as' and floating, unless @capabilities say where. */
void       actor_folders_add (GVariantDict *capabilities, GVariant *folders);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ActorFile, actor_file_free)

G_END_DECLS
