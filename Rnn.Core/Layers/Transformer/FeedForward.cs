using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Transformer;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Transformer;

/// <summary>
/// y = dropout(f(x*W1 + b1))*W2 + b2, f relu or gelu: what a Transformer does to each step by itself. The derivation of
/// Backward is in FeedForward.md. Source: Vaswani et al. 2017, section 3.3; names and initial values are PyTorch's.
/// </summary>
public sealed class FeedForward
{
    private readonly Linear _first;
    private readonly Linear _second;
    private readonly Dropout _dropout;

    /// <summary>Declares the parameters of a feed-forward block.</summary>
    /// <param name="layout">Receives linear1.weight [E, F], linear1.bias [F], linear2.weight [F, E], linear2.bias
    /// [E].</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="size">E, more than 0.</param>
    /// <param name="hiddenSize">F, more than 0.</param>
    /// <param name="activation">f; relu by default.</param>
    /// <param name="dropout">Probability that an element of f is dropped, in [0, 1); 0 by default.</param>
    /// <exception cref="ArgumentException">The name is taken or empty, a size is not positive, or there is no such
    /// activation.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate of dropout is not in [0, 1).</exception>
    public FeedForward(ParameterLayout layout, string name, int size, int hiddenSize,
        TransformerActivation activation = TransformerActivation.Relu, double dropout = 0)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!Enum.IsDefined(activation))
            Throw.UnknownChoice(nameof(activation), activation);

        if (size <= 0 || hiddenSize <= 0)
            Throw.NotPositive(size <= 0 ? nameof(size) : nameof(hiddenSize), Math.Min(size, hiddenSize));

        Name = name;
        Size = size;
        HiddenSize = hiddenSize;
        Activation = activation;
        _dropout = new Dropout($"{name}.dropout", dropout);
        _first = new Linear(layout, $"{name}.linear1", size, hiddenSize);
        _second = new Linear(layout, $"{name}.linear2", hiddenSize, size);
    }

    /// <summary>The name that its parameters begin with.</summary>
    public string Name { get; }

    /// <summary>E.</summary>
    public int Size { get; }

    /// <summary>F.</summary>
    public int HiddenSize { get; }

    /// <summary>f.</summary>
    public TransformerActivation Activation { get; }

    /// <summary>W1 and b1.</summary>
    public Linear First => _first;

    /// <summary>W2 and b2.</summary>
    public Linear Second => _second;

    private bool IsGelu => Activation == TransformerActivation.Gelu;

    /// <summary>A tape for up to so many rows.</summary>
    /// <param name="maxRows">The most rows of one call, more than 0.</param>
    /// <param name="use">Whether Backward will follow, as by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows, or too many.</exception>
    public FeedForwardTape CreateTape(int maxRows, TapeUse use = TapeUse.Training)
    {
        if (maxRows <= 0)
            Throw.NotPositive(nameof(maxRows), maxRows);

        return new FeedForwardTape(this, maxRows, use);
    }

    /// <summary>y = dropout(f(x*W1 + b1))*W2 + b2.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[N, E], contiguous. Read.</param>
    /// <param name="mode">Inference, or training with the key of the mask.</param>
    /// <param name="y">[N, E], contiguous; may be x's memory, where no Backward follows. Overwritten.</param>
    /// <param name="tape">This layer's. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the layer's, or the tape is another layer's or too
    /// small.</exception>
    public void Forward(ParameterBuffer p, ReadOnlyMatrixView x, Mode mode, MatrixView y, FeedForwardTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckTape(tape);
        if (x.Cols != Size)
            Throw.InputSize(Name, Size, x.Cols, x.ToString());

        if (x.Rows > tape.MaxRows)
            Throw.TapeRows(Name, x.Rows, tape.MaxRows);

        if (y.Rows != x.Rows || y.Cols != Size)
            Throw.ShapeMismatch(Name, nameof(y), $"[{x.Rows}, {Size}]", y.ToString());

        ForwardRows(p, x.Span, mode, y.Span, tape);
        SharedPasses.AddRow(p[_second.Bias!.Value].Span, y.Span);
    }

    /// <summary>Backward of Forward.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="x">[N, E], as given to Forward. Read.</param>
    /// <param name="dY">[N, E], contiguous. Read.</param>
    /// <param name="tape">As recorded by Forward. Consumed.</param>
    /// <param name="g">Gradients of this layer's parameters. Accumulated.</param>
    /// <param name="dX">[N, E], contiguous; may be x's or dY's memory; default to skip it. Overwritten.</param>
    /// <exception cref="InvalidOperationException">The tape holds no Forward, was consumed, or is for inference, or the
    /// parameters have changed since.</exception>
    /// <exception cref="ArgumentException">A shape disagrees with Forward's.</exception>
    public void Backward(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlyMatrixView dY, FeedForwardTape tape,
        GradientBuffer g, MatrixView dX)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(g);
        CheckTape(tape);
        tape.Stamp.Check(Name, tape.Use, p, g);
        CheckShape(nameof(x), x, tape);
        CheckShape(nameof(dY), dY, tape);
        if (!dX.IsEmpty)
            CheckShape(nameof(dX), dX, tape);

        tape.Stamp.Consume();
        BackwardRows(p, x.Span, dY.Span, tape, g, dX.Span, add: false);
    }

    /// <summary>y = dropout(f(x*W1 + b1))*W2, without b2. Arguments are checked.</summary>
    internal void ForwardRows(ParameterBuffer p, ReadOnlySpan<float> x, Mode mode, Span<float> y, FeedForwardTape tape,
        bool keepPacked = false)
    {
        int rows = x.Length / Size;
        tape.Begin(p, rows, _dropout.Draw(mode));
        WeightProduct.Run(p, _first.Weights, 0, HiddenSize, x, rows, tape.Sums, keepPacked);
        FeedForwardKernel.Forward(tape.Sums, p[_first.Bias!.Value].Span, tape.Hidden, IsGelu, tape.Draw);
        WeightProduct.Run(p, _second.Weights, 0, Size, tape.Hidden, rows, y, keepPacked);
        tape.Stamp.Record();
    }

    /// <summary>Backward of ForwardRows, and of b2.</summary>
    internal void BackwardRows(ParameterBuffer p, ReadOnlySpan<float> x, ReadOnlySpan<float> dY, FeedForwardTape tape,
        GradientBuffer g, Span<float> dX, bool add)
    {
        int rows = tape.Rows;
        Span<float> d = tape.HiddenGradient;
        Reductions.SumRows(dY, rows, g[_second.Bias!.Value].Span);                                   // y = . + b2
        Gemm.Multiply(GemmForm.TN, HiddenSize, Size, rows, tape.Hidden, HiddenSize, dY, Size, g[_second.Weights].Span, Size,
            add: true);                                                                              // y = h*W2
        Gemm.Multiply(GemmForm.NT, rows, HiddenSize, Size, dY, Size, p[_second.Weights].Span, Size, d, HiddenSize);
        FeedForwardKernel.Backward(tape.Sums, tape.Hidden, d, HiddenSize, IsGelu, tape.Draw);        // h = dropout(f(z))
        Reductions.SumRows(d, rows, g[_first.Bias!.Value].Span);                                     // z = . + b1
        Gemm.Multiply(GemmForm.TN, Size, HiddenSize, rows, x, Size, d, HiddenSize, g[_first.Weights].Span, HiddenSize,
            add: true);                                                                              // z = x*W1
        if (!dX.IsEmpty)
        {
            Gemm.Multiply(GemmForm.NT, rows, Size, HiddenSize, d, HiddenSize, p[_first.Weights].Span, HiddenSize, dX, Size,
                add);
        }
    }

    private void CheckTape(FeedForwardTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!ReferenceEquals(tape.Layer, this))
            Throw.OtherLayersTape(Name, tape.Layer.Name);
    }

    private void CheckShape(string what, ReadOnlyMatrixView x, FeedForwardTape tape)
    {
        if (x.Rows != tape.Rows || x.Cols != Size)
            Throw.ShapeMismatch(Name, what, $"[{tape.Rows}, {Size}]", x.ToString());
    }
}
