/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian/thespian.h>

G_BEGIN_DECLS

/*
 * The outside of the HTTP examples: creates a server, asks it to serve, prints what it tells of
 * (where it serves, then each path), and ends when somebody has asked for "/quit".
 */
int http_run_server (const char *program, GType server_type, const char *base_name);

G_END_DECLS
