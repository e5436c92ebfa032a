using System;
using Rnn.Core.Buffers;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Pooling;

/// <summary>What a tape of <see cref="AttentionPooling"/> holds. Steps are in the order of items, without
/// padding.</summary>
internal sealed class AttentionPoolingBuffers
{
    private readonly int _features;
    private readonly int _size;
    private readonly AlignedBuffer _weights;
    private readonly AlignedBuffer _tanh;
    private readonly AlignedBuffer _block;
    private readonly AlignedBuffer? _dScores;

    public AttentionPoolingBuffers(int features, int size, int maxCount, TapeUse use)
    {
        _features = features;
        _size = size;
        long block = Math.Min(maxCount, AttentionPooling.StepsPerBlock);
        bool isTraining = use == TapeUse.Training;
        _weights = new AlignedBuffer(maxCount);
        _tanh = new AlignedBuffer((isTraining ? maxCount : block) * size);
        _block = new AlignedBuffer(block * features);
        _dScores = isTraining ? new AlignedBuffer(maxCount) : null;
    }

    /// <summary>e, then a [count].</summary>
    public Span<float> Weights(int count) => _weights.Span[..count];

    /// <summary>The gradient of a, then of e [count].</summary>
    public Span<float> DScores(int count) => _dScores!.Span[..count];

    /// <summary>u [count, A] from step <paramref name="first"/> on; on the way back the gradient of what tanh was
    /// taken of.</summary>
    public MatrixView Tanh(int first, int count) => new(_tanh.Span.Slice(first * _size, count * _size), count, _size);

    /// <summary>Rows of x side by side [count, F]; on the way back then a part of their gradient.</summary>
    public MatrixView Block(int count) => new(_block.Span[..(count * _features)], count, _features);
}
