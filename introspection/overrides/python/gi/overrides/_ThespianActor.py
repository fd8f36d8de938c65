# SPDX-License-Identifier: LGPL-2.1-or-later
"""Actors as Python would have them: methods without do_, values of Python, and exceptions that reach the sender.

What is defined here is put on the classes of introspection; see adopt()."""

import contextvars
import ctypes
import datetime
import functools
import itertools
import re
import threading
import traceback
import types

from gi.repository import GLib, GObject

from ._ThespianValues import decode, encode, from_options, to_options

current = threading.local()  # .actor: the one whose code runs on this thread
native = None

_handling = contextvars.ContextVar('thespian-handling', default=None)  # in the tasks that a coroutine handler has begun

_MICROSECONDS = 1000000


def microseconds(time):
    """Seconds or a timedelta as the library counts time; None is for ever."""
    if time is None:
        return -1
    if isinstance(time, datetime.timedelta):
        time = time.total_seconds()
    return max(-1, round(time * _MICROSECONDS))


def _stay_on_this_thread():
    """Python forgets a thread that it has not made whenever a call from there returns, and to make its state again for
    each message is five times as much work as the message is. So the first actor of a thread calls, in Python's name,
    once more than will return."""
    if not hasattr(current, 'stays'):
        current.stays = True
        if threading.get_ident() != threading.main_thread().ident:
            ctypes.pythonapi.PyGILState_Ensure()


# --- The virtual functions ----------------------------------------------------------------------------


def _failure(error):
    """What the C side is told: the exception, then where it was."""
    text = ''.join(traceback.format_exception(type(error), error, error.__traceback__))
    return GLib.Error(text.rstrip().replace('\0', '␀'), native.error_quark_name, int(native.Error.ACTOR_FAILED))


def _begin(actor, coroutine):
    actor._thespian_handled = coroutine
    _handling.set(coroutine)
    return actor.create_task(coroutine)


def _refuse_inner_loop(actor, coroutine):
    """It would never have a turn."""
    from asyncio import _get_running_loop
    if _get_running_loop() is not None:
        coroutine.close()
        raise RuntimeError(f'{coroutine.__qualname__}() of {type(actor).__qualname__} is a coroutine, and a loop of '
                           'asyncio runs already, which the actor is inside of: it would wait for ever')


def _finish(actor, result):
    """A coroutine has its turns on the actor's main context, where no other message reaches the actor meanwhile."""
    if not isinstance(result, types.CoroutineType):
        return result
    _refuse_inner_loop(actor, result)
    task, context = contextvars.copy_context().run(_begin, actor, result), actor.get_main_context()
    while not task.done():
        context.iteration(True)
    del actor._thespian_handled
    current.actor = actor
    return task.result()


def _result(actor, result):
    if isinstance(result, Watch):
        actor.watch(result.files)
    elif result is not True:
        raise TypeError(f'{type(actor).__qualname__}.receive_message() returned {result!r}: it may return nothing, '
                        'True or a Watch, and raises an exception when it fails')


def _do_receive_message(self, message, sender):
    current.actor = self
    try:
        result = self.receive_message(decode(message), sender)
        if result is not None:
            result = _finish(self, result)
        if result is not None:
            _result(self, result)
    except BaseException as error:
        raise _failure(error) from None
    finally:
        if isinstance(message, native.ActorExitRequest):
            _end_event_loop(self)
        current.actor = None
    return True


def _end_event_loop(self):
    loop = self.__dict__.pop('_thespian_event_loop', None)
    if loop is not None:
        loop.end()


def _do_started(self):
    _stay_on_this_thread()
    current.actor = self
    try:
        failure = self.__dict__.pop('_thespian_failure', None)
        if failure is not None:
            raise failure
        _finish(self, self.started())
    except BaseException as error:
        raise _failure(error) from None
    finally:
        current.actor = None
    return True


def _do_check_capabilities(self, capabilities, requirements):
    answer = self.check_capabilities(from_options(capabilities), from_options(requirements))
    if isinstance(answer, types.CoroutineType):
        answer.close()
        raise TypeError(f'{type(self).__qualname__}.check_capabilities() must not be a coroutine: it is asked before '
                        'there is a loop for that')
    return bool(answer)


def _do_initialized(self):
    current.actor = self
    try:
        _finish(self, self.initialized())
    except BaseException as error:
        raise _failure(error) from None
    finally:
        current.actor = None
    return True


def _construct(self, init):
    """A system makes actors from C, which goes on with what is left when __init__() raises: so that is kept for later."""
    self._thespian_in_init = True
    try:
        init(self)
    except BaseException as error:
        self._thespian_failure = error
    finally:
        del self._thespian_in_init


def _wrap_init(cls):
    init = cls.__init__

    @functools.wraps(init)
    def __init__(self, *args, **kwargs):
        if args or kwargs or '_thespian_by_hand' in self.__dict__ or '_thespian_in_init' in self.__dict__:
            return init(self, *args, **kwargs)
        if '_thespian_is_guest' not in type(self).__dict__:
            type(self).set_guest()
            type(self)._thespian_is_guest = True
        return _construct(self, init)

    return __init__


def _is_introspected(cls):
    return '__info__' in cls.__dict__


def _has_own(cls, name):
    """Whether a class below those of introspection defines @name."""
    for parent in cls.__mro__:
        if _is_introspected(parent):
            return False
        if name in parent.__dict__:
            return True
    return False


def _spell(letters):
    return f'-{"".join(f"u{ord(letter):04x}" for letter in letters[0])}-'


def _is_type_name(name):
    try:
        return bool(GObject.type_from_name(name))
    except RuntimeError:
        return False


def _gtype_name(name):
    """GLib's names of types are of ASCII; PyGObject makes them of those of Python as they are, and numbers namesakes."""
    plain = re.sub('[^A-Za-z0-9_+-]+', _spell, name)
    plain = plain if re.match('[A-Za-z_]', plain) else f'_{plain}'
    numbered = (f'{plain}-v{number}' for number in itertools.count(2))
    return next(name for name in itertools.chain([plain], numbered) if not _is_type_name(name))


def _name_type(cls):
    name = f'{cls.__module__}+{cls.__name__}'.replace('.', '+')
    if '__gtype_name__' not in cls.__dict__ and not re.fullmatch('[A-Za-z_][A-Za-z0-9_+-]*', name):
        cls.__gtype_name__ = _gtype_name(name)


_VFUNCS = {'receive_message': _do_receive_message, 'check_capabilities': _do_check_capabilities}


def _init_subclass(cls, **kwargs):
    """Runs before PyGObject makes the type, and looks for what begins with do_."""
    if _is_introspected(cls):
        return
    _name_type(cls)
    for name, function in _VFUNCS.items():
        if _has_own(cls, name) and not _has_own(cls, 'do_' + name):
            setattr(cls, 'do_' + name, function)
    if not _has_own(cls, 'do_started'):
        cls.do_started = _do_started
    if _has_own(cls, 'initialized') and not _has_own(cls, 'do_initialized') and issubclass(cls, native.Initializing):
        cls.do_initialized = _do_initialized
    cls.__init__ = _wrap_init(cls)


def _new(cls, *args, **kwargs):
    """Only code that makes an actor by hand comes here."""
    self = super(native.Actor, cls).__new__(cls)
    self._thespian_by_hand = True
    return self


# --- The methods ------------------------------------------------------------------------------------


class Watch:
    """What receive_message() may return to be told when one of some files can be read."""

    def __init__(self, *files):
        self.files = files


def _descriptors(files):
    return [file if isinstance(file, int) else file.fileno() for file in files]


def _started(self):
    pass


def _receive_message(self, message, sender):
    pass


def _check_capabilities(self, capabilities, requirements):
    return True


def _get_event_loop(self):
    loop = self.__dict__.get('_thespian_event_loop')
    if loop is None:
        from ._ThespianAsyncio import ActorEventLoop  # which is much to load for those who do without
        loop = self._thespian_event_loop = ActorEventLoop(self)
    return loop


def _create_task(self, coroutine, name=None):
    return self.get_event_loop().create_task(coroutine, name=name)


def _would_deadlock(actor, reason):
    return GLib.Error(f'A coroutine that handles a message of {type(actor).__qualname__} cannot wait for an answer '
                      f'{reason}; a task that create_task() has begun outside of it can', native.error_quark_name,
                      int(native.Error.WOULD_DEADLOCK))


def _refuse_deadlock(self, target):
    """While the coroutine of a handler waits the actor gets no message, nor does any other on its thread."""
    if _handling.get() is None or _handling.get() is not self.__dict__.get('_thespian_handled'):
        return
    if target == self.get_address():
        raise _would_deadlock(self, 'of its own actor')
    if not self.has_own_thread():
        raise _would_deadlock(self, 'where actors share a thread: it can on the multiproc bases, and with the '
                                    'requirement “Own Thread” on multithreadBase')


def _ask(self, target, message, timeout=None):
    """What a coroutine awaits: the answer, or None when there is none in time."""
    from ._ThespianAsyncio import ask
    _refuse_deadlock(self, target)
    return ask(self, target, message, timeout)


specify = None  # in a process that hosts an actor: from a class to what other processes know it by


def set_specifier(specifier):
    global specify
    specify = specifier


def _create(plain, by_name, self, actor_class, requirements, global_name, properties, kwargs, *more):
    if kwargs:
        properties = {**(properties or {}), **{name.replace('_', '-'): value for name, value in kwargs.items()}}
    if not isinstance(actor_class, (str, GObject.GType)) and not hasattr(actor_class, '__gtype__'):
        raise TypeError(f'{actor_class!r} is no class of actors: give a subclass of Thespian.Actor, or a name')
    if specify is not None and isinstance(actor_class, type):
        actor_class = specify(actor_class) or actor_class
    create = by_name if isinstance(actor_class, str) else plain
    return create(self, actor_class, to_options(requirements), global_name, to_options(properties), *more)


_WITHIN_A_SYSTEM = ('wakeup_after', 'cancel_wakeup', 'watch', 'handle_dead_letters', 'shutdown_system', 'log',
                    'ask', 'ask_async', 'send_boolean', 'send_int', 'send_int64', 'send_uint64', 'send_double',
                    'send_string', 'send_variant', 'send_bytes', 'send_object', 'take_string', 'take_object')


def _guarded(name, method, get_address):
    """These have no error to return, so for an actor that somebody made by hand they would do nothing."""

    @functools.wraps(method)
    def guarded(self, *args, **kwargs):
        if get_address(self) is None:
            raise GLib.Error(f'This {type(self).__qualname__} lives in no actor system, so {name}() can do nothing: let '
                             'create_actor() make it', native.error_quark_name, int(native.Error.INVALID_ARGUMENT))
        return method(self, *args, **kwargs)

    return guarded


def _methods():
    """The replacements, by name; what they replace is fetched before they are put in its place."""
    actor = native.Actor
    send, create_actor, create_actor_by_name = actor.send, actor.create_actor, actor.create_actor_by_name
    wakeup_after, watch, update_capability = actor.wakeup_after, actor.watch, actor.update_capability
    dup_capabilities, get_requirements = actor.dup_capabilities, actor.get_requirements
    ask_async, ask_finish = actor.ask_async, actor.ask_finish
    get_initializing_message = actor.get_initializing_message

    def _send(self, target, message):
        send(self, target, encode(message))

    def _create_actor(self, actor_class, requirements=None, global_name=None, properties=None, **kwargs):
        return _create(create_actor, create_actor_by_name, self, actor_class, requirements, global_name, properties,
                       kwargs)

    def _wakeup_after(self, delay, payload=None):
        return wakeup_after(self, max(0, microseconds(delay)), None if payload is None else encode(payload))

    def _watch(self, files):
        watch(self, _descriptors(files))

    def _update_capability(self, name, value=None):
        return update_capability(self, name, None if value is None else to_options({name: value}).lookup_value(name))

    def _ask_async(self, target, message, timeout=None, cancellable=None, callback=None, *user_data):
        ask_async(self, target, encode(message), microseconds(timeout), cancellable, callback, *user_data)

    return {
        'send': _send,
        'create_actor': _create_actor,
        'create_actor_by_name': _create_actor,
        'wakeup_after': _wakeup_after,
        'watch': _watch,
        'update_capability': _update_capability,
        'dup_capabilities': lambda self: from_options(dup_capabilities(self)),
        'get_requirements': lambda self: from_options(get_requirements(self)),
        'ask': _ask,
        'ask_async': _ask_async,
        'ask_finish': lambda self, result: decode(ask_finish(self, result)),
        'get_initializing_message': lambda self, name: decode(get_initializing_message(self, name)),
        'get_event_loop': _get_event_loop,
        'create_task': _create_task,
        'started': _started,
        'receive_message': _receive_message,
        'check_capabilities': _check_capabilities,
        '__init_subclass__': classmethod(_init_subclass),
        '__new__': staticmethod(_new),
    }


# --- Dispatch by type ---------------------------------------------------------------------------------


def _handlers(self, kind):
    """All handlers for a type, the most special first: those of this one actor, then receive_TYPE()."""
    table = self.__dict__.get('_thespian_handlers', {})
    for ancestor in kind.__mro__:
        if ancestor in table:
            yield table[ancestor]
        handler = getattr(self, 'receive_' + ancestor.__name__, None)
        if handler is not None:
            yield handler


def _dispatch(self, message, sender):
    for handler in _handlers(self, type(message)):
        result = _finish(self, handler(message, sender))
        if result is not native.SUPER:
            return result
    return self.receive_unrecognized(message, sender)


def _add_handler(self, message_type, handler):
    self.__dict__.setdefault('_thespian_handlers', {})[message_type] = handler


def _receive_unrecognized(self, message, sender):
    pass


def _init_dispatcher(cls, **kwargs):
    if not _is_introspected(cls) and not _has_own(cls, 'do_receive_message'):
        cls.do_receive_message = _do_receive_message
    _init_subclass(cls, **kwargs)


def adopt(namespace):
    """Puts all of this on the classes of introspection."""
    global native
    native = namespace
    for name, method in _methods().items():
        setattr(namespace.Actor, name, method)
    for name in _WITHIN_A_SYSTEM:
        setattr(namespace.Actor, name, _guarded(name, getattr(namespace.Actor, name), namespace.Actor.get_address))
    for name, method in {
        'receive_message': _dispatch,
        'add_handler': _add_handler,
        'receive_unrecognized': _receive_unrecognized,
        '__init_subclass__': classmethod(_init_dispatcher),
    }.items():
        setattr(namespace.TypeDispatcher, name, method)
