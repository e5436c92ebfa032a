using System;
using Rnn.Core.Kernels.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>
/// Long short-term memory: i, f, o = sigmoid(x*Wx + h*Wh + b), g = tanh(x*Wx + h*Wh + b), c' = f*c + i*g,
/// h' = o*tanh(c'). Columns of the weights: i, f, g, o. The derivation of Backward is in Lstm.md; the pointwise half
/// of both directions is Kernels/Recurrent/LstmCell. Source: Hochreiter and Schmidhuber 1997; Gers et al. 2000.
/// </summary>
public sealed class Lstm : RecurrentCellLayer
{
    /// <summary>Declares the parameters of an LSTM.</summary>
    /// <param name="layout">Receives weight_ih [I, 4H], weight_hh [H, 4H], bias_ih [4H] and, with two biases,
    /// bias_hh.</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="options">Biases, names, what the tape keeps; null for the defaults.</param>
    public Lstm(ParameterLayout layout, string name, int inputSize, int hiddenSize, RecurrentOptions? options = null)
        : base(layout, name, inputSize, hiddenSize, GatesOf(options), GatesOf(options) * hiddenSize, hasCell: true,
            mergeableBiases: true, options)
    {
    }

    private protected override void InitializeBias(Span<float> bias) =>
        bias.Slice(Variant.IsCoupled ? 0 : HiddenSize, HiddenSize).Fill(1f);

    private protected override void RunForward(CellTape tape, int first, int count, in RecurrentMatrices wh,
        in StepInput input)
    {
        if (Variant.IsPlainLstm)
            tape.Workspace.Forward<LstmCell>(tape.Batch, first, count, wh, input);
        else
            tape.Workspace.Forward<LstmVariantCell>(tape.Batch, first, count, wh, input);
    }

    private protected override void RunBackward(CellTape tape, int first, int count, ReadOnlySpan<float> dY,
        in RecurrentMatrices wh, in StepInputGradient dX)
    {
        if (Variant.IsPlainLstm)
            tape.Workspace.Backward<LstmCell>(tape.Batch, first, count, dY, wh, dX);
        else
            tape.Workspace.Backward<LstmVariantCell>(tape.Batch, first, count, dY, wh, dX);
    }

    private static int GatesOf(RecurrentOptions? options) => options is { CoupledGates: true } ? 3 : 4;
}
