#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the word counts in Python and JavaScript over a folder whose words are known; prints TAP.

usage: check-languages.py RUN.SH BUILD-DIR"""

import os
import pathlib
import subprocess
import sys
import tempfile

script, build = sys.argv[1:3]

BASES = {'python': ['multithreadBase', 'mainLoopBase', 'simpleSystemBase'],
         'javascript': ['mainLoopBase', 'simpleSystemBase']}
FILES = {
    'one.txt': b'The cat and the dog.\nAnd THE bird',
    'deep/two.txt': b"the-cat's 2nd caf\xc3\xa9\n",
    'deep/er/three.txt': b'dog\n' * 1000,
    'binary.bin': b'the\0the',
    'packed.gz': b'the the the',
}
EXPECTED = ['3 files, 1,013 words, 8 different', '1,001  dog', '4  the', '2  and', '2  cat',
            '3 files: the same']
REDUCED = ['1,013 words, 8 different', '1,001  dog', '4  the', '2  and', '2  cat', ': the same']
PROCESS_BASES = 'multiprocTCPBase', 'multiprocUDPBase', 'multiprocQueueBase'


def run(*arguments, **environment):
    return subprocess.run([script, build, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=200,
                          env={**os.environ, 'G_DEBUG': 'fatal-criticals', **environment})


def check_count(language, base, folder):
    done = run('--language', language, '--base', base, '--top', '4', folder)
    if done.returncode != 0 or done.stderr:
        return f'exit status {done.returncode}: {done.stdout}{done.stderr}'
    missing = [wanted for wanted in EXPECTED if wanted not in done.stdout]
    return f'{missing} not in {done.stdout}' if missing else None


def check_reducers(base, folder):
    """One reducer in each language, the others and the readers in C."""
    done = run('--base', base, '--reducers-in', 'python,javascript', '--top', '4', '--no-compare', folder)
    if done.returncode != 0 or done.stderr:
        return f'exit status {done.returncode}: {done.stdout}{done.stderr}'
    missing = [wanted for wanted in REDUCED if wanted not in done.stdout]
    return f'{missing} not in {done.stdout}' if missing else None


def check_mismatch(language, folder):
    """A uniq that counts one more than there are must be noticed."""
    with tempfile.TemporaryDirectory(prefix='thespian-') as path:
        uniq = pathlib.Path(path) / 'uniq'
        uniq.write_text('#!/bin/sh\n/usr/bin/uniq "$@" | sed "s/ 2 cat$/ 3 cat/"\n')
        uniq.chmod(0o755)
        done = run('--language', language, folder, PATH=f'{path}:{os.environ["PATH"]}')
    return None if done.returncode == 1 and 'NOT THE SAME' in done.stdout else f'{done.returncode}: {done.stdout}'


def check_refusal(arguments, words):
    done = run(*arguments)
    return None if done.returncode != 0 and words in done.stderr else f'{done.returncode}: {done.stdout}{done.stderr}'


def main():
    with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
        for name, content in FILES.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        os.symlink('one.txt', os.path.join(folder, 'link.txt'))
        os.link(os.path.join(folder, 'one.txt'), os.path.join(folder, 'same.txt'))
        empty = os.path.join(folder, 'deep', 'empty')
        os.mkdir(empty)

        cases = [(f'{language}/{base}', check_count(language, base, folder))
                 for language, bases in BASES.items() for base in bases]
        for language in BASES:
            cases += [(f'{language}/mismatch', check_mismatch(language, folder)),
                      (f'{language}/no-text', check_refusal(['--language', language, empty], 'no text file')),
                      (f'{language}/option', check_refusal(['--language', language, '--fast'], '--fast'))]
            cases += [(f'{language}/{base}', check_refusal(['--language', language, '--base', base], f'processes as on {base}'))
                      for base in PROCESS_BASES]
        cases += [(f'reducers/{base}', check_reducers(base, folder)) for base in PROCESS_BASES]
        cases += [('reducers/language', check_refusal(['--reducers-in', 'latin'], 'latin')),
                  ('reducers/base', check_refusal(['--base', 'mainLoopBase', '--reducers-in', 'python'], 'processes'))]
        cases.append(('language', check_refusal(['--language', 'latin'], 'latin')))

    print(f'1..{len(cases)}')
    for number, (name, problem) in enumerate(cases, 1):
        if problem:
            print('# ' + problem.replace('\n', '\n# '))
        print(f'{"not " if problem else ""}ok {number} /wordcount/{name}')
    return any(problem for _, problem in cases)


if __name__ == '__main__':
    sys.exit(main())
