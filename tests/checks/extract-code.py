#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Takes code out of a page, so that what the page shows is what a test runs.

usage: extract-code.py PAGE [LANGUAGE FILE]...

Writes the first block of the page that is fenced as LANGUAGE into FILE. A file of C may hold SPDX and
include lines of its own: it is the whole program."""

import pathlib
import re
import sys

page = pathlib.Path(sys.argv[1]).read_text()
for language, target in zip(sys.argv[2::2], sys.argv[3::2]):
    block = re.search(rf'^```{re.escape(language)}\n(.*?)^```$', page, re.MULTILINE | re.DOTALL)
    if not block:
        sys.exit(f'{sys.argv[1]} has no block of {language}')
    pathlib.Path(target).write_text(block[1])
