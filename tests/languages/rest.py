#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rest of the library from Python: all that the other tests do not touch."""

import asyncio
import json

from languages_test import LIMIT, Echo, details, equal, raises, run

from gi.repository import GLib, GObject, Thespian

V = GLib.Variant


class Sender(Thespian.Actor):
    """Sends one message in each of the forms that C has for it."""

    def receive_message(self, message, sender):
        if message != 'go':
            return
        self.send_boolean(sender, True)
        self.send_int(sender, -3)
        self.send_int64(sender, -2**60)
        self.send_uint64(sender, 2**63)
        self.send_double(sender, 0.5)
        self.send_string(sender, 'sent')
        self.send_variant(sender, V('(i)', (1,)))
        self.send_bytes(sender, GLib.Bytes.new(b'\0x'))
        self.send_object(sender, self.get_address())
        self.take_string(sender, 'taken')
        self.take_object(sender, self.get_address())


def test_senders(system):
    sender = system.create_actor(Sender)
    equal(system.ask(sender, 'go', LIMIT), True)
    for expected in -3, -2**60, 2**63, 0.5, 'sent', V('(i)', (1,)), b'\0x', sender, 'taken', sender:
        equal(system.listen(LIMIT), expected)


class Knowing(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'know':
            self.send(sender, {'parent': self.dup_parent(), 'context': self.get_main_context() is not None,
                               'initialized': self.is_initialized(), 'address': self.get_address(),
                               'thread': self.has_own_thread()})


def test_knowing(system):
    knowing = system.create_actor(Knowing)
    equal(system.ask(knowing, 'know', LIMIT), {'parent': system.get_admin_address(), 'context': True,
                                               'initialized': True, 'address': knowing, 'thread': False})


@Thespian.initializing_messages(('size', int), pass_through=True)
class Passing(Echo):
    pass


def test_pass_through(system):
    passing = system.create_actor(Passing)
    equal(system.ask(passing, 'before', LIMIT), 'before')
    system.tell(passing, 5)
    equal(system.ask(passing, 6, LIMIT), 6)


class Parent(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'start':
            self.asker, self.child = sender, self.create_actor_by_name('languages-module:LanguagesEcho')
            self.send(self.child, Thespian.ActorExitRequest.new_not_recursive())
        elif isinstance(message, Thespian.ChildActorExited):
            self.send(self.asker, message.child_address is self.child)


def test_exit(system):
    equal(system.ask(system.create_actor(Parent), 'start', LIMIT), True)
    assert Thespian.ActorExitRequest.new().get_recursive()
    assert not Thespian.ActorExitRequest.new_not_recursive().get_recursive()


class Sleeper(Thespian.Actor):
    def receive_message(self, message, sender):
        if message == 'sleep':
            self.asker, self.id = sender, self.wakeup_after(0.002)
        elif isinstance(message, Thespian.WakeupMessage):
            self.send(self.asker, (message.get_id() == self.id, message.get_delay_period(), message.get_payload()))


def test_wakeup(system):
    equal(system.ask(system.create_actor(Sleeper), 'sleep', LIMIT), (True, 2000, None))


class Waiting(Thespian.Actor):
    """Waits for timers, threads and a socket, and handles messages meanwhile."""

    def receive_message(self, message, sender):
        if message == 'start':
            self.done = []
            self.task = self.create_task(self.work(sender))
        elif message == 'done?':
            self.send(sender, list(self.done))

    async def work(self, sender):
        await asyncio.sleep(0.02)
        self.done.append('slept')
        self.done.append(await asyncio.get_running_loop().run_in_executor(None, lambda: 'threaded'))
        server = await asyncio.start_server(self.serve, '127.0.0.1', 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b'shout\n')
        self.done.append((await reader.readline()).decode().strip())
        writer.close()
        server.close()
        self.send(sender, self.done)
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            self.send(sender, 'cancelled')
            raise

    async def serve(self, reader, writer):
        writer.write((await reader.readline()).upper())
        writer.close()


def test_asyncio(system):
    actor = system.create_actor(Waiting)
    system.tell(actor, 'start')
    equal(system.ask(actor, 'done?', LIMIT), [])
    equal(system.listen(LIMIT), ['slept', 'threaded', 'SHOUT'])
    system.tell(actor, Thespian.ActorExitRequest.new())
    equal(system.listen(LIMIT), 'cancelled')


class Patient(Thespian.Actor):
    """Waits in its handler for a timer."""

    async def started(self):
        await asyncio.sleep(0.01)
        self.has_started = True

    async def receive_message(self, message, sender):
        if message == 'sleep':
            await asyncio.sleep(0.1)
            self.send(sender, 'slept')
        elif message == 'fail':
            await asyncio.sleep(0.01)
            raise ValueError('not today')
        elif message == 'nonsense':
            return await asyncio.sleep(0.01, 'nonsense')
        elif isinstance(message, str):
            self.send(sender, [message, self.has_started])


class PatientDispatcher(Thespian.TypeDispatcher):
    async def receive_bool(self, message, sender):
        await asyncio.sleep(0.01)
        return Thespian.SUPER

    async def receive_int(self, message, sender):
        self.send(sender, f'int {message}')


def test_coroutine(system):
    """One message after the other, whatever it waits for; exceptions are poison."""
    patient, other = system.create_actor(Patient), system.create_actor(Patient)
    for message in 'sleep', 'first', 'sleep', 'second':
        system.tell(patient, message)
    equal([system.listen(LIMIT) for _ in range(4)], ['slept', ['first', True], 'slept', ['second', True]])
    for message, words in ('fail', 'ValueError: not today'), ('nonsense', "returned 'nonsense'"):
        poison = system.ask(patient, message, LIMIT)
        assert isinstance(poison, Thespian.PoisonMessage) and words in poison.details, poison.details
    system.tell(patient, 'sleep')
    system.tell(other, 'meanwhile')
    got = [system.listen(LIMIT) for _ in range(2)]
    assert 'slept' in got and ['meanwhile', True] in got, got
    equal(system.ask(system.create_actor(PatientDispatcher), True, LIMIT), 'int True')


class Asking(Thespian.Actor):
    """Asks in its handler, in a task of that, or in one that outlives it."""

    async def receive_message(self, message, sender):
        if not isinstance(message, list):
            return
        how, target = message
        if how == 'handler':
            self.send(sender, await self.ask(target, 'question', LIMIT))
        elif how == 'gathered':
            await asyncio.gather(self.ask_for(target, sender))
        elif how == 'task':
            self.create_task(self.ask_for(target, sender))

    async def ask_for(self, target, asker):
        self.send(asker, await self.ask(target, 'question', LIMIT))


def test_ask(system):
    """Where the one that is asked might never have its turn there is an error at once."""
    asking, echo = system.create_actor(Asking), system.create_actor(Echo)
    for how in 'handler', 'gathered':
        poison = system.ask(asking, [how, echo], LIMIT)
        assert 'where actors share a thread' in details(poison) and 'Own Thread' in details(poison), poison
    equal(system.ask(asking, ['task', echo], LIMIT), 'question')
    alone = system.create_actor(Asking, {'Own Thread': True})
    answer = system.ask(alone, ['handler', echo], LIMIT)
    if system.get_base_name() == 'multithreadBase':
        equal(answer, 'question')
    else:
        assert 'where actors share a thread' in details(answer), answer


class Delegating(Thespian.TypeDispatcher):
    """Its handler waits for another one, which is called as if it were no coroutine."""

    async def receive_message(self, message, sender):
        return super().receive_message(message, sender)

    async def receive_str(self, message, sender):
        pass


def test_coroutine_inside(system):
    poison = system.ask(system.create_actor(Delegating), 'x', LIMIT)
    assert 'a loop of asyncio runs already' in details(poison), poison.details


def class_called(name, module=__name__):
    return type(name, (Echo,), {'__module__': module})


def test_class_names(system):
    """Whatever Python takes; namesakes are numbered as PyGObject does it."""
    names = [('Zähler', __name__), ('Zähler', __name__), ('Zühler', __name__), ('日本', __name__), ('𠀀', __name__),
             ('Zähler', 'ünï.module'), ('two words', '1'), ('Plain', __name__), ('Plain', __name__)]
    classes = [class_called(name, module) for name, module in names]
    equal(len({cls.__gtype__.name for cls in classes}), len(names))
    for cls in classes:
        equal(system.ask(system.create_actor(cls), 1, LIMIT), 1)


def test_once_class_names():
    for name, expected in ('Größe', f'{__name__}+Gr-u00f6u00df-e'), ('Grösse', f'{__name__}+Gr-u00f6-sse'):
        equal(class_called(name).__gtype__.name, expected)
    equal(type('Ö', (Echo,), {'__gtype_name__': 'TestChosen'}).__gtype__.name, 'TestChosen')


class Failing(Thespian.Actor):
    def receive_message(self, message, sender):
        if isinstance(message, str):
            raise ValueError(message)


def test_status(system):
    failing = system.create_actor(Failing)
    poisons = [system.ask(failing, 'same', LIMIT) for _ in range(2)]
    assert poisons[0].equal(poisons[1])
    status = system.ask(failing, Thespian.StatusRequest.new(), LIMIT)
    assert status.get_class_name().endswith('Failing'), status.get_class_name()
    equal(status.get_address(), failing.to_string())
    assert status.get_messages_received() >= 2 and status.get_messages_poisoned() == 2
    assert status.get_messages_failed() == 4 and status.get_messages_queued() == 0
    assert status.get_messages_sent() >= 0
    assert 'class' in json.loads(status.to_json()) and 'class' in status.get_details().unpack()
    status = system.get_status()
    assert status.get_n_actors() >= 1 and isinstance(json.loads(status.to_json()), dict)
    equal(status.get_address(), system.get_admin_address().to_string())
    equal(system.is_shared(), False)
    assert system.ask(system.get_admin_address(), Thespian.StatusRequest.new(), LIMIT).get_n_actors() >= 1
    assert 'Thespian Version' in status.dup_capabilities().unpack()


def test_observing(system):
    kinds = Thespian.SystemEventKind
    echo = system.create_actor(Echo, None, 'the observed')
    observer = system.create_endpoint()
    assert Thespian.ObserveRequest.new(True).get_observe()
    observer.tell(system.get_admin_address(), Thespian.ObserveRequest.new(True))
    seen = {}
    while (event := observer.listen(LIMIT)).get_kind() != kinds.CURRENT:
        seen[event.get_address()] = event.get_details().unpack()
    equal(seen[echo]['global-name'], 'the observed')
    system.update_capability('Colour', 'green')
    event = observer.listen(LIMIT)
    equal((event.get_kind(), event.get_address()), (kinds.CAPABILITIES_CHANGED, None))
    equal(event.get_details().unpack()['capabilities']['Colour'], 'green')
    observer.tell(system.get_admin_address(), Thespian.ObserveRequest.new(False))
    assert Thespian.ObserveRequest.new_log().get_log()
    observer.tell(system.get_admin_address(), Thespian.ObserveRequest.new_log())
    equal(observer.listen(LIMIT).get_kind(), kinds.CURRENT)
    observer.close()


def test_address(system):
    echo = system.create_actor(Echo)
    assert 'Echo' in echo.to_string(), echo.to_string()
    assert Thespian.Address.from_variant(echo.to_variant()) is echo
    assert Thespian.Address.from_token(echo.to_token()) is echo
    assert echo.equal(echo) and not echo.equal(system.get_address()) and echo.hash() == echo.hash()
    raises(GLib.Error, '', Thespian.Address.from_variant, V('i', 1))


def wait_for(start, finish):
    """Runs the main loop until an asynchronous call has ended."""
    loop, results = GLib.MainLoop(), []

    def done(source, result):
        results.append(result)
        loop.quit()

    start(done)
    loop.run()
    return finish(results[0])


def test_async(system):
    echo = wait_for(lambda done: system.create_actor_by_name_async('languages-module:LanguagesEcho', callback=done),
                    system.create_actor_finish)
    with system.create_endpoint() as endpoint:
        for outside in system, endpoint:
            wait_for(lambda done: outside.tell_async(echo, [1], None, done), outside.tell_finish)
            equal(wait_for(lambda done: outside.listen_async(LIMIT, None, done), outside.listen_finish), [1])
            equal(wait_for(lambda done: outside.ask_async(echo, {}, LIMIT, None, done), outside.ask_finish), {})
        assert endpoint.get_address() is not system.get_address()
        endpoint.close()
    assert wait_for(lambda done: system.shutdown_async(None, done), system.shutdown_finish)


def test_by_name(system):
    equal(system.ask(system.create_actor_by_name('languages-module:LanguagesEcho'), 1, LIMIT), 1)


def test_once_errors():
    with Thespian.ActorSystem('mainLoopBase', transient_unique=True) as system:
        error = raises(GLib.Error, '', system.create_actor, Thespian.Actor)
    assert error.matches(Thespian.error_quark(), Thespian.Error.INVALID_ACTOR_SPECIFICATION), error
    assert Thespian.Error.quark() == Thespian.error_quark()
    assert not Thespian.error_is_system_failure(error) and not Thespian.Error.is_system_failure(error)
    raises(GLib.Error, 'noSuchBase', Thespian.ActorSystem, 'noSuchBase', transient_unique=True)
    raises(TypeError, '1 is no name', Thespian.ActorSystem, 'mainLoopBase', {1: 2})
    raises(TypeError, '5 is no dict', Thespian.ActorSystem, 'mainLoopBase', 5)
    raises(GLib.Error, 'multiprocQueueBase', Thespian.ActorSystem, 'multiprocQueueBase', join_only=True)


def test_once_version():
    version = Thespian.get_major_version(), Thespian.get_minor_version(), Thespian.get_micro_version()
    assert version >= (0, 1, 0), version


def test_once_opaque():
    opaque = Thespian.Opaque.new('text/plain', GLib.Bytes.new(b'x'))
    equal((opaque.get_media_type(), opaque.get_data().get_data()), ('text/plain', b'x'))
    assert opaque.equal(Thespian.Opaque(media_type='text/plain', data=GLib.Bytes.new(b'x')))
    assert not opaque.equal(Thespian.Opaque())


def test_command(system):
    runner = system.create_actor(Thespian.RunCommand)
    command = Thespian.Command.new_full('sh', ['-c', 'echo out; cat >&2'], GLib.Bytes.new(b'in'), -1, 1000, 1000, True)
    equal((command.get_program(), list(command.get_arguments()), command.get_input().get_data()),
          ('sh', ['-c', 'echo out; cat >&2'], b'in'))
    equal((command.get_timeout(), command.get_head_limit(), command.get_tail_limit(), command.get_streaming()),
          (-1, 1000, 1000, True))
    assert command.get_id()
    message = system.ask(runner, command, LIMIT)
    outputs = {}
    while not isinstance(message, Thespian.CommandResult):
        if isinstance(message, Thespian.CommandOutput):
            outputs[message.get_channel()] = message.get_data().get_data()
        message = system.listen(LIMIT)
    equal(outputs, {Thespian.CommandChannel.STDOUT: b'out\n', Thespian.CommandChannel.STDERR: b'in'})
    equal((message.get_stdout_dropped(), message.get_stderr_dropped(), message.get_term_signal()), (0, 0, 0))
    endless = Thespian.Command.new('sleep', ['1000'])
    abort = Thespian.CommandAbort.new(endless)
    assert abort.get_command() is endless
    system.tell(runner, endless)
    assert isinstance(system.listen(LIMIT), Thespian.CommandStarted)
    error = system.ask(runner, abort, LIMIT)
    assert isinstance(error, Thespian.CommandError) and error.get_failure() == Thespian.CommandFailure.ABORTED, error
    assert error.get_result() is None or error.get_result().get_term_signal() > 0


if __name__ == '__main__':
    run(globals())
