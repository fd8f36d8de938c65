#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each name of the library that the guide mentions is there: functions of C among the exported symbols, what begins
with `Thespian.` in Python.

usage: check-names.py GUIDE-DIR EXPORTED-SYMBOLS"""

import pathlib
import re
import sys

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian

guide, symbols = pathlib.Path(sys.argv[1]), set(pathlib.Path(sys.argv[2]).read_text().split())

# Where a debugger stops.
INSIDE = ('thespian_actor_deliver', 'thespian_cell_end')
# What an actor module has.
OUTSIDE = ('thespian_module_register',)


def is_there(name):
    thing = Thespian
    for part in name.split('.')[1:]:
        if not hasattr(thing, part):
            return False
        thing = getattr(thing, part)
    return True


bad, n_names = [], 0
for page in sorted(guide.glob('*.md')):
    text = page.read_text()
    for name in sorted(set(re.findall(r'\bThespian\.[A-Z]\w*(?:\.[A-Z]\w*)?|\bThespian\.[a-z]\w+', text))):
        n_names += 1
        if not is_there(name):
            bad.append(f'{page.name}: Python has no {name}')
    for name in sorted(set(re.findall(r'\bthespian_[a-z_]+[a-z]\b', text))):
        n_names += 1
        if name not in symbols and name not in INSIDE + OUTSIDE:
            bad.append(f'{page.name}: C has no {name}()')

if n_names < 50:
    bad.append(f'found only {n_names} names')
sys.exit('\n'.join(bad) or None)
