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
exec "$here/java" "-XX:AOTCache=$here/../lib/fleetauth.aot" @OPTIONS@ -m dev.fleetauth/dev.fleetauth.Main "$@"
