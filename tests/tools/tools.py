# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the command line have in common: the program, systems at free ports, and TAP."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

LIMIT = 60

program, modules = map(os.path.abspath, sys.argv[1:3])

# Whatever belongs to this test is found by it, wherever it has gone.
MARK = f'THESPIAN_TOOL_TEST={os.getpid()}'


class Skipped(Exception):
    """The build has not what the test is of."""


class Place:
    """A folder of its own for what the program keeps, and a neutral language."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.env = {**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': 'C', 'XDG_STATE_HOME': folder, 'HOME': folder,
                    'THESPIAN_TOOL_TEST': str(os.getpid())}
        self.env.pop('DBUS_SESSION_BUS_ADDRESS', None)

    def run(self, *arguments, given='', env=None, **more):
        return subprocess.run([program, *map(str, arguments)], input=given, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=LIMIT, env={**self.env, **(env or {})}, **more)


def free_port(kind):
    """Below the ports that the kernel gives to those who do not care."""
    types = {'tcp': socket.SOCK_STREAM, 'udp': socket.SOCK_DGRAM}
    for port in range(10000 + os.getpid() * 7 % 20000, 32000):
        with socket.socket(socket.AF_INET, types[kind]) as one:
            try:
                one.bind(('127.0.0.1', port))
            except OSError:
                continue
            return port
    raise OSError('no port is free')


class System:
    """One that runs at a port, with the actors of the tests."""

    def __init__(self, place, base, port):
        self.place, self.base, self.port = place, base, port
        self.where = ['--base', base, '--port', str(port)]

    def run(self, *arguments, **more):
        return self.place.run(*self.where, *arguments, **more)

    def good(self, *arguments, **more):
        done = self.run(*arguments, **more)
        assert done.returncode == 0, done
        return done.stdout

    def json(self, *arguments):
        return json.loads(self.good(*arguments, '--json'))

    def bad(self, status, text, *arguments, **more):
        done = self.run(*arguments, **more)
        assert done.returncode == status, f'status {done.returncode} in place of {status}: {done}'
        lines = done.stderr.splitlines()
        assert lines and lines[-1].startswith('thespian: ') and text in lines[-1], done
        assert len([line for line in lines if line.startswith('thespian: ')]) == 1, done

    def create(self, *arguments):
        return self.good('create', 'tool-actors:ToolEcho', *arguments).strip()


@contextlib.contextmanager
def running(place, base, *options):
    system = System(place, base, free_port(base))
    system.good('start', '--actor-path', modules, *options)
    try:
        yield system
    finally:
        system.run('stop')


def left_behind():
    """The processes of this test that are still there, zombies aside, by their ids."""
    found = {}
    for process in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            if int(process.name) != os.getpid() and MARK.encode() in (process / 'environ').read_bytes().split(b'\0') \
                    and ') Z ' not in (process / 'stat').read_text():
                found[int(process.name)] = (process / 'cmdline').read_bytes()
        except (OSError, ValueError):
            pass
    return found


def wait_for(condition, what):
    end = time.monotonic() + LIMIT
    while not (result := condition()):
        assert time.monotonic() < end, f'there was no {what}'
        time.sleep(0.02)
    return result


def run_tests(tests):
    """Each of (name, function, arguments…) gets a place first."""
    failed = 0
    print(f'1..{len(tests)}')
    for number, (name, function, *arguments) in enumerate(tests, 1):
        try:
            with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
                function(Place(folder), *arguments)
            wait_for(lambda: not left_behind(), f'end of {left_behind()}')
            print(f'ok {number} {name}', flush=True)
        except Skipped as reason:
            print(f'ok {number} {name} # SKIP {reason}', flush=True)
        except Exception as error:
            failed += 1
            traceback.print_exc()
            print(getattr(error, 'stderr', ''), file=sys.stderr)
            for pid in left_behind():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            print(f'not ok {number} {name}', flush=True)
    return failed != 0
