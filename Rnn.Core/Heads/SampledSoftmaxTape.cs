using Rnn.Core.Layers;

namespace Rnn.Core.Heads;

/// <summary>
/// All the scratch of a <see cref="SampledSoftmax"/>. For inference it is that of the full softmax; for training that
/// of a sample, and the other only if an exact loss is asked for.
/// </summary>
internal sealed class SampledSoftmaxTape : VocabularyHeadTape
{
    private readonly SoftmaxHead _full;
    private SoftmaxHeadTape? _exact;

    public SampledSoftmaxTape(SampledSoftmax owner, SoftmaxHead full, int maxRows, TapeUse use)
        : base(owner, maxRows, use)
    {
        _full = full;
        if (use == TapeUse.Training)
            Sampled = new SampledBuffers(owner.InputSize, owner.MaxSamples, maxRows);
        else
            _exact = full.CreateTape(maxRows);
    }

    public override long Bytes => (_exact?.Bytes ?? 0) + (Sampled?.Bytes ?? 0);

    /// <summary>The full softmax's.</summary>
    public SoftmaxHeadTape Exact => _exact ??= _full.CreateTape(MaxRows);

    /// <summary>Null for inference.</summary>
    public SampledBuffers? Sampled { get; }
}
