# shellcheck shell=sh
# How "fleetauth exec -- CMD" starts its program: sourced by start.sh.
#
# Java gets the token, and prints how to change the environment. Then this shell executes the program in its own place, so that
# signals, descriptors, arguments, limits and the exit code are those of the program.

# Succeeds for a command line of exec whose program replaces this shell: not with a token file, which Java must remove
# afterwards.
runs_program() {
  while [ $# -gt 0 ] && [ "$1" != exec ]; do
    case $1 in
    -p | --profile | --home | --store | --color)
      # Its value may be "exec" too.
      [ $# -gt 1 ] || return 1
      shift
      ;;
    --) return 1 ;;
    -*) ;;
    *) return 1 ;;
    esac
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
  # In a container this process may be the only one that is waited for, so it must not end before a refresh is saved.
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # Through a pipe: the token is only in the memory of Java and this shell.
  fa_instructions=$(fleetauth_exec=1 && export fleetauth_exec && run_java "$@")
  fa_code=$?
  trap - HUP INT TERM
  # If a signal ended Java, the instructions may be incomplete.
  [ "$fa_code" -lt 128 ] || exit "$fa_code"
  fa_newline='
'
  case $fa_instructions in
  "fleetauth exec$fa_newline"*) fa_instructions=${fa_instructions#*"$fa_newline"}$fa_newline ;;
  *)
    # An error occurred before there was a token, or help was requested.
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
  # There is a token, but publishing it failed: that is the exit code, unless the program fails too.
  run_in_background "$@" || fa_code=$?
  exit "$fa_code"
}

# Runs the program in the background and forwards signals to it, since a shell handles signals only after a foreground program
# ends. A terminal sends its signals to both.
run_in_background() {
  fa_child=
  fa_signal=
  for fa_name in TERM USR1 USR2 CONT; do
    # shellcheck disable=SC2064 # expanded now on purpose
    trap "forward $fa_name" "$fa_name"
  done
  for fa_name in HUP INT QUIT WINCH; do
    # shellcheck disable=SC2064
    if [ -t 0 ]; then trap "fa_signal=$fa_name" "$fa_name"; else trap "forward $fa_name" "$fa_name"; fi
  done
  # A background process reads from /dev/null unless it is given a copy of standard input.
  for fa_input in 9 8 7 6 5 4 3; do [ -e "/dev/fd/$fa_input" ] || break; done
  eval "exec $fa_input<&0"
  (
    eval "exec <&$fa_input $fa_input<&-"
    restore_interrupts "$@"
  ) &
  fa_child=$!
  eval "exec $fa_input<&-"
  # Forwards a signal that arrived before the program was started.
  [ -z "$fa_signal" ] || forward "$fa_signal"
  while
    fa_signal=
    fa_status=0
    wait "$fa_child" || fa_status=$?
    # A status above 128 after a signal may mean only that wait was interrupted.
    [ "$fa_status" -gt 128 ] && [ -n "$fa_signal" ]
  do :; done
  return "$fa_status"
}

forward() { # SIGNAL
  fa_signal=$1
  [ -z "$fa_child" ] || kill -s "$1" "$fa_child" 2>/dev/null || :
}

# A background program of a shell ignores interrupts, which only another program can undo.
restore_interrupts() {
  if env --default-signal=INT,QUIT true 2>/dev/null; then
    set -- env --default-signal=INT,QUIT "$@"
  elif command -v perl >/dev/null; then
    # shellcheck disable=SC2016 # expanded by Perl
    set -- perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec { $ARGV[0] } @ARGV' "$@"
  fi
  start_program "$@"
}

# Checks before the start what can be checked, and reports it in one message; the shell would add messages of its own.
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

# exec starts only programs, never a function or builtin of this shell with the same name.
start_program() {
  fa_program=$1
  # If the program cannot be started, the shell prints the reason and exits.
  trap 'not_started "$?" "$fa_program"' EXIT
  exec "$@"
}

not_started() { # EXIT-CODE PROGRAM
  case $1$2 in
  127*/*) ;; # its interpreter does not exist
  127*) fail_exec 127 "$2 was not found" 'check its spelling and PATH, or use the path of a program' ;;
  esac
  fail_exec 126 "$2 cannot be run" 'check that it is an executable program, and that its arguments and variables are not too long'
}

fail_exec() { # EXIT-CODE ERROR HINT
  printf 'fleetauth: error: %s\nhint: %s\n' "$2" "$3" >&2
  exit "$1"
}
