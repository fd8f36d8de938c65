// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A module as gjs had them before there were those of the standard.

imports.gi.versions.Thespian = '1.0';
const {GObject, Thespian} = imports.gi;

/* exported Echo */

var Echo = GObject.registerClass(class Echo extends Thespian.Actor {
    receive_message(message, sender) {
        if (!(message instanceof Thespian.SystemMessage))
            this.send(sender, message);
    }
});
