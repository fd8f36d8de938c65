// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Actors in JavaScript that each do one thing that actors can do; parts/everything.py has the same.

import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Thespian from 'gi://Thespian?version=1.0';

// gjs cannot ask by itself.
function processId() {
    return Number(GLib.file_read_link('/proc/self'));
}

export const Echo = GObject.registerClass(class Echo extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'process')
            this.send(sender, processId());
        else if (message === 'die')
            GLib.spawn_command_line_sync(`kill -KILL ${processId()}`);
        else if (!(message instanceof Thespian.SystemMessage))
            this.send(sender, message);
    }
});

export const Environment = GObject.registerClass(class Environment extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'environment')
            this.send(sender, [Object.fromEntries(GLib.listenv().map(name => [name, GLib.getenv(name)])),
                GLib.get_environ()]);
    }
});

// Says of what types and values a message is.
export const Inspector = GObject.registerClass(class Inspector extends Thespian.Actor {
    receive_message(message, sender) {
        if (!(message instanceof Thespian.SystemMessage))
            this.send(sender, JSON.stringify(message));
    }
});

// Tells whether an address is the one that it got before, in whatever it came.
export const Keeper = GObject.registerClass(class Keeper extends Thespian.Actor {
    receive_message(message, sender) {
        if (message instanceof Thespian.Address) {
            this.kept = message;
            this.send(sender, 'kept');
        } else if (!(message instanceof Thespian.SystemMessage)) {
            this.send(sender, message.address === this.kept && new Map([[message.address, 1]]).get(this.kept) === 1);
        }
    }
});

export const Failing = GObject.registerClass(class Failing extends Thespian.Actor {
    receive_message(message) {
        if (typeof message === 'string')
            this.stumble(message);
    }

    stumble(message) {
        throw new Error(`stumbled over ${message}`);
    }
});

export const BrokenConstructor = GObject.registerClass(class BrokenConstructor extends Thespian.Actor {
    constructor(params) {
        super(params);
        throw new Error('no such luck');
    }
});

export const BrokenStart = GObject.registerClass(class BrokenStart extends Thespian.Actor {
    started() {
        throw new Error('no good start');
    }
});

export const Sleeper = GObject.registerClass(class Sleeper extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'sleep') {
            this.asker = sender;
            this.wakeup_after(10, ['for', {long: null}]);
        } else if (message instanceof Thespian.WakeupMessage) {
            this.send(this.asker, message.get_payload());
        }
    }
});

export const Watcher = GObject.registerClass(class Watcher extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'watch') {
            this.asker = sender;
            const [, , input, output] = GLib.spawn_async_with_pipes(null, ['echo', 'watched'], null,
                GLib.SpawnFlags.SEARCH_PATH, null);
            this.output = GLib.IOChannel.unix_new(output);
            return new Thespian.Watch(output, input);
        }
        if (message instanceof Thespian.WatchMessage)
            this.send(this.asker, new TextEncoder().encode(this.output.read_line()[1].trim()));
        return undefined;
    }
});

export const Sources = GObject.registerClass(class Sources extends Thespian.Actor {
    receive_message(message, sender) {
        if (message !== 'sources')
            return;
        let left = 3;
        GLib.timeout_add(GLib.PRIORITY_DEFAULT, 1, () => {
            if (--left > 0)
                return GLib.SOURCE_CONTINUE;
            Promise.resolve('ticked').then(text => this.send(sender, text));
            return GLib.SOURCE_REMOVE;
        });
    }
});

export const Dispatcher = GObject.registerClass(class Dispatcher extends Thespian.TypeDispatcher {
    receive_String(message, sender) {
        this.send(sender, `text ${message}`);
    }

    receive_Object(message, sender) {
        if (Object.getPrototypeOf(message) !== Object.prototype)
            return Thespian.SUPER;
        this.send(sender, Object.keys(message).sort());
        return undefined;
    }

    receive_unrecognized(message, sender) {
        if (!(message instanceof Thespian.SystemMessage))
            this.send(sender, 'other');
    }
});

export const Troupe = GObject.registerClass(class Troupe extends Thespian.Actor {
    static troupe = {max_count: 3};

    receive_message(message, sender) {
        if (Number.isInteger(message))
            this.send(sender, [message, processId()]);
    }
});

export const Particular = GObject.registerClass(class Particular extends Echo {
    static required_capabilities = {Colour: 'blue'};

    check_capabilities(capabilities, requirements) {
        return capabilities.Taste === requirements.taste;
    }
});

export const Logging = GObject.registerClass(class Logging extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'log') {
            console.debug('a', 'trifle');
            console.warn('a', 'warning');
            this.log(GLib.LogLevelFlags.LEVEL_INFO, 'by the actor');
            GLib.log_variant('Elsewhere', GLib.LogLevelFlags.LEVEL_WARNING,
                new GLib.Variant('a{sv}', {MESSAGE: new GLib.Variant('s', 'by GLib')}));
            this.send(sender, 'logged');
        }
    }
});

export const Parent = GObject.registerClass(class Parent extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'go') {
            this.asker = sender;
            this.child = this.create_actor(Echo);
            this.send(this.child, 'process');
        } else if (Number.isInteger(message)) {
            this.number = message;
            this.send(this.child, 'die');
        } else if (message instanceof Thespian.ChildActorExited) {
            this.send(this.asker, [message.get_child_address() === this.child, this.number !== processId()]);
        }
    }
});

// Counts what comes, or how often it is called back, and makes garbage meanwhile, so that the collector has something
// to do.
export const Waster = GObject.registerClass(class Waster extends Thespian.Actor {
    started() {
        [this.count, this.sum] = [0, 0];
        this.live = Array.from({length: 20000}, () => new GObject.Object());
    }

    receive_message(message, sender) {
        if (message === 'count') {
            this.send(sender, [this.count, this.sum]);
        } else if (message === 'uncollected') {
            Thespian.messages_per_collection = Infinity;
        } else if (Array.isArray(message)) {
            this.countCalls(sender, message[0]);
        } else if (typeof message === 'number') {
            this.waste();
            this.count++;
            this.sum += message;
        }
    }

    countCalls(asker, count) {
        let called = 0;
        GLib.idle_add(GLib.PRIORITY_DEFAULT, () => {
            this.waste();
            if (++called < count)
                return GLib.SOURCE_CONTINUE;
            this.send(asker, called);
            return GLib.SOURCE_REMOVE;
        });
    }

    waste() {
        this.kept = Array.from({length: 20}, (_, i) => ({i}));
        this.variant = new GLib.Variant('s', `${this.count}`);
        this.object = new GObject.Object();
        this.object.me = this.kept;
        if (this.count % 100 === 0)
            this.buffer = new Uint8Array(100000);
    }
});
