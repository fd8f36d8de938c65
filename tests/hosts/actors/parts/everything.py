# SPDX-License-Identifier: LGPL-2.1-or-later
"""Actors in Python that each do one thing that actors can do; everything.js has the same."""

import asyncio
import logging
import os
import signal

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import GLib, Thespian

log = logging.getLogger(__name__)


class Echo(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'process':
            self.send(sender, os.getpid())
        elif message == 'die':
            os.kill(os.getpid(), signal.SIGKILL)
        elif not isinstance(message, Thespian.SystemMessage):
            self.send(sender, message)


class Zähler(Echo):
    """Not only in ASCII."""


class Environment(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'environment':
            self.send(sender, [dict(os.environ), GLib.get_environ()])


class Inspector(Thespian.Actor):
    """Says of what types and values a message is."""

    def receive_message(self, message, sender):
        if not isinstance(message, Thespian.SystemMessage):
            self.send(sender, repr(message))


class Keeper(Thespian.Actor):
    """Tells whether an address is the one that it got before, in whatever it came."""

    def receive_message(self, message, sender):
        if isinstance(message, Thespian.Address):
            self.kept = message
            self.send(sender, 'kept')
        elif isinstance(message, dict):
            self.send(sender, message['address'] is self.kept and {message['address']: 1}[self.kept] == 1)


class Failing(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, str):
            self.stumble(message)

    def stumble(self, message):
        raise ValueError(f'stumbled over {message}')


class BrokenConstructor(Thespian.Actor):
    def __init__(self):
        super().__init__()
        raise ValueError('no such luck')


class BrokenStart(Thespian.Actor):
    def started(self):
        raise ValueError('no good start')


class Sleeper(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'sleep':
            self.asker = sender
            self.wakeup_after(0.01, ['for', {'long': None}])
        elif isinstance(message, Thespian.WakeupMessage):
            self.send(self.asker, message.payload)


class Watcher(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'watch':
            self.asker = sender
            self.reader, writer = os.pipe()
            os.write(writer, b'watched')
            return Thespian.Watch(self.reader)
        if isinstance(message, Thespian.WatchMessage):
            self.send(self.asker, os.read(self.reader, 100))
        return None


class Sources(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'sources':
            self.asker, self.left = sender, 3
            GLib.timeout_add(1, self.tick)

    def tick(self):
        self.left -= 1
        if self.left > 0:
            return True
        self.send(self.asker, 'ticked')
        return False


class Awaiting(Thespian.Actor):
    """JavaScript has none of this."""

    def receive_message(self, message, sender):
        if message == 'wait':
            self.create_task(self.wait(sender))

    async def wait(self, asker):
        child = await asyncio.create_subprocess_exec('echo', 'said', stdout=asyncio.subprocess.PIPE)
        said, _ = await asyncio.wait_for(child.communicate(), 60)
        await asyncio.sleep(0.01)
        self.send(asker, said.decode().strip())


class Patient(Thespian.Actor):
    async def receive_message(self, message, sender):
        if message == 'wait':
            await asyncio.sleep(0.1)
        if isinstance(message, str):
            self.send(sender, message)


class Interrupting(Thespian.Actor):
    """Sends a message of its own before each answer."""

    def receive_message(self, message, sender):
        if isinstance(message, list):
            asker, question = message
            self.send(asker, 'interruption')
            self.send(sender, question)


class Asking(Thespian.Actor):
    """Tells @asker in which order it gets what: an answer comes before all that has come to the actor meanwhile."""

    async def receive_message(self, message, sender):
        if message == 'ask':
            self.asker, here = sender, self.get_address()
            others = [self.create_actor(Interrupting) for _ in range(2)]
            self.wakeup_after(0)
            answers = [await self.ask(other, [here, 'question'], 60) for other in others]
            answers += await asyncio.gather(*[self.ask(other, [here, None], 60) for other in others])
            self.send(sender, answers)
        elif message == 'ask the dead':
            self.asker = sender
            self.send(self.create_actor(Interrupting), Thespian.ActorExitRequest.new())
        elif isinstance(message, Thespian.ChildActorExited):
            self.send(self.asker, [await self.ask(message.child_address, 'question')])
        elif message == 'ask in vain':
            self.send(sender, [await self.ask(self.create_actor(Interrupting), 'no list', 0.01)])
        elif message == 'ask itself':
            await self.ask(self.get_address(), 'question')
        elif message == 'interruption' or isinstance(message, Thespian.WakeupMessage):
            self.send(self.asker, 'interrupted')


class Dispatcher(Thespian.TypeDispatcher):
    def receive_str(self, message, sender):
        self.send(sender, 'text ' + message)

    def receive_dict(self, message, sender):
        self.send(sender, sorted(message))

    def receive_unrecognized(self, message, sender):
        if not isinstance(message, Thespian.SystemMessage):
            self.send(sender, 'other')


@Thespian.troupe(max_count=3)
class Troupe(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, int):
            self.send(sender, [message, os.getpid()])


@Thespian.require_capability('Colour', 'blue')
class Particular(Echo):
    def check_capabilities(self, capabilities, requirements):
        return capabilities.get('Taste') == requirements.get('taste')


class Logging(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'log':
            log.debug('a %s', 'trifle')
            log.warning('a %s', 'warning')
            self.log(GLib.LogLevelFlags.LEVEL_INFO, 'by the actor')
            GLib.log_variant('Elsewhere', GLib.LogLevelFlags.LEVEL_WARNING,
                             GLib.Variant('a{sv}', {'MESSAGE': GLib.Variant('s', 'by GLib')}))
            self.send(sender, 'logged')


class Parent(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'go':
            self.asker = sender
            self.child = self.create_actor(Echo)
            self.send(self.child, 'process')
        elif isinstance(message, int):
            self.number = message
            self.send(self.child, 'die')
        elif isinstance(message, Thespian.ChildActorExited):
            self.send(self.asker, [message.child_address == self.child, self.number != os.getpid()])

