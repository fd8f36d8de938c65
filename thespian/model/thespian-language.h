/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-actor.h"

G_BEGIN_DECLS

/**
 * ThespianLanguageFlags:
 * @THESPIAN_LANGUAGE_FLAGS_NONE: none of the following
 * @THESPIAN_LANGUAGE_FLAGS_ONE_THREAD: its code runs only on the thread that declared the language
 * @THESPIAN_LANGUAGE_FLAGS_MISSES_CALLS: a call of a virtual function can fail to arrive, and then
 *   returns %FALSE without an error
 * @THESPIAN_LANGUAGE_FLAGS_ONLY_DOUBLES: all of its numbers are doubles, so it knows neither integers
 *   beyond ±2⁵³ nor enumerations
 *
 * What a language cannot do. Used by [func@Thespian.declare_language].
 *
 * Since: 1.0
 */
typedef enum /*< flags >*/
{
  THESPIAN_LANGUAGE_FLAGS_NONE = 0,
  THESPIAN_LANGUAGE_FLAGS_ONE_THREAD = 1 << 0,
  THESPIAN_LANGUAGE_FLAGS_MISSES_CALLS = 1 << 1,
  THESPIAN_LANGUAGE_FLAGS_ONLY_DOUBLES = 1 << 2,
} ThespianLanguageFlags;

THESPIAN_AVAILABLE_IN_1_0
void    thespian_declare_language         (const char           *name,
                                           ThespianLanguageFlags flags);
THESPIAN_AVAILABLE_IN_1_0
void    thespian_actor_class_set_guest    (ThespianActorClass   *klass);
THESPIAN_AVAILABLE_IN_1_0
GValue *thespian_dup_message_property     (GObject              *object,
                                           const char           *property_name,
                                           GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
