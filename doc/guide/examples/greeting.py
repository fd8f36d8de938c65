# SPDX-License-Identifier: LGPL-2.1-or-later

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian


class Greeting(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, str):
            self.send(sender, f'Hello, {message}, from Python!')
