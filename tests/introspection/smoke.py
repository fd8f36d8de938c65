#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Actors written in Python by the typelib alone: what goes in comes out, on each base."""

import contextlib
import io
import sys
import traceback

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import GLib, GObject, Thespian  # noqa: E402

BASES = ['simpleSystemBase', 'mainLoopBase', 'multithreadBase']
SECOND = 1000000
LONG = 30 * SECOND


class Echo(Thespian.Actor):
    """Sends back what it gets, and says when it was asked to exit."""

    def do_receive_message(self, message, sender):
        if not isinstance(message, Thespian.SystemMessage):
            self.send(sender, message)
        return True


class Greeter(Thespian.Actor):
    greeting = GObject.Property(type=str, default='Hello')

    def do_started(self):
        self.greeted = 0
        return True

    def do_receive_message(self, message, sender):
        if isinstance(message, str):
            self.greeted += 1
            self.send(sender, f'{self.greeting}, {message} ({self.greeted})')
        return True


class Failing(Thespian.Actor):
    """Fails on every string: with an error of GLib, with another exception, or by returning nothing."""

    def do_receive_message(self, message, sender):
        if message == 'error':
            raise GLib.Error('it was the error', 'smoke-quark', 1)
        if message == 'exception':
            raise ValueError('it was the exception')
        if message == 'nothing':
            return None
        if isinstance(message, int):
            self.send(sender, message + 1)
        return True


class Unset(Thespian.Actor):
    def do_started(self):
        raise GLib.Error('no set-up today', 'smoke-quark', 2)


class Parent(Thespian.Actor):
    """Has a child, asks it to exit, and tells who asked of its end."""

    def do_receive_message(self, message, sender):
        if message == 'go':
            self.asker = sender
            self.child = self.create_actor(Echo, None, None, None)
            self.send(self.child, Thespian.ActorExitRequest.new())
        elif isinstance(message, Thespian.ChildActorExited):
            self.send(self.asker, message.get_child_address() is self.child)
        return True


class Sleeper(Thespian.Actor):
    def do_receive_message(self, message, sender):
        if isinstance(message, Thespian.WakeupMessage):
            self.send(self.asker, message.get_payload())
        elif message == 'sleep':
            self.asker = sender
            self.wakeup_after(1000, 'slept')
        return True


@contextlib.contextmanager
def system(base):
    it = Thespian.ActorSystem.new(base, None, None, Thespian.ActorSystemFlags.TRANSIENT_UNIQUE)
    try:
        yield it
    finally:
        it.shutdown(None)


def create(it, actor, properties=None):
    return it.create_actor(actor, None, None, properties, None)


def equal(got, expected):
    if type(got) is not type(expected) or got != expected:
        raise AssertionError(f'got {got!r}, expected {expected!r}')


def test_scalars(base):
    with system(base) as it:
        echo = create(it, Echo)
        for value in ['', 'grüße', 0, 42, -7, 2**31 - 1, -2**31, True, False, 0.5]:
            equal(it.ask(echo, value, LONG, None), value)


def test_variant(base):
    with system(base) as it:
        value = GLib.Variant('a{sv}', {'one': GLib.Variant('i', 1)})
        equal(it.ask(create(it, Echo), value, LONG, None).unpack(), {'one': 1})


def test_object(base):
    with system(base) as it:
        greeter = GObject.Object()
        assert it.ask(create(it, Echo), greeter, LONG, None) is greeter


def test_state_and_properties(base):
    with system(base) as it:
        greeter = create(it, Greeter, GLib.Variant('a{sv}', {'greeting': GLib.Variant('s', 'Hej')}))
        equal(it.ask(greeter, 'world', LONG, None), 'Hej, world (1)')
        equal(it.ask(greeter, 'you', LONG, None), 'Hej, you (2)')


def test_poison(base):
    with system(base) as it:
        failing = create(it, Failing)
        for kind, text in ('error', 'it was the error'), ('exception', ''), ('nothing', ''):
            with contextlib.redirect_stderr(io.StringIO()):
                poison = it.ask(failing, kind, LONG, None)
            assert isinstance(poison, Thespian.PoisonMessage), poison
            equal(poison.get_message(), kind)
            assert poison.get_details() and text in poison.get_details(), poison.get_details()
        equal(it.ask(failing, 41, LONG, None), 42)


def test_failed_set_up(base):
    with system(base) as it:
        try:
            create(it, Unset)
        except GLib.Error as error:
            assert 'no set-up today' in error.message, error.message
        else:
            raise AssertionError('created an actor whose set-up fails')


def test_children(base):
    with system(base) as it:
        equal(it.ask(create(it, Parent), 'go', LONG, None), True)


def test_wakeup(base):
    with system(base) as it:
        equal(it.ask(create(it, Sleeper), 'sleep', LONG, None), 'slept')


def test_addresses(base):
    with system(base) as it:
        one, other = create(it, Echo), create(it, Echo)
        names = {one: 'one', other: 'other'}
        equal(names[it.ask(one, one, LONG, None)], 'one')
        assert Thespian.Address.from_token(other.to_token()) is other
        try:
            Thespian.Address.from_token('rubbish')
        except GLib.Error as error:
            assert error.matches(Thespian.error_quark(), Thespian.Error.INVALID_ACTOR_ADDRESS), error
        else:
            raise AssertionError('rubbish made an address')


def test_no_answer(base):
    with system(base) as it:
        create(it, Greeter)
        equal(it.listen(0, None), None)


def test_join_only(base):
    try:
        Thespian.ActorSystem.new(base, None, None, Thespian.ActorSystemFlags.JOIN_ONLY)
    except GLib.Error as error:
        assert error.matches(Thespian.error_quark(), Thespian.Error.INVALID_ARGUMENT), error
    else:
        assert False, f'a {base} was joined'


def test_names():
    for name in ['Actor', 'TypeDispatcher', 'ActorSystem', 'Address', 'Endpoint', 'SystemMessage',
                 'ActorExitRequest', 'ChildActorExited', 'PoisonMessage', 'DeadEnvelope', 'WakeupMessage',
                 'WatchMessage', 'StatusRequest', 'SystemStatus', 'ActorStatus', 'Error']:
        assert hasattr(Thespian, name), name
    for owner, methods in {
        Thespian.Actor: ['send', 'create_actor', 'create_actor_by_name', 'wakeup_after', 'cancel_wakeup', 'watch',
                         'handle_dead_letters', 'update_capability', 'shutdown_system', 'ask_async', 'ask_finish',
                         'log'],
        Thespian.ActorSystem: ['create_actor', 'create_actor_async', 'create_actor_finish', 'tell', 'tell_async',
                               'ask', 'ask_async', 'ask_finish', 'listen', 'listen_async', 'create_endpoint',
                               'update_capability', 'get_status', 'shutdown', 'shutdown_async'],
    }.items():
        for method in methods:
            assert hasattr(owner, method), f'{owner.__name__}.{method}'


def main():
    tests = [('names', test_names, ())]
    for function in [test_scalars, test_variant, test_object, test_state_and_properties, test_poison,
                     test_failed_set_up, test_children, test_wakeup, test_addresses, test_no_answer,
                     test_join_only]:
        name = function.__name__.removeprefix('test_')
        tests += [(f'{name}/{base}', function, (base,)) for base in BASES]

    print(f'1..{len(tests)}')
    failed = 0
    for number, (name, function, args) in enumerate(tests, 1):
        try:
            function(*args)
            print(f'ok {number} {name}', flush=True)
        except Exception:
            failed += 1
            traceback.print_exc()
            print(f'not ok {number} {name}', flush=True)
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
