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

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# run NAME PROJECT FILTER: what failed and was skipped goes to the errors, counts to total, ok and bad; no counts when it did not run to the end
run() {
  local name=$1 log=$results/$1.log trx=$results/$1.trx counters
  rm -f "$trx"; total="" ok="" bad=""
  status=0
  dotnet test "$2" -c "$configuration" --no-build --nologo ${3:+--filter "$3"} --logger "trx;LogFileName=$trx" --logger "console;verbosity=minimal" >"$log" 2>&1 || status=$?
  # of each failure its name, its message and where it was; of the rest the skips
  awk '/^ +Failed / { n = 40 } /^ +(Passed|Skipped) |^\[xUnit|^Results File/ { n = 0 } n-- > 0 || /^ +Skipped / || /^\[xUnit.*FAIL/' "$log" | head -400 >&2
  [ -e "$trx" ] || return 0
  counters=$(grep -o '<Counters [^>]*>' "$trx" | head -1)
  count() { printf '%s' "$counters" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*'; }
  total=$(count total); ok=$(count passed); bad=$(count failed)
  [ "$status" = 0 ] || [ "$bad" != 0 ] || total=""
}

# the methods that failed, as a filter
failures() { grep -o '<UnitTestResult [^>]*outcome="Failed"' "$1" | sed 's/.*testName="\([^"(]*\).*/FullyQualifiedName=\1/' | sort -u | paste -sd'|'; }

passed=0 failed=0 skipped=0 broken=() again=()
for project in "$root"/tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  began=$SECONDS
  say "== $name"
  run "$name" "$project" "${1:-}"
  # in CI what failed is run once more, and both runs are shown: machines there are noisy, and the second run tells a fault from a stall
  if [ "$status" != 0 ] && [ -n "${CI:-}" ]; then
    say "   not green at the first run; what failed runs once more"
    if [ -n "$total" ]; then
      all=$total skips=$((total - ok - bad)) first=$bad
      run "$name" "$project" "$(failures "$results/$name.trx")"
      if [ -n "$total" ]; then total=$all ok=$((all - skips - bad)) again+=("$name: $((first - bad))"); fi
    else
      run "$name" "$project" "${1:-}"
    fi
  fi
  if [ -n "$total" ]; then
    passed=$((passed + ok)); failed=$((failed + bad)); skipped=$((skipped + total - ok - bad))
    say "   $ok passed, $bad failed, $((total - ok - bad)) skipped in $((SECONDS - began)) s"
  elif [ "$status" != 0 ]; then
    tail -30 "$results/$name.log" >&2; broken+=("$name")
  fi
done
failed=$((failed + ${#broken[@]}))
[ ${#again[@]} = 0 ] || say "Passed only when run once more: ${again[*]}"
[ ${#broken[@]} = 0 ] || say "Did not run to the end: ${broken[*]}"
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
