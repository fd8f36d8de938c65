# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Python part of a ring; hosts-module.c says what it does."""

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian


class Relay(Thespian.Actor):
    def started(self):
        self.next = self.customer = None

    def receive_message(self, message, sender):
        if isinstance(message, Thespian.SystemMessage):
            return
        if isinstance(message, Thespian.Address):
            self.next = message
        elif message == 'customer':
            self.customer = sender
            self.send(sender, 'welcome')
        elif type(message) is int and 0 <= message < 1000000:
            self.send(self.next if message > 0 else self.customer, max(message - 1, 0))
        else:
            self.send(self.next or self.customer, message)
