#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds the project plain, under ASan+UBSan and under TSan, runs the tests of each build and the fuzz targets, prints
the matrix of behaviours, and closes with one line that counts all of them: 'N passed, N failed'.

A build that fails counts as one failure, and so does a test program that reports no failed case but fails
(a crash, a leak, a time limit)."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TAP_LINE = re.compile(r'^(not ok|ok) \d+(?: (?P<name>[^#\n]*))?(?:# (?P<directive>\S+))?', re.MULTILINE)

# What cannot differ between builds is run in the first one only.
ONCE = ['checks', 'docs', 'introspection', 'once', 'outside', 'processes', 'vala']


class Build:
    def __init__(self, title, folder, options, test_args=(), suites=None):
        self.title, self.folder, self.options = title, folder, list(options)
        self.test_args, self.suites = list(test_args), suites

    def setup(self):
        command = ['meson', 'setup', str(self.folder), str(ROOT)]
        if (self.folder / 'build.ninja').exists():
            command.insert(2, '--reconfigure')
        return run(command + self.options, quiet=True)

    def compile(self, jobs):
        return run(['ninja', '-C', str(self.folder), '-j', str(jobs)], quiet=True)

    def test(self, jobs):
        for name in 'testlog.json', 'testlog.junit.xml':
            (self.folder / 'meson-logs' / name).unlink(missing_ok=True)
        run(['meson', 'test', '-C', str(self.folder), '--no-rebuild', '--print-errorlogs',
             '--num-processes', str(jobs + jobs // 2)] + self.test_args)  # most wait more than they compute
        return self.results()

    def results(self):
        """(passed, failed, skipped) cases of the last run; failed and skipped are lists of names."""
        log = self.folder / 'meson-logs' / 'testlog.json'
        passed, failed, skipped = 0, [], []
        if not log.exists():
            return 0, ['no test was run'], []
        for line in log.read_text().splitlines():
            test = json.loads(line)
            p, f, s = cases(test)
            passed += p
            failed += f
            skipped += s
        return passed, failed, skipped


def cases(test):
    name = test['name'].split(' / ')[-1]
    passed, failed, skipped = 0, [], []
    for match in TAP_LINE.finditer(test.get('stdout') or ''):
        case = f'{name}: {(match["name"] or "").strip(" -")}'
        if (match['directive'] or '').upper() == 'SKIP':
            skipped.append(case)
        elif match[1] == 'ok':
            passed += 1
        else:
            failed.append(case)
    if test['result'] in ('OK', 'EXPECTEDFAIL'):
        passed += not (passed or skipped)
    elif test['result'] == 'SKIP':
        skipped = skipped or [name]
    elif not failed:
        failed.append(f'{name}: {test["result"]}')
    return passed, failed, skipped


def run(command, quiet=False):
    """Runs a command; when quiet, its output is shown only if it fails."""
    if not quiet:
        sys.stdout.flush()
        return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode == 0
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, text=True, errors='replace',
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        print(done.stdout[-20000:])
        print('failed:', ' '.join(command))
    return done.returncode == 0


def fixed_layout():
    """TSan of gcc 12 dies where the kernel spreads mappings wider than 28 bits: switch that off for it."""
    try:
        bits = int(pathlib.Path('/proc/sys/vm/mmap_rnd_bits').read_text())
    except (OSError, ValueError):
        return []
    setarch = shutil.which('setarch')
    if bits <= 28 or not setarch or subprocess.run([setarch, '-R', 'true']).returncode != 0:
        return []
    return ['--wrapper', f'{setarch} -R']


def builds(folder):
    strict = ['-Dwerror=true'] if os.environ.get('CI') else ['-Dwerror=false']
    bare = ['-Dintrospection=disabled', '-Ddocs=disabled', '-Db_lundef=false']
    no_repeats = [arg for suite in ONCE for arg in ('--no-suite', suite)]
    yield Build('plain', folder, ['-Dtests=true', '-Dinstalled_tests=true', '-Dintrospection=enabled', '-Dvapi=enabled',
                                    '-Ddocs=enabled', '-Dman=enabled', '-Dnls=enabled', *strict])
    yield Build('ASan+UBSan', folder.with_name(folder.name + '-asan'),
                ['-Db_sanitize=address,undefined', *bare],
                [*no_repeats, '--timeout-multiplier', '2'])
    yield Build('TSan', folder.with_name(folder.name + '-tsan'),
                ['-Db_sanitize=thread', *bare],
                ['--suite', 'concurrent', '--timeout-multiplier', '3', *fixed_layout()])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--build', default='build', help='build folder; the sanitizers get one each beside it')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    args = parser.parse_args()
    folder = (ROOT / args.build).resolve()

    passed, failed, skipped = 0, [], []
    for build in builds(folder):
        start = time.monotonic()
        print(f'\n== {build.title}: building', flush=True)
        if not (build.setup() and build.compile(args.jobs)):
            failed.append(f'{build.title}: the build')
            continue
        print(f'== {build.title}: testing', flush=True)
        p, f, s = build.test(args.jobs)
        passed += p
        failed += [f'{build.title}: {name}' for name in f]
        skipped += [f'{build.title}: {name}' for name in s]
        print(f'== {build.title}: {p} passed, {len(f)} failed, {len(s)} skipped, '
              f'{time.monotonic() - start:.0f} s')

    print('\n== fuzz targets', flush=True)
    fuzzers = [str(ROOT / 'tests' / 'fuzz' / 'run-fuzzers.py'), '--build', f'{folder}-fuzz', '--jobs', str(args.jobs)]
    status = subprocess.run(fuzzers, cwd=ROOT, stdin=subprocess.DEVNULL).returncode
    if status == 0:
        passed += 1
    elif status == 77:
        skipped.append('the fuzz targets')
    else:
        failed.append('the fuzz targets')

    matrix = ROOT / 'tests' / 'behaviour' / 'matrix.py'
    if matrix.exists():
        print('\n== behaviours by base', flush=True)
        if run([str(matrix), str(folder)]):
            passed += 1
        else:
            failed.append('the matrix of behaviours')

    print()
    for name in skipped:
        print('skipped:', name)
    for name in failed:
        print('failed:', name)
    result = f'{passed} passed, {len(failed)} failed'
    folder.mkdir(exist_ok=True)
    (folder / 'check-result').write_text(result + '\n')
    print(result)
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
