/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-journal-private.h"

#include "model/thespian-error.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

/* Pages that are never touched cost nothing, so there is room for more peers than most actors have. */
#define N_SLOTS 4096
#define SIZE (N_SLOTS * sizeof (ThespianJournalSlot))

struct _ThespianJournal
{
  ThespianJournalSlot *slots;
  guint n_claimed;
  GPtrArray *released; /* (owned) of ThespianJournalSlot, unowned */
};

static void
set_failed (GError    **error,
            const char *what)
{
  int code = errno;

  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED,
               "No memory can be shared with a new actor process (%s): %s", what, g_strerror (code));
}

int
thespian_journal_create (GError **error)
{
  int fd = memfd_create ("thespian-journal", MFD_CLOEXEC);

  if (fd >= 0 && ftruncate (fd, SIZE) == 0)
    return fd;
  set_failed (error, fd < 0 ? "memfd_create" : "ftruncate");
  if (fd >= 0)
    close (fd);
  return -1;
}

ThespianJournal *
thespian_journal_open (int      fd,
                       GError **error)
{
  ThespianJournal *self;
  gpointer memory = mmap (NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

  if (memory == MAP_FAILED)
    set_failed (error, "mmap");
  close (fd);
  if (memory == MAP_FAILED)
    return NULL;
  self = g_new0 (ThespianJournal, 1);
  self->slots = memory;
  self->released = g_ptr_array_new ();
  return self;
}

void
thespian_journal_free (ThespianJournal *self)
{
  munmap (self->slots, SIZE);
  g_ptr_array_unref (self->released);
  g_free (self);
}

ThespianJournalSlot *
thespian_journal_claim (ThespianJournal *self,
                        guint64          node_id,
                        guint64          actor_id)
{
  ThespianJournalSlot *slot;

  if (self->released->len > 0)
    slot = g_ptr_array_steal_index_fast (self->released, self->released->len - 1);
  else if (self->n_claimed < N_SLOTS)
    slot = &self->slots[self->n_claimed++];
  else
    return NULL;
  slot->begun = slot->handled = 0;
  slot->node_id = node_id;
  __atomic_store_n (&slot->actor_id, actor_id, __ATOMIC_RELEASE);
  return slot;
}

void
thespian_journal_release (ThespianJournal     *self,
                          ThespianJournalSlot *slot)
{
  __atomic_store_n (&slot->actor_id, 0, __ATOMIC_RELEASE);
  g_ptr_array_add (self->released, slot);
}

const ThespianJournalSlot *
thespian_journal_find (ThespianJournal *self,
                       guint64          node_id,
                       guint64          actor_id)
{
  for (guint i = 0; i < N_SLOTS && self->slots[i].node_id != 0; i++)
    if (self->slots[i].node_id == node_id && self->slots[i].actor_id == actor_id)
      return &self->slots[i];
  return NULL;
}
