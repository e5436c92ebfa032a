using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Transformer;

/// <summary>
/// The encoder of a Transformer: layers of self-attention and feed-forward, each of which adds to what it reads:
/// s = norm(s + dropout(f(s))), or with NormFirst s = s + dropout(f(norm(s))).
/// <para>Nothing is read past a row's length, NaN included; a row's result has the same bits alone and in any batch,
/// however far it is padded, on any number of threads. Nothing is allocated. The derivation is in
/// TransformerEncoder.md.</para>
/// <para>Source: Vaswani et al. 2017, "Attention Is All You Need". Parameters have the names of PyTorch's
/// TransformerEncoder, and the initial values of its Transformer: matrices Glorot-uniform.</para>
/// </summary>
public sealed class TransformerEncoder
{
    private readonly TransformerStack _stack;

    /// <summary>Declares the parameters of an encoder.</summary>
    /// <param name="layout">Receives the parameters of all layers.</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="options">Sizes, dropout, arrangement.</param>
    /// <exception cref="ArgumentException">The name is taken or empty, or an option is out of range.</exception>
    public TransformerEncoder(ParameterLayout layout, string name, TransformerOptions options)
    {
        _stack = new TransformerStack(layout, name, options, isDecoder: false);
        Options = options;
    }

    /// <summary>The name that its parameters begin with.</summary>
    public string Name => _stack.Name;

    /// <summary>As it was made.</summary>
    public TransformerOptions Options { get; }

    /// <summary>E.</summary>
    public int Size => _stack.Size;

    /// <summary>Its layers.</summary>
    internal TransformerStack Stack => _stack;

    /// <summary>A tape for sequences of up to so many steps and rows.</summary>
    /// <param name="maxSteps">The most steps, more than 0.</param>
    /// <param name="maxRows">The most rows, more than 0.</param>
    /// <param name="use">Whether Backward will follow, as by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or too large.</exception>
    public TransformerTape CreateTape(int maxSteps, int maxRows, TapeUse use = TapeUse.Training)
    {
        if (maxSteps <= 0 || maxRows <= 0)
            Throw.NotPositive(maxSteps <= 0 ? nameof(maxSteps) : nameof(maxRows), Math.Min(maxSteps, maxRows));

        return new TransformerTape(_stack, new(maxSteps, maxRows, 0, use));
    }

    /// <summary>tape.Output = the encoded sequence.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[T, B, E]. Read up to each row's length.</param>
    /// <param name="lengths">Steps of each row [B], 1 .. T; empty when all have T. Read.</param>
    /// <param name="mode">Inference, or training with the key of the masks.</param>
    /// <param name="tape">This encoder's. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape or length disagrees, or the tape is another's or too
    /// small.</exception>
    public void Forward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySpan<int> lengths, Mode mode,
        TransformerTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        _stack.CheckInput(x, tape);
        MultiHeadAttention.CheckLengths(Name, lengths, x.Batch, x.Steps);
        _stack.Forward(p, x, default, lengths, mode, tape);
    }

    /// <summary>Backward of Forward.</summary>
    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="x">[T, B, E], as given to Forward; the tape has a copy. Its shape is checked.</param>
    /// <param name="dY">[T, B, E], the gradient of the output; may be tape.OutputGradient, or tape.Output's memory.
    /// Read up to each row's length.</param>
    /// <param name="tape">As recorded by Forward. Consumed.</param>
    /// <param name="g">Gradients of the parameters. Accumulated.</param>
    /// <param name="dX">[T, B, E]; may be x's or dY's memory; default to skip it. Overwritten, with 0 past the
    /// lengths.</param>
    /// <exception cref="InvalidOperationException">The tape holds no Forward, was consumed, or is for inference, or the
    /// parameters have changed since.</exception>
    /// <exception cref="ArgumentException">A shape disagrees with Forward's.</exception>
    public void Backward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlySequenceView dY, TransformerTape tape,
        GradientBuffer g, SequenceView dX)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(g);
        _stack.CheckBack(p, x, dY, tape, g, dX);
        _stack.Backward(p, dY, tape, g, dX, default);
    }
}
