#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Does what the guide tells a reader to type who has built the library and not installed it; prints TAP.

usage: check-uninstalled.py MESON EXAMPLES-DIR BUILD-DIR FEATURE...
FEATURE is introspection or vapi, when the build has it."""

import os
import shutil
import subprocess
import sys

from cases import run_cases

meson, examples, build = sys.argv[1:4]
features = sys.argv[4:]

# What a shell of somebody who has just built the library has not.
FOREIGN = ('GI_TYPELIB_PATH', 'GJS_PATH', 'LD_LIBRARY_PATH', 'PKG_CONFIG_PATH', 'PYTHONPATH', 'THESPIAN_HOST',
           'THESPIAN_ACTOR_PATH', 'THESPIAN_DEBUG')


class Reader:
    """In a folder with what the page needs of the source folder, and the build folder in it."""

    def __init__(self, folder):
        self.folder = folder
        self.examples = folder / 'doc' / 'guide' / 'examples'
        shutil.copytree(examples, self.examples)
        (folder / 'build').symlink_to(build)
        self.env = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.env.update({'G_DEBUG': 'fatal-criticals', 'HOME': str(folder), 'LC_ALL': 'C.UTF-8',
                         'PATH': f'/usr/bin:{self.env["PATH"]}',  # whose Python has the bindings
                         'PYTHONDONTWRITEBYTECODE': '1'})

    def run(self, *command):
        """In the shell that the page opens."""
        return subprocess.run([meson, 'devenv', '-C', 'build', '-w', 'doc/guide/examples', *command],
                              cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL, check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100).stdout

    def expect(self, expected, printed):
        assert printed == expected, f'expected was {expected!r}, printed was {printed!r}'

    def text(self, name):
        return (self.examples / name).read_text()

    def test_c(self):
        """Without the headers and the library that may be installed on this machine."""
        flags = self.run('pkg-config', '--cflags', '--libs', 'thespian-1.0').split()
        self.run('cc', '-Wall', '-Werror', 'greeter.c', '-o', 'greeter', *flags)
        self.expect(self.text('greeter.txt'), self.run('./greeter'))
        assert f'{build}/thespian/libthespian-1.0.so' in self.run('ldd', './greeter'), 'it has another library'

    def test_page(self):
        self.expect(self.text('uninstalled.txt'), self.run('sh', '-e', 'uninstalled.sh'))

    def test_vala(self):
        self.run('sh', '-e', 'uninstalled-vala.sh')
        self.expect(self.text('greeter.txt'), self.run('./greeter-in-vala'))


if __name__ == '__main__':
    names = ['c'] + ['page'] * ('introspection' in features) + ['vala'] * ('vapi' in features)
    sys.exit(run_cases(Reader, names))
