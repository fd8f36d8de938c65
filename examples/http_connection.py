# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the HTTP examples have in common: a client on a socket that never blocks, and the outside."""

import socket
import sys

import gi

gi.require_version('Thespian', '1.0')
from gi.repository import Thespian

MOST_BYTES = 8192


def listen():
    listener = socket.create_server(('127.0.0.1', 0))
    listener.setblocking(False)
    return listener


class Connection:
    """One client, and what it sent so far."""

    def __init__(self, listener):
        self.socket, _ = listener.accept()
        self.socket.setblocking(False)
        self.request = b''

    def fileno(self):
        return self.socket.fileno()

    def close(self):
        self.socket.close()

    def read(self):
        """Reads what is there: a path when the request is complete, '' when the client went away, None otherwise."""
        try:
            part = self.socket.recv(1024)
        except BlockingIOError:
            return None
        except ConnectionError:
            return ''
        self.request += part
        if not part or len(self.request) > MOST_BYTES:
            return ''
        return self.request.split()[1].decode(errors='replace') if b'\r\n\r\n' in self.request else None

    def answer(self, text):
        self.socket.sendall(f'HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n'
                            f'Content-Length: {len(text.encode())}\r\nConnection: close\r\n\r\n{text}'.encode())


def run_server(server_class):
    """Asks a server to serve, prints what it tells of (where it serves, then each path), and ends at "/quit"."""
    with Thespian.ActorSystem(sys.argv[1] if len(sys.argv) > 1 else 'multithreadBase') as system:
        told = system.ask(system.create_actor(server_class), 'serve')
        while told != '/quit':
            print(told, flush=True)
            told = system.listen()
        print(told, flush=True)
