/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A secret that two ends share: a system's key, a one-time token, or a key that was derived from
 * one.  Who holds it proves it with a MAC over what both ends said, so it never crosses a wire.
 */
#define THESPIAN_SECRET_LENGTH 32
#define THESPIAN_PROOF_LENGTH 32

/* Fills @bytes from the kernel's generator, which no fork can make repeat itself. */
void     thespian_secret_draw   (guint8 *bytes, gsize length);

/*
 * HMAC-SHA256 over @label, its NUL included, and @pieces one after the other.  All but the last
 * piece must be of a length that the label implies: then no two lists of pieces look the same.
 */
void     thespian_secret_prove  (const guint8 *secret, const char *label,
                                 const GOutputVector *pieces, guint n_pieces, guint8 *ret_proof);

/* HKDF-Expand of @secret for the purpose @label, its NUL included, and @index as 8 bytes, big-endian. */
void     thespian_secret_derive (const guint8 *secret, const char *label, guint64 index,
                                 guint8 *ret_bytes, gsize length);

/* Takes the same time wherever the difference is. */
gboolean thespian_secret_equal  (const guint8 *one, const guint8 *other, gsize length);

/* Overwrites @bytes; no compiler leaves it out. */
void     thespian_secret_forget (gpointer bytes, gsize length);

G_END_DECLS
