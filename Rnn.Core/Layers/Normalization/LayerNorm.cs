using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Transformer;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Normalization;

/// <summary>
/// y = w*xHat + b with xHat = (x - mean)/sqrt(variance + 1e-5), mean and variance those of each row over its F
/// elements. w begins as ones and b as zeros, as in PyTorch. A row's result has the same bits alone and in any batch.
/// The derivation of Backward is in LayerNorm.md. Source: Ba, Kiros and Hinton 2016, "Layer Normalization".
/// </summary>
public sealed class LayerNorm
{
    /// <summary>Declares the parameters of a layer normalisation.</summary>
    /// <param name="layout">Receives weight [F] and bias [F].</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="size">F, more than 0.</param>
    /// <exception cref="ArgumentException">The name is taken or empty, or the size is not positive.</exception>
    public LayerNorm(ParameterLayout layout, string name, int size)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (size <= 0)
            Throw.NotPositive(nameof(size), size);

        Name = name;
        Size = size;
        Weights = layout.Add($"{name}.weight", 1, size, SlotOrientation.Vector, initial: InitialValues.Constant(1));
        Bias = layout.Add($"{name}.bias", 1, size, SlotOrientation.Vector);
    }

    /// <summary>The name that its parameters begin with.</summary>
    public string Name { get; }

    /// <summary>F.</summary>
    public int Size { get; }

    /// <summary>w [1, F].</summary>
    public ParameterSlot Weights { get; }

    /// <summary>b [1, F].</summary>
    public ParameterSlot Bias { get; }

    /// <summary>A tape for up to so many rows.</summary>
    /// <param name="maxRows">The most rows of one call, more than 0.</param>
    /// <param name="use">Whether Backward will follow, as by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows, or too many.</exception>
    public LayerNormTape CreateTape(int maxRows, TapeUse use = TapeUse.Training)
    {
        if (maxRows <= 0)
            Throw.NotPositive(nameof(maxRows), maxRows);

        return new LayerNormTape(this, maxRows, use);
    }

    /// <summary>y = w*xHat + b.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, F], contiguous. Read.</param>
    /// <param name="y">[N, F], contiguous; may be x's memory. Overwritten.</param>
    /// <param name="tape">This layer's. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the layer's, or the tape is another layer's or too
    /// small.</exception>
    public void Forward(ParameterBuffer p, ReadOnlyMatrixView x, MatrixView y, LayerNormTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckTape(tape);
        if (x.Cols != Size)
            Throw.InputSize(Name, Size, x.Cols, x.ToString());

        if (y.Rows != x.Rows || y.Cols != Size)
            Throw.ShapeMismatch(Name, nameof(y), $"[{x.Rows}, {Size}]", y.ToString());

        if (x.Rows > tape.MaxRows)
            Throw.TapeRows(Name, x.Rows, tape.MaxRows);

        tape.Begin(p, x.Rows);
        ResidualNormKernel.Forward(Rows(p, tape.Normalized, tape.Scales) with { Residual = x.Span, Y = y.Span });
        tape.Stamp.Record();
    }

    /// <summary>With d = w*dY: dX = (d - mean(d) - xHat*mean(d*xHat))/sqrt(variance + 1e-5), dw += sum of rows of
    /// dY*xHat, db += sum of rows of dY.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="dY">[N, F], contiguous. Read.</param>
    /// <param name="tape">As recorded by Forward. Consumed.</param>
    /// <param name="g">Gradients of w and b. Accumulated.</param>
    /// <param name="dX">[N, F], contiguous; may be dY's memory; default to skip it. Overwritten.</param>
    /// <exception cref="InvalidOperationException">The tape holds no Forward, was consumed, or is for inference, or the
    /// parameters have changed since.</exception>
    /// <exception cref="ArgumentException">A shape disagrees with Forward's.</exception>
    public void Backward(ParameterBuffer p, ReadOnlyMatrixView dY, LayerNormTape tape, GradientBuffer g, MatrixView dX)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(g);
        CheckTape(tape);
        tape.Stamp.Check(Name, tape.Use, p, g);
        if (dY.Rows != tape.Rows || dY.Cols != Size)
            Throw.ShapeMismatch(Name, nameof(dY), $"[{tape.Rows}, {Size}]", dY.ToString());

        if (!dX.IsEmpty && (dX.Rows != tape.Rows || dX.Cols != Size))
            Throw.ShapeMismatch(Name, nameof(dX), $"[{tape.Rows}, {Size}]", dX.ToString());

        tape.Stamp.Consume();
        AddGradients(dY.Span, tape.Normalized, g);                                  // y = w*xHat + b
        if (!dX.IsEmpty)
            ResidualNormKernel.Backward(Rows(p, tape.Normalized, tape.Scales), dY.Span, dX.Span, add: false);
    }

    /// <summary>dw += sum of rows of dY*xHat, db += sum of rows of dY.</summary>
    internal void AddGradients(ReadOnlySpan<float> dY, ReadOnlySpan<float> normalized, GradientBuffer g)
    {
        int rows = dY.Length / Size;
        Reductions.SumRowProducts(dY, Size, normalized, Size, rows, g[Weights].Span);
        Reductions.SumRows(dY, rows, g[Bias].Span);
    }

    /// <summary>This normalisation after a branch whose output a holds, or of the residual alone.</summary>
    internal ResidualNormRows Rows(ParameterBuffer p, Span<float> a, Span<float> scales) => new()
    {
        Columns = Size,
        A = a,
        Scales = scales,
        Gain = p[Weights].Span,
        Shift = p[Bias].Span,
    };

    private void CheckTape(LayerNormTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!ReferenceEquals(tape.Layer, this))
            Throw.OtherLayersTape(Name, tape.Layer.Name);
    }
}
