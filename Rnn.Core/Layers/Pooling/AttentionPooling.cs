using System;
using Rnn.Core.Kernels.Pooling;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Pooling;

/// <summary>y = sum of a_i*x_i with a = softmax(e) over the item's steps, e_i = v . u_i and
/// u_i = tanh(x_i*W + b).</summary>
internal sealed class AttentionPooling : SequencePooling
{
    /// <summary>
    /// So many steps are multiplied at once, copied side by side: what stands past the lengths must not get into sums
    /// (0 x NaN is NaN, D44), and costs no products. As long as a chain of <see cref="Gemm"/>, so that the bits of dW
    /// are those of one product over all steps.
    /// </summary>
    public const int StepsPerBlock = Gemm.DepthBlock;

    private readonly Linear _attention;
    private readonly Linear _context;

    public AttentionPooling(ParameterLayout layout, string name, int features, int attentionSize)
        : base(name, PoolingKind.Attention, features)
    {
        _attention = new Linear(layout, $"{name}.attention", features, attentionSize);
        _context = new Linear(layout, $"{name}.context", attentionSize, 1, bias: false);
    }

    /// <summary>W and b.</summary>
    public Linear Attention => _attention;

    /// <summary>v.</summary>
    public Linear Context => _context;

    private protected override bool HasParameters => true;

    private int Size => _attention.OutputSize;

    private protected override void Equip(PoolingTape tape) =>
        tape.Attention = new AttentionPoolingBuffers(Features, Size, tape.MaxSteps * tape.MaxRows, tape.Use);

    private protected override void Forward(ParameterBuffer p, ReadOnlySequenceView x, MatrixView y, PoolingTape tape)
    {
        PooledSteps steps = tape.Plan;
        AttentionPoolingBuffers buffers = tape.Attention!;
        bool isTraining = tape.Use == TapeUse.Training;
        Span<float> weights = buffers.Weights(steps.Count);
        for (int first = 0; first < steps.Count; first += StepsPerBlock)
        {
            int count = Math.Min(StepsPerBlock, steps.Count - first);
            MatrixView u = buffers.Tanh(isTraining ? first : 0, count);
            _attention.Forward(p, Block(x, steps, buffers, first, count), u, keepPacked: !isTraining);
            AttentionKernels.Scores(u.Span, p[_context.Weights].Span, weights.Slice(first, count));
        }

        for (int item = 0; item < steps.Items; item++)
        {
            Span<float> own = weights[steps.Starts[item]..steps.Starts[item + 1]];
            Softmax.Forward(own, own.Length, own);
        }

        PoolingKernels.WeightedSums(steps, x.Span, Features, weights, y.Extent, y.Stride);
    }

    private protected override void Backward(ParameterBuffer p, ReadOnlySequenceView x, ReadOnlyMatrixView dY,
        PoolingTape tape, GradientBuffer g, SequenceView dX)
    {
        PooledSteps steps = tape.Plan;
        AttentionPoolingBuffers buffers = tape.Attention!;
        Span<float> weights = buffers.Weights(steps.Count), dScores = buffers.DScores(steps.Count);
        AttentionKernels.Dots(steps, x.Span, Features, dY.Extent, dY.Stride, dScores);   // y = sum a*x: da = x . dy
        for (int item = 0; item < steps.Items; item++)
        {
            Range own = steps.Starts[item]..steps.Starts[item + 1];
            Softmax.Backward(weights[own], dScores[own], weights[own].Length, dScores[own]);   // a = softmax(e)
        }

        Gemm.Multiply(GemmForm.NN, 1, Size, steps.Count, dScores, steps.Count, buffers.Tanh(0, steps.Count).Span, Size,
            g[_context.Weights].Span, Size, add: true);                                // e = v . u: dv += sum de*u
        for (int first = 0; first < steps.Count; first += StepsPerBlock)
        {
            int count = Math.Min(StepsPerBlock, steps.Count - first);
            MatrixView du = buffers.Tanh(first, count);
            AttentionKernels.ScoresBackward(dScores.Slice(first, count), p[_context.Weights].Span,
                du.Span);                                                              // e = v . u, u = tanh(.)
            MatrixView rest = dX.IsEmpty ? default : buffers.Block(count);
            _attention.Backward(p, Block(x, steps, buffers, first, count), du, g, rest);   // . = x*W + b
            if (!dX.IsEmpty)
            {
                PoolingKernels.WeightedSumsBackward(steps, first, dY.Extent, dY.Stride, weights, rest.Span, Features,
                    dX.Span);                                                          // y = sum a*x: dx = a*dy + .
            }
        }

        if (!dX.IsEmpty)
            PoolingKernels.ClearPadding(steps, Features, dX.Span);
    }

    private protected override void Share(PoolingTape tape, Span<float> weights)
    {
        PooledSteps steps = tape.Plan;
        ReadOnlySpan<float> own = tape.Attention!.Weights(steps.Count);
        for (int i = 0; i < own.Length; i++)
            weights[steps.Rows[i]] = own[i];
    }

    /// <summary>Steps first .. first + count - 1 of all items, below one another [count, F].</summary>
    private ReadOnlyMatrixView Block(ReadOnlySequenceView x, PooledSteps steps, AttentionPoolingBuffers buffers,
        int first, int count)
    {
        if (steps.Batch == 1)   // a row alone: its steps follow one another already
            return x.Flattened.Slice(first, count);

        MatrixView block = buffers.Block(count);
        Gather.CopyRows(x.Span, Features, steps.Rows.Slice(first, count), block.Span, Features);
        return block;
    }
}
