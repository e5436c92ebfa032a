using System;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Tensors;

/// <summary>
/// An owned, contiguous, row-major buffer with a shape. It has no arithmetic: kernels compute on spans, layers on the
/// views that this class gives.
/// </summary>
public sealed class Tensor
{
    private readonly AlignedBuffer _buffer;

    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">Its sizes.</param>
    public Tensor(Shape shape)
    {
        Shape = shape;
        _buffer = new AlignedBuffer(shape.Count);
    }

    /// <summary>A tensor of zeros of these sizes, outermost first.</summary>
    public Tensor(params ReadOnlySpan<int> sizes)
        : this(new Shape(sizes))
    {
    }

    /// <summary>The sizes.</summary>
    public Shape Shape { get; }

    /// <summary>All elements, the last axis fastest.</summary>
    public Span<float> Span => _buffer.Span;

    /// <summary>The tensor as a matrix.</summary>
    /// <exception cref="InvalidOperationException">The rank is not 2.</exception>
    public MatrixView AsMatrix()
    {
        if (Shape.Rank != 2)
            Throw.WrongRank(nameof(AsMatrix), 2, Shape.ToString());

        return new MatrixView(Span, Shape[0], Shape[1]);
    }

    /// <summary>The tensor as a sequence [T, B, F].</summary>
    /// <exception cref="InvalidOperationException">The rank is not 3.</exception>
    public SequenceView AsSequence()
    {
        if (Shape.Rank != 3)
            Throw.WrongRank(nameof(AsSequence), 3, Shape.ToString());

        return new SequenceView(Span, Shape[0], Shape[1], Shape[2]);
    }
}
