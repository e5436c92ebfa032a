using System;

namespace Rnn.Core.Kernels.RandomNumbers;

/// <summary>
/// Which mask a layer's dropout has in one training step, for kernels that drop while the elements are in the cache.
/// The default draws nothing.
/// </summary>
internal readonly struct DropoutDraw(ulong seed, ulong stream, uint threshold, float scale)
{
    /// <summary>Whether anything can be dropped.</summary>
    public bool IsActive => threshold != 0;

    /// <summary>What the elements that stay are multiplied by: 1/(1 - rate).</summary>
    public float Scale => IsActive ? scale : 1;

    /// <summary>x[i] = x[i]*m/(1-rate), the mask of x[0] at place <paramref name="first"/>.</summary>
    public unsafe void Apply(float* x, int length, long first)
    {
        if (IsActive)
            Apply(x, x, length, first);
    }

    /// <summary>y[i] = x[i]*m/(1-rate); y may be x. Only where it is active.</summary>
    public unsafe void Apply(float* x, float* y, int length, long first) =>
        Apply(new ReadOnlySpan<float>(x, length), new Span<float>(y, length), first);

    /// <summary>The same over spans, with all workers where they are long.</summary>
    public void Apply(ReadOnlySpan<float> x, Span<float> y, long first) =>
        DropoutMask.Apply(x, y, seed, stream, (ulong)first, threshold, scale);
}
