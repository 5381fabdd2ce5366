#!/usr/bin/env bash
# Runs every test, or those that match a filter:  eng/test.sh [FILTER]   (FILTER as in dotnet test --filter: FullyQualifiedName~Log)
# Installs what the tests drive (Chromium, kcat, python3-kazoo, python3-kafka) when root; otherwise names what is missing, and the tests that need it
# count as skipped. Apache's distributions and newer clients are found through KAFKA_HOME, KAFKA_KRAFT_HOME, ZOOKEEPER_HOME and PYTHON_CLIENTS.
# The last line is "N passed, N failed, N skipped"; the exit code is 0 when none failed. In CI what failed is run once more, to tell a stall of the machine
# from a fault; what passes only then is named, and more than two of them are failures, unless they stand in eng/flaky.txt with their reasons.
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
  prepare_servers
}

# Servers that tests run for themselves. Their packages start one of their own, so they are installed only where no service is started, as in a container.
prepare_servers() {
  local missing=()
  [ -x /usr/sbin/slapd ] || missing+=(slapd)
  [ -x /usr/sbin/krb5kdc ] && [ -x /usr/sbin/kadmin.local ] || missing+=(krb5-kdc krb5-admin-server)
  [ ${#missing[@]} = 0 ] || [ -d /run/systemd/system ] || [ "$(id -u)" != 0 ] || apt_install "${missing[@]}" || say "Tests that need them are skipped."
}

require_sdk
prepare_clients
if [ -z "${CASTELLAN_NO_BUILD:-}" ]; then
  dotnet build "$root/Dashboard.sln" -c "$configuration" -clp:ErrorsOnly -v:q --nologo || die "The build failed."
fi

dotnet "$root/tests/Runner/bin/$configuration/net10.0/Runner.dll" "$root" "$configuration" "${1:-}"
