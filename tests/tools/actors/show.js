// SPDX-License-Identifier: LGPL-2.1-or-later

imports.gi.versions.Thespian = '1.0';
const {GObject, Thespian} = imports.gi;

// Answers with what it has got, as JavaScript writes it.
var Show = GObject.registerClass(class Show extends Thespian.Actor {
    receive_message(message, sender) {
        if (!(message instanceof Thespian.SystemMessage))
            this.send(sender, JSON.stringify(message));
    }
});
