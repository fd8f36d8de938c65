// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Messages through an actor that makes garbage of all kinds: gjs must drop none while it collects. With the argument
// "uncollected" the collector is left to itself, so that it does get in the way, and the library has to see to it; gjs
// then complains, which is why that runs without fatal criticals.

const {GLib, GObject} = imports.gi;
imports.searchPath.unshift(GLib.path_get_dirname(imports.system.programPath));
const {LIMIT, equal, run} = imports.languagesTest;
const {Thespian} = imports.gi;

const uncollected = ARGV.includes('uncollected');
const COUNT = uncollected ? 100000 : 300000;
const AT_ONCE = 100;

if (uncollected)
    Thespian.messages_per_collection = Infinity;

const Waster = GObject.registerClass(class Waster extends Thespian.Actor {
    receive_message(message, sender) {
        if (message === 'go') {
            [this.asker, this.me, this.count, this.sum] = [sender, this.get_address(), 0, 0];
            for (let i = 0; i < AT_ONCE; i++)
                this.send(this.me, i);
        } else if (typeof message === 'number') {
            this.waste();
            this.count++;
            if (this.count <= COUNT - AT_ONCE)
                this.send(this.me, message);
            else if (this.count === COUNT)
                this.send(this.asker, this.count);
        }
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

run({
    garbage(system) {
        const kept = Array.from({length: 20000}, () => new GObject.Object());
        equal(system.ask(system.create_actor(Waster), 'go', 10 * LIMIT), COUNT);
        equal(kept.length, 20000);
    },
});
