#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hello and goodbye: an actor that says hello, and has a child that says goodbye.

The parent hands the child both a name and the address of whoever asked, so the child can answer by itself. Then it
asks the child to exit, and is told when it has."""

import sys

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian


class Goodbye(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, tuple):
            name, asker = message
            self.send(asker, f'Goodbye, {name}.')


class Hello(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, str):
            self.asker = sender
            self.send(sender, f'Hello, {message}.')
            goodbye = self.create_actor(Goodbye)
            self.send(goodbye, (message, sender))
            self.send(goodbye, Thespian.ActorExitRequest.new())
        elif isinstance(message, Thespian.ChildActorExited):
            self.send(self.asker, '(They have gone.)')


with Thespian.ActorSystem(sys.argv[1] if len(sys.argv) > 1 else 'simpleSystemBase') as system:
    hello = system.create_actor(Hello)
    print(system.ask(hello, 'world', 10))
    print(system.listen(10))
    print(system.listen(10))
