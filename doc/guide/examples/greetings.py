# SPDX-License-Identifier: LGPL-2.1-or-later

import os

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian

here = os.path.dirname(os.path.abspath(__file__))
folders = {'Actor Path': here, 'Python Path': here, 'GJS Path': here}

with Thespian.ActorSystem('multiprocQueueBase', folders) as system:
    for name in ('greeting:Greeting', 'python:greeting:Greeting', 'gjs:greeting.js:Greeting'):
        greeting = system.create_actor(name)
        print(system.ask(greeting, 'world', 30))
