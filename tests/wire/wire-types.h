/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "model/thespian-address.h"

G_BEGIN_DECLS

/* Travels by its properties. */
#define NOTE_TYPE (note_get_type ())
G_DECLARE_FINAL_TYPE (Note, note, TEST, NOTE, GObject)

struct _Note
{
  GObject parent_instance;

  char *text;
  int count;
  ThespianAddress *about;
  GObject *enclosed;
  int rating; /* from 0 to 5 */
};

/* Travels as the variant that it makes of itself: a text. */
#define PARCEL_TYPE (parcel_get_type ())
G_DECLARE_FINAL_TYPE (Parcel, parcel, TEST, PARCEL, GObject)

struct _Parcel
{
  GObject parent_instance;

  char *text;
};

Parcel *parcel_new (const char *text);

/* How many objects of these types and boxed values have been made by decoding so far. */
extern guint wire_types_n_decoded;

/* A boxed type with a codec. */
typedef struct
{
  int x;
  int y;
} Point;

#define POINT_TYPE (point_get_type ())
GType point_get_type (void);

/* A type derived from int. */
#define SHOE_SIZE_TYPE (shoe_size_get_type ())
GType shoe_size_get_type (void);

/* Registers all of them. */
void wire_types_ensure (void);

/* A value that holds values @depth deep. */
void wire_types_init_deep (GValue *value, guint depth);

/*
 * Bodies of each kind, (element-type GBytes); the first are those that need no user code, and
 * *@ret_n_plain is their number.
 */
GPtrArray *wire_types_list_samples (guint *ret_n_plain);

G_END_DECLS
