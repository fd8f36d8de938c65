// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Actors written in JavaScript by the typelib alone: what goes in comes out, on each base that runs actors on
// the caller's thread (gjs takes calls on its own thread only).

imports.gi.versions.Thespian = '1.0';
const {GLib, GObject, Thespian} = imports.gi;
const System = imports.system;

const BASES = ['simpleSystemBase', 'mainLoopBase'];
const LONG = 30 * 1000000;

const Echo = GObject.registerClass(class Echo extends Thespian.Actor {
    vfunc_receive_message(message, sender) {
        if (!(message instanceof Thespian.SystemMessage))
            this.send(sender, message);
        return true;
    }
});

const Greeter = GObject.registerClass({
    Properties: {
        greeting: GObject.ParamSpec.string('greeting', '', '', GObject.ParamFlags.READWRITE, 'Hello'),
    },
}, class Greeter extends Thespian.Actor {
    vfunc_started() {
        this.greeted = 0;
        return true;
    }

    vfunc_receive_message(message, sender) {
        if (typeof message === 'string') {
            this.greeted++;
            this.send(sender, `${this.greeting}, ${message} (${this.greeted})`);
        }
        return true;
    }
});

const Failing = GObject.registerClass(class Failing extends Thespian.Actor {
    vfunc_receive_message(message, sender) {
        if (message === 'exception')
            throw new Error('it was the exception');
        if (message === 'nothing')
            return undefined;
        if (typeof message === 'number')
            this.send(sender, message + 1);
        return true;
    }
});

const Unset = GObject.registerClass(class Unset extends Thespian.Actor {
    vfunc_started() {
        throw new Error('no set-up today');
    }
});

const Parent = GObject.registerClass(class Parent extends Thespian.Actor {
    vfunc_receive_message(message, sender) {
        if (message === 'go') {
            this.asker = sender;
            this.child = this.create_actor(Echo.$gtype, null, null, null);
            this.send(this.child, Thespian.ActorExitRequest.new());
        } else if (message instanceof Thespian.ChildActorExited) {
            this.send(this.asker, message.get_child_address() === this.child);
        }
        return true;
    }
});

function withSystem(base, body) {
    const system = Thespian.ActorSystem.new(base, null, null, Thespian.ActorSystemFlags.TRANSIENT_UNIQUE);
    try {
        body(system);
    } finally {
        system.shutdown(null);
    }
}

function create(system, actor, properties = null) {
    return system.create_actor(actor.$gtype, null, null, properties, null);
}

function equal(got, expected) {
    if (got !== expected)
        throw new Error(`got ${got}, expected ${expected}`);
}

function throws(body, text) {
    try {
        body();
    } catch (error) {
        if (!error.message.includes(text))
            throw new Error(`threw ${error.message}, expected ${text}`);
        return error;
    }
    throw new Error(`did not throw ${text}`);
}

const tests = {
    scalars(system) {
        const echo = create(system, Echo);
        for (const value of ['', 'grüße', 0, 42, -7, 2 ** 31 - 1, true, false, 0.5])
            equal(system.ask(echo, value, LONG, null), value);
    },

    variant(system) {
        const reply = system.ask(create(system, Echo), new GLib.Variant('(is)', [1, 'one']), LONG, null);
        equal(reply.deepUnpack().join(), '1,one');
    },

    object(system) {
        const object = new GObject.Object();
        equal(system.ask(create(system, Echo), object, LONG, null), object);
    },

    stateAndProperties(system) {
        const properties = new GLib.Variant('a{sv}', {greeting: new GLib.Variant('s', 'Hej')});
        const greeter = create(system, Greeter, properties);
        equal(system.ask(greeter, 'world', LONG, null), 'Hej, world (1)');
        equal(system.ask(greeter, 'you', LONG, null), 'Hej, you (2)');
    },

    poison(system) {
        const failing = create(system, Failing);
        for (const [kind, text] of [['exception', 'it was the exception'], ['nothing', '']]) {
            const poison = system.ask(failing, kind, LONG, null);
            equal(poison instanceof Thespian.PoisonMessage, true);
            equal(poison.get_message(), kind);
            equal(poison.get_details().length > 0 && poison.get_details().includes(text), true);
        }
        equal(system.ask(failing, 41, LONG, null), 42);
    },

    failedSetUp(system) {
        throws(() => create(system, Unset), 'no set-up today');
    },

    children(system) {
        equal(system.ask(create(system, Parent), 'go', LONG, null), true);
    },

    addresses(system) {
        const [one, other] = [create(system, Echo), create(system, Echo)];
        const names = new Map([[one, 'one'], [other, 'other']]);
        equal(names.get(system.ask(one, one, LONG, null)), 'one');
        equal(Thespian.Address.from_token(other.to_token()), other);
        const error = throws(() => Thespian.Address.from_token('rubbish'), '');
        equal(error.matches(Thespian.error_quark(), Thespian.Error.INVALID_ACTOR_ADDRESS), true);
    },

    noAnswer(system) {
        equal(system.listen(0, null), null);
    },

    joinOnly(system) {
        const error = throws(() => Thespian.ActorSystem.new(system.get_base_name(), null, null,
            Thespian.ActorSystemFlags.JOIN_ONLY), 'cannot be joined');
        equal(error.matches(Thespian.error_quark(), Thespian.Error.INVALID_ARGUMENT), true);
    },
};

const cases = Object.keys(tests).flatMap(name => BASES.map(base => [name, base]));
let failed = 0;

print(`1..${cases.length}`);
cases.forEach(([name, base], index) => {
    try {
        withSystem(base, tests[name]);
        print(`ok ${index + 1} ${name}/${base}`);
    } catch (error) {
        failed++;
        printerr(error.message, error.stack);
        print(`not ok ${index + 1} ${name}/${base}`);
    }
});
System.exit(failed ? 1 : 0);
