# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a class declares about itself, as decorators."""

from gi.repository import GLib

from ._ThespianActor import microseconds
from ._ThespianValues import to_options

native = None


def require_capability(name, value=None):
    """Actors of the class live only in systems with this capability: true, or of this value."""

    def decorate(cls):
        cls.require_capability(name, None if value is None else to_options({name: value}).lookup_value(name))
        return cls

    return decorate


def ignore_messages(*message_types):
    """Actors of the class never look at messages of these types of the system's."""

    def decorate(cls):
        for message_type in message_types:
            cls.ignore_messages(message_type)
        return cls

    return decorate


def troupe(max_count=None, idle_count=None):
    """The address of an actor of the class stands for up to @max_count workers."""

    def decorate(cls):
        cls.set_troupe(native.TROUPE_MAX_COUNT if max_count is None else max_count,
                       native.TROUPE_IDLE_COUNT if idle_count is None else idle_count)
        return cls

    return decorate


def transient(period=None):
    """Actors of the class exit some time after their first message."""

    def decorate(cls):
        cls.set_transient(native.TRANSIENT_PERIOD if period is None else microseconds(period))
        return cls

    return decorate


def transient_idle(period=None):
    """Actors of the class exit some time after their last message."""

    def decorate(cls):
        cls.set_transient_idle(native.TRANSIENT_IDLE_PERIOD if period is None else microseconds(period))
        return cls

    return decorate


def _gtype(message_type):
    if message_type in (list, tuple, dict, type(None)):
        return GLib.Variant
    return GLib.Bytes if message_type is bytes else message_type


def initializing_messages(*messages, pass_through=False):
    """Actors of the class work only when these messages have come: each a name, a type, and, if one wants to know it
    later, True for the sender."""

    def decorate(cls):
        if hasattr(cls, 'initialized') and not issubclass(cls, native.Initializing):
            raise TypeError(f'{cls.__qualname__} has a method initialized(): derive it from Thespian.Initializing too')
        for name, message_type, *keep_sender in messages:
            cls.add_initializing_message(name, _gtype(message_type), any(keep_sender))
        cls.set_initializing_pass_through(pass_through)
        return cls

    return decorate


def adopt(namespace):
    global native
    native = namespace
