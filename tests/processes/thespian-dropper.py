#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Forwards datagrams of this host, but for a share that it drops, in both directions.

Each sender gets a socket of its own towards the target, so answers find their way back. The last
line says 'dropped N of N'."""

import os
import random
import selectors
import socket
import sys

import proxy_child

LARGEST = 65536


def open_socket(port=0):
    result = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    result.bind((proxy_child.HOST, port))
    return result


class Dropper:
    def __init__(self, options):
        self.share = options.drop / 100
        self.random = random.Random(options.seed)
        self.target = (proxy_child.HOST, options.target)
        # poll() takes whatever standard input is, files included.
        self.selector = selectors.PollSelector()
        self.selector.register(sys.stdin, selectors.EVENT_READ, self.from_stdin)
        self.ends = False
        self.front = open_socket(options.port)
        self.selector.register(self.front, selectors.EVENT_READ, self.from_sender)
        self.sockets = {}  # address of a sender: the socket that stands for it
        self.n_datagrams = self.n_dropped = 0

    def pass_on(self, from_socket, to_socket, address):
        try:
            data = from_socket.recv(LARGEST)
            self.n_datagrams += 1
            if self.random.random() < self.share:
                self.n_dropped += 1
            else:
                to_socket.sendto(data, address)
        except ConnectionError:
            # Nobody listens there: datagrams do get lost so.
            pass

    def from_sender(self):
        # Only the address is looked at here: the datagram stays for pass_on().
        sender = self.front.recvfrom(1, socket.MSG_PEEK)[1]
        back = self.sockets.get(sender)
        if back is None:
            back = self.sockets[sender] = open_socket()
            self.selector.register(back, selectors.EVENT_READ,
                                   lambda: self.pass_on(back, self.front, sender))
        self.pass_on(self.front, back, self.target)

    def from_stdin(self):
        if not os.read(sys.stdin.fileno(), 4096):
            self.selector.unregister(sys.stdin)
            self.ends = True

    def serve(self):
        """What has come before the end still goes through."""
        proxy_child.say(self.front.getsockname()[1])
        while True:
            ready = self.selector.select(0 if self.ends else None)
            if self.ends and not ready:
                break
            for key, _ in ready:
                key.data()
        proxy_child.say('dropped {} of {}'.format(self.n_dropped, self.n_datagrams))


def parse():
    parser = proxy_child.parser(__doc__)
    parser.add_argument('--drop', type=float, default=10, metavar='PERCENT',
                        help='of the datagrams (default: 10)')
    options = parser.parse_args()
    if not 0 <= options.drop <= 100:
        parser.error('--drop {} is no share in percent'.format(options.drop))
    return options


def main():
    Dropper(parse()).serve()


if __name__ == '__main__':
    main()
