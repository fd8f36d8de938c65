#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Installs the build into an empty folder and uses what is there, and nothing else: what is installed, programs
built by pkg-config, the code that README.md shows, and the typelib.

usage: outside.py MESON CC SOURCE-DIR BUILD-DIR PREFIX LIBDIR FEATURE...
CC may be several words, such as “ccache cc”. FEATURE is introspection, vapi, docs or installed-tests, when the
build has it."""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import traceback

meson, cc, source, build, prefix, libdir = sys.argv[1:7]
features = sys.argv[7:]
source = pathlib.Path(source)

BASES = ['simpleSystemBase', 'mainLoopBase', 'multithreadBase']


def run(*command, **env):
    done = subprocess.run([str(c) for c in command], text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          timeout=300, env={**os.environ, **env})
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
        done.check_returncode()
    return done.stdout


class Outside:
    def __init__(self, folder):
        self.folder = folder
        self.root = folder / 'root'
        self.prefix = self.root / prefix.lstrip('/')
        self.lib = self.prefix / libdir
        self.env = {'PKG_CONFIG_PATH': str(self.lib / 'pkgconfig'), 'LD_LIBRARY_PATH': str(self.lib),
                    'GI_TYPELIB_PATH': str(self.lib / 'girepository-1.0'), 'G_DEBUG': 'fatal-criticals'}

    def test_install(self):
        run(meson, 'install', '-C', build, '--no-rebuild', '--quiet', '--destdir', self.root)
        outside = [p for p in self.root.rglob('*') if p.is_file() and self.prefix not in p.parents]
        assert not outside, f'installed outside of the prefix: {outside}'

    def test_files(self):
        include = self.prefix / 'include' / 'thespian-1.0' / 'thespian'
        wanted = [include / 'thespian.h', include / 'thespian-enums.h', include / 'model' / 'thespian-actor.h',
                  self.lib / 'libthespian-1.0.so', self.lib / 'libthespian-1.0.so.0',
                  self.lib / 'pkgconfig' / 'thespian-1.0.pc']
        if 'introspection' in features:
            wanted += [self.prefix / 'share' / 'gir-1.0' / 'Thespian-1.0.gir',
                       self.lib / 'girepository-1.0' / 'Thespian-1.0.typelib']
        if 'vapi' in features:
            wanted += [self.prefix / 'share' / 'vala' / 'vapi' / name for name in ('thespian-1.0.vapi', 'thespian-1.0.deps')]
        if 'docs' in features:
            wanted += [self.prefix / 'share' / 'doc' / 'thespian-1.0' / 'index.html']
        for path in wanted:
            assert path.exists(), f'{path.relative_to(self.prefix)} is not installed'
        for path in include.rglob('*'):
            assert not path.name.endswith('-private.h'), f'{path.name} is installed'

    def compile(self, program, target):
        flags = run('pkg-config', '--cflags', '--libs', 'thespian-1.0', **self.env).split()
        assert not any(str(source) in flag or build in flag for flag in flags), flags
        run(*shlex.split(cc), '-std=gnu11', '-Wall', '-Werror', program, '-o', target, *flags)

    def test_consumer(self):
        self.compile(source / 'tests' / 'outside' / 'consumer.c', self.folder / 'consumer')
        for base in BASES:
            run(self.folder / 'consumer', base, **self.env)

    def test_readme(self):
        run(sys.executable, source / 'tests' / 'checks' / 'extract-code.py', source / 'README.md',
            'c', self.folder / 'readme.c', 'text', self.folder / 'readme.txt')
        self.compile(self.folder / 'readme.c', self.folder / 'readme')
        expected, printed = (self.folder / 'readme.txt').read_text(), run(self.folder / 'readme', **self.env)
        assert printed == expected, f'README.md shows {expected!r}, its code prints {printed!r}'

    def test_installed_tests(self):
        """As gnome-desktop-testing-runner would; the installed paths lead into the folder here."""
        tests = sorted((self.prefix / 'share' / 'installed-tests' / 'thespian-1.0').glob('*.test'))
        names = [test.name.removesuffix('.test') for test in tests]
        for name in ('test-error', 'test-value', 'test-behaviour-status', 'test-troupe-parts'):
            assert name in names, f'{name} is not among {names}'
        for test in tests:
            command = re.search('^Exec=(.*)$', test.read_text(), re.MULTILINE)[1].replace(prefix, str(self.prefix))
            assert pathlib.Path(command.split()[-1]).exists(), command
            if test.name in ('test-error.test', 'test-behaviour-status.test', 'test-dispatch-table.test'):
                assert '\nok 1 ' in run(*command.split(), **self.env), test.name

    def test_typelib(self):
        program = ("import gi; gi.require_version('Thespian', '1.0'); from gi.repository import Thespian; "
                   "print(Thespian.ActorSystem.new('simpleSystemBase', None, None, 0).get_base_name())")
        printed = run('/usr/bin/python3', '-c', program, **self.env)
        assert printed == 'simpleSystemBase\n', printed
        library = run('/usr/bin/python3', '-c', program + "; print(open('/proc/self/maps').read())", **self.env)
        assert re.search(re.escape(str(self.lib)) + r'/libthespian', library), 'another libthespian was loaded'


    def test_overrides(self):
        """Where that Python looks by itself, if it looks anywhere in the prefix."""
        folders = run('/usr/bin/python3', '-c', 'import site; print(*site.getsitepackages(), sep="\\n")').split()
        installed = next(self.root.rglob('gi/overrides/Thespian.py')).parents[2]
        installed = '/' + str(installed.relative_to(self.root))
        assert installed in folders or not any(folder.startswith(prefix + '/') for folder in folders), \
            f'overrides are in {installed}, Python looks in {folders}'


def main():
    names = ['install', 'files', 'consumer', 'readme'] + ['typelib', 'overrides'] * ('introspection' in features) + \
        ['installed_tests'] * ('installed-tests' in features)
    failed = 0
    print(f'1..{len(names)}')
    with tempfile.TemporaryDirectory(prefix='thespian-outside-') as folder:
        it = Outside(pathlib.Path(folder))
        for number, name in enumerate(names, 1):
            try:
                getattr(it, 'test_' + name)()
                print(f'ok {number} {name}', flush=True)
            except Exception:
                failed += 1
                traceback.print_exc()
                print(f'not ok {number} {name}', flush=True)
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
