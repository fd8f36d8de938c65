# SPDX-License-Identifier: LGPL-2.1-or-later

import asyncio

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian


class Lister(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'list':
            self.create_task(self.list(sender))
        elif message == 'still there?':
            self.send(sender, 'yes')

    async def list(self, asker):
        process = await asyncio.create_subprocess_exec('sh', '-c', 'sleep 0.2; echo a file',
                                                       stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate()
        self.send(asker, output.decode().strip())


with Thespian.ActorSystem('multithreadBase') as system:
    lister = system.create_actor(Lister)
    system.tell(lister, 'list')
    print(system.ask(lister, 'still there?', 10))
    print(system.listen(10))
