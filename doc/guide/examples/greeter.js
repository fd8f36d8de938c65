// SPDX-License-Identifier: LGPL-2.1-or-later

imports.gi.versions.Thespian = '1.0';
const {GObject, Thespian} = imports.gi;

const Greeter = GObject.registerClass(class Greeter extends Thespian.Actor {
    started() {
        this.nGreeted = 0;
    }

    receive_message(message, sender) {
        if (typeof message === 'string')
            this.send(sender, `Hello, ${message}! You are number ${++this.nGreeted}.`);
    }
});

const system = Thespian.ActorSystem.new('simpleSystemBase');
const greeter = system.create_actor(Greeter);

print(system.ask(greeter, 'world', 10000));
print(system.ask(greeter, 'reader', 10000));
system.shutdown();
