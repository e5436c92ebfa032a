using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Word2Vec;
using Xunit;

namespace Rnn.Tests.Word2Vec;

public class WordBatchesTests
{
    private const int End = WordBatches.SentenceEnd;

    private static readonly BatchedWord2VecOptions SkipGram = new();
    private static readonly BatchedWord2VecOptions Cbow = new() { Architecture = Word2VecArchitecture.Cbow };
    private static readonly BatchedWord2VecOptions Softmax = new() { Loss = Word2VecLoss.FullSoftmax };
    private static readonly BatchedWord2VecTrainingOptions All = new() { SubsamplingThreshold = 0, Window = 1, BatchSize = 100 };

    [Fact]
    public void TheLessonsFiguresAreTheDefaults()
    {
        BatchedWord2VecTrainingOptions options = new();
        Assert.Equal((512, 5, 5, 0.75, 1e-5, 0.0), (options.BatchSize, options.Window, options.Negatives,
            options.NoisePower, options.SubsamplingThreshold, options.ValidationFraction));
        Assert.Equal((5, 3e-3, 0.0), (options.Complete().Epochs, options.Complete().LearningRate, options.ClipNorm));
        Assert.Equal((300, 6), (new BatchedWord2VecOptions().Dimensions, BatchedWord2VecTrainingOptions.LessonMinimumCount));
    }

    [Fact]
    public void SkipGramPairsEachCentreWithItsNeighbours()
    {
        WordBatches batches = new([End, 3, 1, 2, End, End, 0, End, 4, 0], [1, 1, 1, 1, 1], SkipGram, All);
        WordBatch batch = batches.Get(0, 0);
        Assert.Equal((1, 6), (batches.Count, batches.WordCount));
        Assert.Equal([(3, 1), (1, 3), (1, 2), (2, 1), (4, 0), (0, 4)], Pairs(batch));
        Assert.Equal((0, 6 * 5), (batch.Starts.Length, batch.Negatives.Length));
    }

    [Fact]
    public void CbowPredictsEachCentreThatHasNeighbours()
    {
        WordBatch batch = new WordBatches([3, 1, 2, End, 0, End, 4, 0], [1, 1, 1, 1, 1], Cbow, All).Get(0, 0);
        Assert.Equal([1, 3, 2, 1, 0, 4], batch.Inputs.ToArray());
        Assert.Equal([0, 1, 3, 4, 5, 6], batch.Starts.ToArray());
        Assert.Equal([3, 1, 2, 4, 0], batch.Targets.ToArray());
        Assert.Equal(5 * 5, batch.Negatives.Length);
    }

    [Theory]
    [InlineData(Word2VecArchitecture.SkipGram)]
    [InlineData(Word2VecArchitecture.Cbow)]
    public void HowFarAWordLooksIsDrawnEvenly(Word2VecArchitecture architecture)
    {
        // One sentence 0, 1, 2, ...: a word's number is its place.
        const int n = 20_000, window = 5;
        int[] ids = [.. Enumerable.Range(0, n)];
        long[] counts = [.. Enumerable.Repeat(1L, n)];
        WordBatches batches = new(ids, counts, new() { Architecture = architecture },
            All with { Window = window, BatchSize = 512 });
        Assert.Equal((40, n), (batches.Count, batches.WordCount));
        Dictionary<int, List<int>> near = [];
        for (int i = 0; i < batches.Count; i++)
        {
            WordBatch batch = batches.Get(3, i);
            Assert.InRange(batch.Targets.Length, 1, batches.Most.Rows);
            Assert.InRange(batch.Inputs.Length, 1, batches.Most.Items);
            foreach ((int centre, int word) in Pairs(batch))
            {
                if (!near.TryGetValue(centre, out List<int>? list))
                    near[centre] = list = [];

                list.Add(word - centre);
            }
        }

        int[] reaches = new int[window + 1];
        for (int centre = window; centre < n - window; centre++)   // contexts reach over the ends of batches
        {
            int reach = near[centre].Count / 2;
            Assert.Equal([.. Enumerable.Range(-reach, reach), .. Enumerable.Range(1, reach)], near[centre]);
            reaches[reach]++;
        }

        Assert.All(reaches.Skip(1), count => Assert.InRange(count, (n / window) - 230, (n / window) + 230));   // 4 sd
        Assert.Equal(Enumerable.Range(1, near[0].Count), near[0]);
    }

    [Fact]
    public void ABatchIsAFunctionOfItsNumbers()
    {
        ClassCorpus corpus = new(50, 400);
        BatchedWord2VecTrainingOptions options = new() { SubsamplingThreshold = 0.01, BatchSize = 64 };
        WordBatches one = new(corpus.Ids, corpus.Counts, SkipGram, options);
        WordBatches other = new(corpus.Ids, corpus.Counts, SkipGram, options);
        for (int epoch = 2; epoch >= 0; epoch--)
        {
            for (int i = one.Count - 1; i >= 0; i--)
                other.Get(epoch, i);
        }

        WordBatch a = one.Get(2, 3), b = other.Get(2, 3);
        Assert.Equal(a.Inputs.ToArray(), b.Inputs.ToArray());
        Assert.Equal(a.Targets.ToArray(), b.Targets.ToArray());
        Assert.Equal(a.Negatives.ToArray(), b.Negatives.ToArray());
        int[] centres = a.Inputs.ToArray(), negatives = a.Negatives.ToArray();
        Assert.NotEqual(negatives, other.Get(1, 3).Negatives.ToArray());
        Assert.NotEqual(negatives, other.Get(2, 2).Negatives.ToArray());
        Assert.Equal(centres.Distinct().Order(), other.Get(1, 3).Inputs.ToArray().Distinct().Order());   // same words
        WordBatches seeded = new(corpus.Ids, corpus.Counts, SkipGram,
            options with { Seed = 2 });
        Assert.NotEqual(negatives, seeded.Get(2, 3).Negatives.ToArray());
    }

    [Fact]
    public void FrequentWordsAreThinnedOut()
    {
        // Word 0 is 90 % of the text, word 1 9 %, word 2 1 %: kept with 0.105, 1/3 and 1.
        const int n = 100_000;
        int[] ids = [.. Enumerable.Range(0, n).Select(i => i % 100 == 0 ? 2 : i % 100 < 10 ? 1 : 0)];
        WordBatches batches = new(ids, [n * 9 / 10, n * 9 / 100, n / 100], SkipGram,
            All with { SubsamplingThreshold = 0.01, BatchSize = n });
        int[] kept = new int[3];
        foreach (int centre in Pairs(batches.Get(0, 0)).Select(pair => pair.Centre))
            kept[centre]++;

        Assert.Equal(2 * (batches.WordCount - 1), kept.Sum());   // window 1: two pairs for each word but the ends
        double expected = Math.Sqrt(0.01 / 0.9) * n * 0.9;
        Assert.InRange(kept[0] / 2.0, expected - 400, expected + 400);
        Assert.InRange(kept[1] / 2.0, 3000 - 200, 3000 + 200);
        Assert.InRange(kept[2] / 2.0, 999, 1000);
    }

    [Fact]
    public void ThinnedTextKeepsSentencesApart()
    {
        ClassCorpus corpus = new(10, 300);
        WordBatches batches = new(corpus.Ids, corpus.Counts, SkipGram,
            new() { SubsamplingThreshold = 0.02, BatchSize = 10_000 });
        List<(int Centre, int Word)> pairs = Pairs(batches.Get(0, 0));
        Assert.InRange(batches.WordCount, 500, 800);
        Assert.NotEmpty(pairs);
        Assert.All(pairs, pair => Assert.NotEqual(pair.Centre % ClassCorpus.Classes, pair.Word % ClassCorpus.Classes));
    }

    [Fact]
    public void NegativesComeFromTheNoise()
    {
        ClassCorpus corpus = new(10, 2000);
        corpus.Counts[3] = 0;   // as the noise sees it
        corpus.Counts[4] *= 16;
        WordBatches batches = new(corpus.Ids, corpus.Counts, SkipGram, All with { BatchSize = 10_000 });
        WordBatch batch = batches.Get(0, 0);
        int[] drawn = new int[10];
        foreach (int negative in batch.Negatives.Span)
            drawn[negative]++;

        Assert.Equal(batch.Targets.Length * 5, drawn.Sum());
        Assert.Equal(0, drawn[3]);
        Assert.InRange(drawn[4] / (double)drawn[5], 7, 9);   // 16^0.75
        Assert.Equal(0, new WordBatches(corpus.Ids, corpus.Counts, Softmax, All).Get(0, 0).Negatives.Length);
    }

    [Fact]
    public void MisuseIsRefused()
    {
        Says(() => Make([0, 1, 2], [1, 1]), "the text: word 2 is 2, expected 0 to 1, or -1 for the end of a sentence.");
        Says(() => Make([0, -2], [1, 1]), "word 1 is -2");
        Says(() => Make([], [1, 1]), "has 0 entries");
        Says(() => Make([0, End, 1, End], [1, 1]),
            "the text has 4 entries, of which subsampling keeps 2 words, and none has another beside it");
        Says(() => Make([0, 1], [0, 0]), "are 0");
        Says(() => Make([0, 1], [1, -1]), "counts[1] is -1");
        Says(() => Make([0, 1], [1, 1], All with { BatchSize = 0 }), "BatchSize is 0; expected 1 or more");
        Says(() => Make([0, 1], [1, 1], All with { Window = 0 }), "Window is 0");
        Says(() => Make([0, 1], [1, 1], All with { Negatives = -1 }), "Negatives is -1");
        Says(() => Make([0, 1], [1, 1], All with { SubsamplingThreshold = double.NaN }), "SubsamplingThreshold is NaN");
        Says(() => Make([0, 1], [1, 1], All with { NoisePower = double.NaN }), "NoisePower is NaN");
        Says(() => Make([0, 1], [1, 1], All with { ValidationFraction = 1 }), "ValidationFraction is 1");
        WordBatches batches = Make([0, 1], [1, 1]);
        Says(() => batches.Get(0, 1), "index is 1; expected 0 to 0");
        Says(() => batches.Get(-1, 0), "epoch is -1");
        Assert.Equal(2, batches.Get(0, 0).Targets.Length);
    }

    private static WordBatches Make(int[] ids, long[] counts, BatchedWord2VecTrainingOptions? options = null) =>
        new(ids, counts, SkipGram, options ?? All);

    private static void Says(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    /// <summary>Centre and context, in the order of the batch.</summary>
    private static List<(int Centre, int Word)> Pairs(WordBatch batch)
    {
        int[] inputs = batch.Inputs.ToArray(), targets = batch.Targets.ToArray(), starts = batch.Starts.ToArray();
        if (starts.Length == 0)
            return [.. inputs.Zip(targets)];

        return [.. targets.SelectMany((centre, n) => inputs[starts[n]..starts[n + 1]].Select(word => (centre, word)))];
    }
}
