using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Rnn.Core.Kernels.Vectors;
using Rnn.Models.Embeddings;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Embeddings;

public class WordVectorsTests
{
    private static readonly Gen<string> GenWord = Gen.Char['a', 'd'].Array[1, 7].Select(c => new string(c));

    [Fact]
    public void LooksUp()
    {
        WordVectors vectors = VectorCases.Royal();
        Assert.Equal((8, 4), (vectors.Count, vectors.Dimensions));
        Assert.True(vectors.TryGetIndex("queen", out int index));
        Assert.Equal(2, index);
        Assert.Equal([0f, 0, 3, -1], vectors["queen"].ToArray());
        Assert.Equal([0f, 0, 3, -1], vectors[2].ToArray());
        Assert.True(vectors.TryGet("man", out ReadOnlySpan<float> man));
        Assert.Equal([0f, 0, 0.5f, 1], man.ToArray());
        Assert.False(vectors.TryGet("King", out man));
        Assert.True(man.IsEmpty);
        Assert.False(vectors.TryGetIndex("", out index));
        Assert.Equal(0, index);
        Assert.Equal("[8, 4]", vectors.Table.ToString());
        Assert.Equal("queen", vectors.Words[2]);
    }

    [Fact]
    public void TheTableIsTakenOver()
    {
        float[] table = [1, 2, 3, 4];
        WordVectors vectors = new(["a", "b"], table, 2);
        Assert.True(vectors["b"] == table.AsSpan(2, 2));   // the same memory
    }

    [Fact]
    public void UnknownWordNamesTheNearestSpellings()
    {
        WordVectors vectors = VectorCases.Royal();
        VectorCases.Says<KeyNotFoundException>("no vector of the word 'quene'. The nearest spellings are 'queen'.",
            () => _ = vectors["quene"]);
        VectorCases.Says<KeyNotFoundException>("No known word is spelt like it.", () => vectors.GetIndex("zzzzzz"));
        Assert.Equal(["king"], vectors.Suggest("KING"));
        Assert.Equal(["pear"], vectors.Suggest("paer"));                      // a swap is one change
        WordVectors many = new(["bat", "cat", "hat", "rat", "at", "mat", "cart"], new float[7], 1);
        Assert.Equal(["bat", "cat", "hat", "rat", "at"], many.Suggest("xat"));   // one change each: as in the table
        Assert.Equal(["cart", "cat"], many.Suggest("cart", 2));
        VectorCases.Says<KeyNotFoundException>(@"the word '\x1B[2J'", () => vectors.GetIndex("\u001b[2J"));
    }

    [Fact]
    public void SpellingDistanceIsTheFullTable() =>
        Gen.Select(GenWord, GenWord, Gen.Int[0, 4]).Sample((a, b, limit) =>
        {
            int expected = Distance(a, b);
            int[] rows = new int[3 * (a.Length + 1)];
            Assert.Equal(Math.Min(expected, limit + 1), NearestSpellings.Distance(a, b, limit, rows));
        });

    [Fact]
    public void SuggestionsAreTheNearestInOrder() =>
        Gen.Select(GenWord.Array[1, 40], GenWord, Gen.Int[1, 6]).Sample((words, word, count) =>
        {
            words = [.. words.Distinct()];
            WordVectors vectors = new(words, new float[words.Length], 1);
            int limit = Math.Min(3, 1 + (word.Length / 4));
            Assert.Equal(words.Where(w => Distance(w, word) <= limit).OrderBy(w => Distance(w, word)).Take(count),
                vectors.Suggest(word, count));
        });

    [Fact]
    public void SimilarityIsTheCosine()
    {
        WordVectors vectors = VectorCases.Royal();
        Assert.Equal(8 / 10.0, vectors.Similarity("king", "queen"), 1e-12);
        Assert.Equal(1, vectors.Similarity("king", "king"), 1e-12);
        Assert.Equal((1.5 - 1) / (Math.Sqrt(10) * Math.Sqrt(1.25)), vectors.Similarity("king", "woman"), 1e-12);
        Assert.Equal(0, vectors.Similarity("king", "nothing"));
        Assert.Equal(0, vectors.Similarity("nothing", "nothing"));
        Assert.Equal(Math.Sqrt(10), vectors.Norm(1), 1e-12);
    }

    [Fact]
    public void LargeAndSmallNumbersHaveCosinesToo()
    {
        WordVectors vectors = new(["large", "larger", "small", "zero"],
            [3e38f, 3e38f, 3.3e38f, 3.3e38f, 1e-44f, -1e-44f, 0, 0], 2);
        WordNeighbour[] found = vectors.MostSimilar("large");
        Assert.Equal("larger", found[0].Word);
        Assert.Equal([1f, 0, 0], found.Select(n => MathF.Round(n.Score, 6)));
        Assert.Equal(1, vectors.Similarity("large", "larger"), 1e-12);
        float[] unit = new float[2];
        vectors.CopyNormalized("small", unit);
        Assert.Equal([MathF.Sqrt(0.5f), -MathF.Sqrt(0.5f)], unit.Select(u => u), (x, y) => Math.Abs(x - y) < 1e-6f);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 5)]
    [InlineData(2100, 300)]
    [InlineData(70_000, 3)]
    public void MostSimilarIsTheBestOfAll(int words, int dimensions)
    {
        WordVectors vectors = VectorCases.Random(words, dimensions, 3);
        foreach (int restrict in new[] { 0, 20, words })
        {
            int n = restrict == 0 ? words : Math.Min(restrict, words);
            WordNeighbour[] found = vectors.MostSimilar("w0", 12, restrict, exclude: ["w7", "not there"]);
            double[] cosines = Enumerable.Range(0, n).Select(i => vectors.Similarity(0, i)).ToArray();
            int[] expected = Enumerable.Range(0, n).Where(i => i is not (0 or 7)).OrderByDescending(i => cosines[i])
                .Take(12).ToArray();
            Assert.Equal(expected.Length, found.Length);
            for (int i = 0; i < found.Length; i++)
            {
                Assert.Equal(cosines[expected[i]], found[i].Score, 1e-5);
                Assert.Equal(cosines[found[i].Index], found[i].Score, 1e-5);
                Assert.Equal($"w{found[i].Index}", found[i].Word);
            }
        }
    }

    [Fact]
    public void EqualsComeInTheOrderOfTheTable()
    {
        WordVectors vectors = new(["q", "a", "b", "c", "d"], [1, 0, 0, 1, 4, 4, 1, 1, 1, 1], 2);
        Assert.Equal(["b", "c"], vectors.MostSimilar("q", 2).Select(n => n.Word));
        Assert.Equal(["q", "b", "c", "d", "a"], vectors.MostSimilar([2f, 0]).Select(n => n.Word));
        Assert.Equal(1f, vectors.MostSimilar([2f, 0])[0].Score);
    }

    [Fact]
    public void AnalogiesOfConstructedVectors()
    {
        WordVectors vectors = VectorCases.Royal();
        foreach (AnalogyMethod method in new[] { AnalogyMethod.CosAdd, AnalogyMethod.CosMul })
        {
            Assert.Equal("queen", vectors.Analogy("man", "woman", "king", 1, method)[0].Word);
            Assert.Equal("king", vectors.Analogy("woman", "man", "queen", 1, method)[0].Word);
            Assert.Equal(vectors.Analogy("man", "woman", "king", 3, method),
                vectors.MostSimilar(["king", "woman"], ["man"], 3, method), (x, y) => x.Word == y.Word);
            Assert.DoesNotContain(vectors.Analogy("man", "woman", "king", 100, method), n =>
                n.Word is "man" or "woman" or "king");
            Assert.Empty(vectors.Analogy("the", "king", "queen", 5, method, restrict: 3));
        }
    }

    [Fact]
    public void AnalogyScoresAreTheFormulas()
    {
        WordVectors vectors = VectorCases.Random(60, 7, 9);
        double s(string x, string y) => (1 + vectors.Similarity(x, y)) / 2;
        foreach (WordNeighbour found in vectors.Analogy("w1", "w2", "w3", 60, AnalogyMethod.CosMul))
        {
            Assert.Equal(s(found.Word, "w2") * s(found.Word, "w3") / (s(found.Word, "w1") + 0.001), found.Score,
                1e-4 * Math.Max(1, found.Score));
        }

        WordNeighbour[] add = vectors.Analogy("w1", "w2", "w3", 60);
        double sum(WordNeighbour n) => vectors.Similarity(n.Word, "w2") - vectors.Similarity(n.Word, "w1") +
            vectors.Similarity(n.Word, "w3");
        double ratio = sum(add[0]) / add[0].Score;   // the length of the combined vector
        Assert.All(add, n => Assert.Equal(sum(n), n.Score * ratio, 1e-5));
        Assert.Equal(57, add.Length);
        Assert.Equal(add.OrderByDescending(n => n.Score), add);
    }

    [Fact]
    public void WhatDoesNotMatch()
    {
        WordVectors vectors = VectorCases.Royal();
        Assert.Equal("apple", vectors.DoesNotMatch("king", "queen", "apple", "woman"));
        Assert.Equal("king", vectors.DoesNotMatch(["king", "apple", "pear"]));
        VectorCases.Says<KeyNotFoundException>("'qeen'. The nearest spellings are 'queen'",
            () => vectors.DoesNotMatch("king", "qeen", "apple"));
        VectorCases.Says<ArgumentException>("words has 2 words, expected at least 3",
            () => vectors.DoesNotMatch("king", "queen"));
    }

    [Fact]
    public void NormalizedRowsHaveLengthOne()
    {
        WordVectors vectors = VectorCases.Royal();
        float[] rows = vectors.NormalizedRows(8);
        for (int i = 0; i < 8; i++)
        {
            double length = Math.Sqrt(Reductions.SumOfSquares(rows.AsSpan(i * 4, 4)));
            Assert.Equal(i == 7 ? 0 : 1, length, 1e-6);
        }

        float[] king = new float[4];
        vectors.CopyNormalized("king", king);
        Bits.Same(rows.AsSpan(4, 4), king, "king");
    }

    [Fact]
    public void MisuseIsRefused()
    {
        WordVectors vectors = VectorCases.Royal();
        float[] short3 = new float[3];
        Says("words is empty; expected at least one word", () => _ = new WordVectors([], [], 3));
        Says("table has 5 numbers, expected 6: 2 words of 3", () => _ = new WordVectors(["a", "b"], new float[5], 3));
        Says("dimensions is 0; expected more than 0", () => _ = new WordVectors(["a"], [], 0));
        Says("words has 'a' at 0 and again at 2", () => _ = new WordVectors(["a", "b", "a"], new float[3], 1));
        Says("words[1] is null or empty", () => _ = new WordVectors(["a", ""], new float[2], 1));
        Says("row 1 of table, the vector of 'b', is not finite",
            () => _ = new WordVectors(["a", "b"], [1, float.NaN], 1));
        Says("index is 8; expected 0 to 7", () => _ = vectors[8]);
        Says("destination has 3 elements, expected 4", () => vectors.CopyNormalized(0, short3));
        Says("count is 9; expected 0 to 8", () => vectors.NormalizedRows(9));
        Says("vector has 3 elements, expected 4", () => vectors.MostSimilar(short3));
        Says("vector is not finite", () => vectors.MostSimilar([1, 2, 3, float.PositiveInfinity]));
        Says("count is 0; expected more than 0", () => vectors.MostSimilar("king", 0));
        Says("count is -1; expected more than 0", () => vectors.Suggest("king", -1));
        Says("restrict is -1; expected 0 or more", () => vectors.MostSimilar("king", 1, -1));
        Says("positive has 0 words, expected at least 1", () => vectors.MostSimilar([], []));
    }

    private static void Says(string text, Action action) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    // Optimal string alignment, all of the table.
    private static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                d[i, j] = Math.Min(d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1),
                    Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
