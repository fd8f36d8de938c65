// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Actors in JavaScript: what they can do, and what comes of each mistake that one can make.

const {Gio, GLib, GObject} = imports.gi;
const folder = GLib.path_get_dirname(imports.system.programPath);
imports.searchPath.unshift(folder);
const {LIMIT, Echo, equal, raises, run} = imports.languagesTest;
const {Thespian} = imports.gi;

function contains(text, part) {
    if (!text.includes(part))
        throw new Error(`“${text}” does not say “${part}”`);
}

const Failing = GObject.registerClass(class Failing extends Thespian.Actor {
    receive_message(message, sender) {
        switch (message) {
        case 'throw':
            this.fail_here();
            break;
        case 'text':
            throw 'a mere text'; // eslint-disable-line no-throw-literal
        case 'error':
            throw new GLib.Error(Gio.IOErrorEnum, Gio.IOErrorEnum.FAILED, 'it was the error');
        case 'number':
            return 5;
        case 'false':
            return false;
        case 'promise':
            return Promise.resolve();
        case 'unsendable':
            this.send(sender, () => 1);
            break;
        case 'to nobody':
            this.send(null, 1);
            break;
        case 'true':
            this.send(sender, 'fine');
            return true;
        }
        return undefined;
    }

    fail_here() {
        throw new TypeError('it was the exception');
    }
});

const BrokenConstructor = GObject.registerClass(class BrokenConstructor extends Thespian.Actor {
    constructor(properties) {
        super(properties);
        throw new Error('no constructor today');
    }
});

const BrokenInit = GObject.registerClass(class BrokenInit extends Thespian.Actor {
    _init() {
        throw new Error('not even a beginning');
    }
});

const BrokenStart = GObject.registerClass(class BrokenStart extends Thespian.Actor {
    started() {
        throw new Error('no start today');
    }
});

const PromisedStart = GObject.registerClass(class PromisedStart extends Thespian.Actor {
    async started() {
    }
});

const Parent = GObject.registerClass(class Parent extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'go') {
            this.asker = sender;
            this.child = this.create_actor(BrokenStart);
        } else if (message instanceof Thespian.ChildActorExited) {
            this.send(this.asker, [message.details, message.child_address === this.child]);
        }
    }
});

const Described = GObject.registerClass({
    Properties: {
        size: GObject.ParamSpec.int('size', '', '', GObject.ParamFlags.READWRITE | GObject.ParamFlags.CONSTRUCT, 0, 99, 1),
        label: GObject.ParamSpec.string('label', '', '', GObject.ParamFlags.READWRITE, ''),
    },
}, class Described extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'tell') {
            this.send(sender, [this.size, this.label, this.get_requirements(), this.get_global_name(),
                this.dup_capabilities().Colour]);
        }
    }
});

const Green = GObject.registerClass(class Green extends Echo {
    static required_capabilities = {Colour: 'green', Shape: null};
});

const Choosy = GObject.registerClass(class Choosy extends Echo {
    check_capabilities(capabilities, requirements) {
        return (capabilities.Size ?? 0) >= (requirements.least ?? 0);
    }
});

const Base = GObject.registerClass(class Base extends GObject.Object {});
const Derived = GObject.registerClass(class Derived extends Base {});

const Dispatching = GObject.registerClass(class Dispatching extends Thespian.TypeDispatcher {
    started() {
        this.add_handler(Thespian.Tuple, (message, sender) => this.send(sender, 'added'));
    }

    receive_String(message, sender) {
        this.send(sender, 'String');
    }

    receive_Number(message, sender) {
        if (message < 0)
            return Thespian.SUPER;
        return this.send(sender, 'Number');
    }

    receive_null(message, sender) {
        this.send(sender, 'null');
    }

    receive_Map() {
        throw new Error('no map');
    }

    receive_Base(message, sender) {
        this.send(sender, 'Base');
    }

    receive_SystemMessage() {
    }

    receive_Object(message, sender) {
        if (Array.isArray(message))
            return Thespian.SUPER;
        return this.send(sender, `Object ${message.constructor.name}`);
    }

    receive_unrecognized(message, sender) {
        this.send(sender, 'unrecognized');
    }
});

const MoreDispatching = GObject.registerClass(class MoreDispatching extends Dispatching {
    receive_String(message, sender) {
        super.receive_String(message.toUpperCase(), sender);
    }
});

const Waker = GObject.registerClass(class Waker extends Thespian.Actor {
    receive_message(message, sender) {
        if (message instanceof Thespian.WakeupMessage) {
            this.send(this.asker, message.payload);
        } else if (message === 'watch') {
            this.asker = sender;
            this.file = Gio.File.new_for_path('/dev/null').read(null);
            return new Thespian.Watch(0);
        } else if (message instanceof Thespian.WatchMessage) {
            this.send(this.asker, message.get_ready().length === 1);
        } else if (message !== null && typeof message === 'object' && !(message instanceof GObject.Object)) {
            this.asker = sender;
            equal(this.cancel_wakeup(this.wakeup_after(10, 'cancelled')), true);
            this.wakeup_after(20, message);
            this.wakeup_after(1);
        }
        return undefined;
    }
});

const Crew = GObject.registerClass(class Crew extends Thespian.Actor {
    static troupe = {max_count: 3, idle_count: 1};

    receive_message(message, sender) {
        if (typeof message === 'number')
            this.send(sender, message * 2);
    }
});

const Novice = GObject.registerClass({
    Implements: [Thespian.Initializing],
}, class Novice extends Thespian.Actor {
    static initializing_messages = [['name', String], ['settings', Object, true]];

    initialized() {
        if (this.get_initializing_message('name') === 'bad')
            throw new Error('not a good name');
        this.greeting = [this.get_initializing_message('name'), this.get_initializing_message('settings')];
    }

    receive_message(message, sender) {
        if (message === 'greet')
            this.send(sender, this.greeting);
    }
});

const Brief = GObject.registerClass(class Brief extends Echo {
    static transient_idle = 50;
});

const Briefer = GObject.registerClass(class Briefer extends Echo {
    static transient = 50;
    static ignored_messages = [Thespian.ChildActorExited];
});

const Undertaker = GObject.registerClass(class Undertaker extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'start') {
            this.handle_dead_letters(true);
            this.asker = sender;
            this.dead = this.create_actor(Echo);
            this.send(this.dead, Thespian.ActorExitRequest.new());
        } else if (message instanceof Thespian.ChildActorExited) {
            this.send(this.dead, 2n ** 60n);
        } else if (message instanceof Thespian.DeadEnvelope) {
            this.send(this.asker, [message.message, message.address === this.dead]);
        }
    }
});

const Asking = GObject.registerClass(class Asking extends Thespian.Actor {
    receive_message(message, sender) {
        if (Array.isArray(message)) {
            this.ask_async(this.create_actor(Echo), message, LIMIT, null,
                (source, result) => this.send(sender, this.ask_finish(result)));
        }
    }
});

const Logging = GObject.registerClass(class Logging extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'log') {
            this.console.info('information', 5);
            this.console.debug('detail');
            this.send(sender, 'logged');
        }
    }
});

run({
    failures(system) {
        const failing = system.create_actor(Failing);
        for (const [message, ...parts] of [['throw', 'TypeError: it was the exception', 'fail_here@'],
            ['text', 'a mere text'], ['error', 'it was the error'], ['number', 'receive_message() returned 5'],
            ['false', 'returned false'], ['promise', 'cannot be async'], ['unsendable', 'cannot be a message'],
            ['to nobody', 'null']]) {
            const poison = system.ask(failing, message, LIMIT);
            equal(poison instanceof Thespian.PoisonMessage, true);
            parts.forEach(part => contains(poison.details, part));
            equal(poison.message, message);
        }
        equal(system.ask(failing, 'true', LIMIT), 'fine');
    },

    creationThatFails(system) {
        for (const [klass, text] of [[BrokenConstructor, 'no constructor today'], [BrokenInit, 'not even a beginning'],
            [BrokenStart, 'no start today'], [PromisedStart, 'cannot be async'], [Gio.Cancellable, 'is no actor'],
            [GObject.TYPE_INT, 'is no actor'], [Thespian.Actor, 'is abstract'], ['NoModule:NoClass', 'NoModule'],
            [5, ''], [null, ''], [{}, '']])
            raises(text, () => system.create_actor(klass));
        const [text, isChild] = system.ask(system.create_actor(Parent), 'go', LIMIT);
        contains(text, 'no start today');
        equal(isChild, true);
    },

    byHand(system) {
        const hand = new Failing();
        const echo = system.create_actor(Echo);
        for (const call of [() => hand.send(echo, 1), () => hand.create_actor(Echo), () => hand.wakeup_after(1),
            () => hand.watch([0]), () => hand.log(GLib.LogLevelFlags.LEVEL_INFO, 'x'), () => hand.shutdown_system(),
            () => hand.handle_dead_letters(true), () => hand.update_capability('x', 1), () => hand.send_string(echo, 'x'),
            () => hand.cancel_wakeup(1), () => hand.console.warn('x')])
            raises('lives in no actor system', call);
        raises('no constructor today', () => new BrokenConstructor());
    },

    wrongArguments(system) {
        const echo = system.create_actor(Echo);
        raises('', () => system.tell('nobody', 1));
        raises('', () => system.ask(null, 1, 1));
        raises('no-such', () => system.create_actor(Echo, {properties: {'no-such': 5}}));
        equal(system.ask(echo, 1, LIMIT), 1);
    },

    onceOtherThreads() {
        const system = Thespian.ActorSystem.new('multithreadBase', null, null,
            Thespian.ActorSystemFlags.TRANSIENT_UNIQUE);
        contains(raises('', () => system.create_actor(Echo)).message, 'JavaScript, which runs on one thread only');
        equal(system.ask(system.create_actor('languages-module:LanguagesEcho'), [1], LIMIT), [1]);
        system.shutdown();
    },

    creation(system) {
        system.update_capability('Colour', 'blue');
        equal(system.dup_capabilities().Colour, 'blue');
        const options = {requirements: {Spread: true}, global_name: 'the one', properties: {size: 5, label: 'five'}};
        const actor = system.create_actor(Described, options);
        equal(system.ask(actor, 'tell', LIMIT), [5, 'five', {Spread: true}, 'the one', 'blue']);
        equal(new Map([[actor, 1]]).get(system.create_actor(Described, {global_name: 'the one'})), 1);
    },

    capabilities(system) {
        if (system.get_base_name() === 'simpleSystemBase')
            return; // which checks none
        raises('Colour', () => system.create_actor(Green));
        raises('check_capabilities', () => system.create_actor(Choosy, {requirements: {least: 5}}));
        for (const [name, value] of [['Colour', 'green'], ['Shape', true], ['Size', 5]])
            system.update_capability(name, value);
        equal(system.ask(system.create_actor(Green), 1, LIMIT), 1);
        equal(system.ask(system.create_actor(Choosy, {requirements: {least: 5}}), 1, LIMIT), 1);
    },

    dispatch(system) {
        const actor = system.create_actor(MoreDispatching);
        for (const [message, answer] of [['x', 'String'], [1, 'Number'], [-1, 'unrecognized'], [null, 'null'],
            [Thespian.Tuple.of(1), 'added'], [{}, 'Object Object'], [[1], 'unrecognized'], [true, 'unrecognized']])
            equal(system.ask(actor, message, LIMIT), answer);
        if (GLib.getenv('THESPIAN_DEBUG') !== 'roundtrip')
            equal(system.ask(actor, new Derived(), LIMIT), 'Base');
        contains(system.ask(actor, new Map([[1, 1]]), LIMIT).details, 'no map');
    },

    wakeup(system) {
        const waker = system.create_actor(Waker);
        equal(system.ask(waker, {a: [1]}, LIMIT), null);
        equal(system.listen(LIMIT), {a: [1]});
        equal(system.listen(10), null);
        equal(system.ask(waker, 'watch', LIMIT), true);
    },

    patterns(system) {
        const crew = system.create_actor(Crew);
        equal([0, 1, 2, 3].map(n => system.ask(crew, n, LIMIT)).sort(), [0, 2, 4, 6]);
        contains(system.ask(crew, 'troupe:status?', LIMIT), 'max_count=3 idle_count=1');
        let novice = system.create_actor(Novice);
        system.tell(novice, 'Ann');
        system.tell(novice, {size: 1});
        equal(system.ask(novice, 'greet', LIMIT), ['Ann', {size: 1}]);
        novice = system.create_actor(Novice);
        system.tell(novice, 'bad');
        contains(system.ask(novice, {}, LIMIT).details, 'not a good name');
        for (const klass of [Brief, Briefer]) {
            const brief = system.create_actor(klass);
            equal(system.ask(brief, 1, LIMIT), 1);
            while (system.ask(brief, new Thespian.StatusRequest(), LIMIT) !== null)
                system.listen(10);
        }
    },

    oncePatternsThatAreWrong() {
        raises('Thespian.Initializing', () => GObject.registerClass(class Wrong extends Thespian.Actor {
            initialized() {
            }
        }));
    },

    deadLetters(system) {
        equal(system.ask(system.create_actor(Undertaker), 'start', LIMIT), [2n ** 60n, true]);
    },

    askInside(system) {
        equal(system.ask(system.create_actor(Asking), [1, null], LIMIT), [1, null]);
    },

    async(system) {
        const loop = new GLib.MainLoop(null, false);
        let got;
        system.create_actor_async(Echo, {}, null, (source, result) => {
            system.ask_async(system.create_actor_finish(result), [2n ** 60n], LIMIT, null, (_, answer) => {
                got = system.ask_finish(answer);
                loop.quit();
            });
        });
        loop.run();
        equal(got, [2n ** 60n]);
    },

    log(system) {
        equal(system.ask(system.create_actor(Logging), 'log', LIMIT), 'logged');
    },
});
