#!/bin/bash
# Measures vRouter's ports beside plain C forwarders and the kernel, in one run: equal networks, equal sender, the same two cores, in turn.
#
#   sudo perf/peers/io.sh [MODE...]       MODE: plain, ipip, vxlan (all of them without it)
#
# The C forwarders are ring_forward.c (packet socket rings) for af-packet and tap, and xdp_forward.c (AF_XDP, copy mode) for af-xdp. Needs: root, the .NET SDK, gcc, iproute2, nftables, ethtool;
# iperf3 for TCP. Takes about two minutes for each mode. PEERS=none measures vRouter alone. DRIVER=name chooses vRouter's ports (af-packet), SECONDS_EACH=n how long each measurement takes (6), OUTPUT=json prints reports for
# programs. On a machine that does other work compare "frames for the same processor time" rather than rates.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

driver=${DRIVER:-af-packet}
peer=ring_forward
[ "$driver" != af-xdp ] || peer=xdp_forward
gcc -O3 -march=native -Wall -Wextra -o "$work/$peer" "$here/$peer.c"
peers=(--peer kernel --peer "$work/$peer")
[ "${PEERS:-}" != none ] || peers=(--peer none)
[ $# -gt 0 ] || set -- plain ipip vxlan
for mode; do
    "$here/../../vrouter" bench io --driver "$driver" --mode "$mode" --seconds "${SECONDS_EACH:-6}" "${peers[@]}" -o "${OUTPUT:-table}"
    echo
done
