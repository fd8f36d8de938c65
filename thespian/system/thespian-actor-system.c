/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "system/thespian-actor-system.h"

#include "base/thespian-base-private.h"
#include "log/thespian-log-hub-private.h"
#include "model/thespian-error.h"
#include "system/thespian-actor-system-private.h"
#include "system/thespian-create-private.h"
#include "system/thespian-endpoint-private.h"

#include <pthread.h>

/**
 * ThespianActorSystem:
 *
 * An actor system: what actors live in, and what the rest of a program reaches them by.
 *
 * A system is started on one of several *bases*. The actors cannot tell which, and run unchanged on
 * each:
 *
 * - `simpleSystemBase`: in the caller's thread, while a call of [method@Thespian.ActorSystem.tell],
 *   [method@Thespian.ActorSystem.ask] or [method@Thespian.ActorSystem.listen] runs, until nothing
 *   is left to do. The default, made for tests.
 * - `mainLoopBase`: in the thread-default main context of the thread that started the system, beside
 *   the application's own sources.
 * - `multithreadBase`: on worker threads, one for each processor or as many as the capability
 *   `Worker Threads` says.
 * - `multiprocQueueBase`: each actor in a process of its own. The system ends with the process that
 *   started it.
 * - `multiprocTCPBase`: the same, in a system that outlives the process which started it. Every
 *   process of the same user that starts one with the same capability `Admin Port` (1900 by default)
 *   uses that system; its base and its capabilities stand, and the other arguments are ignored.
 * - `multiprocUDPBase`: the same, over encrypted datagrams and with 1029 as default. A message must
 *   fit into a datagram there.
 *
 * On the last three a message must be serialisable (see [iface@Thespian.Serializable]), and a class
 * of actors must be one that another process can find: of an actor module or a library, or, when the
 * capability `Process Startup Method` is `fork`, of the program itself.
 *
 * ```c
 * g_autoptr (ThespianActorSystem) system =
 *   thespian_actor_system_new ("multithreadBase", NULL, NULL, THESPIAN_ACTOR_SYSTEM_NONE, &error);
 * g_autoptr (ThespianAddress) hello =
 *   thespian_actor_system_create_actor (system, HELLO_TYPE_ACTOR, NULL, NULL, NULL, NULL, &error);
 * ```
 *
 * All methods may be called from any thread. The blocking ones fail with
 * %THESPIAN_ERROR_WOULD_DEADLOCK inside an actor; each has an asynchronous form, which works there.
 *
 * A system ends with [method@Thespian.ActorSystem.shutdown], or with the last reference to it; but
 * one that several processes can use is only left with the last reference.
 *
 * Since: 1.0
 */

struct _ThespianActorSystem
{
  GObject parent_instance;

  ThespianAdminFace *admin;   /* (owned) */
  ThespianEndpoint *endpoint; /* (owned) the system's own */
  GTimeSpan create_timeout;
  GTimeSpan tell_timeout;
  GTimeSpan shutdown_timeout;
  gint shut_down; /* atomic */
  gboolean is_disposed;
};

typedef enum
{
  PROP_BASE_NAME = 1,
  PROP_ADMIN_ADDRESS,
  PROP_ADDRESS,
  PROP_CREATE_TIMEOUT,
  PROP_TELL_TIMEOUT,
  PROP_SHUTDOWN_TIMEOUT,
} ThespianActorSystemProperty;

static GParamSpec *props[PROP_SHUTDOWN_TIMEOUT + 1];

G_DEFINE_FINAL_TYPE (ThespianActorSystem, thespian_actor_system, G_TYPE_OBJECT)

/* The process-wide system, and the base that the next one has by default. */
static GMutex default_lock;
static ThespianActorSystem *default_system; /* (owned) (nullable) protected by the lock */
static gboolean is_default_starting;        /* protected by the lock, which is not held meanwhile */
static GCond default_started;
static const char *previous_base;           /* static; protected by the lock */

/* --- Start ------------------------------------------------------------------------------------------- */

/* Before anything is started for it. */
static gboolean
check_log_definition (GVariant *log_definition,
                      GError  **error)
{
  return thespian_log_hub_check_definition (log_definition, error);
}

/* A system that is nowhere but in the process, or with it, is not there to be joined. */
static gboolean
check_joins (const ThespianBase      *base,
             ThespianActorSystemFlags flags,
             GError                 **error)
{
  if ((flags & THESPIAN_ACTOR_SYSTEM_JOIN_ONLY) == 0 || thespian_link_kind_has_port (base->config.link_kind))
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "A system of %s cannot be joined, since it is found at no port: choose multiprocTCPBase or "
               "multiprocUDPBase",
               base->config.base_name);
  return FALSE;
}

static ThespianStart
flags_to_start (ThespianActorSystemFlags flags)
{
  if ((flags & THESPIAN_ACTOR_SYSTEM_JOIN_ONLY) != 0)
    return THESPIAN_START_NEVER;
  return (flags & THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE) != 0 ? THESPIAN_START_TRANSIENT : THESPIAN_START_LASTING;
}

static ThespianActorSystem *
start_system (const char              *base_name,
              GVariant                *capabilities,
              GVariant                *log_definition,
              ThespianActorSystemFlags flags,
              GError                 **error)
{
  const ThespianBase *base = thespian_base_find (base_name, error);
  ThespianActorSystem *self;
  ThespianAdminFace *admin;

  if (base == NULL || !check_joins (base, flags, error) || !check_log_definition (log_definition, error))
    return NULL;
  admin = base->start (base, capabilities, log_definition, flags_to_start (flags), error);
  if (admin == NULL)
    return NULL;

  self = g_object_new (THESPIAN_TYPE_ACTOR_SYSTEM, NULL);
  self->admin = admin;
  self->endpoint = thespian_endpoint_new (admin);
  return self;
}

/* A copy of this process that is made while a system starts is not what starts it. */
static void
forget_start (void)
{
  is_default_starting = FALSE;
}

/* The process's system; or NULL when the caller is to start it, and then to call end_start(). */
static ThespianActorSystem *
begin_start (ThespianActorSystem **ret_former)
{
  static gsize watches_forks;
  ThespianActorSystem *self;

  if (g_once_init_enter (&watches_forks))
    {
      pthread_atfork (NULL, NULL, forget_start);
      g_once_init_leave (&watches_forks, 1);
    }
  g_mutex_lock (&default_lock);
  while (is_default_starting)
    g_cond_wait (&default_started, &default_lock);
  if (default_system != NULL && default_system->admin->ops->is_stopping (default_system->admin))
    *ret_former = g_steal_pointer (&default_system);
  self = default_system != NULL ? g_object_ref (default_system) : NULL;
  is_default_starting = self == NULL;
  g_mutex_unlock (&default_lock);
  return self;
}

static void
end_start (ThespianActorSystem *self)
{
  g_mutex_lock (&default_lock);
  default_system = self != NULL ? g_object_ref (self) : NULL;
  is_default_starting = FALSE;
  g_cond_broadcast (&default_started);
  g_mutex_unlock (&default_lock);
}

static const char *
choose_base (const char *base_name)
{
  const char *previous;

  g_mutex_lock (&default_lock);
  previous = previous_base != NULL ? previous_base : THESPIAN_BASE_DEFAULT;
  g_mutex_unlock (&default_lock);
  return base_name != NULL ? base_name : previous;
}

static void
remember_base (ThespianActorSystem *self)
{
  g_mutex_lock (&default_lock);
  previous_base = self->admin->base_name;
  g_mutex_unlock (&default_lock);
}

/**
 * thespian_actor_system_new:
 * @base_name: (nullable): the name of the system base, or %NULL for that of the system this process
 *   started last, or else `simpleSystemBase`
 * @capabilities: (nullable): the first capabilities, of type `a{sv}`; consumed if floating
 * @log_definition: (nullable): what becomes of what actors log: %NULL for warnings and worse to
 *   GLib's log, the boolean %FALSE for everything there, or a dictionary of type `a{sv}`, or a
 *   string with one as JSON, for what that says; consumed if floating
 * @flags: whether the system is the process's or the caller's own
 * @error: return location for an error
 *
 * Gives the actor system of the process, which is started when there is none.
 *
 * When there is one already it is returned as it is, and the other arguments are ignored. The
 * process keeps it until it is shut down. With %THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE a new system
 * is started in any case, which only its references keep. On `multiprocTCPBase` and `multiprocUDPBase`
 * one that runs at the Admin Port is joined nevertheless; one that this starts ends with the process,
 * however that ends.
 *
 * With %THESPIAN_ACTOR_SYSTEM_JOIN_ONLY nothing is started: the system that runs at the Admin Port is
 * joined, as one of the caller's own with %THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE besides.
 *
 * The dictionary of a log definition has the shape that Python's `logging.config.dictConfig()`
 * takes:
 *
 * - `version`: 1.
 * - `formatters`: by name, each with `format`, such as
 *   `%(time)s %(levelname)-8s %(actorAddress)s => %(message)s`, and perhaps `datefmt`, as
 *   [method@GLib.DateTime.format] takes it.
 * - `filters`: by name, each with `class`: `actor` for what actors log, `not-actor` for the rest, or
 *   `domain` with one or more log domains at `domain`.
 * - `handlers`: by name, each with `class`: `stderr`, `file`, `rotating-file`, `timed-rotating-file`
 *   or `journald`; the least `level` that it takes; the names of its `filters` and of its
 *   `formatter`. Those with a file have `filename`, and `max-bytes` (in bytes) or `when` (`S`, `M`,
 *   `H`, `D` or `midnight`) and `interval`, and `backup-count`.
 * - `loggers`: by log domain, each with the names of its `handlers` and its least `level`; that of
 *   the empty domain is for all. One has the handlers of those above it too, unless its
 *   `propagate` is false. What actors log with [method@Thespian.Actor.log] is in the domain
 *   `Thespian-Actor`.
 *
 * Files are opened before the system starts; their paths are relative to the folder in which the
 * process is at that time.
 *
 * Some capabilities are read by the library. They must be of the type given here; for a number any
 * integer type will do.
 *
 * - `Worker Threads` (`u`): the threads of `multithreadBase`; without it, one a processor.
 * - `Mailbox Limit` (`u`): messages that may wait for an actor, on the bases of one process; 0 for
 *   any number.
 * - `Return When Idle` (`b`): on `simpleSystemBase`, whether a call returns when no message is left.
 * - `Actor Path` (`s` or `as`): folders in which actor modules are looked for.
 * - `Python Path`, `GJS Path` (`s` or `as`): the same for modules in Python and JavaScript.
 * - `Admin Port` (`u`): where a system of `multiprocTCPBase` or `multiprocUDPBase` is found.
 * - `Process Startup Method` (`s`): how actors' processes are made: `forkserver`, `spawn` or `fork`.
 * - `Exit Grace Period` (`d`): seconds that an actor's process has to end when it is told to.
 * - `Max Queued Transmits`, `Max Queued Bytes`, `Unblock Threshold`, `Drop Transmits Level` and
 *   `Max Message Size` (`u`): how much may wait between processes, and how large a message may be.
 * - `Transmit Timeout` (`d`): seconds that a message may wait to leave its process.
 * - `Rate Limit` (`u`): bytes that a process may send in a second.
 *
 * Fails with %THESPIAN_ERROR_UNKNOWN_BASE, with %THESPIAN_ERROR_INVALID_CAPABILITY or
 * %THESPIAN_ERROR_READ_ONLY_CAPABILITY when a capability cannot be set so, with
 * %THESPIAN_ERROR_INVALID_ARGUMENT for a log definition that is not as above, or when a system of a
 * base that has no Admin Port is to be joined, and with %THESPIAN_ERROR_STARTUP_FAILURE when the base
 * cannot start: its processes cannot be, or do not answer within 10 seconds, or something else has
 * the port, or nobody is there to be joined.
 *
 * Returns: (transfer full): the system, or %NULL on error
 *
 * Since: 1.0
 */
ThespianActorSystem *
thespian_actor_system_new (const char              *base_name,
                           GVariant                *capabilities,
                           GVariant                *log_definition,
                           ThespianActorSystemFlags flags,
                           GError                 **error)
{
  g_autoptr (GVariant) owned_capabilities = capabilities != NULL ? g_variant_ref_sink (capabilities) : NULL;
  g_autoptr (GVariant) owned_definition = log_definition != NULL ? g_variant_ref_sink (log_definition) : NULL;
  g_autoptr (ThespianActorSystem) former = NULL; /* let go outside the lock, which may take its end */
  gboolean is_unique = (flags & THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE) != 0;
  ThespianActorSystem *self = NULL;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!is_unique)
    self = begin_start (&former);
  if (self != NULL)
    return self;
  self = start_system (choose_base (base_name), capabilities, log_definition, flags, error);
  if (self != NULL)
    remember_base (self);
  if (!is_unique)
    end_start (self);
  return self;
}

/* --- The object --------------------------------------------------------------------------------------- */

static void
thespian_actor_system_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  ThespianActorSystem *self = THESPIAN_ACTOR_SYSTEM (object);

  switch ((ThespianActorSystemProperty) prop_id)
    {
    case PROP_BASE_NAME:
      g_value_set_string (value, thespian_actor_system_get_base_name (self));
      break;
    case PROP_ADMIN_ADDRESS:
      g_value_set_object (value, thespian_actor_system_get_admin_address (self));
      break;
    case PROP_ADDRESS:
      g_value_set_object (value, thespian_actor_system_get_address (self));
      break;
    case PROP_CREATE_TIMEOUT:
      g_value_set_int64 (value, self->create_timeout);
      break;
    case PROP_TELL_TIMEOUT:
      g_value_set_int64 (value, self->tell_timeout);
      break;
    case PROP_SHUTDOWN_TIMEOUT:
      g_value_set_int64 (value, self->shutdown_timeout);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
set_timeout (ThespianActorSystem *self,
             GTimeSpan           *timeout,
             const GValue        *value,
             GParamSpec          *pspec)
{
  if (*timeout == g_value_get_int64 (value))
    return;
  *timeout = g_value_get_int64 (value);
  g_object_notify_by_pspec (G_OBJECT (self), pspec);
}

static void
thespian_actor_system_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  ThespianActorSystem *self = THESPIAN_ACTOR_SYSTEM (object);

  switch ((ThespianActorSystemProperty) prop_id)
    {
    case PROP_CREATE_TIMEOUT:
      set_timeout (self, &self->create_timeout, value, pspec);
      break;
    case PROP_TELL_TIMEOUT:
      set_timeout (self, &self->tell_timeout, value, pspec);
      thespian_endpoint_set_tell_timeout (self->endpoint, self->tell_timeout);
      break;
    case PROP_SHUTDOWN_TIMEOUT:
      set_timeout (self, &self->shutdown_timeout, value, pspec);
      break;
    case PROP_BASE_NAME:
    case PROP_ADMIN_ADDRESS:
    case PROP_ADDRESS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static gpointer
end_in_thread (gpointer data)
{
  ThespianAdminFace *admin = data;

  if (admin->is_shared)
    admin->ops->leave (admin);
  else
    admin->ops->end_shutdown (admin, -1, NULL, NULL);
  admin->ops->unref (admin);
  return NULL;
}

/* Inside an actor, whose end belongs to what would be waited for, another thread waits. */
static void
end_or_leave (ThespianActorSystem *self)
{
  ThespianAdminFace *admin = self->admin;
  g_autoptr (GError) error = NULL;

  if (thespian_current_node != NULL)
    {
      if (!admin->is_shared)
        admin->ops->shutdown (admin);
      g_thread_unref (g_thread_new ("thespian-end", end_in_thread, admin->ops->ref (admin)));
    }
  else if (admin->is_shared)
    admin->ops->leave (admin);
  else if (!thespian_actor_system_shutdown (self, NULL, &error))
    g_warning ("The actor system did not end with its last reference: %s", error->message);
}

static void
thespian_actor_system_dispose (GObject *object)
{
  ThespianActorSystem *self = THESPIAN_ACTOR_SYSTEM (object);

  if (self->admin != NULL && !self->admin->is_copied && !self->is_disposed &&
      (self->admin->is_shared || !g_atomic_int_get (&self->shut_down)))
    end_or_leave (self);
  self->is_disposed = TRUE;

  G_OBJECT_CLASS (thespian_actor_system_parent_class)->dispose (object);
}

static void
thespian_actor_system_finalize (GObject *object)
{
  ThespianActorSystem *self = THESPIAN_ACTOR_SYSTEM (object);

  g_clear_object (&self->endpoint);
  if (self->admin != NULL)
    self->admin->ops->unref (self->admin);

  G_OBJECT_CLASS (thespian_actor_system_parent_class)->finalize (object);
}

static GParamSpec *
timeout_property (const char *name,
                  GTimeSpan   default_value)
{
  return g_param_spec_int64 (name, NULL, NULL, -1, G_MAXINT64, default_value,
                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
}

static void
thespian_actor_system_class_init (ThespianActorSystemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = thespian_actor_system_dispose;
  object_class->finalize = thespian_actor_system_finalize;
  object_class->get_property = thespian_actor_system_get_property;
  object_class->set_property = thespian_actor_system_set_property;

  /**
   * ThespianActorSystem:base-name:
   *
   * The name of the system base.
   *
   * Since: 1.0
   */
  props[PROP_BASE_NAME] =
      g_param_spec_string ("base-name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ThespianActorSystem:admin-address:
   *
   * The address of the system's admin, which answers a [class@Thespian.StatusRequest].
   *
   * Since: 1.0
   */
  props[PROP_ADMIN_ADDRESS] = g_param_spec_object ("admin-address", NULL, NULL, THESPIAN_TYPE_ADDRESS,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ThespianActorSystem:address:
   *
   * The address of the system's own endpoint: the sender of what is told and asked here.
   *
   * Since: 1.0
   */
  props[PROP_ADDRESS] = g_param_spec_object ("address", NULL, NULL, THESPIAN_TYPE_ADDRESS,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ThespianActorSystem:create-timeout:
   *
   * How long creating an actor may take, in microseconds; -1 for ever. 50 seconds by default.
   *
   * Where actors have processes of their own, the module of the class may take as long to be loaded. For a
   * child that an actor creates it is given up after 30 seconds.
   *
   * Since: 1.0
   */
  props[PROP_CREATE_TIMEOUT] = timeout_property ("create-timeout", THESPIAN_CREATE_TIMEOUT);

  /**
   * ThespianActorSystem:tell-timeout:
   *
   * How long a tell may take, in microseconds; -1 for ever. 60 seconds by default.
   *
   * Since: 1.0
   */
  props[PROP_TELL_TIMEOUT] = timeout_property ("tell-timeout", THESPIAN_TELL_TIMEOUT);

  /**
   * ThespianActorSystem:shutdown-timeout:
   *
   * How long a shutdown may take, in microseconds; -1 for ever. 10 seconds by default.
   *
   * Since: 1.0
   */
  props[PROP_SHUTDOWN_TIMEOUT] = timeout_property ("shutdown-timeout", THESPIAN_SHUTDOWN_TIMEOUT);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_actor_system_init (ThespianActorSystem *self)
{
  self->create_timeout = THESPIAN_CREATE_TIMEOUT;
  self->tell_timeout = THESPIAN_TELL_TIMEOUT;
  self->shutdown_timeout = THESPIAN_SHUTDOWN_TIMEOUT;
}

ThespianEndpoint *
thespian_actor_system_get_endpoint (ThespianActorSystem *self)
{
  return self->endpoint;
}

/* --- About the system ----------------------------------------------------------------------------------- */

/**
 * thespian_actor_system_get_base_name:
 * @self: an actor system
 *
 * Gets the name of the system base.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
thespian_actor_system_get_base_name (ThespianActorSystem *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), NULL);

  return self->admin->base_name;
}

/**
 * thespian_actor_system_is_shared:
 * @self: an actor system
 *
 * Tells whether other programs can be users of the system, too, since it is found at its Admin Port.
 * Such a system goes on when this program ends; [method@Thespian.ActorSystem.shutdown] ends it for all of them.
 *
 * It can be called from any thread, also after the system's end.
 *
 * Returns: %TRUE if it is not this program's alone
 *
 * Since: 1.0
 */
gboolean
thespian_actor_system_is_shared (ThespianActorSystem *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), FALSE);

  return self->admin->is_shared;
}

/**
 * thespian_actor_system_get_admin_address:
 * @self: an actor system
 *
 * Gets the address of the system's admin. A [class@Thespian.StatusRequest] sent there is answered
 * with a [class@Thespian.SystemStatus], and an [class@Thespian.ObserveRequest] begins or ends an
 * observation; everything else comes back as a [class@Thespian.PoisonMessage].
 *
 * Returns: (transfer none): the address
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_actor_system_get_admin_address (ThespianActorSystem *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), NULL);

  return self->admin->address;
}

/**
 * thespian_actor_system_get_address:
 * @self: an actor system
 *
 * Gets the address of the system's own endpoint: the sender of what is told and asked here.
 *
 * Returns: (transfer none): the address
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_actor_system_get_address (ThespianActorSystem *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), NULL);

  return thespian_endpoint_get_address (self->endpoint);
}

/**
 * thespian_actor_system_dup_capabilities:
 * @self: an actor system
 *
 * Gets the capabilities of the system, as they are now.
 *
 * Returns: (transfer full): a variant of type `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
thespian_actor_system_dup_capabilities (ThespianActorSystem *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), NULL);

  return self->admin->ops->dup_capabilities (self->admin);
}

/**
 * thespian_actor_system_update_capability:
 * @self: an actor system
 * @name: the name of a capability
 * @value: (nullable): its new value, or %NULL to remove it; consumed if floating
 * @error: return location for an error
 *
 * Changes a capability of the system.
 *
 * When this is a real change every actor is asked again whether it fits
 * ([vfunc@Thespian.Actor.check_capabilities]); those that no longer do get an exit request.
 *
 * Fails with %THESPIAN_ERROR_READ_ONLY_CAPABILITY when the system sets this capability itself, and
 * with %THESPIAN_ERROR_INVALID_CAPABILITY when @name is empty or @value is of a type that this
 * capability cannot have, and with %THESPIAN_ERROR_SYSTEM_SHUT_DOWN when the system ends.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
thespian_actor_system_update_capability (ThespianActorSystem *self,
                                         const char          *name,
                                         GVariant            *value,
                                         GError             **error)
{
  g_autoptr (GVariant) owned = value != NULL ? g_variant_ref_sink (value) : NULL;

  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return self->admin->ops->update_capability (self->admin, name, value, error);
}

/**
 * thespian_actor_system_get_status:
 * @self: an actor system
 *
 * Gets the status of the system, as its admin tells it. The status of an actor is asked for with a
 * [class@Thespian.StatusRequest] sent to it.
 *
 * Returns: (transfer full): the status
 *
 * Since: 1.0
 */
ThespianSystemStatus *
thespian_actor_system_get_status (ThespianActorSystem *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), NULL);

  return THESPIAN_SYSTEM_STATUS (self->admin->ops->dup_status (self->admin, NULL));
}

/* --- Actors ---------------------------------------------------------------------------------------------- */

static ThespianAddress *
create (ThespianActorSystem     *self,
        const char              *function,
        const ThespianActorSpec *spec,
        GCancellable            *cancellable,
        GError                 **error)
{
  if (!thespian_check_may_block (function, error) || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return thespian_create_and_wait (self->admin, spec, self->create_timeout, cancellable, error);
}

/**
 * thespian_actor_system_create_actor:
 * @self: an actor system
 * @actor_type: the type of the new actor
 * @requirements: (nullable): what the new actor requires of its system, of type `a{sv}`; consumed
 *   if floating
 * @global_name: (nullable): the global name of the new actor
 * @properties: (nullable): construction properties of the new actor, of type `a{sv}`; consumed if
 *   floating
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Creates a top-level actor, and waits until it runs.
 *
 * With a @global_name that an actor lives under already, the address of that one is returned and
 * the other arguments are ignored.
 *
 * Fails with %THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION when @actor_type is no actor or abstract,
 * with %THESPIAN_ERROR_NO_COMPATIBLE_SYSTEM when the actor does not fit the system's capabilities,
 * with %THESPIAN_ERROR_INVALID_ARGUMENT when an option has the wrong type or names no property,
 * with whatever error the actor's [vfunc@Thespian.Actor.started] gave, with
 * %THESPIAN_ERROR_REQUEST_TIMEOUT after the create timeout, with %THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
 * with %THESPIAN_ERROR_WOULD_DEADLOCK inside an actor, and with %G_IO_ERROR_CANCELLED.
 *
 * An actor that this waits for no longer, for the create timeout or a cancellation, does not go on: where
 * each has a process of its own, that of one that has not started ends, whatever it is doing; any other is
 * asked to exit, unless it has a name, by which others may know it.
 *
 * Returns: (transfer full): the address of the new actor, or %NULL on error
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_actor_system_create_actor (ThespianActorSystem *self,
                                    GType                actor_type,
                                    GVariant            *requirements,
                                    const char          *global_name,
                                    GVariant            *properties,
                                    GCancellable        *cancellable,
                                    GError             **error)
{
  g_autoptr (GVariant) owned_requirements = requirements != NULL ? g_variant_ref_sink (requirements) : NULL;
  g_autoptr (GVariant) owned_properties = properties != NULL ? g_variant_ref_sink (properties) : NULL;
  ThespianActorSpec spec = { actor_type, NULL, requirements, global_name, properties };

  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return create (self, G_STRFUNC, &spec, cancellable, error);
}

/**
 * thespian_actor_system_create_actor_by_name:
 * @self: an actor system
 * @class_specification: where the class of the new actor comes from, such as `Module:TypeName`
 * @requirements: (nullable): what the new actor requires of its system, of type `a{sv}`; consumed
 *   if floating
 * @global_name: (nullable): the global name of the new actor
 * @properties: (nullable): construction properties of the new actor, of type `a{sv}`; consumed if
 *   floating
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Creates a top-level actor of a class that is named by a class specification.
 *
 * Like [method@Thespian.ActorSystem.create_actor]. A specification `Module:TypeName` stands for a
 * type that an actor module registers: a shared object of that name in a folder of the capability
 * `Actor Path` or of the environment variable `THESPIAN_ACTOR_PATH`, with a function
 * `thespian_module_register()`. A mere `TypeName` stands for one that this program has registered.
 *
 * On bases with a process for each actor, `python:package.module:Class` stands for a class that is
 * written in Python, in a folder of the capability `Python Path` or of the environment variable
 * `THESPIAN_PYTHON_PATH`, and `gjs:path.js:Class` for one in JavaScript, by `GJS Path` and
 * `THESPIAN_GJS_PATH`. A module can also be named by the path of its file.
 *
 * Returns: (transfer full): the address of the new actor, or %NULL on error
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_actor_system_create_actor_by_name (ThespianActorSystem *self,
                                            const char          *class_specification,
                                            GVariant            *requirements,
                                            const char          *global_name,
                                            GVariant            *properties,
                                            GCancellable        *cancellable,
                                            GError             **error)
{
  g_autoptr (GVariant) owned_requirements = requirements != NULL ? g_variant_ref_sink (requirements) : NULL;
  g_autoptr (GVariant) owned_properties = properties != NULL ? g_variant_ref_sink (properties) : NULL;
  ThespianActorSpec spec = { G_TYPE_INVALID, class_specification, requirements, global_name, properties };

  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), NULL);
  g_return_val_if_fail (class_specification != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return create (self, G_STRFUNC, &spec, cancellable, error);
}

/**
 * thespian_actor_system_create_actor_async:
 * @self: an actor system
 * @actor_type: the type of the new actor
 * @requirements: (nullable): what the new actor requires of its system, of type `a{sv}`; consumed
 *   if floating
 * @global_name: (nullable): the global name of the new actor
 * @properties: (nullable): construction properties of the new actor, of type `a{sv}`; consumed if
 *   floating
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the actor runs, or could not be started
 * @user_data: data for @callback
 *
 * Creates a top-level actor. The asynchronous form of
 * [method@Thespian.ActorSystem.create_actor]; it may be called inside an actor too. It waits for
 * nothing, not even to learn who has a @global_name, and the create timeout does not apply: who wants
 * one cancels @cancellable.
 *
 * Since: 1.0
 */
void
thespian_actor_system_create_actor_async (ThespianActorSystem *self,
                                          GType                actor_type,
                                          GVariant            *requirements,
                                          const char          *global_name,
                                          GVariant            *properties,
                                          GCancellable        *cancellable,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data)
{
  g_autoptr (GVariant) owned_requirements = requirements != NULL ? g_variant_ref_sink (requirements) : NULL;
  g_autoptr (GVariant) owned_properties = properties != NULL ? g_variant_ref_sink (properties) : NULL;
  ThespianActorSpec spec = { actor_type, NULL, requirements, global_name, properties };
  GTask *task;

  g_return_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thespian_actor_system_create_actor_async);
  thespian_create_for_task (self->admin, &spec, task);
}

/**
 * thespian_actor_system_create_actor_by_name_async:
 * @self: an actor system
 * @class_specification: where the class of the new actor comes from, such as `Module:TypeName`
 * @requirements: (nullable): what the new actor requires of its system, of type `a{sv}`; consumed
 *   if floating
 * @global_name: (nullable): the global name of the new actor
 * @properties: (nullable): construction properties of the new actor, of type `a{sv}`; consumed if
 *   floating
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the actor runs, or could not be started
 * @user_data: data for @callback
 *
 * Creates a top-level actor of a class that is named by a class specification. The asynchronous
 * form of [method@Thespian.ActorSystem.create_actor_by_name]; end it with
 * [method@Thespian.ActorSystem.create_actor_finish].
 *
 * Since: 1.0
 */
void
thespian_actor_system_create_actor_by_name_async (ThespianActorSystem *self,
                                                  const char          *class_specification,
                                                  GVariant            *requirements,
                                                  const char          *global_name,
                                                  GVariant            *properties,
                                                  GCancellable        *cancellable,
                                                  GAsyncReadyCallback  callback,
                                                  gpointer             user_data)
{
  g_autoptr (GVariant) owned_requirements = requirements != NULL ? g_variant_ref_sink (requirements) : NULL;
  g_autoptr (GVariant) owned_properties = properties != NULL ? g_variant_ref_sink (properties) : NULL;
  ThespianActorSpec spec = { G_TYPE_INVALID, class_specification, requirements, global_name, properties };
  GTask *task;

  g_return_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self));
  g_return_if_fail (class_specification != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thespian_actor_system_create_actor_async);
  thespian_create_for_task (self->admin, &spec, task);
}

/**
 * thespian_actor_system_create_actor_finish:
 * @self: an actor system
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Thespian.ActorSystem.create_actor_async] and
 * [method@Thespian.ActorSystem.create_actor_by_name_async].
 *
 * Returns: (transfer full): the address of the new actor, or %NULL on error
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_actor_system_create_actor_finish (ThespianActorSystem *self,
                                           GAsyncResult        *result,
                                           GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * thespian_actor_system_create_endpoint:
 * @self: an actor system
 *
 * Creates an endpoint of the caller's own, whose answers do not mix with those of others.
 *
 * Returns: (transfer full): the endpoint
 *
 * Since: 1.0
 */
ThespianEndpoint *
thespian_actor_system_create_endpoint (ThespianActorSystem *self)
{
  ThespianEndpoint *endpoint;

  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), NULL);

  endpoint = thespian_endpoint_new (self->admin);
  thespian_endpoint_set_tell_timeout (endpoint, self->tell_timeout);
  if (g_atomic_int_get (&self->shut_down))
    thespian_endpoint_close (endpoint);
  return endpoint;
}

/* --- The end ---------------------------------------------------------------------------------------------- */

static void
forget_default (ThespianActorSystem *self)
{
  gboolean was_default;

  g_mutex_lock (&default_lock);
  was_default = default_system == self;
  if (was_default)
    default_system = NULL;
  g_mutex_unlock (&default_lock);
  if (was_default)
    g_object_unref (self);
}

/**
 * thespian_actor_system_shutdown:
 * @self: an actor system
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Ends the system and all its actors, and waits until they are gone.
 *
 * Every actor gets an exit request, after the messages that it has already. When this returns %TRUE
 * no thread of the system is left. It may be called again, and by several threads: all return when
 * the system has ended.
 *
 * Fails with %THESPIAN_ERROR_REQUEST_TIMEOUT when an actor has not ended within the shutdown
 * timeout (it may be called again then), with %THESPIAN_ERROR_WOULD_DEADLOCK inside an actor
 * (which has [method@Thespian.Actor.shutdown_system]), and with %G_IO_ERROR_CANCELLED.
 *
 * Returns: %TRUE when the system has ended
 *
 * Since: 1.0
 */
gboolean
thespian_actor_system_shutdown (ThespianActorSystem *self,
                                GCancellable        *cancellable,
                                GError             **error)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!thespian_check_may_block (G_STRFUNC, error) || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  self->admin->ops->shutdown (self->admin);
  if (!self->admin->ops->end_shutdown (self->admin, self->shutdown_timeout, cancellable, error))
    return FALSE;
  g_atomic_int_set (&self->shut_down, TRUE);
  forget_default (self);
  return TRUE;
}

/* A GTaskThreadFunc. */
static void
shutdown_in_thread (GTask        *task,
                    gpointer      source_object,
                    gpointer      task_data,
                    GCancellable *cancellable)
{
  GError *error = NULL;

  if (thespian_actor_system_shutdown (source_object, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * thespian_actor_system_shutdown_async:
 * @self: an actor system
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the system has ended
 * @user_data: data for @callback
 *
 * Ends the system and all its actors. The asynchronous form of
 * [method@Thespian.ActorSystem.shutdown].
 *
 * Since: 1.0
 */
void
thespian_actor_system_shutdown_async (ThespianActorSystem *self,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thespian_actor_system_shutdown_async);
  /* Where callers run the actors, they must not come to run on a thread of nobody's. */
  if (self->admin->runs_to_equilibrium && thespian_current_node == NULL)
    shutdown_in_thread (task, self, NULL, cancellable);
  else
    g_task_run_in_thread (task, shutdown_in_thread);
}

/**
 * thespian_actor_system_shutdown_finish:
 * @self: an actor system
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Thespian.ActorSystem.shutdown_async].
 *
 * Returns: %TRUE when the system has ended
 *
 * Since: 1.0
 */
gboolean
thespian_actor_system_shutdown_finish (ThespianActorSystem *self,
                                       GAsyncResult        *result,
                                       GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
