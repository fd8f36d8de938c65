#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
import gi

gi.require_version('Thespian', '1.0')
from gi.repository import GLib, Thespian


class Shop(Thespian.TypeDispatcher):
    """Has a method for each type of messages; the types of Python and their ancestors count."""

    def receive_dict(self, message, sender):
        if 'fruit' not in message:
            return Thespian.SUPER  # whatever is more general
        return self.send(sender, [message['fruit'], message.get('price', 1.5), b'stamp'])

    def receive_Variant(self, message, sender):
        self.send(sender, f'a variant of type {message.get_type_string()}')

    def receive_SystemMessage(self, message, sender):
        pass

    def receive_object(self, message, sender):
        self.send(sender, f'a {type(message).__name__} is of no use here')


with Thespian.ActorSystem('simpleSystemBase') as system:
    shop = system.create_actor(Shop)
    print(system.ask(shop, {'fruit': 'pear'}, 10))
    print(system.ask(shop, GLib.Variant('a{sv}', {}), 10))
    print(system.ask(shop, {'vegetable': 'leek'}, 10))
    try:
        system.tell(shop, 2**64)
    except Thespian.NotRepresentable as error:
        print(error)
