using System;
using Rnn.Core.Kernels.Transformer;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers.Attention;

/// <content>One step at a time, for generation: keys and values of the steps before lie in a cache.</content>
public sealed partial class MultiHeadAttention
{
    /// <summary>K, interleaved, and V of a memory, for <see cref="StepCross"/>.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="memory">[rows, E]. Read.</param>
    /// <param name="rows">S*B.</param>
    /// <param name="to">[rows, 2E]. Overwritten.</param>
    internal void ProjectMemory(ParameterBuffer p, ReadOnlySpan<float> memory, int rows, Span<float> to)
    {
        Project(p, memory, rows, 1, 2, to);
        StepAttention.InterleaveKeys(to, Heads, HeadSize);
    }

    /// <summary>y = attention, without bo, of one step over itself and the steps before; the bits of ForwardSelf with a
    /// causal mask.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[rows, E]. Read.</param>
    /// <param name="step">t.</param>
    /// <param name="cache">[.., most rows, 2E]: K, interleaved, and V of steps 0 .. t-1. Those of step t are
    /// added.</param>
    /// <param name="keyStep">Elements from step to step of the cache.</param>
    /// <param name="tape">Of one step and as many rows.</param>
    /// <param name="weights">[rows, H, maxKeys]. Overwritten.</param>
    /// <param name="maxKeys">More than t.</param>
    /// <param name="y">[rows, E]. Overwritten.</param>
    internal void StepSelf(ParameterBuffer p, ReadOnlySpan<float> x, int step, Span<float> cache, int keyStep,
        MultiHeadAttentionTape tape, Span<float> weights, int maxKeys, Span<float> y)
    {
        int rows = tape.Rows;
        Project(p, x, rows, 0, 3, tape.Projected, keepPacked: true);
        for (int b = 0; b < rows; b++)
        {
            Span<float> to = cache.Slice((step * keyStep) + (2 * b * Size), 2 * Size);
            StepAttention.Interleave(tape.Projected.Slice(((3 * b) + 1) * Size, Size), Heads, HeadSize, to);
            tape.Projected.Slice(((3 * b) + 2) * Size, Size).CopyTo(to[Size..]);
        }

        StepAttention.Run(new()
        {
            Rows = rows,
            Heads = Heads,
            Size = HeadSize,
            Scale = _scale,
            Queries = tape.Projected,
            QueryStride = 3 * Size,
            Cache = cache,
            KeyStep = keyStep,
            Count = step + 1,
            Weights = weights,
            MaxKeys = maxKeys,
            Context = tape.Context,
        });
        WeightProduct.Run(p, OutWeights, 0, Size, tape.Context, rows, y, keepPacked: true);
    }

    /// <summary>y = attention, without bo, of one step over a memory; the bits of ForwardCross.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[rows, E]. Read.</param>
    /// <param name="memory">[S, B, 2E], as <see cref="ProjectMemory"/> gave it. Read.</param>
    /// <param name="steps">S.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">[B], or empty. Read.</param>
    /// <param name="sources">[rows]: which row of the memory each reads; empty for its own number. Read.</param>
    /// <param name="tape">Of one step and as many rows.</param>
    /// <param name="weights">[rows, H, maxKeys]. Overwritten, with 0 past the lengths.</param>
    /// <param name="maxKeys">S or more.</param>
    /// <param name="y">[rows, E]. Overwritten.</param>
    internal void StepCross(ParameterBuffer p, ReadOnlySpan<float> x, ReadOnlySpan<float> memory, int steps, int batch,
        ReadOnlySpan<int> lengths, ReadOnlySpan<int> sources, MultiHeadAttentionTape tape, Span<float> weights,
        int maxKeys, Span<float> y)
    {
        int rows = tape.Rows;
        Project(p, x, rows, 0, 1, tape.Projected, keepPacked: true);
        StepAttention.Run(new()
        {
            Rows = rows,
            Heads = Heads,
            Size = HeadSize,
            Scale = _scale,
            Queries = tape.Projected,
            QueryStride = Size,
            Cache = memory,
            KeyStep = batch * 2 * Size,
            Count = steps,
            Sources = sources,
            Lengths = lengths,
            Weights = weights,
            MaxKeys = maxKeys,
            Context = tape.Context,
        });
        WeightProduct.Run(p, OutWeights, 0, Size, tape.Context, rows, y, keepPacked: true);
    }
}
