#!/bin/sh
# Starts nothing before it becomes java, but readlink where it is reached through a link.
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
# The memory of a program that holds secrets belongs in no file; -S, so that a program it runs may take it back.
ulimit -S -c 0 2>/dev/null || :
exec "$here/java" "-XX:AOTCache=$here/../lib/fleetauth.aot" @OPTIONS@ -m dev.fleetauth/dev.fleetauth.Main "$@"
