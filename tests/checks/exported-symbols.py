#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library exports exactly the symbols of exported-symbols.txt, all of them thespian_*.

usage: exported-symbols.py LIBRARY [--update]

With --update the list is written anew: read the difference before you commit it, for what was once
released cannot be taken back."""

import difflib
import pathlib
import subprocess
import sys

LIST = pathlib.Path(__file__).with_name('exported-symbols.txt')

lines = subprocess.run(['nm', '-D', '--defined-only', '--format=posix', sys.argv[1]], check=True,
                       stdout=subprocess.PIPE, text=True).stdout.splitlines()
symbols = sorted(line.split()[0] for line in lines)
strangers = [s for s in symbols if not s.startswith('thespian_')]
if strangers:
    sys.exit('these exported symbols are not named thespian_*: ' + ' '.join(strangers))

text = ''.join(s + '\n' for s in symbols)
if '--update' in sys.argv:
    LIST.write_text(text)
    sys.exit()

known = LIST.read_text()
if text != known:
    diff = difflib.unified_diff(known.splitlines(), text.splitlines(), LIST.name, 'the library', n=0, lineterm='')
    sys.exit('\n'.join(diff) + f'\nIf this is meant: {sys.argv[0]} {sys.argv[1]} --update')
