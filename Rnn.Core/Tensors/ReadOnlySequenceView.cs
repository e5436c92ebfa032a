using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;

namespace Rnn.Core.Tensors;

/// <summary>A sequence [Steps, Batch, Features], time-major and contiguous (design decision D2), in memory that
/// somebody else owns. Read-only.</summary>
public readonly ref struct ReadOnlySequenceView
{
    /// <summary>A view of <paramref name="span"/>, which has Steps*Batch*Features elements.</summary>
    /// <exception cref="ArgumentException">The span is not of that length.</exception>
    public ReadOnlySequenceView(ReadOnlySpan<float> span, int steps, int batch, int features)
    {
        if (steps < 0 || batch < 0 || features < 0)
        {
            Throw.NegativeSize(steps < 0 ? nameof(steps) : batch < 0 ? nameof(batch) : nameof(features),
                Math.Min(steps, Math.Min(batch, features)));
        }

        if (span.Length != (long)steps * batch * features)
        {
            Throw.ShapeMismatch(nameof(ReadOnlySequenceView), nameof(span), $"[T={steps}, B={batch}, {features}]",
                $"{span.Length} elements");
        }

        Span = span;
        Steps = steps;
        Batch = batch;
        Features = features;
    }

    /// <summary>T, number of steps.</summary>
    public int Steps { get; }

    /// <summary>B, rows of each step.</summary>
    public int Batch { get; }

    /// <summary>F, elements of a row.</summary>
    public int Features { get; }

    /// <summary>All elements, step after step.</summary>
    public ReadOnlySpan<float> Span { get; }

    /// <summary>Whether there is nothing to see: the default view, or one without elements.</summary>
    public bool IsEmpty => Span.IsEmpty;

    /// <summary>Step number <paramref name="t"/>: a matrix [B, F].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step.</exception>
    public ReadOnlyMatrixView this[int t]
    {
        get
        {
            if ((uint)t >= (uint)Steps)
                Throw.IndexOutside(nameof(ReadOnlySequenceView), nameof(t), t, Steps);

            return new ReadOnlyMatrixView(Span.Slice(t * Batch * Features, Batch * Features), Batch, Features);
        }
    }

    /// <summary>All steps below one another: a matrix [T*B, F].</summary>
    public ReadOnlyMatrixView Flattened => new(Span, Steps * Batch, Features);

    /// <summary>Row <paramref name="b"/> of the batch through all steps: a matrix [T, F] with rows B*F apart.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlyMatrixView Sample(int b)
    {
        if ((uint)b >= (uint)Batch)
            Throw.IndexOutside(nameof(ReadOnlySequenceView), nameof(b), b, Batch);

        return new ReadOnlyMatrixView(Span.IsEmpty ? default : Span[(b * Features)..], Steps, Features,
            Batch * Features);
    }

    /// <summary>
    /// The columns of every sample cut into <paramref name="heads"/> equal parts: B*heads matrices [T, F/heads], matrix
    /// b*heads + h being <c>Sample(b).Columns(h*F/heads, F/heads)</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The features can't be divided so.</exception>
    public ReadOnlyMatrixBatchView Heads(int heads)
    {
        if (heads < 1 || Features % heads != 0)
            Throw.HeadsDontDivide(nameof(ReadOnlySequenceView), heads, Features);

        return Heads(0, heads, Features / heads);
    }

    /// <summary>
    /// Columns first .. first + heads*size - 1 of every sample, cut into <paramref name="heads"/> parts: B*heads
    /// matrices [T, size]. Where Q, K and V share a buffer, each is such a part of it.
    /// </summary>
    /// <exception cref="ArgumentException">There are no such columns, or no head is asked for.</exception>
    public ReadOnlyMatrixBatchView Heads(int first, int heads, int size)
    {
        if (heads < 1)
            Throw.OutOfRange(nameof(heads), heads, "1 or more");

        if (first < 0 || size < 0 || (long)heads * size > Features - first)
            Throw.HeadsOutside(nameof(ReadOnlySequenceView), first, heads, size, Features);

        BatchLayout layout = new(Steps, size, Batch * Features, heads, size, Batch, Features);
        return new ReadOnlyMatrixBatchView(layout.Length == 0 ? default : Span[first..], layout);
    }

    /// <summary>Steps first .. first+count-1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such steps.</exception>
    public ReadOnlySequenceView Slice(int first, int count)
    {
        if (first < 0 || count < 0 || count > Steps - first)
            Throw.RangeOutside(nameof(ReadOnlySequenceView), "steps", first, count, Steps);

        return new ReadOnlySequenceView(Span.Slice(first * Batch * Features, count * Batch * Features), count, Batch, Features);
    }

    /// <summary>"[T=5, B=2, 3]".</summary>
    public override string ToString() => $"[T={Steps}, B={Batch}, {Features}]";
}
