using System;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Layers.Transformer;

/// <summary>How a <see cref="TransformerEncoder"/> or a <see cref="TransformerDecoder"/> is made. The defaults are
/// those of a small translator: 256 wide, 3 layers, 8 heads, post-norm, as in the first Transformer.</summary>
public sealed record TransformerOptions
{
    /// <summary>E, the width of every layer; a multiple of Heads.</summary>
    public int Size { get; init; } = 256;

    /// <summary>How many layers, more than 0.</summary>
    public int Layers { get; init; } = 3;

    /// <summary>Heads of each attention, more than 0.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Units between the two products of a feed-forward block, more than 0.</summary>
    public int FeedForwardSize { get; init; } = 512;

    /// <summary>Probability that an element is dropped after each attention, and inside and after each feed-forward
    /// block; in [0, 1).</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Probability that a weight of attention is dropped, in [0, 1).</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>What feed-forward blocks do between their products.</summary>
    public TransformerActivation Activation { get; init; }

    /// <summary>Whether each branch reads a normalised input, x + f(norm(x)), which trains deep stacks more easily; by
    /// default its sum is normalised, norm(x + f(x)).</summary>
    public bool NormFirst { get; init; }

    /// <summary>Whether one more normalisation follows the last layer. Wanted where NormFirst is: nothing else
    /// normalises the output there.</summary>
    public bool FinalNorm { get; init; }

    /// <summary>Refuses what no network can be made of.</summary>
    /// <exception cref="ArgumentException">A size is not positive, a rate is not in [0, 1), the heads can't share the
    /// size equally, or there is no such activation.</exception>
    public void Check()
    {
        Positive(nameof(Size), Size);
        Positive(nameof(Layers), Layers);
        Positive(nameof(Heads), Heads);
        Positive(nameof(FeedForwardSize), FeedForwardSize);
        Rate(nameof(Dropout), Dropout);
        Rate(nameof(AttentionDropout), AttentionDropout);
        if (!Enum.IsDefined(Activation))
            Throw.UnknownChoice(nameof(Activation), Activation);

        if (Size % Heads != 0)
            Throw.HeadSize(nameof(TransformerOptions), Size, Heads);
    }

    private static void Positive(string what, int value)
    {
        if (value <= 0)
            Throw.NotPositive(what, value);
    }

    private static void Rate(string what, double value)
    {
        if (!(value >= 0 && value < 1))
            Throw.OutOfRange(what, value, "0 or more and below 1");
    }
}
