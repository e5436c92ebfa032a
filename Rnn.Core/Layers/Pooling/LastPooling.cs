using System;
using Rnn.Core.Kernels.Pooling;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Pooling;

/// <summary>y = x at the last step of the item's last row; the backward direction's half at step 0 of its first
/// row.</summary>
internal sealed class LastPooling(string name, int features, bool bidirectional)
    : SequencePooling(name, PoolingKind.Last, features)
{
    /// <summary>The features that are taken at the last step: all of one direction, half of two.</summary>
    private readonly int _atEnd = bidirectional ? features / 2 : features;

    /// <summary>The features that are taken at the last step; the others at the first.</summary>
    public int FeaturesAtEnd => _atEnd;

    private protected override void Forward(ParameterBuffer p, ReadOnlySequenceView x, MatrixView y, PoolingTape tape)
    {
        ReadOnlyMatrixView rows = x.Flattened;
        for (int item = 0; item < tape.Items; item++)
        {
            (int first, int last) = Ends(tape.Plan, item);
            rows.Row(last)[.._atEnd].CopyTo(y.Row(item));
            rows.Row(first)[_atEnd..].CopyTo(y.Row(item)[_atEnd..]);   // where the backward direction has read all
        }
    }

    private protected override void Backward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlyMatrixView dY,
        PoolingTape tape, GradientBuffer g, SequenceView dX)
    {
        if (dX.IsEmpty)
            return;

        PoolingKernels.Zero(dX.Span);
        MatrixView dRows = dX.Flattened;
        for (int item = 0; item < tape.Items; item++)
        {
            (int first, int last) = Ends(tape.Plan, item);
            dY.Row(item)[_atEnd..].CopyTo(dRows.Row(first)[_atEnd..]);
            dY.Row(item)[.._atEnd].CopyTo(dRows.Row(last));
        }
    }

    private protected override void Share(PoolingTape tape, Span<float> weights)
    {
        float atEnd = (float)_atEnd / Features;
        for (int item = 0; item < tape.Items; item++)
        {
            (int first, int last) = Ends(tape.Plan, item);
            weights[first] = 1 - atEnd;
            weights[last] += atEnd;   // of one step, the same
        }
    }

    private static (int First, int Last) Ends(PooledSteps steps, int item) =>
        (steps.Rows[steps.Starts[item]], steps.Rows[steps.Starts[item + 1] - 1]);
}
