using System;
using Rnn.Core.Kernels.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>
/// Long short-term memory: i, f, o = sigmoid(x*Wx + h*Wh + b), g = tanh(x*Wx + h*Wh + b), c' = f*c + i*g,
/// h' = o*tanh(c'). Columns of the weights: i, f, g, o; of coupled gates f, g, o. The derivation of Backward is in
/// Lstm.md; the pointwise half of both directions is Kernels/Recurrent/LstmCell. Source: Hochreiter and Schmidhuber
/// 1997; Gers et al. 2000.
/// </summary>
public sealed class Lstm : RecurrentCellLayer
{
    /// <summary>Declares the parameters of an LSTM.</summary>
    /// <param name="layout">Receives weight_ih [I, 4H], weight_hh [H, 4H], bias_ih [4H] and, with two biases, bias_hh; with
    /// coupled gates 3H each. By option gain_ih, gain_hh [4H], gain_cell, bias_cell [H], peephole [3H, coupled 2H],
    /// initial_hidden and initial_cell [H].</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="options">Initial values, biases, what the cell does beyond the plain one; null for the
    /// defaults.</param>
    public Lstm(ParameterLayout layout, string name, int inputSize, int hiddenSize, RecurrentOptions? options = null)
        : base(layout, name, inputSize, hiddenSize, GatesOf(options), GatesOf(options) * hiddenSize, hasCell: true,
            mergeableBiases: true, ForgetBias(options), options)
    {
    }

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

    // 1, so that a cell keeps what it has while it learns (Gers et al. 2000); of the others 0.
    private static InitialValues ForgetBias(RecurrentOptions? options) =>
        GatesOf(options) == 3 ? InitialValues.Blocks(1, 0, 0) : InitialValues.Blocks(0, 1, 0, 0);

    private static int GatesOf(RecurrentOptions? options) => options is { CoupledGates: true } ? 3 : 4;
}
