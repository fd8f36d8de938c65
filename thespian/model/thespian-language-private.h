/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-actor-private.h"
#include "model/thespian-language.h"

G_BEGIN_DECLS

/* Whether an actor of @klass could live on the calling thread. */
gboolean             thespian_actor_class_check_thread (ThespianActorClass *klass, GError **error);

/* The last of an actor's interceptors; NULL for a class that is not a guest. */
ThespianInterceptor *thespian_language_create_guard    (ThespianActorClass *klass);

/*
 * On the thread of the declared language, in a process that is there for an actor of that: has its collector work in
 * one piece, as far as that can be, so that no call comes between two of them.
 */
void                 thespian_language_miss_no_calls   (void);

/* Makes @value what the declared language can take; @value stays the caller's. */
void                 thespian_language_adapt_reply     (GValue *value);

G_END_DECLS
