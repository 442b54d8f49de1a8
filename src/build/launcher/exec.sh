# How "fleetauth exec -- CMD" starts its program; read by both launchers, which define run_java. Variables begin with fa_.
#
# Java gets the token and tells what to change in the environment. Then the program takes this shell's place, as it would
# without fleetauth: signals, descriptors, arguments, limits and the exit code are its own.

# Is this a line of exec whose program takes this shell's place? Not with a token file, which Java removes in the end.
runs_program() {
  while [ $# -gt 0 ] && [ "$1" != exec ]; do
    [ "$1" != -- ] || return 1
    shift
  done
  while [ $# -gt 0 ]; do
    case $1 in
    --) return 0 ;;
    --token-file-env | --token-file-env=*) return 1 ;;
    esac
    shift
  done
  return 1
}

run_program() {
  # A trace would show the token.
  set +x
  # This process may be the only one that is waited for, as in a container: its end must not cut off a refresh.
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # Printed by Java on a pipe to this shell, in whose memory the token stays.
  fa_instructions=$(fleetauth_exec=1 && export fleetauth_exec && run_java "$@")
  fa_code=$?
  trap - HUP INT TERM
  # What was ended by a signal may not have said everything.
  [ "$fa_code" -lt 128 ] || exit "$fa_code"
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
    cd "$FLEETAUTH_DIRECTORY" || exit 1
    exec 8<&-
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
  check_program "$1"
  [ "$fa_code" != 0 ] || start_program "$@"
  # There is a token, and something else went wrong: the exit code tells it unless the program fails as well.
  watch_program "$@" || fa_code=$?
  exit "$fa_code"
}

# Runs the program beside this shell, which passes signals on to it: of a program in the foreground a shell waits for the end
# first. A terminal sends its own to both.
watch_program() {
  fa_child=
  fa_signal=
  for fa_name in TERM USR1 USR2 CONT; do
    # shellcheck disable=SC2064 # which signal it is, is known now
    trap "pass_on $fa_name" "$fa_name"
  done
  for fa_name in HUP INT QUIT WINCH; do
    # shellcheck disable=SC2064
    if [ -t 0 ]; then trap "fa_signal=$fa_name" "$fa_name"; else trap "pass_on $fa_name" "$fa_name"; fi
  done
  # What a shell starts in the background reads nothing, unless it is given a copy of standard input.
  for fa_input in 9 8 7 6 5 4 3; do [ -e "/dev/fd/$fa_input" ] || break; done
  eval "exec $fa_input<&0"
  (
    eval "exec <&$fa_input $fa_input<&-"
    heed_interrupts "$@"
  ) &
  fa_child=$!
  eval "exec $fa_input<&-"
  # One that came before there was a program.
  [ -z "$fa_signal" ] || pass_on "$fa_signal"
  while
    fa_signal=
    fa_status=0
    wait "$fa_child" || fa_status=$?
    # More than 128 after a signal may tell of that alone.
    [ "$fa_status" -gt 128 ] && [ -n "$fa_signal" ]
  do :; done
  return "$fa_status"
}

pass_on() { # SIGNAL
  fa_signal=$1
  [ -z "$fa_child" ] || kill -s "$1" "$fa_child" 2>/dev/null || :
}

# What a shell starts in the background ignores interrupts, and only another program can undo that.
heed_interrupts() {
  if env --default-signal=INT,QUIT true 2>/dev/null; then
    set -- env --default-signal=INT,QUIT "$@"
  elif command -v perl >/dev/null; then
    # shellcheck disable=SC2016 # it is Perl's
    set -- perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec { $ARGV[0] } @ARGV' "$@"
  fi
  start_program "$@"
}

# What can be told beforehand is told once, and not by the shell as well.
check_program() {
  case $1 in
  -*) false ;; # an option to the exec of most shells
  */*) [ -e "$1" ] ;;
  *) command -v "$1" >/dev/null ;;
  esac || fail_exec 127 "$1 was not found" 'check its spelling and PATH, or use the path of a program'
  case $1 in
  */*) if [ ! -f "$1" ] || [ ! -x "$1" ]; then not_started 126 "$1"; fi ;;
  esac
}

# exec runs programs alone: without it, a function or a command of this shell might have the same name.
start_program() {
  fa_program=$1
  # The shell tells why a program did not start, and ends.
  trap 'not_started "$?" "$fa_program"' EXIT
  exec "$@"
}

not_started() { # EXIT-CODE PROGRAM
  case $1$2 in
  127*/*) ;; # its interpreter is not there
  127*) fail_exec 127 "$2 was not found" 'check its spelling and PATH, or use the path of a program' ;;
  esac
  fail_exec 126 "$2 cannot be run" 'check that it is an executable program, and that its arguments and variables are not too long'
}

fail_exec() { # EXIT-CODE ERROR HINT
  printf 'fleetauth: error: %s\nhint: %s\n' "$2" "$3" >&2
  exit "$1"
}
