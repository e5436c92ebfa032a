using System;
using Rnn.Models.Text.Scores;
using Xunit;

namespace Rnn.Tests.Text.Scores;

public class SequenceAccuracyTests
{
    [Fact]
    public void WholeSequencesAndTokensInTheirPlaces()
    {
        string[] said = ["abcd", "xbc", "", "ab"], expected = ["abcd", "abc", "", "abcd"];
        Assert.Equal(0.5, SequenceAccuracy.OfSequences(said, expected));
        Assert.Equal((4 + 2 + 0 + 2) / (4.0 + 3 + 0 + 4), SequenceAccuracy.OfTokens(said, expected), 1e-12);
        Assert.Equal(0.25, SequenceAccuracy.OfTokens<int>([[1, 2, 3, 4]], [[1]]));
        Assert.Equal(1, SequenceAccuracy.OfTokens<int>([[]], [[]]));
    }

    [Fact]
    public void MisuseIsRefused()
    {
        Assert.Contains("SequenceAccuracy: expected has 1 elements for 2 texts",
            Assert.Throws<ArgumentException>(() => SequenceAccuracy.OfTokens(["a", "b"], ["a"])).Message);
        Assert.Throws<ArgumentException>(() => SequenceAccuracy.OfSequences<char>([], []));
        Assert.Throws<ArgumentNullException>(() => SequenceAccuracy.OfSequences<char>([null!], ["a"]));
    }
}
