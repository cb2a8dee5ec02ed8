#!/bin/bash
# Measures longest-prefix match beside DPDK's rte_fib (entries of two bytes) in one run: same routes, same addresses, same core, in turn.
#
#   perf/peers/lpm.sh [ROUTES]        ROUTES: one prefix a line, plain or .gz; a generated table of the Internet's shape without it
#
# Needs: the .NET SDK, gcc, pkg-config, and Debian's libdpdk-dev (apt-get install libdpdk-dev). Takes about a minute. No root is needed: rte_fib gets plain memory, as
# vRouter does; HUGE=1 gives it huge pages of 2 MiB (600 of them must be reserved: /proc/sys/vm/nr_hugepages). ROUNDS=n repeats (3), CORE=n chooses the core (0).
# Other work on the machine disturbs both alike: processor time is measured, but caches are shared, so compare the ratios and repeat.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rounds=${ROUNDS:-3} core=${CORE:-0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pkg-config --exists libdpdk || { echo "libdpdk-dev is not installed: apt-get install libdpdk-dev" >&2; exit 1; }

gcc -O3 -march=native -o "$work/rte_fib_lookup" "$here/rte_fib_lookup.c" $(pkg-config --cflags --libs libdpdk)
dotnet build "$here/../VRouter.Benchmarks" -c Release -v q -nologo >/dev/null
ours=("$here/../VRouter.Benchmarks/bin/Release/net10.0/VRouter.Benchmarks" lpm)
memory=(--no-huge -m 2048)
[ -z "${HUGE:-}" ] || memory=(--in-memory)

"${ours[@]}" prepare "$work/data" "$@"
traffic=$(cd "$work/data" && ls -v ./*.bin | sed 's|./||; s|.bin||' | grep -v routes)
for ((round = 1; round <= rounds; round++)); do
    taskset -c "$core" "$work/rte_fib_lookup" -l "$core" "${memory[@]}" --no-pci --no-telemetry --force-max-simd-bitwidth=512 --log-level=3 -- \
        "$work/data" $traffic | tee -a "$work/results"
    taskset -c "$core" "${ours[@]}" measure "$work/data" | tee -a "$work/results"
done

echo
echo "medians over $rounds rounds, millions of lookups per second (dependent: nanoseconds); $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2), load $(cut -d' ' -f1 /proc/loadavg)"
printf "%-14s %10s %15s %15s %22s\n" "" vrouter "rte_fib scalar" "rte_fib avx512" "vrouter / best of them"
awk '
    $2 ~ /^(uniform|zipf-|dependent)/ { values[$1, $2] = values[$1, $2] " " $3; traffic[$2] }
    function median(list,    n, v, i, j, t) {
        n = split(list, v)
        for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (v[j] + 0 < v[i] + 0) { t = v[i]; v[i] = v[j]; v[j] = t }
        return n ? v[int((n + 1) / 2)] : 0
    }
    END {
        for (name in traffic) {
            ours = median(values["vrouter", name]); scalar = median(values["rte_fib-scalar", name]); vector = median(values["rte_fib-avx512", name])
            best = name == "dependent" ? (vector && vector < scalar ? vector : scalar) : (vector > scalar ? vector : scalar)
            printf "%-14s %10.0f %15.0f %15.0f %22.2f\n", name, ours, scalar, vector, best ? ours / best : 0
        }
    }' "$work/results" | sort -V
