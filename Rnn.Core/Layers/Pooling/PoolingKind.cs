namespace Rnn.Core.Layers.Pooling;

/// <summary>How <see cref="SequencePooling"/> makes one vector of the steps of an item.</summary>
public enum PoolingKind
{
    /// <summary>Where the encoder has read everything: the last step, of the backward direction the first.</summary>
    Last,

    /// <summary>The mean over all steps.</summary>
    Mean,

    /// <summary>The largest value of each feature over all steps.</summary>
    Max,

    /// <summary>A mean with learnt weights (Yang et al. 2016).</summary>
    Attention,
}
