/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <sys/resource.h>

G_BEGIN_DECLS

/* The lowest number that thespian_fd_move_high() gives: user code may select() on what is below. */
#define THESPIAN_FD_HIGH 1024

/*
 * A process that holds descriptors for thousands of actors raises its limit as far as it may;
 * before user code runs, in it or in a process that it starts, the limit is put back.
 */
void     thespian_fds_raise_limit        (void);
void     thespian_fds_restore_limit      (void);

/*
 * The limit that thespian_fds_restore_limit() puts back: what it was when the first process began.
 */
void     thespian_fds_get_original_limit (struct rlimit *ret_limit);
void     thespian_fds_set_original_limit (const struct rlimit *limit);

/*
 * Moves @fd out of the way of user code, to a number of THESPIAN_FD_HIGH or more, close-on-exec.
 * Returns the new number, or @fd as it was when the hard limit permits no such number.
 */
int      thespian_fd_move_high           (int fd);

/* Closes what *@fd is, if anything, and forgets it. */
void     thespian_fd_clear               (int *fd);

G_END_DECLS
