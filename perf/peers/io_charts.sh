#!/bin/bash
# Measures every driver in every mode beside the kernel and the plain C forwarders, tap alone, and draws what was received and what a frame cost: reports and charts go into a directory of results.
#
#   sudo perf/peers/io_charts.sh DIRECTORY        as perf/results/amd-epyc
#
# Needs what io.sh needs, and gnuplot. Takes five to six minutes; SECONDS_EACH=n how long each measurement takes (1). DRIVERS and MODES choose fewer. Reports that are there already and are not
# measured again are drawn, too.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: io_charts.sh DIRECTORY" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
directory=$(cd "$1" && pwd)

for driver in ${DRIVERS:-af-packet af-xdp tap}; do
    for mode in ${MODES:-plain ipip vxlan}; do
        echo "$driver, $mode" >&2
        peers=
        [ "$driver" != tap ] || peers=none
        PEERS=$peers DRIVER=$driver SECONDS_EACH=${SECONDS_EACH:-1} OUTPUT=json "$here/io.sh" "$mode" >"$directory/io-$driver-$mode.json.new"
        mv "$directory/io-$driver-$mode.json.new" "$directory/io-$driver-$mode.json"
    done
done
dotnet run -c Release --project "$here/../VRouter.Benchmarks" -- charts io "$directory"
