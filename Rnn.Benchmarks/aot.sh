#!/usr/bin/env bash
# Generation with Native AOT for three processor targets, and with the JIT: size of the program, characters a second.
#
#   Rnn.Benchmarks/aot.sh [ROUNDS] [CHARACTERS]        writes Rnn.Benchmarks/results/<cpu>/aot-generation.md
#
# The four take turns, ROUNDS times (5), since a machine's speed drifts; the median of each counts. Each run warms up
# for at least a second before it measures. RNN_CPU names the folder if the processor's own name won't do, RNN_RESULTS
# another place than Rnn.Benchmarks/results.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
characters=${2:-5000}
export LC_ALL=C DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1

cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1)
cpu=${cpu:-$(uname -m)}
slug=${RNN_CPU:-$(printf '%s' "$cpu" | tr 'A-Z' 'a-z' | tr -cs 'a-z0-9' '-' | sed 's/^-//; s/-$//')}
folder=${RNN_RESULTS:-Rnn.Benchmarks/results}/$slug
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

names=(default x86-64-v3 native jit)
for name in default x86-64-v3 native; do
    target=()
    [ "$name" = default ] || target=("-p:IlcInstructionSet=$name")
    echo "publish for $name" >&2
    dotnet publish samples/AotGenerate -c Release -v quiet -o "$work/$name" "${target[@]}" >&2
done
dotnet build samples/AotGenerate -c Release -v quiet >&2
run() {   # NAME ARGUMENTS...
    local name=$1
    shift
    if [ "$name" = jit ]; then
        dotnet run --project samples/AotGenerate -c Release --no-build -- "$@"
    else
        "$work/$name/AotGenerate" "$@"
    fi
}

run jit --new "$work/model.safetensors"
for ((round = 1; round <= rounds; round++)); do
    for name in "${names[@]}"; do
        line=$(run "$name" "$work/model.safetensors" A "$characters" 5 | tail -n 1)
        echo "round $round, $name: $line" >&2
        printf '%s\n' "$line" | sed -n 's/.*, \([0-9]*\) characters\/s$/\1/p' >> "$work/$name.speed"
        printf '%s\n' "$line" | sed 's/^[^,]*, \(.*\): .*/\1/' > "$work/$name.simd"
    done
done

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print (NR % 2 ? v[(NR + 1) / 2] : int((v[NR / 2] + v[NR / 2 + 1]) / 2)) }'; }
jit=$(median "$work/jit.speed")
mkdir -p "$folder"
{
    echo "# Generation with Native AOT"
    echo
    echo "Character model of 2 x 512 LSTM and 83 characters (untrained: the work is the same), batch 1, one character"
    echo "after another, top-k 5. Median of $rounds interleaved rounds of $characters characters, after a warm-up of at"
    echo "least one second."
    echo
    echo "| Program | Kernels | Size | Characters/s (median) | lowest - highest | of the JIT's |"
    echo "|---|---|---|---|---|---|"
    for name in "${names[@]}"; do
        speed=$(median "$work/$name.speed")
        case $name in
            jit) title='JIT (`dotnet run -c Release`)'; size='(needs .NET)' ;;
            default) title='Native AOT, default target' ;;
            *) title="Native AOT, \`$name\`" ;;
        esac
        [ "$name" = jit ] || size=$(stat -c %s "$work/$name/AotGenerate" | awk '{ printf "%.2f MB", $1 / 1e6 }')
        range="$(sort -n "$work/$name.speed" | head -n 1) - $(sort -n "$work/$name.speed" | tail -n 1)"
        echo "| $title | $(cat "$work/$name.simd") | $size | $speed | $range |" \
            "$(awk "BEGIN { printf \"%.0f%%\", 100 * $speed / $jit }") |"
    done
    echo
    echo "- Machine: $cpu, $(nproc) hardware threads, $(. /etc/os-release 2>/dev/null && echo "$PRETTY_NAME" || uname -s)"
    echo "- .NET SDK $(dotnet --version), runtime $(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -n 1)"
    echo "- $(date -u +%Y-%m-%d), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)"
    echo "- Commands: \`Rnn.Benchmarks/aot.sh $rounds $characters\`; each program:"
    echo "  \`dotnet publish samples/AotGenerate -c Release [-p:IlcInstructionSet=x86-64-v3|native]\`,"
    echo "  \`AotGenerate MODEL A $characters 5\`"
} > "$folder/aot-generation.md"
cat "$folder/aot-generation.md"
