#!/usr/bin/env bash
# Runs every test, and installs first what they need beside .NET where that can be done (Debian or Ubuntu, as root).
#   ./test.sh                 everything
#   ./test.sh Core            only the test projects whose name contains "Core"
#   ./test.sh EndToEnd 'FullyQualifiedName~Ping'    with a dotnet test filter
#   ./test.sh --differential [--time SECONDS] [--seed N]    random frames against the Linux kernel, for 300 seconds unless told, with progress
# The last line is: N passed, N failed, N skipped
set -u -o pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
only='' filter='' differential=''
if [ "${1:-}" = --differential ]; then
  differential=artifacts/differential.log only=Differential
  export VROUTER_DIFFERENTIAL_SECONDS=300 VROUTER_DIFFERENTIAL_SEED=$((RANDOM * 32768 + RANDOM)) VROUTER_DIFFERENTIAL_LOG=$PWD/$differential
  shift
  while [ $# -gt 0 ]; do
    case "$1:${2:-}" in
      --time:[1-9]*) VROUTER_DIFFERENTIAL_SECONDS=$2 ;;
      --seed:[0-9]*) VROUTER_DIFFERENTIAL_SEED=$2 ;;
      *) echo "test.sh: --differential takes --time SECONDS and --seed N, not '$1 ${2:-}'" >&2; exit 2 ;;
    esac
    shift 2
  done
else
  only=${1:-} filter=${2:-}
fi

install_tools() {
  local -A packages=([ip]=iproute2 [nft]=nftables [ping]=iputils-ping [tracepath]=iputils-tracepath [arping]=iputils-arping [iperf3]=iperf3
    [afl-fuzz]=afl++ [tshark]=tshark [tcpdump]=tcpdump [scapy]=python3-scapy [ethtool]=ethtool [sysctl]=procps [setpriv]=util-linux [python3]=python3)
  local missing=() tool
  for tool in "${!packages[@]}"; do
    command -v "$tool" >/dev/null || missing+=("${packages[$tool]}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "test.sh: not installed, and the tests that need them are skipped: ${missing[*]}" >&2
    return
  fi
  echo "test.sh: installing ${missing[*]}"
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } >artifacts/apt.log 2>&1 ||
    { tail -n 5 artifacts/apt.log >&2; echo "test.sh: the installation failed (artifacts/apt.log); tests that need the tools will say so" >&2; }
}

# Sums an attribute of the <Counters> element over the result files.
sum() { cat artifacts/test-results/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ n += $1 } END { print n + 0 }'; }

rm -rf artifacts/test-results
mkdir -p artifacts/test-results
install_tools

echo "test.sh: building"
if ! dotnet build vrouter.sln -c Release -v quiet -nologo; then
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi

# Whoever calls may ignore signals (nohup, a background job of a script); the tests send these to the programs that they start.
default_signals=()
env --default-signal=HUP,INT,TERM true 2>/dev/null && default_signals=(env --default-signal=HUP,INT,TERM)

if [ -n "$differential" ]; then
  : >"$differential"
  tail -f "$differential" &
  trap 'kill '$! EXIT
fi

broken=0
for project in tests/*.Tests; do
  name=$(basename "$project")
  case "$name" in *"$only"*) ;; *) continue ;; esac
  echo "test.sh: $name"
  "${default_signals[@]}" dotnet test "$project" -c Release --no-build -nologo --results-directory artifacts/test-results \
    --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" --blame-hang-timeout "$((600 + ${VROUTER_DIFFERENTIAL_SECONDS:-0}))s" ${filter:+--filter "$filter"} </dev/null || broken=$((broken + 1))
  [ -e "artifacts/test-results/$name.trx" ] || { echo "test.sh: $name left no results" >&2; }
done

passed=$(sum passed) failed=$(sum failed) total=$(sum total)
skipped=$((total - passed - failed))
# A run that broke without a failed test (a crash, no results) is a failure too.
[ "$broken" -gt 0 ] && [ "$failed" -eq 0 ] && failed=$broken
grep -ho 'testName="[^"]*"[^>]*outcome="NotExecuted"' artifacts/test-results/*.trx 2>/dev/null | sed 's/testName="\([^"]*\)".*/skipped: \1/'
# What brings this run's random cases back: CONTRIBUTING.md.
grep -hoE 'property [^<]*cases, seed [0-9]+' artifacts/test-results/*.trx 2>/dev/null | awk '{ cases += $3; seeds[$NF] } END { if (cases) { printf "properties: %d cases, seed", cases; for (seed in seeds) printf " %s", seed; print "" } }'
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
