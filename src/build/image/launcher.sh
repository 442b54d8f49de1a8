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
# The second compiler costs each start 10 ms, and only with it is SHA-512 the processor's, which makes a second of two for a
# passphrase. There it works alone, since the first would only delay it. A store that is locked by a passphrase says so in the
# header of its keys: these are the three ways that Base64 has to write PBES2.
compiler=-XX:TieredStopAtLevel=1
{ IFS= read -r keys <"${FLEETAUTH_HOME:-${XDG_CONFIG_HOME:-${HOME-}/.config}/fleetauth}/keys.jwe"; } 2>/dev/null || :
keys=${keys-}
case ${keys%%.*} in *UEJFUz* | *BCRVMy* | *QQkVTM*) compiler=-XX:-TieredCompilation ;; esac
lib=$here/../lib
run_java() {
  # The memory of a program that holds secrets belongs in no file; -S, so that a program it runs may take it back.
  # shellcheck disable=SC3045 # every shell there is knows it
  ulimit -S -c 0 2>/dev/null || :
  exec "$here/java" "-XX:SharedArchiveFile=$lib/quick.aot:$lib/all.jsa" "$compiler" @OPTIONS@ -XX:ErrorFile=/dev/null -m dev.fleetauth/dev.fleetauth.Main "$@"
}
case " $* " in
*" exec "*)
  . "$lib/exec.sh"
  if runs_program "$@"; then run_program "$@"; fi
  ;;
esac
run_java "$@"
