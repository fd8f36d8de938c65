/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A named pipe: what a test and its actors share where they are different processes. A message
 * carries its path; who gets that opens it. What is written stays until somebody reads it, as long
 * as one has it open.
 */
typedef struct
{
  char *path;
  int fd; /* to read and to write */
} BehaviourFifo;

BehaviourFifo *behaviour_fifo_new       (void);
void           behaviour_fifo_free      (BehaviourFifo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BehaviourFifo, behaviour_fifo_free)

/* For the test: writes a mark; waits for one, and takes it; whether one is there. */
void           behaviour_fifo_write     (BehaviourFifo *self);
void           behaviour_fifo_read      (BehaviourFifo *self);
gboolean       behaviour_fifo_has       (BehaviourFifo *self);

/* For an actor, by the path: writes a mark; waits for one, and leaves it to others, or gives up
 * after the limit of the tests; takes one, if one is there. */
void           behaviour_mark           (const char    *path,
                                         char           mark);
gboolean       behaviour_wait_at        (const char    *path);
gboolean       behaviour_take_mark      (const char    *path);

/* A descriptor for it. Who wants to see that nobody writes any more opens it to read only. */
int            behaviour_fifo_open      (const char    *path,
                                         int            flags);

G_END_DECLS
