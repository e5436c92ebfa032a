using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>The nonlinearity of a <see cref="SimpleRnn"/>.</summary>
public enum RnnActivation
{
    /// <summary>tanh.</summary>
    Tanh,

    /// <summary>max(., 0).</summary>
    Relu,
}

/// <summary>
/// Simple recurrent layer: h' = tanh(x*Wx + h*Wh + b), or relu. The derivation of Backward is in SimpleRnn.md.
/// Source: Elman 1990.
/// </summary>
public sealed class SimpleRnn : RecurrentCellLayer
{
    /// <summary>Declares the parameters of a simple recurrent layer.</summary>
    /// <param name="layout">Receives weight_ih [I, H], weight_hh [H, H], bias_ih [H] and, with two biases,
    /// bias_hh; by option gain_ih, gain_hh, initial_hidden [H].</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="activation">tanh, the default, or relu.</param>
    /// <param name="options">Initial values, biases, what the cell does beyond the plain one; null for the
    /// defaults.</param>
    /// <exception cref="ArgumentException">A name is taken, or an option is of LSTM cells alone.</exception>
    public SimpleRnn(ParameterLayout layout, string name, int inputSize, int hiddenSize,
        RnnActivation activation = RnnActivation.Tanh, RecurrentOptions? options = null)
        : base(layout, name, inputSize, hiddenSize, 1, hiddenSize, hasCell: false, mergeableBiases: true, bias: null, options)
    {
        if (activation is not (RnnActivation.Tanh or RnnActivation.Relu))
            Throw.UnknownChoice(nameof(activation), activation);

        Activation = activation;
    }

    /// <summary>tanh or relu.</summary>
    public RnnActivation Activation { get; }

    private protected override void RunForward(CellTape tape, int first, int count, in RecurrentMatrices wh,
        in StepInput input)
    {
        if (Activation == RnnActivation.Tanh)
            tape.Workspace.Forward<TanhCell>(tape.Batch, first, count, wh, input);
        else
            tape.Workspace.Forward<ReluCell>(tape.Batch, first, count, wh, input);
    }

    private protected override void RunBackward(CellTape tape, int first, int count, ReadOnlySpan<float> dY,
        in RecurrentMatrices wh, in StepInputGradient dX)
    {
        if (Activation == RnnActivation.Tanh)
            tape.Workspace.Backward<TanhCell>(tape.Batch, first, count, dY, wh, dX);
        else
            tape.Workspace.Backward<ReluCell>(tape.Batch, first, count, dY, wh, dX);
    }
}
