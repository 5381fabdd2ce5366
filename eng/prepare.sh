#!/usr/bin/env bash
# Prepares a machine to build: checks the SDK and, once, makes stand-ins for what the package feed lacks (.standins/, never committed).
# Sourced by run.sh and test.sh. Says what it does on standard error; a missing tool is named, with the way to get it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
standins=$root/.standins
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

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

# feed_has PACKAGE VERSION: whether a restore finds it.
feed_has() {
  local probe; probe=$(mktemp -d)
  cat >"$probe/probe.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup>
  <ItemGroup><PackageDownload Include="$1" Version="[$2]" /></ItemGroup>
</Project>
XML
  local status=0
  dotnet restore "$probe/probe.csproj" >/dev/null 2>&1 || status=1
  rm -rf "$probe"
  return $status
}

build_librdkafka() {
  local tool missing=()
  for tool in npm gcc make; do command -v $tool >/dev/null || missing+=("$tool"); done
  [ -e /usr/include/openssl/ssl.h ] || missing+=(libssl-dev)
  [ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
  [ -e /usr/include/zstd.h ] || missing+=(libzstd-dev)
  [ -e /usr/include/sasl/sasl.h ] || missing+=(libsasl2-dev)
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}" || die "librdkafka cannot be built without them."
  say "Building librdkafka 2.15.1 from source (about half a minute): the feed has no librdkafka.redist"
  local work; work=$(mktemp -d)
  (
    cd "$work"
    npm pack --silent @confluentinc/kafka-javascript@1.10.1 >/dev/null
    tar xzf ./*.tgz package/deps/librdkafka
    cd package/deps/librdkafka
    ./configure >/dev/null
    make -j2 -C src >/dev/null
  ) >"$standins/librdkafka.log" 2>&1 || die "Building librdkafka failed; see $standins/librdkafka.log"
  cp -L "$work/package/deps/librdkafka/src/librdkafka.so.1" "$standins/librdkafka.so"
  rm -rf "$work"
}

# Runs once; removing .standins makes it run again.
prepare() {
  require_sdk
  [ -e "$standins/standins.props" ] && return 0
  mkdir -p "$standins"
  local properties="" imports=""
  if ! feed_has librdkafka.redist 2.15.1; then
    build_librdkafka
    properties+="    <LibrdkafkaStandIn>true</LibrdkafkaStandIn>"$'\n'
    imports+='  <Import Project="$(RepositoryRoot)eng/standins/Librdkafka.props" />'$'\n'
  fi
  if ! feed_has Microsoft.AspNetCore.App.Internal.Assets "$(dotnet --list-runtimes | awk '$1 == "Microsoft.AspNetCore.App" && $2 ~ /^10\./ { v = $2 } END { print v }')"; then
    say "The feed has no Microsoft.AspNetCore.App.Internal.Assets: blazor.web.js is taken from the ASP.NET Core 9.0.22 runtime pack"
    properties+="    <BlazorScriptStandIn>true</BlazorScriptStandIn>"$'\n'
  fi
  if ! feed_has AngleSharp.Diffing 1.1.1; then
    say "The feed has no AngleSharp.Diffing 1.1.1: the component tests use 0.17.0"
    properties+="    <BunitStandIn>true</BunitStandIn>"$'\n'
  fi
  printf '<Project>\n  <PropertyGroup>\n%s  </PropertyGroup>\n%s</Project>\n' "$properties" "$imports" >"$standins/standins.props.new"
  mv "$standins/standins.props.new" "$standins/standins.props"
}
