using System;
using System.Diagnostics.CodeAnalysis;

namespace Rnn.Core.Diagnostics;

/// <content>Attention with many heads, and Transformers.</content>
internal static partial class Throw
{
    [DoesNotReturn]
    public static void HeadSize(string layer, int size, int heads) =>
        throw new ArgumentException($"'{layer}': size is {size}, which {heads} heads can't share equally. Choose a " +
            $"multiple of {heads}.", nameof(size));

    [DoesNotReturn]
    public static void TapeOfOtherAttention(string layer, bool isSelf) =>
        throw new ArgumentException(isSelf
            ? $"'{layer}': the tape is for attention over a sequence itself, and a memory came. Create it with maxSource."
            : $"'{layer}': the tape is for attention over a memory, and none came. Create it without maxSource.", "tape");

    [DoesNotReturn]
    public static void SourceTooLong(string layer, int steps, int maxSource) =>
        throw new ArgumentException($"'{layer}': the memory has {steps} steps, but the tape holds 1 to {maxSource}. " +
            "Create a larger tape, or shorten the source.", "memory");

    [DoesNotReturn]
    public static void SourceRows(string layer, int rows, int batch) =>
        throw new ArgumentException($"'{layer}': the memory has {rows} rows, and x has {batch}; expected as many.",
            "memory");

    [DoesNotReturn]
    public static void AttentionLength(string layer, int row, int length, int steps) =>
        throw new ArgumentOutOfRangeException("lengths",
            $"'{layer}': row {row} has length {length}; expected 1 to {steps}, the steps that attention reads. An empty " +
            "source has nothing to attend to: give it an end mark.");

    [DoesNotReturn]
    public static void PositionsOutside(string layer, int first, int steps, int maxLength) =>
        throw new ArgumentException($"'{layer}': steps {first} to {first + steps - 1} came, but there are positions for " +
            $"0 to {maxLength - 1} (maxLength). Shorten the text, or make the layer for longer ones.", "x");

    [DoesNotReturn]
    public static void NoAttentionWeights(string layer) =>
        throw new InvalidOperationException($"'{layer}': nothing was read yet, so there are no weights. Call Forward, or " +
            "Step, first.");

    [DoesNotReturn]
    public static void CacheNotBegun(string layer) =>
        throw new InvalidOperationException($"'{layer}': the cache holds no memory. Call Begin first.");

    [DoesNotReturn]
    public static void CacheFull(string layer, int maxSteps) =>
        throw new InvalidOperationException($"'{layer}': the cache holds {maxSteps} steps and is full. Create it for more, " +
            "or stop earlier.");

    [DoesNotReturn]
    public static void CacheRows(string layer, int rows, int expected, int maxRows) =>
        throw new ArgumentException(expected > 0
            ? $"'{layer}': x has {rows} rows, expected {expected} as at the step before. Reorder the cache where rows go."
            : $"'{layer}': x has {rows} rows, expected 1 to {maxRows}. Create a larger cache.", "x");

    [DoesNotReturn]
    public static void CacheSources(string layer, int rows, int maxSources) =>
        throw new ArgumentException($"'{layer}': the memory has {rows} rows, but the cache holds 1 to {maxSources}. Create " +
            "a larger cache.", "memory");

    [DoesNotReturn]
    public static void CacheParameters(string layer) =>
        throw new InvalidOperationException($"'{layer}': the parameters are not those that Begin read. Call Begin again " +
            "after changing them.");

    [DoesNotReturn]
    public static void OtherLayersCache(string layer, string other) =>
        throw new ArgumentException($"'{layer}': the cache was made by '{other}'. Use the cache that this layer's " +
            "CreateCache gave.", "cache");
}
