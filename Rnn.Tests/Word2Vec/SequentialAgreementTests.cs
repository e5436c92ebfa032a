using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics.Tensors;
using CsCheck;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Text.Words;
using Rnn.Models.Word2Vec;
using Xunit;

namespace Rnn.Tests.Word2Vec;

/// <summary>
/// The fused kernel, whose gradients are sums over batches, against word2vec one pair after another, over the whole
/// range of options that people use and beyond, with fresh seeds in every run. Where RNN_AGREEMENT names a file, as many
/// cases as CsCheck_Iter says are added to it, as lines of CSV.
/// </summary>
public class SequentialAgreementTests
{
    private const int Cases = 10, CornerCases = 4;
    private const double Work = 5e7;      // multiply-adds of an epoch's products, about
    private const int MostKept = 8000, LeastKept = 2000, MostWords = 100_000, SentenceWords = 40;

    /// <summary>How far losses may be apart: a share of the sequential one, and of that of untrained vectors.</summary>
    private const double LossShare = 0.5, GuessShare = 0.03;

    /// <summary>How far mean and largest norms may be apart, by a factor.</summary>
    private const double MeanNorm = 2.5, LargestNorm = 3;

    private static readonly string? s_file = Environment.GetEnvironmentVariable("RNN_AGREEMENT");

    private static readonly Gen<Case> s_case = Drawn(Gen.Int[1, 50], Gen.Int[10, 300], Gen.Double[0.01, 0.1],
        Gen.OneOf(Gen.Const(0.0), Gen.Double[0.5, 0.99]));

    // One word of 90 to 99%, many negatives, high rates.
    private static readonly Gen<Case> s_corner = Drawn(Gen.Int[25, 50], Gen.Int[60, 300], Gen.Double[0.04, 0.1],
        Gen.Double[0.9, 0.99]);

    [Fact]
    public void LossesAndNormsStayNearThoseOfPairAfterPair() =>
        s_case.Sample(Check, iter: s_file is null ? Cases : -1, threads: 1, print: one => one.ToString());

    /// <summary>The corner in which a window's targets are one row, over and over.</summary>
    [Fact]
    public void SoTheyDoWhereOneWordIsNearlyAllOfTheText() =>
        s_corner.Sample(Check, iter: s_file is null ? CornerCases : -1, threads: 1, print: one => one.ToString());

    /// <summary>
    /// A word that is nearly all of the noise: a window of a rare word pushed it far beyond where steps one by one go,
    /// and the text ended before it was back (loss 6.976 instead of 1.790).
    /// </summary>
    [Fact]
    public void AWordThatIsNearlyAllOfTheNoiseDoesNotOvershoot() =>
        Check(new Case(false, 16, 45, 123, 0.0890523329401396, 0, 93, 0.972972972972973, 1940205799));

    /// <summary>A text much shorter than a piece, through which the rate falls to nearly 0 nevertheless.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AShortTextEndsWithSmallSteps(bool cbow) => Check(new Case(cbow, 6, 30, 80, 0.06, 0, 40, 0.94, 7), kept: 300);

    /// <summary>Targets that are one row most of the time, which sums moved too far (loss 16.2 instead of 9.6).</summary>
    [Fact]
    public void CbowDoesNotOvershootEither() =>
        Check(new Case(true, 1, 50, 166, 0.052, 1e-5, 437, 0.97, 237215342));

    private static Gen<Case> Drawn(Gen<int> someNegatives, Gen<int> someDimensions, Gen<double> rates, Gen<double> shares) =>
        from cbow in Gen.Bool
        from window in Gen.Int[1, 25]
        from negatives in someNegatives
        from dimensions in someDimensions
        from rate in rates
        from sample in Gen.OneOf(0, 1e-5, 1e-4, 1e-3)
        from words in Gen.Int[2, 500]
        from share in shares
        from seed in Gen.UInt
        select new Case(cbow, window, negatives, dimensions, rate, sample, words, share, seed);

    private static void Check(Case one) => Check(one, 0);

    /// <param name="one">The case.</param>
    /// <param name="kept">Words that the subsampling leaves, about; 0: as many as there is time for.</param>
    private static void Check(Case one, double kept)
    {
        Word2VecOptions options = new()
        {
            Architecture = one.Cbow ? Word2VecArchitecture.Cbow : Word2VecArchitecture.SkipGram,
            Window = one.Window,
            Negatives = one.Negatives,
            Dimensions = one.Dimensions,
            LearningRate = one.Rate,
            SubsamplingThreshold = one.Sample,
            Epochs = 3,
            Seed = one.Seed,
        };
        using WordCorpus corpus = WordCorpus.FromSentences(Sentences(one, kept), new WordCorpusOptions { MinCount = 1 });
        int[] entries = new int[corpus.Length];
        corpus.Read(0, entries);
        Word2VecModel model = new(corpus.Vocabulary, options);
        try
        {
            model.Train(corpus);
        }
        catch (InvalidDataException)
        {
            return;   // the subsampling has left nothing to learn
        }

        SequentialWord2Vec ours = SequentialWord2Vec.Of(model), sequential = new(corpus.Vocabulary, options);
        sequential.Train(entries);
        double guess = (1 + one.Negatives) * Math.Log(2);
        double loss = ours.Loss(entries), expected = sequential.Loss(entries);
        (double meanX, double mostX) = Ratios(ours.Input, sequential.Input);
        (double meanW, double mostW) = Ratios(ours.Output, sequential.Output);
        if (s_file is not null)
        {
            File.AppendAllText(s_file, string.Create(CultureInfo.InvariantCulture,
                $"{one.Line},{expected:G4},{loss:G4},{guess:G4},{meanX:F3},{mostX:F3},{meanW:F3},{mostW:F3}\n"));
        }

        Near("loss", loss, expected, (LossShare * expected) + (GuessShare * guess));
        Within("mean |x|", meanX, MeanNorm);
        Within("largest |x|", mostX, LargestNorm);
        Within("mean |w|", meanW, MeanNorm);
        Within("largest |w|", mostW, LargestNorm);
    }

    private static void Near(string what, double actual, double expected, double distance)
    {
        if (!(Math.Abs(actual - expected) <= distance))
            Assert.Fail($"The {what} is {actual:G5}, of pair after pair {expected:G5}; allowed are {distance:G3}.");
    }

    private static void Within(string what, double ratio, double factor)
    {
        if (!(ratio <= factor && ratio >= 1 / factor))
            Assert.Fail($"The {what} is {ratio:G4} times that of pair after pair; allowed is a factor of {factor}.");
    }

    /// <summary>Mean and largest norm of the first, each divided by that of the second.</summary>
    private static (double Mean, double Largest) Ratios(double[][] first, double[][] second)
    {
        double[] a = Norms(first), b = Norms(second);
        const double least = 1e-6;   // what was not learnt at all
        return ((a.Average() + least) / (b.Average() + least), (a.Max() + least) / (b.Max() + least));
    }

    private static double[] Norms(double[][] rows) => [.. rows.Select(row => TensorPrimitives.Norm<double>(row))];

    /// <summary>
    /// Frequent and rare words, the next often near the last one; and one word in between that has a share of the text.
    /// </summary>
    private static List<IReadOnlyList<string>> Sentences(Case one, double kept)
    {
        double cost = (one.Cbow ? 2.0 : one.Window + 1) * (one.Negatives + 1) * one.Dimensions, rest = 1 - one.Share;
        if (kept == 0)
            kept = Math.Clamp(Work / cost, LeastKept, MostKept);

        double shareKept = (one.Share * Keep(one.Sample, one.Share)) + (rest * Keep(one.Sample, 3 * rest / one.Words));   // about
        int length = (int)Math.Min(MostWords, kept / shareKept), last = 0;
        Philox random = new(one.Seed, stream: 3);
        List<IReadOnlyList<string>> sentences = [];
        for (int done = 0; done < length; done += SentenceWords)
        {
            string[] sentence = new string[SentenceWords];
            for (int i = 0; i < sentence.Length; i++)
            {
                float u = random.NextSingle();
                bool isNear = random.NextSingle() < 0.5f;
                last = Math.Min(isNear ? (last / 5 * 5) + (int)(5 * u) : (int)(one.Words * u * u * u), one.Words - 1);
                sentence[i] = random.NextSingle() < one.Share ? "<pad>" : last.ToString(CultureInfo.InvariantCulture);
            }

            sentences.Add(sentence);
        }

        sentences.Add(["0", "1"]);   // at least two words
        return sentences;
    }

    private static double Keep(double sample, double share) =>
        sample == 0 || share == 0 ? 1 : Math.Min(1, Math.Sqrt(sample / share) + (sample / share));

    private sealed record Case(bool Cbow, int Window, int Negatives, int Dimensions, double Rate, double Sample,
        int Words, double Share, uint Seed)
    {
        public string Line => string.Create(CultureInfo.InvariantCulture,
            $"{(Cbow ? "CBOW" : "skip-gram")},{Window},{Negatives},{Dimensions},{Rate:F4},{Sample},{Words},")
            + string.Create(CultureInfo.InvariantCulture, $"{Share:F3},{Seed}");
    }
}
