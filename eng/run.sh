#!/usr/bin/env bash
# Starts Castellan. The first start builds Release; later ones only start, unless a source changed.
#   eng/run.sh [--urls URL] [--data DIR] [--coordinators N] [--brokers N] [--broker-config KEY=VALUE]… [--coordinator-config KEY=VALUE]…
#              [--no-sample] [--no-local] [--kafka HOST:PORT,…] [--zookeeper HOST:PORT,…/chroot] [--metric-series N]
#   eng/run.sh zookeeper zoo.cfg        one coordinator in the foreground
#   eng/run.sh kafka server.properties  one broker in the foreground
# eng/run.sh --help tells more. The exit code is the program's.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/prepare.sh"

built=$root/src/Dashboard/obj/built
app=$root/src/Dashboard/bin/Release/net10.0/Castellan.dll

is_built() {
  [ -e "$app" ] && [ -e "$built" ] || return 1
  [ -z "$(find "$root/src" "$root/wwwroot" "$root/eng" "$root"/Directory.* "$root/nuget.config" "$root/global.json" -newer "$built" -type f -not -path '*/bin/*' -not -path '*/obj/*' -print -quit)" ]
}

if ! is_built; then
  require_sdk
  mark=$(mktemp); say "Building (the first time takes a minute or two)"
  log=$(mktemp)
  dotnet build "$root/src/Dashboard" -c Release -clp:ErrorsOnly -v:q --nologo >"$log" 2>&1 || { cat "$log" >&2; die "The build failed."; }
  rm -f "$log"; mv "$mark" "$built"
fi

command -v dotnet >/dev/null || require_sdk
exec dotnet "$app" "$@"
