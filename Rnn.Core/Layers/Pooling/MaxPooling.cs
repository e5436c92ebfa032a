using System;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Pooling;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Pooling;

/// <summary>y = the largest x of each feature over the item's steps; the first of equal ones has the
/// gradient.</summary>
internal sealed class MaxPooling(string name, int features) : SequencePooling(name, PoolingKind.Max, features)
{
    private protected override void Equip(PoolingTape tape) =>
        tape.Places = new PinnedArray<int>(checked(tape.MaxRows * Features));

    private protected override void Forward(ParameterBuffer p, ReadOnlySequenceView x, MatrixView y,
        PoolingTape tape) => PoolingKernels.Maxima(tape.Plan, x.Span, Features, y.Extent, y.Stride, tape.Places!);

    private protected override void Backward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlyMatrixView dY,
        PoolingTape tape, GradientBuffer g, SequenceView dX)
    {
        if (!dX.IsEmpty)
            PoolingKernels.MaximaBackward(tape.Plan, dY.Extent, dY.Stride, tape.Places!, Features, dX.Span);
    }

    private protected override void Share(PoolingTape tape, Span<float> weights)
    {
        for (int i = 0; i < tape.Items * Features; i++)
            weights[tape.Places![i]]++;

        for (int row = 0; row < weights.Length; row++)
            weights[row] /= Features;
    }
}
