#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs thespian-bench with few messages, and looks at what it prints; prints TAP."""

import json
import subprocess
import sys

EVERYWHERE = ['pingpong', 'counting', 'countingstr', 'ring', 'forkjoin', 'forkjoinexits', 'big',
              'fanin', 'idle', 'ask']
WORKLOADS = {
    'simpleSystemBase': EVERYWHERE,
    'mainLoopBase': EVERYWHERE,
    'multithreadBase': EVERYWHERE + ['bigwork2'],
    'multithreadBase2': EVERYWHERE + ['pingpong2'],
}
FIELDS = {'bench': str, 'value': (int, float), 'unit': str, 'limit': (int, float), 'runs': list}

n_tests = 0
n_failures = 0


def report(name, problem):
    global n_tests, n_failures
    n_tests += 1
    n_failures += problem is not None
    print('{}ok {} {}'.format('not ' if problem else '', n_tests, name))
    if problem:
        print('# ' + str(problem).replace('\n', '\n# '))
    sys.stdout.flush()


def run(bench, *arguments):
    return subprocess.run([bench, *arguments], capture_output=True, text=True, timeout=240)


def look_at(figure):
    """What is wrong with one object, or None."""
    if set(figure) != set(FIELDS):
        return 'fields: {}'.format(sorted(figure))
    for name, kind in FIELDS.items():
        if not isinstance(figure[name], kind):
            return '{} is {!r}'.format(name, figure[name])
    runs = sorted(figure['runs'])
    if len(runs) != 3 or runs[1] != figure['value']:
        return 'the value {value} is not the median of three runs {runs}'.format(**figure)
    # Too few bytes for a page to be touched are no failure of a quick run.
    least = 0 if figure['bench'].endswith('.idle') else 1e-9
    if figure['value'] < least or figure['limit'] < least:
        return 'not positive: {}'.format(figure)
    return None


def check_workload(bench, base, workload):
    result = run(bench, '--base', base, '--workload', workload, '--runs', '3', '--quick')
    if result.returncode != 0:
        return 'exit status {}: {}'.format(result.returncode, result.stderr)
    figure = json.loads(result.stdout)
    if figure['bench'] != '{}.{}'.format(base, workload):
        return 'it calls itself {}'.format(figure['bench'])
    return look_at(figure)


def check_refusal(bench, arguments, words):
    result = run(bench, *arguments)
    if result.returncode != 2 or result.stdout:
        return 'exit status {}, output {!r}'.format(result.returncode, result.stdout)
    if len(result.stderr.splitlines()) != 1 or words not in result.stderr:
        return 'it says {!r}'.format(result.stderr)
    return None


def check_help(bench):
    result = run(bench, '--help')
    if result.returncode != 0 or '--workload' not in result.stdout:
        return 'exit status {}, output {!r}'.format(result.returncode, result.stdout)
    return None


def main():
    bench = sys.argv[1]
    for base, workloads in WORKLOADS.items():
        for workload in workloads:
            report('/bench/{}/{}'.format(base, workload), check_workload(bench, base, workload))
    for name, arguments, words in [
            ('base', ['--base', 'warpBase'], 'warpBase'),
            ('workload', ['--workload', 'sleep'], 'sleep'),
            ('runs', ['--runs', '0'], '--runs 0'),
            ('workers', ['--workers', '-1'], '--workers -1'),
            ('number', ['--runs', 'many'], 'many'),
            ('option', ['--fast'], '--fast'),
            ('argument', ['pingpong'], 'pingpong'),
            ('nothing', ['--base', 'mainLoopBase', '--workload', 'bigwork2'], 'bigwork2')]:
        report('/bench/refuses/' + name, check_refusal(bench, arguments, words))
    report('/bench/help', check_help(bench))
    print('1..{}'.format(n_tests))
    return 1 if n_failures else 0


if __name__ == '__main__':
    sys.exit(main())
