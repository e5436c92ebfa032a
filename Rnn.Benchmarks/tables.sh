#!/usr/bin/env bash
# Runs the benchmarks of kernels and layers (about a quarter of an hour), and puts their tables one after another.
#   Rnn.Benchmarks/tables.sh > Rnn.Benchmarks/results/amd-epyc-zen4/kernels.md
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
run=$(mktemp -d)
options=(--filter '*Kernels*' '*Layers*' --warmupCount 3 --iterationCount 7 --artifacts "$run")
dotnet run -c Release --project "$here" -- "${options[@]}" > "$run/log" || { tail -n 30 "$run/log" >&2; exit 1; }

echo "# Kernels and layers"
echo
echo "What BenchmarkDotNet measured, with what bounds each row: the share of the limit that it comes nearest to, which is either what the"
echo "processor multiplies and adds in registers (\"peak\") or what it reads from a buffer of 4 MB in cache (\"cache\"), on as many threads,"
echo "measured in the same run. Sizes stand in the classes of that name in \`Rnn.Benchmarks/Kernels\` and \`Layers\`."
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
