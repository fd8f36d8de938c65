#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every source file names its licence in one of its first lines."""

import pathlib
import sys

top = pathlib.Path(sys.argv[1])
FOLDERS = ['thespian', 'introspection', 'demo', 'examples', 'po', 'tests', 'doc']
KINDS = {'.c', '.h', '.cc', '.vala', '.metadata', '.po', '.rst', '.py', '.js', '.sh', '.in', '.template', '.build'}
TAG = 'SPDX-License-Identifier: LGPL-2.1-or-later'

files = [p for folder in FOLDERS for p in sorted((top / folder).rglob('*')) if p.suffix in KINDS]
bad = [f'{p.relative_to(top)} has no "{TAG}"' for p in files
       if TAG not in '\n'.join(p.read_text().splitlines()[:5])]
sys.exit('\n'.join(bad) or None)
