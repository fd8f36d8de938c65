#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs thespian-wordcount over a folder whose words are known; prints TAP."""

import os
import re
import subprocess
import sys
import tempfile

BASES = ['multithreadBase', 'mainLoopBase', 'simpleSystemBase']
FILES = {
    'one.txt': b'The cat and the dog.\nAnd THE bird',
    'deep/two.txt': b"the-cat's 2nd caf\xc3\xa9\n",
    'deep/er/empty.txt': b'',
    'deep/er/three.txt': b'dog\n' * 1000,
    'binary.bin': b'the\0the',
    'packed.gz': b'the the the',
}
WORDS = 8 + 5 + 1000
TOP = [('dog', '1,001'), ('the', '4'), ('and', '2'), ('cat', '2')]

n_tests = 0
n_failures = 0


def report(name, problem):
    global n_tests, n_failures
    n_tests += 1
    n_failures += problem is not None
    print('{}ok {} /wordcount/{}'.format('not ' if problem else '', n_tests, name))
    if problem:
        print('# ' + str(problem).replace('\n', '\n# '))
    sys.stdout.flush()


def run(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120)


def fill(folder):
    for name, content in FILES.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as file:
            file.write(content)
    os.symlink('one.txt', os.path.join(folder, 'link.txt'))
    os.link(os.path.join(folder, 'one.txt'), os.path.join(folder, 'same.txt'))
    os.symlink('..', os.path.join(folder, 'deep', 'loop'))


def check_count(program, folder, base):
    result = run(program, '--base', base, '--top', '4', folder)
    text = result.stdout
    if result.returncode != 0 or result.stderr:
        return 'exit status {}: {}{}'.format(result.returncode, text, result.stderr)
    if '3 text files' not in text:
        return 'it found other files:\n' + text
    if re.findall(r'^ +([\d,]+)  ([a-z]+)$', text, re.M) != [(n, word) for word, n in TOP]:
        return 'it found other words:\n' + text
    for other in BASES:
        if not re.search(r'^{}\b.* 3 files, .* {:,} words, 8 different'.format(other, WORDS), text, re.M):
            return '{} came to something else:\n{}'.format(other, text)
    if text.count('the same') != 3:
        return 'it did not compare three times:\n' + text
    return None


def check_plan(program, folder):
    result = run(program, '--workers', '3', '--readers', '1', '--reducers', '7', '--top', '0',
                 '--no-compare', '--no-check', folder)
    if result.returncode != 0 or '3 workers' not in result.stdout or 'the same' in result.stdout:
        return 'exit status {}: {}{}'.format(result.returncode, result.stdout, result.stderr)
    return None


def check_mismatch(program, folder):
    """A uniq that counts one more than there are must be noticed."""
    with tempfile.TemporaryDirectory(prefix='thespian-') as path:
        with open(os.path.join(path, 'uniq'), 'w') as script:
            script.write('#!/bin/sh\n/usr/bin/uniq "$@" | sed "s/ 2 cat$/ 3 cat/"\n')
        os.chmod(script.name, 0o755)
        environment = dict(os.environ, PATH=path + ':' + os.environ['PATH'])
        result = subprocess.run([program, '--no-compare', folder], capture_output=True, text=True,
                                timeout=120, env=environment)
    if result.returncode != 1 or 'NOT THE SAME' not in result.stdout or '“cat”' not in result.stderr:
        return 'exit status {}: {}{}'.format(result.returncode, result.stdout, result.stderr)
    return None


def check_refusal(program, arguments, status, words):
    result = run(program, *arguments)
    if result.returncode != status or len(result.stderr.splitlines()) != 1:
        return 'exit status {}, it says {!r}'.format(result.returncode, result.stderr)
    return None if words in result.stderr else 'it says {!r}'.format(result.stderr)


def check_help(program):
    result = run(program, '--help')
    if result.returncode != 0 or not {'--base', '--workers', '--top'} <= set(re.findall(r'--[\w-]+', result.stdout)):
        return 'exit status {}: {}'.format(result.returncode, result.stdout)
    return None


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
        fill(folder)
        for base in BASES:
            report(base, check_count(program, folder, base))
        report('plan', check_plan(program, folder))
        report('mismatch', check_mismatch(program, folder))
        empty = os.path.join(folder, 'empty')
        os.mkdir(empty)
        for name, arguments, words in [
                ('base', ['--base', 'warpBase'], 'warpBase'),
                ('workers', ['--workers', '0'], '--workers 0'),
                ('readers', ['--readers', '-3'], '--readers -3'),
                ('reducers', ['--reducers', '1000000'], '--reducers 1000000'),
                ('number', ['--top', 'all'], 'all'),
                ('option', ['--fast'], '--fast'),
                ('folder', [os.path.join(folder, 'nowhere')], 'nowhere'),
                ('file', [os.path.join(folder, 'one.txt')], 'one.txt'),
                ('no-text', [empty], 'no text file')]:
            report('refuses/' + name, check_refusal(program, arguments, 2, words))
        report('help', check_help(program))
    print('1..{}'.format(n_tests))
    return 1 if n_failures else 0


if __name__ == '__main__':
    sys.exit(main())
