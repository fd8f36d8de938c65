#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a program of actors under each key of THESPIAN_DEBUG on each base, and looks for what it shows; prints TAP.

usage: check-debug.py PROGRAM"""

import os
import re
import subprocess
import sys

BASES = ['simpleSystemBase', 'mainLoopBase', 'multithreadBase']
ACTOR = r'[A-Za-z]+-[0-9a-f]+'
SHOWN = {
    'messages': [
        rf'messages: {ACTOR} to Talker-[0-9a-f]+: "any news\?"',
        rf'messages: {ACTOR} to Talker-[0-9a-f]+: 42',
        r'messages: Talker-[0-9a-f]+ failed: no numbers, not even 42',
        rf'messages: {ACTOR} to Talker-[0-9a-f]+: <ThespianActorExitRequest>',
    ],
    'lifecycle': [
        rf'lifecycle: Talker-[0-9a-f]+ started, a child of {ACTOR}',
        r'lifecycle: Sleepyhead-[0-9a-f]+ did not start: .*not before noon.*',
        r'lifecycle: Talker-[0-9a-f]+ ended',
    ],
    'dead-letters': [
        rf'dead-letters: {ACTOR} to Talker-[0-9a-f]+: "any news\?"',
    ],
}


def run(program, base, keys):
    environment = {name: value for name, value in os.environ.items() if name != 'THESPIAN_DEBUG'}
    if keys is not None:
        environment['THESPIAN_DEBUG'] = keys
    done = subprocess.run([program, base], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=100)
    assert done.returncode == 0, f'exit status {done.returncode}: {done.stderr}'
    return done.stderr.splitlines()


def check_shown(lines, wanted):
    patterns = [pattern for key in wanted for pattern in SHOWN[key]]
    for pattern in patterns:
        assert any(re.fullmatch('Thespian: ' + pattern, line) for line in lines), f'no {pattern} in {lines}'
    for line in lines:
        assert re.match('Thespian: ({}): '.format('|'.join(wanted)), line), f'not asked for: {line}'


def check_help(program, base):
    text = '\n'.join(run(program, base, 'help'))
    for key in [*SHOWN, 'roundtrip', 'all', 'help']:
        assert key in text, f'{key} is not in {text}'


def check_nothing(program, base, keys):
    lines = run(program, base, keys)
    assert not lines, lines


def main():
    program = sys.argv[1]
    tests = []
    for base in BASES:
        for key in SHOWN:
            tests.append((f'{key}/{base}', lambda b=base, k=key: check_shown(run(program, b, k), [k])))
        tests.append((f'all/{base}', lambda b=base: check_shown(run(program, b, 'all'), list(SHOWN))))
        tests.append((f'two/{base}', lambda b=base: check_shown(run(program, b, 'lifecycle,dead-letters'),
                                                                ['lifecycle', 'dead-letters'])))
        tests.append((f'not-set/{base}', lambda b=base: check_nothing(program, b, None)))
        tests.append((f'unknown/{base}', lambda b=base: check_nothing(program, b, 'weather')))
    tests.append(('help', lambda: check_help(program, BASES[0])))

    failed = 0
    print(f'1..{len(tests)}')
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f'ok {number} {name}', flush=True)
        except AssertionError as error:
            failed += 1
            print(f'# {error}')
            print(f'not ok {number} {name}', flush=True)
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
