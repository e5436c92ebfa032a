using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers;

/// <summary>Y = X*W + b. Initial values are PyTorch's: both uniform in +-1/sqrt(I). The derivation of Backward is in
/// Linear.md.</summary>
public sealed class Linear
{
    /// <summary>Declares the parameters of a linear layer.</summary>
    /// <param name="layout">Receives weight [I, O] and, if asked for, bias [O].</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="inputSize">I, more than 0.</param>
    /// <param name="outputSize">O, more than 0.</param>
    /// <param name="bias">Whether there is a bias; by default there is.</param>
    public Linear(ParameterLayout layout, string name, int inputSize, int outputSize, bool bias = true)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        InputSize = inputSize;
        OutputSize = outputSize;
        InitialValues initial = InitialValues.UniformByInputs(inputSize);
        Weights = layout.Add($"{name}.weight", inputSize, outputSize, SlotOrientation.Transposed, initial: initial);
        Bias = bias ? layout.Add($"{name}.bias", 1, outputSize, SlotOrientation.Vector, initial: initial) : null;
    }

    /// <summary>The name that its parameters begin with.</summary>
    public string Name { get; }

    /// <summary>I.</summary>
    public int InputSize { get; }

    /// <summary>O.</summary>
    public int OutputSize { get; }

    /// <summary>W [I, O].</summary>
    public ParameterSlot Weights { get; }

    /// <summary>b [1, O], or null.</summary>
    public ParameterSlot? Bias { get; }

    /// <summary>Y = X*W + b.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, I]. Read.</param>
    /// <param name="y">[N, O]. Overwritten.</param>
    /// <param name="keepPacked">Whether the parameters keep the weights packed from call to call, one copy for all
    /// threads, until they are written (I*O numbers): for few rows and weights that don't change meanwhile. The bits are
    /// the same where <see cref="ParameterBuffer.InferencePrecision"/> is Full. False is the default.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the layer's.</exception>
    public void Forward(ParameterBuffer p, ReadOnlyMatrixView x, MatrixView y, bool keepPacked = false)
    {
        ArgumentNullException.ThrowIfNull(p);
        Check(x, y, nameof(y));
        if (keepPacked)
        {
            Gemm.Multiply(x.Rows, x.Span, InputSize, p.Packed(new WeightPart(Weights, isTransposed: false)), y.Span,
                OutputSize);
        }
        else
        {
            Gemm.Multiply(GemmForm.NN, x.Rows, OutputSize, InputSize, x.Span, InputSize, p[Weights].Span, OutputSize,
                y.Span, OutputSize);
        }

        if (Bias is { } bias)
            SharedPasses.AddRow(p[bias].Span, y.Span);
    }

    /// <summary>dX = dY*W^T, dW += X^T*dY, db += sum of rows of dY.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="x">[N, I], as given to Forward. Read.</param>
    /// <param name="dY">[N, O]. Read.</param>
    /// <param name="g">Gradients of W and b. Accumulated.</param>
    /// <param name="dX">[N, I]. Overwritten; may be x itself; default to skip it.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the layer's.</exception>
    public void Backward(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlyMatrixView dY, GradientBuffer g,
        MatrixView dX)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(g);
        Check(x, dY, nameof(dY));
        if (!dX.IsEmpty && (dX.Rows != x.Rows || dX.Cols != InputSize))
            Throw.ShapeMismatch(Name, nameof(dX), $"[{x.Rows}, {InputSize}]", dX.ToString());

        if (Bias is { } bias)
            Reductions.SumRows(dY.Span, dY.Rows, g[bias].Span);                          // y = . + b

        Gemm.Multiply(GemmForm.TN, InputSize, OutputSize, x.Rows, x.Span, InputSize, dY.Span, OutputSize,
            g[Weights].Span, OutputSize, add: true);                                     // y = x*W: dW += x^T*dy
        if (!dX.IsEmpty)
        {
            Gemm.Multiply(GemmForm.NT, x.Rows, InputSize, OutputSize, dY.Span, OutputSize, p[Weights].Span, OutputSize,
                dX.Span, InputSize);                                                     // y = x*W: dx = dy*W^T
        }
    }

    private void Check(ReadOnlyMatrixView x, ReadOnlyMatrixView y, string what)
    {
        if (x.Cols != InputSize)
            Throw.InputSize(Name, InputSize, x.Cols, x.ToString());

        if (y.Rows != x.Rows || y.Cols != OutputSize)
            Throw.ShapeMismatch(Name, what, $"[{x.Rows}, {OutputSize}]", y.ToString());
    }
}
