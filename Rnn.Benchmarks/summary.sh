#!/usr/bin/env bash
# One table of all comparisons in a results folder, as speed.md beside them has it: one line for each work, number of
# threads and peer.
#   Rnn.Benchmarks/summary.sh [Rnn.Benchmarks/results/amd-epyc-zen4]
set -euo pipefail
folder=${1:-$(dirname "$0")/results/amd-epyc-zen4}

echo "| Work | Threads | Ours, ms | Of peak | Peer | Peer, ms | Peer's time / ours | Memory, MB: ours / peer |"
echo "|---|--:|--:|--:|---|--:|---|---|"
for work in gemm-12800x512x2048 gemm-tn-512x12800x2048 gemm-128x512x2048 gemm-32x512x2048 gemm-1x512x2048 char-train \
    char-forward generate sine-train series-train sentiment-train script-train script-train-adaptive session-gru \
    attention-train transformer-train; do
    [ -f "$folder/compare-$work.md" ] || continue
    awk -F ' *[|] *' -v work="$work" '
        /^## / { threads = $0; gsub(/[^0-9]/, "", threads); ours = "" }
        /^[|] Program/ { for (i = 2; i < NF; i++) column[$i] = i; next }
        /^[|]/ && !/^[|]-/ {
            ms = $column["ms a step"]; memory = $column["resident memory, MB"]
            ratio = $column["times ours, median [min .. max]"]
            if (ours == "") {
                ours = ms; share = $column["of peak"]; mine = memory
                if ("of cache bandwidth" in column) share = $column["of cache bandwidth"] " (cache)"
                if (work == "sine-train") share = "-"
            } else {
                printf "| %s | %s | %s | %s | %s | %s | %s | %s / %s |\n", work, threads, ours, share, $2, ms, ratio, mine, memory
            }
        }' "$folder/compare-$work.md"
done
