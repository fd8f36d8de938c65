/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/* Adds up the words that fall to it, and hands them to its parent when that asks. */
#define WORDCOUNT_TYPE_REDUCER (wordcount_reducer_get_type ())
G_DECLARE_FINAL_TYPE (WordcountReducer, wordcount_reducer, WORDCOUNT, REDUCER, ThespianActor)

G_END_DECLS
