#!/usr/bin/env -S gjs -m
// SPDX-License-Identifier: LGPL-2.1-or-later

// A client in JavaScript, by a proxy of Gio: it asks, listens, and hears signals.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

const loop = new GLib.MainLoop(null, false);
const proxy = Gio.DBusProxy.new_for_bus_sync(Gio.BusType.SESSION, 0, null, 'org.thespian.ActorSystem1',
    '/org/thespian/ActorSystem1', 'org.thespian.ActorSystem1', null);
const call = (method, types, ...args) =>
    proxy.call_sync(method, new GLib.Variant(types, args), 0, -1, null).recursiveUnpack();
const variant = (type, value) => new GLib.Variant(type, value);

function check(condition, what) {
    if (!condition) {
        printerr(`failed: ${what}`);
        System.exit(1);
    }
}

const events = [];
proxy.connect('g-signal', (_proxy, _sender, name, parameters) => {
    events.push([name, parameters.recursiveUnpack()]);
    if (name === 'Answered')
        loop.quit();
});

const [token, address, path] = call('CreateActor', '(sa{sv}a{sv})', 'dbus-actors:DBusAdder', {}, {});
check(address.startsWith('DBusAdder-') && path.includes('/actors/DBusAdder_2d'), 'CreateActor');
for (let i = 1; i <= 20; i++)
    call('Tell', '(sva{sv})', token, variant('i', i), {});
check(call('Ask', '(sva{sv})', token, variant('s', '?'), {timeout: variant('d', 10)})[0] === 210, 'Ask');
call('Tell', '(sva{sv})', address, variant('s', '?'), {});
check(call('Listen', '(a{sv})', {})[0] === 210, 'Listen');
const [id] = call('AskLater', '(sva{sv})', address, variant('s', '?'), {});
GLib.timeout_add_seconds(GLib.PRIORITY_DEFAULT, 60, () => loop.quit());
loop.run();
check(events.some(([name, [answered, answer]]) => name === 'Answered' && answered === id && answer === 210),
    'AskLater');
check(events.some(([name, [created]]) => name === 'ActorCreated' && created === address), 'ActorCreated');
try {
    call('Tell', '(sva{sv})', 'nobody', variant('i', 1), {});
    check(false, 'an error');
} catch (error) {
    check(Gio.DBusError.get_remote_error(error) === 'org.thespian.Error.InvalidActorAddress', error.message);
}
print('210');
