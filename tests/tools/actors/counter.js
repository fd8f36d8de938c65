// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Adds up numbers, or the lengths of arrays.

imports.gi.versions.Thespian = '1.0';
const {GObject, Thespian} = imports.gi;

var Counter = GObject.registerClass(class Counter extends Thespian.Actor {
    receive_message(message, sender) {
        if (message instanceof Thespian.ActorExitRequest)
            return;
        this.total = (this.total ?? 0) + (typeof message === 'number' ? message : message.length);
        this.send(sender, {total: this.total});
    }
});
