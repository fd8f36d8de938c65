#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Tests thespian-proxy and thespian-dropper, which other tests rely on; prints TAP.

Arguments: the two programs."""

import contextlib
import socket
import subprocess
import sys
import threading

HOST = '127.0.0.1'
LIMIT = 60
CONNECTIONS = 8
LEAST, MOST = 1000, 9000

n_tests = 0
n_failures = 0


def report(name, problem):
    global n_tests, n_failures
    n_tests += 1
    n_failures += problem is not None
    print('{}ok {} {}'.format('not ' if problem else '', n_tests, name))
    if problem:
        print('# ' + str(problem).replace('\n', '\n# '))
    sys.stdout.flush()


class Child:
    """One of the programs, with the words that it ended with in `words`."""
    def __init__(self, program, target, *arguments):
        self.process = subprocess.Popen([program, *arguments, str(target)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())
        self.words = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.stdin.close()
        try:
            self.status = self.process.wait(LIMIT)
        finally:
            self.process.kill()
        self.words = self.process.stdout.read().split()
        self.process.stdout.close()


# --- TCP ---

class EchoServer:
    """Sends back what comes, and counts the bytes that came over each connection."""
    def __init__(self):
        self.listener = socket.create_server((HOST, 0))
        self.port = self.listener.getsockname()[1]
        self.counts = []
        self.done = threading.Semaphore(0)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            connection = self.listener.accept()[0]
            count = 0
            with connection, contextlib.suppress(ConnectionError):
                while data := connection.recv(65536):
                    count += len(data)
                    connection.sendall(data)
            self.counts.append(count)
            self.done.release()

    def take_count(self):
        if not self.done.acquire(timeout=LIMIT):
            raise TimeoutError('the server did not see the end of a connection')
        return self.counts.pop(0)


def exchange(port, data):
    """Sends data in pieces and takes each echo; returns what came back until the end."""
    got = b''
    with socket.create_connection((HOST, port), timeout=LIMIT) as connection:
        with contextlib.suppress(ConnectionError):
            for i in range(0, len(data), 100):
                connection.sendall(data[i:i + 100])
                while len(got) < min(i + 100, len(data)):
                    piece = connection.recv(65536)
                    if not piece:
                        return got
                    got += piece
    return got


def check_forwards(program):
    server = EchoServer()
    data = bytes(range(256)) * 1000
    with Child(program, server.port, '--cuts', '0') as proxy:
        got = exchange(proxy.port, data)
        count = server.take_count()
    if got != data or count != len(data):
        return 'sent {} bytes, {} arrived, {} came back'.format(len(data), count, len(got))
    if proxy.status != 0 or proxy.words != ['cut', '0', 'of', '1']:
        return 'status {}, it says {}'.format(proxy.status, proxy.words)
    return None


def cut_offsets(program, seed):
    """Where each connection was cut, in bytes of both directions; and the proxy's last words."""
    server = EchoServer()
    data = bytes(range(256)) * 100
    offsets = []
    with Child(program, server.port, '--seed', str(seed), '--least', str(LEAST), '--most',
               str(MOST)) as proxy:
        for _ in range(CONNECTIONS):
            got = exchange(proxy.port, data)
            if got != data[:len(got)]:
                raise ValueError('what came back is not what was sent')
            offsets.append(server.take_count() + len(got))
    return offsets, proxy.words


def check_cuts(program):
    offsets, words = cut_offsets(program, 1)
    if words != ['cut', str(CONNECTIONS), 'of', str(CONNECTIONS)]:
        return 'it says {}'.format(words)
    if not all(LEAST <= offset <= MOST for offset in offsets):
        return 'cut at {}'.format(offsets)
    if len(set(offsets)) < CONNECTIONS / 2:
        return 'hardly random: cut at {}'.format(offsets)
    again = cut_offsets(program, 1)[0]
    if again != offsets:
        return 'the same seed cut at {} and at {}'.format(offsets, again)
    if cut_offsets(program, 2)[0] == offsets:
        return 'another seed cut at {} too'.format(offsets)
    return None


def check_cuts_end(program):
    server = EchoServer()
    data = bytes(20000)
    with Child(program, server.port, '--cuts', '2', '--most', '10000') as proxy:
        lengths = [len(exchange(proxy.port, data)) for _ in range(4)]
    if not (max(lengths[:2]) < len(data) and lengths[2:] == [len(data)] * 2):
        return 'came back: {}'.format(lengths)
    return None


# --- UDP ---

def udp_socket():
    result = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    result.bind((HOST, 0))
    return result


def echo_datagrams(server, counts):
    while True:
        data, sender = server.recvfrom(100)
        counts[data] = counts.get(data, 0) + 1
        server.sendto(data, sender)


def probe(client, number):
    """Until one of these has made it there and back: all that was sent before has gone as well."""
    word = b'probe %d' % number
    client.settimeout(0.1)
    for n_sent in range(1, 10 * LIMIT):
        client.send(word)
        with contextlib.suppress(TimeoutError):
            while client.recv(100) != word:
                pass
            return n_sent
    raise TimeoutError('no probe came back')


def send_through(program, drop, rounds, probing=True):
    """How many of 50 datagrams a round came to the server, and the dropper's last words."""
    counts = {}
    with udp_socket() as server, udp_socket() as client:
        threading.Thread(target=echo_datagrams, args=(server, counts), daemon=True).start()
        with Child(program, server.getsockname()[1], '--drop', str(drop)) as dropper:
            client.connect((HOST, dropper.port))
            for i in range(rounds):
                for _ in range(50):
                    client.send(b'datagram')
                if probing:
                    probe(client, i)
        arrived = counts.get(b'datagram', 0)
    return arrived, dropper.words


def check_drops_none(program):
    arrived, words = send_through(program, 0, 4)
    if arrived != 200 or words[1] != '0':
        return '{} of 200 arrived, it says {}'.format(arrived, words)
    return None


def check_drops_all(program):
    arrived, words = send_through(program, 100, 1, probing=False)
    if arrived != 0 or words != ['dropped', '50', 'of', '50']:
        return '{} of 50 arrived, it says {}'.format(arrived, words)
    return None


def check_drops_some(program):
    arrived, words = send_through(program, 30, 20)
    # Of 1000; with this seed it is always the same share of the datagrams that go through.
    if not 600 <= arrived <= 800 or not 0.25 <= int(words[1]) / int(words[3]) <= 0.35:
        return '{} of 1000 arrived, it says {}'.format(arrived, words)
    return None


def check_refusal(program, *arguments):
    result = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=LIMIT,
                            stdin=subprocess.DEVNULL)
    if result.returncode != 2 or arguments[0] not in result.stderr:
        return 'status {}: {}'.format(result.returncode, result.stderr)
    return None


def main():
    proxy, dropper = sys.argv[1:]
    for name, check, program in [('proxy/forwards', check_forwards, proxy),
                                 ('proxy/cuts', check_cuts, proxy),
                                 ('proxy/cuts-end', check_cuts_end, proxy),
                                 ('dropper/none', check_drops_none, dropper),
                                 ('dropper/all', check_drops_all, dropper),
                                 ('dropper/some', check_drops_some, dropper)]:
        report('/processes/' + name, check(program))
    report('/processes/proxy/refuses', check_refusal(proxy, '--least', '0', '1234'))
    report('/processes/dropper/refuses', check_refusal(dropper, '--drop', '101', '1234'))
    print('1..{}'.format(n_tests))
    return 1 if n_failures else 0


if __name__ == '__main__':
    sys.exit(main())
