#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds the fuzz targets of targets.txt with clang, libFuzzer, ASan and UBSan, and lets each run for a while, several
at a time.

Prints one line for each target: how often it was executed, and how many of the lines it is about it reached.
Fails when a target crashes, warns, or reaches less than its floor; exits with 77 when there is no clang with libFuzzer.
What made a target crash is left in the build folder, and named."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / 'tests' / 'fuzz'
FLAGS = '-fsanitize=fuzzer-no-link -fprofile-instr-generate -fcoverage-mapping'


def tool(name):
    """Debian has most tools of LLVM with the version in the name only."""
    return shutil.which(name) or shutil.which(name + '-14')


def has_libfuzzer(clang):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / 'empty.c'
        source.write_text('int LLVMFuzzerTestOneInput (const char *d, unsigned long n) { return 0; }\n')
        return subprocess.run([clang, '-fsanitize=fuzzer', str(source), '-o', folder + '/empty'],
                              capture_output=True).returncode == 0


def targets():
    for line in (HERE / 'targets.txt').read_text().splitlines():
        if line.strip() and not line.startswith('#'):
            name, floor, *patterns = line.split()
            yield name, float(floor), patterns


def build(folder, clang, names, jobs):
    command = ['meson', 'setup', str(folder), str(ROOT), '-Dtests=true', '-Dfuzzing=true', '-Dintrospection=disabled',
               '-Ddocs=disabled', '-Dvapi=disabled', '-Dman=disabled', '-Dnls=disabled',
               '-Db_sanitize=address,undefined', '-Db_lundef=false', f'-Dc_args={FLAGS}',
               '-Dc_link_args=-fprofile-instr-generate']
    if (folder / 'build.ninja').exists():
        command.insert(2, '--reconfigure')
    done = subprocess.run(command, env={**os.environ, 'CC': clang}, text=True, capture_output=True)
    if done.returncode == 0:
        done = subprocess.run(['ninja', '-C', str(folder), '-j', str(jobs)] + [f'tests/fuzz/fuzz-{n}' for n in names],
                              text=True, capture_output=True)
    if done.returncode != 0:
        print(done.stdout[-10000:], done.stderr[-10000:])
    return done.returncode == 0


def fuzz(folder, name, seconds):
    """Lets a target run; how often it was executed, or None when it crashed."""
    found = folder / 'fuzz' / name
    found.mkdir(parents=True, exist_ok=True)
    (folder / f'{name}.profraw').unlink(missing_ok=True)
    env = {**os.environ, 'LLVM_PROFILE_FILE': str(folder / f'{name}.profraw'),
           'G_DEBUG': 'fatal-warnings', 'G_SLICE': 'always-malloc',
           'ASAN_OPTIONS': 'detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1',
           'UBSAN_OPTIONS': 'halt_on_error=1:print_stacktrace=1'}
    command = [str(folder / 'tests' / 'fuzz' / f'fuzz-{name}'), f'-max_total_time={seconds}', '-timeout=20',
               '-rss_limit_mb=4096', '-print_final_stats=1', '-verbosity=1', f'-artifact_prefix={found}/']
    if (HERE / f'{name}.dict').exists():
        command.append(f'-dict={HERE / (name + ".dict")}')
    corpus = found / 'corpus'
    corpus.mkdir(exist_ok=True)
    done = subprocess.run(command + [str(corpus), str(HERE / 'corpus' / name)], env=env, text=True,
                          errors='replace', capture_output=True)
    executions = re.search(r'number_of_executed_units: (\d+)', done.stderr)
    if done.returncode != 0 or not executions:
        print(done.stderr[-10000:])
        return None
    return int(executions[1])


def coverage(folder, name, patterns):
    """How many percent of the lines of the files were reached."""
    data = folder / f'{name}.profdata'
    subprocess.run([tool('llvm-profdata'), 'merge', '-o', str(data), str(folder / f'{name}.profraw')], check=True)
    report = subprocess.run([tool('llvm-cov'), 'export', '-summary-only', f'-instr-profile={data}',
                             str(folder / 'tests' / 'fuzz' / f'fuzz-{name}')],
                            check=True, text=True, capture_output=True)
    wanted = {path for pattern in patterns for path in (ROOT / 'thespian').glob(pattern)}
    lines = [file['summary']['lines'] for file in json.loads(report.stdout)['data'][0]['files']
             if (folder / file['filename']).resolve() in wanted]
    return 100 * sum(line['covered'] for line in lines) / max(1, sum(line['count'] for line in lines))


def check(folder, name, floor, patterns, seconds):
    executions = fuzz(folder, name, seconds)
    if executions is None:
        print(f'{name}: crashed, see {folder / "fuzz" / name}', flush=True)
        return False
    percent = coverage(folder, name, patterns)
    print(f'{name}: {executions} executions, {percent:.1f} % of the lines, floor {floor:.0f} %', flush=True)
    return percent >= floor


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--build', default='build-fuzz', help='the build folder')
    parser.add_argument('--time', type=int, default=60, help='seconds for each target')
    parser.add_argument('--jobs', type=int, default=os.cpu_count(), help='targets at a time')
    parser.add_argument('names', nargs='*', help='the targets; all when there is none')
    args = parser.parse_args()
    unknown = set(args.names) - {name for name, _, _ in targets()}
    if unknown:
        parser.error(f'there is no target {", ".join(sorted(unknown))}')
    folder = (ROOT / args.build).resolve()

    clang = tool('clang')
    if not clang or not tool('llvm-cov') or not tool('llvm-profdata') or not has_libfuzzer(clang):
        print('There is no clang with libFuzzer: install clang, llvm and libclang-rt-14-dev')
        return 77
    chosen = [target for target in targets() if not args.names or target[0] in args.names]
    if not build(folder, clang, [target[0] for target in chosen], args.jobs):
        return 1

    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        return 0 if all(list(pool.map(lambda target: check(folder, *target, args.time), chosen))) else 1


if __name__ == '__main__':
    sys.exit(main())
