#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later

set -eu

call () {
  method=$1
  shift
  gdbus call --session --dest org.thespian.ActorSystem1 --object-path /org/thespian/ActorSystem1 \
    --method "org.thespian.ActorSystem1.$method" "$@"
}

call CreateActor tally:Tally '{}' "{'global-name': <'tally'>}" > /dev/null
call Ask tally '<40>' '{}'
call Ask tally '<2>' "{'timeout': <5>}"
call SendExit tally '{}'
call Ask nobody '<1>' '{}' || echo "exit status $?"
