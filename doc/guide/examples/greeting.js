// SPDX-License-Identifier: LGPL-2.1-or-later

import GObject from 'gi://GObject';
import Thespian from 'gi://Thespian?version=1.0';

export const Greeting = GObject.registerClass(class Greeting extends Thespian.Actor {
    receive_message(message, sender) {
        if (typeof message === 'string')
            this.send(sender, `Hello, ${message}, from JavaScript!`);
    }
});
