using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using CsCheck;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.Classification;
using Rnn.Models.Embeddings;
using Rnn.Models.Sentiment;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Sentiment;

[Collection("Alone")]   // it counts what is allocated, and sets the number of threads
public class SentimentModelTests
{
    private static readonly SentimentTrainingOptions s_training =
        new() { BatchSize = 4, Epochs = 150, LearningRate = 0.01 };

    [Fact]
    public void EveryKindLearnsAFewTextsByHeart()
    {
        foreach (SentimentOptions options in SmallReviews.Kinds())
        {
            SentimentModel model = new(SmallReviews.Texts, options);
            TrainingResult result = model.Train(SmallReviews.Texts, options: s_training);
            Assert.True(result.Loss < 0.05, $"{options.Pooling}, pieces {options.PieceLength}: {result.Loss}");
            SentimentPrediction[] predictions = model.Predict(SmallReviews.Texts.Texts);
            Assert.Equal(SmallReviews.Texts.Labels.ToArray(), predictions.Select(one => one.Label));
        }
    }

    [Fact]
    public void MoreThanTwoClassesAreLearnt()
    {
        LabelledTexts texts = new(["red", "green", "blue", "a red one", "a green one", "a blue one"], [0, 1, 2, 0, 1, 2],
            ["r", "g", "b"]);
        SentimentModel model = new(texts, SmallReviews.Options);
        TrainingResult result = model.Train(texts, texts, s_training with { Epochs = 60 });
        Assert.True(result.Loss < 0.1, $"{result.Loss}");
        SentimentPrediction blue = model.Predict("the blue one");
        Assert.Equal(("b", 2, 1, 3), (blue.Class, blue.Label, blue.UnknownWords, blue.Words));
        Assert.Equal(1f, blue.Probabilities.ToArray().Sum(), 1e-6f);
    }

    /// <summary>No other text of its batch, no padding and no number of threads changes a bit.</summary>
    [Fact]
    public void ATextHasTheSameBitsAloneAndInAnyBatch()
    {
        foreach (SentimentOptions options in SmallReviews.Kinds())
        {
            SentimentModel model = new(SmallReviews.Texts, options);
            IReadOnlyList<string> texts = SmallReviews.Texts.Texts;
            float[][] alone = [.. texts.Select(text => model.Predict(text).Probabilities.ToArray())];
            Gen.Int[0, texts.Count - 1].Array[1, 150].Sample(places =>
            {
                SentimentPrediction[] together = model.Predict([.. places.Select(place => texts[place])]);
                for (int i = 0; i < places.Length; i++)
                    Bits.Same(alone[places[i]], together[i].Probabilities, $"{options.Pooling} {options.PieceLength}");
            }, iter: 10);
            Allocations.WithThreads(3, () =>
            {
                SentimentPrediction[] together = model.Predict(texts);
                for (int i = 0; i < texts.Count; i++)
                    Bits.Same(alone[i], together[i].Probabilities, "on three threads");
            });
        }
    }

    /// <summary>The loss along a direction rises as the gradient says: the way back is the twin of the way forwards.</summary>
    [Fact]
    public void TheGradientIsThatOfTheLoss()
    {
        foreach (SentimentOptions options in SmallReviews.Kinds())
        {
            SentimentModel model = new(SmallReviews.Texts,
                options with { EmbeddingDropout = 0.2, TokenDropout = 0.2, OutputDropout = 0.3 });
            LabelledSequences batches = model.Batches(SmallReviews.Texts, 8);
            PassChecks.Gradient(model.Parameters, model.CreatePass(batches.Most), batches);
        }
    }

    [Fact]
    public void TheGradientOfPretrainingIsThatOfItsLoss()
    {
        foreach (bool both in (bool[])[false, true])
        {
            SentimentModel model = new(SmallReviews.Texts, SmallReviews.Options with { Bidirectional = both, OutputDropout = 0.3 });
            SentimentPretraining language = new(model, targetWords: 10);
            LabelledSequences batches = model.Batches(SmallReviews.Texts, 8);
            PassChecks.Gradient(language.Parameters, language.CreatePass(batches.Most), batches);
        }
    }

    [Fact]
    public void PretrainingLearnsToPredictWordsAndHandsItsLayersOver()
    {
        SentimentModel model = new(SmallReviews.Texts, SmallReviews.Options);
        model.UseVectors(new WordVectors(["good"], [1, 2, 3, 4, 5, 6], 6));
        SentimentPretraining language = new(model, targetWords: 1000, seed: 5);
        Bits.Same(Embedding(model), language.Parameters.ByRow[..(model.Vocabulary.Count * 6)], "what it begins with");
        TrainingResult result = language.Train(SmallReviews.Texts, options: s_training with { Epochs = 200 });
        Assert.True(result.Loss < 1, $"{result.Loss}");   // of log 35 = 3.6
        language.CopyTo(model);
        foreach (ParameterSlot slot in language.Parameters.Layout.Slots.Where(slot => !slot.Name.StartsWith("head")))
        {
            ParameterSlot own = model.Parameters.Layout.Slots.Single(other => other.Name == slot.Name);
            Bits.Same(language.Parameters[slot].Span, model.Parameters[own].Span, slot.Name);
        }

        Assert.Contains(model.Parameters.Layout.Slots, slot => slot.Name == "fc.weight");
        SentimentModel other = new(SmallReviews.Texts, SmallReviews.Options with { HiddenSize = 4 });
        Assert.Contains("other options", Assert.Throws<ArgumentException>(() => language.CopyTo(other)).Message);
        SentimentModel deep = new(SmallReviews.Texts, SmallReviews.Options with { Layers = 2 });
        Assert.Contains("would see the word", Assert.Throws<ArgumentException>(() => new SentimentPretraining(deep)).Message);
    }

    [Fact]
    public void AFileHoldsAllOfIt()
    {
        using TemporaryFolder folder = new();
        foreach (SentimentOptions options in SmallReviews.Kinds())
        {
            SentimentModel model = new(SmallReviews.Texts, options, seed: 3);
            string path = Path.Combine(folder.Path, "model.safetensors");
            model.Save(path);
            SentimentModel again = SentimentModel.Load(path);
            Assert.Equal(options, again.Options);
            Assert.Equal(model.Classes, again.Classes);
            Assert.Equal(model.Vocabulary.Words.Words, again.Vocabulary.Words.Words);
            foreach (string text in SmallReviews.Texts.Texts)
                Bits.Same(model.Predict(text).Probabilities, again.Predict(text).Probabilities, text);
        }
    }

    [Fact]
    public void ARunGoesOnWithTheSameBits()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "checkpoint.safetensors");
        SentimentOptions options = SmallReviews.Options with { TokenDropout = 0.3, EmbeddingDropout = 0.2, OutputDropout = 0.5 };
        SentimentTrainingOptions training = s_training with { Epochs = 6, BatchSize = 3 };
        SentimentModel whole = new(SmallReviews.Texts, options), parts = new(SmallReviews.Texts, options);
        whole.Train(SmallReviews.Texts, options: training);
        parts.Train(SmallReviews.Texts, options: training with { MaxSteps = 8, CheckpointPath = path });
        SentimentModel resumed = new(SmallReviews.Texts, options, seed: 9);
        Trainer<LabelledBatch> trainer = resumed.CreateTrainer(SmallReviews.Texts, options: training);
        trainer.Resume(path);
        trainer.Run();
        Bits.Same(whole.Parameters.Dense, resumed.Parameters.Dense, "dense");
        Bits.Same(whole.Parameters.ByRow, resumed.Parameters.ByRow, "by row");
        LabelledTexts others = SmallReviews.Texts.Slice(0, 7);
        SentimentModel same = new(SmallReviews.Texts, options);
        Assert.Contains("labels", Assert.Throws<InvalidDataException>(() =>
            same.CreateTrainer(others, options: training).Resume(path)).Message);
    }

    [Fact]
    public void AStepAllocatesNothing()
    {
        foreach (SentimentOptions options in SmallReviews.Kinds())
        {
            SentimentModel model = new(SmallReviews.Texts, options with { TokenDropout = 0.2, OutputDropout = 0.5 });
            LabelledSequences batches = model.Batches(SmallReviews.Texts, 3, shuffleSeed: 1);
            Assert.Equal(0, Allocations.Of100(PassChecks.Step(model.Parameters, model.CreatePass(batches.Most), batches)));
        }

        SentimentModel like = new(SmallReviews.Texts, SmallReviews.Options);
        LabelledSequences texts = like.Batches(SmallReviews.Texts, 3, shuffleSeed: 1);
        SentimentPretraining language = new(like);
        Assert.Equal(0, Allocations.Of100(PassChecks.Step(language.Parameters, language.CreatePass(texts.Most), texts)));
    }

    [Fact]
    public void ManyThreadsPredictAndExplainAtOnce()
    {
        SentimentModel model = new(SmallReviews.Texts, SmallReviews.Options);
        IReadOnlyList<string> texts = SmallReviews.Texts.Texts;
        float[] alone = [.. texts.Select(text => model.Predict(text).Probabilities[1])];
        double[] explained = [.. texts.Select(text => model.Explain(text, steps: 2).Words.Sum(word => word.Contribution))];
        Parallel.For(0, 200, i =>
        {
            int place = i % texts.Count;
            Assert.Equal(alone[place], model.Predict(texts[place]).Probabilities[1]);
            Assert.Equal(explained[place], model.Explain(texts[place], steps: 2).Words.Sum(word => word.Contribution));
        });
    }

    [Fact]
    public void TextsWithoutKnownWordsHaveAPredictionThatSaysSo()
    {
        SentimentModel model = new(SmallReviews.Texts, SmallReviews.Options);
        foreach (string text in (string[])["", " ", ",", "xyzzy", "xyzzy plugh"])
        {
            SentimentPrediction prediction = model.Predict(text);
            Assert.Equal(prediction.Words, prediction.UnknownWords);
            Assert.InRange(prediction.Probability, 0.5f, 1f);
            Assert.All(model.Explain(text).Words, word => Assert.Equal("<unk>", word.Word));
        }

        Assert.Empty(model.Predict([]));
    }

    [Fact]
    public void PaddingUnknownWordsAndWordsHaveTokensOfTheirOwn()
    {
        SentimentModel model = new(SmallReviews.Texts, SmallReviews.Options with { MinCount = 2 });
        TextVocabulary words = model.Vocabulary;
        Assert.Equal(["<pad>", "<unk>"], [words[TextVocabulary.Padding], words[TextVocabulary.Unknown]]);
        int[] tokens = words.Encode("Good music, loud xyzzy!");
        Assert.Equal(["good", "music", "<unk>", "<unk>", "."], tokens.Select(token => words[token]));   // loud: once only
        Assert.DoesNotContain(TextVocabulary.Padding, tokens);
    }

    [Theory]
    [InlineData(TextCut.Head, "a b c d e")]
    [InlineData(TextCut.Tail, "d e f g h")]
    [InlineData(TextCut.Both, "a b c g h")]
    public void LongTextsAreCutWhereTheOptionsSay(TextCut cut, string kept)
    {
        LabelledTexts texts = LabelledTexts.FromReviews([("a b c d e f g h", true), ("a", false)]);
        SentimentModel model = new(texts, SmallReviews.Options with { MaxTokens = 5, Cut = cut });
        Assert.Equal(kept, string.Join(' ', model.Vocabulary.Encode("a b c d e f g h").Select(token => model.Vocabulary[token])));
        Assert.Equal(["a"], model.Vocabulary.Encode("a").Select(token => model.Vocabulary[token]));
        Assert.Equal(kept.Split(' '), model.Explain("a b c d e f g h").Words
            .Select(word => "a b c d e f g h".Substring(word.Start, word.Length)));
    }

    [Fact]
    public void WordVectorsBecomeTheEmbedding()
    {
        SentimentModel model = new(SmallReviews.Texts, SmallReviews.Options);
        float[] before = Embedding(model);
        WordVectors vectors = new(["good", "elsewhere", "bad"],
            [.. Enumerable.Range(0, 18).Select(i => 0.1f * (i + 1))], 6);
        Assert.Equal(2, model.UseVectors(vectors, scale: 2));
        float[] after = Embedding(model);
        int good = model.Vocabulary.Encode("good")[0], bad = model.Vocabulary.Encode("bad")[0];
        for (int i = 0; i < after.Length; i++)
        {
            float expected = i / 6 == good ? 0.2f * (i % 6 + 1) : i / 6 == bad ? 0.2f * (i % 6 + 13) : before[i];
            Assert.Equal(expected, after[i], 1e-6f);
        }

        model.UseVectors(vectors);   // with a mean square of 1
        double sum = new[] { good, bad }.Sum(token => Embedding(model).Skip(token * 6).Take(6).Sum(x => (double)x * x));
        Assert.Equal(12, sum, 1e-4);
        WordVectors wide = new(["good"], new float[7], 7);
        Assert.Contains("7 dimensions, expected 6", Assert.Throws<ArgumentException>(() => model.UseVectors(wide)).Message);
    }

    [Fact]
    public void AFrozenEmbeddingStaysAsItIs()
    {
        SentimentModel model = new(SmallReviews.Texts, SmallReviews.Options with { FrozenEmbedding = true });
        float[] before = Embedding(model);
        model.Train(SmallReviews.Texts, options: s_training with { Epochs = 2 });
        Bits.Same(before, Embedding(model), "embedding");
        Assert.Contains("no embedding to freeze", Assert.Throws<ArgumentException>(() => new SentimentModel(SmallReviews.Texts,
            SmallReviews.Options with { EmbeddingSize = 0, FrozenEmbedding = true })).Message);
    }

    [Fact]
    public void OtherClassesAndOddOptionsAreRefused()
    {
        SentimentModel model = new(SmallReviews.Texts, SmallReviews.Options);
        LabelledTexts stars = new(["good"], [0], ["one", "two"]);
        Assert.Contains("negative, positive", Assert.Throws<ArgumentException>(() => model.Train(stars)).Message);
        Assert.Contains("negative, positive", Assert.Throws<ArgumentException>(() =>
            new SentimentEnsemble(model, new SentimentModel(stars, SmallReviews.Options))).Message);
        Assert.Throws<ArgumentException>(() => new SentimentEnsemble());
        foreach (string[] classes in (string[][])[["one"], ["one", "one"], ["one", ""], ["one", "t\nwo"]])
            Assert.Throws<ArgumentException>(() => new SentimentModel(model.Vocabulary.Words, classes));

        Assert.Contains("texts[1]", Assert.Throws<ArgumentException>(() => model.Predict(["good", null!])).Message);
        Assert.Contains("one-hot", Assert.Throws<ArgumentException>(() => new SentimentPretraining(
            new SentimentModel(SmallReviews.Texts, SmallReviews.Options with { EmbeddingSize = 0 }))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Explain("good", label: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Explain("good", steps: 0));
        foreach (SentimentOptions wrong in (SentimentOptions[])
            [
                new() { PieceLength = -1 }, new() { MaxTokens = -1 }, new() { MinCount = 0 }, new() { OutputDropout = 1 },
                new() { AttentionSize = 3 }, new() { TokenDropout = 1 }, new() { Cut = (TextCut)7 },
            ])
        {
            Assert.ThrowsAny<ArgumentException>(() => new SentimentModel(SmallReviews.Texts, wrong));
        }

        SentimentModel oneHot = new(SmallReviews.Texts, SmallReviews.Options with { EmbeddingSize = 0 });
        Assert.InRange(oneHot.Predict("good").Probability, 0.5f, 1f);
        Assert.Contains("one-hot", Assert.Throws<InvalidOperationException>(() => oneHot.Explain("good")).Message);
    }

    [Fact]
    public void AnEnsembleAveragesProbabilities()
    {
        SentimentModel[] models = [.. Enumerable.Range(1, 3).Select(seed =>
            new SentimentModel(SmallReviews.Texts, SmallReviews.Options, (ulong)seed))];
        SentimentEnsemble ensemble = new(models);
        foreach (string text in SmallReviews.Texts.Texts)
        {
            double mean = models.Average(model => (double)model.Predict(text).Probabilities[1]);
            Assert.Equal(mean, ensemble.Predict(text).Probabilities[1], 1e-7);
        }

        Bits.Same(models[0].Predict("good").Probabilities, new SentimentEnsemble(models[0]).Predict("good").Probabilities, "one");
    }

    [Fact]
    public void ALinearClassifierHasItsShareOfAnEnsemble()
    {
        SentimentModel[] models = [.. Enumerable.Range(1, 2).Select(seed =>
            new SentimentModel(SmallReviews.Texts, SmallReviews.Options, (ulong)seed))];
        LinearTextClassifier linear = Linear(SmallReviews.Texts);
        SentimentEnsemble networks = new(models);
        foreach (double share in (double[])[0, 0.25, 0.5, 1])
        {
            SentimentEnsemble together = new(models, linear, share);
            foreach (string text in SmallReviews.Texts.Texts)
            {
                double expected = ((1 - share) * networks.Predict(text).Probabilities[1])
                    + (share * linear.Probability(new TextTokenizer().Tokenize(text)));
                Assert.Equal(expected, together.Predict(text).Probabilities[1], 1e-6);
            }
        }

        string[] texts = [.. SmallReviews.Texts.Texts];
        SentimentEnsemble half = new(models, linear);
        SentimentPrediction[] known = half.Combine(texts, models[0].Predict(texts), models[1].Predict(texts));
        SentimentPrediction[] one = half.Combine(texts, models[1].Predict(texts));
        for (int n = 0; n < texts.Length; n++)
        {
            Bits.Same(half.Predict(texts[n]).Probabilities, known[n].Probabilities, "known");
            Bits.Same(new SentimentEnsemble([models[1]], linear).Predict(texts[n]).Probabilities, one[n].Probabilities, "one");
        }

        Assert.Throws<ArgumentException>(() => half.Combine(texts));
        Assert.Contains("8 texts", Assert.Throws<ArgumentException>(() => half.Combine(texts, models[0].Predict(["a"]))).Message);
        Assert.Equal(0.5, half.LinearShare);
        Assert.Equal(0, networks.LinearShare);
        Assert.ThrowsAny<ArgumentException>(() => new SentimentEnsemble(models, linear, 1.1));
        Assert.ThrowsAny<ArgumentException>(() => new SentimentEnsemble(models, linear, double.NaN));
        LinearTextClassifier three = LinearTextClassifier.Train([["a"], ["b"], ["c"]], [0, 1, 2]);
        Assert.Contains("has 3 classes, expected those of the models, 2", Assert.Throws<ArgumentException>(() =>
            new SentimentEnsemble(models, three)).Message);
    }

    [Fact]
    public void TheShareIsTheOneOfLeastLoss()
    {
        SentimentModel untrained = new(SmallReviews.Texts, SmallReviews.Options);
        SentimentModel trained = new(SmallReviews.Texts, SmallReviews.Options);
        trained.Train(SmallReviews.Texts, options: s_training with { Epochs = 30 });
        LabelledTexts wrong = new(SmallReviews.Texts.Texts, Array.ConvertAll(SmallReviews.Texts.Labels.ToArray(), label => 1 - label),
            SmallReviews.Texts.Classes);
        Assert.Equal(0, SentimentEnsemble.Choose([trained], Linear(wrong), SmallReviews.Texts).LinearShare);
        Assert.Equal(1, SentimentEnsemble.Choose([untrained], Linear(SmallReviews.Texts), SmallReviews.Texts).LinearShare);

        SentimentEnsemble best = SentimentEnsemble.Choose([trained], Linear(SmallReviews.Texts), SmallReviews.Texts);
        foreach (double other in (double[])[0, 0.25, 0.5, 0.75, 1])
        {
            Assert.InRange(Loss(best), 0,
                Loss(new SentimentEnsemble([trained], Linear(SmallReviews.Texts), other)) + 1e-6);
        }

        LabelledTexts stars = new(["good"], [0], ["one", "two"]);
        Assert.Contains("negative, positive", Assert.Throws<ArgumentException>(() =>
            SentimentEnsemble.Choose([trained], Linear(SmallReviews.Texts), stars)).Message);

        double Loss(SentimentEnsemble ensemble) => Enumerable.Range(0, SmallReviews.Texts.Count).Sum(n =>
            -Math.Log(ensemble.Predict(SmallReviews.Texts.Texts[n]).Probabilities[SmallReviews.Texts.Labels[n]]));
    }

    private static LinearTextClassifier Linear(LabelledTexts texts) => LinearTextClassifier.Train(
        [.. texts.Texts.Select(text => (IReadOnlyList<string>)new TextTokenizer().Tokenize(text))], texts.Labels);

    private static float[] Embedding(SentimentModel model) => model.Parameters.ByRow.ToArray()[..(model.Vocabulary.Count * 6)];
}
