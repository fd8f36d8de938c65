#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later

# Adds up numbers with an actor, by busctl alone; its messages are typed on the command line.

set -eu

call () {
  method=$1
  shift
  busctl --user --json=short call org.thespian.ActorSystem1 /org/thespian/ActorSystem1 org.thespian.ActorSystem1 \
    "$method" "$@"
}

token=$(call CreateActor 'sa{sv}a{sv}' dbus-actors:DBusAdder 0 0 | sed 's/.*"\(thespian:[^"]*\)".*/\1/')
for number in $(seq 1 100); do
  call Tell 'sva{sv}' "$token" i "$number" 0 > /dev/null
done
call Ask 'sva{sv}' "$token" s '?' 1 timeout d 10 | grep -q '"data":5050'
busctl --user get-property org.thespian.ActorSystem1 /org/thespian/ActorSystem1 org.thespian.ActorSystem1 Version |
  grep -qx 'u 1'
busctl --user tree org.thespian.ActorSystem1 | grep -q DBusAdder
call SendExit 'sa{sv}' "$token" 1 recursive b true > /dev/null
echo 5050
