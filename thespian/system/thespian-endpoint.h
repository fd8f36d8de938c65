/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "model/thespian-address.h"
#include "thespian-version-macros.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_ENDPOINT (thespian_endpoint_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianEndpoint, thespian_endpoint, THESPIAN, ENDPOINT, GObject)

THESPIAN_AVAILABLE_IN_1_0
ThespianAddress *thespian_endpoint_get_address   (ThespianEndpoint   *self);

THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_endpoint_tell          (ThespianEndpoint   *self,
                                                  ThespianAddress    *target,
                                                  const GValue       *message,
                                                  GCancellable       *cancellable,
                                                  GError            **error);
THESPIAN_AVAILABLE_IN_1_0
void             thespian_endpoint_tell_async    (ThespianEndpoint   *self,
                                                  ThespianAddress    *target,
                                                  const GValue       *message,
                                                  GCancellable       *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer            user_data);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_endpoint_tell_finish   (ThespianEndpoint   *self,
                                                  GAsyncResult       *result,
                                                  GError            **error);
THESPIAN_AVAILABLE_IN_1_0
GValue          *thespian_endpoint_ask           (ThespianEndpoint   *self,
                                                  ThespianAddress    *target,
                                                  const GValue       *message,
                                                  GTimeSpan           timeout,
                                                  GCancellable       *cancellable,
                                                  GError            **error) G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
void             thespian_endpoint_ask_async     (ThespianEndpoint   *self,
                                                  ThespianAddress    *target,
                                                  const GValue       *message,
                                                  GTimeSpan           timeout,
                                                  GCancellable       *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer            user_data);
THESPIAN_AVAILABLE_IN_1_0
GValue          *thespian_endpoint_ask_finish    (ThespianEndpoint   *self,
                                                  GAsyncResult       *result,
                                                  GError            **error) G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
GValue          *thespian_endpoint_listen        (ThespianEndpoint   *self,
                                                  GTimeSpan           timeout,
                                                  GCancellable       *cancellable,
                                                  GError            **error) G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
void             thespian_endpoint_listen_async  (ThespianEndpoint   *self,
                                                  GTimeSpan           timeout,
                                                  GCancellable       *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer            user_data);
THESPIAN_AVAILABLE_IN_1_0
GValue          *thespian_endpoint_listen_finish (ThespianEndpoint   *self,
                                                  GAsyncResult       *result,
                                                  GError            **error) G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
void             thespian_endpoint_close         (ThespianEndpoint   *self);

G_END_DECLS
