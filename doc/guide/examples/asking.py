# SPDX-License-Identifier: LGPL-2.1-or-later

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian

PRICES = {'tea': 3, 'bread': 2}


class Shelf(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, str):
            self.send(sender, PRICES[message])


class Till(Thespian.Actor):
    async def receive_message(self, message, sender):
        if isinstance(message, list):
            shelf = self.create_actor(Shelf)
            self.send(sender, sum([await self.ask(shelf, item, 30) for item in message]))


with Thespian.ActorSystem('multiprocQueueBase', {'Process Startup Method': 'fork'}) as system:
    till = system.create_actor(Till)
    print(system.ask(till, ['tea', 'bread', 'tea'], 30))
