using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Corpora;
using Xunit;

namespace Rnn.Tests.Corpora;

public class WordClassCorpusTests
{
    [Fact]
    public void TheFirstSentencesAreTheSameOnEveryMachine()
    {
        Assert.Equal(
            [
                "my uncle dreamed of daisy once more",
                "the nurse from prague dreamed of cedar once more",
                "the army of norway crossed the border in january",
                "the nurse crept from peru to lisbon in may",
                "the nurse learned the clarinet from the sailor",
                "he repaired the banjo in the chapel",
            ],
            WordClassCorpus.Generate(seed: 1, sentences: 6).Select(words => string.Join(' ', words)));

        ulong hash = 14695981039346656037;   // FNV-1a of the letters
        foreach (char c in string.Concat(WordClassCorpus.Generate(seed: 1, sentences: 5000).SelectMany(words => words)))
            hash = (hash ^ c) * 1099511628211;
        Assert.Equal(4085888800299199046UL, hash);
    }

    [Fact]
    public void SeedAndStreamChooseTheText()
    {
        string[] Some(ulong seed, long sentences, ulong stream = 0) =>
            [.. WordClassCorpus.Generate(seed, sentences, stream).Select(words => string.Join(' ', words))];
        string[] text = Some(1, 2000);
        Assert.Equal(2000, text.Length);
        Assert.Equal(text, Some(1, 2000));
        Assert.Equal(text, Some(1, 3000).Take(2000));
        Assert.NotEqual(text, Some(2, 2000));
        Assert.NotEqual(text, Some(1, 2000, stream: 1));
        Assert.Empty(Some(1, 0));
        IEnumerable<string[]> sentences = WordClassCorpus.Generate(1, 100);
        Assert.Equal(sentences, sentences);   // may be gone through twice
        Assert.Throws<ArgumentOutOfRangeException>(() => WordClassCorpus.Generate(1, -1));
    }

    [Fact]
    public void ClassesAreDisjointAndAllOccur()
    {
        Assert.InRange(WordClassCorpus.Classes.Count, 12, 25);
        Assert.All(WordClassCorpus.Classes.Values, words => Assert.InRange(words.Count, 12, 20));
        Assert.Equal(WordClassCorpus.Classes.Values.Sum(words => words.Count), WordClassCorpus.ClassOf.Count);
        Assert.All(WordClassCorpus.Classes, one =>
            Assert.All(one.Value, word => Assert.Equal(one.Key, WordClassCorpus.ClassOf[word])));

        Dictionary<string, int> counts = WordClassCorpus.Generate(seed: 3, sentences: 40_000)
            .SelectMany(words => words).CountBy(word => word).ToDictionary();
        Assert.All(WordClassCorpus.ClassOf.Keys, word => Assert.True(counts.GetValueOrDefault(word) >= 60, word));
        Assert.InRange(counts.Count - WordClassCorpus.ClassOf.Count, 80, 200);   // function words
        Assert.All(counts.Keys, word => Assert.All(word, letter => Assert.True(char.IsAsciiLetterLower(letter))));
        Assert.All(WordClassCorpus.Classes.Values, words => Assert.True(counts[words[0]] > 1.6 * counts[words[^1]]));
    }

    // A word of a class that stood in a rule as well would have contexts that its class hasn't: weights of a class are
    // known, so that its counts tell.
    [Fact]
    public void WithinAClassFrequenciesAreThoseOfTheWeights()
    {
        Dictionary<string, int> counts = WordClassCorpus.Generate(seed: 4, sentences: 120_000)
            .SelectMany(words => words).CountBy(word => word).ToDictionary();
        foreach (IReadOnlyList<string> words in WordClassCorpus.Classes.Values)
        {
            double total = words.Sum(word => counts[word]);
            double weights = words.Select((_, rank) => 1000 / (rank + 8)).Sum();
            for (int rank = 0; rank < words.Count; rank++)
            {
                double expected = total * (1000 / (rank + 8)) / weights;
                Assert.True(Math.Abs(counts[words[rank]] - expected) < 5 * Math.Sqrt(expected), words[rank]);
            }
        }
    }

    [Fact]
    public void PurityIsTheShareOfTheOwnClass()
    {
        IEnumerable<string> OwnClass(string word) => WordClassCorpus.Classes[WordClassCorpus.ClassOf[word]];
        IEnumerable<string> Others(string word) => WordClassCorpus.ClassOf.Keys.Except(OwnClass(word));
        Assert.Equal(1, WordClassCorpus.Purity(OwnClass));
        Assert.Equal(1, WordClassCorpus.Purity(word => ["the", word, "of", .. OwnClass(word)], 11));
        Assert.Equal(0, WordClassCorpus.Purity(Others));
        Assert.Equal(0, WordClassCorpus.Purity(word => []));
        IEnumerable<string> Two(string word) => OwnClass(word).Where(other => other != word).Take(2);
        Assert.Equal(0.4, WordClassCorpus.Purity(word => Two(word).Concat(Others(word))), 1e-12);
        Assert.Equal(0.4, WordClassCorpus.Purity(Two), 1e-12);
        Assert.InRange(WordClassCorpus.ChancePurity, 0.04, 0.06);
        Assert.Throws<ArgumentOutOfRangeException>(() => WordClassCorpus.Purity(OwnClass, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => WordClassCorpus.Purity(OwnClass, 12));
        Assert.Throws<ArgumentNullException>(() => WordClassCorpus.Purity(null!));
    }

    // Can be learned, and is not trivial: vectors of counts (positive mutual information of words within a window)
    // find the classes in 20,000 sentences, and don't quite in 1,000.
    [Theory]
    [InlineData(20_000, 0.95, 1)]
    [InlineData(1_000, 0.2, 0.9)]
    public void CountsOfNeighboursFindTheClasses(int sentences, double least, double most)
    {
        const int Window = 3;
        Dictionary<string, int> ids = [];
        List<int[]> text = [.. WordClassCorpus.Generate(seed: 5, sentences).Select(words =>
            words.Select(word => ids.TryAdd(word, ids.Count) ? ids.Count - 1 : ids[word]).ToArray())];
        double[][] vectors = [.. ids.Select(_ => new double[ids.Count])];
        foreach (int[] sentence in text)
        {
            for (int i = 0; i < sentence.Length; i++)
            {
                for (int j = Math.Max(i - Window, 0); j < Math.Min(i + Window + 1, sentence.Length); j++)
                    vectors[sentence[i]][sentence[j]] += i == j ? 0 : 1;
            }
        }

        double[] sums = [.. vectors.Select(vector => vector.Sum())];
        double total = sums.Sum();
        foreach ((int i, double[] vector) in vectors.Index())
        {
            for (int j = 0; j < vector.Length; j++)
                vector[j] = vector[j] == 0 ? 0 : Math.Max(0, Math.Log(vector[j] * total / (sums[i] * sums[j])));
            double norm = Math.Sqrt(vector.Sum(x => x * x)) + 1e-9;
            for (int j = 0; j < vector.Length; j++)
                vector[j] /= norm;
        }

        string[] words = [.. ids.Keys];
        double purity = WordClassCorpus.Purity(word => ids.TryGetValue(word, out int id)
            ? words.OrderByDescending(other => vectors[id].Zip(vectors[ids[other]], (a, b) => a * b).Sum())
            : []);
        Assert.InRange(purity, least, most);
    }
}
