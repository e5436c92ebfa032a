using System;
using System.Collections.Generic;
using Rnn.Core.Layers.Pooling;
using Rnn.Models.Sentiment;
using Rnn.Models.Text.Labelled;

namespace Rnn.Tests.Sentiment;

/// <summary>A few texts, and small models of them.</summary>
internal static class SmallReviews
{
    public static LabelledTexts Texts { get; } = LabelledTexts.FromReviews(
    [
        ("a good film", true),
        ("a bad film", false),
        ("not a good film . the music is loud and the end is long", false),
        ("not a bad film at all . the music is soft and i liked the end of it very much", true),
        ("good", true),
        ("bad", false),
        ("the music is good . the end isn't", false),
        ("the music is bad . the end isn't . it is the best end of any film that i have seen this year , and the year was good", true),
    ]);

    /// <summary>Every word is known.</summary>
    public static SentimentOptions Options { get; } =
        new() { EmbeddingSize = 6, HiddenSize = 5, MinCount = 1, OutputDropout = 0, PieceLength = 4 };

    /// <summary>Every kind of pooling, texts read whole and in pieces.</summary>
    public static IEnumerable<SentimentOptions> Kinds()
    {
        foreach (PoolingKind kind in Enum.GetValues<PoolingKind>())
        {
            yield return Options with { Pooling = kind };
            yield return Options with { Pooling = kind, PieceLength = 0, Bidirectional = false };
        }
    }
}
