#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""thespian-wordcount in Python: counts the words of text files with actors, and checks a part of it with other tools."""

import argparse
import collections
import os
import re
import subprocess
import sys
import time
import zlib

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian

USUAL = ['/usr/share/common-licenses', '/usr/share/doc']
BASES = ['multithreadBase', 'mainLoopBase', 'simpleSystemBase']
COMPRESSED = ('.gz', '.xz', '.bz2', '.zst', '.lzma', '.Z')
PROBE_BYTES = 32768
PIECE_BYTES, PIECE_FILES = 1 << 20, 500
CHECKED_BYTES = 4000000
PATIENCE = 300


def count_words(path):
    with open(path, 'rb') as file:
        return collections.Counter(re.findall(r'[a-z]+', file.read().decode('latin-1').lower(), re.ASCII))


@Thespian.troupe(max_count=2 * os.cpu_count(), idle_count=1)
class Reader(Thespian.Actor):
    """Counts the words of some files, and gives each reducer those that fall to it."""

    def receive_message(self, message, sender):
        if isinstance(message, tuple):
            self.coordinator = sender
            self.count(*message)
        elif isinstance(message, Thespian.PoisonMessage):
            self.send(self.coordinator, message)

    def count(self, paths, reducers):
        words = sum((count_words(path) for path in paths), collections.Counter())
        parts = [collections.Counter() for _ in reducers]
        for word, count in words.items():
            parts[zlib.crc32(word.encode()) % len(parts)][word] = count
        for reducer, part in zip(reducers, parts):
            self.send(reducer, part)


class Reducer(Thespian.Actor):
    """Adds up the words that fall to it, and hands them to its parent when all have come."""

    def started(self):
        self.words, self.missing = collections.Counter(), 0

    def receive_message(self, message, sender):
        if isinstance(message, collections.Counter):
            self.words.update(message)
            self.missing -= 1
        elif isinstance(message, int):
            self.missing += message
        else:
            return
        if self.missing == 0:
            self.send(self.dup_parent(), self.words)


class Coordinator(Thespian.Actor):
    """Cuts a job, a list of paths, into pieces for the readers, and puts together what the reducers make of them."""

    def receive_message(self, message, sender):
        if isinstance(message, list):
            self.client, self.words = sender, collections.Counter()
            self.start(message)
        elif isinstance(message, collections.Counter):
            self.words.update(message)
            self.missing -= 1
            if self.missing == 0:
                self.send(self.client, self.words)
        elif isinstance(message, Thespian.PoisonMessage):
            self.send(self.client, message.get_details())
        elif isinstance(message, Thespian.ChildActorExited):
            self.send(self.client, f'an actor ended too early: {message.get_details()}')

    def start(self, paths):
        reducers = [self.create_actor(Reducer, {'Spread': True}) for _ in range(os.cpu_count())]
        readers, pieces = self.create_actor(Reader, {'Spread': True}), list(cut(paths))
        self.missing = len(reducers)
        for reducer in reducers:
            self.send(reducer, len(pieces))
        for piece in pieces:
            self.send(readers, (piece, reducers))


def cut(paths):
    piece, size = [], 0
    for path in paths:
        piece.append(path)
        size += os.path.getsize(path)
        if size >= PIECE_BYTES or len(piece) >= PIECE_FILES:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def is_text(path):
    if path.endswith(COMPRESSED) or os.path.islink(path) or not os.path.isfile(path):
        return False
    try:
        with open(path, 'rb') as file:
            start = file.read(PROBE_BYTES)
    except OSError:
        return False
    return bool(start) and b'\0' not in start


def find_texts(folders):
    """Each file once, whatever names it has."""
    found = {}
    for folder in folders:
        for where, inside, names in os.walk(folder):
            inside.sort()
            for path in sorted(os.path.join(where, name) for name in names):
                if is_text(path):
                    info = os.stat(path)
                    found.setdefault((info.st_dev, info.st_ino), path)
    return list(found.values())


def count_by_actors(base, paths):
    with Thespian.ActorSystem(base, transient_unique=True) as system:
        words = system.ask(system.create_actor(Coordinator), paths, PATIENCE)
    if not isinstance(words, collections.Counter):
        sys.exit(f'wordcount.py: {words or "the coordinator says nothing any more"}')
    return words


def count_by_tools(paths):
    pipeline = "xargs -0 grep -ah '' /dev/null | tr -cs A-Za-z '\\n' | tr A-Z a-z | sort | uniq -c"
    lines = subprocess.run(['sh', '-c', pipeline], input='\0'.join(paths), check=True, text=True,
                           stdout=subprocess.PIPE, env={**os.environ, 'LC_ALL': 'C'}).stdout.split('\n')
    return collections.Counter({word: int(count) for count, word in (line.split() for line in lines
                                                                     if len(line.split()) == 2)})


def sample(paths):
    """A part of the files, from all over."""
    every = max(1, sum(map(os.path.getsize, paths)) // CHECKED_BYTES)
    return [path for path in paths[::every] if os.path.getsize(path) <= CHECKED_BYTES] or paths[:1]


def check_base(name):
    if name.startswith('multiproc'):
        raise argparse.ArgumentTypeError(f'these actors are in the program itself, so they cannot be processes as '
                                         f'on {name}; the word count in C runs there')
    if name not in BASES:
        raise argparse.ArgumentTypeError(f'“{name}” is none of {", ".join(BASES)}')
    return name


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--base', default='multithreadBase', type=check_base, help=', '.join(BASES))
    parser.add_argument('--top', type=int, default=10, help='how many of the most frequent words to print')
    parser.add_argument('folders', nargs='*', default=USUAL)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    paths = find_texts(arguments.folders)
    if not paths:
        sys.exit('wordcount.py: there is no text file below the folders')
    start = time.monotonic()
    words = count_by_actors(arguments.base, paths)
    print(f'{arguments.base}, Python: {len(paths):,} files, {words.total():,} words, {len(words):,} different, '
          f'{time.monotonic() - start:.2f} s')
    for word, count in sorted(words.items(), key=lambda item: (-item[1], item[0]))[:arguments.top]:
        print(f'{count:14,}  {word}')
    part = sample(paths)
    same = count_by_actors(arguments.base, part) == count_by_tools(part)
    print(f'tr | sort | uniq -c on a part of it, {len(part):,} files:', 'the same' if same else 'NOT THE SAME')
    return 0 if same else 1


if __name__ == '__main__':
    sys.exit(main())
