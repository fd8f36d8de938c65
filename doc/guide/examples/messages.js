// SPDX-License-Identifier: LGPL-2.1-or-later
imports.gi.versions.Thespian = '1.0';
const {GLib, GObject, Thespian} = imports.gi;

// Has a method for each type of messages; the classes of JavaScript and their ancestors count.
const Shop = GObject.registerClass(class Shop extends Thespian.TypeDispatcher {
    receive_Object(message, sender) {
        if (!('fruit' in message))
            return Thespian.SUPER; // whatever is more general
        return this.send(sender, [message.fruit, message.price ?? 1.5, true]);
    }

    receive_Variant(message, sender) {
        this.send(sender, `a variant of type ${message.get_type_string()}`);
    }

    receive_SystemMessage() {
    }

    receive_unrecognized(message, sender) {
        this.send(sender, `a ${message.constructor.name} is of no use here`);
    }
});

const system = Thespian.ActorSystem.new('simpleSystemBase');
const shop = system.create_actor(Shop);
print(JSON.stringify(system.ask(shop, {fruit: 'pear'}, 10000)));
print(system.ask(shop, new GLib.Variant('a{sv}', {}), 10000));
print(system.ask(shop, {vegetable: 'leek'}, 10000));
try {
    system.tell(shop, 2n ** 64n);
} catch (error) {
    print(error.message);
}
system.shutdown();
