#!/usr/bin/env bash
# What the start of a router costs: time to the ready line, the first pings through it, the first answers at its control socket, memory.
#
#   sudo perf/startup.sh [-n ROUNDS] [PROGRAM...]
#
# Each PROGRAM is a vrouter-host (default: this checkout's, built first); with several they take turns, so that a noisy machine meets all alike. Prints a
# Markdown table of medians with the least and the greatest value, over ROUNDS (default 5). Each round is a fresh router between a pod and a peer node, in
# network namespaces of its own: the first ping asks for both neighbors by ARP.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=5
while getopts n: option; do
  case $option in
    n) rounds=$OPTARG ;;
    *) echo "usage: perf/startup.sh [-n ROUNDS] [PROGRAM...]" >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[ "$(id -u)" -eq 0 ] || { echo "startup: needs root for network namespaces" >&2; exit 1; }
for tool in ip nft ping curl awk; do
  command -v "$tool" >/dev/null || { echo "startup: needs $tool" >&2; exit 1; }
done
if [ $# -eq 0 ]; then
  ./vrouter --version >/dev/null
  set -- src/VRouter.Host/bin/Release/net10.0/vrouter-host
fi

work=$(mktemp -d)
name=vrstart$$
router=
clean_up() {
  [ -z "$router" ] || kill "$router" 2>/dev/null || true
  for space in node pod peer; do ip netns del "$name-$space" 2>/dev/null || true; done
  rm -rf "$work"
}
trap clean_up EXIT

cat >"$work/node.yaml" <<END
apiVersion: projectcalico.org/v3
kind: Node
metadata: {name: node}
spec: {bgp: {ipv4Address: 172.16.6.47/24}}
---
apiVersion: projectcalico.org/v3
kind: IPPool
metadata: {name: pool}
spec: {cidr: 192.168.0.0/16, blockSize: 26, ipipMode: Never, vxlanMode: Never}
---
apiVersion: projectcalico.org/v3
kind: WorkloadEndpoint
metadata: {name: node-k8s-pod-eth0, namespace: default}
spec: {orchestrator: k8s, node: node, pod: pod, endpoint: eth0, interfaceName: cali0, mac: "02:00:00:00:00:10", ipNetworks: [192.168.187.211/32]}
---
apiVersion: vrouter/v1
kind: RouterConfiguration
metadata: {name: node}
spec: {uplink: {interface: eth0}, control: {socket: $work/control.sock}}
END

wire() {
  local space
  for space in node pod peer; do
    ip netns add "$name-$space"
    ip netns exec "$name-$space" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
  done
  ip -n "$name-node" link add eth0 type veth peer name eth0 netns "$name-peer"
  ip -n "$name-node" link add cali0 type veth peer name eth0 netns "$name-pod"
  ip -n "$name-pod" link set eth0 address 02:00:00:00:00:10
  ip -n "$name-node" addr add 172.16.6.47/24 dev eth0
  ip -n "$name-peer" addr add 172.16.6.249/24 dev eth0
  ip -n "$name-pod" addr add 192.168.187.211/32 dev eth0
  ip -n "$name-node" link set eth0 up
  ip -n "$name-node" link set cali0 up
  ip -n "$name-peer" link set eth0 up
  ip -n "$name-pod" link set eth0 up
  ip -n "$name-peer" route add 192.168.0.0/16 via 172.16.6.47
  ip -n "$name-pod" route add 169.254.1.1 dev eth0
  ip -n "$name-pod" route add default via 169.254.1.1
}

microseconds() { local now=$EPOCHREALTIME; echo "${now/[.,]/}"; }

# one INDEX PROGRAM: appends a line of figures to $work/INDEX
one() {
  local began ended line pings first_view second_view memory
  wire
  rm -f "$work/out"
  mkfifo "$work/out"
  began=$(microseconds)
  ip netns exec "$name-node" "$2" run -f "$work/node.yaml" --node node >"$work/out" 2>"$work/log" &
  router=$!
  exec 3<"$work/out"
  read -r line <&3 || { cat "$work/log" >&2; exit 1; }
  ended=$(microseconds)
  pings=$(ip netns exec "$name-pod" ping -n -c 10 -i 0.05 -W 2 172.16.6.249 |
    awk -F'time=' '/time=/ { split($2, part, " "); n++; if (n == 1) first = part[1]; last = part[1] } END { if (n < 10) exit 1; print first, last }') ||
    { echo "startup: not every ping was answered" >&2; cat "$work/log" >&2; exit 1; }
  sleep 2
  memory=$(awk '/^Rss:/ { rss = $2 } /^Pss:/ { pss = $2 } END { printf "%.1f %.1f", rss / 1024, pss / 1024 }' "/proc/$router/smaps_rollup")
  first_view=$(view) second_view=$(view)
  kill "$router"
  wait "$router" || true
  router=
  exec 3<&-
  for space in node pod peer; do ip netns del "$name-$space"; done
  echo "$(((ended - began) / 1000)) $pings $first_view $second_view $memory" >>"$work/$1"
}

view() { curl -s -o "$work/view" -w '%{time_total}' --unix-socket "$work/control.sock" http://vrouter/counters | awk '{ printf "%.1f", $1 * 1000 }'; }

for ((round = 0; round < rounds; round++)); do
  index=0
  for program in "$@"; do one $((index++)) "$program"; done
done

spread() { # FILE COLUMN
  awk -v column="$2" '{ print $column }' "$1" | sort -n |
    awk '{ v[NR] = $1 } END { printf "%s (%s – %s)", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2, v[1], v[NR] }'
}
echo "| program | run to ready line, ms | first ping, ms | tenth ping, ms | first view, ms | second view, ms | RSS, MiB | PSS, MiB |"
echo "|---|---|---|---|---|---|---|---|"
index=0
for program in "$@"; do
  row="| $program"
  for column in 1 2 3 4 5 6 7; do row+=" | $(spread "$work/$index" "$column")"; done
  echo "$row |"
  index=$((index + 1))
done
