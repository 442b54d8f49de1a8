#!/usr/bin/env bash
# The only step of action.yml, which describes the variables. Tested by CiRecipesTest.
set -euo pipefail
umask 077

# Without it, the tokens of the first refresh would be lost with the job.
if ! [[ $FLEETAUTH_AFTER_REFRESH =~ [^[:space:]] ]]; then
  echo '::error title=fleetauth::the input after-refresh is empty: nothing would save the rotated tokens'
  exit 2
fi

program=${PROGRAM:-$GITHUB_ACTION_PATH/../../../fleetauth}
work=$(mktemp -d "$RUNNER_TEMP/fleetauth.XXXXXX")
trap 'rm -rf -- "$work"' EXIT

# The store and its key are deleted with the job.
export FLEETAUTH_HOME=$work/home FLEETAUTH_KEY_FILE=$work/store.key FLEETAUTH_NO_INPUT=1
# The first run may have to build the program, and a build needs no secret.
env -u PROFILE_EXPORT -u FLEETAUTH_EXPORT_PASSPHRASE -u GH_TOKEN "$program" --quiet key new-file "$FLEETAUTH_KEY_FILE"
printf '%s' "$PROFILE_EXPORT" | env -u PROFILE_EXPORT -u GH_TOKEN "$program" --quiet import -
unset PROFILE_EXPORT

# 6 is temporary, and may mean that a rotated token is not published yet: it can be, while this store exists.
code=0
for pause in ${PAUSES-5 20 60} end; do
  code=0
  "$program" token --min-validity "$MIN_VALIDITY" --out "$work/token" || code=$?
  if [ "$code" != 6 ] || [ "$pause" = end ]; then break; fi
  sleep "$pause"
done
if [ "$code" != 0 ]; then
  echo "::error title=fleetauth::no token, or the rotated token was not saved (exit $code); the message is above"
  exit "$code"
fi

token=$(<"$work/token")
echo "::add-mask::$token"
printf 'token=%s\n' "$token" >>"$GITHUB_OUTPUT"
