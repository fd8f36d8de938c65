/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-address.h"

#include "model/thespian-address-private.h"
#include "model/thespian-error.h"

#include <stdio.h>
#include <string.h>

/**
 * ThespianAddress:
 *
 * The address of an actor, an endpoint or an admin.
 *
 * An address is given out by the system: by creating an actor, as the sender of a message, or
 * inside a message. There is one object for each address in a process, so two addresses are equal
 * when they are the same object, and an address can be a key of a hash table, of a Python `dict`
 * or of a JavaScript `Map`.
 *
 * An address has two text forms. The *printable* form ([method@Thespian.Address.to_string]) is
 * for logs and people: it identifies the actor, and entitles to nothing. The *token*
 * ([method@Thespian.Address.to_token]) is the address itself: who holds it can send to the actor.
 *
 * Addresses are immutable; all methods may be called from any thread.
 *
 * Since: 1.0
 */

#define TOKEN_PREFIX "thespian:"
#define TOKEN_FORMAT TOKEN_PREFIX "%016" G_GINT64_MODIFIER "x-%016" G_GINT64_MODIFIER "x"
#define TOKEN_LENGTH (sizeof TOKEN_PREFIX - 1 + 16 + 1 + 16)
#define DIGEST_LENGTH 10

/*
 * The addresses that have left this process as text or in a variant and may come back: only they
 * need to be found by their bits.  All the others cost no lock and no table.
 */
#define N_FIRST_BUCKETS 64 /* each page of a table costs each process of an actor */

static GMutex interned_lock;
static ThespianAddress *first_buckets[N_FIRST_BUCKETS];
static ThespianAddress **interned = first_buckets;
static gsize n_buckets = N_FIRST_BUCKETS;
static gsize n_interned;
static char end_of_bucket; /* makes "in the table" visible in next_interned, also for the last */
#define END_OF_BUCKET ((ThespianAddress *) &end_of_bucket)

G_DEFINE_FINAL_TYPE (ThespianAddress, thespian_address, G_TYPE_OBJECT)

static ThespianAddress **
bucket_of (guint64 actor_id)
{
  return &interned[actor_id % n_buckets];
}

static gboolean
bucket_is_end (ThespianAddress *self)
{
  return self == NULL || self == END_OF_BUCKET;
}

static void
link_locked (ThespianAddress *self)
{
  ThespianAddress **bucket = bucket_of (self->actor_id);

  __atomic_store_n (&self->next_interned, *bucket != NULL ? *bucket : END_OF_BUCKET, __ATOMIC_RELAXED);
  *bucket = self;
}

static void
grow_locked (void)
{
  ThespianAddress **old = interned;
  gsize n_old = n_buckets;

  n_buckets *= 4;
  interned = g_new0 (ThespianAddress *, n_buckets);
  for (gsize i = 0; i < n_old; i++)
    for (ThespianAddress *next, *address = old[i]; !bucket_is_end (address); address = next)
      {
        next = address->next_interned;
        link_locked (address);
      }
  if (old != first_buckets)
    g_free (old);
}

static void
intern_locked (ThespianAddress *self)
{
  if (++n_interned > n_buckets)
    grow_locked ();
  link_locked (self);
}

/* To be seen without the lock: one that is in the table stays there, whatever its neighbours do. */
static gboolean
is_interned (ThespianAddress *self)
{
  return __atomic_load_n (&self->next_interned, __ATOMIC_RELAXED) != NULL;
}

void
thespian_address_intern (ThespianAddress *self)
{
  if (G_LIKELY (is_interned (self)))
    return;
  g_mutex_lock (&interned_lock);
  if (self->next_interned == NULL)
    intern_locked (self);
  g_mutex_unlock (&interned_lock);
}

static void
unintern (ThespianAddress *self)
{
  ThespianAddress **link;

  g_mutex_lock (&interned_lock);
  for (link = bucket_of (self->actor_id); *link != self; link = &(*link)->next_interned)
    ;
  __atomic_store_n (link, self->next_interned, __ATOMIC_RELAXED);
  n_interned--;
  g_mutex_unlock (&interned_lock);
}

/*
 * An address whose last reference is being dropped by another thread may still stand in the table:
 * that thread waits for the lock in its finalize().  Such an address cannot be brought back.
 */
gboolean
thespian_address_ref_if_alive (ThespianAddress *self)
{
  volatile guint *ref_count = &G_OBJECT (self)->ref_count;
  guint old = __atomic_load_n (ref_count, __ATOMIC_RELAXED);

  while (old > 0)
    if (__atomic_compare_exchange_n (ref_count, &old, old + 1, TRUE, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED))
      return TRUE;
  return FALSE;
}

static ThespianAddress *
find_locked (guint64 system_id,
             guint64 actor_id)
{
  ThespianAddress *address;

  for (address = *bucket_of (actor_id); !bucket_is_end (address); address = address->next_interned)
    if (address->actor_id == actor_id && address->system_id == system_id &&
        thespian_address_ref_if_alive (address))
      return address;
  return NULL;
}

ThespianAddress *
thespian_address_find (guint64 system_id,
                       guint64 actor_id)
{
  ThespianAddress *address;

  g_mutex_lock (&interned_lock);
  address = find_locked (system_id, actor_id);
  g_mutex_unlock (&interned_lock);
  return address;
}

ThespianAddress *
thespian_address_find_or_create (guint64 system_id,
                                 guint64 actor_id)
{
  ThespianAddress *address;

  g_mutex_lock (&interned_lock);
  address = find_locked (system_id, actor_id);
  if (address == NULL)
    {
      address = g_object_new (THESPIAN_TYPE_ADDRESS, NULL);
      address->system_id = system_id;
      address->actor_id = actor_id;
      intern_locked (address);
    }
  g_mutex_unlock (&interned_lock);
  return address;
}

/*
 * Nothing, not even what GObject does: g_object_unref() lets go of handlers and weak references once
 * more after this, and every actor that ends pays for it.
 */
static void
thespian_address_dispose (GObject *object)
{
}

static void
thespian_address_finalize (GObject *object)
{
  ThespianAddress *self = THESPIAN_ADDRESS (object);

  if (is_interned (self))
    unintern (self);
  if (self->port != NULL)
    self->port->ops->free (self->port);

  G_OBJECT_CLASS (thespian_address_parent_class)->finalize (object);
}

static void
thespian_address_class_init (ThespianAddressClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thespian_address_dispose;
  G_OBJECT_CLASS (klass)->finalize = thespian_address_finalize;
}

static void
thespian_address_init (ThespianAddress *self)
{
}

ThespianAddress *
thespian_address_new (guint64     system_id,
                      const char *class_name)
{
  ThespianAddress *self = g_object_new (THESPIAN_TYPE_ADDRESS, NULL);

  self->system_id = system_id;
  self->actor_id = thespian_random_id ();
  self->class_name = class_name;
  return self;
}

void
thespian_address_set_class_name (ThespianAddress *self,
                                 const char      *class_name)
{
  __atomic_store_n (&self->class_name, class_name, __ATOMIC_RELAXED);
}

void
thespian_address_take_port (ThespianAddress *self,
                            ThespianPort    *port)
{
  g_assert (self->port == NULL);
  __atomic_store_n (&self->port, port, __ATOMIC_RELEASE);
}

/**
 * thespian_address_to_string:
 * @self: an address
 *
 * Makes the printable form of an address: the actor's class and a short digest.
 *
 * The form identifies the actor in logs and status reports. It cannot be turned back into an
 * address, and does not entitle to send to the actor.
 *
 * Returns: (transfer full): the printable form
 *
 * Since: 1.0
 */
char *
thespian_address_to_string (ThespianAddress *self)
{
  g_autoptr (GChecksum) checksum = NULL;
  guint64 ids[2];

  g_return_val_if_fail (THESPIAN_IS_ADDRESS (self), NULL);

  ids[0] = GUINT64_TO_BE (self->system_id);
  ids[1] = GUINT64_TO_BE (self->actor_id);
  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, (const guchar *) ids, sizeof ids);
  return g_strdup_printf ("%s-%.*s", self->class_name != NULL ? self->class_name : "Actor",
                          DIGEST_LENGTH, g_checksum_get_string (checksum));
}

/**
 * thespian_address_to_token:
 * @self: an address
 *
 * Makes the token of an address: the text that [func@Thespian.Address.from_token] turns back
 * into the address.
 *
 * Whoever holds the token can send to the actor: keep it out of logs.
 *
 * Returns: (transfer full): the token
 *
 * Since: 1.0
 */
char *
thespian_address_to_token (ThespianAddress *self)
{
  g_return_val_if_fail (THESPIAN_IS_ADDRESS (self), NULL);

  thespian_address_intern (self);
  return g_strdup_printf (TOKEN_FORMAT, self->system_id, self->actor_id);
}

static gboolean
parse_half (const char *text,
            guint64    *ret_id)
{
  guint64 id = 0;

  for (int i = 0; i < 16; i++)
    {
      if (!g_ascii_isxdigit (text[i]) || g_ascii_isupper (text[i]))
        return FALSE;
      id = id << 4 | (guint) g_ascii_xdigit_value (text[i]);
    }
  *ret_id = id;
  return TRUE;
}

/**
 * thespian_address_from_token:
 * @token: the token of an address
 * @error: return location for an error
 *
 * Finds the address that a token stands for.
 *
 * The address need not be alive, nor of a system that this process knows: a message sent to one
 * that is not is a dead letter.
 *
 * Fails with %THESPIAN_ERROR_INVALID_ACTOR_ADDRESS when @token is no token.
 *
 * Returns: (transfer full): the address, or %NULL on error
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_address_from_token (const char *token,
                             GError    **error)
{
  const gsize prefix = sizeof TOKEN_PREFIX - 1;
  guint64 system_id, actor_id;
  g_autofree char *shown = NULL;

  g_return_val_if_fail (token != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (strlen (token) != TOKEN_LENGTH || !g_str_has_prefix (token, TOKEN_PREFIX) ||
      token[prefix + 16] != '-' || !parse_half (token + prefix, &system_id) ||
      !parse_half (token + prefix + 17, &actor_id))
    {
      shown = g_utf8_make_valid (token, (gssize) strnlen (token, 60));
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_ADDRESS,
                   "“%s” is not the token of an actor address: expected “" TOKEN_PREFIX
                   "” and two numbers of 16 hexadecimal digits",
                   shown);
      return NULL;
    }
  return thespian_address_find_or_create (system_id, actor_id);
}

/**
 * thespian_address_to_variant:
 * @self: an address
 *
 * Makes a variant of an address, of type `(tt)`, to be carried inside a message.
 *
 * Like the token, the variant is the right to send to the actor.
 *
 * Returns: (transfer none): a new floating variant
 *
 * Since: 1.0
 */
GVariant *
thespian_address_to_variant (ThespianAddress *self)
{
  g_return_val_if_fail (THESPIAN_IS_ADDRESS (self), NULL);

  thespian_address_intern (self);
  return g_variant_new ("(tt)", self->system_id, self->actor_id);
}

/**
 * thespian_address_from_variant:
 * @variant: a variant made by [method@Thespian.Address.to_variant]
 * @error: return location for an error
 *
 * Finds the address that a variant stands for.
 *
 * Fails with %THESPIAN_ERROR_INVALID_ACTOR_ADDRESS when @variant is not of type `(tt)`.
 *
 * Returns: (transfer full): the address, or %NULL on error
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_address_from_variant (GVariant *variant,
                               GError  **error)
{
  guint64 system_id, actor_id;

  g_return_val_if_fail (variant != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE ("(tt)")))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_ADDRESS,
                   "A variant of type “%s” is no actor address: expected “(tt)”",
                   g_variant_get_type_string (variant));
      return NULL;
    }
  g_variant_get (variant, "(tt)", &system_id, &actor_id);
  return thespian_address_find_or_create (system_id, actor_id);
}

/**
 * thespian_address_hash:
 * @self: an address
 *
 * Gives a hash value of an address, for tables that take a hash function.
 *
 * Returns: the hash value
 *
 * Since: 1.0
 */
guint
thespian_address_hash (ThespianAddress *self)
{
  g_return_val_if_fail (THESPIAN_IS_ADDRESS (self), 0);

  return g_int64_hash (&self->actor_id);
}

/**
 * thespian_address_equal:
 * @self: an address
 * @other: another address
 *
 * Tells whether two addresses are the same.
 *
 * There is one object for each address, so this only compares the pointers.
 *
 * Returns: %TRUE when they are
 *
 * Since: 1.0
 */
gboolean
thespian_address_equal (ThespianAddress *self,
                        ThespianAddress *other)
{
  g_return_val_if_fail (THESPIAN_IS_ADDRESS (self), FALSE);
  g_return_val_if_fail (THESPIAN_IS_ADDRESS (other), FALSE);

  return self == other;
}
