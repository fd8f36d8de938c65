#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Starts an HTTP example and visits it: requests in one piece, in several, at the same time, and one that is
given up. Prints TAP.

usage: visit.py COMMAND..."""

import socket
import subprocess
import sys
import traceback
import urllib.parse
import urllib.request


class Server:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.url = self.line()

    def line(self):
        return self.process.stdout.readline().rstrip('\n')

    def connect(self):
        where = urllib.parse.urlsplit(self.url)
        return socket.create_connection((where.hostname, where.port), timeout=60)

    def get(self, path):
        with urllib.request.urlopen(self.url.rstrip('/') + path, timeout=60) as reply:
            return reply.read().decode()


def read_all(client):
    parts = []
    while part := client.recv(4096):
        parts.append(part)
    return b''.join(parts).decode()


def test_one(server):
    assert server.get('/first') == 'You asked for /first.\n'
    assert server.line() == '/first'


def test_pieces(server):
    with server.connect() as client:
        client.sendall(b'GET /pie')
        assert server.get('/meanwhile') == 'You asked for /meanwhile.\n'
        client.sendall(b'ces HTTP/1.1\r\nHost: here\r\n\r\n')
        assert read_all(client).endswith('You asked for /pieces.\n')
    assert [server.line(), server.line()] == ['/meanwhile', '/pieces']


def test_many(server):
    clients = [server.connect() for _ in range(20)]
    for number, client in enumerate(clients):
        client.sendall(f'GET /{number} HTTP/1.1\r\n\r\n'.encode())
    for number, client in enumerate(clients):
        assert read_all(client).endswith(f'You asked for /{number}.\n')
        client.close()
    assert {server.line() for _ in clients} == {f'/{number}' for number in range(20)}


def test_given_up(server):
    server.connect().close()
    assert server.get('/after') == 'You asked for /after.\n'
    assert server.line() == '/after'


def test_quit(server):
    assert server.get('/quit') == 'You asked for /quit.\n'
    assert server.line() == '/quit'
    assert server.process.wait(60) == 0


def main():
    tests = [test_one, test_pieces, test_many, test_given_up, test_quit]
    failed = 0
    print(f'1..{len(tests)}')
    server = Server(sys.argv[1:])
    try:
        for number, test in enumerate(tests, 1):
            name = test.__name__.removeprefix('test_')
            try:
                test(server)
                print(f'ok {number} {name}', flush=True)
            except Exception:
                failed += 1
                traceback.print_exc()
                print(f'not ok {number} {name}', flush=True)
    finally:
        server.process.kill()
        server.process.wait()
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
