#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib

SYSTEM = 'org.thespian.ActorSystem1'
bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
system = Gio.DBusProxy.new_sync(bus, 0, None, SYSTEM, '/org/thespian/ActorSystem1', SYSTEM, None)
loop = GLib.MainLoop()


def on_signal(proxy, sender, name, parameters):
    if name == 'Answered':
        print('the answer is', parameters.unpack()[1])
        loop.quit()


system.connect('g-signal', on_signal)
token, address, path = system.CreateActor('(sa{sv}a{sv})', 'tally:Tally', {}, {})
actor = Gio.DBusProxy.new_sync(bus, 0, None, SYSTEM, path, 'org.thespian.Actor1', None)
print('a', actor.get_cached_property('Class').unpack())
actor.Tell('(va{sv})', GLib.Variant('i', 40), {})
print('told', system.Listen('(a{sv})', {}))
system.AskLater('(sva{sv})', token, GLib.Variant('i', 2), {})
loop.run()
