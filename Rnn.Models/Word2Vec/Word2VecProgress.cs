using System;

namespace Rnn.Models.Word2Vec;

/// <summary>How a training run stands. A value: reporting allocates nothing.</summary>
public readonly record struct Word2VecProgress
{
    /// <summary>The epoch under way, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs of the run.</summary>
    public required int Epochs { get; init; }

    /// <summary>Done of the whole run, 0 to 1.</summary>
    public required double Fraction { get; init; }

    /// <summary>Words of the text read since the run began or went on, rare and left-out ones included.</summary>
    public required long RawWords { get; init; }

    /// <summary>Those a second.</summary>
    public required double RawWordsPerSecond { get; init; }

    /// <summary>The learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Mean loss a context (CBOW: a word) in the epoch so far: the word and K negatives, in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>Time since the run began or went on.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Estimate of the time to the end.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>Whether this is an epoch's last report.</summary>
    public required bool IsEpochEnd { get; init; }
}
