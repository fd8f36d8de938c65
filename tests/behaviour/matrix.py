#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Prints what was tested where: the behaviours of doc/behaviour.md by base.

The argument is a build folder, or the testlog.json or testlog.junit.xml of a test run of it. A cell is `ok` when each
of its tests passed, `FAILED` when one did not, and `missing` when there is none, or one was skipped; a base that a
behaviour does not apply to has the section of the manual that allows that. Exits with 1 when a cell is missing or
failed, or has no such section. The bases are those that the page says are tested, or THESPIAN_TEST_BASES.
"""

import argparse
import json
import os
import re
import sys
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
SECTION = re.compile(r'Usage \d+(\.\d+)*')
WORD = re.compile(r'`(\S+)`')
TAP = re.compile(r'^\s*(not )?ok\b\s*\d*\s*-?\s*(/behaviour/\S+)(.*)$')


class Bases:
    """What the page's table of words says: which bases there are, and which of them are tested."""

    def __init__(self, words):
        self.words = words
        self.all = self.expand('in-process, processes')
        self.tested = self.expand(os.environ.get('THESPIAN_TEST_BASES', 'tested'))

    def expand(self, text):
        """The bases that a list of words and names means, each once."""
        bases = {}
        for part in filter(None, (part.strip() for part in text.split(','))):
            bases |= dict.fromkeys(self.all if part == 'all' else
                                   self.expand(self.words[part]) if part in self.words else [part])
        return list(bases)


class Row:
    """A behaviour: which bases it applies to, what it comes with when it is not yet, who exempts other bases."""

    def __init__(self, bases, group, ident, sentence, applies, exempt):
        self.group = group
        self.id = ident
        self.sentence = sentence
        self.later = applies.removeprefix('later:').strip() if applies.startswith('later:') else None
        self.bases = [] if self.later else bases.expand(applies)
        self.exempt = {}
        for part in filter(None, (part.strip() for part in exempt.split(','))):
            word, _, section = part.partition(':')
            self.exempt |= dict.fromkeys(bases.expand(word), section.strip())

    def complaints(self, all_bases):
        if self.later is not None:
            return
        for base in self.bases:
            if base not in all_bases:
                yield f'{self.id} names a base that there is not: {base}'
        for base in all_bases:
            if base not in self.bases and not SECTION.fullmatch(self.exempt.get(base, '')):
                yield f'{self.id} names no section of the manual that exempts {base}'


def read_page(path):
    """The bases, and the rows by id"""
    lines = path.read_text(encoding='utf-8').splitlines()
    tables = [[cell.strip() for cell in line.split('|')[1:-1]] for line in lines]
    bases = Bases({match[1]: cells[1] for cells in tables if len(cells) == 2 and (match := WORD.fullmatch(cells[0]))})
    rows = {}
    group = ''
    for line, cells in zip(lines, tables):
        if line.startswith('## '):
            group = line[3:].strip()
        if len(cells) != 4 or not re.fullmatch(r'[A-Z]+-\d+', cells[0]):
            continue
        if cells[0] in rows:
            sys.exit(f'{path}: there are two rows {cells[0]}')
        rows[cells[0]] = Row(bases, group, *cells)
    if not rows:
        sys.exit(f'{path}: no behaviours found')
    return bases, rows


def read_tap(text):
    for line in text.splitlines():
        match = TAP.match(line)
        if match:
            verdict = 'failed' if match[1] else 'skipped' if '# SKIP' in match[3].upper() else 'passed'
            yield match[2], verdict


def read_json(path):
    for line in path.read_text(encoding='utf-8', errors='replace').splitlines():
        yield from read_tap(json.loads(line).get('stdout') or '')


def read_junit(path):
    for case in ElementTree.parse(path).iter('testcase'):
        match = re.search(r'/behaviour/\S+', case.get('name', ''))
        if match:
            wrong = case.find('failure') is not None or case.find('error') is not None
            skipped = case.find('skipped') is not None
            yield match[0], 'failed' if wrong else 'skipped' if skipped else 'passed'


def find_log(path):
    if path.is_file():
        return path
    logs = [log for name in ('testlog*.json', 'testlog*.junit.xml') for log in (path / 'meson-logs').glob(name)]
    if not logs:
        sys.exit(f'{path} has no log of a test run: run “meson test -C {path}” first')
    return max(logs, key=lambda log: log.stat().st_mtime)


def read_results(path, rows):
    """(id, base) → {test: verdict}"""
    results = defaultdict(dict)
    for test, verdict in (read_json if path.suffix == '.json' else read_junit)(path):
        _, _, base, idents, name = test.split('/', 4)
        for ident in idents.split('+'):
            if ident not in rows:
                sys.exit(f'{test}: doc/behaviour.md has no row {ident}')
            results[ident, base][name] = verdict
    return results


def judge(row, base, results):
    if base not in row.bases:
        return row.exempt.get(base, 'not allowed')
    verdicts = results.get((row.id, base), {}).values()
    if 'failed' in verdicts:
        return 'FAILED'
    if not verdicts or 'skipped' in verdicts:
        return 'missing'
    return 'ok'


def print_line(first, cells, last=''):
    print(f'  {first:<14}' + ''.join(f'{cell:<20}' for cell in cells) + last)


def print_group(group, rows, cells, bases):
    print(f'\n{group}')
    for row in rows:
        print_line(row.id, (cells[row.id, base] for base in bases), row.sentence)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('log', type=Path, help='build folder, or log of a test run')
    parser.add_argument('--doc', type=Path, default=ROOT / 'doc' / 'behaviour.md')
    parser.add_argument('--quiet', action='store_true', help='print the cells that are not well, and the sum')
    arguments = parser.parse_args()

    bases, rows = read_page(arguments.doc)
    log = find_log(arguments.log)
    results = read_results(log, rows)
    now = [row for row in rows.values() if row.later is None]
    cells = {(row.id, base): judge(row, base, results) for row in now for base in bases.tested}
    complaints = [complaint for row in now for complaint in row.complaints(bases.all)]

    if not arguments.quiet:
        print_line('', bases.tested)
        for group in dict.fromkeys(row.group for row in now):
            print_group(group, [row for row in now if row.group == group], cells, bases.tested)
        print()

    for (ident, base), cell in cells.items():
        if cell in ('FAILED', 'missing'):
            tests = ', '.join(f'{name} {verdict}' for name, verdict in results.get((ident, base), {}).items()
                              if verdict != 'passed')
            print(f'{cell}: {ident} on {base}{": " if tests else ""}{tests}')
    for complaint in complaints:
        print(complaint)

    later = defaultdict(int)
    for row in rows.values():
        if row.later is not None:
            later[row.later] += 1
    count = {kind: sum(cell == kind for cell in cells.values()) for kind in ('ok', 'FAILED', 'missing')}
    exempt = len(cells) - sum(count.values())
    print(f'{len(now)} behaviours on {len(bases.tested)} bases: {count["ok"]} passed, {count["FAILED"]} failed, '
          f'{count["missing"]} missing, {exempt} exempt by the manual')
    print('not yet: ' + ', '.join(f'{n} with {part}' for part, n in later.items()))

    return 1 if count['FAILED'] or count['missing'] or complaints else 0


if __name__ == '__main__':
    sys.exit(main())
