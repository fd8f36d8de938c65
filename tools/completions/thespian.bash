# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Completion of thespian for bash.

_thespian_commands="start stop status list create tell ask listen exit capability log run top shell"

# The options of a command, or of all, as the program itself has them.
_thespian_options ()
{
  LANGUAGE=C "$1" ${2:+"$2"} --help-all 2>/dev/null | grep -oE -- '--[a-z][-a-z]+' | sort -u
}

# Which system was meant so far: the options for that, and their values.
_thespian_where ()
{
  local i

  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      -b|--base|-p|--port)
        printf '%s\n%s\n' "${COMP_WORDS[i]}" "${COMP_WORDS[i + 1]}"
        ;;
      --session|--system)
        printf '%s\n' "${COMP_WORDS[i]}"
        ;;
    esac
  done
}

# Global names, and the printable addresses of actors that have none.
_thespian_actors ()
{
  local where

  mapfile -t where < <(_thespian_where)
  timeout 2 "$1" --quiet "${where[@]}" list --json 2>/dev/null |
    grep -oE '"(global-name|address)":"[^"\\ ]*"' | cut -d'"' -f4
}

_thespian ()
{
  local program=$1 word=$2 previous=$3 command="" position=0 i

  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      -b|--base|-p|--port)
        ((i++))
        ;;
      -*)
        ;;
      *)
        [ -n "$command" ] && ((position++))
        command=${command:-${COMP_WORDS[i]}}
        ;;
    esac
  done
  case $previous in
    -b|--base)
      COMPREPLY=($(compgen -W "tcp udp" -- "$word"))
      return
      ;;
    -f|--format)
      COMPREPLY=($(compgen -W "json gvariant text address" -- "$word"))
      return
      ;;
    --sort)
      COMPREPLY=($(compgen -W "cpu messages queue memory" -- "$word"))
      return
      ;;
    --level)
      COMPREPLY=($(compgen -W "debug info message warning critical error" -- "$word"))
      return
      ;;
    --actor-path|--log-definition)
      COMPREPLY=($(compgen -f -- "$word"))
      return
      ;;
  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$(_thespian_options "$program" "$command")" -- "$word"))
  elif [ -z "$command" ]; then
    COMPREPLY=($(compgen -W "$_thespian_commands" -- "$word"))
  elif [ "$position" = 0 ]; then
    case $command in
      ask|exit|listen|status|tell)
        COMPREPLY=($(compgen -W "$(_thespian_actors "$program")" -- "$word"))
        ;;
      run)
        COMPREPLY=($(compgen -f -X '!*.@(so|py|js)' -- "$word") $(compgen -d -- "$word"))
        ;;
    esac
  fi
}

complete -o filenames -F _thespian thespian
