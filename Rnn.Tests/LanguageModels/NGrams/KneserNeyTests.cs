using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Rnn.Core.Losses;
using Rnn.Models.Data;
using Rnn.Models.LanguageModels.NGrams;
using Rnn.Models.Text;
using Rnn.Models.Text.Scripts;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.LanguageModels.NGrams;

public class KneserNeyTests
{
    private const int V = 7;

    private static readonly Gen<int[]> s_text = Gen.Int[0, V - 2].Array[1, 60];   // the last id never occurs
    private static readonly Gen<int[]> s_context = Gen.Int[0, V - 1].Array[0, 7];

    // By hand, order 2. The 2-grams ab, ba, ac occur once. In front of a: the beginning, b; of b: a; of c: a; sum 4.
    // The discounts fall back to 0.5, 1, 1.5 (no 2-gram occurs twice, no 1-gram has 3 in front).
    [Fact]
    public void ByHand()
    {
        KneserNey model = KneserNey.Train([0, 1, 0, 2], vocabulary: 3, order: 2);
        double one = (1 - 0.5) / 4 + 2.0 / 4 / 3;
        Assert.Equal(one, model.Probability([], 1), 1e-15);
        Assert.Equal((1 - 0.5) / 2 + 1.0 / 2 * one, model.Probability([0], 1), 1e-15);
        Assert.Equal(one, model.Probability([2], 1), 1e-15);
        Assert.Equal(3 + 3, model.NGrams);
    }

    [Fact]
    public void ItIsTheFormula() => Gen.Select(s_text, s_context, Gen.Int[1, 6]).Sample((text, context, order) =>
    {
        KneserNey model = KneserNey.Train(text, V, order);
        Oracle oracle = new(text, order);
        for (int w = 0; w < V; w++)
            Assert.Equal(oracle.Probability(context, w), model.Probability(context, w), 1e-12);
    });

    // Long runs of few ids: all counts of counts are there, and the discounts are estimated.
    [Fact]
    public void ItIsTheFormulaWithEstimatedDiscounts() => Gen.Int[0, 5].Array[300, 600].Sample(text =>
    {
        KneserNey model = KneserNey.Train(text, V, order: 4);
        Oracle oracle = new(text, order: 4);
        for (int at = 0; at < 50; at++)
            Assert.Equal(oracle.Probability(text[..at], text[at]), model.Probability(text.AsSpan(0, at), text[at]), 1e-12);
    }, iter: 10);

    [Fact]
    public void ProbabilitiesSumToOneInAnyContext() => Gen.Select(s_text, s_context, Gen.Int[1, 5]).Sample((text, context, order) =>
    {
        KneserNey model = KneserNey.Train(text, V, order);
        double sum = 0;
        float[] logs = new float[V];
        model.LogProbabilities(context, logs);
        for (int w = 0; w < V; w++)
        {
            double p = model.Probability(context, w);
            Assert.True(p > 0);
            Assert.Equal(Math.Log(p), logs[w], 1e-6);
            sum += p;
        }

        Assert.Equal(1, sum, 1e-12);
    });

    [Fact]
    public void TheLossIsThatOfEachTokenButTheFirst() =>
        Gen.Select(s_text, Gen.Int[0, V - 1].Array[2, 40], Gen.Int[1, 5]).Sample((text, heldOut, order) =>
        {
            KneserNey model = KneserNey.Train(text, V, order);
            double expected = 0;
            for (int i = 1; i < heldOut.Length; i++)
                expected -= Math.Log(model.Probability(heldOut.AsSpan(0, i), heldOut[i]));

            LossSum loss = model.Evaluate(heldOut);
            Assert.Equal(expected, loss.Sum, 1e-10 * expected);
            Assert.Equal(heldOut.Length - 1, loss.Count);
        });

    [Fact]
    public void ErrorsSayWhatIsWrong()
    {
        Assert.Contains("order is 0; expected 1 to 16", Error(() => KneserNey.Train([0], 1, 0)));
        Assert.Contains("order is 17", Error(() => KneserNey.Train([0], 1, 17)));
        Assert.Contains("tokens has no token", Error(() => KneserNey.Train([], 1, 1)));
        Assert.Contains("tokens[1] is 2; expected 0 to 1", Error(() => KneserNey.Train([0, 2], 2, 1)));
        Assert.Contains("tokens[0] is -1", Error(() => KneserNey.Train([-1], 2, 1)));
        KneserNey model = KneserNey.Train([0, 1, 0], 2, 3);
        Assert.Contains("word is 2; expected 0 to 1", Error(() => model.Probability([0], 2)));
        Assert.Contains("context[0] is 5", Error(() => model.Probability([5], 1)));
        Assert.Contains("tokens has 1 tokens; expected 2 or more", Error(() => model.Evaluate([0])));
        Assert.Contains("logProbabilities has 3 elements; expected 2", Error(() => model.LogProbabilities([0], new float[3])));

        static string Error(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
    }

    // What order 3 reaches on WikiText-2; the perplexities of all orders are in the class's remarks.
    [Fact]
    public void WikiText2()
    {
        string[] training = TokenizedText.Read(TestData.PathOrSkip("wikitext-2/train.txt"));
        TokenVocabulary vocabulary = TokenVocabulary.FromTokens(training);
        int[] valid = vocabulary.Encode(TokenizedText.Read(TestData.PathOrSkip("wikitext-2/valid.txt")));
        Assert.Equal(240.75, Perplexity(vocabulary.Encode(training), valid, vocabulary, order: 3), 0.5);
    }

    // The last tenth, with a vocabulary of the rest: 4.6% of its tokens are unknown, and never occurred in training.
    [Fact]
    public void Shakespeare()
    {
        string[] tokens = new ScriptTokenizer().Tokenize(TextFile.Read(TestData.PathOrSkip(DataSets.TinyShakespeare)));
        int cut = tokens.Length * 9 / 10;
        TokenVocabulary vocabulary = TokenVocabulary.FromTokens(tokens[..cut]);
        int[] heldOut = vocabulary.Encode(tokens[cut..]);
        Assert.InRange(heldOut.Count(id => id == vocabulary.UnknownId) / (double)heldOut.Length, 0.045, 0.048);
        double[] perplexities = [.. Enumerable.Range(1, 5).Select(order =>
            Perplexity(vocabulary.Encode(tokens[..cut]), heldOut, vocabulary, order))];
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(' ', perplexities));
        Assert.Equal(perplexities.OrderDescending(), perplexities);
        Assert.Equal(200.7, perplexities[4], 2.0);
    }

    private static double Perplexity(int[] training, int[] heldOut, TokenVocabulary vocabulary, int order) =>
        Math.Exp(KneserNey.Train(training, vocabulary.Count, order).Evaluate(heldOut).Mean);

    // The class's formula, with dictionaries and recursion, in no order but that of thought.
    private sealed class Oracle
    {
        private readonly int _order;
        private readonly Dictionary<string, int>[] _counts;   // [k]: c of each k-gram
        private readonly double[][] _discounts;

        public Oracle(int[] text, int order)
        {
            _order = order;
            _counts = new Dictionary<string, int>[order + 1];
            _discounts = new double[order + 1][];
            for (int k = 1; k <= order; k++)
            {
                (string Gram, string Front)[] all = [.. Enumerable.Range(0, Math.Max(0, text.Length - k + 1))
                    .Select(i => (Key(text[i..(i + k)]), i == 0 ? "beginning" : $"{text[i - 1]}"))];
                _counts[k] = all.GroupBy(one => one.Gram).ToDictionary(grams => grams.Key,
                    grams => k == order ? grams.Count() : grams.Select(one => one.Front).Distinct().Count());
                _discounts[k] = Discounts(_counts[k].Values);
            }
        }

        public double Probability(int[] context, int word) => P(context.TakeLast(_order - 1).ToArray(), word);

        private double P(int[] h, int word)
        {
            int k = h.Length + 1;
            double shorter = h.Length == 0 ? 1.0 / V : P(h[1..], word);
            int[] follow = [.. Enumerable.Range(0, V).Select(w => C([.. h, w]))];
            if (follow.Sum() == 0)
                return shorter;
            double gamma = follow.Sum(c => _discounts[k][Math.Min(c, 3)]) / follow.Sum();
            int c = C([.. h, word]);
            return (Math.Max(c - _discounts[k][Math.Min(c, 3)], 0) / follow.Sum()) + (gamma * shorter);
        }

        private int C(int[] gram) => _counts[gram.Length].GetValueOrDefault(Key(gram));

        private static double[] Discounts(IEnumerable<int> counts)
        {
            double[] n = [.. Enumerable.Range(0, 5).Select(j => (double)counts.Count(c => c == j))];
            double y = n[1] / (n[1] + (2 * n[2]));
            double[] d = [0, 1 - (2 * y * n[2] / n[1]), 2 - (3 * y * n[3] / n[2]), 3 - (4 * y * n[4] / n[3])];
            return Enumerable.Range(1, 3).All(j => d[j] > 0 && d[j] < j) ? d : [0, 0.5, 1, 1.5];
        }

        private static string Key(int[] gram) => string.Join(' ', gram);
    }
}
