// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The rest of the library from JavaScript: all that the other tests do not touch.

const {GLib, GObject} = imports.gi;
imports.searchPath.unshift(GLib.path_get_dirname(imports.system.programPath));
const {LIMIT, Echo, equal, raises, run} = imports.languagesTest;
const {Thespian} = imports.gi;

const bytes = (...content) => new Uint8Array(content);

// Sends one message in each of the forms that C has for it.
const Sender = GObject.registerClass(class Sender extends Thespian.Actor {
    receive_message(message, sender) {
        if (message !== 'go')
            return;
        this.send_boolean(sender, true);
        this.send_int(sender, -3);
        this.send_int64(sender, -(2n ** 60n));
        this.send_uint64(sender, 2n ** 63n);
        this.send_double(sender, 0.5);
        this.send_string(sender, 'sent');
        this.send_variant(sender, new GLib.Variant('(i)', [1]));
        this.send_bytes(sender, new GLib.Bytes(bytes(0, 1)));
        this.send_object(sender, this.get_address());
        this.take_string(sender, 'taken');
        this.take_object(sender, this.get_address());
    }
});

const Knowing = GObject.registerClass(class Knowing extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'know') {
            this.send(sender, [this.dup_parent(), this.get_main_context() !== null, this.is_initialized(),
                this.get_address(), this.has_own_thread()]);
        }
    }
});

const Passing = GObject.registerClass(class Passing extends Echo {
    static initializing_messages = [['size', GObject.TYPE_INT]];
    static initializing_pass_through = true;
});

const Parent = GObject.registerClass(class Parent extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'start') {
            [this.asker, this.child] = [sender, this.create_actor_by_name('languages-module:LanguagesEcho')];
            this.send(this.child, Thespian.ActorExitRequest.new_not_recursive());
        } else if (message instanceof Thespian.ChildActorExited) {
            this.send(this.asker, message.get_child_address() === this.child);
        }
    }
});

const Sleeper = GObject.registerClass(class Sleeper extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'sleep')
            [this.asker, this.id] = [sender, this.wakeup_after(2)];
        else if (message instanceof Thespian.WakeupMessage)
            this.send(this.asker, [message.get_id() === this.id, message.get_delay_period(), message.get_payload()]);
    }
});

const Failing = GObject.registerClass(class Failing extends Thespian.Actor {
    receive_message(message) {
        if (typeof message === 'string')
            throw new Error(message);
    }
});

// Runs the main loop until an asynchronous call has ended.
function waitFor(start, finish) {
    const loop = new GLib.MainLoop(null, false);
    let got;
    start((source, result) => {
        got = result;
        loop.quit();
    });
    loop.run();
    return finish(got);
}

run({
    senders(system) {
        const sender = system.create_actor(Sender);
        equal(system.ask(sender, 'go', LIMIT), true);
        for (const expected of [-3, -(2n ** 60n), 2n ** 63n, 0.5, 'sent', new GLib.Variant('(i)', [1]), bytes(0, 1), sender,
            'taken', sender])
            equal(system.listen(LIMIT), expected);
    },

    knowing(system) {
        const knowing = system.create_actor(Knowing);
        equal(system.ask(knowing, 'know', LIMIT), [system.get_admin_address(), true, true, knowing, false]);
    },

    passThrough(system) {
        const passing = system.create_actor(Passing);
        equal(system.ask(passing, 'before', LIMIT), 'before');
        system.tell(passing, 5);
        equal(system.ask(passing, 6, LIMIT), 6);
    },

    exit(system) {
        equal(system.ask(system.create_actor(Parent), 'start', LIMIT), true);
        equal(Thespian.ActorExitRequest.new().get_recursive(), true);
        equal(Thespian.ActorExitRequest.new_not_recursive().get_recursive(), false);
    },

    wakeup(system) {
        equal(system.ask(system.create_actor(Sleeper), 'sleep', LIMIT), [true, 2000, null]);
    },

    status(system) {
        const failing = system.create_actor(Failing);
        const poisons = [1, 2].map(() => system.ask(failing, 'same', LIMIT));
        equal(poisons[0].equal(poisons[0]), true);
        equal(poisons[0].get_message(), 'same');
        let status = system.ask(failing, Thespian.StatusRequest.new(), LIMIT);
        equal([status.get_class_name().endsWith('Failing'), status.get_address()], [true, failing.to_string()]);
        equal([status.get_messages_received() >= 2, status.get_messages_poisoned(), status.get_messages_failed(),
            status.get_messages_queued(), status.get_messages_sent() >= 0], [true, 2, 4, 0, true]);
        equal('class' in JSON.parse(status.to_json()) && 'class' in status.get_details().deepUnpack(), true);
        status = system.get_status();
        equal(status.get_n_actors() >= 1 && typeof JSON.parse(status.to_json()) === 'object', true);
        equal(status.get_address(), system.get_admin_address().to_string());
        equal(system.is_shared(), false);
        status = system.ask(system.get_admin_address(), Thespian.StatusRequest.new(), LIMIT);
        equal('Thespian Version' in status.dup_capabilities().deepUnpack(), true);
    },

    observing(system) {
        const kinds = Thespian.SystemEventKind;
        const echo = system.create_actor(Echo, {global_name: 'the observed'});
        const observer = system.create_endpoint();
        equal(Thespian.ObserveRequest.new(true).get_observe(), true);
        observer.tell(system.get_admin_address(), Thespian.ObserveRequest.new(true));
        const seen = new Map();
        let event;
        while ((event = observer.listen(LIMIT)).get_kind() !== kinds.CURRENT)
            seen.set(event.get_address(), event.get_details().recursiveUnpack());
        equal(seen.get(echo)['global-name'], 'the observed');
        system.update_capability('Colour', 'green');
        event = observer.listen(LIMIT);
        equal([event.get_kind(), event.get_address()], [kinds.CAPABILITIES_CHANGED, null]);
        equal(event.get_details().recursiveUnpack().capabilities.Colour, 'green');
        observer.tell(system.get_admin_address(), Thespian.ObserveRequest.new(false));
        equal(Thespian.ObserveRequest.new_log().get_log(), true);
        observer.tell(system.get_admin_address(), Thespian.ObserveRequest.new_log());
        equal(observer.listen(LIMIT).get_kind(), kinds.CURRENT);
        observer.close();
    },

    address(system) {
        const echo = system.create_actor(Echo);
        equal(echo.to_string().includes('Echo'), true);
        equal(Thespian.Address.from_variant(echo.to_variant()) === echo, true);
        equal(Thespian.Address.from_token(echo.to_token()) === echo, true);
        equal([echo.equal(echo), echo.equal(system.get_address()), echo.hash() === echo.hash()], [true, false, true]);
        raises('', () => Thespian.Address.from_variant(new GLib.Variant('i', 1)));
    },

    async(system) {
        const echo = waitFor(done => system.create_actor_by_name_async('languages-module:LanguagesEcho', {}, null, done),
            result => system.create_actor_finish(result));
        const endpoint = system.create_endpoint();
        for (const outside of [system, endpoint]) {
            waitFor(done => outside.tell_async(echo, [1], null, done), result => outside.tell_finish(result));
            equal(waitFor(done => outside.listen_async(LIMIT, null, done), result => outside.listen_finish(result)), [1]);
            equal(waitFor(done => outside.ask_async(echo, {}, LIMIT, null, done), result => outside.ask_finish(result)), {});
        }
        equal(endpoint.get_address() === system.get_address(), false);
        endpoint.close();
        equal(waitFor(done => system.shutdown_async(null, done), result => system.shutdown_finish(result)), true);
    },

    byName(system) {
        equal(system.ask(system.create_actor_by_name('languages-module:LanguagesEcho'), 1, LIMIT), 1);
    },

    errors(system) {
        const error = raises('', () => system.create_actor(Thespian.Actor));
        equal(error.matches(Thespian.error_quark(), Thespian.Error.INVALID_ACTOR_SPECIFICATION), true);
        equal(Thespian.Error.quark(), Thespian.error_quark());
        equal([Thespian.error_is_system_failure(error), Thespian.Error.is_system_failure(error)], [false, false]);
        raises('noSuchBase', () => Thespian.ActorSystem.new('noSuchBase', null, null,
            Thespian.ActorSystemFlags.TRANSIENT_UNIQUE));
    },

    onceVersion() {
        equal(Thespian.get_major_version() > 0 || Thespian.get_minor_version() > 0 || Thespian.get_micro_version() > 0, true);
    },

    onceOpaque() {
        const opaque = Thespian.Opaque.new('text/plain', new GLib.Bytes(bytes(7)));
        equal([opaque.get_media_type(), opaque.get_data().toArray()], ['text/plain', bytes(7)]);
        equal([opaque.equal(opaque), opaque.equal(new Thespian.Opaque())], [true, false]);
    },

    command(system) {
        const runner = system.create_actor(Thespian.RunCommand);
        const script = ['-c', 'echo out; cat >&2'];
        const command = Thespian.Command.new_full('sh', script, new GLib.Bytes(bytes(65)), -1, 1000, 1000, true);
        equal([command.get_program(), command.get_arguments(), command.get_input().toArray()], ['sh', script, bytes(65)]);
        equal([command.get_timeout(), command.get_head_limit(), command.get_tail_limit(), command.get_streaming()],
            [-1, 1000, 1000, true]);
        equal(command.get_id().length > 0, true);
        const outputs = [];
        let message = system.ask(runner, command, LIMIT);
        for (; !(message instanceof Thespian.CommandResult); message = system.listen(LIMIT)) {
            if (message instanceof Thespian.CommandOutput)
                outputs[message.get_channel()] = message.get_data().toArray();
        }
        equal(outputs[Thespian.CommandChannel.STDERR], bytes(65));
        equal([message.get_stdout_dropped(), message.get_stderr_dropped(), message.get_term_signal()], [0, 0, 0]);
        const endless = Thespian.Command.new('sleep', ['1000']);
        const abort = Thespian.CommandAbort.new(endless);
        equal(abort.get_command() === endless, true);
        system.tell(runner, endless);
        equal(system.listen(LIMIT) instanceof Thespian.CommandStarted, true);
        const error = system.ask(runner, abort, LIMIT);
        equal([error instanceof Thespian.CommandError, error.get_failure()], [true, Thespian.CommandFailure.ABORTED]);
        equal(error.get_result() === null || error.get_result().get_term_signal() > 0, true);
    },
});
