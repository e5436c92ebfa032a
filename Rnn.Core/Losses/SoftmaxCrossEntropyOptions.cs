using System;

namespace Rnn.Core.Losses;

/// <summary>
/// What may be added to <see cref="SoftmaxCrossEntropy"/>; the default is nothing. Holds views, copies nothing.
/// </summary>
/// <example>
/// <code>SoftmaxCrossEntropyOptions options = new() { LabelSmoothing = 0.1f, RowWeights = weights };</code>
/// </example>
public readonly ref struct SoftmaxCrossEntropyOptions
{
    /// <summary>
    /// The part of each target that is spread over all V classes alike, 0 .. 1: the target's class keeps
    /// 1 - LabelSmoothing + LabelSmoothing/V. Szegedy et al. 2016; PyTorch's label_smoothing.
    /// </summary>
    public float LabelSmoothing { get; init; }

    /// <summary>
    /// [V], the factor of -log softmax of each class, or empty: all 1. Without smoothing, a row whose target's class has
    /// weight 0 isn't counted, whatever its logits; its gradient is 0. PyTorch's weight. Read.
    /// </summary>
    public ReadOnlySpan<float> ClassWeights { get; init; }

    /// <summary>
    /// [N], the factor of each row's loss, or empty: all 1. A row of weight 0 may hold anything, as its logits and its
    /// target: it isn't counted, and its gradient is 0. Weights may be negative, as the advantages of a policy. Read.
    /// </summary>
    public ReadOnlySpan<float> RowWeights { get; init; }
}
