# SPDX-License-Identifier: LGPL-2.1-or-later

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian


class Archive(Thespian.Actor):
    """Reads files, which may take long: so it has a thread of its own."""

    def receive_message(self, message, sender):
        if isinstance(message, str):
            with open(message) as file:
                self.send(sender, len(file.read()))


with Thespian.ActorSystem('multithreadBase', {'Worker Threads': 2}) as system:
    archive = system.create_actor(Archive, requirements={'Own Thread': True})
    print(system.ask(archive, __file__, 10) > 0)
