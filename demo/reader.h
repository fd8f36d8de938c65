/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/* Reads files, counts their words, and gives each reducer those that fall to it.  A troupe. */
#define WORDCOUNT_TYPE_READER (wordcount_reader_get_type ())
G_DECLARE_FINAL_TYPE (WordcountReader, wordcount_reader, WORDCOUNT, READER, ThespianActor)

G_END_DECLS
