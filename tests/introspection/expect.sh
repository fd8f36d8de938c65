#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# expect.sh OUTPUT COMMAND...: fails unless the command succeeds and prints exactly that.

expected=$1
shift
printed=$("$@") || exit 1
[ "$printed" = "$expected" ] && exit 0
echo "expected: $expected" >&2
echo "printed:  $printed" >&2
exit 1
