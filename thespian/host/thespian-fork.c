/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-fork-private.h"

#include "model/thespian-address-private.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_WAKEUPS 64
#define LARGEST_HOLE 16384
#define LARGEST_CACHED 1032 /* that malloc() keeps for those who ask for just that size, wherever it is */
#define SMALLEST_HOLE 16
/* What a node takes to begin with. */
#define HEAP_ROOM (512 * 1024)

/* The eventfds that the default main context polls. */
static int wakeups[MAX_WAKEUPS];
static guint n_wakeups;

/* What was taken of the heap, for good: each begins with where the one before it is. */
static gpointer *holes;

gboolean
thespian_die_with_parent (pid_t parent)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  return getppid () == parent;
}

/*
 * The C library cannot make a brother, so this asks the kernel, with what its fork() asks for
 * besides: the kernel writes the number of the copy's thread to where the library remembers it.
 * Handlers of pthread_atfork() do not run: what matters of them is in thespian_fork_settle().
 */
pid_t
thespian_fork_brother (void)
{
  int *tid = NULL;
  long flags = CLONE_PARENT | SIGCHLD;

  if (prctl (PR_GET_TID_ADDRESS, &tid, 0, 0, 0) == 0 && tid != NULL)
    flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
    /* The place of the child's thread number differs; in the other place the kernel ignores it. */
#ifdef __s390x__
  return (pid_t) syscall (SYS_clone, NULL, flags, NULL, tid, tid);
#else
  return (pid_t) syscall (SYS_clone, flags, NULL, NULL, tid, tid);
#endif
}

static gboolean
is_eventfd (int fd)
{
  char path[64], target[64];
  gssize n;

  g_snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
  n = readlink (path, target, sizeof target - 1);
  target[MAX (n, 0)] = '\0';
  return g_str_equal (target, "anon_inode:[eventfd]");
}

/* Takes a block; FALSE when there was none below @top. */
static gboolean
take_hole (gsize size,
           gsize top)
{
  gpointer *block = malloc (size);
  gboolean is_hole = (gsize) block < top;

  if (block == NULL)
    return FALSE;
  if (is_hole || size <= LARGEST_CACHED)
    {
      *block = holes;
      holes = block;
    }
  else
    free (block);
  return is_hole;
}

/*
 * What is free lies between what is not, all over the heap, and a child would make each page that it takes
 * some of its own.  With all of that taken here, it gets what it asks for in one piece, from the end.
 */
static void
fill_heap (void)
{
  gsize top = (gsize) sbrk (0) - mallinfo2 ().keepcost;

  for (gsize size = LARGEST_HOLE; size > 0; size -= SMALLEST_HOLE)
    while (take_hole (size, top))
      ;
}

/* The end of the heap is moved once here instead of in each child. */
static void
make_room (void)
{
  gpointer volatile room = malloc (HEAP_ROOM);

  free (room);
}

/*
 * All that is not needed by each child is done here, since a child that touches little memory is
 * made several times as fast.
 */
void
thespian_fork_prepare (void)
{
  GPollFD fds[MAX_WAKEUPS];
  int timeout, n_fds;

  n_fds = g_main_context_query (g_main_context_default (), G_MAXINT, &timeout, fds, MAX_WAKEUPS);
  n_wakeups = 0;
  for (int i = 0; i < MIN (n_fds, MAX_WAKEUPS); i++)
    if (is_eventfd (fds[i].fd))
      wakeups[n_wakeups++] = fds[i].fd;
  fill_heap ();
  make_room ();
  /* a child need not do so: nothing is drawn from here on */
  thespian_random_id_forget ();
}

/*
 * An eventfd that was inherited is one with the original's: each would take the other's wakeups.
 * The number stays, since the context polls it.
 */
static void
renew_wakeups (void)
{
  for (guint i = 0; i < n_wakeups; i++)
    {
      int own = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);

      if (own < 0 || dup3 (own, wakeups[i], O_CLOEXEC) < 0)
        g_error ("No descriptor to wake a new process by: %s", g_strerror (errno));
      close (own);
    }
}

/* The pools of thespian_random_id() would cost a page more. */
static void
seed_random (void)
{
  guint32 seed;

  if (getrandom (&seed, sizeof seed, 0) != sizeof seed)
    g_error ("The kernel gives no random bits: %s", g_strerror (errno));
  g_random_set_seed (seed);
}

void
thespian_fork_settle (pid_t parent)
{
  if (!thespian_die_with_parent (parent))
    _exit (1);
  seed_random ();
  renew_wakeups ();
}

guint
thespian_count_threads (void)
{
  struct stat tasks;

  /*
   * A folder has one link for each folder in it, besides its own two; here these are the threads.
   */
  if (stat ("/proc/self/task", &tasks) != 0 || tasks.st_nlink < 3)
    return 1;
  return (guint) tasks.st_nlink - 2;
}
