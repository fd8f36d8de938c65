#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How the service starts and ends, what becomes of it when the bus or the system goes away, and who may use it on a
system bus; prints TAP.

usage: check-life.py SERVICE POLICY"""

import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

from gi.repository import Gio, GLib

from private_bus import (ERROR, INTERFACE, NAME, OPEN, PATH, PATIENCE, Bus, Client, Service, expect_error, free_port,
                         has_owner, number, processes_of, run, text, wait_for)

program, policy_file = sys.argv[1:3]


def in_folder(function):
    def test():
        with tempfile.TemporaryDirectory(prefix='thespian-') as folder:
            return function(pathlib.Path(folder))
    return test


def test_activation(folder):
    """The bus starts it when somebody calls, and again after its shutdown."""
    bus = Bus(folder)
    (bus.services / 'service.service').write_text(f'[D-BUS Service]\nName={NAME}\nExec={program} --session\n')
    for _ in range(2):
        client = Client(bus)
        client.create('DBusEcho', global_name='echo')
        assert client.ask('echo', number(7)).unpack() == 7
        client.call('Shutdown', {}, types='(a{sv})')
        wait_for(lambda: not has_owner(client.connection), 'its end')
        client.close()
    bus.stop()


def test_bus_back(folder):
    bus = Bus(folder)
    service = Service(bus, program)
    service.wait_until_there()
    client = Client(bus)
    client.create('DBusEcho', global_name='echo')
    bus.stop()
    bus.start()
    service.wait_until_there()
    client = Client(bus)
    assert client.ask('echo', number(7)).unpack() == 7, 'its actors are others'
    status = client.status()['service']
    assert status['clients'] == 1 and status['calls'] == 1, status
    client.close()
    assert service.stop() == (0, '')
    bus.stop()


def test_bus_gone(folder):
    bus = Bus(folder)
    service = Service(bus, program, '--bus-patience', '1')
    service.wait_until_there()
    bus.stop()
    status, output = service.wait()
    assert status == 1 and len(output.splitlines()) == 1 and 'bus' in output, (status, output)


def check_system_back(folder, *arguments):
    """The admin is killed: whoever waits is told, and soon there is a system again."""
    bus = Bus(folder)
    service = Service(bus, program, *arguments)
    service.wait_until_there()
    client = Client(bus)
    client.create('DBusMute', global_name='mute')
    outcomes = []
    client.start_ask('mute', number(1), outcomes.append, timeout=-1)
    client.start_ask('mute', number(1), outcomes.append, timeout=-1, mailbox=True)
    wait_for(lambda: client.status()['service']['calls'] == 3, 'the questions')
    os.kill(client.status()['process-id'], signal.SIGKILL)
    wait_for(lambda: len(outcomes) == 2, 'the end of the questions')
    names = {Gio.DBusError.get_remote_error(outcome) for outcome in outcomes}
    assert names == {ERROR + 'SystemShutDown'}, outcomes
    if not client.get('Running'):
        expect_error(ERROR + 'SystemShutDown', client.create, 'DBusEcho')
    wait_for(lambda: client.get('Running'), 'its return')
    assert client.list() == []
    client.create('DBusEcho', global_name='echo')
    assert client.ask('echo', number(7)).unpack() == 7
    client.call('Shutdown', {}, types='(a{sv})')
    assert service.wait()[0] == 0
    client.close()
    bus.stop()


def test_system_back_queue(folder):
    check_system_back(folder)


def test_system_back_tcp(folder):
    check_system_back(folder, '--base', 'multiprocTCPBase', '--capabilities',
                      "{'Admin Port': <uint32 %d>}" % free_port())


def test_exit_with_system(folder):
    bus = Bus(folder)
    service = Service(bus, program, '--exit-with-system')
    service.wait_until_there()
    client = Client(bus)
    os.kill(client.status()['process-id'], signal.SIGKILL)
    assert service.wait()[0] == 0
    client.close()
    bus.stop()


def start_two(folder):
    """The buses, the services of one system, and a client of each."""
    capabilities = "{'Admin Port': <uint32 %d>}" % free_port()
    buses, services = [], []
    for name in ('a', 'b'):
        (folder / name).mkdir()
        buses.append(Bus(folder / name))
        services.append(Service(buses[-1], program, '--base', 'multiprocTCPBase', '--capabilities', capabilities))
        services[-1].wait_until_there()
    return buses, services, [Client(bus) for bus in buses]


def test_joining(folder):
    """Two services of two buses share the system at one Admin Port."""
    buses, services, (one, two) = start_two(folder)
    one.create('DBusEcho', global_name='shared')
    wait_for(lambda: two.list(global_name='shared') != [], 'that the other service knows')
    assert two.ask('shared', text('hello')).unpack() == 'hello'
    assert services[0].stop()[0] == 0
    assert two.ask('shared', text('still')).unpack() == 'still'
    two.call('Shutdown', {}, types='(a{sv})')
    assert services[1].wait()[0] == 0
    for bus, client in zip(buses, (one, two)):
        client.close()
        bus.stop()


def test_join_only(folder):
    """It never starts a system, and has whatever one there is."""
    port = free_port()
    capabilities = ['--capabilities', "{'Admin Port': <uint32 %d>}" % port]
    for name in ('a', 'b'):
        (folder / name).mkdir()
    bus, elsewhere = Bus(folder / 'a'), Bus(folder / 'b')
    service = Service(bus, program, '--join', *capabilities)
    service.wait_until_there()
    client = Client(bus)
    assert client.get('Running') is False and client.get('SystemBase') == 'multiprocTCPBase'
    for call in (client.status, client.list, lambda: client.create('DBusEcho')):
        expect_error(ERROR + 'SystemShutDown', call, words='joins one')
    for _ in range(2):
        with socket.socket() as nobody:
            assert nobody.connect_ex(('127.0.0.1', port)) != 0, 'it has started a system'
        starter = Service(elsewhere, program, '--base', 'multiprocTCPBase', *capabilities)
        starter.wait_until_there()
        wait_for(lambda: client.get('Running'), 'that it joins')
        client.create('DBusEcho', global_name='echo')
        assert client.ask('echo', number(7)).unpack() == 7
        assert starter.shut_down()[0] == 0
        wait_for(lambda: not client.get('Running'), 'that it notices')
        expect_error(ERROR + 'SystemShutDown', client.list)
        time.sleep(1.5)
    starter = Service(elsewhere, program, '--base', 'multiprocTCPBase', *capabilities)
    starter.wait_until_there()
    wait_for(lambda: client.get('Running'), 'that it joins')
    status, output = service.stop()
    assert status == 0 and output.splitlines()[0].count(str(port)) == 1 and len(output.splitlines()) == 3, output
    other = Client(elsewhere)
    assert other.get('Running') and other.list() == []
    assert starter.shut_down()[0] == 0
    (folder / 'join.conf').write_text('[Service]\nJoin=true\nBase=multiprocQueueBase\n')
    for words, arguments in [('cannot be joined', ['--config', str(folder / 'join.conf')]),
                             ('warpBase', ['-j', '-b', 'warpBase'])]:
        check_refused(bus, words, *arguments)
    for connection in (client, other):
        connection.close()
    bus.stop()
    elsewhere.stop()


def test_missed(folder):
    """A service that was stopped, and so has missed events, finds out who is there."""
    buses, services, (one, two) = start_two(folder)
    names = lambda client: sorted(details['global-name'] for _, _, details in client.list())
    told = lambda name: [arguments[2]['global-name'] for signal_name, _, arguments in one.signals if signal_name == name]
    update = lambda value: two.call('UpdateCapability', 'Round', number(value), {}, types='(sva{sv})')
    two.create('DBusEcho', global_name='stays')
    two.create('DBusEcho', global_name='ends')
    wait_for(lambda: told('ActorCreated') == ['stays', 'ends'], 'that both know')
    one.signals.clear()
    services[0].process.send_signal(signal.SIGSTOP)
    for value in range(1500):
        update(value)
    two.call('SendExit', 'ends', {}, types='(sa{sv})')
    two.create('DBusEcho', global_name='comes')
    wait_for(lambda: names(two) == ['comes', 'stays'], 'that the other one knows')
    services[0].process.send_signal(signal.SIGCONT)
    wait_for(lambda: names(one) == ['comes', 'stays'], 'that it finds out')
    assert one.get('Capabilities')['Round'] == 1499, one.get('Capabilities')
    assert one.status()['service']['missed-events'] > 0
    wait_for(lambda: told('ActorCreated') and told('ActorExited'), 'that it tells')
    assert (told('ActorCreated'), told('ActorExited')) == (['comes'], ['ends']), one.signals
    assert services[0].stop() == (0, '')
    assert services[1].shut_down() == (0, '')
    for bus, client in zip(buses, (one, two)):
        client.close()
        bus.stop()


def test_busy_actor(folder):
    """Who sends to an actor that has too much to do waits for it, and nobody else does."""
    bus = Bus(folder)
    service = Service(bus, program, '--capabilities', "{'Max Queued Transmits': <uint32 50>, "
                      "'Unblock Threshold': <uint32 20>, 'Drop Transmits Level': <uint32 1000>}")
    service.wait_until_there()
    client, other, done = Client(bus), Client(bus), []
    client.create('DBusSleeper', global_name='sleeper')
    client.create('DBusEcho', global_name='echo')
    client.tell('sleeper', number(3000))
    for _ in range(300):
        client.connection.call(NAME, PATH, INTERFACE, 'Tell', GLib.Variant('(sva{sv})', ('sleeper', text('more'), {})),
                               None, 0, -1, None, lambda connection, result: done.append(connection.call_finish(result)))
    answers = 0
    while len(done) < 300:
        started = time.monotonic()
        assert other.ask('echo', number(answers)).unpack() == answers
        assert time.monotonic() - started < 1.5, 'others had to wait'
        answers += 1
        GLib.MainContext.default().iteration(False)
        if answers == 100:
            assert len(done) < 200, 'nobody had to wait'
    assert answers >= 100, 'the actor was not busy'
    client.close()
    other.close()
    assert service.stop() == (0, '')
    bus.stop()


def test_end_at_creation(folder):
    """A service that ends waits for no actor that is slow to start."""
    buses, services, (one, two) = start_two(folder)
    delay = GLib.Variant('a{sv}', {'Delay': GLib.Variant('i', 30000)})
    for options in ({}, {'global-name': text('late')}):
        one.connection.call(NAME, PATH, INTERFACE, 'CreateActor', GLib.Variant(
            '(sa{sv}a{sv})', ('dbus-actors:DBusLatecomer', {}, {'requirements': delay, **options})), None, 0, -1, None,
            None)
    one.connection.flush_sync(None)
    wait_for(lambda: one.status()['service']['calls'] == 3, 'the calls')
    start = time.monotonic()
    assert services[0].stop() == (0, '')
    assert time.monotonic() - start < 20, 'it waited'
    wait_for(lambda: not processes_of('DBusLatecomer'), 'the end of the actors that had not started')
    assert two.list(global_name='late') == []
    assert services[1].shut_down() == (0, '')
    for bus, client in zip(buses, (one, two)):
        client.close()
        bus.stop()


def test_shutdown_of_others(folder):
    """Who asks while somebody shuts the system down is told so."""
    bus = Bus(folder)
    service = Service(bus, program)
    service.wait_until_there()
    client, outcomes = Client(bus), []
    sleeper = client.create('DBusSleeper', global_name='sleeper')
    client.create('DBusEcho', global_name='echo')
    process = client.status(sleeper)['process-id']
    client.start_ask(sleeper, number(60000), outcomes.append, timeout=-1)
    wait_for(lambda: client.status()['service']['calls'] == 2, 'the question')
    client.connection.call(NAME, PATH, INTERFACE, 'Shutdown', GLib.Variant('(a{sv})', ({},)), None, 0, -1, None, None)
    wait_for(lambda: client.list(global_name='echo') == [], 'the end of the other actor')
    expect_error(ERROR + 'SystemShutDown', client.ask, 'echo', number(1), words='“echo”')
    os.kill(process, signal.SIGKILL)
    assert service.wait() == (0, '')
    wait_for(lambda: outcomes, 'the outcome')
    assert Gio.DBusError.get_remote_error(outcomes[0]) == ERROR + 'SystemShutDown', outcomes
    client.close()
    bus.stop()


def test_second(folder):
    bus = Bus(folder)
    first = Service(bus, program, '--base', 'mainLoopBase')
    first.wait_until_there()
    second = Service(bus, program, '--base', 'mainLoopBase')
    status, output = second.wait()
    assert status == 1 and NAME in output and len(output.splitlines()) == 1, (status, output)
    assert first.stop() == (0, '')
    bus.stop()


def test_config(folder):
    bus = Bus(folder)
    (folder / 'thespian').mkdir()
    config = folder / 'thespian' / 'dbus-service.conf'
    config.write_text("[Service]\nBase=multithreadBase\nMaxCalls=2\n[Capabilities]\nColour='red'\nWorker Threads=1\n")
    service = Service(bus, program, '--capabilities', "{'Size': <3>}")
    service.wait_until_there()
    client = Client(bus)
    capabilities = client.get('Capabilities')
    assert client.get('SystemBase') == 'multithreadBase', client.get('SystemBase')
    assert capabilities['Colour'] == 'red' and capabilities['Size'] == 3, capabilities
    client.create('DBusMute', global_name='mute')
    outcomes = []
    for i in range(3):
        client.start_ask('mute', number(1), outcomes.append, timeout=1)
    wait_for(lambda: len(outcomes) == 3, 'the outcomes')
    assert ERROR + 'TooManyCalls' in {Gio.DBusError.get_remote_error(outcome) for outcome in outcomes}
    client.close()
    assert service.stop() == (0, '')
    (folder / 'bad-log').write_text('{"version": 1, "handlers": 3}')
    (folder / 'no-log').write_text('none')
    for log in ('bad-log', 'no-log'):
        config.write_text(f'[Service]\nLog={folder}/{log}\n')
        check_refused(bus, 'log definition')
    for content in ('[Service]\nBass=x\n', '[Servce]\n', '[Service]\nMaxCalls=0\n', '[Service]\nMaxCalls=many\n',
                    '[Capabilities]\nColour=red\n', 'nonsense', '[Service]\nLog=/nonexistent/log\n'):
        config.write_text(content)
        check_refused(bus, str(config))
    bus.stop()


def check_refused(bus, words, *arguments):
    status, output = Service(bus, program, *arguments).wait()
    assert status == 2 and words in output and len(output.splitlines()) == 1, (arguments, status, output)


def test_arguments(folder):
    bus = Bus(folder)
    capability = lambda name, value: ['--capabilities', f"{{'{name}': <{value}>}}"]
    for words, arguments in [('--fast', ['--fast']), ('extra', ['extra']),
                             ('--join takes no value', ['--join=5']), ('--system', ['--system', '--session']),
                             ('--max-calls 0', ['--max-calls', '0']), ('--capabilities', ['--capabilities', '{']),
                             ('--bus-patience -1', ['--bus-patience=-1']), ('/nowhere', ['--config', '/nowhere']),
                             ('warpBase', ['--base', 'warpBase']), ('65535', capability('Admin Port', 'uint32 0')),
                             ('Worker Threads', ['-b', 'multithreadBase', *capability('Worker Threads', "'many'")]),
                             ('read-only', capability('Thespian Version', '1'))]:
        check_refused(bus, words, *arguments)
    done = subprocess.run([program, '--help'], stdout=subprocess.PIPE, text=True, timeout=PATIENCE)
    assert done.returncode == 0 and '--exit-with-system' in done.stdout
    bus.stop()


def call_as(user, bus):
    """What a stranger's call of the service gets, and what signals he hears meanwhile."""
    script = f'''
import grp, os, pwd, sys
os.setgroups([]); os.setgid(pwd.getpwnam({user!r}).pw_gid); os.setuid(pwd.getpwnam({user!r}).pw_uid)
from gi.repository import Gio, GLib
bus = Gio.DBusConnection.new_for_address_sync({bus.address!r}, Gio.DBusConnectionFlags(9), None, None)
heard = []
bus.signal_subscribe(None, 'org.thespian.ActorSystem1', None, None, None, 0, lambda *arguments: heard.append(arguments))
try:
    bus.call_sync({NAME!r}, {PATH!r}, {INTERFACE!r}, 'ListActors', GLib.Variant('(a{{sv}})', ({{}},)), None, 0, -1,
                  None)
    print('allowed', flush=True)
except GLib.Error as error:
    print(Gio.DBusError.get_remote_error(error), flush=True)
sys.stdin.readline()
deadline = GLib.get_monotonic_time() + 500000
while GLib.get_monotonic_time() < deadline:
    GLib.MainContext.default().iteration(False)
print(len(heard))
'''
    return subprocess.Popen([sys.executable, '-c', script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_policy(folder):
    """On a system bus root, and who is in the group, may call and listen, and nobody else."""
    if os.getuid() != 0:
        return ' # SKIP only root can be somebody else'
    # The bus wants users that the machine knows.
    strangers, members = 'nobody', 'daemon'
    policy = pathlib.Path(policy_file).read_text()
    inside = re.search(r'<busconfig>(.*)</busconfig>', re.sub(r'group="[^"]*"', f'group="{members}"', policy), re.S)[1]
    everybody = '''<policy context="default"><allow user="*"/><deny own="*"/><deny send_type="method_call"/>
      <allow send_type="signal"/><allow send_requested_reply="true" send_type="method_return"/>
      <allow send_requested_reply="true" send_type="error"/><allow receive_type="method_call"/>
      <allow receive_type="method_return"/><allow receive_type="error"/><allow receive_type="signal"/>
      <allow send_destination="org.freedesktop.DBus"/></policy>'''
    bus = Bus(folder, 'system', everybody + inside)
    service = Service(bus, program)
    service.wait_until_there()
    client = Client(bus)
    stranger, member = call_as(strangers, bus), call_as(members, bus)
    first = [process.stdout.readline().strip() for process in (stranger, member)]
    client.create('DBusEcho', global_name='echo')
    assert client.ask('echo', number(1)).unpack() == 1
    heard = [int(process.communicate('go\n', timeout=PATIENCE)[0]) for process in (stranger, member)]
    assert first[0] == 'org.freedesktop.DBus.Error.AccessDenied' and heard[0] == 0, (first, heard)
    assert first[1] == 'allowed' and heard[1] > 0, (first, heard)
    client.close()
    assert service.stop() == (0, '')
    bus.stop()
    return None


def main():
    names = ['activation', 'bus_back', 'bus_gone', 'system_back_queue', 'system_back_tcp', 'exit_with_system',
             'joining', 'join_only', 'missed', 'busy_actor', 'end_at_creation', 'shutdown_of_others', 'second',
             'config', 'arguments', 'policy']
    return run([(name, in_folder(globals()['test_' + name])) for name in sys.argv[3:] or names])


if __name__ == '__main__':
    sys.exit(main())
