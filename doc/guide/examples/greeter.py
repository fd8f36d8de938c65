# SPDX-License-Identifier: LGPL-2.1-or-later

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian


class Greeter(Thespian.Actor):
    """Greets whoever sends it a name."""

    def started(self):
        self.n_greeted = 0

    def receive_message(self, message, sender):
        if isinstance(message, str):
            self.n_greeted += 1
            self.send(sender, f'Hello, {message}! You are number {self.n_greeted}.')


with Thespian.ActorSystem('multithreadBase') as system:
    greeter = system.create_actor(Greeter)
    print(system.ask(greeter, 'world', 10))
    print(system.ask(greeter, 'reader', 10))
