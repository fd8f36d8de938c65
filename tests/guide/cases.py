# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the checks of the guide's commands have in common: each is a class that reads the guide in a folder of its own."""

import pathlib
import sys
import tempfile
import traceback


def run_cases(reader, names):
    """Calls the method test_NAME for each name, all of one object, and prints TAP; what to exit with."""
    failed = 0
    print(f'1..{len(names)}')
    with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
        it = reader(pathlib.Path(folder))
        for number, name in enumerate(names, 1):
            try:
                getattr(it, 'test_' + name)()
                print(f'ok {number} {name}', flush=True)
            except Exception as error:
                failed += 1
                traceback.print_exc()
                print(getattr(error, 'stderr', ''), file=sys.stderr)
                print(f'not ok {number} {name}', flush=True)
    return failed != 0
