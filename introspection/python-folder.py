#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints the folder in which this Python finds modules that are installed with a prefix: the usual one if it looks there,
otherwise one of its own under the prefix, if there is any.

usage: python-folder.py PREFIX USUAL-FOLDER"""

import os
import site
import sys

prefix, usual = sys.argv[1:]
usual = os.path.join(prefix, usual)
folders = site.getsitepackages()
print(usual if usual in folders else next((f for f in folders if f.startswith(prefix + os.sep)), usual))
