using System;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Recurrent;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>
/// Gated recurrent unit, "reset after" (design decision D12): r, z = sigmoid(x*Wx + b_i + h*Wh + b_h),
/// n = tanh(x*Wx + b_i + r*(h*Wh + b_h)), h' = (1-z)*n + z*h. Columns of the weights: r, z, n. The tape's row is
/// [r | z | n | h*W_hn + b_hn]. The derivation of Backward is in Gru.md; the pointwise half is Kernels/Recurrent/GruCell.
/// Source: Cho et al. 2014, with the reset gate where cuDNN and PyTorch have it.
/// </summary>
public sealed class Gru : RecurrentCellLayer
{
    private const int Gates = 3;

    /// <summary>Declares the parameters of a GRU.</summary>
    /// <param name="layout">Receives weight_ih [I, 3H], weight_hh [H, 3H], bias_ih [3H], bias_hh [3H]; by
    /// option gain_ih, gain_hh [3H], initial_hidden [H].</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="options">Initial values, what the cell does beyond the plain one; null for the defaults. There are
    /// always two biases.</param>
    /// <exception cref="ArgumentException">A name is taken, or an option is of LSTM cells alone.</exception>
    public Gru(ParameterLayout layout, string name, int inputSize, int hiddenSize, RecurrentOptions? options = null)
        : base(layout, name, inputSize, hiddenSize, Gates, 4 * hiddenSize, hasCell: false, mergeableBiases: false,
            bias: null, options)
    {
    }

    private protected override int GatesApart => 1;   // n: the reset gate multiplies its product with h alone

    private protected override void RunForward(CellTape tape, int first, int count, in RecurrentMatrices wh,
        in StepInput input) =>
        tape.Workspace.Forward<GruCell>(tape.Batch, first, count, wh, input);

    private protected override void RunBackward(CellTape tape, int first, int count, ReadOnlySpan<float> dY,
        in RecurrentMatrices wh, in StepInputGradient dX) =>
        tape.Workspace.Backward<GruCell>(tape.Batch, first, count, dY, wh, dX);

    private protected override void LoadBias(ParameterBuffer p, Span<float> bias)
    {
        int h = HiddenSize;
        ReadOnlySpan<float> input = p[InputBias].Span, recurrent = p[RecurrentBias!.Value].Span;
        Elementwise.Add(input[..(2 * h)], recurrent[..(2 * h)], bias[..(2 * h)]);   // r, z: the two only ever add
        input.Slice(2 * h, h).CopyTo(bias[(2 * h)..]);                              // n: outside the reset gate
        recurrent.Slice(2 * h, h).CopyTo(bias[(3 * h)..]);                          // n: inside it
    }

    private protected override void AccumulateBias(ReadOnlySpan<float> sums, GradientBuffer g)
    {
        int h = HiddenSize;
        Span<float> input = g[InputBias].Span, recurrent = g[RecurrentBias!.Value].Span;
        Elementwise.Add(input, sums[..(3 * h)], input);
        Elementwise.Add(recurrent[..(2 * h)], sums[..(2 * h)], recurrent[..(2 * h)]);
        Elementwise.Add(recurrent.Slice(2 * h, h), sums.Slice(3 * h, h), recurrent.Slice(2 * h, h));
    }

    private protected override void AccumulateWeights(RecurrentInput x, ReadOnlySpan<float> previous,
        ReadOnlySpan<float> dGates, int rows, GradientBuffer g, Span<float> dWh)
    {
        int h = HiddenSize;
        AccumulateInputWeights(x, dGates, GateStride, rows, g);
        Gemm.Multiply(GemmForm.TN, h, 2 * h, rows, previous, h, dGates, GateStride, dWh, 3 * h, add: true);
        Gemm.Multiply(GemmForm.TN, h, h, rows, previous, h, dGates[(3 * h)..], GateStride, dWh[(2 * h)..], 3 * h,
            add: true);
    }
}
