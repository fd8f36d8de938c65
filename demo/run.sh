#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# run.sh BUILD-DIR [--language c|python|javascript] [OPTION]... [FOLDER]...
#
# Runs the word count of a build folder, in C or in another language. The one in C has a reducer in Python and one in
# JavaScript, and is asked for its result over D-Bus, too, unless the arguments choose a base or something else of that.

set -eu

here=$(dirname "$(readlink -f "$0")")
build=$(readlink -f "$1")
shift

language=c
case ${1-} in
  --language) language=${2-}; shift 2 || { echo "run.sh: --language needs c, python or javascript" >&2; exit 2; } ;;
  --language=*) language=${1#*=}; shift ;;
esac

overrides=$here/../introspection/overrides
export GI_TYPELIB_PATH="$build/introspection" LD_LIBRARY_PATH="$build/thespian"
export PYTHONPATH="$overrides/python" PYTHONDONTWRITEBYTECODE=1 GJS_PATH="$overrides/gjs"

case $language in
  c)
    case " $* " in
      *" --help "*) printf '%s\n\n' "First of all: --language c (default), python or javascript, the latter two in one process." ;;
      *" --base"*|*" -b"*|*" --reducers-in"*|*" -l"*|*" --then"*) ;;
      *) set -- --reducers-in python,javascript \
             --then "'$here/ask-by-dbus.sh' '$build/dbus/thespian-dbus-service'" "$@" ;;
    esac
    exec "$build/demo/thespian-wordcount" "$@" ;;
  python) exec /usr/bin/python3 "$here/wordcount.py" "$@" ;;
  javascript) exec gjs "$here/wordcount.js" "$@" ;;
  *) echo "run.sh: there is no word count in “$language”, only in c, python and javascript" >&2; exit 2 ;;
esac
