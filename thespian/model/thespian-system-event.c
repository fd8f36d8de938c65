/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-system-event-private.h"

#include "model/thespian-serializable.h"
#include "thespian-enums.h"

/**
 * ThespianSystemEvent:
 *
 * Tells an observer of a system who is there, and what happens.
 *
 * An actor system sends it to those who have asked by a [class@Thespian.ObserveRequest]. What it
 * says depends on its kind; the details know more, by name:
 *
 * | key | type | content |
 * | --- | --- | --- |
 * | `address` | `s` | the printable form of the actor's address, or of a dead letter's target |
 * | `class` | `s` | the class of the actor |
 * | `parent` | `s` | the printable form of the address of the actor's parent |
 * | `global-name` | `s` | the actor's global name; absent without one |
 * | `process-id` | `i` | the process that the actor lives in |
 * | `existing` | `b` | the actor was there before the request; absent for a new one |
 * | `sender` | `s` | the printable form of the address of a dead letter's sender |
 * | `message` | `s` | the dead letter as a text; absent when the admin does not know the message's type |
 * | `message-type` | `s` | the type of the dead letter; absent likewise |
 * | `capabilities` | `a{sv}` | all capabilities of the system, after a change |
 * | `level` | `s` | the level of what was logged, such as `WARNING`; its text is the `message`, and `address`, `class` and `process-id` are of who logged it, the first two absent for what no actor logged |
 * | `domain` | `s` | the log domain of what was logged; absent without one |
 * | `time` | `x` | when it was logged, in microseconds since 1970, UTC |
 * | `missed` | `t` | how many events before this one the observer had no room for; absent for none |
 *
 * An observer that is slow misses events instead of making the system wait: then it can ask anew. The next event that
 * it has room for says so; when none comes, one of the kind %THESPIAN_SYSTEM_EVENT_KIND_MISSED does. Events are never
 * dead letters.
 *
 * The object is made by the actor system, never changes, and may be used from any thread.
 *
 * Since: 1.0
 */
struct _ThespianSystemEvent
{
  GObject parent_instance;

  ThespianSystemEventKind kind;
  ThespianAddress *address; /* (owned) (nullable) */
  GVariant *details;        /* (owned) a{sv} */
};

typedef enum
{
  PROP_KIND = 1,
  PROP_ADDRESS,
  PROP_DETAILS,
} ThespianSystemEventProperty;

static GParamSpec *props[PROP_DETAILS + 1];

G_DEFINE_FINAL_TYPE_WITH_CODE (ThespianSystemEvent, thespian_system_event, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))

static void
thespian_system_event_finalize (GObject *object)
{
  ThespianSystemEvent *self = THESPIAN_SYSTEM_EVENT (object);

  g_clear_object (&self->address);
  g_variant_unref (self->details);

  G_OBJECT_CLASS (thespian_system_event_parent_class)->finalize (object);
}

static void
thespian_system_event_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  ThespianSystemEvent *self = THESPIAN_SYSTEM_EVENT (object);

  switch ((ThespianSystemEventProperty) prop_id)
    {
    case PROP_KIND:
      g_value_set_enum (value, (int) thespian_system_event_get_kind (self));
      break;

    case PROP_ADDRESS:
      g_value_set_object (value, thespian_system_event_get_address (self));
      break;

    case PROP_DETAILS:
      g_value_set_variant (value, thespian_system_event_get_details (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
set_details (ThespianSystemEvent *self,
             GVariant            *details)
{
  if (details == NULL)
    return;
  g_variant_unref (self->details);
  self->details = g_variant_ref_sink (details);
}

static void
thespian_system_event_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  ThespianSystemEvent *self = THESPIAN_SYSTEM_EVENT (object);

  switch ((ThespianSystemEventProperty) prop_id)
    {
    case PROP_KIND:
      self->kind = (ThespianSystemEventKind) g_value_get_enum (value);
      break;

    case PROP_ADDRESS:
      self->address = g_value_dup_object (value);
      break;

    case PROP_DETAILS:
      set_details (self, g_value_get_variant (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_system_event_class_init (ThespianSystemEventClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thespian_system_event_finalize;
  object_class->get_property = thespian_system_event_get_property;
  object_class->set_property = thespian_system_event_set_property;

  /**
   * ThespianSystemEvent:kind: (getter get_kind)
   *
   * What the event tells of.
   *
   * Since: 1.0
   */
  props[PROP_KIND] =
    g_param_spec_enum ("kind", NULL, NULL, THESPIAN_TYPE_SYSTEM_EVENT_KIND, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * ThespianSystemEvent:address: (getter get_address)
   *
   * The actor that the event is about, or the target of a dead letter.
   *
   * Since: 1.0
   */
  props[PROP_ADDRESS] =
    g_param_spec_object ("address", NULL, NULL, THESPIAN_TYPE_ADDRESS,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * ThespianSystemEvent:details: (getter get_details)
   *
   * All else that the event says, by name.
   *
   * Since: 1.0
   */
  props[PROP_DETAILS] =
    g_param_spec_variant ("details", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_system_event_init (ThespianSystemEvent *self)
{
  self->details = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
}

ThespianSystemEvent *
thespian_system_event_new (ThespianSystemEventKind kind,
                           ThespianAddress        *address,
                           GVariant               *details)
{
  return g_object_new (THESPIAN_TYPE_SYSTEM_EVENT, "kind", kind, "address", address, "details", details, NULL);
}

/**
 * thespian_system_event_get_kind: (get-property kind)
 * @self: an event
 *
 * Gets what the event tells of. May be called from any thread.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
ThespianSystemEventKind
thespian_system_event_get_kind (ThespianSystemEvent *self)
{
  g_return_val_if_fail (THESPIAN_IS_SYSTEM_EVENT (self), THESPIAN_SYSTEM_EVENT_KIND_CURRENT);

  return self->kind;
}

/**
 * thespian_system_event_get_address: (get-property address)
 * @self: an event
 *
 * Gets the address of the actor that the event is about, or the target of a dead letter.
 *
 * Only an observer outside of the system, who may do everything there, gets it. An actor finds the
 * printable form in the details, which identifies but gives no right to send. May be called from
 * any thread.
 *
 * Returns: (transfer none) (nullable): the address
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_system_event_get_address (ThespianSystemEvent *self)
{
  g_return_val_if_fail (THESPIAN_IS_SYSTEM_EVENT (self), NULL);

  return self->address;
}

/**
 * thespian_system_event_get_details: (get-property details)
 * @self: an event
 *
 * Gets all else that the event says, by name. May be called from any thread.
 *
 * Returns: (transfer none): an `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
thespian_system_event_get_details (ThespianSystemEvent *self)
{
  g_return_val_if_fail (THESPIAN_IS_SYSTEM_EVENT (self), NULL);

  return self->details;
}

gboolean
thespian_system_event_is_of_list (ThespianSystemEvent *self)
{
  gboolean existing = FALSE;

  g_variant_lookup (self->details, THESPIAN_EVENT_EXISTING, "b", &existing);
  return existing || self->kind == THESPIAN_SYSTEM_EVENT_KIND_CURRENT;
}

guint64
thespian_system_event_get_missed (ThespianSystemEvent *self)
{
  guint64 n_missed = 0;

  g_variant_lookup (self->details, THESPIAN_EVENT_MISSED, "t", &n_missed);
  return n_missed;
}

ThespianSystemEvent *
thespian_system_event_copy_with_missed (ThespianSystemEvent *self,
                                        guint64              n_missed)
{
  GVariantDict details;

  g_variant_dict_init (&details, self->details);
  g_variant_dict_insert (&details, THESPIAN_EVENT_MISSED, "t", thespian_system_event_get_missed (self) + n_missed);
  return thespian_system_event_new (self->kind, self->address, g_variant_dict_end (&details));
}
