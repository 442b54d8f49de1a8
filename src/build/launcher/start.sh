# shellcheck shell=sh
# How ./fleetauth and the installed bin/fleetauth start the program. Sourced by both, which define run_java and set $fa_parts
# to the directory of this file.

fa_compiler=-XX:TieredStopAtLevel=1
# The default young generation would take 50 MB more memory in serve; a small one makes a refresh a fifth slower.
case " $* " in *" serve "*) fa_young=-Xmn8m ;; *) fa_young= ;; esac

# Sets $fa_store to the home, like DefaultHome. A leading tilde is expanded, since service and container managers do not
# expand it.
find_store() {
  fa_store=${FLEETAUTH_HOME-}
  case $fa_store in
  '') ;;
  \~/*) fa_store=${HOME-}/${fa_store#??} && return ;;
  *) return ;;
  esac
  fa_state=.local/state
  if [ -x /usr/libexec/java_home ]; then fa_state='Library/Application Support'; fi # macOS
  set_store "${XDG_STATE_HOME-}" "$fa_state"
  # The home of earlier versions is used only if the current one has no keys.
  [ -e "$fa_store/keys.jwe" ] || set_store "${XDG_CONFIG_HOME-}" .config
}

set_store() { # VALUE DEFAULT
  case $1 in
  /*) fa_store=$1/fleetauth ;;
  \~/*) fa_store=${HOME-}/${1#??}/fleetauth ;;
  *) fa_store=${HOME-}/$2/fleetauth ;;
  esac
}

# The C2 compiler costs 10 ms per start, but only it uses the processor's SHA-512 instructions, which halve the two seconds
# that a passphrase takes. C2 then runs without C1, which would delay it. The header of the keys shows whether a passphrase
# protects the store: these are the three Base64 encodings of PBES2.
choose_compiler() {
  fa_keys=
  find_store
  # Opening a named pipe would block until a process opens its other end.
  if [ -f "$fa_store/keys.jwe" ]; then
    { IFS= read -r fa_keys <"$fa_store/keys.jwe"; } 2>/dev/null || :
  fi
  case ${fa_keys%%.*} in *UEJFUz* | *BCRVMy* | *QQkVTM*) fa_compiler=-XX:-TieredCompilation ;; esac
}

# Withholds variables that would change the JVM's behavior, and makes the JVM decode arguments, variables and file names as
# UTF-8, which loses no byte. ChildProcesses restores the variables for child processes.
withhold_variables() {
  fa_utf8=C.UTF-8
  if [ ! -d /usr/lib/locale/C.utf8 ] && [ ! -d /usr/lib/locale/C.UTF-8 ]; then
    # An old system may not have C.UTF-8, but may have the user's UTF-8 locale.
    fa_locale=${LC_ALL:-${LC_CTYPE:-${LANG-}}}
    case $fa_locale in *[Uu][Tt][Ff]-8* | *[Uu][Tt][Ff]8*) fa_utf8=$fa_locale ;; esac
  fi
  for fa_name in JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS JDK_AOT_VM_OPTIONS IBM_JAVA_OPTIONS OPENJ9_JAVA_OPTIONS \
    CLASSPATH _JAVA_LAUNCHER_DEBUG; do
    eval "[ -z \"\${$fa_name+x}\" ]" || withhold_variable "$fa_name"
  done
  withhold_variable LC_ALL
  { LC_ALL=$fa_utf8; } 2>/dev/null # Some shells warn if the locale does not exist.
  export LC_ALL
}

# The value is preceded by a dot, so that an empty variable differs from one that is not set.
withhold_variable() {
  eval "FLEETAUTH_KEPT_$1=\"\${$1+.\$$1}\""
  export "FLEETAUTH_KEPT_$1"
  unset "$1"
}

# Executes a Java command line in place of this shell.
exec_program() {
  # No core dumps, since memory contains secrets. -S: child processes may raise the limit again.
  # shellcheck disable=SC3045 # supported by all shells in use
  ulimit -S -c 0 2>/dev/null || :
  withhold_variables
  exec "$@"
}

start() {
  case " $* " in
  *" exec "*)
    # shellcheck source=src/build/launcher/exec.sh
    . "$fa_parts/exec.sh"
    if runs_program "$@"; then run_program "$@"; fi
    ;;
  esac
  run_java "$@"
}
