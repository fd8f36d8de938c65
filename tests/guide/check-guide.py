#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the guide shows is what tests run: each block of code stands below a link to a file, and is that file, or a
part of it, to the letter. Each program of the guide's examples is shown, and each link leads somewhere.

usage: check-guide.py GUIDE-DIR [PAGE-TO-LEAVE-OUT]..."""

import pathlib
import re
import sys

guide = pathlib.Path(sys.argv[1])
BLOCK = re.compile(r'(?:^\[[^]]+\]\(([^)]+)\):\n\n)?^```(\S*)\n(.*?)^```$', re.MULTILINE | re.DOTALL)
LINK = re.compile(r'\]\(([^)#]+)\)')

bad, shown = [], set()
for page in sorted(set(guide.glob('*.md')) - {guide / name for name in sys.argv[2:]}):
    text = page.read_text()
    for match in BLOCK.finditer(text):
        line = f'{page.name}:{text[:match.start()].count(chr(10)) + 1}'
        path = match[1] and guide / match[1]
        if not path or not path.exists():
            bad.append(f'{line}: above the block of {match[2]} stands no link to a file')
            continue
        shown.add(path.resolve())
        content = path.read_text()
        at = ('\n' + content).find('\n' + match[3])
        if at < 0:
            bad.append(f'{line}: {match[1]} has not what the block shows')
    bad += [f'{page.name}: the link to {link} leads nowhere' for link in LINK.findall(text)
            if '://' not in link and link not in sys.argv[2:] and not (guide / link).exists()]

bad += [f'{path.name} is shown on no page' for path in sorted((guide / 'examples').iterdir())
        if path.suffix != '.txt' and path.is_file() and path.resolve() not in shown
        and path.stem + '.md' not in sys.argv[2:]]
sys.exit('\n'.join(bad) or None)
