# shellcheck shell=sh
# The first build of ./fleetauth, and the training of its class caches. Sourced by ./fleetauth if there is something to build.

# Locks descriptor 9. The build inherits it, so that the lock is held until the build ends even if this script is killed.
lock() { # wait|try
  if command -v flock >/dev/null; then
    if [ "$1" = try ]; then flock -n 9; else flock 9; fi
  elif command -v perl >/dev/null; then # macOS has no flock
    perl -e 'open(LOCK, ">&=", 9) && flock(LOCK, $ARGV[0] eq "try" ? 2 | 4 : 2) or exit 1' "$1"
  fi
}

# Opening a named pipe would block until a process opens its other end.
can_lock() { [ -f "$fa_root/target/build.lock" ] || [ ! -e "$fa_root/target/build.lock" ]; }

build() {
  find_java javac ||
    fail 3 "fleetauth has to be built first, with JDK $fa_minimum or later${fa_found:+; found }${fa_found#, }" "$fa_hint"
  if ! (without_own_variables && exec mkdir -p "$fa_root/target") 2>/dev/null || [ ! -w "$fa_root/target" ]; then
    fail 3 "fleetauth has to be built first, but $fa_root/target is not writable" 'let the owner of that directory run it once'
  fi
  can_lock || fail 3 "fleetauth has to be built first, but $fa_root/target/build.lock is not a regular file" 'remove it'
  (without_own_variables && build_once) 9>>"$fa_root/target/build.lock" || exit
}

build_once() {
  if ! lock try; then
    say 'another process is building fleetauth; waiting for it'
    lock wait
    find_stale
    [ -n "$fa_stale" ] || return 0
  fi
  say 'building fleetauth: nothing is built yet, or a source is newer'
  fa_log=$fa_root/target/build.log
  fa_quiet=1
  fa_watch=
  # The time of the result: a source that is edited from now on is newer.
  touch "$fa_root/target/build.start"
  rm -f "$fa_log"
  if [ -t 2 ]; then
    fa_quiet=
    : >"$fa_log"
    show_progress </dev/null >/dev/null 9>&- &
    fa_watch=$!
    trap 'end_progress; exit 130' INT
    trap 'end_progress; exit 143' TERM
  fi
  (
    unset CDPATH
    cd -P -- "$fa_root" || exit
    # Limited, so that it also works in a small address space.
    JAVA_HOME=$(physical "$fa_home") \
      MAVEN_OPTS="-Xmx512m -XX:CompressedClassSpaceSize=128m ${MAVEN_OPTS-} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC" \
      sh ./mvnw -B ${fa_quiet:+-q -ntp} -Pquick package || exit
    rm -rf target/cache
    mkdir -p target/lib && mv -f target/quick/lib/*.jar target/lib || exit
    touch -r target/build.start target/quick/fleetauth.jar || exit
    # Renamed into place: a process that uses the old file keeps it, and a kill leaves no partial file.
    mv -f target/quick/fleetauth.jar target/fleetauth.jar
  ) </dev/null >"$fa_log" 2>&1 || {
    end_progress
    tail -n 25 "$fa_log" >&2
    fail 1 "the build failed; all its output is in $fa_log" "run './mvnw verify' for details"
  }
  end_progress
}

# Shows the progress of the build at a terminal, in a line that is rewritten every second.
show_progress() {
  trap 'exit 0' TERM
  fa_step='starting Maven, after downloading it if necessary'
  fa_files=0
  fa_file=
  fa_seconds=0
  fa_part=
  exec 7<"$fa_log"
  while sleep 1 2>/dev/null & wait $! && kill -0 $$ 2>/dev/null; do
    fa_seconds=$((fa_seconds + 1))
    while IFS= read -r fa_line <&7; do
      fa_line=$fa_part$fa_line
      fa_part=
      case $fa_line in
      *'Downloaded from '*)
        fa_files=$((fa_files + 1))
        fa_file=${fa_line#*Downloaded from *: }
        fa_file=${fa_file%% *}
        fa_file=${fa_file##*/}
        ;;
      '[INFO] --- '*)
        fa_step=${fa_line#'[INFO] --- '}
        fa_step=${fa_step%% *}
        fa_step=${fa_step##*:}
        ;;
      esac
    done
    fa_part=$fa_part$fa_line
    fa_done=
    [ "$fa_files" = 0 ] || fa_done=", $fa_files files downloaded ($fa_file)"
    printf '\r%-79.79s\r' "fleetauth: $fa_step$fa_done, $fa_seconds s" >&2
  done
}

# Stops show_progress, and removes its line.
end_progress() {
  [ -n "$fa_watch" ] || return 0
  kill "$fa_watch" 2>/dev/null
  wait "$fa_watch" 2>/dev/null
  fa_watch=
  trap - INT TERM
  printf '\r%79s\r' '' >&2
}

# Creates the caches for the Java at $fa_home, once: runs the common commands and stores the classes that they loaded. A Java
# that cannot create or use a cache runs without one.
train() {
  [ -n "$fa_folder" ] && (without_own_variables && exec mkdir -p "$fa_folder") 2>/dev/null && [ -w "$fa_folder" ] && can_lock || return
  (without_own_variables && train_once) 9>>"$fa_root/target/build.lock"
  find_cache
}

train_once() {
  # Another process is creating them. This one does not wait, since it can run without them.
  lock try || return
  find_stale
  [ -z "$fa_cache" ] || return
  set_root "$(physical "$fa_root")"
  fa_folder=$fa_root/target/cache$fa_home
  [ -n "$fa_built" ] || say "preparing fleetauth for Java $fa_version; this happens only once"
  fa_failed=
  [ ! -e "$fa_folder/failed" ] || fa_failed=1
  rm -rf "$fa_folder" "$fa_root/target/cache.log"
  mkdir -p "$fa_folder"
  # The time of the caches: a file that changes from now on is newer.
  touch "$fa_folder/start"
  fa_name=$(cat "$fa_home/release" "$fa_jar" "$fa_root/target/lib"/*.jar 2>/dev/null | digest)
  if [ "$fa_major" -ge 25 ]; then fa_name=${fa_name%% *}.aot; else fa_name=${fa_name%% *}.jsa; fi
  fa_cache=none
  # No cache if find cannot detect that it is outdated, or if this Java rejects it.
  if [ -n "$(find "$fa_folder/start" -cnewer "$fa_jar" 2>/dev/null)" ] &&
    (train_caches && test_cache) </dev/null >"$fa_root/target/cache.log" 2>&1; then
    fa_cache=$fa_name
  elif [ -z "$fa_failed" ]; then
    # The next start tries once more.
    touch "$fa_folder/failed"
    return
  fi
  printf '%s\n' "$fa_cache" "$fa_version" "$fa_root" >"$fa_folder/new"
  touch -r "$fa_folder/start" "$fa_folder/new"
  mv -f "$fa_folder/new" "$fa_folder/current"
}

digest() {
  if command -v sha256sum >/dev/null; then sha256sum; elif command -v shasum >/dev/null; then shasum -a 256; else cksum; fi
}

# Each cache is recorded in a JVM of its own, which another JVM starts after it has prepared a sandbox and a login.
train_caches() {
  fa_training=1
  case $fa_folder:$fa_name in
  *:*:*) return 1 ;; # The JVM would parse a path with a colon as a list of archives.
  *.aot)
    # A JVM loads all classes of a linked cache at each start, so it contains only those that every start needs. A second
    # archive on top of it contains the others, which are loaded on demand.
    (exec_java -XX:-AOTRecordTraining "-XX:AOTCacheOutput=$fa_folder/$fa_name" -Dfleetauth.quick=true \
      -cp "$fa_jar" dev.fleetauth.CacheTraining) &&
      (exec_java "-XX:SharedArchiveFile=$fa_folder/$fa_name" "-XX:ArchiveClassesAtExit=$fa_folder/all-$fa_name" \
        -cp "$fa_jar" dev.fleetauth.CacheTraining)
    ;;
  *) (exec_java "-XX:ArchiveClassesAtExit=$fa_folder/$fa_name" -cp "$fa_jar" dev.fleetauth.CacheTraining) ;;
  esac || return
  fa_training=
}

test_cache() {
  case $fa_name in
  *.aot) set -- "$fa_folder/$fa_name:$fa_folder/all-$fa_name" ;;
  *) set -- "$fa_folder/$fa_name" ;;
  esac
  (exec_java "-XX:SharedArchiveFile=$1" -Xshare:on -cp "$fa_jar" dev.fleetauth.Main --version)
}
