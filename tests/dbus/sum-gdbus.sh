#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later

# Adds up the sizes of this folder's files with an actor, by gdbus alone.

set -eu

call () {
  method=$1
  shift
  gdbus call --session --dest org.thespian.ActorSystem1 --object-path /org/thespian/ActorSystem1 \
    --method "org.thespian.ActorSystem1.$method" "$@"
}

call CreateActor dbus-actors:DBusAdder '{}' "{'global-name': <'total'>}" > /dev/null
expected=0
for file in "$(dirname "$0")"/*.*; do
  size=$(wc -c < "$file")
  expected=$((expected + size))
  call Tell total "<$size>" '{}' > /dev/null
done
answer=$(call Ask total "<'?'>" '{}')
test "$answer" = "(<$expected>,)"
call ListActors "{'global-name': <'total'>}" | grep -q "'class': <'DBusAdder'>"
call SendExit total '{}' > /dev/null
if call Ask total "<'?'>" "{'timeot': <1>}" 2> "$1"; then exit 1; fi
grep -q 'org.thespian.Error' "$1"
echo "$expected"
