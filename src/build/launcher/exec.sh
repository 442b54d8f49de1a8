# How "fleetauth exec -- CMD" starts its program; read by both launchers, which define run_java. Variables begin with fa_.
#
# Java gets the token and tells what to change in the environment. Then the program takes this shell's place, as it would
# without fleetauth: signals, descriptors, arguments, limits and the exit code are its own.

# Is this a line of exec with a program?
runs_program() {
  while [ $# -gt 0 ] && [ "$1" != exec ]; do
    [ "$1" != -- ] || return 1
    shift
  done
  while [ $# -gt 0 ]; do
    [ "$1" != -- ] || return 0
    shift
  done
  return 1
}

run_program() {
  # Printed by Java on a pipe to this shell, in whose memory the token stays.
  fa_instructions=$(fleetauth_exec=1 && export fleetauth_exec && run_java "$@")
  fa_code=$?
  fa_newline='
'
  case $fa_instructions in
  "fleetauth exec$fa_newline"*) fa_instructions=${fa_instructions#*"$fa_newline"}$fa_newline ;;
  *)
    # Something went wrong before there was a token, or help was asked for.
    [ -z "$fa_instructions" ] || printf '%s\n' "$fa_instructions"
    exit "$fa_code"
    ;;
  esac
  if [ -n "${FLEETAUTH_DIRECTORY:-}" ]; then
    cd "$FLEETAUTH_DIRECTORY" && exec 8<&-
  fi
  while [ -n "$fa_instructions" ]; do
    fa_line=${fa_instructions%%"$fa_newline"*}
    fa_instructions=${fa_instructions#*"$fa_newline"}
    case $fa_line in
    *=*) export "${fa_line?}" ;;
    *) unset "$fa_line" ;;
    esac
  done
  while [ "$1" != -- ]; do shift; done
  shift
  command -v "$1" >/dev/null || fail_exec 127 "$1 is not there" 'give the path of a program'
  if [ "$fa_code" != 0 ]; then
    # There is a token, and something else went wrong: the exit code tells it unless the program fails as well.
    "$@"
    fa_program=$?
    [ "$fa_program" = 0 ] || fa_code=$fa_program
    exit "$fa_code"
  fi
  # The shell tells why a program did not start, and ends.
  trap '[ $? != 126 ] || fail_exec 126 "the program cannot be run" "is it one, and are its arguments and variables not too long?"' EXIT
  exec "$@"
}

fail_exec() { # EXIT-CODE ERROR HINT
  printf 'fleetauth: error: %s\nhint: %s\n' "$2" "$3" >&2
  exit "$1"
}
