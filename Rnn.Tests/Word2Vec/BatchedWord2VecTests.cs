using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Training;
using Rnn.Models.Word2Vec;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Oracles;
using Xunit;

namespace Rnn.Tests.Word2Vec;

public class BatchedWord2VecTests
{
    public static TheoryData<Word2VecArchitecture, Word2VecLoss> Kinds
    {
        get
        {
            TheoryData<Word2VecArchitecture, Word2VecLoss> all = [];
            foreach (Word2VecArchitecture architecture in Enum.GetValues<Word2VecArchitecture>())
            {
                foreach (Word2VecLoss loss in Enum.GetValues<Word2VecLoss>())
                    all.Add(architecture, loss);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WordsOfAClassBecomeNeighbours(Word2VecArchitecture architecture, Word2VecLoss loss)
    {
        const int v = 40;
        ClassCorpus corpus = new(v, 1500);
        BatchedWord2Vec network = new(v, new() { Architecture = architecture, Loss = loss, Dimensions = 16 });
        Losses losses = new();
        TrainingResult result = network.Train(corpus.Ids, corpus.Counts, Options() with
        {
            Epochs = 16,
            Schedule = new ConstantSchedule(1e-2),
        }, losses);
        Assert.True(result.Loss < losses.Steps[0] - 0.5, $"{losses.Steps[0]} -> {result.Loss}");
        Assert.True(Purity(network.Vectors) >= 0.95, $"purity {Purity(network.Vectors)}");
    }

    [Fact]
    public void InitialTablesAreUniformInOne()
    {
        BatchedWord2Vec network = new(200, new() { Dimensions = 50 }, seed: 3);
        Check(network.Vectors.Span.ToArray());
        Check(network.OutputVectors.Span.ToArray());
        Assert.NotEqual(network.Vectors.Span.ToArray(), network.OutputVectors.Span.ToArray());
        Assert.Equal(network.Vectors.Span.ToArray(), new BatchedWord2Vec(200, new() { Dimensions = 50 }, 3).Vectors.Span
            .ToArray());
        Assert.NotEqual(network.Vectors.Span.ToArray(), new BatchedWord2Vec(200, new() { Dimensions = 50 }, 4).Vectors
            .Span.ToArray());
        BatchedWord2Vec softmax = new(200, new() { Dimensions = 100, Loss = Word2VecLoss.FullSoftmax });
        Check(softmax.Vectors.Span.ToArray());
        Assert.InRange(softmax.OutputVectors.Span.ToArray().Max(), 0.099f, 0.1f);
        Assert.Equal(["in.weight", "out.weight", "out.bias"],
            softmax.Parameters.Layout.Slots.Select(slot => slot.Name));

        static void Check(float[] table)
        {
            Assert.InRange(table.Min(), -1f, -0.99f);
            Assert.InRange(table.Max(), 0.99f, 1f);
            Assert.InRange(table.Average(), -0.03, 0.03);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void GradientsAgreeWithTheOracle(Word2VecArchitecture architecture, Word2VecLoss loss)
    {
        const int v = 6, e = 4;
        int[] ids = [0, 3, 2, -1, 5, -1, 1, 3, 4, 0, 3];
        long[] counts = [2, 1, 1, 3, 1, 1];
        BatchedWord2Vec network = new(v, new() { Architecture = architecture, Loss = loss, Dimensions = e });
        WordBatches batches = new(ids, counts, network.Options,
            new() { SubsamplingThreshold = 0, Window = 3, Negatives = 2, BatchSize = 20 });
        BatchedWord2VecPass pass = new(network, batches.Most);
        GradientBuffer g = new(network.Parameters.Layout);
        WordBatch batch = batches.Get(1, 0);
        Assert.Equal(batch.Targets.Length, batches.Targets(1, 0));
        LossSum sum = pass.ForwardBackward(batch, Mode.Training(1, 0), 1f / batch.Targets.Length, g);
        Assert.Equal(sum, pass.Evaluate(batch, new Measurements()));
        Assert.Equal(batch.Targets.Length, sum.Count);

        int[] inputs = batch.Inputs.ToArray(), starts = batch.Starts.ToArray(), targets = batch.Targets.ToArray();
        int[] negatives = batch.Negatives.ToArray();
        double[] table = TestNumbers.ToDouble(network.Vectors.Span);
        double[] output = TestNumbers.ToDouble(network.OutputVectors.Span);
        List<GradientVariable> variables =
        [
            new("in.weight", table, GradientSamplingCases.Gradient(g, network.Embedding.Table)),
            new("out.weight", output, GradientSamplingCases.Gradient(g, network.Parameters.Layout["out.weight"])),
        ];
        double[]? bias = null;
        if (loss == Word2VecLoss.FullSoftmax)
        {
            ParameterSlot slot = network.Parameters.Layout["out.bias"];
            bias = TestNumbers.ToDouble(network.Parameters[slot].Span);
            variables.Add(new("out.bias", bias, g[slot].Span.ToArray()));
        }

        GradientReportRow row = GradientCheck.Run("Word2Vec", $"{architecture}, {loss}", variables,
            [new("loss", [(float)sum.Mean], [1])], () =>
            {
                double[] x = Input();
                (double s, int count) = bias is null
                    ? NegativeSamplingOracle.Run(x, output, targets, negatives)
                    : SoftmaxHeadOracle.Run(x, output, bias, targets);
                return [[s / count]];
            });
        Assert.True(row.Failures.Count == 0, GradientCheck.Describe(row));

        double[] Input()
        {
            double[] rows = EmbeddingOracle.Run(table, inputs, e);
            if (architecture == Word2VecArchitecture.SkipGram)
                return rows;

            double[] x = new double[targets.Length * e];
            for (int n = 0; n < targets.Length; n++)
            {
                for (int i = starts[n]; i < starts[n + 1]; i++)
                {
                    for (int j = 0; j < e; j++)
                        x[(n * e) + j] += rows[(i * e) + j] / (starts[n + 1] - starts[n]);
                }
            }

            return x;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ResumingAfterAnyStepGivesTheSameBits(Word2VecArchitecture architecture, Word2VecLoss loss)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "run.checkpoint");
        ClassCorpus corpus = new(20, 60);
        BatchedWord2VecOptions shape = new() { Architecture = architecture, Loss = loss, Dimensions = 7 };
        Losses whole = new();
        BatchedWord2Vec reference = new(20, shape);
        TrainingResult expected = reference.CreateTrainer(corpus.Ids, corpus.Counts, Small(null)).Run(whole);
        Assert.Equal(8, whole.Steps.Count);
        Assert.True(double.IsFinite(expected.ValidationLoss));
        foreach (int stop in (int[])[1, 3, 4, 5, 7])
        {
            Losses first = new(), second = new();
            using CancellationTokenSource cancel = new();
            first.At(stop, cancel.Cancel);
            new BatchedWord2Vec(20, shape).CreateTrainer(corpus.Ids, corpus.Counts, Small(path)).Run(first,
                cancel.Token);
            BatchedWord2Vec resumed = new(20, shape, seed: 77);   // all must come from the checkpoint
            Trainer<WordBatch> trainer = resumed.CreateTrainer(corpus.Ids, corpus.Counts, Small(path));
            trainer.Resume(path);
            Assert.Equal(expected, trainer.Run(second));
            Assert.Equal(whole.Steps, [.. first.Steps, .. second.Steps]);
            Bits.Same(reference.Vectors.Span, resumed.Vectors.Span, "vectors");
            Bits.Same(reference.OutputVectors.Span, resumed.OutputVectors.Span, "output vectors");
        }

        corpus.Ids[0] = corpus.Ids[2];
        Trainer<WordBatch> other = reference.CreateTrainer(corpus.Ids, corpus.Counts, Small(null));
        Assert.Contains("text was", Assert.Throws<InvalidDataException>(() => other.Resume(path)).Message,
            StringComparison.Ordinal);

        static BatchedWord2VecTrainingOptions Small(string? path) => Options() with
        {
            BatchSize = 64,
            ValidationFraction = 0.2,
            Epochs = 2,
            CheckpointPath = path,
        };
    }

    [Fact]
    public void ABatchWithoutAnyPredictionIsNoError()
    {
        // The second batch has words without neighbours.
        int[] ids = [0, 1, -1, 2, -1, 3, -1];
        foreach (Word2VecLoss loss in Enum.GetValues<Word2VecLoss>())
        {
            foreach (Word2VecArchitecture architecture in Enum.GetValues<Word2VecArchitecture>())
            {
                BatchedWord2Vec network = new(4, new() { Architecture = architecture, Loss = loss, Dimensions = 3 });
                TrainingResult result = network.Train(ids, [1, 1, 1, 1], Options() with
                {
                    BatchSize = 2,
                    Epochs = 3,
                });
                Assert.Equal(6, result.Steps);
                Assert.All(network.Vectors.Span.ToArray(), value => Assert.True(float.IsFinite(value)));
            }
        }
    }

    /// <summary>
    /// Initial weights are worse than a guess; they and those that are learnt are no divergence, ten times them are.
    /// </summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void DivergenceIsWhatIsWorseThanInitialWeights(Word2VecArchitecture architecture, Word2VecLoss loss)
    {
        const int v = 40;
        ClassCorpus corpus = new(v, 400);
        BatchedWord2VecOptions shape = new() { Architecture = architecture, Loss = loss };   // 300 dimensions
        TrainingResult Train(double rate) => new BatchedWord2Vec(v, shape).Train(corpus.Ids, corpus.Counts,
            Options() with { Epochs = 2, ClipNorm = 0, Schedule = new ConstantSchedule(rate) });

        Assert.True(Train(3e-3).Steps > 10);
        TrainingDivergedException e = Assert.Throws<TrainingDivergedException>(() => Train(3));
        Assert.Equal((10, "loss"), (e.Step, e.Tensor));
        double most = loss == Word2VecLoss.FullSoftmax ? 7.378 : 2 * 6 * (0.6931 + 2.3033);
        Assert.Contains(FormattableString.Invariant($"expected at most {most:G4}. Choose a lower learning rate"),
            e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DenseAdamMovesWhatABatchDoesNotTouch()
    {
        int[] ids = [0, 1, -1, 2, 3, -1];
        float[] start = new BatchedWord2Vec(5, new() { Dimensions = 3 }).Vectors.Row(0).ToArray();
        foreach (ByRowUpdate update in Enum.GetValues<ByRowUpdate>())
        {
            BatchedWord2Vec network = new(5, new() { Dimensions = 3 });
            List<float[]> rows = [];
            Losses losses = new();
            for (int step = 1; step <= 2; step++)
                losses.At(step, () => rows.Add(network.Vectors.Row(0).ToArray()));

            network.Train(ids, [1, 1, 1, 1, 1], Options() with { BatchSize = 2, RowUpdate = update }, losses);
            Assert.NotEqual(start, rows[0]);   // the first batch has words 0 and 1, the second doesn't
            Assert.Equal(update == ByRowUpdate.Lazy, rows[0].AsSpan().SequenceEqual(rows[1]));
        }
    }

    [Fact]
    public void MisuseIsRefused()
    {
        Says(() => _ = new BatchedWord2Vec(0), "vocabulary is 0; expected 1 or more");
        Says(() => _ = new BatchedWord2Vec(5, new() { Dimensions = 0 }), "Dimensions is 0");
        Says(() => _ = new BatchedWord2Vec(5, new() { Loss = (Word2VecLoss)7 }),
            "Loss is 7; expected NegativeSampling or FullSoftmax.");
        BatchedWord2Vec network = new(5, new() { Dimensions = 2 });
        Says(() => network.Train([0, 1], [1, 1]), "counts has 2 elements, expected 5");
        Says(() => network.Train([0, 1, -1], [1, 1, 1, 1, 1], Options() with { ValidationFraction = 0.5 }),
            "the validation part has 1 entries");
        Says(() => network.Train([0, 6], [1, 1, 1, 1, 1], Options()), "the training part: word 1 is 6");
    }

    private static void Says(Action action, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    private static BatchedWord2VecTrainingOptions Options() =>
        new() { SubsamplingThreshold = 0, Window = 2, BatchSize = 128, Epochs = 1, ClipNorm = 0 };

    /// <summary>How many words have their nearest neighbour, by cosine, in their class.</summary>
    private static double Purity(ReadOnlyMatrixView vectors)
    {
        float[][] rows = new float[vectors.Rows][];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = vectors.Row(i).ToArray();

        return Enumerable.Range(0, rows.Length).Average(word =>
        {
            int nearest = Enumerable.Range(0, rows.Length).Where(other => other != word)
                .MaxBy(other => Dot(rows[word], rows[other]) / Math.Sqrt(Dot(rows[other], rows[other])));
            return nearest % ClassCorpus.Classes == word % ClassCorpus.Classes ? 1.0 : 0;
        });

        static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
    }

    private sealed class Losses : IProgress<TrainingReport>
    {
        private readonly Dictionary<long, Action> _actions = [];

        public List<double> Steps { get; } = [];

        public void At(long step, Action action) => _actions[step] = action;

        public void Report(TrainingReport value)
        {
            if (value.Event != TrainingEvent.Step)
                return;

            Steps.Add(value.Loss);
            if (_actions.TryGetValue(value.Step, out Action? action))
                action();
        }
    }
}
