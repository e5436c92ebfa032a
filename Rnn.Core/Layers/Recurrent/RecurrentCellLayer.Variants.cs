using System;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Recurrent;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers.Recurrent;

/// <content>
/// What a normalised cell does before and after the time loop, and the gradients of an LSTM's peepholes and normalised c.
/// The derivation is in RecurrentVariants.md.
/// </content>
public abstract partial class RecurrentCellLayer
{
    /// <summary>gates = gain*normalised(X*Wx) for steps first .. first+x.Steps-1, as many at a time as the tape has room
    /// for, and the loop over them.</summary>
    private void RunNormalized(ParameterBuffer p, RecurrentInput x, CellTape tape, int first,
        in RecurrentMatrices wh)
    {
        bool records = tape.Use == TapeUse.Training;
        int most = records ? x.Steps : Math.Min(x.Steps, tape.Workspace.GateRows / x.Batch);
        for (int t = 0; t < x.Steps; t += most)
        {
            int count = Math.Min(most, x.Steps - t), rows = count * x.Batch, at = t * x.Batch;
            int place = records ? first * x.Batch : 0;
            Span<float> product = tape.Workspace.Variant!.Input!.Span.Slice(place * ProductSize, rows * ProductSize);
            if (x.IsOneHot)
            {
                Gather.CopyRows(p[InputWeights].Span, ProductSize, x.Indices.Slice(at, rows), product, ProductSize);
            }
            else
            {
                Gemm.Multiply(rows, x.Dense.Span.Slice(at * InputSize, rows * InputSize), InputSize,
                    PackInput(p, tape, back: false), product, ProductSize);
                ClearPadding(product, tape, first + t, count);
            }

            tape.Workspace.NormalizeInput(place, rows);
            RunForward(tape, first + t, count, wh, default);
        }
    }

    // What stands past a row's length may be NaN, and would stay so in xHat*0.
    private void ClearPadding(Span<float> product, CellTape tape, int first, int count)
    {
        ReadOnlySpan<int> lengths = tape.Workspace.Lengths;
        for (int b = 0; b < lengths.Length; b++)
        {
            for (int t = Math.Max(0, lengths[b] - first); t < count; t++)
                product.Slice(((t * tape.Batch) + b) * ProductSize, ProductSize).Clear();
        }
    }

    /// <summary>The gradients of both weights and both gains; the tape's xHat of x*Wx becomes the gradient of
    /// x*Wx.</summary>
    private void AccumulateNormalized(RecurrentInput x, CellTape tape, int rows, GradientBuffer g, Span<float> dWh)
    {
        VariantBuffers v = tape.Workspace.Variant!;
        int size = ProductSize, main = size - ApartSize;
        ReadOnlySpan<float> dGates = tape.Gates(0, tape.Steps), product = v.Product!.Span, input = v.Input!.Span;
        Span<float> dGain = g[RecurrentGain!.Value].Span;
        Reductions.SumRowProducts(dGates, GateStride, input, size, rows, g[InputGain!.Value].Span);
        Reductions.SumRowProducts(dGates, GateStride, product, size, rows, dGain[..main]);
        if (ApartSize > 0)
            Reductions.SumRowProducts(dGates[size..], GateStride, product[main..], size, rows, dGain[main..]);

        tape.Workspace.NormalizeInputBack(rows);
        ReadOnlySpan<float> dInput = input[..(rows * size)], dProduct = v.DProduct!.Span[..(rows * size)];
        AccumulateInputWeights(x, dInput, size, rows, g);
        Gemm.Multiply(GemmForm.TN, HiddenSize, size, rows, tape.Previous.Span, HiddenSize, dProduct, size,
            dWh, size, add: true);
    }

    /// <summary>The gradients of the peepholes, and of the gain and the bias of the normalised c.</summary>
    private void AccumulateCell(CellTape tape, GradientBuffer g)
    {
        int h = HiddenSize, rows = tape.Steps * tape.Batch;
        VariantBuffers v = tape.Workspace.Variant!;
        ReadOnlySpan<float> before = tape.Workspace.Cell!.Span, after = before[(tape.Batch * h)..];
        if (Peepholes is { } peepholes)
        {
            Span<float> d = g[peepholes].Span;
            ReadOnlySpan<float> dGates = tape.Gates(0, tape.Steps);
            int seeBefore = d.Length - h;   // i and f, or f alone; they are the row's first
            for (int at = 0; at < seeBefore; at += h)
                Reductions.SumRowProducts(dGates[at..], GateStride, before, h, rows, d.Slice(at, h));

            Reductions.SumRowProducts(dGates[(seeBefore + h)..], GateStride, after, h, rows, d[seeBefore..]);
        }

        if (CellGain is not { } gain)
            return;

        int first = tape.Batch * h;
        ReadOnlySpan<float> dRead = v.DCellHat!.Span.Slice(first, rows * h);
        Reductions.SumRowProducts(dRead, h, v.CellHat!.Span[first..], h, rows, g[gain].Span);
        Reductions.SumRows(dRead, rows, g[CellBias!.Value].Span);
    }
}
