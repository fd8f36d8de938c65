# SPDX-License-Identifier: LGPL-2.1-or-later
"""Adds up numbers, or the lengths of lists."""

from gi.repository import Thespian


class Counter(Thespian.Actor):
    total = 0

    def receive_message(self, message, sender):
        if isinstance(message, Thespian.ActorExitRequest):
            return
        self.total += message if isinstance(message, int) else len(message)
        self.send(sender, {'total': self.total})
