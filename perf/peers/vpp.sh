#!/usr/bin/env bash
# What VPP's IPv4 graph takes for each 64-byte frame (60 bytes without the FCS) on the paths of `vrouter bench engine`, and that command right after each, on the same core.
# VPP is in no Debian release: build it (plugins af_packet, ipip, ping and vxlan are enough), then
#
#   perf/peers/vpp.sh BUILD [ROUNDS]        BUILD: where bin/vpp and lib/*/vpp_plugins are
#
# Needs root, python3-scapy and 1.3 GB of huge pages (reserved, and given back at the end): without them VPP takes three times as long.
# 1,024 /26 prefixes over 64 next hops or tunnels, vectors of 256, packet generator as the source (its clocks are shown apart). Per path: the least of the rounds.
set -euo pipefail
build=${1:?usage: $0 BUILD [ROUNDS]}
rounds=${2:-5}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
core=$(($(nproc) - 1))
python=python3
"$python" -c 'import scapy' 2>/dev/null || python=/usr/bin/python3
pages=$(cat /proc/sys/vm/nr_hugepages)
vpp=
finish() {
    [ -z "$vpp" ] || kill "$vpp" 2>/dev/null || true
    echo "$pages" > /proc/sys/vm/nr_hugepages
    rm -rf "$work"
}
trap finish EXIT
echo $((pages + 620)) > /proc/sys/vm/nr_hugepages

"$python" - "$work" <<'PYTHON'
import random, sys
from scapy.all import Ether, IP, UDP, Raw, wrpcap
work = sys.argv[1]
random.seed(1)

def inner():
    return IP(src="192.168.0.1", dst=f"10.100.{random.randrange(256)}.{random.randrange(256)}") / UDP(sport=1234, dport=2345) / Raw(b"x" * 18)

def outer(i):
    return Ether(src=f"02:00:00:00:01:{i % 64:02x}", dst="02:00:00:00:00:02") / IP(src=f"172.16.0.{i % 64 + 1}", dst="172.16.0.254")

def vxlan(i):
    frame = Ether(src=f"02:00:00:00:03:{i % 64:02x}", dst="02:00:00:00:04:01") / inner()
    return outer(i) / UDP(sport=40000 + i % 1000, dport=4789, chksum=0) / Raw(bytes([8, 0, 0, 0, 0, 16, 0, 0])) / frame

makers = {"plain": lambda i: Ether(src="02:00:00:00:02:01", dst="02:00:00:00:00:01") / inner(), "ipip": lambda i: outer(i) / inner(), "vxlan": vxlan}
for name, make in makers.items():
    wrpcap(f"{work}/{name}.pcap", [make(i) for i in range(4096)])

common = ["create packet-generator interface pg0", "create packet-generator interface pg1", "set int mac address pg0 02:00:00:00:00:01",
          "set int mac address pg1 02:00:00:00:00:02", "set int ip address pg0 192.168.0.254/24", "set int ip address pg1 172.16.0.254/24",
          "set int state pg0 up", "set int state pg1 up", "set ip neighbor pg0 192.168.0.1 02:00:00:00:02:01 static"]
common += [f"set ip neighbor pg1 172.16.0.{n + 1} 02:00:00:00:01:{n:02x} static" for n in range(64)]
for path in "plain", "ipip-encap", "ipip-decap", "vxlan-encap", "vxlan-decap":
    lines, kind = list(common), path.split("-")[0]
    if path == "vxlan-decap":
        lines += ["create bridge-domain 1", "create loopback interface mac 02:00:00:00:04:01", "set interface l2 bridge loop0 1 bvi",
                  "set int ip address loop0 10.200.0.1/16", "set int state loop0 up"]
    for n in range(64 if kind != "plain" else 0):
        if kind == "ipip":
            lines += [f"create ipip tunnel src 172.16.0.254 dst 172.16.0.{n + 1}", f"set int unnumbered ipip{n} use pg1", f"set int state ipip{n} up"]
        else:
            tunnel = f"vxlan_tunnel{n}"
            lines += [f"create vxlan tunnel src 172.16.0.254 dst 172.16.0.{n + 1} vni 4096 instance {n}", f"set int state {tunnel} up"]
            lines += [f"set interface l2 bridge {tunnel} 1 1"] if path == "vxlan-decap" else [
                f"set int ip address {tunnel} 10.200.{n}.1/24", f"set ip neighbor {tunnel} 10.200.{n}.2 02:00:00:00:03:{n:02x} static"]
    for i in range(1024):
        way = {"plain": f"172.16.0.{i % 64 + 1} pg1", "ipip-encap": f"ipip{i % 64}", "vxlan-encap": f"10.200.{i % 64}.2 vxlan_tunnel{i % 64}"}.get(path, "192.168.0.1 pg0")
        lines.append(f"ip route add 10.100.{i // 4}.{i % 4 * 64}/26 via {way}")
    source, port = (kind, "pg1") if path.endswith("decap") else ("plain", "pg0")
    lines.append(f"packet-generator new name s0 limit 100000000000 interface {port} node ethernet-input pcap {work}/{source}.pcap")
    open(f"{work}/{path}", "w").write("\n".join(lines) + "\n")
PYTHON

echo "| path | VPP clocks | of them, its generator | VPP without it, clocks | dropped | vRouter clocks | VPP / vRouter |"
echo "|---|---|---|---|---|---|---|"
for path in plain ipip-encap ipip-decap vxlan-encap vxlan-decap; do
    socket=$work/$path.sock
    nice -n -15 "$build/bin/vpp" unix { nodaemon nosyslog nobanner cli-no-pager cli-listen "$socket" } cpu { main-core "$core" } memory { main-heap-size 768M main-heap-page-size 2M } \
        buffers { page-size 2M buffers-per-numa 16384 } api-segment { prefix "vrouter-peer" } statseg { page-size 4K size 64M } \
        plugins { path "$(dirname "$(find "$build" -name vxlan_plugin.so | head -1)")" } > "$work/$path.log" 2>&1 &
    vpp=$!
    cli() { "$build/bin/vppctl" -s "$socket" "$@"; }
    for _ in $(seq 100); do [ ! -S "$socket" ] || break; sleep 0.1; done
    sleep 1
    cli exec "$work/$path" > /dev/null
    cli packet-generator enable-stream s0
    sleep 2
    for _ in $(seq "$rounds"); do
        cli clear runtime
        sleep 1
        cli show runtime | tr -d '\r' | awk '$2 == "active" || $2 == "polling" { if ($1 == "pg-input") g = $6; else sum += $6 } /vector rates/ { gsub(",", ""); drop = $8 } END { print sum + g, g, sum, drop }'
    done | sort -n | head -1 > "$work/best"
    kill "$vpp"
    wait "$vpp" || true
    vpp=
    read -r all generator own dropped < "$work/best"
    ours=$(nice -n -15 "$root/vrouter" bench engine --core "$core" --path "$path" -o json | python3 -c 'import json, sys; print(json.load(sys.stdin)["paths"][0]["clocksPerPacket"]["min"])')
    printf '| %s | %.0f | %.0f | %.0f | %s | %.0f | %.1f |\n' "$path" "$all" "$generator" "$own" "$dropped" "$ours" "$(awk "BEGIN { print $own / $ours }")"
done
