#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later

# Talks to the objects of actors, by dbus-send alone.

set -eu

call () {
  path=$1
  method=$2
  shift 2
  dbus-send --session --print-reply=literal --dest=org.thespian.ActorSystem1 "$path" "$method" "$@"
}

path=$(call /org/thespian/ActorSystem1 org.thespian.ActorSystem1.CreateActor string:dbus-actors:DBusAdder \
  dict:string:string: dict:string:string: | tr -s ' \n' '\n\n' | grep '^/org/')
for number in 5 7 30; do
  call "$path" org.thespian.Actor1.Tell "variant:int32:$number" dict:string:string:
done
call "$path" org.thespian.Actor1.Ask variant:string:'?' dict:string:string:timeout,10 | grep -q 'int32 42'
call "$path" org.freedesktop.DBus.Properties.Get string:org.thespian.Actor1 string:Class | grep -q DBusAdder
call "$path" org.thespian.Actor1.Exit dict:string:string:
echo 42
