# SPDX-License-Identifier: LGPL-2.1-or-later

import logging
import os
import tempfile

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import GLib, Thespian


class Cow(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, str):
            self.log(GLib.LogLevelFlags.LEVEL_INFO, f'a {message} comes')
            if message == 'wolf':
                self.log(GLib.LogLevelFlags.LEVEL_WARNING, 'it has teeth')
            self.send(sender, 'moo')


def log_definition(folder):
    return {
        'version': 1,
        'formatters': {
            'normal': {'format': '%(levelname)-8s %(message)s'},
            'actor': {'format': '%(levelname)-8s %(actorClass)s => %(message)s'},
        },
        'filters': {
            'isActorLog': {'class': 'actor'},
            'notActorLog': {'class': 'not-actor'},
        },
        'handlers': {
            'h1': {
                'class': 'file',
                'filename': os.path.join(folder, 'example.log'),
                'formatter': 'normal',
                'filters': ['notActorLog'],
                'level': logging.INFO,
            },
            'h2': {
                'class': 'file',
                'filename': os.path.join(folder, 'example.log'),
                'formatter': 'actor',
                'filters': ['isActorLog'],
                'level': logging.INFO,
            },
        },
        'loggers': {'': {'handlers': ['h1', 'h2'], 'level': logging.DEBUG}},
    }


with tempfile.TemporaryDirectory() as folder:
    with Thespian.ActorSystem('multithreadBase', log_definition=log_definition(folder)) as system:
        cow = system.create_actor(Cow)
        for visitor in ('farmer', 'wolf'):
            system.ask(cow, visitor, 10)

    with open(os.path.join(folder, 'example.log')) as log:
        print(log.read(), end='')
