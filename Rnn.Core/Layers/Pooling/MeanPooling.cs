using System;
using Rnn.Core.Kernels.Pooling;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Pooling;

/// <summary>y = the mean of x over the item's steps.</summary>
internal sealed class MeanPooling(string name, int features) : SequencePooling(name, PoolingKind.Mean, features)
{
    private protected override void Forward(ParameterBuffer p, ReadOnlySequenceView x, MatrixView y,
        PoolingTape tape) => PoolingKernels.Means(tape.Plan, x.Span, Features, y.Extent, y.Stride);

    private protected override void Backward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlyMatrixView dY,
        PoolingTape tape, GradientBuffer g, SequenceView dX)
    {
        if (!dX.IsEmpty)
            PoolingKernels.MeansBackward(tape.Plan, dY.Extent, dY.Stride, Features, dX.Span);
    }

    private protected override void Share(PoolingTape tape, Span<float> weights)
    {
        PooledSteps steps = tape.Plan;
        for (int item = 0; item < steps.Items; item++)
        {
            int start = steps.Starts[item], end = steps.Starts[item + 1];
            foreach (int row in steps.Rows[start..end])
                weights[row] = 1f / (end - start);
        }
    }
}
