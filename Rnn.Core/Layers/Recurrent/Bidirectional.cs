using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Recurrent;

/// <summary>
/// Two layers that read the same sequence from both ends: y_t = [forward_t | backward_t]. Each row is reversed within
/// its own length, so the backward layer begins at the row's last valid step, and its final state is at step 0. The
/// derivation is in Bidirectional.md. Source: Schuster and Paliwal 1997.
/// </summary>
public sealed class Bidirectional : SequenceLayer
{
    /// <summary>A layer of two directions.</summary>
    /// <param name="name">Its name; the two layers keep theirs.</param>
    /// <param name="forwards">Reads from the first step on.</param>
    /// <param name="backwards">Reads from the last step on; of the same sizes.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public Bidirectional(string name, SequenceLayer forwards, SequenceLayer backwards)
        : base(name, Checked(forwards).InputSize, 2 * forwards.OutputSize)
    {
        ArgumentNullException.ThrowIfNull(backwards);
        if (backwards.InputSize != forwards.InputSize || backwards.OutputSize != forwards.OutputSize)
        {
            Throw.ShapeMismatch(name, nameof(backwards),
                $"of {forwards.InputSize} inputs and {forwards.OutputSize} outputs",
                $"of {backwards.InputSize} and {backwards.OutputSize}");
        }

        Forwards = forwards;
        Backwards = backwards;
    }

    /// <summary>The layer that reads from the first step on.</summary>
    public SequenceLayer Forwards { get; }

    /// <summary>The layer that reads from the last step on.</summary>
    public SequenceLayer Backwards { get; }

    /// <inheritdoc/>
    public override RecurrentState CreateState(int batch) =>
        new([Forwards.CreateState(batch), Backwards.CreateState(batch)], isTwoDirections: true);

    /// <inheritdoc/>
    public override RecurrentTape CreateTape(int maxSteps, int maxBatch, TapeUse use = TapeUse.Training) =>
        new BidirectionalTape(this, maxSteps, maxBatch, use);

    /// <inheritdoc/>
    public override void Initialize(ParameterWriter parameters, RecurrentInitialization scheme, ref Philox random)
    {
        Forwards.Initialize(parameters, scheme, ref random);
        Backwards.Initialize(parameters, scheme, ref random);
    }

    internal override bool StateFits(RecurrentState state) =>
        state.ChildCount == 2 && Forwards.StateFits(state.Child(0)) && Backwards.StateFits(state.Child(1));

    internal override void LoadInitial(ParameterBuffer p, RecurrentState state)
    {
        Forwards.LoadInitial(p, state.Child(0));
        Backwards.LoadInitial(p, state.Child(1));
    }

    internal override void AccumulateInitial(RecurrentState dState, GradientBuffer g)
    {
        Forwards.AccumulateInitial(dState.Child(0), g);
        Backwards.AccumulateInitial(dState.Child(1), g);
    }

    internal void Forward(ParameterBuffer p, RecurrentInput x, ReadOnlySpan<int> lengths, BidirectionalTape both)
    {
        both.SetLengths(lengths);
        both.First.Forward(p, x, lengths);
        both.Second.Forward(p, both.Reverse(x), lengths);
        SequenceView output = both.Output, first = both.First.Output, second = both.Second.Output;
        int half = Forwards.OutputSize;
        for (int t = 0; t < both.Steps; t++)
        {
            for (int b = 0; b < both.Batch; b++)
            {
                Span<float> row = output[t].Row(b);
                first[t].Row(b).CopyTo(row);
                second[both.Mirror(t, b)].Row(b).CopyTo(row[half..]);
            }
        }
    }

    internal void Backward(ParameterBuffer p, RecurrentInput x, ReadOnlySequenceView dY, BidirectionalTape both,
        GradientBuffer g, SequenceView dX)
    {
        SequenceView dFirst = default, dSecond = default;
        int half = Forwards.OutputSize;
        if (!dY.IsEmpty)
        {
            dFirst = both.DFirst;
            dSecond = both.DSecond;
            for (int t = 0; t < both.Steps; t++)
            {
                for (int b = 0; b < both.Batch; b++)
                {
                    ReadOnlySpan<float> row = dY[t].Row(b);
                    row[half..].CopyTo(dSecond[both.Mirror(t, b)].Row(b));
                    row[..half].CopyTo(dFirst[t].Row(b));
                }
            }
        }

        SequenceView dMirrored = dX.IsEmpty ? default : both.DMirrored;
        both.Second.Backward(p, both.Reverse(x), dSecond, g, dMirrored);
        both.First.Backward(p, x, dFirst, g, dX);
        for (int t = 0; t < dX.Steps; t++)
        {
            for (int b = 0; b < both.Batch; b++)
            {
                Span<float> row = dX[t].Row(b);
                Elementwise.Add(row, dMirrored[both.Mirror(t, b)].Row(b), row);   // x is read by both
            }
        }
    }

    private static SequenceLayer Checked(SequenceLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return layer;
    }
}
