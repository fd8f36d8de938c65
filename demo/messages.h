/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/*
 * Who says what to whom.  All of it is plain GLib values, so it crosses every base.
 *
 *   outside      → coordinator   JOB        "(a(st)uu)"  files with sizes, reducers, readers
 *   coordinator  → reader troupe WORK       "(asav)"     files, addresses of the reducers
 *   reader       → each reducer  GBytes                  packed words that fall to it
 *   reader       → coordinator   DONE       "(ttttt)"    of Tally
 *   coordinator  → reducer       uint64                  how many GBytes to wait for
 *   reducer      → coordinator   GBytes                  packed words, all of them
 *   coordinator  → outside       uint64                  bytes read so far
 *                                RESULT     "((ttttt)ay)" the sum of all Tally, packed words
 *                                string                  why there is no result
 */
#define JOB_TYPE "(a(st)uu)"
#define WORK_TYPE "(asav)"
#define DONE_TYPE "(ttttt)"
#define RESULT_TYPE "((ttttt)ay)"

typedef struct
{
  guint64 files;
  guint64 unreadable; /* files */
  guint64 bytes;
  guint64 words;
  guint64 messages;
} Tally;

static inline GVariant *
tally_to_variant (const Tally *tally)
{
  return g_variant_new (DONE_TYPE, tally->files, tally->unreadable, tally->bytes, tally->words,
                        tally->messages);
}

static inline Tally
tally_from_variant (GVariant *variant)
{
  Tally tally;

  g_variant_get (variant, DONE_TYPE, &tally.files, &tally.unreadable, &tally.bytes, &tally.words,
                 &tally.messages);
  return tally;
}

static inline void
tally_add (Tally       *tally,
           const Tally *more)
{
  tally->files += more->files;
  tally->unreadable += more->unreadable;
  tally->bytes += more->bytes;
  tally->words += more->words;
  tally->messages += more->messages;
}

/* The variant of @type in @message, or NULL when it holds something else. */
static inline GVariant *
message_get_variant (const GValue *message,
                     const char   *type)
{
  GVariant *variant = G_VALUE_HOLDS_VARIANT (message) ? g_value_get_variant (message) : NULL;

  return variant != NULL && g_variant_is_of_type (variant, G_VARIANT_TYPE (type)) ? variant : NULL;
}

G_END_DECLS
