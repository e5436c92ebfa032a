using Rnn.Core.Buffers;

namespace Rnn.Core.Layers.Attention;

/// <summary>What attention needs while it runs and not after: the layers of a network, which run one after another,
/// share it. Buffers are made when the first layer asks for them, as large as the largest asks.</summary>
internal sealed class MultiHeadScratch
{
    private AlignedBuffer? _dropped;
    private AlignedBuffer? _scoreGradient;
    private AlignedBuffer? _contextGradient;
    private AlignedBuffer? _projectedGradient;
    private AlignedBuffer? _sourceGradient;

    /// <summary>Weights after dropout.</summary>
    public AlignedBuffer Dropped => _dropped!;

    /// <summary>dP, then dS.</summary>
    public AlignedBuffer ScoreGradient => _scoreGradient!;

    /// <summary>dC.</summary>
    public AlignedBuffer ContextGradient => _contextGradient!;

    /// <summary>dQ, or dQ, dK and dV side by side.</summary>
    public AlignedBuffer ProjectedGradient => _projectedGradient!;

    /// <summary>dK and dV of a memory.</summary>
    public AlignedBuffer SourceGradient => _sourceGradient!;

    /// <summary>Sees to it that there is room for weights that are dropped.</summary>
    public void NeedDropped(long weights) => AlignedBuffer.AtLeast(ref _dropped, weights);

    /// <summary>Sees to it that there is room for one Backward.</summary>
    public void NeedGradients(long weights, long context, long projected, long source)
    {
        AlignedBuffer.AtLeast(ref _scoreGradient, weights);
        AlignedBuffer.AtLeast(ref _contextGradient, context);
        AlignedBuffer.AtLeast(ref _projectedGradient, projected);
        AlignedBuffer.AtLeast(ref _sourceGradient, source);
    }
}
