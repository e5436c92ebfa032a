using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using CsCheck;
using Rnn.Core.Tensors;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Models.Text;
using Xunit;

namespace Rnn.Tests.Generation;

public class BeamSearchTests
{
    private const int V = 4, Longest = 4;

    private static readonly Gen<(uint Seed, int Width, int Length, int? End, double Penalty)> s_cases = Gen.Select(
        Gen.UInt, Gen.Int[1, 6], Gen.Int[1, Longest], Gen.Int[-1, V - 1], Gen.Double[0, 1.5],
        (seed, width, length, end, penalty) => (seed, width, length, end < 0 ? (int?)null : end, penalty));

    /// <summary>Wide enough to follow everything, it finds what a search through all sequences finds.</summary>
    [Fact]
    public void WithRoomForAllItFindsTheBest() => s_cases.Sample(c =>
    {
        const int all = 256;   // 4^4
        IReadOnlyList<BeamSequence> found = Search(c.Seed, c with { Width = all });
        List<BeamSequence> expected = [.. Every(c.Seed, c).OrderByDescending(sequence => sequence.Score).Take(all)];
        Assert.Equal(expected.Count, found.Count);
        Assert.Equal(expected[0].Tokens, found[0].Tokens);
        for (int i = 0; i < found.Count; i++)
            Assert.Equal(expected[i].Score, found[i].Score, 1e-6);   // logits are floats
    }, iter: 50);

    /// <summary>However narrow: scores are those of the sequences, sorted, each sequence once, ended where it
    /// says.</summary>
    [Fact]
    public void WhatItFindsIsWhatItSays() => s_cases.Sample(c =>
    {
        IReadOnlyList<BeamSequence> found = Search(c.Seed, c);
        Assert.InRange(found.Count, 1, c.Width);
        Assert.Equal(found.Count, found.Select(sequence => string.Join(' ', sequence.Tokens)).Distinct().Count());
        double before = double.PositiveInfinity;
        foreach (BeamSequence sequence in found)
        {
            Assert.True(sequence.Score <= before);
            before = sequence.Score;
            Assert.Equal(LogProbability(c.Seed, sequence.Tokens), sequence.LogProbability, 1e-6);
            Assert.Equal(sequence.LogProbability / Math.Pow(sequence.Tokens.Count, c.Penalty), sequence.Score, 1e-12);
            Assert.Equal(c.End is { } end && sequence.Tokens[^1] == end, sequence.IsEnded);
            Assert.True(sequence.IsEnded || sequence.Tokens.Count == c.Length);
            Assert.DoesNotContain(sequence.Tokens.SkipLast(1), token => token == c.End);
        }
    });

    [Fact]
    public void WhatIsImpossibleIsNeverFollowed()
    {
        IReadOnlyList<BeamSequence> found = new BeamSearch(Ready(3, 200, forbidden: 2), new() { Width = 200, MaxLength = 3 }).Run();
        Assert.Equal(27, found.Count);   // 3 * 3 * 3
        Assert.All(found, sequence => Assert.DoesNotContain(2, sequence.Tokens));
    }

    [Fact]
    public void OneSequenceIsGreedy()
    {
        BeamSequence found = Assert.Single(Search(7, (7, 1, Longest, null, 1)));
        List<int> greedy = [];
        for (int i = 0; i < Longest; i++)
            greedy.Add(Enumerable.Range(0, V).MaxBy(token => Logit(7, greedy, token)));

        Assert.Equal(greedy, found.Tokens);
    }

    /// <summary>Also where the end is more probable than what a longer sequence would begin with.</summary>
    [Fact]
    public void OneSequenceEndsWhereTheEndIsMostProbable()
    {
        int ended = 0;
        for (uint seed = 0; seed < 40; seed++)
        {
            BeamSequence found = Assert.Single(Search(seed, (seed, 1, Longest, 0, 1)));
            List<int> greedy = [];
            while (greedy.Count < Longest && (greedy.Count == 0 || greedy[^1] != 0))
                greedy.Add(Enumerable.Range(0, V).MaxBy(token => Logit(seed, greedy, token)));

            Assert.Equal(greedy, found.Tokens);
            ended += found.IsEnded ? 1 : 0;
        }

        Assert.InRange(ended, 10, 39);
    }

    /// <summary>What the character model finds has the probability that it gives that text, and a wider search finds
    /// nothing worse.</summary>
    [Fact]
    public void TheCharacterModelFindsProbableTexts()
    {
        string text = string.Concat(Enumerable.Repeat("a cat sat. a dog ran. a cat ran. ", 30));
        CharRnnModel model = new(Vocabulary.FromText(text), new() { HiddenSize = 24, Layers = 2, Dropout = 0 });
        model.Train(text, new() { BatchSize = 8, SequenceLength = 20, Epochs = 12, LearningRate = 1e-2 });
        int end = model.Vocabulary.Encode(".")[0];
        double score = double.NegativeInfinity;
        foreach (int width in (int[])[1, 2, 5])
        {
            IReadOnlyList<CharRnnFoundText> found = model.Search("a cat sat. a", new() { Width = width, MaxLength = 30, EndToken = end });
            foreach (CharRnnFoundText one in found)
            {
                Assert.Equal(model.Score(one.Text, "a cat sat. a").Sum, one.LogProbability, 1e-3);
                Assert.Equal(one.IsEnded, one.Text.EndsWith('.'));
            }

            Assert.True(found[0].Score >= score - 1e-9);
            score = found[0].Score;
        }

        string greedy = model.Generate("a cat sat. a", 12, SamplingOptions.Greedy);
        Assert.Equal(greedy, model.Search("a cat sat. a", new() { Width = 1, MaxLength = 12 })[0].Text);
    }

    [Fact]
    public void MisuseIsRefused()
    {
        Says(() => _ = new BeamSearch(new Table(1, 2), new() { Width = 3 }), "MaxRows is 2; expected 3 or more (Width)");
        Says(() => _ = new BeamSearch(new Table(1, 2), new() { Width = 0 }), "Width is 0");
        Says(() => _ = new BeamSearch(new Table(1, 2), new() { MaxLength = 0 }), "MaxLength is 0");
        Says(() => _ = new BeamSearch(new Table(1, 2), new() { LengthPenalty = double.NaN }), "LengthPenalty is NaN");
        Table model = new(1, 3);
        model.Reorder([0, 0]);
        Assert.Contains("the model has 2 rows, expected 1", Assert.Throws<InvalidOperationException>(
            () => new BeamSearch(model, new() { Width = 2 }).Run()).Message, StringComparison.Ordinal);
        Says(() => model.Read([1]), "tokens");
        Says(() => model.Reorder([2]), "parents");
        Says(() => model.Reorder([0, 0, 0, 0]), "parents");
        Says(() => model.Reorder([]), "parents");
        Assert.Throws<OperationCanceledException>(() =>
            new BeamSearch(Ready(1, 5)).Run(new CancellationToken(canceled: true)));
        Table broken = new(1, 5) { IsBroken = true };
        Assert.Throws<InvalidOperationException>(() => new BeamSearch(broken).Run());
        broken.Read([0]);
        Says(() => new BeamSearch(broken).Run(), "the logits of row 0 have no finite sum (NaN)");
        Says(() => _ = new BeamSearch(new Table(1, 5), new() { EndToken = V }), "EndToken is 4; expected 0 to 3");
    }

    private static void Says(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    private static IReadOnlyList<BeamSequence> Search(uint seed,
        (uint Seed, int Width, int Length, int? End, double Penalty) c) => new BeamSearch(Ready(seed, c.Width), new()
        {
            Width = c.Width,
            MaxLength = c.Length,
            EndToken = c.End,
            LengthPenalty = c.Penalty,
        }).Run();

    private static Table Ready(uint seed, int rows, int? forbidden = null)
    {
        Table model = new(seed, rows) { Forbidden = forbidden };
        model.Read([0]);
        return model;
    }

    private static IEnumerable<BeamSequence> Every(uint seed,
        (uint Seed, int Width, int Length, int? End, double Penalty) c)
    {
        List<int[]> open = [[]];
        for (int length = 1; length <= c.Length; length++)
        {
            List<int[]> longer = [];
            foreach (int[] tokens in open.SelectMany(tokens => Enumerable.Range(0, V).Select(token => (int[])[.. tokens, token])))
            {
                bool ends = tokens[^1] == c.End;
                if (ends || length == c.Length)
                {
                    double p = LogProbability(seed, tokens);
                    yield return new BeamSequence(tokens, p, p / Math.Pow(length, c.Penalty), ends);
                }
                else
                {
                    longer.Add(tokens);
                }
            }

            open = longer;
        }
    }

    private static double LogProbability(uint seed, IReadOnlyList<int> tokens) => Enumerable.Range(0, tokens.Count).Sum(i =>
    {
        List<int> before = [.. tokens.Take(i)];
        double sum = Enumerable.Range(0, V).Sum(token => Math.Exp(Logit(seed, before, token)));
        return Logit(seed, before, tokens[i]) - Math.Log(sum);
    });

    /// <summary>A number for each token after each sequence.</summary>
    private static float Logit(uint seed, IReadOnlyList<int> before, int token)
    {
        uint hash = seed + 1;
        foreach (int each in before)
            hash = (hash ^ (uint)(each + 1)) * 16777619;

        hash = ((hash ^ (uint)(token + 17)) * 2654435761) >> 8;
        return (hash % 1000) / 250f;
    }

    private sealed class Table(uint seed, int maxRows) : StepModel(V, maxRows)
    {
        private List<List<int>> _rows = [[]];

        public bool IsBroken { get; init; }

        public int? Forbidden { get; init; }

        protected override void OnClear() => _rows = [[]];

        protected override void OnRead(ReadOnlySpan<int> tokens)
        {
            if (!HasRead)   // what comes before a search counts nowhere
                return;

            for (int b = 0; b < tokens.Length; b++)
                _rows[b].Add(tokens[b]);
        }

        protected override void OnLogits(MatrixView logits)
        {
            for (int b = 0; b < _rows.Count; b++)
            {
                for (int token = 0; token < V; token++)
                {
                    logits[b, token] = IsBroken ? float.NaN
                        : token == Forbidden ? float.NegativeInfinity
                        : Logit(seed, _rows[b], token);
                }
            }
        }

        protected override void OnReorder(ReadOnlySpan<int> parents)
        {
            List<List<int>> rows = [];
            foreach (int parent in parents)
                rows.Add([.. _rows[parent]]);

            _rows = rows;
        }
    }
}
