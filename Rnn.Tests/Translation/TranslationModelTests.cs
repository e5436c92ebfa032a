using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Training;
using Rnn.Models.Translation;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Translation;

[Collection("Alone")]   // it counts what is allocated, and sets the number of threads
public class TranslationModelTests
{
    // Each word's translation, in the opposite order: the decoder must look from the end to the beginning.
    private static readonly string[] s_words = ["one", "two", "three", "four", "five", "six"];
    private static readonly string[] s_translations = ["un", "deux", "trois", "quatre", "cinq", "six"];

    private static readonly TranslationOptions s_small = new() { EmbeddingSize = 8, HiddenSize = 12, MinCount = 1, MaxTokens = 8 };

    private static readonly TranslationOptions s_transformer = s_small with
    {
        Architecture = TranslationArchitecture.Transformer,
        Layers = 2,
        Heads = 2,
        FeedForwardSize = 12,
    };

    public static IReadOnlyList<TranslationOptions> Kinds { get; } =
    [
        s_small,
        s_small with { Cell = RecurrentCell.Lstm, Layers = 2, Score = AttentionScore.General, TiedWeights = true },
        s_small with { Order = AttentionOrder.After, OutputReadsEmbedding = false, ReadoutSize = 9, LabelSmoothing = 0.1 },
        s_small with
        {
            Order = AttentionOrder.After,
            InputFeeding = false,
            Bidirectional = false,
            Score = AttentionScore.ScaledDot,
        },
        s_small with { Architecture = TranslationArchitecture.EncoderDecoder, Layers = 2 },
        s_small with { Architecture = TranslationArchitecture.EncoderDecoder, Bidirectional = false, Cell = RecurrentCell.Lstm },
        s_transformer,
        s_transformer with { NormFirst = true, TiedWeights = true, Positions = PositionKind.Learnt, LabelSmoothing = 0.1 },
        s_transformer with { Activation = TransformerActivation.Gelu, Layers = 1 },
        s_small with { ScheduledSampling = 0.3, SamplingSteps = 10 },
    ];

    [Fact]
    public void EveryKindLearnsPairsByHeart()
    {
        ParallelText pairs = Pairs(12);
        TranslationTrainingOptions training = new() { BatchSize = 6, Epochs = 100, LearningRate = 0.015 };
        foreach (TranslationOptions options in Kinds)
        {
            TranslationModel model = new(pairs, options);
            double before = model.Evaluate(pairs).Mean;
            model.Train(pairs, null, training);
            double after = model.Evaluate(pairs).Mean;
            Assert.InRange(before, 1.5, 4.5);
            Assert.True(after < 0.2, $"{options}: {after}");
            foreach (int width in (int[])[1, 4])
            {
                Translator translator = new(model, new() { Width = width });
                Assert.Equal(pairs.Select(pair => pair.Target),
                    translator.TranslateAll([.. pairs.Select(pair => pair.Source)]).Select(text => text.Text));
            }
        }
    }

    /// <summary>Weights in bfloat16 translate what was learnt by heart, nearly as probably, by another sum.</summary>
    [Fact]
    public void EveryKindTranslatesWithRoundedWeights()
    {
        ParallelText pairs = Pairs(12);
        TranslationTrainingOptions training = new() { BatchSize = 6, Epochs = 100, LearningRate = 0.015 };
        string[] sources = [.. pairs.Select(pair => pair.Source)];
        foreach (TranslationOptions options in Kinds)
        {
            TranslationModel model = new(pairs, options);
            model.Train(pairs, null, training);
            double exact = LogProbability(model);
            model.Parameters.InferencePrecision = WeightPrecision.BFloat16;
            Assert.Equal(pairs.Select(pair => pair.Target), new Translator(model).TranslateAll(sources).Select(text => text.Text));
            double rounded = LogProbability(model);
            Assert.Equal(exact, rounded, 0.03 * sources.Length);
            Assert.NotEqual(exact, rounded);
        }

        double LogProbability(TranslationModel model) => new Translator(model).TranslateAll(sources).Sum(text => text.LogProbability);
    }

    [Fact]
    public void TheGradientIsThatOfTheLoss()
    {
        ParallelText pairs = Pairs(5);
        foreach (TranslationOptions options in Kinds)
        {
            TranslationModel model = new(pairs, options with
            {
                Dropout = 0.2,
                EmbeddingDropout = options.IsTransformer ? 0 : 0.2,
                OutputDropout = 0.2,
                AttentionDropout = options.IsTransformer ? 0.2 : 0,
            });
            PairBatches batches = Batches(model, pairs, 5);
            PassChecks.Gradient(model.Parameters, model.CreatePass(batches.Most), batches);
        }
    }

    /// <summary>What a search says of a target is what the model's loss of it is.</summary>
    [Fact]
    public void WritingIsReadingOneTokenAtATime()
    {
        ParallelText pairs = Pairs(7);
        foreach (TranslationOptions options in Kinds)
        {
            TranslationModel model = new(pairs, options);
            model.Train(pairs, null, new() { BatchSize = 7, Epochs = 20, LearningRate = 0.01 });
            TranslatorOptions search = new() { Width = 3, Unknown = UnknownWords.Write };
            foreach (SentencePair pair in pairs)
            {
                foreach (TranslatedText found in new Translator(model, search).Best(pair.Source))
                {
                    if (!found.IsEnded || found.Tokens.Count == 0 || found.Tokens.Contains("<unk>"))
                        continue;

                    Assert.Equal(LogProbability(model, new SentencePair(pair.Source, found.Text)), found.LogProbability, 1e-4);
                }
            }
        }
    }

    /// <summary>ln p of a target with all its tokens known, if the start is never chosen.</summary>
    private static double LogProbability(TranslationModel model, SentencePair pair)
    {
        PairBatches batches = Batches(model, new ParallelText([pair]), 1);
        PairBatch batch = batches.Get(0, 0);
        TranslationTape tape = model.Network.CreateTape(batches.Most, TapeUse.Inference);
        float[] logs = new float[batch.TargetSteps * model.Target.Vocabulary.Count];
        MatrixView all = new(logs, batch.TargetSteps, model.Target.Vocabulary.Count);
        model.Head.LogProbabilities(model.Parameters, tape.Forward(model.Parameters, batch, Mode.Inference), all);
        double sum = 0;
        for (int t = 0; t < batch.TargetSteps; t++)
            sum += all[t, batch.Targets.Span[t]] - Math.Log(1 - Math.Exp(all[t, TranslationVocabulary.Start]));

        return sum;
    }

    [Fact]
    public void ASourceIsTranslatedAloneAsBesideOthers()
    {
        ParallelText pairs = Pairs(9);
        string[] sources = [.. pairs.Select(pair => pair.Source)];
        foreach (TranslationOptions options in Kinds)
        {
            TranslationModel model = new(pairs, options);
            model.Train(pairs, null, new() { BatchSize = 4, Epochs = 8, LearningRate = 0.01 });
            Translator together = new(model, new() { Width = 3, BatchSize = 4 });
            IReadOnlyList<TranslatedText> all = together.TranslateAll(sources);
            for (int i = 0; i < sources.Length; i++)
            {
                TranslatedText alone = new Translator(model, new() { Width = 3 }).Translate(sources[i]);
                Assert.Equal(alone.Text, all[i].Text);
                Assert.Equal(alone.LogProbability, all[i].LogProbability);
                Assert.Equal(alone.Score, all[i].Score);
            }
        }
    }

    [Fact]
    public void AFileHoldsAllOfIt()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "model.safetensors");
        ParallelText pairs = Pairs(9);
        TranslationOptions subwords = s_small with
        {
            Source = new() { Units = SentenceUnits.Subwords },
            Target = new() { Units = SentenceUnits.Characters, LowerCase = true },
            Merges = 6,
            MaxTokens = 40,
        };
        foreach (TranslationOptions options in Kinds.Append(subwords))
        {
            TranslationModel model = new(pairs, options, seed: 3);
            model.Save(path);
            TranslationModel again = TranslationModel.Load(path);
            Assert.Equal(options, again.Options);
            Assert.Equal(model.Source.Vocabulary.Tokens, again.Source.Vocabulary.Tokens);
            Assert.Equal(model.Target.Vocabulary.Tokens, again.Target.Vocabulary.Tokens);
            Assert.Equal(model.Evaluate(pairs), again.Evaluate(pairs));
        }
    }

    [Fact]
    public void ARunGoesOnWithTheSameBits()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "checkpoint.safetensors");
        ParallelText pairs = Pairs(11);
        TranslationTrainingOptions training = new() { BatchSize = 3, Epochs = 3, LearningRate = 0.01 };
        foreach (TranslationOptions kind in Kinds)
        {
            TranslationOptions options = kind with { Dropout = 0.2 };
            TranslationModel whole = new(pairs, options), parts = new(pairs, options), resumed = new(pairs, options, seed: 9);
            whole.Train(pairs, null, training);
            parts.Train(pairs, null, training with { MaxSteps = 6, CheckpointPath = path });
            Trainer<PairBatch> trainer = resumed.CreateTrainer(pairs, null, training);
            trainer.Resume(path);
            trainer.Run();
            Bits.Same(whole.Parameters.Dense, resumed.Parameters.Dense, $"{options} dense");
            Bits.Same(whole.Parameters.ByRow, resumed.Parameters.ByRow, $"{options} by row");
        }

        TranslationModel other = new(pairs, Kinds[^1] with { Dropout = 0.2 });
        Assert.Contains("pairs", Assert.Throws<InvalidDataException>(() =>
            other.CreateTrainer(Pairs(10), null, training).Resume(path)).Message);
    }

    [Fact]
    public void ThreadsChangeNoBit()
    {
        foreach (TranslationOptions options in Kinds)
        {
            double[] one = [], three = [];
            Allocations.WithThreads(1, () => one = Trained(options));
            Allocations.WithThreads(3, () => three = Trained(options));
            Assert.Equal(one, three);
        }

        static double[] Trained(TranslationOptions options)
        {
            ParallelText pairs = Pairs(60);
            TranslationModel model = new(pairs, options with { EmbeddingSize = 48, HiddenSize = 64, FeedForwardSize = 96, Dropout = 0.1 });
            model.Train(pairs, null, new() { BatchSize = 20, Epochs = 2 });
            return [model.Evaluate(pairs).Sum, .. new Translator(model).TranslateAll([.. pairs.Take(20).Select(pair => pair.Source)])
                .Select(text => text.LogProbability)];
        }
    }

    [Fact]
    public void AStepAllocatesNothing()
    {
        ParallelText pairs = Pairs(13);
        foreach (TranslationOptions options in Kinds)
        {
            TranslationModel model = new(pairs, options with { Dropout = 0.1 });
            PairBatches batches = Batches(model, pairs, 4);
            Action step = PassChecks.Step(model.Parameters, model.CreatePass(batches.Most), batches);
            for (int i = 0; i < 2 * batches.Count; i++)
                step();   // each number of rows and its states

            Assert.Equal(0, Allocations.Of100(step));
        }
    }

    /// <summary>As many inputs as the schedule says become others, and none past a row's end.</summary>
    [Fact]
    public void SamplingReplacesInputs()
    {
        ParallelText pairs = Pairs(40);
        TranslationModel model = new(pairs, s_small with { ScheduledSampling = 0.5, SamplingSteps = 100 });
        PairBatches batches = Batches(model, pairs, 40);
        PairBatch batch = batches.Get(0, 0);
        TranslationTape tape = model.Network.CreateTape(batches.Most, TapeUse.Training);
        OwnTokens own = new(model, batch.Inputs.Length);
        Assert.Equal(0, Replaced(0));
        int half = Replaced(50), all = Replaced(1000), places = 0;
        foreach (int length in batch.TargetLengths.Span)
            places += length - 1;

        Assert.InRange(half, places * 0.12, places * 0.33);
        Assert.InRange(all, places * 0.33, places * 0.6);

        int Replaced(ulong step)
        {
            Mode mode = Mode.Training(1, step);
            ReadOnlySpan<int> mixed = own.Mix(batch, tape.Forward(model.Parameters, batch, mode), mode).Inputs.Span;
            int count = 0;
            for (int i = 0; i < mixed.Length; i++)
            {
                if (mixed[i] == batch.Inputs.Span[i])
                    continue;

                count++;
                Assert.InRange(i / batch.Rows, 1, batch.TargetLengths.Span[i % batch.Rows] - 1);
            }

            return count;
        }
    }

    [Fact]
    public void AlignmentsSayWhereItLooked()
    {
        ParallelText pairs = Pairs(20);
        foreach (TranslationOptions options in Kinds)
        {
            TranslationModel model = new(pairs, options);
            if (!options.IsTransformer && options.Architecture == TranslationArchitecture.Attention)
                model.Train(pairs, null, new() { BatchSize = 10, Epochs = 100, LearningRate = 0.01 });

            TranslationAlignment alignment = new Translator(model).Align("one two three", "trois deux un");
            Assert.Equal(["one", "two", "three"], alignment.Source);
            Assert.Equal(["trois", "deux", "un", "</s>"], alignment.Target);
            if (options.Architecture == TranslationArchitecture.EncoderDecoder)
            {
                Assert.Equal(0, alignment.Layers);
                continue;
            }

            Assert.Equal(options.IsTransformer ? (options.Layers, options.Heads) : (1, 1), (alignment.Layers, alignment.Heads));
            for (int t = 0; t < 4; t++)
            {
                Assert.Equal(1, alignment.MeanShares(t).Sum(), 1e-5);
                Assert.Equal(1, alignment.Shares(t, alignment.Layers - 1, alignment.Heads - 1).ToArray().Sum(), 1e-5);
            }
        }
    }

    /// <summary>A target that is cut has as many tokens as the model reads, and can be aligned; so can one without
    /// any.</summary>
    [Fact]
    public void TargetsThatAreCutOrEmptyAreAligned()
    {
        ParallelText pairs = Pairs(9);
        foreach (TranslationOptions options in Kinds)
        {
            TranslationModel model = new(pairs, options with { MaxTokens = 4 });
            Parameters(model)[TranslationVocabulary.End] = -30;   // it never ends
            Translator translator = new(model, new() { Width = 2 });
            TranslatedText cut = translator.Translate("one two");
            Assert.False(cut.IsEnded);
            Assert.Equal(4, cut.Tokens.Count);
            Assert.Equal(5, translator.Align(cut).Target.Count);
            Parameters(model)[TranslationVocabulary.End] = 30;   // it ends at once
            TranslatedText empty = translator.Translate("one two");
            Assert.Empty(empty.Tokens);
            Assert.Equal(["</s>"], translator.Align(empty).Target);
        }

        static Span<float> Parameters(TranslationModel model) => model.Parameters.BeginWrite()[model.Head.Bias!.Value].Span;
    }

    [Fact]
    public void ThreadsTranslateAtOnce()
    {
        ParallelText pairs = Pairs(30);
        string[] sources = [.. pairs.Select(pair => pair.Source)];
        foreach (TranslationOptions options in Kinds)
        {
            TranslationModel model = new(pairs, options);
            double[] alone = Translate();
            double[][] together = new double[4][];
            Thread[] threads = [.. Enumerable.Range(0, 4).Select(i => new Thread(() => together[i] = Translate()))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.All(together, found => Assert.Equal(alone, found));

            double[] Translate() =>
                [.. new Translator(model, new() { Width = 2, BatchSize = 7 }).TranslateAll(sources).Select(text => text.LogProbability)];
        }
    }

    /// <summary>An unknown word is the source word that was looked at.</summary>
    [Fact]
    public void UnknownWordsAreCopied()
    {
        List<SentencePair> pairs = [.. Pairs(80)];
        for (int i = 0; i < pairs.Count; i++)   // a name that occurs once, before, behind or between the words
        {
            string[] source = pairs[i].Source.Split(' '), target = pairs[i].Target.Split(' ');
            int place = i % (source.Length + 1);
            pairs[i] = new SentencePair(string.Join(' ', [.. source[..place], $"n{i}", .. source[place..]]),
                string.Join(' ', [.. target[..(source.Length - place)], $"n{i}", .. target[(source.Length - place)..]]));
        }

        ParallelText training = new(pairs);
        TranslationModel model = new(training, s_small with { MinCount = 2, EmbeddingSize = 16, HiddenSize = 24 });
        model.Train(training, null, new() { BatchSize = 10, Epochs = 60, LearningRate = 0.01 });
        const string Source = "one n99 two";
        Assert.Equal("deux n99 un", new Translator(model).Translate(Source).Text);
        Assert.Equal("deux <unk> un", new Translator(model, new() { Unknown = UnknownWords.Write }).Translate(Source).Text);
        Assert.DoesNotContain("<unk>", new Translator(model, new() { Unknown = UnknownWords.Avoid }).Translate(Source).Text);
    }

    [Fact]
    public void TurnsAreMarked()
    {
        TranslationModel model = new(Pairs(5), s_small);
        Assert.Equal(["one", "<turn>", "two"], model.Source.Tokenize("one\ntwo"));
        Assert.Equal(["one", "<turn>", "two"], model.Source.Tokenize(" one <turn> two "));
        Assert.Empty(model.Source.Tokenize("   "));
    }

    [Fact]
    public void BadInputIsRefused()
    {
        ParallelText pairs = Pairs(5);
        TranslationModel model = new(pairs, s_small);
        Translator translator = new(model);
        Says(() => translator.Translate(""), "The source has no word");
        Says(() => translator.TranslateAll(["one", "one one one one one one one one one"]), "sources[1] has 9 tokens");
        ParallelText longer = new([new SentencePair("one", "un un un un un un un un un")]);
        Says(() => model.Train(longer), "training[0] has 1 and 9 tokens");
        Assert.Empty(model.Fitting(longer));
        Assert.Equal(pairs.Count, model.Fitting(pairs).Count);
        Says(() => _ = new TranslationModel(pairs, s_small with { Score = AttentionScore.Dot }), "General or Additive");
        Says(() => _ = new TranslationModel(pairs, s_small with { LastHiddenSize = 3 }), "LastHiddenSize");
        Says(() => _ = new TranslationModel(pairs, s_small with { LabelSmoothing = 1 }), "LabelSmoothing");
        Says(() => _ = new TranslationModel(pairs, s_small with { TiedWeights = true, ReadoutSize = 9 }), "ReadoutSize");
        Says(() => _ = new TranslationModel(pairs, s_transformer with { EmbeddingDropout = 0.1 }), "EmbeddingDropout");
        Says(() => new Translator(new TranslationModel(pairs, Kinds[4])).Align("one", "un").MeanShares(0), "layer");
        Says(() => _ = new TranslationModel(pairs, s_transformer with { Heads = 3 }), "3 heads");
        Says(() => _ = new TranslationModel(pairs, s_transformer with { RecurrentDropout = 0.1 }), "RecurrentDropout");
        Says(() => _ = new Translator(model, new() { Width = 0 }), "Width");
        Says(() => _ = new Translator(model, new() { TokensPerSourceToken = 0 }), "TokensPerSourceToken");

        static void Says(Action act, string text) =>
            Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
    }

    private static PairBatches Batches(TranslationModel model, ParallelText pairs, int size) => new(
        [.. pairs.Select(pair => model.Source.Encode(pair.Source))], [.. pairs.Select(pair => model.Target.Encode(pair.Target))],
        size, TranslationVocabulary.Start, TranslationVocabulary.End);

    private static ParallelText Pairs(int count)
    {
        List<SentencePair> pairs = [];
        Philox random = new(seed: 4, stream: 1);
        for (int i = 0; pairs.Count < count; i++)
        {
            int[] words = new int[1 + (i % 4)];
            for (int t = 0; t < words.Length; t++)
                words[t] = random.NextInt32(s_words.Length);

            SentencePair pair = new(string.Join(' ', words.Select(word => s_words[word])),
                string.Join(' ', words.Reverse().Select(word => s_translations[word])));
            if (!pairs.Contains(pair))
                pairs.Add(pair);
        }

        return new ParallelText(pairs);
    }
}
