# SPDX-License-Identifier: LGPL-2.1-or-later
"""A bus of a test's own, with the service on it, and what its tests share. Used by the programs of this folder."""

import atexit
import os
import pathlib
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib

NAME = INTERFACE = 'org.thespian.ActorSystem1'
PATH = '/org/thespian/ActorSystem1'
MANAGER = 'org.freedesktop.DBus.ObjectManager'
PATIENCE = 60 * int(os.environ.get('THESPIAN_TEST_TIME_SCALE', '1'))
ERROR = 'org.thespian.Error.'

CONFIG = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>{type}</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  {policy}
  <limit name="max_replies_per_connection">100000</limit>
</busconfig>
'''
OPEN = '''<policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>'''


def wait_for(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what + ' did not happen'
        GLib.MainContext.default().iteration(False)
        time.sleep(0.005)


# What a failed test leaves behind is ended at the end.
started = []
atexit.register(lambda: end_all())


def processes_of(class_name):
    """The processes of actors of that class, whoever they belong to."""
    found = []
    for comm in pathlib.Path('/proc').glob('[0-9]*/comm'):
        try:
            if comm.read_text().startswith(class_name):
                found.append(comm.parent.name)
        except OSError:
            pass  # it has ended meanwhile
    return found


class Bus:
    """A dbus-daemon, in a folder of its own."""

    def __init__(self, folder, bus_type='session', policy=OPEN):
        self.folder = pathlib.Path(folder)
        self.folder.chmod(0o755)
        self.type = bus_type
        self.services = self.folder / 'services'
        self.services.mkdir(exist_ok=True)
        self.address = f'unix:path={self.folder}/bus'
        self.config = self.folder / 'bus.conf'
        self.config.write_text(CONFIG.format(type=bus_type, socket=self.folder / 'bus', services=self.services,
                                             policy=policy))
        self.env = {**os.environ, f'DBUS_{bus_type.upper()}_BUS_ADDRESS': self.address,
                    'XDG_CONFIG_HOME': str(self.folder)}
        self.start()

    def start(self):
        self.daemon = subprocess.Popen(['dbus-daemon', f'--config-file={self.config}', '--nofork', '--print-address=1'],
                                       env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL)
        started.append(self.daemon)
        assert self.daemon.stdout.readline(), 'no bus'

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait(PATIENCE)
        self.daemon.stdout.close()
        (self.folder / 'bus').unlink(missing_ok=True)

    def connect(self):
        return Gio.DBusConnection.new_for_address_sync(
            self.address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
            Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)


class Service:
    """The service on a bus."""

    def __init__(self, bus, program, *arguments, env=None):
        self.bus = bus
        self.process = subprocess.Popen([program, '--' + bus.type, *arguments], env={**bus.env, **(env or {})},
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        started.append(self)

    def shut_down(self):
        """With its system, which on some bases would outlive it."""
        client = Client(self.bus)
        client.call('Shutdown', {}, types='(a{sv})')
        client.close()
        return self.wait()

    def wait_until_there(self):
        connection = self.bus.connect()
        wait_for(lambda: self.process.poll() is not None or has_owner(connection), 'the start of the service')
        connection.close_sync(None)
        assert self.process.poll() is None, self.process.stderr.read()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self):
        _, text = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, text.decode()


def has_owner(connection):
    return connection.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'NameHasOwner',
                                GLib.Variant('(s)', (NAME,)), None, 0, -1, None).unpack()[0]


class Client:
    """A program that uses the service, by a connection of its own."""

    def __init__(self, bus):
        self.connection = bus.connect()
        self.signals = []
        self.connection.signal_subscribe(NAME, None, None, None, None, 0, self.take_signal)

    def take_signal(self, connection, sender, path, interface, signal_name, parameters):
        self.signals.append((signal_name, path, parameters.unpack()))

    def call(self, method, *arguments, types, path=PATH, interface=INTERFACE):
        return self.connection.call_sync(NAME, path, interface, method, GLib.Variant(types, arguments), None, 0,
                                         PATIENCE * 1000, None)

    def create(self, name, properties=None, **options):
        """Its token."""
        return self.call('CreateActor', name if ':' in name else 'dbus-actors:' + name, properties or {},
                         pack(options), types='(sa{sv}a{sv})').unpack()[0]

    def ask(self, target, message, **options):
        """The answer, as a variant."""
        answer = self.call('Ask', target, message, pack(options), types='(sva{sv})')
        return answer.get_child_value(0).get_variant()

    def tell(self, target, message, **options):
        self.call('Tell', target, message, pack(options), types='(sva{sv})')

    def listen(self, **options):
        return self.call('Listen', pack(options), types='(a{sv})').unpack()[0]

    def list(self, **options):
        return self.call('ListActors', pack(options), types='(a{sv})').unpack()[0]

    def status(self, target='', **options):
        return self.call('Status', target, pack(options), types='(sa{sv})').unpack()[0]

    def get(self, name, path=PATH, interface=INTERFACE):
        return self.call('Get', interface, name, types='(ss)', path=path,
                         interface='org.freedesktop.DBus.Properties').unpack()[0]

    def start_ask(self, target, message, done, **options):
        """done is called with the answer or an error."""
        def on_done(connection, result):
            try:
                done(connection.call_finish(result).unpack()[0])
            except GLib.Error as error:
                done(error)
        self.connection.call(NAME, PATH, INTERFACE, 'Ask', GLib.Variant('(sva{sv})', (target, message, pack(options))),
                             None, 0, PATIENCE * 1000, None, on_done)

    def close(self):
        self.connection.close_sync(None)


TYPES = {bool: 'b', str: 's', int: 'i', float: 'd', dict: 'a{sv}'}


def pack(options):
    return {name.replace('_', '-'): value if isinstance(value, GLib.Variant)
            else GLib.Variant(TYPES[type(value)], value)
            for name, value in options.items()}


def expect_error(name, function, *arguments, words='', **options):
    try:
        function(*arguments, **options)
    except GLib.Error as error:
        assert Gio.DBusError.get_remote_error(error) == name, error.message
        assert words in error.message, error.message
        return error.message
    raise AssertionError('there was no ' + name)


def number(value):
    return GLib.Variant('i', value)


def text(value):
    return GLib.Variant('s', value)


def free_port():
    import socket
    while True:
        port = random.randint(10000, 29999)
        with socket.socket() as stream, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            try:
                stream.bind(('127.0.0.1', port))
                datagrams.bind(('127.0.0.1', port))
                return port
            except OSError:
                pass


def base_arguments(base):
    arguments = ['--base', base]
    if base in ('multiprocTCPBase', 'multiprocUDPBase'):
        arguments += ['--capabilities', "{'Admin Port': <uint32 %d>}" % free_port()]
    return arguments


def end_all():
    for what in reversed(started):
        process = what.process if isinstance(what, Service) else what
        try:
            if isinstance(what, Service) and process.poll() is None:
                what.shut_down()
        except Exception:
            pass
        if process.poll() is None:
            process.kill()
            process.wait()
    started.clear()


def run(cases):
    """Runs functions by name, and prints TAP."""
    try:
        return run_all(cases)
    finally:
        end_all()  # while its folders are there


def run_all(cases):
    failed = 0
    signal.signal(signal.SIGTERM, lambda *arguments: sys.exit(1))
    print(f'1..{len(cases)}', flush=True)
    for index, (name, function) in enumerate(cases, 1):
        try:
            result = function()
            print(f'ok {index} {name}{result or ""}', flush=True)
        except Exception:
            failed += 1
            print(''.join('# ' + line + '\n' for line in traceback.format_exc().splitlines()), end='')
            print(f'not ok {index} {name}', flush=True)
    return failed != 0
