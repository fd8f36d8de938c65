#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Does what the guide tells its reader to type, with the library as installed; prints TAP.

usage: check-commands.py MESON EXAMPLES-DIR BUILD-DIR PREFIX LIBDIR"""

import os
import re
import shutil
import subprocess
import sys

from cases import run_cases

meson, examples, build, prefix, libdir = sys.argv[1:6]


class Reader:
    def __init__(self, folder):
        root = folder / 'root'
        subprocess.run([meson, 'install', '-C', build, '--no-rebuild', '--quiet', '--destdir', str(root)],
                       check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=100)
        there = root / prefix.lstrip('/')
        self.folder = folder / 'examples'
        shutil.copytree(examples, self.folder)
        data = os.environ.get('XDG_DATA_DIRS') or '/usr/local/share:/usr/share'
        self.env = {**os.environ, 'PKG_CONFIG_PATH': str(there / libdir / 'pkgconfig'),
                    'LD_LIBRARY_PATH': str(there / libdir), 'LIBRARY_PATH': str(there / libdir),
                    'XDG_DATA_DIRS': f'{there / "share"}:{data}', 'G_DEBUG': 'fatal-criticals'}
        overrides = next(there.glob('**/gi/overrides/Thespian.py'), None)
        if overrides is not None:
            self.env['PATH'] = f'/usr/bin:{self.env["PATH"]}'  # whose Python has the bindings
            self.env['PYTHONPATH'] = str(overrides.parents[2])
            self.env['GI_TYPELIB_PATH'] = str(there / libdir / 'girepository-1.0')
        self.env.pop('THESPIAN_DEBUG', None)

    def run(self, *command):
        return subprocess.run(command, cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL, check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=200)

    def expect(self, name, printed):
        expected = (self.folder / name).read_text()
        assert printed == expected, f'the page shows {expected!r}, printed was {printed!r}'

    def test_build(self):
        self.run('sh', '-e', 'build.sh')

    def test_c(self):
        self.expect('greeter.txt', self.run('./greeter').stdout)

    def test_vala(self):
        self.expect('greeter.txt', self.run('./greeter-in-vala').stdout)

    def test_processes(self):
        self.expect('processes.txt', self.run('sh', '-e', 'build-processes.sh').stdout)

    def test_greetings(self):
        self.expect('greetings.txt', self.run('sh', '-e', 'build-greetings.sh').stdout)

    def test_debug_help(self):
        self.expect('debug-help.txt', self.run('sh', 'debug-help.sh').stderr)

    def test_debug_lifecycle(self):
        """Every run has addresses of its own: they are numbered in the order in which they are shown."""
        def numbered(text):
            seen = {}
            return re.sub(r'-[0-9a-f]{10}\b', lambda match: f'-{seen.setdefault(match[0], len(seen))}', text)
        shown = (self.folder / 'debug-lifecycle.txt').read_text()
        printed = self.run('sh', 'debug-lifecycle.sh').stderr
        assert numbered(printed) == numbered(shown), f'the page shows {shown}, printed was {printed}'


if __name__ == '__main__':
    names = ['build', 'c', 'vala', 'processes', 'greetings', 'debug_help', 'debug_lifecycle']
    sys.exit(run_cases(Reader, names))
