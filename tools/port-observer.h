/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/* Hears of what happens in a system, or of what is logged there. */
typedef struct _PortObserver PortObserver;

typedef gboolean (*PortObserverFunc) (ThespianSystemEvent *event, gpointer user_data);

PortObserver        *port_observer_new  (ThespianActorSystem *system, gboolean hears_log, GError **error);
void                 port_observer_free (PortObserver *self);

/* Waits until all that was before is told. */
gboolean             port_observer_begin (PortObserver *self, GCancellable *cancellable, GError **error);
/* The next event; NULL with an error when the system has ended. */
ThespianSystemEvent *port_observer_next (PortObserver *self, GCancellable *cancellable, GError **error);

/* Calls @func for each actor that is there, until it returns TRUE: then @ret_event is set, and to NULL if it never did.
 * FALSE with an error when not all could be looked at. */
gboolean             port_observer_find (PortObserver *self, PortObserverFunc func, gpointer user_data,
                                         GCancellable *cancellable, ThespianSystemEvent **ret_event, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortObserver, port_observer_free)

G_END_DECLS
