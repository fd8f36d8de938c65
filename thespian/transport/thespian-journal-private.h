/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The journal of a node: memory that its admin sees too, where the node notes which messages it has
 * handled and which it has in hand.  It outlives the process, whatever ends that: so the admin can
 * tell the senders exactly what has become of their messages, although acknowledgements are batched.
 */
typedef struct _ThespianJournal ThespianJournal;

typedef struct
{
  guint64 node_id;  /* the sending node; 0: free */
  guint64 actor_id; /* the target; 0: of nobody now */
  guint64 begun;    /* atomic: of the last message whose handling has begun */
  guint64 handled;  /* atomic */
} ThespianJournalSlot;

/* Memory for a new node, as a descriptor to be given to it; -1 with @error set. */
int              thespian_journal_create (GError **error);
/* Takes @fd. */
ThespianJournal *thespian_journal_open   (int fd, GError **error);
void             thespian_journal_free   (ThespianJournal *self);

/* On the node: NULL when all are taken; then the admin knows only what was acknowledged. */
ThespianJournalSlot *thespian_journal_claim (ThespianJournal *self, guint64 node_id, guint64 actor_id);
void                 thespian_journal_release (ThespianJournal *self, ThespianJournalSlot *slot);

/* In the admin, after the node's end. */
const ThespianJournalSlot *thespian_journal_find (ThespianJournal *self, guint64 node_id, guint64 actor_id);

G_END_DECLS
