#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is public stays public, and only that: thespian.h includes each public header, no public header
includes a private one, each compiles alone, and each is in the lists that get installed.

CC may be several words, such as “ccache cc”.

usage: headers.py SOURCE-DIR BUILD-DIR CC [INSTALLED-HEADER...] -- [CFLAG...]"""

import pathlib
import re
import shlex
import subprocess
import sys

top, build, cc = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), shlex.split(sys.argv[3])
split = sys.argv.index('--')
installed = {pathlib.Path(name).name for name in sys.argv[4:split]}
cflags = [re.sub('^-I', '-isystem', flag) for flag in sys.argv[split + 1:]]  # whose own warnings are not ours

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)
bad = []

public = [p for p in sorted(top.glob('*/thespian-*.h')) if not p.name.endswith('-private.h')]
umbrella = set(INCLUDE.findall((top / 'thespian.h').read_text()))

for path in public:
    name = path.relative_to(top).as_posix()
    if name not in umbrella:
        bad.append(f'thespian.h does not include {name}')
    if path.name not in installed:
        bad.append(f'{name} is in no list of headers of thespian/meson.build')

for path in public + [top / 'thespian.h']:
    name = path.relative_to(top).as_posix()
    for other in INCLUDE.findall(path.read_text()):
        if other.endswith('-private.h') or other == 'config.h':
            bad.append(f'{name} includes the private {other}')
    command = [*cc, '-x', 'c', '-std=c99', '-pedantic', '-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter',
               '-fsyntax-only', f'-I{top}', f'-I{build}', *cflags, str(path)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    # "#pragma once in main file" is all that compiling a header by itself may bring up.
    errors = [line for line in done.stdout.splitlines() if re.search(r'error:(?!.*pragma once)', line)]
    if errors:
        bad.append(f'{name} does not compile alone:\n  ' + '\n  '.join(errors))

sys.exit('\n'.join(bad) or None)
