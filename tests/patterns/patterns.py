#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The patterns, as a class written in Python declares them."""

import contextlib
import io
import sys
import traceback

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import GLib, GObject, Thespian  # noqa: E402

BASES = ['simpleSystemBase', 'mainLoopBase', 'multithreadBase']
LONG = 30000000


class Crew(Thespian.Actor):
    label = GObject.Property(type=str)

    def do_receive_message(self, message, sender):
        if message == 'hold':
            self.set_troupe_work_in_progress(True)
        if isinstance(message, str):
            self.send(sender, f'{message} {self.label} {self.get_troupe_work_in_progress()}')
        return True


Crew.set_troupe(4, 1)


class Novice(Thespian.Actor, Thespian.Initializing):
    def do_initialized(self):
        name = self.get_initializing_message('name')
        if name == 'bad':
            raise ValueError('not a good name')
        self.greeting = f"{name} {self.get_initializing_message('size')}"
        return True

    def do_receive_message(self, message, sender):
        if isinstance(message, str):
            knows = self.get_initializing_message_sender('size') == sender
            self.send(sender, f'{self.greeting} {message} {knows}')
        return True


Novice.add_initializing_message('name', str, False)
Novice.add_initializing_message('size', int, True)


class Brief(Thespian.Actor):
    def do_receive_message(self, message, sender):
        if isinstance(message, str):
            self.send(sender, message)
        return True


Brief.set_transient_idle(100000)


def test_troupe(system):
    label = GLib.Variant('a{sv}', {'label': GLib.Variant('s', 'red')})
    crew = system.create_actor(Crew, None, None, label, None)
    assert system.ask(crew, 'hold', LONG, None) == 'hold red True'
    assert system.ask(crew, 'more', LONG, None) == 'more red False'
    settings = system.ask(crew, Thespian.UpdateTroupeSettings(max_count=9), LONG, None)
    assert (settings.get_max_count(), settings.props.idle_count) == (9, 1)
    status = system.ask(crew, 'troupe:status?', LONG, None)
    assert status.startswith('troupe: max_count=9 idle_count=1 workers=2 '), status


def test_initializing(system):
    novice = system.create_actor(Novice, None, None, None, None)
    system.tell(novice, 'Ann', None)
    system.tell(novice, 5, None)
    assert system.ask(novice, 'now', LONG, None) == 'Ann 5 now True'


def test_initialized_fails(system):
    novice = system.create_actor(Novice, None, None, None, None)
    system.tell(novice, 'bad', None)
    with contextlib.redirect_stderr(io.StringIO()):
        poison = system.ask(novice, 5, LONG, None)
    assert isinstance(poison, Thespian.PoisonMessage)
    assert poison.get_message() == 5


def test_transient(system):
    brief = system.create_actor(Brief, None, None, None, None)
    assert system.ask(brief, 'hello', LONG, None) == 'hello'
    while system.ask(brief, Thespian.StatusRequest(), LONG, None) is not None:
        system.listen(10000, None)


def test_command(system):
    runner = system.create_actor(Thespian.RunCommand, None, None, None, None)
    command = Thespian.Command(program='sh', arguments=['-c', 'cat; echo no >&2; exit 3'],
                               input=GLib.Bytes.new(b'yes'))
    started = system.ask(runner, command, LONG, None)
    assert isinstance(started, Thespian.CommandStarted) and started.get_pid() > 1
    result = system.listen(LONG, None)
    assert isinstance(result, Thespian.CommandResult) and result.get_command() is command
    assert result.get_stdout().get_data() == b'yes'
    assert result.props.stderr.get_data() == b'no\n'
    assert (result.get_exit_status(), result.get_term_signal()) == (3, 0)
    missing = Thespian.Command.new('/nonexistent/program', None)
    error = system.ask(runner, missing, LONG, None)
    assert isinstance(error, Thespian.CommandError)
    assert error.get_failure() == Thespian.CommandFailure.NOT_STARTED


def main():
    functions = [value for name, value in globals().items() if name.startswith('test_')]
    cases = [(function, base) for function in functions for base in BASES]
    failed = 0
    print(f'1..{len(cases)}')
    for number, (function, base) in enumerate(cases, 1):
        system = Thespian.ActorSystem.new(base, None, None, Thespian.ActorSystemFlags.TRANSIENT_UNIQUE)
        try:
            function(system)
            print(f'ok {number} {function.__name__} {base}', flush=True)
        except Exception:
            traceback.print_exc()
            print(f'not ok {number} {function.__name__} {base}', flush=True)
            failed += 1
        system.shutdown(None)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
