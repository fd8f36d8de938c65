# SPDX-License-Identifier: LGPL-2.1-or-later
"""The outside: systems and endpoints, with values of Python and time in seconds."""

import atexit
import weakref

from gi.repository import GLib

from ._ThespianActor import _create, microseconds
from ._ThespianValues import decode, encode, from_options, to_options

native = None

_systems = weakref.WeakSet()


@atexit.register
def _shut_down_all():
    """Actors on other threads must not run when the interpreter ends. What is shared is only left."""
    for system in [system for system in _systems if not system.is_shared()]:
        try:
            system.shutdown()
        except GLib.Error:
            pass


def _messages(cls):
    """What systems and endpoints have in common."""
    tell, ask, listen = cls.tell, cls.ask, cls.listen
    tell_async, ask_async, listen_async = cls.tell_async, cls.ask_async, cls.listen_async
    ask_finish, listen_finish = cls.ask_finish, cls.listen_finish

    def _tell(self, target, message, cancellable=None):
        tell(self, target, encode(message), cancellable)

    def _ask(self, target, message, timeout=None, cancellable=None):
        return decode(ask(self, target, encode(message), microseconds(timeout), cancellable))

    def _listen(self, timeout=None, cancellable=None):
        return decode(listen(self, microseconds(timeout), cancellable))

    def _tell_async(self, target, message, cancellable=None, callback=None, *user_data):
        tell_async(self, target, encode(message), cancellable, callback, *user_data)

    def _ask_async(self, target, message, timeout=None, cancellable=None, callback=None, *user_data):
        ask_async(self, target, encode(message), microseconds(timeout), cancellable, callback, *user_data)

    def _listen_async(self, timeout=None, cancellable=None, callback=None, *user_data):
        listen_async(self, microseconds(timeout), cancellable, callback, *user_data)

    return {
        'tell': _tell,
        'ask': _ask,
        'listen': _listen,
        'tell_async': _tell_async,
        'ask_async': _ask_async,
        'listen_async': _listen_async,
        'ask_finish': lambda self, result: decode(ask_finish(self, result)),
        'listen_finish': lambda self, result: decode(listen_finish(self, result)),
        '__enter__': lambda self: self,
    }


def _endpoint_methods(cls):
    close = cls.close

    def _exit(self, *exception):
        close(self)

    return {'__exit__': _exit}


def _system_methods(cls):
    new, shutdown, update_capability = cls.new, cls.shutdown, cls.update_capability
    create_actor, create_actor_by_name = cls.create_actor, cls.create_actor_by_name
    create_actor_async, create_actor_by_name_async = cls.create_actor_async, cls.create_actor_by_name_async
    dup_capabilities = cls.dup_capabilities

    def _start(base=None, capabilities=None, log_definition=None, flags=None):
        if flags is None:
            flags = native.ActorSystemFlags.NONE
        if log_definition is not None and not isinstance(log_definition, GLib.Variant):
            log_definition = to_options({'': log_definition}).lookup_value('')
        system = new(base, to_options(capabilities), log_definition, flags)
        _systems.add(system)
        return system

    def _new(cls, base=None, capabilities=None, log_definition=None, transient_unique=False, join_only=False):
        flags = native.ActorSystemFlags.NONE
        if transient_unique:
            flags |= native.ActorSystemFlags.TRANSIENT_UNIQUE
        if join_only:
            flags |= native.ActorSystemFlags.JOIN_ONLY
        return _start(base, capabilities, log_definition, flags)

    def _init(self, *args, **kwargs):
        pass

    def _create_actor(self, actor_class, requirements=None, global_name=None, properties=None, cancellable=None,
                      **kwargs):
        return _create(create_actor, create_actor_by_name, self, actor_class, requirements, global_name, properties,
                       kwargs, cancellable)

    def _create_actor_async(self, actor_class, requirements=None, global_name=None, properties=None, cancellable=None,
                            callback=None, *user_data, **kwargs):
        _create(create_actor_async, create_actor_by_name_async, self, actor_class, requirements, global_name,
                properties, kwargs, cancellable, callback, *user_data)

    def _update_capability(self, name, value=None):
        return update_capability(self, name, None if value is None else to_options({name: value}).lookup_value(name))

    def _shutdown(self, cancellable=None):
        return shutdown(self, cancellable)

    def _exit(self, *exception):
        shutdown(self, None)

    return {
        'new': staticmethod(_start),
        '__new__': staticmethod(_new),
        '__init__': _init,
        'create_actor': _create_actor,
        'create_actor_by_name': _create_actor,
        'create_actor_async': _create_actor_async,
        'create_actor_by_name_async': _create_actor_async,
        'update_capability': _update_capability,
        'dup_capabilities': lambda self: from_options(dup_capabilities(self)),
        'shutdown': _shutdown,
        '__exit__': _exit,
    }


def _notices(namespace):
    """What the system tells: each getter as an attribute too, and messages in messages as values of Python."""
    for cls in (namespace.PoisonMessage, namespace.DeadEnvelope, namespace.WakeupMessage, namespace.WatchMessage,
                namespace.ChildActorExited, namespace.ActorExitRequest, namespace.SystemStatus, namespace.ActorStatus):
        for name in [name for name in dir(cls) if name.startswith('get_') and not hasattr(cls, name[len('get_'):])]:
            getter = getattr(cls, name)
            if getattr(getter, '__objclass__', None) or not hasattr(getter, 'get_container') or \
                    getter.get_container().get_namespace() != 'Thespian':
                continue
            if name in ('get_message', 'get_payload'):
                getter = (lambda get: lambda self: decode(get(self)))(getter)
                setattr(cls, name, getter)
            setattr(cls, name[len('get_'):], property(getter))


def adopt(namespace):
    """Puts all of this on the classes of introspection."""
    global native
    native = namespace
    system, endpoint = namespace.ActorSystem, namespace.Endpoint
    methods = {system: {**_messages(system), **_system_methods(system)},
               endpoint: {**_messages(endpoint), **_endpoint_methods(endpoint)}}
    for cls, replacements in methods.items():
        for name, method in replacements.items():
            setattr(cls, name, method)
    _notices(namespace)
