#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Messages that an actor sends itself, in Python: what C does in the workload counting, one language further out.

usage: bench-languages.py BASE [COUNT]: prints one object of JSON"""

import json
import sys
import time

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian  # noqa: E402


class Counter(Thespian.Actor):
    def receive_message(self, message, sender):
        if type(message) is int:
            if message > 0:
                self.send(self.me, message - 1)
            else:
                self.send(self.asker, 'done')
        elif type(message) is list:
            self.asker, self.me = sender, self.get_address()
            self.send(self.me, message[0])


def measure(base, count):
    with Thespian.ActorSystem(base, transient_unique=True) as system:
        counter = system.create_actor(Counter)
        start = time.monotonic()
        if system.ask(counter, [count], 600) != 'done':
            sys.exit('no answer')
        return count / (time.monotonic() - start)


base, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 500000
runs = [measure(base, count) for _ in range(3)]
print(json.dumps({'bench': f'{base}.python', 'value': sorted(runs)[1], 'unit': 'msgs/s', 'limit': 400000, 'runs': runs}))
