#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every command of the program, and every exit status of each, with systems that are reached by TCP and UDP; prints
TAP.

usage: check-commands.py PROGRAM FOLDER-OF-MODULES"""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

from tools import LIMIT, System, free_port, left_behind, modules, program, run_tests, running, wait_for

FAILED, USAGE, UNREACHABLE, NO_ACTOR, NO_ANSWER, POISON = range(1, 7)
COMMANDS = ['start', 'stop', 'status', 'list', 'create', 'tell', 'ask', 'listen', 'exit', 'capability', 'log', 'run',
            'top', 'shell']
# With commands that have them.
FLAGS = [('json', 'list'), ('quiet', 'stop'), ('session', 'list'), ('system', 'list'), ('foreground', 'start'),
         ('not-recursive', 'exit', 'one'), ('remove', 'capability', 'Mood'), ('batch', 'top'), ('keep-going', 'shell')]
# JSON, and no message.  With what is said of them.
BAD_VALUES = [('1e400', 'the number “1e400” is too large'), ('[99999999999999999999]', 'the number “99999999999999999999”'),
              ('"\\u0000"', 'the JSON text has the character \\u0000'), ('[' * 43 + ']' * 43, 'the JSON text is nested deeper')]
BAD_CAPABILITIES = [('“Tru” is no method', 'Process Startup Method=Tru'), ('read-only', 'Thespian Version=5'),
                    ('“Exit Grace Period” cannot be', 'Exit Grace Period=-1'), ('“Max', 'Max Message Size=big'),
                    ('NAME=VALUE', '=5')]


def test_help(place):
    text = place.run('--help').stdout
    for command in COMMANDS:
        assert f'\n  {command} ' in text, f'{command} is not in {text}'
        done = place.run(command, '--help')
        assert done.returncode == 0 and f'thespian [OPTION…] {command}' in done.stdout, done
    assert place.run('--version').stdout.startswith('thespian '), place.run('--version')


def test_usage(place):
    system = System(place, 'tcp', free_port('tcp'))
    system.bad(USAGE, 'which command?')
    system.bad(USAGE, '“dance”', 'dance')
    system.bad(USAGE, '--dance', 'list', '--dance')
    for flag, *command in FLAGS:
        system.bad(USAGE, f'--{flag} takes no value: “--{flag}=5”', *command, f'--{flag}=5')
    for flag in 'version', 'json', 'quiet', 'session', 'system':
        system.bad(USAGE, f'--{flag} takes no value', f'--{flag}=', 'list')
    system.bad(USAGE, '--json takes no value', 'shell', given='list --json=no\n')
    system.bad(UNREACHABLE, '', 'tell', 'one', '-f', 'text', '--', '--json=5')
    system.bad(USAGE, 'more arguments', 'ask', 'one')
    system.bad(USAGE, 'no more arguments', 'stop', 'now')
    system.bad(USAGE, 'is no JSON', 'ask', 'one', 'hello')
    system.bad(USAGE, 'nested deeper', 'ask', 'one', '[' * 100000)
    system.bad(USAGE, '“9223372036854775808” is too large', 'ask', 'one', '{"a": [1, 9223372036854775808]}')
    system.bad(USAGE, '“-1e400” is too large', 'ask', 'one', '--', '-1e400')
    for text in '010', '0x10', '$10', "'a'", '/* five */ 5', '.5', '1.':
        system.bad(USAGE, f'“{text}” is no JSON', 'ask', 'one', text)
    for command in (['create', 'a:B', '-P'], ['create', 'a:B', '-r'], ['start', '-c'], ['run', f'{modules}/tool-actors.so', '-c'],
                    ['run', f'{modules}/tool-actors.so', '-P']):
        for value, why in BAD_VALUES:
            system.bad(USAGE, f'“a={value}”: {why}', *command, f'a={value}')
    for command in ['ask', 'one', '-5'], ['tell', 'one', '-5.5'], ['listen', 'one', '-5'], ['capability', 'Mood', '-5']:
        system.bad(USAGE, f'thespian {command[0]} … -- {command[2]}', *command)
        assert 'behind “--”' in place.run(command[0], '--help').stdout
    for port in '0', '65536', '', '1x':
        system.bad(USAGE, f'“{port}” is no port', 'list', f'--port={port}')
    system.bad(USAGE, 'is no GVariant text', 'ask', 'one', 'hello', '-f', 'gvariant')
    system.bad(USAGE, '“smoke”', 'ask', 'one', '1', '--format', 'smoke')
    system.bad(USAGE, 'NAME=VALUE', 'create', 'a:B', '-P', 'colour')
    system.bad(USAGE, 'exclude each other', 'list', '--session', '--system')
    system.bad(USAGE, 'leave out', 'list', '--session')
    system.bad(USAGE, 'is no order', 'top', '--sort', 'beauty')
    system.bad(USAGE, '--delay', 'top', '--delay', '0')
    for number in ('-1', '0'):
        system.bad(USAGE, '--iterations', 'top', '--iterations', number)
        system.bad(USAGE, '--count', 'listen', '--count', number)
        system.bad(USAGE, '--count', 'log', '--count', number)
    for seconds in ('nan', 'inf', '-inf', 'soon'):
        for command in (['ask', 'one', '1'], ['tell', 'one', '1'], ['exit', 'one'], ['listen'], ['status'], ['run', f'{modules}/tool-actors.so', '1']):
            system.bad(USAGE, '--timeout', *command, '--timeout', seconds)
    system.bad(USAGE, 'is no level', 'log', '--level', 'loud')
    system.bad(USAGE, 'which message', 'listen', 'one')
    system.bad(USAGE, '--remove', 'capability', '--remove')
    system.bad(USAGE, 'is no file', 'run', '/etc/passwd')
    System(place, 'warp', 1).bad(USAGE, 'warp', 'list')
    System(place, 'simpleSystemBase', 1).bad(USAGE, 'cannot be joined', 'list')
    System(place, 'tcp', 70000).bad(USAGE, '70000', 'list')


def test_long(place):
    """Of what is long not all is repeated, and what to do is said all the same."""
    system, long = System(place, 'tcp', free_port('tcp')), 'x' * 100000
    for command, text in [(['ask', 'one', '"' + long], '--format=gvariant'), ([long], '`thespian --help` lists'),
                          (['ask', 'one', long, '-f', 'gvariant'], 'no GVariant text'), (['list', '--' + long], '…'),
                          (['log', '-l', long], 'choose debug'), (['--base', long, 'list'], '…'),
                          (['create', 'a:B', '-P', long], 'NAME=VALUE')]:
        done = system.run(*command)
        assert done.returncode == USAGE and text in done.stderr and len(done.stderr) < 500, done


def test_not_text(place):
    """What is no UTF-8 goes nowhere, and GLib need not complain."""
    system, bad = System(place, 'tcp', free_port('tcp')), 'x\udcff'
    for env in {}, {'LC_ALL': 'C'}:
        for command in ([bad], ['create', bad], ['create', 'a:B', '-n', bad], ['create', 'a:B', '-P', f'a={bad}'],
                        ['create', 'a:B', '-r', f'{bad}=1'], ['start', '-c', f'Mood={bad}'], ['start', '-a', bad],
                        ['capability', bad], ['capability', 'Mood', bad], ['run', f'/tmp/{bad}.so'],
                        ['run', f'{modules}/tool-actors.so', bad], ['ask', bad, '1'], ['tell', 'one', bad, '-f', 'text'],
                        ['status', bad], ['log', '-l', bad], ['top', '-s', bad], ['--base', bad, 'list']):
            system.bad(USAGE, 'is not UTF-8', *command, env=env)
    system.bad(USAGE, 'command "dance":', 'dance', env={'LC_ALL': 'C'})
    system.bad(UNREACHABLE, str(system.port), 'create', 'a:B', '-n', 'Größe', env={'LC_ALL': 'C'})
    assert 'thespian [OPTION...]' in place.run('ask', '--help', env={'LC_ALL': 'C'}).stdout
    folder = place.folder / bad
    folder.mkdir()
    system.bad(USAGE, 'is not UTF-8', 'start', '-a', '.', cwd=folder)
    system.bad(USAGE, 'is not UTF-8', 'run', 'a.so:B', '1', cwd=folder)
    system.bad(USAGE, '--name', 'create', 'a:B', '-n', '')
    for text in ('"\\u0000"', '{"a\\u0000b": 1}', '["\\\\\\u0000"]'):
        system.bad(USAGE, '\\u0000', 'ask', 'one', text)
    system.bad(USAGE, 'zero character', 'run', f'{modules}/tool-actors.so', given='"a\0b"\n')
    system.bad(USAGE, 'zero character', 'shell', given='ask one "a\0b"\n')
    system.bad(USAGE, 'is not UTF-8', 'shell', given='list \udcff\n', errors='surrogateescape')


def test_unreachable(place, base):
    """Nobody is there, and nobody is there afterwards."""
    system = System(place, base, free_port(base))
    for command in (['stop'], ['status'], ['list'], ['create', 'a:B'], ['tell', 'a', '1'], ['ask', 'a', '1'],
                    ['listen'], ['exit', 'a'], ['capability'], ['log'], ['top', '--batch']):
        system.bad(UNREACHABLE, str(system.port), *command)


def test_stranger(place):
    """Something else is at the port."""
    with socket.socket() as stranger:
        stranger.bind(('127.0.0.1', 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        System(place, 'tcp', port).bad(UNREACHABLE, f'tcp port {port} of 127.0.0.1 is taken by another program', 'status')
        System(place, 'tcp', port).bad(UNREACHABLE, str(port), 'start')
    with socket.socket(type=socket.SOCK_DGRAM) as stranger:
        stranger.bind(('127.0.0.1', 0))
        port = stranger.getsockname()[1]
        System(place, 'udp', port).bad(UNREACHABLE, f'udp port {port} of 127.0.0.1 is taken by another program', 'status')


def test_bus(place):
    done = place.run('list', '--session', env={'DBUS_SESSION_BUS_ADDRESS': f'unix:path={place.folder}/nobody'})
    assert done.returncode == UNREACHABLE and 'thespian: the bus cannot be reached' in done.stderr, done


def test_start(place, base):
    with running(place, base) as system:
        again = system.json('start')
        assert again['started'] is False and str(system.port) in again['admin-address'], again
        system.bad(USAGE, 'NAME=VALUE', 'start', '-c', 'Mood')
        system.bad(FAILED, 'nowhere', 'start', '--log-definition', '/nowhere')
        assert system.good('stop') == ''
        system.bad(UNREACHABLE, str(system.port), 'status')
        again = system.json('start', '-c', 'Mood=sunny', '-c', 'Rooms=5', '-c', 'Tags=["a","b"]')
        assert again['started'] is True and base in again['base'].lower(), again
        there = system.json('capability')
        assert (there['Mood'], there['Rooms'], there['Tags']) == ('sunny', 5, ['a', 'b']), there
        assert system.json('stop') == {'stopped': True}
        for text, assignment in BAD_CAPABILITIES:
            system.bad(USAGE, text, 'start', '-c', assignment)
        system.bad(FAILED, 'nowhere', 'start', '--log-definition', '/nowhere')


def test_foreground(place):
    system = System(place, 'tcp', free_port('tcp'))
    for end in (signal.SIGTERM, signal.SIGINT, None):
        process = subprocess.Popen([program, *system.where, 'start', '--foreground'], env=place.env, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        assert 'has started' in process.stdout.readline()
        system.good('status')
        if end is None:
            system.good('stop')
        else:
            process.send_signal(end)
        assert process.wait(LIMIT) == 0, process
        process.stdout.close()
        system.bad(UNREACHABLE, str(system.port), 'status')


def test_foreground_lost(place, base):
    """Who waits for a system is told that it was killed; and that there is another."""
    system = System(place, base, free_port(base))
    process = subprocess.Popen([program, *system.where, 'start', '--foreground'], env=place.env, text=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert 'has started' in process.stdout.readline()
    system.bad(FAILED, '--foreground needs one of its own', 'start', '--foreground')
    os.kill(system.json('status')['process-id'], signal.SIGKILL)
    out, err = process.communicate(timeout=LIMIT)
    assert (process.returncode, out) == (UNREACHABLE, '') and 'the system is lost' in err, (process.returncode, err)


def test_create(place, base):
    with running(place, base) as system:
        token = system.create()
        assert token.startswith('thespian:'), token
        named = system.json('create', 'tool-actors:ToolEcho', '--name', 'the one', '--property', 'start=7')
        assert named['global-name'] == 'the one' and named['address'].startswith('ToolEcho-'), named
        again = system.json('create', 'tool-actors:ToolEcho', '--name', 'the one')
        assert {key: again[key] for key in named} == named, (again, named)
        assert system.json('ask', 'the one', '"start"')['answer'] == 7
        assert system.json('ask', named['token'], '"start"')['answer'] == 7
        assert system.json('ask', named['address'], '"start"')['answer'] == 7
        system.bad(FAILED, 'nowhere', 'create', 'nowhere:Nobody')
        system.bad(FAILED, 'Nobody', 'create', 'tool-actors:Nobody')
        system.create('--require', 'Moon=true')
        system.bad(FAILED, 'bad-module', 'create', 'bad-module:Nobody')


def test_ask(place, base):
    with running(place, base) as system:
        echo = system.create()
        for text, kind in [('5', 'i'), ('"two words"', 's'), ('true', 'b'), ('1.5', 'd'), ('5000000000', 'x'),
                           ('[1,"a",null]', 'v'), ('{"a":{"b":[]}}', 'v'), ('null', 'v')]:
            told = system.json('ask', echo, text)
            assert told == {'type': kind, 'answer': json.loads(text)}, (text, told)
            assert json.loads(system.good('ask', echo, text)) == json.loads(text)
        for text in ['(1, uint32 7)', "{'a': <@y 0x05>}", "[b'bytes', b'and more']", "@mv nothing", "@o '/a/path'"]:
            told = system.good('ask', echo, text, '--format', 'gvariant').strip()
            assert system.good('ask', echo, told, '--format', 'gvariant').strip() == told, (text, told)
        assert system.good('ask', echo, 'no quotes', '-f', 'text') == 'no quotes\n'
        assert system.good('ask', echo, '--', '-5') == '-5\n'
        assert system.good('ask', echo, '"\\\\u0000"') == '"\\\\u0000"\n'
        for text, shown in [('[inf, -inf, nan]', '["Infinity","-Infinity","NaN"]'), ('inf', '"Infinity"'),
                            ('uint64 18446744073709551615', '18446744073709551615')]:
            given = f'tell {echo} "{text}" -f gvariant\nlisten -n 1\n'
            assert system.good('shell', given=given) == f'{shown}\n', text
        pair = ', '.join(f'uint64 0x{half}' for half in echo.split(':')[1].split('-'))
        told = system.good('shell', given=f"tell {echo} \"[({pair}), (5, 7)]\" -f gvariant\nlisten -n 1\n")
        assert json.loads(told)[0] == echo, told
        told = system.good('shell', given=f"tell {echo} \"<{{'a': <({pair})>}}>\" -f gvariant\nlisten -n 1\n")
        assert json.loads(told) == {'a': echo}, told
        for text in '[' * 42 + ']' * 42, '{"a":' * 42 + '1' + '}' * 42:
            assert system.good('ask', echo, text).strip() == text
        system.bad(USAGE, 'nested deeper than 42', 'ask', echo, '[' * 43 + ']' * 43)
        system.bad(USAGE, 'nested deeper than 42', 'tell', echo, '{"a":' * 43 + '1' + '}' * 43)
        system.bad(USAGE, '“hello” is not the token', 'ask', echo, 'hello', '-f', 'address')
        assert system.json('ask', echo, '"me"') == {'type': 'ThespianAddress', 'answer': echo}
        system.bad(POISON, 'it was told to | fail', 'ask', echo, '"fail"')
        system.bad(NO_ANSWER, 'no answer', 'ask', echo, '"silent"', '--timeout', '0.1')
        system.bad(NO_ACTOR, '“nobody”', 'ask', 'nobody', '1')
        system.bad(POISON, 'SIGKILL', 'ask', echo, '"kill"')
        for seconds in '10', '-1':
            system.bad(NO_ACTOR, 'any more', 'ask', echo, '1', '--timeout', seconds)
            system.bad(NO_ACTOR, 'any more', 'status', echo, '--timeout', seconds)


def test_ask_at_end(place, base):
    """Whose actor is killed by the end of the system is told of that end, however long it takes."""
    with running(place, base, '-c', 'Exit Grace Period=60') as system:
        for name in 'sleeper', 'holder', 'other':
            system.create('--name', name)
        sleeper, holder, other = (system.json('status', name)['process-id'] for name in ('sleeper', 'holder', 'other'))
        os.kill(holder, signal.SIGSTOP)
        process = subprocess.Popen([program, *system.where, 'ask', 'sleeper', '"sleep"', '--timeout', '50'],
                                   env=place.env, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        wait_for(lambda: system.run('ask', 'sleeper', '1', '--timeout', '0.2').returncode == NO_ANSWER, 'its sleep')
        system.good('tell', 'sleeper', '1')
        stop = subprocess.Popen([program, *system.where, 'stop'], env=place.env, stdin=subprocess.DEVNULL)
        wait_for(lambda: other not in left_behind(), 'end of the other')
        os.kill(sleeper, signal.SIGKILL)
        wait_for(lambda: sleeper not in left_behind(), 'end of the sleeper')
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
        os.kill(holder, signal.SIGKILL)
        _, err = process.communicate(timeout=LIMIT)
        assert process.returncode == UNREACHABLE and 'shut down' in err, (process.returncode, err)
        assert stop.wait(LIMIT) == 0


def test_tell_and_listen(place, base):
    with running(place, base) as system:
        echo = system.create('--name', 'echo')
        assert system.good('tell', 'echo', '1') == ''
        system.bad(NO_ACTOR, '“nobody”', 'tell', 'nobody', '1')
        wait_for(lambda: system.json('status', 'echo')['messages-received'] == 1, 'message')
        assert system.good('listen', echo, '"three"', '--count', '3') == '1\n2\n3\n'
        assert system.good('listen', echo, '"three"', '--timeout', '1') == '1\n2\n3\n'
        system.bad(NO_ANSWER, 'no answer', 'listen', echo, '"silent"', '--timeout', '0.1')
        process = subprocess.Popen([program, *system.where, 'listen', '--count', '1'], env=place.env, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        token = process.stderr.readline().split()[4]
        system.good('tell', echo, token, '--format', 'address')
        assert process.communicate(timeout=LIMIT)[0] == '"told"\n'
        process = subprocess.Popen([program, *system.where, 'listen', '-n', '1', '--json'], env=place.env, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        system.good('tell', echo, json.loads(process.stderr.readline())['token'], '--format', 'address')
        assert json.loads(process.communicate(timeout=LIMIT)[0]) == {'type': 's', 'answer': 'told'}
        process = subprocess.Popen([program, *system.where, 'listen', '-n', '1', '--json'], env=place.env, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        system.good('tell', json.loads(process.stderr.readline())['token'], '5')
        assert json.loads(process.communicate(timeout=LIMIT)[0]) == {'type': 'i', 'answer': 5}
        system.good('tell', 'echo', '1', '--timeout', '0')
        system.good('tell', 'echo', '"kill"')


def test_list(place, base):
    with running(place, base) as system:
        assert system.json('list') == []
        one, other = system.create('--name', 'one'), system.create()
        actors = system.json('list')
        assert {actor['token'] for actor in actors} == {one, other}, actors
        for actor in actors:
            assert actor['class'] == 'ToolEcho' and actor['parent'].startswith('Admin'), actor
            os.kill(actor['process-id'], 0)
        lines = system.good('list').splitlines()
        assert len(lines) == 3 and lines[0].split()[:2] == ['ACTOR', 'CLASS'], lines


def test_exit(place, base):
    with running(place, base) as system:
        one, other = system.create('--name', 'one'), system.create('--name', 'other')
        system.good('exit', one)
        system.good('exit', 'other', '--not-recursive')
        wait_for(lambda: system.json('list') == [], 'end of the actors')
        system.bad(NO_ACTOR, '“one”', 'exit', 'one')


def check_stopped(system, name):
    """Who asks or tells an actor that is stopped waits for as long as it was said, and no longer."""
    pid = system.json('status', name)['process-id']
    os.kill(pid, signal.SIGSTOP)
    try:
        for text, *command in [('no answer', 'status', name), ('no answer', 'ask', name, '1'),
                               ('no answer', 'listen', name, '1'), ('has not taken', 'tell', name, '1')]:
            check_patience(system, text, *command)
    finally:
        os.kill(pid, signal.SIGCONT)
    system.good('ask', name, '1')
    os.kill(pid, signal.SIGSTOP)
    check_patience(system, 'has not taken', 'exit', name)
    wait_for(lambda: not os.path.exists(f'/proc/{pid}'), f'end of the stopped process {pid}')


def check_patience(system, text, *command):
    """To linger for a message takes 5 s; a machine that is busy may take that for a program once, but not each time."""
    for _ in range(5):
        started = time.monotonic()
        system.bad(NO_ANSWER, text, *command, '--timeout', '0.5')
        taken = time.monotonic() - started
        assert taken >= 0.5, taken
        if taken < 4.5:
            return
    assert False, f'{command} took {taken} s'


def test_status(place, base):
    with running(place, base) as system:
        system.create('--name', 'one')
        status = system.json('status')
        assert status['n-actors'] == 1 and list(status['named-actors']) == ['one'], status
        assert 'n-actors:' in system.good('status')
        assert system.json('status', 'one')['class'] == 'ToolEcho'
        system.bad(NO_ACTOR, '“nobody”', 'status', 'nobody')
        system.bad(NO_ANSWER, 'no answer', 'status', 'one', '--timeout', '0')
        check_stopped(system, 'one')
        os.kill(status['process-id'], signal.SIGSTOP)
        try:
            started = time.monotonic()
            system.bad(UNREACHABLE, 'did not answer', 'status')
            assert time.monotonic() - started < 20
        finally:
            os.kill(status['process-id'], signal.SIGCONT)


def test_capability(place, base):
    with running(place, base) as system:
        system.good('capability', 'Mood', 'sunny')
        assert system.good('capability', 'Mood') == 'sunny\n'
        assert system.json('capability', 'Mood') == 'sunny'
        system.good('capability', 'Mood', '{"a": 1}')
        assert system.json('capability', 'Mood') == {'a': 1}
        system.good('capability', '--remove', 'Mood')
        system.bad(FAILED, '“Mood”', 'capability', 'Mood')
        system.bad(USAGE, 'Thespian Version', 'capability', 'Thespian Version', '5')
        system.bad(USAGE, '“Exit Grace Period” cannot be', 'capability', 'Exit Grace Period', 'soon')
        system.bad(USAGE, 'must have a name', 'capability', '', '5')
        for value, why in BAD_VALUES:
            system.bad(USAGE, f'“Mood={value}”: {why}', 'capability', 'Mood', value)
        for text in '010', '1.2.3', "'a'", 'sunny 1e400', '[' * 43, '[\\u0000':
            system.good('capability', 'Mood', text)
            assert system.json('capability', 'Mood') == text
        system.good('capability', '--remove', 'Mood')
        assert 'Mood' not in system.json('capability')


def test_log(place, base):
    with running(place, base) as system:
        echo = system.create()
        process = subprocess.Popen([program, *system.where, 'log', '--count', '1', '--json'], env=place.env, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stderr.readline() == 'Following the log.\n'
        system.good('ask', echo, '"warn"')
        entry = json.loads(process.communicate(timeout=LIMIT)[0])
        assert (entry['message'], entry['level'], entry['class']) == ('the ice is thin', 'WARNING', 'ToolEcho'), entry
        followers = [subprocess.Popen([program, *system.where, 'log', '--count', '1', *options], env=place.env, text=True,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                     for options in ([], ['--json'])]
        for follower in followers:
            assert follower.stderr.readline() == 'Following the log.\n'
        system.good('ask', echo, '"warn twice"')
        text, entry = (follower.communicate(timeout=LIMIT)[0] for follower in followers)
        assert text.endswith(' the ice\n    is thin\n') and text.count('\n') == 2, text
        assert json.loads(entry)['message'] == 'the ice\nis thin\n', entry
        process = subprocess.Popen([program, *system.where, 'log', '--quiet', '--level', 'error'], env=place.env,
                                   text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        system.good('ask', echo, '"warn"')
        system.good('stop')
        out, err = process.communicate(timeout=LIMIT)
        assert (process.returncode, out) == (UNREACHABLE, ''), (process.returncode, out, err)


def test_top(place, base):
    with running(place, base) as system:
        echo = system.create('--name', 'one')
        for _ in range(3):
            system.good('ask', echo, '1')
        row, = system.json('top', '--iterations', '1')['actors']
        assert (row['messages-received'], row['messages-queued'], row['state']) == (3, 0, 'idle'), row
        assert row['process-memory'] > 100000 and row['cpu'] == 0, row
        os.kill(row['process-id'], signal.SIGSTOP)
        try:
            row, = system.json('top', '--iterations', '1')['actors']
            assert row['state'] == 'stopped' and 'messages-received' not in row, row
        finally:
            os.kill(row['process-id'], signal.SIGCONT)
        text = system.good('top', '--batch', '--iterations', '3', '--delay', '0.1', '--sort', 'memory')
        assert text.count('ToolEcho-') == 3 and text.count('actors: 1') == 3, text
        samples = [json.loads(line) for line in system.good('top', '-j', '-n', '2', '-d', '0.2').splitlines()]
        assert [sample['n-actors'] for sample in samples] == [1, 1], samples
        system.bad(USAGE, 'needs a terminal', 'top')


def test_run(place):
    module = f'{modules}/tool-actors.so'
    done = place.run('run', module, '1', '"two"', '[3]')
    assert (done.returncode, done.stdout) == (0, '1\n"two"\n[3]\n'), done
    done = place.run('run', f'{module}:ToolEcho', '--property', 'start=5', '-f', 'text', given='start\n\nb\n')
    assert (done.returncode, done.stdout) == (0, '5\nb\n'), done
    other = place.folder / 'a:b.so'
    other.symlink_to(pathlib.Path(module).resolve())
    for file in other, f'{other}:ToolEcho':
        done = place.run('run', '--capability', 'Actor Path="/nowhere"', file, '1')
        assert (done.returncode, done.stdout) == (0, '1\n'), done
    done = place.run('run', '--base', 'udp', '--port', free_port('udp'), module, '1')
    assert (done.returncode, done.stdout) == (0, '1\n'), done
    system = System(place, 'simpleSystemBase', 0)
    system.where = []
    system.bad(NO_ANSWER, 'no answer', 'run', module, '"silent"', '--timeout', '3')
    system.bad(POISON, 'told to', 'run', module, '"fail"')
    system.bad(FAILED, 'Nobody', 'run', f'{module}:Nobody', '1')
    system.bad(FAILED, 'crashes', 'run', f'{modules}/bad-module.so', '1')
    system.bad(FAILED, 'bad-module', 'run', f'{modules}/bad-module.so:Nobody', '1')
    system.bad(FAILED, 'thespian_module_register', 'run', f'{modules}/empty-module.so', '1')
    system.bad(USAGE, 'there is no file', 'run', '/nowhere/x.so', '1')
    system.bad(USAGE, '“hello” is not the token', 'run', module, 'hello', '-f', 'address')
    system.bad(USAGE, 'needs no bus', 'run', module, '1', '--session')
    for text, assignment in BAD_CAPABILITIES:
        system.bad(USAGE, text, 'run', module, '1', '-c', assignment)
    (place.folder / 'text.so').write_text('this is no module')
    system.bad(FAILED, 'text.so', 'run', place.folder / 'text.so', '1')
    (place.folder / 'bad.py').write_text('class Broken(:\n')
    system.bad(USAGE, 'which class', 'run', place.folder / 'bad.py', '1')


def test_run_beside(place):
    """A system that is there is not ended by one that runs a file."""
    with running(place, 'tcp') as system:
        system.bad(FAILED, 'runs at the port already', 'run', f'{modules}/tool-actors.so', '1')
        system.good('status')


def test_shell(place, base):
    with running(place, base) as system:
        lines = ['create tool-actors:ToolEcho --name one', '# a comment', '', 'ask one 5 --json', 'ask one \'[1, "a"]\'',
                 'tell one \'"three"\'', 'listen --count 3', 'help', 'status --help', 'quit', 'ask one 6']
        out = system.good('shell', given='\n'.join(lines)).splitlines()
        assert out[0].startswith('thespian:') and out[1:6] == ['{"type":"i","answer":5}', '[1,"a"]', '1', '2', '3'], out
        assert any(line.startswith('capability ') for line in out) and out[-1] != '6', out
        assert 'thespian [OPTION…] ask ACTOR MESSAGE' in system.good('shell', given='ask --help\n')
        done = system.run('shell', given='ask one 1\nask nobody 1\nask one 2\n')
        assert (done.returncode, done.stdout) == (NO_ACTOR, '1\n'), done
        done = system.run('shell', '-k', given='ask one 1\nask nobody 1\ndance\nask "one\nrun x\nask one 2')
        assert (done.returncode, done.stdout) == (0, '1\n2\n'), done
        assert len(done.stderr.splitlines()) == 4 and 'The text was “ask "one”' in done.stderr, done
        done = system.run('shell', '-k', given=f'stop\nstatus\nstart -a {modules}\nlist -j\n')
        assert done.returncode == 0 and done.stdout.endswith('[]\n') and len(done.stderr.splitlines()) == 1, done
    folder = os.open(place.folder, os.O_RDONLY)
    done = subprocess.run([program, 'shell'], env=place.env, stdin=folder, capture_output=True, text=True, timeout=LIMIT)
    os.close(folder)
    assert done.returncode == FAILED and 'Is a directory' in done.stderr, done


def test_output(place):
    """A full disk is an error."""
    with running(place, 'tcp') as system, open('/dev/full', 'w') as full:
        for command in ['status'], ['--help'], ['--version'], ['ask', '--help'], ['ask', '--help-all']:
            done = subprocess.run([program, *system.where, *command], env=place.env, stdin=subprocess.DEVNULL, stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=LIMIT)
            assert done.returncode == FAILED and done.stderr == 'thespian: the output cannot be written\n', done


def test_many(place):
    """Nothing is left in the system by those who have come and gone."""
    with running(place, 'tcp') as system:
        system.create('--name', 'one')
        admin = pathlib.Path(f'/proc/{system.json("status")["process-id"]}/fd')
        for _ in range(3):
            system.good('ask', 'one', '1')
        before = len(list(admin.iterdir()))
        for _ in range(20):
            system.good('ask', 'one', '1')
        wait_for(lambda: len(list(admin.iterdir())) <= before, 'end of the connections')


EACH_BASE = [test_unreachable, test_start, test_foreground_lost, test_create, test_ask, test_ask_at_end,
             test_tell_and_listen, test_list, test_exit, test_status, test_capability, test_log, test_top, test_shell]
ONCE = [test_help, test_usage, test_long, test_not_text, test_stranger, test_bus, test_foreground, test_run,
        test_run_beside, test_output, test_many]

if __name__ == '__main__':
    tests = [(function.__name__[5:], function) for function in ONCE]
    tests += [(f'{function.__name__[5:]}/{base}', function, base) for function in EACH_BASE for base in ('tcp', 'udp')]
    sys.exit(run_tests(tests))
