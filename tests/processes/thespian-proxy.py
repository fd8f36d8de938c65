#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Forwards TCP connections of this host, and cuts each of them at a random byte.

A connection is cut when the drawn number of bytes has gone through it, both directions counted
together: half of the cuts are orderly ends, half are resets. The last line says 'cut N of N'."""

import asyncio
import os
import random
import socket
import struct
import sys
import threading

import proxy_child

CHUNK = 65536


class Connection:
    def __init__(self, bytes_left, by_reset):
        self.bytes_left = bytes_left  # None: for ever
        self.by_reset = by_reset
        self.writers = []

    async def forward(self, reader, writer):
        """Returns whether the connection is to be cut."""
        while True:
            data = await reader.read(CHUNK)
            if not data:
                writer.write_eof()
                return False
            if self.bytes_left is not None:
                data = data[:self.bytes_left]
                self.bytes_left -= len(data)
            writer.write(data)
            await writer.drain()
            if self.bytes_left == 0:
                return True

    async def run(self, client_reader, client, server_reader, server):
        self.writers = [client, server]
        for writer in self.writers:
            # So that drain() waits until all is on its way, and a reset loses nothing of that.
            writer.transport.set_write_buffer_limits(0)
        ways = [asyncio.ensure_future(self.forward(client_reader, server)),
                asyncio.ensure_future(self.forward(server_reader, client))]
        cut = False
        try:
            for way in asyncio.as_completed(ways):
                cut = await way
                if cut:
                    break
        except OSError:
            pass
        for way in ways:
            way.cancel()
        self.end(cut and self.by_reset)
        return cut

    def end(self, by_reset):
        for writer in self.writers:
            if by_reset:
                reset(writer)
            else:
                writer.close()


def reset(writer):
    writer.get_extra_info('socket').setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                               struct.pack('ii', 1, 0))
    writer.transport.abort()


class Proxy:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.n_connections = self.n_cuts = 0

    def draw(self):
        """Drawn when a connection comes, so the same seed cuts the same ones at the same bytes."""
        offset = self.random.randint(self.options.least, self.options.most)
        by_reset = self.random.random() < 0.5
        limited = self.options.cuts is None or self.n_connections <= self.options.cuts
        return Connection(offset if limited else None, by_reset)

    async def accept(self, client_reader, client):
        self.n_connections += 1
        connection = self.draw()
        try:
            server_reader, server = await asyncio.open_connection(proxy_child.HOST,
                                                                  self.options.target)
        except OSError:
            reset(client)
            return
        self.n_cuts += await connection.run(client_reader, client, server_reader, server)

    async def serve(self):
        server = await asyncio.start_server(self.accept, proxy_child.HOST, self.options.port)
        proxy_child.say(server.sockets[0].getsockname()[1])
        threading.Thread(target=self.await_end_of_stdin, daemon=True).start()
        await server.serve_forever()


    def await_end_of_stdin(self):
        while os.read(sys.stdin.fileno(), 4096):
            pass
        proxy_child.say('cut {} of {}'.format(self.n_cuts, self.n_connections))
        # Whatever the event loop is waiting for.
        os._exit(0)


def parse():
    parser = proxy_child.parser(__doc__)
    parser.add_argument('--least', type=int, default=1, help='bytes before a cut (default: 1)')
    parser.add_argument('--most', type=int, default=100000, help='the same (default: 100000)')
    parser.add_argument('--cuts', type=int,
                        help='leave all connections alone but the first of this number')
    options = parser.parse_args()
    if not 1 <= options.least <= options.most:
        parser.error('--least {} and --most {} are no range above 0'.format(options.least,
                                                                            options.most))
    return options


def main():
    asyncio.run(Proxy(parse()).serve())


if __name__ == '__main__':
    main()
