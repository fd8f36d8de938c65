# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of thespian-dbus-service for bash.

_thespian_dbus_service ()
{
  local current=${COMP_WORDS[COMP_CWORD]}
  local previous=${COMP_WORDS[COMP_CWORD - 1]}

  # Bash takes "--base=x" for three words.
  if [[ $current == "=" ]]; then
    current=
  elif [[ $previous == "=" ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $previous in
    --base | -b)
      COMPREPLY=($(compgen -W "simpleSystemBase mainLoopBase multithreadBase multiprocQueueBase multiprocTCPBase
                               multiprocUDPBase" -- "$current"))
      ;;
    --config | -f)
      compopt -o filenames
      COMPREPLY=($(compgen -f -- "$current"))
      ;;
    --capabilities | -c | --max-calls | --bus-patience)
      COMPREPLY=()
      ;;
    *)
      COMPREPLY=($(compgen -W "--help --session --system --base --join --capabilities --config --max-calls --bus-patience
                               --exit-with-system --version" -- "$current"))
      ;;
  esac
}

complete -F _thespian_dbus_service thespian-dbus-service
