#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The service on a bus of its own, on one base; prints TAP.

usage: check-service.py SERVICE BASE"""

import json
import os
import pathlib
import sys
import tempfile
import time

from gi.repository import Gio, GLib

from private_bus import (ERROR, INTERFACE, MANAGER, NAME, PATH, Bus, Client, Service, base_arguments, expect_error,
                         number, pack, processes_of, run, text, wait_for)

# On D-Bus; what the actor gets.
MESSAGES = [
    ("byte 0xff", 'guchar'), ("true", 'gboolean'), ("int16 -32768", 'GVariant'), ("uint16 65535", 'GVariant'),
    ("-2147483648", 'gint'), ("uint32 4294967295", 'guint'), ("int64 -9223372036854775808", 'gint64'),
    ("uint64 18446744073709551615", 'guint64'), ("1.5", 'gdouble'), ("'grüße'", 'gchararray'), ("''", 'gchararray'),
    ("objectpath '/a/b'", 'GVariant'), ("signature 'a{sv}'", 'GVariant'), ("<'v'>", 'GVariant'),
    ("[byte 1, 0, 2]", 'GBytes'), ("@ay []", 'GBytes'), ("['a', '']", 'GStrv'), ("@as []", 'GStrv'),
    ("[1, 2]", 'GVariant'), ("(1, 'x')", 'GVariant'), ("{'k': <{'l': <[1.5]>}>}", 'GVariant'),
    ("{uint64 1: [(true, 'x')]}", 'GVariant'), ("[['a'], []]", 'GVariant'), ("('name', {'k': <1>})", 'GVariant'),
]


class Tests:
    def __init__(self, folder, program, base):
        self.base = base
        self.has_processes = base.startswith('multiproc')
        self.bus = Bus(folder)
        # What is logged does not go to the service's standard error, which is to say nothing.
        log = pathlib.Path(folder) / 'log.json'
        log.write_text(json.dumps({'version': 1, 'handlers': {'file': {'class': 'file', 'filename': f'{folder}/log'}},
                                   'loggers': {'': {'handlers': ['file'], 'level': 'WARNING'}}}))
        config = pathlib.Path(folder) / 'service.conf'
        config.write_text(f'[Service]\nLog={log}\n')
        self.service = Service(self.bus, program, '--config', str(config), *base_arguments(base))
        self.service.wait_until_there()
        self.client = Client(self.bus)
        self.echo = self.client.create('DBusEcho', global_name='echo')

    def test_properties(self):
        get = self.client.get
        assert get('Version') == 1 and get('Running') is True and get('SystemBase') == self.base
        assert get('AdminAddress').startswith('Admin-') and get('ConventionMembers') == []
        assert get('Capabilities')['Thespian ActorSystem Name'] == self.base

    def test_types(self):
        namer = self.client.create('DBusNamer')
        for message, gtype in MESSAGES:
            variant = GLib.Variant.parse(None, message, None, None)
            name = self.client.ask(namer, variant).unpack()
            assert name == gtype, f'{message} came as {name}'
            answer = self.client.ask(self.echo, variant)
            assert answer.equal(variant), f'{message} came back as {answer.print_(True)}'

    def test_answers(self):
        maker = self.client.create('DBusMaker')
        for what, wanted in [('float', "0.5"), ('char', "int16 -3"), ('null', "('gchararray', @a{sv} {})"),
                             ('opaque', "('ThespianOpaque', {'media-type': <'text/plain'>, 'data': <b'abc'>})")]:
            answer = self.client.ask(maker, text(what))
            wanted = GLib.Variant.parse(None, wanted.replace("b'abc'", '[byte 97, 98, 99]'), None, None)
            if what == 'opaque':
                assert dict(answer.unpack()[1]) == dict(wanted.unpack()[1]), answer
            else:
                assert answer.equal(wanted), answer.print_(True)
        for what, words in [('maybe', 'maybe'), ('deep', 'deep'), ('large', '31 MiB'), ('latin1', 'UTF-8')]:
            if what not in ('large', 'latin1') or not self.has_processes:
                expect_error(ERROR + 'NotSerializable', self.client.ask, maker, text(what), words=words)
        assert self.client.ask(maker, text('float')).unpack() == 0.5

    def test_addresses(self):
        namer = self.client.create('DBusNamer')
        printable = self.client.list(global_name='echo')[0][0]
        for key, value in (('token', self.echo), ('address', printable), ('address', 'echo')):
            message = GLib.Variant('(sa{sv})', ('ThespianAddress', {key: text(value)}))
            assert self.client.ask(namer, message).unpack() == 'ThespianAddress'
            name, content = self.client.ask(self.echo, message).unpack()
            assert name == 'ThespianAddress' and content == {'token': self.echo, 'address': printable}, content
        for content in ({}, {'token': text('thespian:xyz')}, {'address': text('Nobody-0123456789')}):
            expect_error(ERROR + 'InvalidActorAddress', self.client.ask, self.echo,
                         GLib.Variant('(sa{sv})', ('ThespianAddress', content)))

    def test_targets(self):
        printable, path, details = self.client.list(global_name='echo')[0]
        for target in (self.echo, printable, path, 'echo'):
            assert self.client.ask(target, number(5)).unpack() == 5
        for target in ('', 'nobody', 'DBusEcho-0123456789', '/org', 'thespian:', 'thespian:' + 33 * 'x', '\t\n',
                       10000 * 'x'):
            expect_error(ERROR + 'InvalidActorAddress', self.client.tell, target, number(1))

    def test_objects(self):
        """An actor has an object, which comes and goes with it, and is told of."""
        before = set(self.client.call('GetManagedObjects', types='()', interface=MANAGER).unpack()[0])
        self.client.signals.clear()
        token, printable, path = self.client.call('CreateActor', 'dbus-actors:DBusAdder', {},
                                                  {'global-name': text('sum')}, types='(sa{sv}a{sv})').unpack()
        objects = self.client.call('GetManagedObjects', types='()', interface=MANAGER).unpack()[0]
        assert set(objects) - before == {path}
        about = objects[path]['org.thespian.Actor1']
        assert about['Class'] == 'DBusAdder' and about['Address'] == printable and about['GlobalName'] == 'sum'
        assert about['Parent'].startswith('Admin-') and about['Version'] == 1 and about['ProcessId'] > 0
        actor = {'path': path, 'interface': 'org.thespian.Actor1'}
        self.client.call('Tell', number(4), {}, types='(va{sv})', **actor)
        self.client.call('Tell', number(3), {}, types='(va{sv})', **actor)
        assert self.client.call('Ask', text('?'), {}, types='(va{sv})', **actor).unpack()[0] == 7
        self.client.call('Exit', {}, types='(a{sv})', **actor)
        names = lambda: [(name, arguments[0]) for name, _, arguments in self.client.signals if arguments]
        wait_for(lambda: ('ActorExited', printable) in names(), 'ActorExited')
        assert names().index(('ActorCreated', printable)) < names().index(('ActorExited', printable))
        wait_for(lambda: ('InterfacesRemoved', path) in names(), 'InterfacesRemoved')
        objects = self.client.call('GetManagedObjects', types='()', interface=MANAGER).unpack()[0]
        assert set(objects) == before
        broadcasts = repr(self.client.signals)
        assert 'thespian:' not in broadcasts, 'a token was broadcast: ' + broadcasts

    def test_list(self):
        self.client.create('DBusMute', global_name='silent', timeout=-1)
        all_actors = self.client.list()
        assert len(all_actors) == self.client.status()['n-actors'], all_actors
        assert 'thespian:' not in repr(all_actors)
        assert [entry[2]['class'] for entry in self.client.list(**{'class': 'DBusMute'})] == ['DBusMute']
        assert [entry[2]['global-name'] for entry in self.client.list(global_name='silent')] == ['silent']
        assert self.client.list(global_name='nobody') == []
        self.client.call('SendExit', 'silent', {}, types='(sa{sv})')
        wait_for(lambda: self.client.list(global_name='silent') == [], 'its end')

    def test_creation(self):
        again = self.client.create('DBusEcho', global_name='echo')
        assert again == self.echo
        for name, error in [('nowhere:Nobody', 'InvalidActorSpecification'),
                            ('DBusNobody', 'InvalidActorSpecification'),
                            ('GObject:', 'InvalidActorSpecification'), ('DBusStillborn', 'ActorFailed')]:
            expect_error(ERROR + error, self.client.create, name)
        expect_error(ERROR + 'InvalidArgument', self.client.create, 'DBusEcho', {'colour': text('red')}, words='colour')
        wings = GLib.Variant('a{sv}', {'Wings': GLib.Variant('b', True)})
        if self.base != 'simpleSystemBase':
            expect_error(ERROR + 'NoCompatibleSystem', self.client.create, 'DBusPicky', requirements=wings)
        self.client.call('UpdateCapability', 'Wings', GLib.Variant('b', True), {}, types='(sva{sv})')
        self.client.create('DBusPicky', requirements=wings)

    def test_latecomers(self):
        """An actor that would run too late for its creator ends, and nobody else waits."""
        if self.base in ('simpleSystemBase', 'mainLoopBase'):
            return ' # SKIP actors start on the thread of the service'
        told = lambda name: [arguments[0] for signal_name, _, arguments in self.client.signals
                             if signal_name == name and arguments[2]['class'] == 'DBusLatecomer']
        has_threads = self.base == 'multithreadBase'
        n_created = 2 if has_threads else 0  # processes are ended before they run
        delay, soon = (3, 2.5) if has_threads else (30, 20)
        requirements = GLib.Variant('a{sv}', {'Delay': GLib.Variant('i', delay * 1000)})
        ended = lambda: (len(told('ActorCreated')) == n_created and not processes_of('DBusLatecomer')
                         and set(told('ActorCreated')) == set(told('ActorExited')))
        self.client.signals.clear()
        other = Client(self.bus)
        other.connection.call(NAME, PATH, INTERFACE, 'CreateActor', GLib.Variant(
            '(sa{sv}a{sv})', ('dbus-actors:DBusLatecomer', {}, {'requirements': requirements})), None, 0, -1, None, None)
        other.connection.flush_sync(None)
        wait_for(lambda: self.client.status()['service']['calls'] == 2, 'its call')
        other.close()
        start = time.monotonic()
        expect_error(ERROR + 'RequestTimeout', self.client.create, 'DBusLatecomer', timeout=0.1, words='0.1 s',
                     requirements=requirements)
        assert time.monotonic() - start < soon, 'the creator had to wait for the actor'
        wait_for(ended, 'their end')
        start = time.monotonic()
        expect_error(ERROR + 'RequestTimeout', self.client.create, 'DBusLatecomer', timeout=0.1, global_name='late',
                     requirements=requirements)
        self.client.list()
        assert time.monotonic() - start < soon, 'all had to wait for the actor'
        late = self.client.create('DBusLatecomer', global_name='late')
        wait_for(lambda: self.client.status()['service']['calls'] == 1, 'the end of the first creation')
        assert self.client.ask(late, number(1)).unpack() == 1
        self.client.call('SendExit', late, {}, types='(sa{sv})')
        return None

    def test_options(self):
        expect_error(ERROR + 'InvalidArgument', self.client.ask, 'echo', number(1), patience=3, words='timeout')
        expect_error(ERROR + 'InvalidArgument', self.client.ask, 'echo', number(1), timeout='long', words='seconds')
        for value, words in [(float('nan'), 'cannot be nan'), (float('inf'), 'be inf'), (1e300, 'be 1e+300'),
                             (GLib.Variant('t', 10**9 + 1), 'be 1000000001')]:
            for call in (lambda: self.client.ask('echo', number(1), timeout=value),
                         lambda: self.client.create('DBusEcho', timeout=value)):
                expect_error(ERROR + 'InvalidArgument', call, words=f'{words}: it is from 0')
        expect_error(ERROR + 'InvalidArgument', self.client.tell, 'echo', number(1), timeout=3, words='none')
        expect_error(ERROR + 'InvalidArgument', self.client.list, colour='red')
        expect_error(ERROR + 'InvalidArgument', self.client.call, 'Shutdown', {'now': number(1)}, types='(a{sv})')
        expect_error('org.freedesktop.DBus.Error.InvalidArgs', self.client.call, 'Tell', 'echo', types='(s)')
        expect_error('org.freedesktop.DBus.Error.UnknownMethod', self.client.call, 'Fly', types='()')
        expect_error('org.freedesktop.DBus.Error.UnknownMethod', self.client.call, 'Tell', number(1), {},
                     types='(va{sv})', path=PATH + '/actors/Nobody', interface='org.thespian.Actor1')
        for timeout in (GLib.Variant('y', 9), GLib.Variant('t', 9), 9.5, -1, float('-inf')):
            assert self.client.ask('echo', number(1), timeout=timeout).unpack() == 1

    def test_no_answer(self):
        mute = self.client.create('DBusMute')
        start = time.monotonic()
        expect_error(ERROR + 'NoAnswer', self.client.ask, mute, number(1), timeout=0.2)
        assert 0.2 <= time.monotonic() - start < 15
        expect_error(ERROR + 'NoAnswer', self.client.listen, timeout=0)
        expect_error(ERROR + 'NoAnswer', self.client.listen, timeout=0.1)

    def test_poison(self):
        failer = self.client.create('DBusFailer')
        expect_error(ERROR + 'ActorFailed', self.client.ask, failer, number(1), words='not for me')

    def test_mailbox(self):
        stutterer = self.client.create('DBusStutterer')
        assert self.client.ask(stutterer, text('go'), mailbox=True).unpack() == 'first'
        assert self.client.listen() == 'second'
        assert self.client.ask(stutterer, text('go')).unpack() == 'first'
        expect_error(ERROR + 'NoAnswer', self.client.listen, timeout=0.1)
        self.client.tell(stutterer, text('go'))
        assert [self.client.listen(), self.client.listen()] == ['first', 'second']

    def test_later(self):
        other = Client(self.bus)
        sleeper = self.client.create('DBusSleeper')
        self.client.signals.clear()
        ask_later = lambda target, message, **options: self.client.call('AskLater', target, message, options,
                                                                        types='(sva{sv})').unpack()[0]
        first = ask_later(sleeper, number(300))
        second = ask_later('echo', text('now'))
        third = ask_later(sleeper, text('no answer'), timeout=GLib.Variant('d', 0.1))
        mine = lambda client: {name[:1] + str(arguments[0]): arguments[1] for name, _, arguments in client.signals
                               if name in ('Answered', 'Failed')}
        wait_for(lambda: len(mine(self.client)) == 3, 'the answers')
        assert mine(self.client) == {f'A{first}': 300, f'A{second}': 'now', f'F{third}': ERROR + 'NoAnswer'}
        assert mine(other) == {}, 'they went to another client, too'
        other.close()

    def test_log(self):
        """Who follows the log is told of it, and nobody else."""
        other, logger = Client(self.bus), self.client.create('DBusLogger', global_name='logger')
        follow = lambda client, **options: client.call('FollowLog', pack(options), types='(a{sv})')
        listen = lambda client, **options: client.call('ListenLog', pack(options), types='(a{sv})').unpack()[0]
        expect_error(ERROR + 'InvalidArgument', listen, self.client, words='FollowLog')
        follow(self.client)
        self.client.signals.clear()
        before = time.time()
        self.client.ask(logger, text('the ice is thin'))
        entry = listen(self.client)
        assert entry['message'] == 'the ice is thin' and entry['level'] == 'WARNING' and 'missed' not in entry, entry
        assert entry['class'] == 'DBusLogger' and entry['address'] == self.client.list(global_name='logger')[0][0], entry
        assert entry['process-id'] == self.client.status(logger)['process-id'], entry
        assert abs(entry['time'] / 1e6 - before) < 60, entry
        expect_error(ERROR + 'NoAnswer', listen, self.client, timeout=0.1)
        expect_error(ERROR + 'InvalidArgument', listen, other)
        assert 'thin' not in repr(self.client.signals), self.client.signals
        follow(other)
        for words in 'grün', '':
            self.client.ask(logger, text(words))
            assert [listen(client)['message'] for client in (self.client, other)] == [words, words]
        self.client.ask(logger, text('forgotten'))
        assert listen(self.client)['message'] == 'forgotten'
        follow(other)
        expect_error(ERROR + 'NoAnswer', listen, other, timeout=0.1)
        follow(other, stop=True)
        expect_error(ERROR + 'InvalidArgument', listen, other)
        expect_error(ERROR + 'InvalidArgument', follow, other, level='debug')
        other.close()

    def test_slow_log(self):
        """Who follows the log and does not listen is told how much was missed."""
        n, logger, entries = 2000, self.client.create('DBusLogger'), []
        self.client.call('FollowLog', {}, types='(a{sv})')
        for i in range(n):
            if i % 500 == 499:
                self.client.ask(logger, text(str(i)))
            else:
                self.client.start_ask(logger, text(str(i)), lambda answer: None)
        accounted = lambda: sum(('message' in entry) + entry.get('missed', 0) for entry in entries)
        while accounted() < n:
            entries.append(self.client.call('ListenLog', {}, types='(a{sv})').unpack()[0])
        assert accounted() == n and len(entries) < n, (len(entries), accounted())
        self.client.call('FollowLog', pack({'stop': True}), types='(a{sv})')

    def test_capabilities(self):
        update = lambda name, value, **options: self.client.call('UpdateCapability', name, value, options,
                                                                 types='(sva{sv})')
        self.client.signals.clear()
        update('Colour', text('blue'))
        assert self.client.status()['capabilities']['Colour'] == 'blue'
        wait_for(lambda: any(name == 'CapabilitiesChanged' and arguments[0].get('Colour') == 'blue'
                             for name, _, arguments in self.client.signals), 'CapabilitiesChanged')
        assert self.client.get('Capabilities')['Colour'] == 'blue'
        update('Colour', number(0), remove=GLib.Variant('b', True))
        assert 'Colour' not in self.client.status()['capabilities']
        expect_error(ERROR + 'ReadOnlyCapability', update, 'Thespian Version', number(1))
        expect_error(ERROR + 'InvalidCapability', update, '', number(1))

    def test_dead_letters(self):
        token = self.client.create('DBusEcho')
        printable = self.client.list()[-1][0]
        self.client.call('SendExit', token, {'recursive': GLib.Variant('b', False)}, types='(sa{sv})')
        wait_for(lambda: printable not in [entry[0] for entry in self.client.list()], 'its end')
        self.client.signals.clear()
        self.client.tell(token, text('too late'))
        letters = lambda: [arguments for name, _, arguments in self.client.signals if name == 'DeadLetter']
        wait_for(lambda: any('too late' in str(content.get('message')) for _, content in letters()), 'the dead letter')
        assert 'thespian:' not in repr(letters())

    def test_status(self):
        system, actor = self.client.status(), self.client.status('echo')
        assert system['base'] == self.base and system['service']['process-id'] == self.service.process.pid
        assert system['service']['clients'] >= 1 and system['named-actors']['echo'] == actor['address']
        assert actor['class'] == 'DBusEcho' and actor['global-name'] == 'echo'
        expect_error(ERROR + 'InvalidActorAddress', self.client.status, 'nobody')

    def test_order(self):
        adder = self.client.create('DBusAdder')
        done = []
        for i in range(500):
            self.client.connection.call(NAME, PATH, INTERFACE, 'Tell',
                                        GLib.Variant('(sva{sv})', (adder, number(i), {})), None, 0, -1, None,
                                        lambda connection, result: done.append(connection.call_finish(result)))
        self.client.start_ask(adder, text('?'), done.append)
        wait_for(lambda: len(done) == 501, 'the replies')
        assert done[-1] == sum(range(500)), done[-1]

    def test_many_questions(self):
        """The answers to questions of one client, asked at once, do not mix."""
        answers = {}
        for i in range(300):
            self.client.start_ask(self.echo, number(i), lambda answer, i=i: answers.__setitem__(i, answer))
        wait_for(lambda: len(answers) == 300, 'the answers')
        assert answers == {i: i for i in range(300)}

    def test_large(self):
        data = os.urandom(1 << 20) * 16
        variant = GLib.Variant.new_from_bytes(GLib.VariantType('ay'), GLib.Bytes(data), True)
        message = GLib.Variant.new_tuple(text('echo'), GLib.Variant.new_variant(variant), GLib.Variant('a{sv}', {}))
        ask = lambda: self.client.connection.call_sync(NAME, PATH, INTERFACE, 'Ask', message, None, 0, 120000, None)
        if self.base == 'multiprocUDPBase':
            expect_error(ERROR + 'NotSerializable', ask, words='too large')
            return
        answer = ask()
        answer = answer.get_child_value(0).get_variant()
        assert answer.get_type_string() == 'ay' and answer.get_data_as_bytes().get_data() == data

    def test_flood(self):
        """More at once than a client may have is refused, and nobody else notices."""
        mute, other, outcomes = self.client.create('DBusMute'), Client(self.bus), []
        for i in range(1500):
            self.client.start_ask(mute, number(i), outcomes.append, timeout=3)
        wait_for(lambda: len(outcomes) >= 500, 'a refusal')
        assert other.ask('echo', text('still there')).unpack() == 'still there'
        wait_for(lambda: len(outcomes) == 1500, 'the outcomes')
        names = [Gio.DBusError.get_remote_error(outcome) for outcome in outcomes]
        assert names.count(ERROR + 'TooManyCalls') == 500 and names.count(ERROR + 'NoAnswer') == 1000, set(names)
        assert self.client.ask('echo', number(1)).unpack() == 1
        other.close()

    def test_full_mailbox(self):
        """Of what a client does not fetch only so much is kept; the rest are dead letters."""
        n, kept = 5000, 1000
        flooder, lazy = self.client.create('DBusFlooder'), Client(self.bus)
        missed = lambda: self.client.status()['service']['missed-events']
        before = missed()
        self.client.signals.clear()
        lazy.tell(flooder, number(n))
        count = lambda: missed() - before + [name for name, _, _ in self.client.signals].count('DeadLetter')
        # an event of another kind, as that the flooder was created, may be among the missed ones
        wait_for(lambda: count() >= n - kept, 'the dead letters')
        assert [lazy.listen(timeout=5) for _ in range(kept)] == list(range(n - kept, n))
        expect_error(ERROR + 'NoAnswer', lazy.listen, timeout=0)
        lazy.close()

    def test_large_mailbox(self):
        """It keeps only so many bytes, too."""
        if self.base == 'multiprocUDPBase':
            return ' # SKIP a datagram is too small'
        n, kept = 80, 63
        flooder, lazy = self.client.create('DBusFlooder'), Client(self.bus)
        self.client.signals.clear()
        lazy.tell(flooder, GLib.Variant('y', n))
        wait_for(lambda: [name for name, _, _ in self.client.signals].count('DeadLetter') == n - kept,
                 'the dead letters')
        answer = lambda: lazy.call('Listen', {}, types='(a{sv})').get_child_value(0).get_variant()
        firsts = [answer().get_child_value(0).get_byte() for _ in range(kept)]
        assert firsts == list(range(n - kept, n)), firsts
        expect_error(ERROR + 'NoAnswer', lazy.listen, timeout=0)
        lazy.close()
        return None

    def test_many_clients(self):
        clients = [Client(self.bus) for _ in range(200)]
        answers = {}
        for i, client in enumerate(clients):
            client.start_ask('echo', number(i), lambda answer, i=i: answers.__setitem__(i, answer))
        wait_for(lambda: len(answers) == 200, 'the answers')
        assert answers == {i: i for i in range(200)}
        assert self.client.status()['service']['clients'] >= 201
        for client in clients:
            client.close()
        wait_for(lambda: self.client.status()['service']['clients'] <= 3, 'that they are forgotten')

    def test_death(self):
        """A client that dies while it waits takes all of its own along."""
        sleeper, mute = self.client.create('DBusSleeper'), self.client.create('DBusMute')
        other = Client(self.bus)
        other.start_ask(mute, number(1), lambda answer: None, timeout=-1)
        # Elsewhere it would hold up the service with its sleep.
        other.start_ask(sleeper if self.has_processes else mute, number(400), lambda answer: None)
        other.connection.flush_sync(None)
        wait_for(lambda: self.client.status()['service']['calls'] >= 3, 'its calls')
        other.close()
        wait_for(lambda: self.client.status()['service']['calls'] == 1, 'that its calls are forgotten')
        assert self.client.ask(sleeper, number(1)).unpack() == 1

    def test_shutdown(self):
        self.client.call('Shutdown', {}, types='(a{sv})')
        status, output = self.service.wait()
        assert status == 0 and output == '', (status, output)


NAMES = ['properties', 'types', 'answers', 'addresses', 'targets', 'objects', 'list', 'creation', 'latecomers',
         'options', 'no_answer', 'poison', 'mailbox', 'later', 'log', 'slow_log', 'capabilities', 'dead_letters',
         'status', 'order', 'many_questions', 'large', 'flood', 'full_mailbox', 'large_mailbox', 'many_clients',
         'death', 'shutdown']


def main():
    with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
        tests = Tests(folder, *sys.argv[1:3])
        names = sys.argv[3:] or NAMES
        return run([(name, getattr(tests, 'test_' + name)) for name in names])


if __name__ == '__main__':
    sys.exit(main())
