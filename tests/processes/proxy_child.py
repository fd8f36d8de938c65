# SPDX-License-Identifier: LGPL-2.1-or-later

"""What thespian-proxy and thespian-dropper have in common: they are children of a test.

Such a program prints the port where it listens as its first line. It ends when its standard input
does, with a last line that tells what it did, so that a test cannot leave it behind and can see
that something happened."""

import argparse

HOST = '127.0.0.1'


def parser(description):
    result = argparse.ArgumentParser(description=description)
    result.add_argument('--seed', type=int, default=0, help='of what is random (default: 0)')
    result.add_argument('--port', type=int, default=0, help='to listen at (default: a free one)')
    result.add_argument('target', type=int, metavar='TARGET-PORT', help='of 127.0.0.1')
    return result


def say(line):
    print(line, flush=True)
