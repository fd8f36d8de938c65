// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The JavaScript part of a ring; hosts-module.c says what it does.

import GObject from 'gi://GObject';
import Thespian from 'gi://Thespian?version=1.0';

export const Relay = GObject.registerClass(class Relay extends Thespian.Actor {
    receive_message(message, sender) {
        if (message instanceof Thespian.SystemMessage)
            return;
        if (message instanceof Thespian.Address)
            this.next = message;
        else if (message === 'customer')
            this.send(this.customer = sender, 'welcome');
        else if (Number.isInteger(message) && message >= 0 && message < 1000000)
            this.send(message > 0 ? this.next : this.customer, Math.max(message - 1, 0));
        else
            this.send(this.next ?? this.customer, message);
    }
});
