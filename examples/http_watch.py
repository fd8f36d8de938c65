#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An HTTP server that watches its sockets: it sleeps until one of them can be read.

A watch ends with the actor's next message, whatever that is; so the server watches anew at the end of each."""

from http_connection import Connection, Thespian, listen, run_server


class WatchServer(Thespian.Actor):
    def started(self):
        self.listener, self.connections = listen(), {}

    def receive_message(self, message, sender):
        if isinstance(message, str):
            self.asker = sender
            self.send(sender, 'http://127.0.0.1:{}/'.format(self.listener.getsockname()[1]))
        elif isinstance(message, Thespian.WatchMessage):
            for fd in message.get_ready():
                self.look_after(fd)
        return Thespian.Watch(self.listener, *self.connections.values())

    def look_after(self, fd):
        if fd == self.listener.fileno():
            self.accept()
            return
        path = self.connections[fd].read()
        if path is None:
            return
        if path:
            self.connections[fd].answer(f'You asked for {path}.\n')
            self.send(self.asker, path)
        self.connections.pop(fd).close()

    def accept(self):
        try:
            connection = Connection(self.listener)
            self.connections[connection.fileno()] = connection
        except BlockingIOError:
            pass


run_server(WatchServer)
