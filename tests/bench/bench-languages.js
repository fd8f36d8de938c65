// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Messages that an actor sends itself, in JavaScript: what C does in the workload counting, one language further out.
//
// usage: gjs bench-languages.js BASE [COUNT]: prints one object of JSON

imports.gi.versions.Thespian = '1.0';
const {GLib, GObject, Thespian} = imports.gi;

const Counter = GObject.registerClass(class Counter extends Thespian.Actor {
    receive_message(message, sender) {
        if (typeof message === 'number') {
            if (message > 0)
                this.send(this.me, message - 1);
            else
                this.send(this.asker, 'done');
        } else if (Array.isArray(message)) {
            [this.asker, this.me] = [sender, this.get_address()];
            this.send(this.me, message[0]);
        }
    }
});

function measure(base, count) {
    const system = Thespian.ActorSystem.new(base, null, null, Thespian.ActorSystemFlags.TRANSIENT_UNIQUE);
    const counter = system.create_actor(Counter);
    const start = GLib.get_monotonic_time();
    if (system.ask(counter, [count], 600000) !== 'done')
        throw new Error('no answer');
    const rate = count * 1000000 / (GLib.get_monotonic_time() - start);
    system.shutdown();
    return rate;
}

const [base, count = 300000] = ARGV;
const runs = [1, 2, 3].map(() => measure(base, Number(count)));
const value = [...runs].sort((a, b) => a - b)[1];
print(JSON.stringify({bench: `${base}.gjs`, value, unit: 'msgs/s', limit: 150000, runs}));
