#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Actors in Python: what they can do, and what comes of each mistake that one can make."""

import datetime
import logging
import os

from languages_test import LIMIT, Echo, details, equal, raises, run

from gi.repository import Gio, GLib, GObject, Thespian


class Failing(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'raise':
            self.fail_here()
        if message == 'exit':
            raise SystemExit(3)
        if message == 'error':
            raise GLib.Error('it was the error')
        if message == 'number':
            return 5
        if message == 'false':
            return False
        if message == 'unsendable':
            self.send(sender, lambda: None)
        if message == 'to nobody':
            self.send('nobody', 1)
        if message == 'true':
            self.send(sender, 'fine')
            return True
        return None

    def fail_here(self):
        raise ValueError('it was the exception')


def test_failures(system):
    failing = system.create_actor(Failing)
    for message, texts in (('raise', ['ValueError: it was the exception', 'in fail_here', 'Traceback']),
                           ('exit', ['SystemExit: 3']), ('error', ['it was the error']),
                           ('number', ['receive_message() returned 5']), ('false', ['returned False']),
                           ('unsendable', ['NotRepresentable', 'pickle']), ('to nobody', ['Address'])):
        poison = system.ask(failing, message, LIMIT)
        for text in texts:
            assert text in details(poison), (message, details(poison))
        equal(poison.message, message)
    equal(system.ask(failing, 'true', LIMIT), 'fine')


class BrokenInit(Thespian.Actor):
    def __init__(self):
        super().__init__()
        raise ValueError('no constructor today')


class BrokenEarly(Thespian.Actor):
    def __init__(self):
        raise ValueError('not even a beginning')


class BrokenChild(BrokenInit):
    def __init__(self):
        super().__init__()


class BrokenStart(Thespian.Actor):
    def started(self):
        raise KeyError('no start today')


class Parent(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'go':
            self.asker = sender
            self.child = self.create_actor(BrokenStart)
        elif isinstance(message, Thespian.ChildActorExited):
            self.send(self.asker, (message.details, message.child_address is self.child))


def test_creation_that_fails(system):
    for cls, text in ((BrokenInit, 'no constructor today'), (BrokenEarly, 'not even a beginning'),
                      (BrokenChild, 'no constructor today'), (BrokenStart, 'no start today'), (Gio.Cancellable, 'is no actor'), (Thespian.Actor, 'is abstract'),
                      ('NoModule:NoClass', 'NoModule')):
        raises(GLib.Error, text, system.create_actor, cls)
    for thing in 5, None, object(), int, dict:
        raises(TypeError, 'is no class of actors', system.create_actor, thing)
    text, is_child = system.ask(system.create_actor(Parent), 'go', LIMIT)
    assert is_child and 'no start today' in text, text


def test_by_hand(system):
    hand, echo = Failing(), system.create_actor(Echo)
    for call in (lambda: hand.send(echo, 1), lambda: hand.create_actor(Echo), lambda: hand.wakeup_after(1),
                 lambda: hand.watch([0]), lambda: hand.log(GLib.LogLevelFlags.LEVEL_INFO, 'x'), hand.shutdown_system,
                 lambda: hand.handle_dead_letters(True), lambda: hand.update_capability('x', 1),
                 lambda: hand.send_string(echo, 'x'), lambda: hand.cancel_wakeup(1),
                 lambda: hand.ask_async(echo, 1, 1, None, None), lambda: hand.ask(echo, 1)):
        raises(GLib.Error, 'lives in no actor system', call)
    raises(ValueError, 'no constructor today', BrokenInit)


def test_wrong_arguments(system):
    echo = system.create_actor(Echo)
    raises(TypeError, 'Address', system.tell, 'nobody', 1)
    raises(TypeError, 'None', system.ask, None, 1, 1)
    raises(GLib.Error, 'no-such', system.create_actor, Echo, no_such=5)
    raises(TypeError, '', system.ask, echo, 1, 'a while')


class Described(Thespian.Actor):
    size = GObject.Property(type=int, default=1)
    label = GObject.Property(type=str, default='')

    def receive_message(self, message, sender):
        if message == 'tell':
            self.send(sender, {'size': self.size, 'label': self.label, 'requirements': self.get_requirements(),
                               'name': self.get_global_name(), 'colour': self.dup_capabilities().get('Colour')})


def test_creation(system):
    system.update_capability('Colour', 'blue')
    equal(system.dup_capabilities()['Colour'], 'blue')
    actor = system.create_actor(Described, {'Spread': True}, 'the one', size=5, label='five')
    equal(system.ask(actor, 'tell', LIMIT), {'size': 5, 'label': 'five', 'requirements': {'Spread': True},
                                             'name': 'the one', 'colour': 'blue'})
    assert system.create_actor(Described, global_name='the one') is actor
    equal({actor: 1}[system.create_actor(Described, None, 'the one')], 1)


@Thespian.require_capability('Colour', 'green')
@Thespian.require_capability('Shape')
class Green(Echo):
    pass


class Choosy(Echo):
    def check_capabilities(self, capabilities, requirements):
        return capabilities.get('Size', 0) >= requirements.get('least', 0)


def test_capabilities(system):
    if system.get_base_name() == 'simpleSystemBase':
        return  # which checks none
    raises(GLib.Error, 'Shape', system.create_actor, Green)
    raises(GLib.Error, 'check_capabilities', system.create_actor, Choosy, {'least': 5})
    for name, value in (('Colour', 'green'), ('Shape', True), ('Size', 5)):
        system.update_capability(name, value)
    equal(system.ask(system.create_actor(Green), 1, LIMIT), 1)
    equal(system.ask(system.create_actor(Choosy, {'least': 5}), 1, LIMIT), 1)


class Base(GObject.Object):
    pass


class Derived(Base):
    pass


class Dispatching(Thespian.TypeDispatcher):
    def started(self):
        self.add_handler(tuple, lambda message, sender: self.send(sender, 'added'))

    def receive_str(self, message, sender):
        self.send(sender, 'str')

    def receive_int(self, message, sender):
        if message < 0:
            return Thespian.SUPER
        return self.send(sender, 'int')

    def receive_dict(self, message, sender):
        raise ValueError('no dict')

    def receive_Base(self, message, sender):
        self.send(sender, 'Base')

    def receive_object(self, message, sender):
        if isinstance(message, float):
            return Thespian.SUPER
        if not isinstance(message, Thespian.SystemMessage):
            self.send(sender, 'object ' + type(message).__name__)
        return None

    def receive_unrecognized(self, message, sender):
        self.send(sender, 'unrecognized')


class MoreDispatching(Dispatching):
    def receive_str(self, message, sender):
        super().receive_str(message.upper(), sender)


def test_dispatch(system):
    actor = system.create_actor(MoreDispatching)
    for message, answer in (('x', 'str'), (1, 'int'), (-1, 'object int'), (None, 'object NoneType'), ((1,), 'added'),
                            ({1}, 'object set'), (0.5, 'unrecognized')):
        equal(system.ask(actor, message, LIMIT), answer)
    if os.environ.get('THESPIAN_DEBUG') != 'roundtrip':
        equal(system.ask(actor, Derived(), LIMIT), 'Base')
    assert 'no dict' in details(system.ask(actor, {}, LIMIT))


class Waker(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, Thespian.WakeupMessage):
            self.send(self.asker, message.payload)
        elif message == 'watch':
            self.asker = sender
            self.reader, writer = os.pipe()
            os.write(writer, b'x')
            os.close(writer)
            return Thespian.Watch(self.reader)
        elif isinstance(message, Thespian.WatchMessage):
            self.send(self.asker, message.get_ready() == [self.reader])
            os.close(self.reader)
        elif isinstance(message, dict):
            self.asker = sender
            assert self.cancel_wakeup(self.wakeup_after(0.01, 'cancelled'))
            self.wakeup_after(datetime.timedelta(milliseconds=20), message)
            self.wakeup_after(0.001)
        return None


def test_wakeup(system):
    waker = system.create_actor(Waker)
    equal(system.ask(waker, {'a': [1]}, LIMIT), None)
    equal(system.listen(LIMIT), {'a': [1]})
    equal(system.ask(waker, 'watch', LIMIT), True)
    equal(system.listen(0.01), None)
    equal(system.listen(datetime.timedelta(milliseconds=1)), None)


@Thespian.troupe(max_count=3, idle_count=1)
class Crew(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, int):
            self.send(sender, message * 2)


@Thespian.initializing_messages(('name', str), ('settings', dict, True))
class Novice(Thespian.Actor, Thespian.Initializing):
    def initialized(self):
        if self.get_initializing_message('name') == 'bad':
            raise ValueError('not a good name')
        self.greeting = [self.get_initializing_message('name'), self.get_initializing_message('settings')]

    def receive_message(self, message, sender):
        if message == 'greet':
            self.send(sender, self.greeting)


@Thespian.transient_idle(0.05)
class Brief(Echo):
    pass


@Thespian.transient(datetime.timedelta(seconds=0.05))
@Thespian.ignore_messages(Thespian.ChildActorExited)
class Briefer(Echo):
    pass


def test_patterns(system):
    crew = system.create_actor(Crew)
    equal(sorted(system.ask(crew, n, LIMIT) for n in range(5)), [0, 2, 4, 6, 8])
    assert 'max_count=3 idle_count=1' in system.ask(crew, 'troupe:status?', LIMIT)
    novice = system.create_actor(Novice)
    system.tell(novice, 'Ann')
    system.tell(novice, {'size': 1})
    equal(system.ask(novice, 'greet', LIMIT), ['Ann', {'size': 1}])
    novice = system.create_actor(Novice)
    system.tell(novice, 'bad')
    assert 'not a good name' in details(system.ask(novice, {}, LIMIT))
    for cls in Brief, Briefer:
        brief = system.create_actor(cls)
        equal(system.ask(brief, 1, LIMIT), 1)
        while system.ask(brief, Thespian.StatusRequest(), LIMIT) is not None:
            system.listen(0.01)


def test_once_patterns_that_are_wrong():
    def declare():
        @Thespian.initializing_messages(('name', str))
        class Wrong(Thespian.Actor):
            def initialized(self):
                pass

    raises(TypeError, 'Thespian.Initializing', declare)


class Undertaker(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'start':
            self.handle_dead_letters(True)
            self.asker = sender
            dead = self.create_actor(Echo)
            self.send(dead, Thespian.ActorExitRequest.new())
            self.dead = dead
        elif isinstance(message, Thespian.ChildActorExited):
            self.send(self.dead, [2**60])
        elif isinstance(message, Thespian.DeadEnvelope):
            self.send(self.asker, (message.message, message.address is self.dead))


def test_dead_letters(system):
    equal(system.ask(system.create_actor(Undertaker), 'start', LIMIT), ([2**60], True))


class Asking(Thespian.Actor):
    """Asks from inside, by the asynchronous call."""

    def receive_message(self, message, sender):
        if isinstance(message, list):
            self.asker = sender
            self.ask_async(self.create_actor(Echo), message, LIMIT, None, self.answered)

    def answered(self, source, result):
        self.send(self.asker, self.ask_finish(result))


def test_ask_inside(system):
    equal(system.ask(system.create_actor(Asking), [1, None], LIMIT), [1, None])


def test_async(system):
    loop, got = GLib.MainLoop(), []

    def answered(source, result):
        got.append(source.ask_finish(result))
        loop.quit()

    def created(source, result):
        system.ask_async(source.create_actor_finish(result), (1, None), LIMIT, None, answered)

    system.create_actor_async(Echo, callback=created)
    loop.run()
    equal(got, [(1, None)])


class Logging(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'log':
            logging.getLogger('actors').warning('a %s of Python', 'warning')
            self.send(sender, 'logged')


def test_once_log():
    """In a process of its own, since what is logged is to be seen."""
    program = '''
import logging, sys
sys.path.insert(0, sys.argv[1])
from languages_test import Thespian
from actors import Logging, LIMIT
logging.getLogger().addHandler(Thespian.LogHandler())
with Thespian.ActorSystem('simpleSystemBase', transient_unique=True) as system:
    assert system.ask(system.create_actor(Logging), 'log', LIMIT) == 'logged'
logging.warning('from outside')
'''
    env = {name: value for name, value in os.environ.items() if name != 'G_DEBUG'}
    launcher = Gio.SubprocessLauncher.new(Gio.SubprocessFlags.STDERR_PIPE | Gio.SubprocessFlags.STDOUT_SILENCE)
    launcher.set_environ([f'{name}={value}' for name, value in env.items()])
    process = launcher.spawnv(['/usr/bin/python3', '-c', program, os.path.dirname(os.path.abspath(__file__))])
    _, _, text = process.communicate_utf8(None, None)
    assert process.get_exit_status() == 0, text
    assert 'Thespian-Actor-WARNING' in text and 'a warning of Python' in text, text
    assert 'from outside' in text, text


def test_status(system):
    echo = system.create_actor(Echo)
    equal(system.ask(echo, Thespian.StatusRequest(), LIMIT).get_details().unpack()['class'].endswith('Echo'), True)


if __name__ == '__main__':
    run(globals())
