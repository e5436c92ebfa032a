using System;

namespace Rnn.Models.Batching;

/// <summary>
/// B sources, each with the target that belongs to it, time-major: what an encoder reads, what a decoder is fed, and
/// what it should say.
/// </summary>
/// <param name="Sources">[S*B]; 0 past a source's length.</param>
/// <param name="SourceLengths">[B], 1 to S.</param>
/// <param name="Inputs">[T*B]: the start token, then the target without its last step; 0 past a target's
/// length.</param>
/// <param name="Targets">[T*B]: the target, then the end token;
/// <see cref="Rnn.Core.Losses.SoftmaxCrossEntropy.IgnoredTarget"/> past its length.</param>
/// <param name="TargetLengths">[B], the end token included: 1 to T.</param>
/// <param name="SourceSteps">S, the longest source's.</param>
/// <param name="TargetSteps">T, the longest target's.</param>
public readonly record struct PairBatch(ReadOnlyMemory<int> Sources, ReadOnlyMemory<int> SourceLengths,
    ReadOnlyMemory<int> Inputs, ReadOnlyMemory<int> Targets, ReadOnlyMemory<int> TargetLengths, int SourceSteps,
    int TargetSteps)
{
    /// <summary>B.</summary>
    public int Rows => SourceLengths.Length;
}
