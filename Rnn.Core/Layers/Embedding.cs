using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers;

/// <summary>
/// y[i] = E[index[i]]: the product of a one-hot row with the table E [V, E], done as a gather. Its gradient is kept by
/// row, so that a step costs what the batch touches. The derivation of Backward is in Embedding.md.
/// </summary>
public sealed class Embedding
{
    /// <summary>Declares the table.</summary>
    /// <param name="layout">Receives weight [V, E], by row.</param>
    /// <param name="name">What the parameter's name begins with.</param>
    /// <param name="vocabularySize">V.</param>
    /// <param name="size">E, elements of a row.</param>
    /// <param name="storage">By row, the default, or dense where nearly every row is touched at each step.</param>
    /// <param name="initial">Its values before training; null (the default) for standard normal ones, as PyTorch
    /// has.</param>
    public Embedding(ParameterLayout layout, string name, int vocabularySize, int size,
        SlotStorage storage = SlotStorage.ByRow, InitialValues? initial = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        VocabularySize = vocabularySize;
        Size = size;
        Table = layout.Add($"{name}.weight", vocabularySize, size, SlotOrientation.AsStored, storage,
            initial: initial ?? InitialValues.Normal(1));
    }

    /// <summary>The name that its parameter begins with.</summary>
    public string Name { get; }

    /// <summary>V.</summary>
    public int VocabularySize { get; }

    /// <summary>E, elements of a row.</summary>
    public int Size { get; }

    /// <summary>The table [V, E].</summary>
    public ParameterSlot Table { get; }

    /// <summary>y[i] = E[index[i]].</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="indices">[N], each 0 .. V-1. Read.</param>
    /// <param name="y">[N, E]. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape disagrees, or an index is out of range.</exception>
    public void Forward(ParameterBuffer p, ReadOnlySpan<int> indices, MatrixView y)
    {
        ArgumentNullException.ThrowIfNull(p);
        Check(indices, y, nameof(y));
        Gather.CopyRows(p[Table].Span, Size, indices, y.Span, Size);
    }

    /// <summary>dE[index[i]] += dY[i], in ascending order of i.</summary>
    /// <param name="indices">[N], as given to Forward. Read.</param>
    /// <param name="dY">[N, E]. Read.</param>
    /// <param name="g">The gradient of the table. Accumulated in the touched rows.</param>
    /// <exception cref="ArgumentException">A shape disagrees, or an index is out of range.</exception>
    public void Backward(ReadOnlySpan<int> indices, ReadOnlyMatrixView dY, GradientBuffer g)
    {
        ArgumentNullException.ThrowIfNull(g);
        Check(indices, dY, nameof(dY));
        if (Table.Storage == SlotStorage.ByRow)
            g.Rows(Table).AddRows(indices, dY.Span);
        else
            Gather.AddRows(indices, dY.Span, Size, Size, g[Table].Span);
    }

    private void Check(ReadOnlySpan<int> indices, ReadOnlyMatrixView y, string what)
    {
        if (y.Rows != indices.Length || y.Cols != Size)
            Throw.ShapeMismatch(Name, what, $"[{indices.Length}, {Size}]", y.ToString());
    }
}
