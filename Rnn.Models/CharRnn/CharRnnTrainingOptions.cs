using System;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Models.Diagnostics;
using Rnn.Models.Training;

namespace Rnn.Models.CharRnn;

/// <summary>How a <see cref="CharRnnModel"/> is trained.</summary>
public sealed record CharRnnTrainingOptions
{
    /// <summary>B: the text is cut into so many pieces, read side by side.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>T: characters of a window of truncated backpropagation; the state is carried to the next.</summary>
    public int SequenceLength { get; init; } = 100;

    /// <summary>The last part of the text that is held out for validation, in [0, 1).</summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Makes the optimiser of the model's parameters; Adam with PyTorch's defaults if null.</summary>
    public Func<ParameterLayout, Optimizer>? Optimizer { get; init; }

    /// <summary>Epochs, learning rate, clipping, checkpoints, seed.</summary>
    public TrainingOptions Training { get; init; } = new();

    internal void Check()
    {
        Throw.IfBelow(nameof(BatchSize), BatchSize, 1);
        Throw.IfBelow(nameof(SequenceLength), SequenceLength, 1);
        if (!(ValidationFraction >= 0 && ValidationFraction < 1))
        {
            Throw.Outside(nameof(ValidationFraction), ValidationFraction, "0 or more and below 1");
        }
    }
}
