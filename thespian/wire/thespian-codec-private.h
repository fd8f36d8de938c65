/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * Values to variants and back: what a message becomes on its way between processes.
 *
 * A value is a variant (sv): the name of its type, and its content in a form that the type's
 * fundamental type decides.  The name is resolved among the types that the process has already: a
 * message never makes a process load code.
 */

/* A new floating variant, or NULL with %THESPIAN_ERROR_NOT_SERIALIZABLE. */
GVariant *thespian_codec_encode    (const GValue *value, GError **error);

/* Sets @value, which is unset; FALSE with %THESPIAN_ERROR_INVALID_ARGUMENT for what is no value. */
gboolean  thespian_codec_decode    (GVariant *variant, GValue *value, GError **error);

/* Sends @value through bytes and back, as between processes. */
gboolean  thespian_codec_roundtrip (GValue *value, GError **error);

G_END_DECLS
