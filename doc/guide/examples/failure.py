# SPDX-License-Identifier: LGPL-2.1-or-later

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian


class Divider(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, int):
            self.send(sender, 1000 // message)


class DeadLetterOffice(Thespian.Actor):
    """Says what could not be delivered."""

    def started(self):
        self.handle_dead_letters(True)
        self.letters = []

    def receive_message(self, message, sender):
        if isinstance(message, Thespian.DeadEnvelope):
            self.letters.append(message.message)
        elif message == 'letters?':
            self.send(sender, self.letters)


with Thespian.ActorSystem('multithreadBase') as system:
    divider, office = system.create_actor(Divider), system.create_actor(DeadLetterOffice)
    print(system.ask(divider, 8, 10))

    poison = system.ask(divider, 0, 10)
    print(type(poison).__name__, poison.message, poison.get_details().splitlines()[-1])

    system.tell(divider, Thespian.ActorExitRequest.new())
    print(system.ask(divider, 5, 10))
    print(system.ask(office, 'letters?', 10))
