# SPDX-License-Identifier: LGPL-2.1-or-later
import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian


class Show(Thespian.Actor):
    """Answers with what it has got, as Python writes it."""

    def receive_message(self, message, sender):
        if not isinstance(message, Thespian.SystemMessage):
            self.send(sender, repr(message))
