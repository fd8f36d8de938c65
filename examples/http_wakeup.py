#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An HTTP server that looks after its sockets at each wakeup: simple, and right where there is nothing to wait on.
See http_watch.py for the one that sleeps until there is something to do."""

from http_connection import Connection, Thespian, listen, run_server

PERIOD = 0.01


class WakeupServer(Thespian.Actor):
    def started(self):
        self.listener, self.connections = listen(), []

    def receive_message(self, message, sender):
        if isinstance(message, str):
            self.asker = sender
            self.send(sender, 'http://127.0.0.1:{}/'.format(self.listener.getsockname()[1]))
        elif isinstance(message, Thespian.WakeupMessage):
            self.accept()
            self.connections = [connection for connection in self.connections if not self.look_after(connection)]
        else:
            return
        self.wakeup_after(PERIOD)

    def accept(self):
        try:
            while True:
                self.connections.append(Connection(self.listener))
        except BlockingIOError:
            pass

    def look_after(self, connection):
        """True when the connection is done with."""
        path = connection.read()
        if path is None:
            return False
        if path:
            connection.answer(f'You asked for {path}.\n')
            self.send(self.asker, path)
        connection.close()
        return True


run_server(WakeupServer)
