#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Programs that end while their actors live, in whatever way: they end at once, with the status they mean to have, and
nothing critical is said. A system at a port goes on without them.

usage: endings.py GJS"""

import pathlib
import socket
import subprocess
import sys
import tempfile

PYTHON = '''
import sys
import gi
gi.require_version('Thespian', '1.0')
from gi.repository import Thespian
class Echo(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'for ever':
            self.send(self.get_address(), message)
        elif isinstance(message, Thespian.ActorExitRequest):
            self.gone = True
        else:
            self.send(sender, message)
base, kind, way = sys.argv[1:]
system = Thespian.ActorSystem(base, transient_unique=kind == 'own')
actors = [system.create_actor(Echo) for _ in range(4)]
assert system.ask(actors[0], 5, 60) == 5
if base != 'simpleSystemBase':
    for actor in actors:
        system.tell(actor, 'for ever')
if way == 'exit':
    sys.exit(3)
if way == 'raise':
    raise ValueError('the end')
if way == 'drop':
    del system
'''

JAVASCRIPT = '''
imports.gi.versions.Thespian = '1.0';
const {GObject, Thespian} = imports.gi;
const Echo = GObject.registerClass(class Echo extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'wake')
            this.wakeup_after(1);
        else if (!(message instanceof Thespian.SystemMessage))
            this.send(sender, message);
    }
});
const [base, kind, way] = ARGV;
let system = Thespian.ActorSystem.new(base, null, null, Thespian.ActorSystemFlags[kind === 'own' ? 'TRANSIENT_UNIQUE' : 'NONE']);
const actor = system.create_actor(Echo);
if (system.ask(actor, 5, 60000) !== 5)
    imports.system.exit(1);
system.tell(actor, 'wake');
if (way === 'exit')
    imports.system.exit(3);
if (way === 'drop') {
    system = null;
    imports.system.gc();
}
'''

PYTHON_AT_PORT = '''
import sys
import gi
gi.require_version('Thespian', '1.0')
from gi.repository import Thespian
base, port, way = sys.argv[1:]
system = Thespian.ActorSystem(base, {'Admin Port': int(port)})
actor = system.create_actor('languages-module:LanguagesEcho', global_name='the echo')
assert system.ask(actor, 5, 60) == 5
print(actor.to_string())
if way == 'shutdown':
    system.shutdown()
'''

JAVASCRIPT_AT_PORT = '''
imports.gi.versions.Thespian = '1.0';
const {Thespian} = imports.gi;
const [base, port, way] = ARGV;
const system = Thespian.ActorSystem.new(base, {'Admin Port': parseInt(port)}, null, Thespian.ActorSystemFlags.NONE);
const actor = system.create_actor('languages-module:LanguagesEcho', {global_name: 'the echo'});
if (system.ask(actor, 5, 60000) !== 5)
    imports.system.exit(1);
print(actor.to_string());
if (way === 'shutdown')
    system.shutdown();
'''

WAYS = {'': 0, 'exit': 3, 'raise': 1, 'drop': 0}


def run(command, base, kind, way):
    done = subprocess.run([*command, base, kind, way], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == WAYS[way], (done.returncode, done.stderr)
    assert 'CRITICAL' not in done.stderr, done.stderr
    assert ('the end' in done.stderr) == (way == 'raise'), done.stderr


def find_port(kind):
    with socket.socket(type=kind) as free:
        free.bind(('127.0.0.1', 0))
        return str(free.getsockname()[1])


def run_two(command, base, kind):
    """The second program finds the actor that the first has created."""
    port = find_port(kind)
    first, second = (subprocess.run([*command, base, port, way], stdin=subprocess.DEVNULL, capture_output=True,
                                    text=True, timeout=120) for way in ('leave', 'shutdown'))
    assert first.returncode == second.returncode == 0, (first, second)
    assert first.stdout.startswith('LanguagesEcho-') and first.stdout == second.stdout, (first, second)


def cases(folder, gjs):
    for name, text, command, bases, ways in (
            ('python', PYTHON, [sys.executable], ['simpleSystemBase', 'mainLoopBase', 'multithreadBase'], WAYS),
            ('gjs', JAVASCRIPT, [gjs], ['simpleSystemBase', 'mainLoopBase'], ['', 'exit', 'drop'])):
        program = folder / name
        program.write_text(text)
        for base in bases:
            for kind in 'own', 'shared':
                for way in ways:
                    yield f'{name} {base} {kind} {way}', run, [*command, str(program)], base, kind, way
    for name, text, command in ('python', PYTHON_AT_PORT, sys.executable), ('gjs', JAVASCRIPT_AT_PORT, gjs):
        program = folder / f'{name}-at-port'
        program.write_text(text)
        for base, kind in ('multiprocTCPBase', socket.SOCK_STREAM), ('multiprocUDPBase', socket.SOCK_DGRAM):
            yield f'{name} {base}', run_two, [command, str(program)], base, kind


def main():
    failed = 0
    with tempfile.TemporaryDirectory(prefix='thespian-endings-') as folder:
        everything = list(cases(pathlib.Path(folder), sys.argv[1]))
        print(f'1..{len(everything)}')
        for number, (label, check, *arguments) in enumerate(everything, 1):
            try:
                check(*arguments)
                print(f'ok {number} {label}', flush=True)
            except (AssertionError, subprocess.TimeoutExpired) as error:
                print(error, file=sys.stderr)
                print(f'not ok {number} {label}', flush=True)
                failed += 1
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
