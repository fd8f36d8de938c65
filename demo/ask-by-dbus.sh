#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# ask-by-dbus.sh SERVICE-PROGRAM
#
# Asks the word count that runs at WORDCOUNT_PORT for the most frequent words, as any script can: it starts the service
# for that system, on a session bus of its own.

set -eu

if [ -z "${WORDCOUNT_ON_BUS-}" ]; then
  export WORDCOUNT_ON_BUS=yes
  # The bus complains of limits that it cannot raise.
  exec dbus-run-session -- "$0" "$@" 3>&2 2>/dev/null
fi
exec 2>&3

"$1" --base multiprocTCPBase --capabilities "{'Admin Port': <uint32 $WORDCOUNT_PORT>}" &
service=$!
trap 'kill $service; wait $service || true' EXIT
gdbus wait --session --timeout 20 org.thespian.ActorSystem1

ask() {
  gdbus call --session --dest org.thespian.ActorSystem1 --object-path /org/thespian/ActorSystem1 \
    --method org.thespian.ActorSystem1.Ask "$@"
}
echo "gdbus call … --method org.thespian.ActorSystem1.Ask wordcount '<uint32 5>' '{}'"
ask wordcount '<uint32 5>' '{}'
