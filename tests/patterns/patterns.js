// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The patterns, as a class written in JavaScript declares them, on each base that runs actors on the caller's
// thread (gjs takes calls on its own thread only).

imports.gi.versions.Thespian = '1.0';
const {GLib, GObject, Thespian} = imports.gi;
const System = imports.system;

const BASES = ['simpleSystemBase', 'mainLoopBase'];
const LONG = 30 * 1000000;

const Crew = GObject.registerClass({
    Properties: {
        label: GObject.ParamSpec.string('label', '', '', GObject.ParamFlags.READWRITE, ''),
    },
}, class Crew extends Thespian.Actor {
    vfunc_receive_message(message, sender) {
        if (message === 'hold')
            this.set_troupe_work_in_progress(true);
        if (typeof message === 'string')
            this.send(sender, `${message} ${this.label} ${this.get_troupe_work_in_progress()}`);
        return true;
    }
});
Crew.set_troupe(4, 1);

const Novice = GObject.registerClass({
    Implements: [Thespian.Initializing],
}, class Novice extends Thespian.Actor {
    vfunc_initialized() {
        const name = this.get_initializing_message('name');

        if (name === 'bad')
            throw new Error('not a good name');
        this.greeting = `${name} ${this.get_initializing_message('size')}`;
        return true;
    }

    vfunc_receive_message(message, sender) {
        if (typeof message === 'string') {
            const knows = this.get_initializing_message_sender('size') === sender;

            this.send(sender, `${this.greeting} ${message} ${knows}`);
        }
        return true;
    }
});
Novice.add_initializing_message('name', GObject.TYPE_STRING, false);
Novice.add_initializing_message('size', GObject.TYPE_INT, true);

const Brief = GObject.registerClass(class Brief extends Thespian.Actor {
    vfunc_receive_message(message, sender) {
        if (typeof message === 'string')
            this.send(sender, message);
        return true;
    }
});
Brief.set_transient_idle(100000);

function assert(condition, what) {
    if (!condition)
        throw new Error(`Not so: ${what}`);
}

function textOf(bytes) {
    return new TextDecoder().decode(bytes.toArray());
}

const TESTS = {
    troupe(system) {
        const label = new GLib.Variant('a{sv}', {label: new GLib.Variant('s', 'red')});
        const crew = system.create_actor(Crew, null, null, label, null);

        assert(system.ask(crew, 'hold', LONG, null) === 'hold red true', 'first');
        assert(system.ask(crew, 'more', LONG, null) === 'more red false', 'second');

        const settings = system.ask(crew, new Thespian.UpdateTroupeSettings({max_count: 9}), LONG, null);
        assert(settings.get_max_count() === 9 && settings.idle_count === 1, 'settings');

        const status = system.ask(crew, 'troupe:status?', LONG, null);
        assert(status.startsWith('troupe: max_count=9 idle_count=1 workers=2 '), status);
    },

    initializing(system) {
        const novice = system.create_actor(Novice, null, null, null, null);

        system.tell(novice, 'Ann', null);
        system.tell(novice, 5, null);
        assert(system.ask(novice, 'now', LONG, null) === 'Ann 5 now true', 'initialised');
    },

    initialized_fails(system) {
        const novice = system.create_actor(Novice, null, null, null, null);

        system.tell(novice, 'bad', null);
        const poison = system.ask(novice, 5, LONG, null);
        assert(poison instanceof Thespian.PoisonMessage, 'poison');
        assert(poison.get_details().includes('not a good name'), poison.get_details());
    },

    transient(system) {
        const brief = system.create_actor(Brief, null, null, null, null);

        assert(system.ask(brief, 'hello', LONG, null) === 'hello', 'hello');
        while (system.ask(brief, new Thespian.StatusRequest(), LONG, null) !== null)
            system.listen(10000, null);
    },

    command(system) {
        const runner = system.create_actor(Thespian.RunCommand, null, null, null, null);
        const command = new Thespian.Command({
            program: 'sh',
            arguments: ['-c', 'cat; echo no >&2; exit 3'],
            input: new GLib.Bytes('yes'),
        });

        assert(system.ask(runner, command, LONG, null).get_pid() > 1, 'started');
        const result = system.listen(LONG, null);
        assert(result instanceof Thespian.CommandResult && result.get_command() === command, 'result');
        assert(textOf(result.get_stdout()) === 'yes', 'stdout');
        assert(textOf(result.stderr) === 'no\n', 'stderr');
        assert(result.get_exit_status() === 3, 'exit status');

        const error = system.ask(runner, Thespian.Command.new('/nonexistent/program', null), LONG, null);
        assert(error.get_failure() === Thespian.CommandFailure.NOT_STARTED, 'not started');
    },
};

let number = 0;
let failed = 0;

print(`1..${Object.keys(TESTS).length * BASES.length}`);
for (const [name, test] of Object.entries(TESTS)) {
    for (const base of BASES) {
        const system = Thespian.ActorSystem.new(base, null, null, Thespian.ActorSystemFlags.TRANSIENT_UNIQUE);

        number++;
        try {
            test(system);
            print(`ok ${number} ${name} ${base}`);
        } catch (error) {
            printerr(`${error}\n${error.stack}`);
            print(`not ok ${number} ${name} ${base}`);
            failed++;
        }
        system.shutdown(null);
    }
}

System.exit(failed > 0 ? 1 : 0);
