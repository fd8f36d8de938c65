#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each translation that po/LINGUAS names is complete and sound, and po/POTFILES names each file that has text to
translate.

usage: check-translation.py SOURCE-DIR"""

import os
import pathlib
import subprocess
import sys
import tempfile

source = pathlib.Path(sys.argv[1])
FOLDERS = ['dbus', 'demo', 'thespian', 'tools']


def run(*command):
    return subprocess.run([str(part) for part in command], cwd=source, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, 'LC_ALL': 'C.UTF-8',
                                                                                 'LANGUAGE': 'C'})


files = (source / 'po' / 'POTFILES').read_text().split()
bad = [f'po/POTFILES does not name {path.relative_to(source)}' for folder in FOLDERS
       for path in sorted((source / folder).rglob('*.c'))
       if '_ ("' in path.read_text() and str(path.relative_to(source)) not in files]

with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
    template = pathlib.Path(folder) / 'thespian.pot'
    done = run('xgettext', '--from-code=UTF-8', '--keyword=_', '--keyword=N_', '--keyword=ngettext:1,2',
               '--output', template, *files)
    if done.returncode != 0:
        sys.exit(done.stdout)
    lines = (source / 'po' / 'LINGUAS').read_text().splitlines()
    for language in [line for line in lines if line and not line.startswith('#')]:
        translation = source / 'po' / f'{language}.po'
        for command in (['msgfmt', '--check', '--output-file=/dev/null', translation],
                        ['msgcmp', translation, template]):
            done = run(*command)
            if done.returncode != 0:
                bad.append(done.stdout)

sys.exit('\n'.join(bad) or None)
