# SPDX-License-Identifier: LGPL-2.1-or-later

import logging
import os
import tempfile

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian

log = logging.getLogger('greetings')


class Greeter(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, str):
            log.info('%s is greeted', message)
            if not message.istitle():
                log.warning('“%s” is no name', message)
            self.send(sender, f'Hello, {message}!')


def log_definition(path):
    return {
        'version': 1,
        'formatters': {'short': {'format': '%(levelname)s %(actorClass)s: %(message)s'}},
        'handlers': {'file': {'class': 'file', 'filename': path, 'formatter': 'short'}},
        'loggers': {'': {'handlers': ['file'], 'level': logging.INFO}},
    }


logging.basicConfig(level=logging.INFO, format='%(message)s', handlers=[Thespian.LogHandler()])

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, 'greetings.log')
    with Thespian.ActorSystem('multithreadBase', log_definition=log_definition(path)) as system:
        greeter = system.create_actor(Greeter)
        for name in 'World', 'reader':
            system.ask(greeter, name, 10)

    with open(path) as file:
        print(file.read(), end='')
