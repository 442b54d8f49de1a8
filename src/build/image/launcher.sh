#!/bin/sh
# Starts only java, and readlink if it is started through a link.
#
# Its variables begin with fa_, since a variable of the environment with the same name would be changed for the program.

# The JVM would reuse a closed descriptor for one of its files. Writing to a closed standard output still fails.
if [ -e /dev/fd ]; then
  [ -e /dev/fd/0 ] || exec </dev/null
  [ -e /dev/fd/1 ] || exec 1</dev/null
  [ -e /dev/fd/2 ] || exec 2>/dev/null
fi

# systemd passes a listening socket as descriptor 3; Java accepts one only as standard input.
case ${LISTEN_PID-}:" $* " in
"$$":*" serve "*)
  exec <&3 3<&-
  unset LISTEN_PID LISTEN_FDS LISTEN_FDNAMES
  ;;
esac

# No JVM can start in a deleted directory. Programs that fleetauth starts return to it through the descriptor.
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
  # Only the program itself may see secrets.
  fa_link=$(unset FLEETAUTH_CLIENT_KEY FLEETAUTH_CLIENT_SECRET FLEETAUTH_EXPORT_PASSPHRASE FLEETAUTH_PASSPHRASE && exec readlink "$fa_self")
  case $fa_link in
  /*) fa_self=$fa_link ;;
  *) fa_self=${fa_self%/*}/$fa_link ;;
  esac
done
fa_here=${fa_self%/*}
case $fa_here in
*:*)
  printf 'fleetauth: error: Java cannot run in a directory with a colon in its name: %s\nhint: move fleetauth to another directory\n' "$fa_here" >&2
  exit 3
  ;;
esac

fa_runtime=$fa_here/../lib/fleetauth
fa_parts=$fa_runtime/lib
# shellcheck source=src/build/launcher/start.sh
. "$fa_parts/start.sh"

run_java() {
  exec_program "$fa_runtime/bin/java" "-XX:SharedArchiveFile=$fa_parts/quick.aot:$fa_parts/all.jsa" "$fa_compiler" ${fa_young:+"$fa_young"} @OPTIONS@ -m dev.fleetauth/dev.fleetauth.Main "$@"
}

choose_compiler
start "$@"
