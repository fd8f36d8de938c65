# SPDX-License-Identifier: LGPL-2.1-or-later

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian


class Counter(Thespian.TypeDispatcher):
    """A method for each type of message: receive_TYPE."""

    def started(self):
        self.count = 0

    def receive_int(self, message, sender):
        self.count += message

    def receive_str(self, message, sender):
        self.send(sender, self.count)

    def receive_WakeupMessage(self, message, sender):
        self.send(self.get_address(), message.payload)


with Thespian.ActorSystem('multithreadBase') as system:
    counter = system.create_actor(Counter, global_name='the counter')
    system.tell(counter, 40)
    system.tell(counter, 2)
    print(system.ask(counter, 'how many?', 10))
