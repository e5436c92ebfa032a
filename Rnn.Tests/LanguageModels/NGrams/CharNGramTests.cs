using System;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Corpora;
using Rnn.Models.LanguageModels.NGrams;
using Xunit;

namespace Rnn.Tests.LanguageModels.NGrams;

public class CharNGramTests
{
    private const string Extra = "#\u00e9";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void ProbabilitiesSumToOneInAnyContext(int order)
    {
        string training = StoryGrammar.Generate(seed: 11, minimumLength: 20_000).Text;
        CharNGram model = CharNGram.Train(training, order, Extra);
        char[] alphabet = [.. (training + Extra).Distinct()];
        Assert.Equal(alphabet.Length, model.AlphabetSize);

        Philox random = new(seed: 12);
        for (int trial = 0; trial < 200; trial++)
        {
            int start = random.NextInt32(training.Length - 10);
            char[] context = training.AsSpan(start, random.NextInt32(10)).ToArray();
            if (trial % 2 == 1)   // a context that never occurred
            {
                random.NextInt32(2);
                for (int i = 0; i < context.Length; i++)
                    context[i] = alphabet[random.NextInt32(alphabet.Length)];
            }

            Assert.Equal(1, alphabet.Sum(next => model.Probability(context, next)), 1e-12);
            Assert.All(alphabet, next => Assert.True(model.Probability(context, next) > 0));
        }
    }

    // The end of the training text is a context without followers; texts shorter than the order have few k-grams.
    [Theory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("abcab")]
    [InlineData("aaaaaaa")]
    public void ShortTextsAreProperToo(string training)
    {
        CharNGram model = CharNGram.Train(training, order: 4, alphabet: "xyz");
        foreach (string context in new[] { "", "a", "ab", "ca", "cab", "xa", training })
            Assert.Equal(1, (training + "xyz").Distinct().Sum(next => model.Probability(context, next)), 1e-12);
    }

    // By hand, order 2. The 2-grams ab, ba, ac occur once. In front of a: the beginning, b; of b: a; of c: a; sum 4.
    // The discounts fall back to 0.5, 1, 1.5 (no 2-gram occurs twice, no 1-gram has 3 in front).
    // P1(b) = (1-0.5)/4 + (0.5+1+0.5)/4 * 1/3 = 7/24. P(b|a) = (1-0.5)/2 + (0.5+0.5)/2 * P1(b).
    [Fact]
    public void KneserNeyByHand()
    {
        CharNGram model = CharNGram.Train("abac", order: 2);
        Assert.Equal((1 - 0.5) / 4 + 2.0 / 4 / 3, model.Probability("", 'b'), 1e-15);
        Assert.Equal((1 - 0.5) / 2 + 1.0 / 2 * (7.0 / 24), model.Probability("a", 'b'), 1e-15);
    }

    [Fact]
    public void LikelihoodIsTheSumOverCharacters()
    {
        string training = StoryGrammar.Generate(seed: 13, minimumLength: 5_000).Text;
        string heldOut = StoryGrammar.Generate(seed: 14, minimumLength: 500).Text + Extra + "the";
        CharNGram model = CharNGram.Train(training, order: 5, alphabet: heldOut);
        double expected = 0;
        for (int i = 0; i < heldOut.Length; i++)
            expected -= Math.Log(model.Probability(heldOut.AsSpan(0, i), heldOut[i]));

        (double sum, long count) = model.NegativeLogLikelihood(heldOut);
        Assert.Equal(expected, sum, 1e-9 * expected);
        Assert.Equal(heldOut.Length, count);
    }

    [Fact]
    public void ErrorsSayWhatIsWrong()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CharNGram.Train("abc", order: 0));
        Assert.Throws<ArgumentException>(() => CharNGram.Train("", order: 3));
        CharNGram model = CharNGram.Train("abc", order: 3);
        Assert.Contains("U+0078", Assert.Throws<ArgumentException>(() => model.Probability("a", 'x')).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.NegativeLogLikelihood("abx"));
    }
}
