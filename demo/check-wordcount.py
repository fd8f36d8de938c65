#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs thespian-wordcount over a folder whose words are known; prints TAP."""

import glob
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROCESS_BASES = ['multiprocTCPBase', 'multiprocUDPBase', 'multiprocQueueBase']
BASES = PROCESS_BASES + ['multithreadBase', 'mainLoopBase', 'simpleSystemBase']
KILLS = 5
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

MARK = 'THESPIAN_TEST_RUN'

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


def find_processes():
    """The processes that have the mark of this test in their environment, but for this one."""
    mark = '{}={}'.format(MARK, os.environ[MARK]).encode()
    found = []
    for path in glob.glob('/proc/[0-9]*/environ'):
        pid = int(path.split('/')[2])
        try:
            with open(path, 'rb') as file:
                if pid != os.getpid() and mark in file.read().split(b'\0'):
                    found.append(pid)
        except OSError:
            pass
    return found


def check_no_process():
    """What has been left behind is ended, so that it is this test's failure alone."""
    deadline = time.monotonic() + 20
    while find_processes() and time.monotonic() < deadline:
        time.sleep(0.05)
    left = find_processes()
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return 'processes {} are left'.format(left) if left else None


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
    if text.count('the same') != len(BASES):
        return 'it did not compare with all:\n' + text
    return None


def check_plan(program, folder):
    result = run(program, '--base', 'multithreadBase', '--workers', '3', '--readers', '1', '--reducers', '7',
                 '--top', '0', '--no-compare', '--no-check', folder)
    if result.returncode != 0 or '3 workers' not in result.stdout or 'the same' in result.stdout:
        return 'exit status {}: {}{}'.format(result.returncode, result.stdout, result.stderr)
    return None


def check_default(program, folder):
    """A coordinator, the manager of the troupe, one reader for one piece of work, and three reducers."""
    result = run(program, '--reducers', '3', '--top', '0', '--no-compare', '--no-check', folder)
    if result.returncode != 0 or 'multiprocTCPBase, 6 processes: 3 files' not in result.stdout:
        return 'exit status {}: {}{}'.format(result.returncode, result.stdout, result.stderr)
    return None


def check_then(program, folder):
    """The command finds the system; the run fails with it."""
    arguments = ['--top', '0', '--no-compare', '--no-check', folder]
    shown = run(program, '--then', 'echo "the port is $WORDCOUNT_PORT"', *arguments)
    if shown.returncode != 0 or not re.search(r'^the port is \d+$', shown.stdout, re.M):
        return 'exit status {}: {}{}'.format(shown.returncode, shown.stdout, shown.stderr)
    failed = run(program, '--then', 'exit 3', *arguments)
    if failed.returncode != 1 or 'exit 3' not in failed.stderr:
        return 'exit status {}: {}{}'.format(failed.returncode, failed.stdout, failed.stderr)
    return None


def fill_with_text(folder):
    """About 12 MB in pieces of work of 1 MB; returns how many words there are."""
    n_words = 0
    for i in range(40):
        words = ['abcdefgh'[j % 7:][:1 + (i + j) % 8] + chr(97 + j * i % 26) for j in range(60000)]
        n_words += len(words)
        with open(os.path.join(folder, '{}.txt'.format(i)), 'w') as file:
            file.write('\n'.join(words))
    return n_words


def check_kill(program, folder, n_words, base, victim):
    """The totals are those of an undisturbed run, which the other bases come to as well."""
    result = run(program, '--base', base, '--kill-one=' + victim, '--top', '3', '--no-compare', folder)
    text = result.stdout
    undisturbed = run(program, '--base', 'simpleSystemBase', '--top', '3', '--no-compare', '--no-check', folder).stdout
    if result.returncode != 0 or result.stderr:
        return 'exit status {}: {}{}'.format(result.returncode, text, result.stderr)
    killed = re.findall(r'^A {}, process (\d+), was killed .*: (\d+) pieces? of work'.format(victim), text, re.M)
    if len(killed) != 1 or int(killed[0][1]) < 1:
        return 'nobody was killed at work:\n' + text
    totals = [re.findall(r'40 files, .* {:,} words, (\d+) different'.format(n_words), each)
              + re.findall(r'^ +[\d,]+  [a-z]+$', each, re.M) for each in (text, undisturbed)]
    if len(totals[0]) != 4 or totals[0] != totals[1]:
        return 'it came to {}, undisturbed to {}:\n{}'.format(*totals, text)
    return None


def interrupt(program, folder, base, end):
    """Returns how many processes there were when it was ended."""
    with subprocess.Popen([program, '--base', base, '--no-compare', folder], stdout=subprocess.PIPE,
                          start_new_session=True) as process:
        while b'25%' not in process.stdout.readline():
            if process.poll() is not None:
                return 0
        n_processes = len(find_processes())
        end(process.pid)
    return n_processes


def check_interrupted(program, folder, base, end):
    """One that ends early takes all its processes with it.  On a loaded machine it may have been done by itself."""
    for _ in range(10):
        n_processes = interrupt(program, folder, base, end)
        problem = check_no_process()
        if problem or n_processes > 4:
            return problem
    return 'it was never at work'


def check_failures(program):
    with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
        n_words = fill_with_text(folder)
        for base in PROCESS_BASES:
            for victim in ['reader', 'reducer']:
                problems = [check_kill(program, folder, n_words, base, victim) for _ in range(KILLS)]
                report('{}/kill-{}'.format(base, victim), next(filter(None, problems), None))
            report(base + '/killed', check_interrupted(program, folder, base, lambda pid: os.kill(pid, signal.SIGKILL)))
            report(base + '/interrupted', check_interrupted(program, folder, base,
                                                            lambda pid: os.killpg(pid, signal.SIGINT)))


def check_port(program, folder):
    """A given port is used, and not when there is something."""
    with socket.create_server(('', 0)) as server:
        port = str(server.getsockname()[1])
        result = run(program, '--port', port, folder)
        if result.returncode != 1 or 'at port ' + port not in result.stderr:
            return 'exit status {}: {}'.format(result.returncode, result.stderr)
    result = run(program, '--base', 'multiprocTCPBase', '--port', port, '--no-compare', folder)
    if result.returncode != 0 or 'the same' not in result.stdout:
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
    if result.returncode != 0 or not {'--base', '--workers', '--top', '--kill-one', '--port'} <= set(re.findall(r'--[\w-]+', result.stdout)):
        return 'exit status {}: {}'.format(result.returncode, result.stdout)
    return None


def main():
    program = sys.argv[1]
    os.environ[MARK] = str(os.getpid())
    with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
        fill(folder)
        for base in BASES:
            report(base, check_count(program, folder, base))
        report('default', check_default(program, folder))
        report('plan', check_plan(program, folder))
        check_failures(program)
        report('port', check_port(program, folder))
        report('then', check_then(program, folder))
        report('mismatch', check_mismatch(program, folder))
        empty = os.path.join(folder, 'empty')
        os.mkdir(empty)
        for name, arguments, words in [
                ('base', ['--base', 'warpBase'], 'warpBase'),
                ('victim', ['--kill-one=author'], 'author'),
                ('victim-in-process', ['--base', 'mainLoopBase', '--kill-one'], 'mainLoopBase'),
                ('port', ['--port', '65536'], '--port 65536'),
                ('workers', ['--workers', '0'], '--workers 0'),
                ('readers', ['--readers', '-3'], '--readers -3'),
                ('reducers', ['--reducers', '1000000'], '--reducers 1000000'),
                ('number', ['--top', 'all'], 'all'),
                ('option', ['--fast'], '--fast'),
                ('flag', ['--no-check=5'], '--no-check takes no value'),
                ('folder', [os.path.join(folder, 'nowhere')], 'nowhere'),
                ('file', [os.path.join(folder, 'one.txt')], 'one.txt'),
                ('no-text', [empty], 'no text file')]:
            report('refuses/' + name, check_refusal(program, arguments, 2, words))
        report('help', check_help(program))
        report('no-process', check_no_process())
    print('1..{}'.format(n_tests))
    return 1 if n_failures else 0


if __name__ == '__main__':
    sys.exit(main())
