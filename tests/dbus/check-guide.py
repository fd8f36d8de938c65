#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The guide's examples for D-Bus do what its pages show, on a bus of their own; prints TAP.

usage: check-guide.py SERVICE EXAMPLES-DIR"""

import pathlib
import subprocess
import sys
import tempfile

from private_bus import PATIENCE, Bus, Client, Service, free_port, run

program, examples = sys.argv[1], pathlib.Path(sys.argv[2])


def test_example(bus, command, name):
    done = subprocess.run([command, str(examples / name)], env={**bus.env, 'LC_ALL': 'C.UTF-8'}, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE)
    expected = (examples / name).with_suffix('.txt').read_text()
    assert done.returncode == 0 and done.stdout == expected, f'the page shows {expected!r}, printed was {done.stdout!r}'


def test_base(bus):
    client = Client(bus)
    assert client.get('SystemBase') == 'multiprocTCPBase'
    client.call('Shutdown', {}, types='(a{sv})')
    client.close()


def main():
    with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
        bus = Bus(folder)
        # The port of the page may be in use; what the command line says comes first.
        service = Service(bus, program, '--config', str(examples / 'dbus-service.conf'), '--capabilities',
                          "{'Admin Port': <uint32 %d>}" % free_port())
        service.wait_until_there()
        return run([('script', lambda: test_example(bus, 'sh', 'dbus-script.sh')),
                    ('client', lambda: test_example(bus, sys.executable, 'dbus-client.py')),
                    ('configuration', lambda: test_base(bus))])


if __name__ == '__main__':
    sys.exit(main())
