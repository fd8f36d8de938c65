# SPDX-License-Identifier: LGPL-2.1-or-later

import os

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian


class Divider(Thespian.Actor):
    """Of this program alone, and yet in a process of its own: a copy of the program."""

    def receive_message(self, message, sender):
        if isinstance(message, int):
            self.send(sender, 1000 // message)
        elif message == 'where?':
            self.send(sender, os.getpid())


with Thespian.ActorSystem('multiprocQueueBase', {'Process Startup Method': 'fork'}) as system:
    divider = system.create_actor(Divider)
    print(system.ask(divider, 8, 30))
    print(system.ask(divider, 'where?', 30) == os.getpid())
    print(type(system.ask(divider, 0, 30)).__name__)
