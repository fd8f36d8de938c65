#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fails unless a command succeeds, says nothing on standard error and prints exactly what a file holds.

usage: expect-output.py FILE COMMAND..."""

import pathlib
import subprocess
import sys

expected = pathlib.Path(sys.argv[1]).read_text()
done = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                      text=True, timeout=100)
if done.returncode != 0 or done.stderr:
    sys.exit(f'exit status {done.returncode}: {done.stdout}{done.stderr}')
if done.stdout != expected:
    sys.exit(f'expected:\n{expected}\nprinted:\n{done.stdout}')
