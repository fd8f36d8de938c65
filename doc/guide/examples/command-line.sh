# SPDX-License-Identifier: LGPL-2.1-or-later
# What doc/guide/command-line.md shows, with the actor module tally.so in this folder.

thespian start --port 7007 --actor-path .
thespian create --port 7007 --name sum tally:Tally > address

thespian ask --port 7007 sum 5
thespian ask --port 7007 "$(cat address)" 100 --json
thespian ask --port 7007 sum --format gvariant '@i 7'

thespian status --port 7007 sum --json | python3 -c '
import json, sys
print(json.load(sys.stdin)["messages-received"])'

thespian capability --port 7007 Mood sunny
thespian capability --port 7007 Mood

thespian ask --port 7007 sum '"die"' || echo "status $?"
thespian ask --port 7007 sum 1 || echo "status $?"

thespian shell --port 7007 <<'END'
create tally:Tally --name other
ask other 1
listen other 2 --count 1
exit other
END

thespian stop --port 7007
thespian status --port 7007 || echo "status $?"

thespian run tally.so 1 2 3
