#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A million messages through an actor in Python, which leave nothing behind."""

import resource

from languages_test import LIMIT, equal, run

from gi.repository import Thespian

ROUND = 250000
AT_ONCE = 100
ROOM = 4 << 20  # bytes that a process may grow for other reasons; 16 for each message, and no message is as small


class Counter(Thespian.Actor):
    """Sends itself messages of many kinds until it has got ROUND of them."""

    def receive_message(self, message, sender):
        if message == 'go':
            self.asker, self.me, self.count = sender, self.get_address(), 0
            for number in range(AT_ONCE):
                self.send(self.me, number)
        elif not isinstance(message, Thespian.SystemMessage):
            self.count += 1
            if self.count <= ROUND - AT_ONCE:
                self.send(self.me, self.next(self.count))
            elif self.count == ROUND:
                self.send(self.asker, self.count)

    def next(self, number):
        if number % 50 == 0:
            return [number, str(number), {'n': number}, self.me]
        return number if number % 3 else f'number {number}'


def size():
    with open('/proc/self/statm') as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def test_memory(system):
    counter = system.create_actor(Counter)
    equal(system.ask(counter, 'go', 10 * LIMIT), ROUND)
    before = size()
    for _ in range(3):
        equal(system.ask(counter, 'go', 10 * LIMIT), ROUND)
    grown = size() - before
    assert grown < ROOM, f'the process grew by {grown} bytes'


if __name__ == '__main__':
    run(globals())
