#!/bin/sh
# Starts nothing but java, and readlink where it is reached through a link.
self=$0
case $self in
*/*) ;;
*) self=./$self ;;
esac
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
  /*) self=$link ;;
  *) self=${self%/*}/$link ;;
  esac
done
here=${self%/*}
case $here in
*:*)
  printf 'fleetauth: error: Java cannot run in a folder with a colon in its name: %s\nhint: move it\n' "$here" >&2
  exit 3
  ;;
esac
# The memory of a program that holds secrets belongs in no file; -S, so that a program it runs may take it back.
# shellcheck disable=SC3045 # every shell there is knows it
ulimit -S -c 0 2>/dev/null || :
# The commonest commands are tried with the small cache alone, which starts sooner; 99 says that there is more to do.
quick=$here/../lib/quick.aot
case ${1-} in
token | --version | -V | --help | -h)
  "$here/java" "-XX:AOTCache=$quick" -Dfleetauth.quick=true @OPTIONS@ -m dev.fleetauth/dev.fleetauth.Main "$@"
  code=$?
  [ "$code" -eq 99 ] || exit "$code"
  ;;
esac
exec "$here/java" "-XX:SharedArchiveFile=$quick:$here/../lib/all.jsa" @OPTIONS@ -m dev.fleetauth/dev.fleetauth.Main "$@"
