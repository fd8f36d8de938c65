#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs thespian-bench with few messages, and looks at what it prints; prints TAP.

Arguments: the program, and the bases to run it on."""

import json
import subprocess
import sys

EVERYWHERE = ['pingpong', 'ask', 'oneway100', 'dict1k', 'create', 'pss', 'start', 'p99',
              'alive1000', 'shutdown1000']
STREAMS = EVERYWHERE + ['oneway64k']
PROCESSES = ['lookup', 'lookups']
IN_PROCESS = STREAMS + ['counting', 'countingstr', 'ring', 'forkjoin', 'forkjoinexits', 'big',
                        'fanin', 'idle']
WORKLOADS = {
    'simpleSystemBase': IN_PROCESS,
    'mainLoopBase': IN_PROCESS,
    'multithreadBase': IN_PROCESS + ['bigwork2'],
    'multithreadBase2': IN_PROCESS + ['pingpong2'],
    'multiprocQueueBase': STREAMS + PROCESSES,
    'multiprocTCPBase': STREAMS + PROCESSES,
    'multiprocUDPBase': EVERYWHERE + PROCESSES,
}
UNUSUAL_IN_PROCESS = {'oneway100', 'oneway64k', 'dict1k', 'create', 'pss', 'start', 'p99',
                      'alive1000', 'shutdown1000'}
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
    # Too few bytes for a page to be touched, or too little time, are no failure of a quick run.
    least = 0 if figure['bench'].endswith(('.idle', '.start', '.shutdown1000')) else 1e-9
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


def check_all_of_base(bench, base):
    """Without a workload those run that tell something of the base."""
    result = run(bench, '--base', base, '--runs', '1', '--quick')
    if result.returncode != 0:
        return 'exit status {}: {}'.format(result.returncode, result.stderr)
    names = [json.loads(line)['bench'] for line in result.stdout.splitlines()]
    workloads = set(WORKLOADS[base])
    if not base.startswith('multiproc'):
        workloads -= UNUSUAL_IN_PROCESS
    expected = {'{}.{}'.format(base, workload) for workload in workloads}
    if len(names) != len(expected) or set(names) != expected:
        return 'it ran {}'.format(' '.join(names))
    return None


def check_raw(bench):
    result = run(bench, '--raw', '--runs', '3', '--quick')
    if result.returncode != 0:
        return 'exit status {}: {}'.format(result.returncode, result.stderr)
    figures = [json.loads(line) for line in result.stdout.splitlines()]
    problems = [problem for problem in map(look_at, figures) if problem]
    if len(figures) < 10 or not all(figure['bench'].startswith('raw.') for figure in figures):
        problems.append('it printed {}'.format(result.stdout))
    return '\n'.join(problems) or None


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
    bases = sys.argv[2:]
    for base in bases:
        for workload in WORKLOADS[base]:
            report('/bench/{}/{}'.format(base, workload), check_workload(bench, base, workload))
        report('/bench/{}/all'.format(base), check_all_of_base(bench, base))
    report('/bench/raw', check_raw(bench))
    for name, arguments, words in [
            ('base', ['--base', 'warpBase'], 'warpBase'),
            ('workload', ['--workload', 'sleep'], 'sleep'),
            ('runs', ['--runs', '0'], '--runs 0'),
            ('workers', ['--workers', '-1'], '--workers -1'),
            ('number', ['--runs', 'many'], 'many'),
            ('option', ['--fast'], '--fast'),
            ('argument', ['pingpong'], 'pingpong'),
            ('raw', ['--raw', '--base', 'mainLoopBase'], '--raw'),
            ('nothing', ['--base', 'mainLoopBase', '--workload', 'bigwork2'], '--list'),
            ('large', ['--base', 'multiprocUDPBase', '--workload', 'oneway64k'], '--list'),
            ('many', ['--base', 'multiprocUDPBase', '--workload', 'counting'], '--list')]:
        report('/bench/refuses/' + name, check_refusal(bench, arguments, words))
    report('/bench/help', check_help(bench))
    print('1..{}'.format(n_tests))
    return 1 if n_failures else 0


if __name__ == '__main__':
    sys.exit(main())
