#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The program with the D-Bus service, on a bus of its own; prints TAP.

usage: check-bus.py PROGRAM FOLDER-OF-MODULES SERVICE"""

import contextlib
import json
import re
import signal
import subprocess
import sys

from tools import LIMIT, System, free_port, modules, program, run_tests, wait_for

FAILED, USAGE, UNREACHABLE, NO_ACTOR, NO_ANSWER, POISON = range(1, 7)


@contextlib.contextmanager
def served(place, *options):
    """A system that is reached over a session bus, and has ended afterwards."""
    bus = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address'], env=place.env, text=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    service = None
    place.env['DBUS_SESSION_BUS_ADDRESS'] = bus.stdout.readline().strip()
    system = System(place, '', 0)
    system.where = ['--session']
    try:
        system.bad(UNREACHABLE, 'org.thespian.ActorSystem1', 'status')
        service = subprocess.Popen([sys.argv[3], *options], env={**place.env, 'THESPIAN_ACTOR_PATH': modules},
                                   stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: system.run('status').returncode == 0, 'service')
        yield system
        service.wait(LIMIT)
    finally:
        if service is not None and service.poll() is None:
            service.terminate()
            service.wait(LIMIT)
        bus.terminate()
        bus.wait(LIMIT)
        bus.stdout.close()


def check_messages(system, echo):
    for text in ('5', '"text"', 'true', '1.5', '5000000000', '[1,"a"]', '{"a":{"b":[]}}'):
        assert system.json('ask', echo, text)['answer'] == json.loads(text), text
    assert system.good('ask', 'one', '(1, uint32 7)', '-f', 'gvariant').strip() == '(1, uint32 7)'
    assert system.json('ask', 'one', '"me"') == {'type': 'ThespianAddress', 'answer': echo}
    assert system.json('ask', 'one', '"start"')['answer'] == 3
    assert system.good('listen', 'one', '"three"', '--count', '3') == '1\n2\n3\n'
    system.good('tell', 'one', '1')


def check_failures(system):
    system.bad(POISON, 'told to', 'ask', 'one', '"fail"')
    system.bad(NO_ANSWER, 'no answer', 'ask', 'one', '"silent"', '--timeout', '0.2')
    system.bad(NO_ACTOR, '“nobody”', 'tell', 'nobody', '1')
    system.bad(NO_ACTOR, '“nobody”', 'status', 'nobody')
    system.bad(FAILED, 'nowhere', 'create', 'nowhere:Nobody')
    system.bad(USAGE, 'Thespian Version', 'capability', 'Thespian Version', '5')
    system.bad(USAGE, '“Exit Grace Period” cannot be', 'capability', 'Exit Grace Period', 'soon')
    system.bad(NO_ANSWER, '0.5', 'create', 'tool-actors:ToolEcho', '--require', 'never=true', '--timeout', '0.5')
    system.bad(USAGE, 'over D-Bus', 'listen')
    for command in 'ask', 'tell':
        system.bad(USAGE, 'nested too deep', command, 'one', '[' * 32 + ']' * 32)
        system.bad(USAGE, 'nested too deep', command, 'one', '{"a":' * 21 + '1' + '}' * 21)
    for what in (['ask', 'one', 'null'], ['tell', 'one', '{"a":[null]}'], ['ask', 'one', 'just 5', '-f', 'gvariant'],
                 ['create', 'tool-actors:ToolEcho', '--require', 'a=null'], ['capability', 'Mood', 'null']):
        system.bad(USAGE, 'D-Bus has no null', *what)
    # 4294967297 is 1 where there are 32 bits only
    for number in ('101', '-1', '1.5', '4294967297'):
        system.bad(USAGE, f'“start” of type gint cannot be {number}', 'create',
                   'tool-actors:ToolEcho', '--property', f'start={number}')


def test_log(place):
    """The log is the same over the bus and at the port."""
    port = free_port('tcp')
    with served(place, '--base', 'multiprocTCPBase', '--capabilities', "{'Admin Port': <uint32 %d>}" % port) as system:
        at_port = System(place, 'tcp', port)
        echo = system.create()
        followers = [subprocess.Popen([program, *where, 'log', '--count', '2', '--json'], env=place.env, text=True,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                     for where in (system.where, at_port.where)]
        for follower in followers:
            assert follower.stderr.readline() == 'Following the log.\n'
        for _ in range(2):
            system.good('ask', echo, '"warn"')
        over_bus, over_port = [[json.loads(line) for line in follower.communicate(timeout=LIMIT)[0].splitlines()]
                               for follower in followers]
        assert over_bus == over_port and len(over_bus) == 2, (over_bus, over_port)
        assert (over_bus[0]['message'], over_bus[0]['level']) == ('the ice is thin', 'WARNING'), over_bus
        follower = subprocess.Popen([program, *system.where, 'log', '--level', 'error'], env=place.env, text=True,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert follower.stderr.readline() == 'Following the log.\n'
        follower.send_signal(signal.SIGINT)
        assert follower.communicate(timeout=LIMIT)[0] == '' and follower.returncode == -signal.SIGINT, follower.returncode
        wait_for(lambda: system.json('status')['service']['clients'] == 1, 'end of its client')
        follower = subprocess.Popen([program, *system.where, 'log', '--quiet', '--level', 'error'], env=place.env,
                                    text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        system.good('ask', echo, '"warn"')
        wait_for(lambda: system.json('status')['service']['clients'] == 2, 'follower')
        system.good('stop')
        out, err = follower.communicate(timeout=LIMIT)
        assert (follower.returncode, out) == (UNREACHABLE, ''), (follower.returncode, out, err)


def test_slow_log(place):
    """Who is stopped meanwhile is told how much was missed, over the bus and at the port."""
    n, port = 2500, free_port('tcp')
    with served(place, '--base', 'multiprocTCPBase', '--capabilities', "{'Admin Port': <uint32 %d>}" % port) as system:
        system.create('--name', 'one')
        followers = []
        for name, where in ('bus', system.where), ('port', System(place, 'tcp', port).where):
            out, err = (place.folder / f'{name}.{kind}' for kind in ('out', 'err'))
            followers.append((subprocess.Popen([program, *where, 'log', '--json'], env=place.env, stdin=subprocess.DEVNULL,
                                               stdout=out.open('w'), stderr=err.open('w')), out, err))
            wait_for(lambda: err.read_text() == 'Following the log.\n', 'begin')
        for follower, _, _ in followers:
            follower.send_signal(signal.SIGSTOP)
        system.good('shell', given='tell one \'"warn"\'\n' * n + 'ask one 1\n')
        for follower, out, err in followers:
            follower.send_signal(signal.SIGCONT)
            missed = lambda: sum(map(int, re.findall(r'(\d+) entries', err.read_text())))
            wait_for(lambda: out.read_text().count('\n') + missed() == n, f'{n} entries')
            assert missed() > 0, out.read_text().count('\n')
            follower.terminate()
            follower.wait(LIMIT)
        system.good('stop')


def test_many(place):
    """Of many actors none is left out."""
    n = 2000
    with served(place, '--base', 'multithreadBase') as system:
        created = system.good('shell', given='create tool-actors:ToolEcho\n' * n).splitlines()
        assert len(set(created)) == n, len(created)
        listed = {actor['address'] for actor in system.json('list')}
        assert len(listed) == n, len(listed)
        assert len(system.good('list').splitlines()) == n + 1
        rows = system.json('top', '--iterations', '1')['actors']
        assert {row['address'] for row in rows} == listed, len(rows)
        silent = [row for row in rows if 'messages-received' not in row]
        assert not silent, f'{len(silent)} have said nothing: {silent[:3]}'
        system.good('stop')


def test_commands(place):
    with served(place) as system:
        assert system.json('start')['started'] is False
        assert system.good('start') == 'A system runs already: multiprocQueueBase\n'
        echo = system.create('--name', 'one', '--property', 'start=3')
        actor, = system.json('list')
        assert (actor['class'], actor['global-name']) == ('ToolEcho', 'one'), actor
        assert 'ADDRESS' not in system.good('list').splitlines()[0]
        check_messages(system, echo)
        check_failures(system)
        assert system.json('status', 'one')['class'] == 'ToolEcho'
        row, = system.json('top', '--iterations', '1')['actors']
        assert row['messages-received'] > 5 and row['process-memory'] > 100000, row
        system.good('capability', 'Mood', 'sunny')
        assert system.good('capability', 'Mood') == 'sunny\n'
        system.good('capability', 'Mood', '--remove')
        system.bad(FAILED, '“Mood”', 'capability', 'Mood')
        out = system.good('shell', given='ask one 1\nlisten one \'"three"\' -n 1\nlisten -n 2\n')
        assert out == '1\n1\n2\n3\n', out
        system.good('exit', 'one')
        wait_for(lambda: system.json('list') == [], 'end of the actor')
        system.bad(NO_ACTOR, 'any more', 'ask', echo, '1')
        system.bad(NO_ACTOR, 'any more', 'status', echo)
        system.good('stop')


if __name__ == '__main__':
    sys.exit(run_tests([('commands', test_commands), ('log', test_log), ('slow_log', test_slow_log),
                        ('many', test_many)]))
