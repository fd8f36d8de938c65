#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The program with actors written in Python and JavaScript; prints TAP.

usage: check-languages.py PROGRAM FOLDER-OF-MODULES FOLDER-OF-SCRIPTS"""

import json
import pathlib
import sys

from tools import System, run_tests, running

FAILED, USAGE, POISON = 1, 2, 6
scripts = pathlib.Path(sys.argv[3])


def lone(place):
    system = System(place, '', 0)
    system.where = []
    return system


def test_run(place, suffix):
    out = lone(place).good('run', scripts / f'counter.{suffix}:Counter', '5', '[1,2]', '10')
    assert [json.loads(line)['total'] for line in out.splitlines()] == [5, 7, 17], out


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


def test_missing(place, variable, suffix):
    """No interpreter is there."""
    done = place.run('run', scripts / f'counter.{suffix}:Counter', '1', env={variable: '/nowhere/interpreter'})
    assert done.returncode == FAILED and '/nowhere/interpreter' in done.stderr, done


def test_unknown(place):
    with running(place, 'tcp') as system:
        system.bad(FAILED, 'basic', 'create', 'basic:counter:Counter')


def test_create(place):
    with running(place, 'tcp', '--actor-path', str(scripts)) as system:
        for specification in ('python:counter:Counter', 'gjs:counter.js:Counter'):
            token = system.good('create', specification).strip()
            assert system.json('ask', token, '7')['answer'] == {'total': 7}
        assert len(system.json('top', '--iterations', '1')['actors']) == 2


if __name__ == '__main__':
    sys.exit(run_tests([(f'{function.__name__[5:]}/{suffix}', function, suffix)
                        for function in (test_run, test_bad) for suffix in ('py', 'js')] +
                       [('missing/py', test_missing, 'THESPIAN_PYTHON', 'py'),
                        ('missing/js', test_missing, 'THESPIAN_GJS', 'js'),
                        ('unknown', test_unknown), ('create', test_create)]))
