#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the program does on a terminal, which is a pty here: `top', and `shell' with its history, completion and
interruptions. Prints TAP.

usage: check-terminal.py PROGRAM FOLDER-OF-MODULES [libedit]
The program has a line editor with libedit only."""

import fcntl
import os
import pathlib
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

from tools import LIMIT, Skipped, program, run_tests, running

ENTER, LEAVE = b'\033[?1049h', b'\033[?1049l'


class Terminal:
    """Somebody sits at it, types, and sees what is there."""

    def __init__(self, place, *arguments, size=(24, 120)):
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack('HHHH', *size, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.seen = b''
        self.process = subprocess.Popen([program, *arguments], env={**place.env, 'TERM': 'xterm'}, stdin=self.slave,
                                        stdout=self.slave, stderr=self.slave, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def type(self, text):
        os.write(self.master, text)

    def read(self, limit):
        if select.select([self.master], [], [], limit)[0]:
            self.seen += os.read(self.master, 65536)

    def wait_for(self, text):
        """What was seen up to there, and since what was waited for before."""
        end = time.monotonic() + LIMIT
        while text not in self.seen:
            assert time.monotonic() < end, f'{text} was not to be seen, but {self.seen[-2000:]}'
            self.read(0.1)
        before, _, self.seen = self.seen.partition(text)
        return before

    def end(self, status=0):
        end = time.monotonic() + LIMIT
        while self.process.poll() is None:
            assert time.monotonic() < end, f'it did not end: {self.seen[-2000:]}'
            self.read(0.1)
        assert self.process.returncode == status, (self.process.returncode, self.seen)
        self.read(0.1)
        after = termios.tcgetattr(self.slave)
        os.close(self.slave)
        os.close(self.master)
        assert after == self.before, (self.before, after)


def test_top(place):
    with running(place, 'tcp') as system:
        system.create('--name', 'one')
        terminal = Terminal(place, *system.where, 'top', '--delay', '0.2')
        terminal.wait_for(ENTER)
        for _ in range(3):
            terminal.wait_for(b'ToolEcho-')
        system.create('--name', 'another')
        terminal.wait_for(b'actors: 2')
        for key in b'mucr':
            terminal.type(bytes([key]))
        terminal.wait_for(b'another')
        terminal.type(b'q')
        terminal.wait_for(LEAVE)
        terminal.end()


def test_top_ends(place):
    """However it ends, the terminal is as before."""
    with running(place, 'tcp') as system:
        for end in (b'\x03', signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            terminal = Terminal(place, *system.where, 'top', '--delay', '30')
            terminal.wait_for(b'actors: 0')
            if isinstance(end, bytes):
                terminal.type(end)
            else:
                terminal.process.send_signal(end)
            terminal.wait_for(LEAVE)
            terminal.end()
        terminal = Terminal(place, *system.where, 'top', '--delay', '0.2')
        terminal.wait_for(b'actors: 0')
        system.good('stop')
        terminal.wait_for(LEAVE)
        terminal.wait_for(b'thespian: ')
        terminal.end(3)


def test_top_size(place):
    """No line is longer than the terminal is wide, and none is beyond its end."""
    with running(place, 'tcp') as system:
        for _ in range(8):
            system.create()
        terminal = Terminal(place, *system.where, 'top', '--delay', '0.2', size=(6, 40))
        terminal.wait_for(b'actors: 8')
        screen = terminal.wait_for(b'actors: 8').partition(b'\033[J')[0]
        lines = [line.replace(b'\033[K', b'').strip(b'\r') for line in screen.split(b'\n')]
        assert len(lines) == 6 and max(map(len, lines)) <= 40, lines
        fcntl.ioctl(terminal.slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 120, 0, 0))
        terminal.wait_for(b'CPU%')
        terminal.type(b'q')
        terminal.end()


def test_shell(place, end_of_file=b'\x04'):
    with running(place, 'tcp') as system:
        system.create('--name', 'longname')
        terminal = Terminal(place, *system.where, 'shell')
        terminal.wait_for(b'thespian> ')
        terminal.type(b'ask longname 41\n')
        terminal.wait_for(b'\n41\r\n')
        terminal.wait_for(b'thespian> ')
        terminal.type(b'dance\n')
        terminal.wait_for(b'there is no command')
        terminal.wait_for(b'thespian> ')
        terminal.type(end_of_file)
        terminal.end()


def need_libedit():
    if 'libedit' not in sys.argv[3:]:
        raise Skipped('no libedit')


def test_early_end(place):
    """The kernel makes this of an end of file that is typed while the terminal is not yet raw."""
    need_libedit()
    test_shell(place, b'\0')


def test_completion(place):
    need_libedit()
    with running(place, 'tcp') as system:
        system.create('--name', 'longname')
        terminal = Terminal(place, *system.where, 'shell')
        terminal.wait_for(b'thespian> ')
        terminal.type(b'stat\t')
        terminal.wait_for(b'us ')
        terminal.type(b'long\t')
        terminal.wait_for(b'name ')
        terminal.type(b'\n')
        terminal.wait_for(b'messages-received: 0')
        terminal.wait_for(b'thespian> ')
        terminal.type(b'quit\n')
        terminal.end()


def test_history(place):
    need_libedit()
    with running(place, 'tcp') as system:
        system.create('--name', 'one')
        for text, answer in ((b'ask one 4711\n', b'\n4711\r\n'), (b'\x1b[A\x1b[A\n', b'\n4711\r\n')):
            terminal = Terminal(place, *system.where, 'shell')
            terminal.wait_for(b'thespian> ')
            terminal.type(text)
            terminal.wait_for(answer)
            terminal.wait_for(b'thespian> ')
            terminal.type(b'quit\n')
            terminal.end()
        history = pathlib.Path(place.folder) / 'thespian' / 'history'
        assert history.stat().st_mode & 0o777 == 0o600 and 'ask' in history.read_text(), history.read_text()


def test_interrupt(place):
    """Control-C ends what is going on, and not the shell."""
    with running(place, 'tcp') as system:
        system.create('--name', 'one')
        terminal = Terminal(place, *system.where, 'shell')
        terminal.wait_for(b'thespian> ')
        terminal.type(b'ask one \'"silent"\' -t -1\n')
        terminal.wait_for(b'Waiting for the answer')
        terminal.type(b'\x03')
        terminal.wait_for(b'interrupted')
        terminal.wait_for(b'thespian> ')
        terminal.type(b'ask one 42\n')
        terminal.wait_for(b'\n42\r\n')
        terminal.wait_for(b'thespian> ')
        terminal.type(b'quit\n')
        terminal.end()


def test_progress(place):
    """What takes long says so, on a terminal."""
    with running(place, 'tcp') as system:
        system.create('--name', 'one')
        terminal = Terminal(place, *system.where, 'ask', 'one', '"silent"', '--timeout', '1.5')
        terminal.wait_for('Waiting for the answer…'.encode())
        terminal.wait_for(b'there was no answer')
        terminal.end(5)


if __name__ == '__main__':
    sys.exit(run_tests([(function.__name__[5:], function) for function in (
        test_top, test_top_ends, test_top_size, test_shell, test_early_end,
        test_completion, test_history, test_interrupt, test_progress)]))
