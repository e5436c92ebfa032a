#!/usr/bin/env bash
# Runs the benchmarks of kernels and layers (about a quarter of an hour), and puts their tables one after another.
#   Rnn.Benchmarks/tables.sh > Rnn.Benchmarks/results/amd-epyc-zen4/kernels.md
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT
options=(--filter '*Kernels*' '*Layers*' --warmupCount 3 --iterationCount 7 --artifacts "$run")
dotnet run -c Release --project "$here" -- "${options[@]}" > "$run/log" || { tail -n 30 "$run/log" >&2; exit 1; }

echo "# Kernels and layers"
echo
echo "What BenchmarkDotNet measured. The limit is that which a row comes nearest to, and how near: what the processor multiplies and adds in"
echo "registers (\"peak\"), or what it reads from a buffer of 4 MB in cache (\"cache\"), on as many threads, measured in the same run. The second"
echo "is a yardstick: buffers of a few kB (the pointwise kernels) are read faster, large ones (pooling) more slowly, and what is written counts"
echo "like what is read. Sizes stand in the classes of that name in \`Rnn.Benchmarks/Kernels\` and \`Layers\`."
echo
sed -n '/^```/,/^```/p' "$(ls "$run"/results/*-report-github.md | head -n 1)"
for table in "$run"/results/*-report-github.md; do
    name=$(basename "$table" -report-github.md)
    echo
    echo "## ${name##*.}"
    echo
    grep '^|' "$table" | sed 's/\*\*//g'
done
echo
echo "- $(date -u +%Y-%m-%d)"
echo "- \`Rnn.Benchmarks/tables.sh\`"
