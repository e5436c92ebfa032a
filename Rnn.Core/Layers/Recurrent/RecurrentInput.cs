using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>
/// The input of a recurrent layer: numbers [T, B, F], or one-hot rows given by their indices [T*B], whose product with
/// the weights is a gather of rows (design decision D22). Either converts implicitly where a layer asks for input.
/// </summary>
public readonly ref struct RecurrentInput
{
    private RecurrentInput(ReadOnlySequenceView dense, ReadOnlySpan<int> indices, int steps, int batch, int features,
        bool isOneHot)
    {
        Dense = dense;
        Indices = indices;
        Steps = steps;
        Batch = batch;
        Features = features;
        IsOneHot = isOneHot;
    }

    /// <summary>T, number of steps.</summary>
    public int Steps { get; }

    /// <summary>B, rows of each step.</summary>
    public int Batch { get; }

    /// <summary>F, elements of a row; for one-hot rows, the number of symbols.</summary>
    public int Features { get; }

    /// <summary>Whether the rows are one-hot.</summary>
    public bool IsOneHot { get; }

    /// <summary>The numbers [T, B, F]; empty for one-hot rows.</summary>
    public ReadOnlySequenceView Dense { get; }

    /// <summary>The place of the 1 in each row [T*B]; empty for numbers.</summary>
    public ReadOnlySpan<int> Indices { get; }

    /// <summary>One-hot rows.</summary>
    /// <param name="indices">[T*B], each 0 .. features-1. Read.</param>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="features">F, the number of symbols, more than 0.</param>
    /// <exception cref="ArgumentException">The number of indices is not T*B, or one is out of range.</exception>
    public static RecurrentInput OneHot(ReadOnlySpan<int> indices, int steps, int batch, int features)
    {
        if (indices.Length != (long)steps * batch)
        {
            Throw.ShapeMismatch(nameof(OneHot), nameof(indices), $"[T={steps}, B={batch}]",
                $"{indices.Length} elements");
        }

        if (features <= 0)
            Throw.NotPositive(nameof(features), features);

        foreach (int index in indices)
        {
            if ((uint)index >= (uint)features)
                Throw.IndexOutside(nameof(OneHot), nameof(indices), index, features);
        }

        return new RecurrentInput(default, indices, steps, batch, features, isOneHot: true);
    }

    /// <summary>Numbers.</summary>
    public static implicit operator RecurrentInput(ReadOnlySequenceView view) =>
        new(view, default, view.Steps, view.Batch, view.Features, isOneHot: false);

    /// <summary>Numbers.</summary>
    public static implicit operator RecurrentInput(SequenceView view) => (ReadOnlySequenceView)view;

    /// <summary>Numbers of a single step.</summary>
    public static implicit operator RecurrentInput(ReadOnlyMatrixView view) =>
        new ReadOnlySequenceView(view.Span, 1, view.Rows, view.Cols);

    /// <summary>Numbers of a single step.</summary>
    public static implicit operator RecurrentInput(MatrixView view) => (ReadOnlyMatrixView)view;

    /// <summary>The same as <see cref="op_Implicit(ReadOnlySequenceView)"/>.</summary>
    public static RecurrentInput FromSequence(ReadOnlySequenceView view) => view;

    /// <summary>The same as <see cref="op_Implicit(ReadOnlyMatrixView)"/>.</summary>
    public static RecurrentInput FromMatrix(ReadOnlyMatrixView view) => view;

    /// <summary>"[T=5, B=2, 3]".</summary>
    public override string ToString() => $"[T={Steps}, B={Batch}, {Features}{(IsOneHot ? " one-hot" : "")}]";
}
