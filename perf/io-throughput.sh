#!/usr/bin/env bash
# Pod-to-pod throughput between two nodes on one machine, in network namespaces: vRouter in each encapsulation beside the kernel doing the same.
#
#   sudo perf/io-throughput.sh [SECONDS]     each measurement takes SECONDS (default 5); prints a Markdown table
#
# The path is pod - node - node - pod, or pod - node - pod ("one node"), over veth pairs, or TAPs of the router, with offloads as they come. TCP: one iperf3 stream, received Gbit/s. UDP: 64-byte frames as fast as
# iperf3 sends them, received packets per second. iperf3 itself limits the latter; compare rows, not machines. Each row begins with a second of TCP that is not counted.
# "CPU s/GB" is the processor time of each router for a gigabyte of TCP payload: unlike rates, it hardly suffers from other programs on the machine. The kernel's forwarding has no process to ask.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5}
work=$(mktemp -d)
prefix=vrperf$$

[ "$(id -u)" -eq 0 ] || { echo "io-throughput: needs root for network namespaces" >&2; exit 1; }
for tool in ip iperf3 python3; do
  command -v "$tool" >/dev/null || { echo "io-throughput: needs $tool" >&2; exit 1; }
done

clean_up() {
  local space
  ./vrouter lab down "$prefix" >/dev/null 2>&1 || true
  for space in pod-a node-a node-b pod-b pod-c; do ip netns del "$prefix-k-$space" 2>/dev/null || true; done
  rm -rf "$work"
}
trap clean_up EXIT

# Processor time of each router so far, hundredths of a second, in one line.
router_ticks() {
  local space pid
  for space in node-a node-b; do
    for pid in $(ip netns pids "$prefix-$space" 2>/dev/null); do awk '{print $14 + $15}' "/proc/$pid/stat"; done
  done | paste -sd' '
}

# measure LABEL POD-A POD-B ADDRESS-B: one row
measure() {
  local label=$1 client=$2 server=$3 address=$4 before after tcp udp
  ip netns exec "$client" ping -c 3 -i 0.2 -W 1 -q "$address" >/dev/null || { echo "| $label | no connectivity | | |"; return; }
  run_iperf() {
    ip netns exec "$server" iperf3 -s -1 -D --pidfile "$work/iperf3.pid" >/dev/null
    sleep 0.3
    ip netns exec "$client" iperf3 -c "$address" -t "$seconds" -J "$@" 2>/dev/null
  }
  run_iperf -t 1 >/dev/null || true
  before=$(router_ticks)
  tcp=$(run_iperf)
  after=$(router_ticks)
  tcp=$(python3 -c '
import json, sys
received = json.loads(sys.argv[1])["end"]["sum_received"]
cost = ["%.2f" % ((int(b) - int(a)) * 1e7 / received["bytes"]) for a, b in zip(sys.argv[2].split(), sys.argv[3].split())]
print("%.2f | %s" % (received["bits_per_second"] / 1e9, ", ".join(cost) or "-"))' "$tcp" "$before" "$after" || echo "failed |")
  udp=$(run_iperf -u -b 0 -l 18 | python3 -c '
import json, sys
total = json.load(sys.stdin)["end"]["sum"]
print("%.0f (%.1f %% lost)" % ((total["packets"] - total["lost_packets"]) / total["seconds"], total["lost_percent"]))' || echo failed)
  echo "| $label | $tcp | $udp |"
}

vrouter_row() { # LABEL IPIP-MODE VXLAN-MODE
  mkdir -p "$work/two-nodes"
  cp labs/two-nodes.yaml "$work/"
  sed "s/ipipMode: .*/ipipMode: $2/; s/vxlanMode: .*/vxlanMode: $3/" labs/two-nodes/resources.yaml >"$work/two-nodes/resources.yaml"
  ./vrouter lab up "$work/two-nodes.yaml" --name "$prefix" >"$work/lab.log" 2>&1 || { cat "$work/lab.log" >&2; return 1; }
  measure "$1" "$prefix-pod-a" "$prefix-pod-b" 10.42.1.2
  ./vrouter lab down "$prefix" >/dev/null
}

one_node_row() { # LABEL [tap]
  mkdir -p "$work/one-node"
  local taps=()
  [ "${2:-}" = tap ] && taps=(-e 's/interface: cali-pod-\([ab]\),/interface: cali-pod-\1, attach: tap,/; s/, mtu: 1450}/}/; s/configuration: {uplink: {interface: eth0}}/configuration: {uplink: {interface: eth0}, workloads: {driver: tap}}/')
  sed -e "s/^  name: two-nodes/  name: one-node/; s/two-nodes\/resources/one-node\/resources/; /{node: node-b,/d" \
    -e "s/{name: pod-b, node: node-b, interface: cali-pod-b, address: 10.42.1.2,/{name: pod-b, node: node-a, interface: cali-pod-b, address: 10.42.0.3,/" "${taps[@]}" \
    labs/two-nodes.yaml >"$work/one-node.yaml"
  sed -e "s/node--b-k8s-pod--b/node--a-k8s-pod--b/; s/ipNetworks: \[10.42.1.2/ipNetworks: [10.42.0.3/" \
    labs/two-nodes/resources.yaml | awk '/node--a-k8s-pod--b/ {moved = 1} moved && /^  node: node-b/ {sub("node-b", "node-a")} {print}' >"$work/one-node/resources.yaml"
  ./vrouter lab up "$work/one-node.yaml" --name "$prefix" >"$work/lab.log" 2>&1 || { cat "$work/lab.log" >&2; return 1; }
  measure "$1" "$prefix-pod-a" "$prefix-pod-b" 10.42.0.3
  ./vrouter lab down "$prefix" >/dev/null
}

# A second pod at node a.
kernel_one_node() {
  local node=$prefix-k-node-a pod=$prefix-k-pod-c
  ip netns add "$pod"
  ip -n "$node" link add cali-c type veth peer name eth0 netns "$pod"
  ip -n "$node" link set cali-c address 02:00:00:00:01:03 up
  ip -n "$pod" link set eth0 mtu 1450 address 02:00:00:00:02:03 up
  ip -n "$pod" addr add 10.42.0.3/32 dev eth0
  ip -n "$pod" route add 169.254.1.1 dev eth0 scope link
  ip -n "$pod" route add default via 169.254.1.1 dev eth0
  ip -n "$pod" neigh add 169.254.1.1 lladdr 02:00:00:00:01:03 dev eth0
  ip -n "$node" route add 10.42.0.3 dev cali-c
  ip -n "$node" neigh add 10.42.0.3 lladdr 02:00:00:00:02:03 dev cali-c
}

kernel_namespaces() {
  local side other
  for side in a b; do
    ip netns add "$prefix-k-node-$side"
    ip netns add "$prefix-k-pod-$side"
    ip -n "$prefix-k-node-$side" link add cali type veth peer name eth0 netns "$prefix-k-pod-$side"
  done
  ip -n "$prefix-k-node-a" link add eth0 type veth peer name eth0 netns "$prefix-k-node-b"
  for side in a b; do
    local node=$prefix-k-node-$side pod=$prefix-k-pod-$side n=1
    [ $side = b ] && n=2
    ip netns exec "$node" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0
    ip -n "$node" link set cali address 02:00:00:00:01:0$n up
    ip -n "$node" addr add 192.0.2.$n/24 dev eth0
    ip -n "$node" link set eth0 up
    ip -n "$pod" link set eth0 mtu 1450 address 02:00:00:00:02:0$n up
    ip -n "$pod" addr add 10.42.$((n - 1)).2/32 dev eth0
    ip -n "$pod" route add 169.254.1.1 dev eth0 scope link
    ip -n "$pod" route add default via 169.254.1.1 dev eth0
    ip -n "$pod" neigh add 169.254.1.1 lladdr 02:00:00:00:01:0$n dev eth0
    ip -n "$node" route add 10.42.$((n - 1)).2 dev cali
    ip -n "$node" neigh add 10.42.$((n - 1)).2 lladdr 02:00:00:00:02:0$n dev cali
  done
}

kernel_plain() {
  ip -n "$prefix-k-node-a" route replace 10.42.1.0/24 via 192.0.2.2
  ip -n "$prefix-k-node-b" route replace 10.42.0.0/24 via 192.0.2.1
}

kernel_vxlan() {
  local side n other
  for side in a b; do
    n=1 other=2
    [ $side = b ] && n=2 other=1
    local node=$prefix-k-node-$side
    ip -n "$node" link add vxlan type vxlan id 4096 dstport 4789 dev eth0 local 192.0.2.$n nolearning
    ip -n "$node" link set vxlan address 66:00:00:00:00:0$n mtu 1450 up
    ip -n "$node" addr add 10.42.$((n - 1)).0/32 dev vxlan
    ip -n "$node" neigh add 10.42.$((other - 1)).0 lladdr 66:00:00:00:00:0$other dev vxlan
    ip netns exec "$node" bridge fdb append 66:00:00:00:00:0$other dev vxlan dst 192.0.2.$other
    ip -n "$node" route replace 10.42.$((other - 1)).0/24 via 10.42.$((other - 1)).0 dev vxlan onlink
  done
}

echo "$(uname -r), $(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $seconds s each"
echo
echo "| path | TCP Gbit/s | CPU s/GB | UDP packets/s |"
echo "|---|---|---|---|"
kernel_namespaces
kernel_one_node
measure "one node: kernel" "$prefix-k-pod-a" "$prefix-k-pod-c" 10.42.0.3
one_node_row "one node: vRouter"
one_node_row "one node: vRouter, tap to tap" tap
kernel_plain
measure "kernel, plain" "$prefix-k-pod-a" "$prefix-k-pod-b" 10.42.1.2
kernel_vxlan
measure "kernel, vxlan device" "$prefix-k-pod-a" "$prefix-k-pod-b" 10.42.1.2
vrouter_row "vRouter, plain" Never Never
vrouter_row "vRouter, IPIP" Always Never
vrouter_row "vRouter, VXLAN" Never Always
