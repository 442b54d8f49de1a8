#!/bin/sh
# Starts nothing but java, and readlink where it is reached through a link.
#
# Its own variables begin with fa_: an exported one of the same name would be changed for the program.

# A closed descriptor would become a file of the JVM's own. Writing to standard output fails as it did before.
if [ -e /dev/fd ]; then
  [ -e /dev/fd/0 ] || exec </dev/null
  [ -e /dev/fd/1 ] || exec 1</dev/null
  [ -e /dev/fd/2 ] || exec 2>/dev/null
fi

# systemd passes a socket that listens as the first descriptor after the standard ones. Java takes one as standard input.
case ${LISTEN_PID-}:" $* " in
"$$":*" serve "*)
  exec <&3 3<&-
  unset LISTEN_PID LISTEN_FDS LISTEN_FDNAMES
  ;;
esac

# No JVM starts in a directory that was deleted. What the program starts goes back there, through the descriptor.
unset FLEETAUTH_DIRECTORY
case ${PWD-} in
/*) pwd -P >/dev/null 2>&1 ;;
*) false ;;
esac || {
  exec 8<.
  cd /
  FLEETAUTH_DIRECTORY=/proc/$$/fd/8
  export FLEETAUTH_DIRECTORY
}

fa_self=$0
case $fa_self in
/*) ;;
*) fa_self=${FLEETAUTH_DIRECTORY:-.}/$fa_self ;;
esac
while [ -L "$fa_self" ]; do
  # Only the program itself may see what is secret.
  fa_link=$(unset FLEETAUTH_CLIENT_KEY FLEETAUTH_CLIENT_SECRET FLEETAUTH_EXPORT_PASSPHRASE FLEETAUTH_PASSPHRASE && exec readlink "$fa_self")
  case $fa_link in
  /*) fa_self=$fa_link ;;
  *) fa_self=${fa_self%/*}/$fa_link ;;
  esac
done
fa_here=${fa_self%/*}
case $fa_here in
*:*)
  printf 'fleetauth: error: Java cannot run in a directory with a colon in its name: %s\nhint: move it elsewhere\n' "$fa_here" >&2
  exit 3
  ;;
esac
# Sets $fa_store to the home, as DefaultHome has it. What sets a variable for a service or a container expands no tilde.
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
  # A home of an earlier version is of no interest without keys.
  [ -e "$fa_store/keys.jwe" ] || set_store "${XDG_CONFIG_HOME-}" .config
}

set_store() { # VALUE USUAL
  case $1 in
  /*) fa_store=$1/fleetauth ;;
  \~/*) fa_store=${HOME-}/${1#??}/fleetauth ;;
  *) fa_store=${HOME-}/$2/fleetauth ;;
  esac
}

# The second compiler costs each start 10 ms, and only with it is SHA-512 the processor's, which makes a second of two for a
# passphrase. There it works alone, since the first would only delay it. A store that is locked by a passphrase says so in the
# header of its keys: these are the three ways that Base64 has to write PBES2.
fa_compiler=-XX:TieredStopAtLevel=1
# With the default young generation serve occupies 50 MB more; with this one a refresh takes a fifth longer.
case " $* " in *" serve "*) fa_young=-Xmn8m ;; *) fa_young= ;; esac
find_store
fa_keys=
# A pipe in its place would wait for somebody at its other end.
if [ -f "$fa_store/keys.jwe" ]; then
  { IFS= read -r fa_keys <"$fa_store/keys.jwe"; } 2>/dev/null || :
fi
case ${fa_keys%%.*} in *UEJFUz* | *BCRVMy* | *QQkVTM*) fa_compiler=-XX:-TieredCompilation ;; esac

# Keeps what changes the JVM from it, and has it read arguments, variables and file names as UTF-8, in which no byte of them
# is lost. What the program starts gets all of it back: ChildProcesses.
keep_variables() {
  fa_utf8=C.UTF-8
  if [ ! -d /usr/lib/locale/C.utf8 ] && [ ! -d /usr/lib/locale/C.UTF-8 ]; then
    # An old system may not know that name, and may know the user's.
    fa_locale=${LC_ALL:-${LC_CTYPE:-${LANG-}}}
    case $fa_locale in *[Uu][Tt][Ff]-8* | *[Uu][Tt][Ff]8*) fa_utf8=$fa_locale ;; esac
  fi
  for fa_name in JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS JDK_AOT_VM_OPTIONS IBM_JAVA_OPTIONS OPENJ9_JAVA_OPTIONS \
    CLASSPATH _JAVA_LAUNCHER_DEBUG; do
    eval "[ -z \"\${$fa_name+x}\" ]" || keep_variable "$fa_name"
  done
  keep_variable LC_ALL
  { LC_ALL=$fa_utf8; } 2>/dev/null # Some shells say so where there is no such locale.
  export LC_ALL
}

# A dot goes before the value: nothing, where the variable is not set.
keep_variable() {
  eval "FLEETAUTH_KEPT_$1=\"\${$1+.\$$1}\""
  export "FLEETAUTH_KEPT_$1"
  unset "$1"
}

fa_runtime=$fa_here/../lib/fleetauth
fa_lib=$fa_runtime/lib
run_java() {
  # The memory of a program that holds secrets belongs in no file; -S, so that a program it runs may take it back.
  # shellcheck disable=SC3045 # every shell there is knows it
  ulimit -S -c 0 2>/dev/null || :
  keep_variables
  exec "$fa_runtime/bin/java" "-XX:SharedArchiveFile=$fa_lib/quick.aot:$fa_lib/all.jsa" "$fa_compiler" ${fa_young:+"$fa_young"} @OPTIONS@ -m dev.fleetauth/dev.fleetauth.Main "$@"
}

case " $* " in
*" exec "*)
  # shellcheck source=/dev/null
  . "$fa_lib/exec.sh"
  if runs_program "$@"; then run_program "$@"; fi
  ;;
esac
run_java "$@"
