#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A troupe that computes numbers of Fibonacci: one address, several workers behind it.

Each number is a message to the same address, and is computed by whichever worker is free. The answers
come in any order, so each tells what it is the answer to."""

import sys

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian

NUMBERS = range(20, 31)


def compute(n):
    before, number = 1, 0
    for _ in range(n):
        before, number = number, before + number
    return number


@Thespian.troupe(max_count=4, idle_count=1)
class Fibonacci(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, int):
            self.send(sender, (message, compute(message)))


with Thespian.ActorSystem(sys.argv[1] if len(sys.argv) > 1 else 'multithreadBase') as system:
    troupe = system.create_actor(Fibonacci)
    for n in NUMBERS:
        system.tell(troupe, n)
    for n, number in sorted(system.listen(60) for _ in NUMBERS):
        print(f'{n}: {number}')
