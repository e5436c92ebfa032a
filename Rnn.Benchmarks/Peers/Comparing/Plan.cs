using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Benchmarks.Models;
using Rnn.Benchmarks.Peers.Engines;

namespace Rnn.Benchmarks.Peers.Comparing;

/// <summary>Who is compared with whom: ours first, then each peer in its best forms.</summary>
internal static class Plan
{
    private const double LargestManaged = 1e9;   // the managed product of Math.NET reaches some 3 GFLOP/s

    private static readonly Dictionary<string, string> s_none = [];

    // glibc gives large blocks back and gets them again, page by page: kept, libtorch is faster by a third.
    private static readonly Dictionary<string, string> s_tuned = new()
    {
        ["MALLOC_MMAP_THRESHOLD_"] = "8589934592",
        ["MALLOC_TRIM_THRESHOLD_"] = "8589934592",
        ["MALLOC_TOP_PAD_"] = "268435456",
    };

    /// <summary>The works to compare.</summary>
    public static IReadOnlyList<string> Works { get; } =
    [
        .. GemmShape.All.Select(shape => shape.Name),
        .. BatchedGemmShape.All.Select(shape => shape.Name),
        "char-train", "char-train-dropout", "char-forward", "generate", "sine-train", "series-train", "sentiment-train",
        "generate-words-greedy", "generate-words-all", "generate-words-top5",
        "script-train", "script-train-adaptive", "session-gru", "attention-train", "transformer-train",
        "transformer-train-dropout",
        "translate-greedy", "translate-beam5", "translate-rnn-greedy", "translate-rnn-beam5",
    ];

    /// <summary>Whether Math.NET's managed product of it ends soon enough.</summary>
    public static bool IsSmall(GemmShape shape) => shape.Flops < LargestManaged;

    /// <summary>What the machine can do at most, measured in the same rounds.</summary>
    public static Setting Peak { get; } = Ours("peak", "peak");

    /// <summary>The same for reading from cache.</summary>
    public static Setting CacheBandwidth { get; } = Ours("cache bandwidth", "cache-bandwidth");

    /// <summary>Those that take turns; the first is ours, to which the others are compared.</summary>
    public static IReadOnlyList<Setting> Of(string work)
    {
        GemmShape? shape = GemmShape.All.FirstOrDefault(shape => shape.Name == work);
        if (shape is not null)
        {
            return
            [
                Ours("Rnn", work), Peer("OpenBLAS", Engine.OpenBlas, work), Peer("libtorch", Engine.LibTorch, work),
                .. IsSmall(shape) ? [Peer("Math.NET managed", Engine.MathNet, work)] : Enumerable.Empty<Setting>(),
            ];
        }

        if (BatchedGemmShape.All.Any(shape => shape.Name == work))
            return [Ours("Rnn", work), Peer("libtorch", Engine.LibTorch, work)];

        return work switch
        {
            "char-train" or "char-train-dropout" => [Ours("Rnn", work), .. Torch(work), Gathered(work)],
            "char-forward" => [Ours("Rnn", work), .. Torch(work), Gathered(work), .. Onnx("ONNX Runtime", work)],
            "generate" =>
            [
                Ours("Rnn", work), Ours("Rnn, weights in bfloat16", $"{work}-bfloat16"), Peer("libtorch", Engine.LibTorch, work),
                WithoutOneDnn(work), .. Onnx("ONNX Runtime, no sampling", work),
            ],
            "generate-words-greedy" or "generate-words-all" or "generate-words-top5" =>
                [Ours("Rnn", work), Ours("Rnn, weights in bfloat16", work.Replace("words", "words-bfloat16", StringComparison.Ordinal))],
            "sine-train" => [Ours("Rnn", work), Peer("libtorch", Engine.LibTorch, work), WithoutOneDnn(work)],
            "series-train" => [Ours("Rnn", work), .. Torch(work), WithoutOneDnn(work)],
            "script-train" =>
            [
                Ours("Rnn, lazy Adam", work), Ours("Rnn, dense Adam", $"{work}-dense"),
                Ours("Rnn, lazy Adam, adaptive softmax", $"{work}-adaptive"), .. Torch(work),
            ],
            "transformer-train" =>
                [Ours("Rnn, lazy Adam", work), Ours("Rnn, dense Adam", $"{work}-dense"), .. Torch(work), InParts(work)],
            "transformer-train-dropout" => [Ours("Rnn, lazy Adam", work), .. Torch(work), InParts(work)],
            "sentiment-train" =>
            [
                Ours("Rnn, lazy Adam", work), Ours("Rnn, dense Adam", $"{work}-dense"), .. Torch(work), Flushed(work),
            ],
            "translate-greedy" or "translate-beam5" =>
                [Ours("Rnn", work), Ours("Rnn without a cache", $"{work}-uncached")],
            "translate-rnn-greedy" or "translate-rnn-beam5" => [Ours("Rnn", work)],
            _ => [Ours("Rnn, lazy Adam", work), Ours("Rnn, dense Adam", $"{work}-dense"), .. Torch(work)],
        };
    }

    /// <summary>Ours and libtorch at its best, for a picture of growth.</summary>
    public static IReadOnlyList<Setting> OfGrowth(string work) => [Ours("Rnn", work), Torch(work)[1]];

    private static Setting[] Torch(string work) =>
    [
        Peer("libtorch", Engine.LibTorch, work),
        Peer("libtorch tuned", Engine.LibTorch, work) with { Environment = s_tuned },
    ];

    private static Setting WithoutOneDnn(string work) => Peer("libtorch, oneDNN off", Engine.LibTorch, work, "--onednn", "off");

    // One-hot rows looked up in a unit matrix, where the others compute them.
    private static Setting Gathered(string work) =>
        Peer("libtorch tuned, one-hot gathered", Engine.LibTorch, work, "--one-hot", "gathered") with
        {
            Environment = s_tuned,
        };

    // Attention as products and a softmax, where the others have one operation for it.
    private static Setting InParts(string work) =>
        Peer("libtorch tuned, attention in parts", Engine.LibTorch, work, "--attention", "parts") with
        {
            Environment = s_tuned,
        };

    // Numbers too small to be normal taken for zero, where the others compute with them.
    private static Setting Flushed(string work) =>
        Peer("libtorch tuned, subnormals flushed", Engine.LibTorch, work, "--subnormal", "flushed") with
        {
            Environment = s_tuned,
        };

    private static Setting[] Onnx(string label, string work) =>
    [
        Peer(label, Engine.OnnxRuntime, work),
        Peer($"{label}, given indices", Engine.OnnxRuntime, work, "--onnx-input", "indices"),
    ];

    private static Setting Ours(string label, string work) => new(label, Engine.Rnn, work, [], s_none);

    private static Setting Peer(string label, string engine, string work, params string[] arguments) =>
        new(label, engine, work, arguments, s_none);
}
