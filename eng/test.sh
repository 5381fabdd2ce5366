#!/usr/bin/env bash
# Runs every test, or those that match a filter:  eng/test.sh [FILTER]   (FILTER as in dotnet test --filter: FullyQualifiedName~Log)
# Installs what the tests drive (Chromium, kcat, python3-kazoo, python3-kafka) when root; otherwise names what is missing, and the tests that need it
# count as skipped. Apache's distributions and newer clients are found through KAFKA_HOME, KAFKA_KRAFT_HOME, ZOOKEEPER_HOME and PYTHON_CLIENTS.
# The last line is "N passed, N failed, N skipped"; the exit code is 0 when none failed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/prepare.sh"
configuration=${CONFIGURATION:-Release}

prepare_clients() {
  local missing=()
  [ -x /usr/bin/chromium ] || missing+=(chromium)
  [ -x /usr/bin/kcat ] || missing+=(kcat)
  /usr/bin/python3 -c 'import kazoo' 2>/dev/null || missing+=(python3-kazoo)
  /usr/bin/python3 -c 'import kafka' 2>/dev/null || missing+=(python3-kafka)
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}" || say "Tests that need them are skipped."
}

prepare
prepare_clients
if [ -z "${CASTELLAN_NO_BUILD:-}" ]; then
  dotnet build "$root/Dashboard.sln" -c "$configuration" -clp:ErrorsOnly -v:q --nologo || die "The build failed."
fi

passed=0 failed=0 skipped=0 broken=()
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for project in "$root"/tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  say "== $name"
  # in CI a project with a failure is run once more, and both runs are shown: machines there are noisy, and the second run tells a fault from a stall
  for attempt in 1 2; do
    status=0
    dotnet test "$project" -c "$configuration" --no-build --nologo ${1:+--filter "$1"} --logger "trx;LogFileName=$results/$name.trx" --logger "console;verbosity=minimal" >"$results/$name.log" 2>&1 || status=$?
    grep -E '^\s+(Failed|Skipped) |^\[xUnit.*(FAIL|SKIP)|Error Message:|Assert\.|^\s+at .*Tests' "$results/$name.log" | head -60 >&2 || true
    [ "$status" != 0 ] && [ -n "${CI:-}" ] && [ "$attempt" = 1 ] || break
    say "   not green at the first run; running $name once more"
    rm -f "$results/$name.trx"
  done
  if [ -e "$results/$name.trx" ]; then
    counters=$(grep -o '<Counters [^>]*>' "$results/$name.trx" | head -1)
    count() { printf '%s' "$counters" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*'; }
    total=$(count total); ok=$(count passed); bad=$(count failed)
    passed=$((passed + ok)); failed=$((failed + bad)); skipped=$((skipped + total - ok - bad))
    say "   $ok passed, $bad failed, $((total - ok - bad)) skipped"
    if [ "$status" != 0 ] && [ "$bad" = 0 ]; then tail -30 "$results/$name.log" >&2; broken+=("$name"); fi
  elif [ "$status" != 0 ]; then
    tail -30 "$results/$name.log" >&2; broken+=("$name")
  fi
done
failed=$((failed + ${#broken[@]}))
[ ${#broken[@]} = 0 ] || say "Did not run to the end: ${broken[*]}"
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
