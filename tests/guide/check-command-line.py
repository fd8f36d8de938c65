#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the commands of the page on the command line, at a free port in place of the one it shows. What is printed must
be as shown, but for the address of an actor, which is another each time.

usage: check-command-line.py EXAMPLES-DIR PROGRAM MODULE"""

import difflib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

examples, program, module = (pathlib.Path(path).resolve() for path in sys.argv[1:4])
SHOWN = '7007'


def free_port():
    for port in range(10000 + os.getpid() * 3 % 20000, 32000):
        with socket.socket() as one:
            try:
                one.bind(('127.0.0.1', port))
                return str(port)
            except OSError:
                pass
    sys.exit('no port is free')


with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
    port = free_port()
    shutil.copy(module, folder)
    script = (examples / 'command-line.sh').read_text().replace(SHOWN, port)
    env = {**os.environ, 'PATH': f'{program.parent}:{os.environ["PATH"]}', 'LC_ALL': 'C.UTF-8', 'LANGUAGE': 'C'}
    done = subprocess.run(['sh', '-c', script], cwd=folder, env=env, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100)
    subprocess.run([program, 'stop', '--port', port], env=env, stderr=subprocess.DEVNULL)

expected = (examples / 'command-line.txt').read_text().splitlines()
printed = [line for line in done.stdout.replace(port, SHOWN).splitlines() if not line.startswith('thespian:')]
if printed != expected:
    sys.exit('\n'.join(difflib.unified_diff(expected, printed, 'shown', 'printed', lineterm='')) + '\n' + done.stderr)
