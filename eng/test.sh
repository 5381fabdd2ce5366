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
set -m # a process group each, so that whoever interrupts this ends the tests as well
trap 'for job in $(jobs -rp); do kill -- "-$job" 2>/dev/null; done; rm -rf "$results"' EXIT
trap 'exit 130' INT TERM

# run NAME PROJECT FILTER: what failed and was skipped is said, the counts go to total, ok and bad; total is empty when it did not run to the end
run() {
  local name=$1 log=$results/$1.log trx=$results/$1.trx counters
  rm -f "$trx"; total="" ok="" bad=""
  status=0
  dotnet test "$2" -c "$configuration" --no-build --nologo ${3:+--filter "$3"} --logger "trx;LogFileName=$trx" --logger "console;verbosity=minimal" >"$log" 2>&1 || status=$?
  grep -E '^\s+(Failed|Skipped) |^\[xUnit.*(FAIL|SKIP)|Error Message:|Assert\.|Exception : |^\s+at .*Tests' "$log" | head -60 >&2 || true
  [ -e "$trx" ] || return 0
  counters=$(grep -o '<Counters [^>]*>' "$trx" | head -1)
  count() { printf '%s' "$counters" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*'; }
  total=$(count total); ok=$(count passed); bad=$(count failed)
  [ "$status" = 0 ] || [ "$bad" != 0 ] || total=""
}

# the methods that failed, as a filter
failures() { grep -o '<UnitTestResult [^>]*outcome="Failed"' "$1" | sed 's/.*testName="\([^"(]*\).*/FullyQualifiedName=\1/' | sort -u | paste -sd'|'; }

# test_project NAME PROJECT FILTER: "passed failed skipped again" into NAME.count, "broken" in place of it when it did not run to the end
test_project() {
  local name=$1 began=$SECONDS all skips first again=0
  run "$@"
  # in CI what failed is run once more, and both runs are shown: machines there are noisy, and the second run tells a fault from a stall
  if [ "$status" != 0 ] && [ -n "${CI:-}" ]; then
    say "   not green at the first run; what failed runs once more"
    if [ -n "$total" ]; then
      all=$total skips=$((total - ok - bad)) first=$bad
      run "$name" "$2" "$(failures "$results/$name.trx")"
      if [ -n "$total" ]; then total=$all ok=$((all - skips - bad)) again=$((first - bad)); fi
    else
      run "$@"
    fi
  fi
  if [ -n "$total" ]; then
    say "   $ok passed, $bad failed, $((total - ok - bad)) skipped in $((SECONDS - began)) s"
    echo "$ok $bad $((total - ok - bad)) $again" >"$results/$name.count"
  else
    [ "$status" = 0 ] || { tail -30 "$results/$name.log" >&2; echo broken >"$results/$name.count"; }
  fi
}

# two projects at a time: much of a test's time is spent waiting. What each says is shown when it has ended.
lanes=$(($(nproc) > 1 ? 2 : 1))
for project in "$root"/tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  while [ "$(jobs -rp | wc -l)" -ge "$lanes" ]; do wait -n || true; done
  { test_project "$name" "$project" "${1:-}" 2>"$results/$name.said" || echo broken >"$results/$name.count"; { say "== $name"; cat "$results/$name.said" >&2; } } &
done
wait

passed=0 failed=0 skipped=0 broken=() again=()
for counts in "$results"/*.count; do
  read -r ok bad skips twice <"$counts"
  name=$(basename "$counts" .count)
  if [ "$ok" = broken ]; then broken+=("$name"); continue; fi
  passed=$((passed + ok)); failed=$((failed + bad)); skipped=$((skipped + skips))
  [ "$twice" = 0 ] || again+=("$name: $twice")
done
failed=$((failed + ${#broken[@]}))
[ ${#again[@]} = 0 ] || say "Passed only when run once more: ${again[*]}"
[ ${#broken[@]} = 0 ] || say "Did not run to the end: ${broken[*]}"
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
