#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Scripts and a client in JavaScript do real work with the service of a bus of its own; prints TAP.

usage: check-clients.py SERVICE BASE"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

from private_bus import PATIENCE, Bus, Client, Service, base_arguments, run

HERE = pathlib.Path(__file__).resolve().parent


def test_script(bus, name, *tools):
    if not all(map(shutil.which, tools)):
        return f' # SKIP {" or ".join(tools)} is not there'
    client = Client(bus)
    before = len(client.list())
    shell = ['gjs', '-m'] if name.endswith('.js') else ['sh']
    command = [*shell, str(HERE / name), f'{bus.folder}/errors']
    done = subprocess.run(command, env=bus.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
    assert done.returncode == 0 and done.stdout.strip().isdigit(), done
    assert len(client.list()) <= before + 1
    client.close()
    return None


def main():
    program, base = sys.argv[1:3]
    with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
        bus = Bus(folder)
        service = Service(bus, program, *base_arguments(base))
        service.wait_until_there()
        return run([(name, lambda name=name, tools=tools: test_script(bus, name, *tools)) for name, *tools in [
            ('sum-gdbus.sh', 'gdbus'), ('sum-busctl.sh', 'busctl'), ('sum-dbus-send.sh', 'dbus-send'),
            ('sum-client.js', 'gjs')]])


if __name__ == '__main__':
    sys.exit(main())
