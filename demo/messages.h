/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/*
 * Who says what to whom.  All of it is plain GLib values, so it crosses every base, and what may be
 * long goes in several messages, so that each fits into a datagram.
 *
 *   outside      → coordinator   FILES     some of the files, with their sizes
 *                                JOB       reducers, readers, who is to be killed; begin
 *   coordinator  → reader troupe WORK      task, piece, files, of how many parts of the words which
 *                                          go to which reducers
 *   reader       → coordinator   NOTE      "begun", task
 *   reader       → each reducer  PARCEL    task, piece, packed words that fall to it
 *   reducer      → coordinator   NOTE      "has", task
 *   reader       → coordinator   DONE      task, its Tally
 *   coordinator  → reader        NOTE      "kept", task: nothing of it can get lost any more
 *   coordinator  → reducer       NOTE      "give": there is no more to come
 *   reducer      → coordinator   PARCEL    packed words, all of them
 *   coordinator  → outside       uint64    bytes read so far
 *                                VICTIM    the address of the one to be killed
 *                                RESULT    the sum of all Tally, readers, pieces read again
 *                                FAILURE   why there is no result: an actor "ended", or it
 *                                          "failed", with details; from a reducer too
 *   outside      → coordinator   NOTE      "give", number of the bytes of words to go on at
 *   coordinator  → outside       GBytes    packed words from there; none: that was all
 *   anybody      → coordinator   uint32    how many of the most frequent words to tell
 *   coordinator  → anybody       TOP       these, as far as they are known
 */
#define FILES_TYPE "a(ayt)"
#define JOB_TYPE "(uus)"
#define WORK_TYPE "(uuaaya(uv)u)"
#define NOTE_TYPE "(st)"
#define DONE_TYPE "(u(ttttt))"
#define VICTIM_TYPE "(v)"
#define RESULT_TYPE "((ttttt)uu)"
#define FAILURE_TYPE "(ss)"

#define TOP_TYPE "a{st}"

#define TALLY_TYPE "(ttttt)"

#define NOTE_BEGUN "begun"
#define NOTE_HAS "has"
#define NOTE_KEPT "kept"
#define NOTE_GIVE "give"

#define FAILURE_ENDED "ended"
#define FAILURE_FAILED "failed"

#define VICTIM_READER "reader"
#define VICTIM_REDUCER "reducer"

/* What one message carries at most, of a content of any size. */
#define MESSAGE_BYTES (32 * 1024)

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
  return g_variant_new (TALLY_TYPE, tally->files, tally->unreadable, tally->bytes, tally->words,
                        tally->messages);
}

static inline Tally
tally_from_variant (GVariant *variant)
{
  Tally tally;

  g_variant_get (variant, TALLY_TYPE, &tally.files, &tally.unreadable, &tally.bytes, &tally.words,
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

static inline gboolean
message_is_note (const GValue *message,
                 const char   *text,
                 guint64      *ret_number)
{
  GVariant *note = message_get_variant (message, NOTE_TYPE);
  const char *said;

  if (note == NULL)
    return FALSE;
  g_variant_get (note, "(&st)", &said, ret_number);
  return g_str_equal (said, text);
}

static inline gboolean
send_note (ThespianActor   *actor,
           ThespianAddress *target,
           const char      *text,
           guint64          number)
{
  return thespian_actor_send_variant (actor, target, g_variant_new (NOTE_TYPE, text, number));
}

G_END_DECLS
