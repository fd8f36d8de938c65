/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The actor classes of the module bench-actors; each file says what its actors are sent. */
GType bench_bodies_get_type       (void);
GType bench_dicts_get_type        (void);
GType bench_echo_get_type         (void);
GType bench_infant_get_type       (void);
GType bench_nursery_get_type      (void);
GType bench_pinger_get_type       (void);
GType bench_pinger_apart_get_type (void);
GType bench_ponger_get_type       (void);
GType bench_sink_get_type         (void);
GType bench_texts_get_type        (void);

G_END_DECLS
