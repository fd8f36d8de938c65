#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The program with actors written in Python and JavaScript; prints TAP.

usage: check-languages.py PROGRAM FOLDER-OF-MODULES FOLDER-OF-SCRIPTS"""

import ast
import json
import os
import pathlib
import sys
import time

from tools import LIMIT, System, left_behind, run_tests, running, wait_for

FAILED, USAGE, NO_ANSWER, POISON = 1, 2, 5, 6
scripts = pathlib.Path(sys.argv[3])


def lone(place):
    system = System(place, '', 0)
    system.where = []
    return system


def test_run(place, suffix):
    out = lone(place).good('run', scripts / f'counter.{suffix}:Counter', '5', '[1,2]', '10')
    assert [json.loads(line)['total'] for line in out.splitlines()] == [5, 7, 17], out


READERS = {
    'py': """
import gi, sys
gi.require_version('Thespian', '1.0')
from gi.repository import Thespian

class Reader(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, str):
            self.send(sender, message + ':' + sys.stdin.read())
""",
    'js': """
imports.gi.versions.Thespian = '1.0';
const {Gio, GObject, Thespian} = imports.gi;

var Reader = GObject.registerClass(class Reader extends Thespian.Actor {
    receive_message(message, sender) {
        if (typeof message !== 'string')
            return;
        const text = new Gio.UnixInputStream({fd: 0, close_fd: false}).read_bytes(100, null).toArray();
        this.send(sender, `${message}:${imports.byteArray.toString(text)}`);
    }
});
""",
}


def test_input(place, suffix):
    """It is for the program alone."""
    file = place.folder / f'reader.{suffix}'
    file.write_text(READERS[suffix])
    out = lone(place).good('run', f'{file}:Reader', given='"one"\n"two"\n')
    assert [json.loads(line) for line in out.splitlines()] == ['one:', 'two:'], out


def test_folder_as_input(place, suffix):
    """Only what would read it minds."""
    counter = scripts / f'counter.{suffix}:Counter'
    for arguments, status, text in ((counter, '5'), 0, ''), ((counter,), FAILED, 'Is a directory'):
        folder = os.open(place.folder, os.O_RDONLY)
        done = place.run('run', *arguments, given=None, stdin=folder)
        os.close(folder)
        assert done.returncode == status and text in done.stderr and done.stderr.count('\n') == (status != 0), done


def test_names(place, suffix):
    """Of files and of folders: whatever the file system allows that is text."""
    folder = place.folder / 'co:lon' / 'grüße an'
    folder.mkdir(parents=True)
    for name in 'counter.v2', 'grüße, mit Leerraum', 'my-counter', '1:2 %20#?':
        file = folder / f'{name}.{suffix}'
        file.write_bytes((scripts / f'counter.{suffix}').read_bytes())
        done = place.run('run', f'{file}:Counter', '5')
        assert (done.returncode, done.stdout, done.stderr) == (0, '{"total":5}\n', ''), done
    lone(place).bad(USAGE, 'not UTF-8', 'run', os.fsdecode(b'%s/\xff.%s' % (os.fsencode(folder), suffix.encode())))


NESTED = [
    ("<@a(sv) [('a', <1>)]>", "[('a', 1)]", '[["a",1]]'),
    ("<@aav [[<1>, <@av [<'x'>]>]]>", "[[1, ['x']]]", '[[1,["x"]]]'),
    ("<@a{sa{sv}} {'o': {'x': <[<1>]>}}>", "{'o': {'x': [1]}}", '{"o":{"x":[1]}}'),
    ("<('Name', @a{sv} {'x': <@mv <'y'>>})>", "('Name', {'x': 'y'})", '["Name",{"x":"y"}]'),
    # like an enumeration and flags, but there are none of that name
    ("<{'e': <('Bob', 3)>, 'f': <('Bob', uint32 3)>, 'o': <('GObject', 3)>}>",
     "{'e': ('Bob', 3), 'f': ('Bob', 3), 'o': ('GObject', 3)}", '{"e":["Bob",3],"f":["Bob",3],"o":["GObject",3]}'),
]


def test_nested(place, suffix):
    """What is in a variant of type v is a value of the language, whatever types C has made it of."""
    out = lone(place).good('run', scripts / f'show.{suffix}:Show', *[nested[0] for nested in NESTED], '-f', 'gvariant')
    expected = [nested[{'py': 1, 'js': 2}[suffix]] for nested in NESTED]
    assert [ast.literal_eval(line) for line in out.splitlines()] == expected, out


def test_bad(place, suffix):
    """One line for each mistake."""
    system = lone(place)
    broken = place.folder / f'broken.{suffix}'
    broken.write_text('class (:\n')
    system.bad(FAILED, 'SyntaxError', 'run', f'{broken}:Broken', '1')
    system.bad(FAILED, 'Nobody', 'run', scripts / f'counter.{suffix}:Nobody', '1')
    system.bad(USAGE, 'which class', 'run', scripts / f'counter.{suffix}', '1')
    system.bad(USAGE, 'there is no file', 'run', f'/nowhere/counter.{suffix}:Counter', '1')
    done = system.run('run', scripts / f'counter.{suffix}:Counter', 'true', 'null')
    assert done.returncode == POISON and done.stderr.count('thespian: ') == 1, done


LOOPS = {'py': 'while True:\n    pass\n', 'js': 'while (true)\n    ;\n'}


def test_loop(place, suffix):
    """The limit of time is one for a file that never ends, too, and then its process is gone."""
    file = place.folder / f'loop.{suffix}'
    file.write_text(LOOPS[suffix])
    began = time.monotonic()
    lone(place).bad(NO_ANSWER, 'had not started after 0.5 seconds', 'run', f'{file}:Loop', '1', '--timeout', '0.5')
    assert time.monotonic() - began < LIMIT / 4
    with running(place, 'tcp') as system:
        before = left_behind()
        language = {'py': 'python', 'js': 'gjs'}[suffix]
        for name in (), ('--name', 'loop'):
            system.bad(NO_ANSWER, 'had not started after 0.5 seconds', 'create', '-t', '0.5', f'{language}:{file}:Loop',
                       *name)
        wait_for(lambda: not [title for pid, title in left_behind().items() if pid not in before and
                              (b'loop' in title.lower())], 'end of the loop')


def test_missing(place, variable, suffix):
    """No interpreter is there."""
    done = place.run('run', scripts / f'counter.{suffix}:Counter', '1', env={variable: '/nowhere/interpreter'})
    assert done.returncode == FAILED and '/nowhere/interpreter' in done.stderr, done


def test_useless(place, variable, suffix):
    """Something else is there."""
    done = place.run('run', scripts / f'counter.{suffix}:Counter', '1', env={variable: '/bin/false'})
    assert done.returncode == FAILED and done.stderr.count('\n') == 1, done
    assert '/bin/false' in done.stderr and 'exited with status 1' in done.stderr, done


def test_unknown(place):
    with running(place, 'tcp') as system:
        system.bad(FAILED, 'basic', 'create', 'basic:counter:Counter')


def test_create(place):
    with running(place, 'tcp', '--actor-path', str(scripts)) as system:
        for specification in ('python:counter:Counter', 'gjs:counter.js:Counter'):
            token = system.good('create', specification).strip()
            assert system.json('ask', token, '7')['answer'] == {'total': 7}
        assert len(system.json('top', '--iterations', '1')['actors']) == 2


BOTH = [test_run, test_nested, test_names, test_input, test_folder_as_input, test_bad, test_loop]
INTERPRETERS = [('THESPIAN_PYTHON', 'py'), ('THESPIAN_GJS', 'js')]

if __name__ == '__main__':
    sys.exit(run_tests([(f'{function.__name__[5:]}/{suffix}', function, suffix)
                        for function in BOTH for suffix in ('py', 'js')] +
                       [(f'{function.__name__[5:]}/{suffix}', function, variable, suffix)
                        for function in (test_missing, test_useless) for variable, suffix in INTERPRETERS] +
                       [('unknown', test_unknown), ('create', test_create)]))
