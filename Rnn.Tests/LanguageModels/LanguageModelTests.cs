using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Models.Batching;
using Rnn.Models.Generation;
using Rnn.Models.LanguageModels;
using Rnn.Models.Networks;
using Rnn.Models.Text.Scripts;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.LanguageModels;

[Collection("Alone")]   // it counts what is allocated, and sets the number of threads
public class LanguageModelTests
{
    private const int V = 12;

    private static readonly TokenVocabulary s_words = TokenVocabulary.FromSymbols(
        "[\"<unk>\"," + string.Join(',', Enumerable.Range(1, V - 1).Select(i => $"\"w{i}\"")) + "]");

    // Each word but one is certain from the two before it; one alone is not enough.
    private static readonly int[] s_text = [.. Enumerable.Repeat((int[])[0, 1, 2, 0, 3, 4, 0, 5, 1, 6, 0, 7, 8, 1, 9, 10, 0, 11], 12)
        .SelectMany(part => part)];

    private static readonly LanguageModelOptions s_small =
        new() { EmbeddingSize = 6, HiddenSize = 8, Layers = 2, Cutoffs = [3, 7], ClusterDivisor = 2, Samples = 8 };

    public static IEnumerable<LanguageModelOptions> Kinds() =>
    [
        s_small,
        s_small with { TiedWeights = false, Cell = RecurrentCell.Gru, Layers = 1 },
        s_small with { TiedWeights = false, Head = OutputHead.Adaptive },
        s_small with { Head = OutputHead.Sampled, Cell = RecurrentCell.RnnTanh },
        s_small with { TiedWeights = false, Head = OutputHead.Sampled },
    ];

    [Fact]
    public void EveryKindLearnsATextByHeart()
    {
        LanguageModelTrainingOptions training =
            new() { BatchSize = 2, SequenceLength = 9, Epochs = 200, LearningRate = 0.02, VaryLength = 0.25 };
        foreach (LanguageModelOptions options in Kinds())
        {
            LanguageModel model = new(s_words, options);
            double before = model.Evaluate(s_text).NatsPerToken;
            model.Train(s_text, default, training);
            LanguageModelEvaluation after = model.Evaluate(s_text);
            Assert.InRange(before, 2, 4);
            Assert.True(after.NatsPerToken < 0.25, $"{options.Head}, {options.Cell}: {after.NatsPerToken}");
            Assert.Equal(s_text.Length - 1, after.Tokens);
        }
    }

    /// <summary>Penalties are in the gradient, and not in the loss.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(0, 3)]
    [InlineData(2, 3)]
    public void TheGradientIsThatOfTheLossAndThePenalties(double alpha, double beta)
    {
        foreach (LanguageModelOptions options in Kinds())
        {
            LanguageModel model = new(s_words, options with
            {
                EmbeddingDropout = 0.2,
                TokenDropout = 0.2,
                Dropout = 0.2,
                OutputDropout = 0.3,
                WeightDropout = 0.3,
                LockedDropout = true,
                ActivationPenalty = alpha,
                TemporalActivationPenalty = beta,
            });
            TokenWindows windows = new(s_text, 3, 5);
            TokenWindow window = windows.Get(0, 0);
            TokenEncoderTape tape = model.Encoder.CreateTape(5, 3);
            PassChecks.Gradient(model.Parameters, model.CreatePass(windows.Most), windows, () =>
            {
                Mode mode = Mode.Training(5, 2);
                model.Encoder.Forward(model.Parameters, window.Inputs.Span, model.Encoder.CreateState(3), mode, tape);
                model.OutputDropout.Forward(tape.Output, tape.DroppedOutput, mode);
                return (alpha * ActivationPenalty.Forward(tape.DroppedOutput, default).Sum)
                    + (beta * TemporalActivationPenalty.Forward(tape.Output, default).Sum);
            });
        }
    }

    [Fact]
    public void LossesAreThoseOfReadingTokenByToken()
    {
        foreach (LanguageModelOptions options in Kinds())
        {
            LanguageModel model = new(s_words, options);
            int[] text = s_text[..60];
            double[] losses = model.Losses(text);
            LanguageModelSteps steps = new(model);
            float[] row = new float[V];
            for (int t = 0; t < losses.Length; t++)
            {
                steps.Read([text[t]]);
                steps.Logits(new(row, 1, V));
                Assert.Equal(V, row.Sum(x => Math.Exp(x)), 1e-4);   // ln(p * V)
                Assert.Equal(losses[t], Math.Log(V) - row[text[t + 1]], 1e-5);
            }

            Assert.Equal(losses.Sum(), model.Evaluate(text).Sum, 1e-3);
        }
    }

    [Fact]
    public void ACacheHelpsWhereWordsComeAgainAndItsTuningSaysHowMuch()
    {
        LanguageModel model = new(s_words, s_small);
        int[] repeated = [.. Enumerable.Repeat((int[])[3, 3, 3, 5], 20).SelectMany(part => part)];
        double alone = model.Evaluate(repeated).NatsPerToken;
        (ContinuousCacheOptions options, LanguageModelEvaluation tuned) = model.TuneCache(repeated, window: 10);
        Assert.True(tuned.NatsPerToken < alone - 0.1, $"{tuned.NatsPerToken}, without {alone}");
        Assert.Equal(tuned.Sum, model.Evaluate(repeated, 1, options).Sum, 1e-9);
        Assert.Equal(model.Losses(repeated).Sum(), model.Evaluate(repeated, 1, options with { Weight = 0 }).Sum, 1e-9);

        // What a generator mixes is what an evaluation measures.
        LanguageModelSteps steps = new(model, 1, options);
        float[] row = new float[V];
        double sum = 0;
        for (int t = 0; t + 1 < repeated.Length; t++)
        {
            steps.Read([repeated[t]]);
            steps.Logits(new(row, 1, V));
            sum += Math.Log(V) - row[repeated[t + 1]];
        }

        Assert.Equal(tuned.Sum, sum, 1e-3);
        Assert.Throws<ArgumentException>(() => model.Evaluate(repeated, 2, options));
        Assert.Throws<ArgumentException>(() => new LanguageModelSteps(model, 2, options));
    }

    [Fact]
    public void AFileHoldsAllOfIt()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "model.safetensors");
        foreach (LanguageModelOptions options in Kinds())
        {
            LanguageModel model = new(s_words, options, seed: 3);
            model.Cache = options.TiedWeights ? new ContinuousCacheOptions { Window = 7, Weight = 0.3 } : null;
            model.Save(path);
            LanguageModel again = LanguageModel.Load(path);
            Assert.Equal(options, again.Options);
            Assert.Equal(model.Cache, again.Cache);
            Assert.Throws<ArgumentOutOfRangeException>(() => model.Cache = new ContinuousCacheOptions { Weight = 2 });
            Assert.Equal(s_words.Tokens, again.Vocabulary.Tokens);
            Assert.Equal(model.Losses(s_text), again.Losses(s_text));
        }
    }

    [Fact]
    public void ARunGoesOnWithTheSameBits()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "checkpoint.safetensors");
        LanguageModelTrainingOptions training =
            new() { BatchSize = 2, SequenceLength = 9, Epochs = 3, LearningRate = 0.02, VaryLength = 0.3 };
        foreach (LanguageModelOptions kind in Kinds())
        {
            LanguageModelOptions options =
                kind with { Dropout = 0.3, WeightDropout = 0.2, ActivationPenalty = 2, TemporalActivationPenalty = 1 };
            LanguageModel whole = new(s_words, options), parts = new(s_words, options), resumed = new(s_words, options, seed: 9);
            whole.Train(s_text, default, training);
            parts.Train(s_text, default, training with { MaxSteps = 17, CheckpointPath = path });
            Trainer<TokenWindow> trainer = resumed.CreateTrainer(s_text, default, training);
            trainer.Resume(path);
            trainer.Run();
            Bits.Same(whole.Parameters.Dense, resumed.Parameters.Dense, $"{options.Head} dense");
            Bits.Same(whole.Parameters.ByRow, resumed.Parameters.ByRow, $"{options.Head} by row");
        }
    }

    [Fact]
    public void ThreadsChangeNoBit()
    {
        foreach (LanguageModelOptions options in Kinds())
        {
            double[] one = [], three = [];
            Allocations.WithThreads(1, () => one = Trained(options));
            Allocations.WithThreads(3, () => three = Trained(options));
            Assert.Equal(one, three);
        }

        // Large enough that products, heads and cells are dealt to several threads.
        static double[] Trained(LanguageModelOptions options)
        {
            const int Words = 1200;
            TokenVocabulary words = TokenVocabulary.FromTokens(Enumerable.Range(0, Words).Select(i => $"w{i}"));
            int[] text = [.. Enumerable.Range(0, 1500).Select(i => i * i * 31 % Words)];
            LanguageModel model = new(words, options with
            {
                EmbeddingSize = 48,
                HiddenSize = 64,
                Cutoffs = [300, 700],
                Samples = 200,
                OutputDropout = 0.2,
                WeightDropout = 0.2,
                ActivationPenalty = 1,
                TemporalActivationPenalty = 1,
            });
            model.Train(text, default, new() { BatchSize = 20, SequenceLength = 25, Epochs = 2 });
            return model.Losses(text);
        }
    }

    [Fact]
    public void AStepAllocatesNothing()
    {
        foreach (LanguageModelOptions options in Kinds())
        {
            LanguageModel model = new(s_words, options with { WeightDropout = 0.2, ActivationPenalty = 1, TemporalActivationPenalty = 1 });
            TokenWindows windows = new(s_text, 3, 5);
            Assert.Equal(0, Allocations.Of100(PassChecks.Step(model.Parameters, model.CreatePass(windows.Most), windows)));
            LanguageModelSteps steps = new(model, 1, new() { Window = 7 }) { Never = new[] { 3 } };
            TokenGenerator<LanguageModelSteps> generator = new(steps);
            generator.Read(0);
            Assert.Equal(0, Allocations.Of100(() => generator.Next()));
        }
    }

    [Fact]
    public void AGeneratorNeverWritesWhatItMayNot()
    {
        LanguageModel model = new(s_words, s_small);
        foreach (SamplingOptions sampling in (SamplingOptions[])[new(), SamplingOptions.Greedy, new() { TopK = 3 },
            new() { TopP = 0.5 }, new() { RepetitionPenalty = 1.5 }])
        {
            TokenGenerator<LanguageModelSteps> generator =
                new(new LanguageModelSteps(model) { Never = new[] { 0, 4, 5 } });
            generator.Reset(5, sampling);
            generator.Read([1, 2]);
            int[] written = [.. Enumerable.Range(0, 200).Select(_ => generator.Next())];
            Assert.DoesNotContain(written, token => token is 0 or 4 or 5);
            generator.Reset(5, sampling);
            generator.Read([1, 2]);
            Assert.Equal(written, Enumerable.Range(0, 200).Select(_ => generator.Next()));
        }
    }

    /// <summary>A word that is nearly certain loses its place to the second, and not only to rare ones.</summary>
    [Fact]
    public void APenaltyOnRepetitionBreaksLoops()
    {
        LanguageModel model = new(s_words, s_small with { EmbeddingSize = 16, HiddenSize = 16 });
        model.Train(Enumerable.Repeat((int[])[3, 3, 3, 3, 3, 3, 3, 5], 60).SelectMany(part => part).ToArray(), default,
            new() { BatchSize = 2, SequenceLength = 16, Epochs = 40, LearningRate = 0.01 });
        Assert.InRange(Share(1), 0.82, 0.95);
        Assert.InRange(Share(3), 0, 0.72);

        double Share(double penalty)
        {
            TokenGenerator<LanguageModelSteps> generator = new(new LanguageModelSteps(model));
            generator.Reset(1, new SamplingOptions { RepetitionPenalty = penalty });
            generator.Read(3);
            return Enumerable.Range(0, 400).Count(_ => generator.Next() == 3) / 400.0;
        }
    }

    [Fact]
    public void ARunDoesNotGoOnWithAnotherValidationText()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "checkpoint.safetensors");
        LanguageModelTrainingOptions training = new() { BatchSize = 2, SequenceLength = 9, Epochs = 2, MaxSteps = 5 };
        LanguageModel model = new(s_words, s_small), other = new(s_words, s_small);
        model.Train(s_text, s_text.AsMemory(0, 50), training with { CheckpointPath = path });
        Assert.Contains("validation text", Assert.Throws<InvalidDataException>(() =>
            other.CreateTrainer(s_text, s_text.AsMemory(0, 40), training).Resume(path)).Message);
    }

    [Theory]
    [InlineData("FrozenEmbedding")]
    [InlineData("LastHiddenSize")]
    [InlineData("Bidirectional")]
    [InlineData("TiedWeights")]
    [InlineData("OutputDropout")]
    [InlineData("EmbeddingSize")]
    [InlineData("ActivationPenalty")]
    public void OptionsOutOfRangeAreRefused(string option)
    {
        LanguageModelOptions options = option switch
        {
            "FrozenEmbedding" => s_small with { FrozenEmbedding = true },
            "LastHiddenSize" => s_small with { LastHiddenSize = 9 },
            "Bidirectional" => s_small with { Bidirectional = true },
            "TiedWeights" => s_small with { Head = OutputHead.Adaptive },
            "OutputDropout" => s_small with { OutputDropout = 1 },
            "EmbeddingSize" => s_small with { EmbeddingSize = 0 },
            _ => s_small with { ActivationPenalty = -1 },
        };
        Assert.Contains(option, Assert.ThrowsAny<ArgumentException>(() => new LanguageModel(s_words, options)).Message);
    }

    [Fact]
    public void TextsThatAreTooShortAreRefused()
    {
        LanguageModel model = new(s_words, s_small);
        Assert.Throws<ArgumentException>(() => model.Losses(new int[1]));
        Assert.Throws<ArgumentException>(() => model.Train(new int[1]));
        Assert.ThrowsAny<ArgumentException>(() => model.Train(s_text, default, new() { VaryLength = 0.6 }));
    }
}
