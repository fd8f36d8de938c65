#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Many calls by many clients leave nothing in the service, its system and its actors; prints TAP.

usage: check-leaks.py SERVICE BASE

THESPIAN_TEST_CALLS is how many; 100000 is the full count."""

import os
import pathlib
import sys
import tempfile

from private_bus import Bus, Client, Service, base_arguments, number, run, text, wait_for

CALLS = int(os.environ.get('THESPIAN_TEST_CALLS', '6000'))
ROUND = 1000          # calls after which the client is another
PARALLEL = 50

# By itself a sanitized program keeps for a while what it has freed, and what stood on its stacks.
KEEPING_NOTHING = {'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':quarantine_size_mb=0:'
                   'thread_local_quarantine_size_kb=0:detect_stack_use_after_return=0'}


def measure(process):
    status = pathlib.Path(f'/proc/{process}/status').read_text()
    kilobytes = int(next(line for line in status.splitlines() if line.startswith('VmRSS')).split()[1])
    return kilobytes, len(os.listdir(f'/proc/{process}/fd'))


def work(bus, n):
    """Asks of all kinds, some of them in vain, by one client."""
    client, left, done = Client(bus), n, 0

    def on_answer(answer):
        nonlocal done
        done += 1
        step()

    def step():
        nonlocal left
        if left > 0:
            left -= 1
            target, message = [('echo', number(left)), ('echo', text('x' * (left % 5000))), ('failer', number(1)),
                               ('nobody', number(1))][left % 4]
            client.start_ask(target, message, on_answer)
    for _ in range(PARALLEL):
        step()
    wait_for(lambda: done == n, 'the answers')
    client.tell('stutterer', text('go'))
    client.close()


def test_calls(program, base):
    with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
        bus = Bus(folder)
        service = Service(bus, program, *base_arguments(base), env=KEEPING_NOTHING)
        service.wait_until_there()
        keeper = Client(bus)
        for name, class_name in [('echo', 'DBusEcho'), ('failer', 'DBusFailer'), ('stutterer', 'DBusStutterer')]:
            keeper.create(class_name, global_name=name)
        processes = {'service': service.process.pid, 'admin': keeper.status()['process-id'],
                     'echo': keeper.status('echo')['process-id']}
        for _ in range(2):
            work(bus, ROUND)
        before = {name: measure(process) for name, process in processes.items()}
        for _ in range(CALLS // ROUND):
            work(bus, ROUND)
        after = {name: measure(process) for name, process in processes.items()}
        wait_for(lambda: keeper.status()['service']['clients'] == 1, 'that the clients are forgotten')
        assert keeper.status()['service']['calls'] == 1
        for name in processes:
            print(f'# {name}: {before[name][0]} kB and {before[name][1]} descriptors before, {after[name][0]} kB and '
                  f'{after[name][1]} after {CALLS} calls', flush=True)
        keeper.close()
        assert service.shut_down() == (0, '')
        bus.stop()
        for name in processes:
            assert after[name][1] <= before[name][1] + 2, f'{name} has descriptors left'
            assert after[name][0] <= before[name][0] * 1.1 + 3000, f'{name} has grown'


if __name__ == '__main__':
    sys.exit(run([('calls', lambda: test_calls(*sys.argv[1:3]))]))
