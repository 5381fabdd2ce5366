#!/usr/bin/env bash
# What the other scripts share: checking the SDK, installing what tests drive. Says what it does on standard error; a missing tool is named, with the
# way to get it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# compilers and tests end before it is repaid to count how their code runs: a quarter of their processor time
export DOTNET_TieredPGO=0

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# apt_install PACKAGE...: installs Debian packages when root; otherwise names them and fails.
apt_install() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing $* (apt)"
    { [ -n "$(find /var/lib/apt/lists -name '*_Packages*' -mmin -1440 2>/dev/null | head -1)" ] || apt-get update -qq; } >&2 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
  else
    say "Missing: $*. Install with: sudo apt-get install $*"
    return 1
  fi
}

require_sdk() {
  command -v dotnet >/dev/null || die "No .NET SDK on the PATH. Install the .NET 10 SDK: https://dotnet.microsoft.com/download/dotnet/10.0 (Debian: package dotnet-sdk-10.0 of Microsoft's feed), then run this again."
  dotnet --list-sdks | grep -q '^10\.' || die "The .NET SDK on the PATH is $(dotnet --version); version 10 is needed: https://dotnet.microsoft.com/download/dotnet/10.0"
}
