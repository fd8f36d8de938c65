#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A room of the library includes only rooms on lower floors, or itself, and never all of them."""

import pathlib
import re
import sys

FLOORS = ['model', 'wire', 'log', 'runtime', 'transport', 'host', 'admin', 'base', 'system', 'patterns']

top = pathlib.Path(sys.argv[1])
bad = []
for path in sorted(top.glob('*/**/*.[ch]')):
    room = path.relative_to(top).parts[0]
    for other in re.findall(r'^\s*#\s*include\s+"(\w+)/', path.read_text(), re.MULTILINE):
        if other not in FLOORS or room not in FLOORS or FLOORS.index(other) > FLOORS.index(room):
            bad.append(f'{path.relative_to(top)} includes {other}/')
    if re.search(r'^\s*#\s*include\s+["<](thespian/)?thespian\.h[">]', path.read_text(), re.MULTILINE):
        bad.append(f'{path.relative_to(top)} includes thespian.h')
sys.exit('\n'.join(bad) or None)
