# SPDX-License-Identifier: LGPL-2.1-or-later

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian


@Thespian.troupe(max_count=4, idle_count=1)
class Squarer(Thespian.Actor):
    """One address, up to four workers."""

    def receive_message(self, message, sender):
        if isinstance(message, int):
            self.send(sender, message * message)


@Thespian.transient_idle(0.05)
class Guest(Thespian.Actor):
    """Leaves when nobody has spoken to it for a while."""

    def receive_message(self, message, sender):
        if isinstance(message, str):
            self.send(sender, f'{message}? I was about to go.')


class Host(Thespian.Actor):
    """Tells when its guest has left."""

    def receive_message(self, message, sender):
        if message == 'invite':
            self.asker = sender
            self.send(self.create_actor(Guest), 'Tea')
        elif isinstance(message, Thespian.ChildActorExited):
            self.send(self.asker, 'The guest has left.')
        elif isinstance(message, str):
            self.send(self.asker, message)


@Thespian.initializing_messages(('price', float), ('currency', str, True))
class Till(Thespian.Actor):
    """Takes nothing before it knows price and currency; what comes earlier waits."""

    def receive_message(self, message, sender):
        if isinstance(message, int):
            price, currency = self.get_initializing_message('price'), self.get_initializing_message('currency')
            self.send(sender, f'{message * price:.2f} {currency}')


with Thespian.ActorSystem('multithreadBase') as system:
    squarer = system.create_actor(Squarer)
    for number in range(10):
        system.tell(squarer, number)
    print(sorted(system.listen(10) for _ in range(10)))

    print(system.ask(system.create_actor(Host), 'invite', 10))
    print(system.listen(10))

    till = system.create_actor(Till)
    for message in 3, 1.5, 'florins':
        system.tell(till, message)
    print(system.listen(10))

    runner = system.create_actor(Thespian.RunCommand)
    result = system.ask(runner, Thespian.Command.new('echo', ['hello', 'from', 'outside']), 10)
    while not isinstance(result, Thespian.CommandResult):
        result = system.listen(10)
    print(result.get_exit_status(), result.get_stdout().get_data())
