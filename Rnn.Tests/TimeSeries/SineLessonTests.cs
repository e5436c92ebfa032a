using System;
using System.IO;
using System.Linq;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.TimeSeries;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.TimeSeries;

[Collection("Alone")]   // it counts what is allocated
public class SineLessonTests
{
    [Fact]
    public void TheLastLossIsTheLessonsOrBelow()
    {
        double[] losses = [.. Enumerable.Range(1, 5).Select(seed => Train(new SequenceRegressor(seed: (ulong)seed)).Loss).Order()];
        Assert.True(losses[2] <= 7.2e-5, $"The last losses of five seeds are {string.Join(", ", losses)}.");
    }

    [Fact]
    public void WindowsAreHalfWavesInOrder()
    {
        IBatches<RegressionWindow> batches = SineLesson.Batches();
        Assert.Equal((75, 20L), (batches.Count, batches.Targets(0, 3)));
        RegressionWindow window = batches.Get(0, 1);
        Assert.False(window.IsFirst);
        Assert.True(batches.Get(0, 0).IsFirst);
        window = batches.Get(0, 1);
        Assert.Equal(0, window.Inputs.Span[0], 1e-6);
        Assert.Equal(-1, window.Inputs.Span[10], 1e-6);
        Assert.Equal(-Math.Sin(Math.PI / 20), window.Targets.Span[0], 1e-6);
        Assert.Equal(window.Inputs.Span[1..].ToArray(), window.Targets.Span[..^1].ToArray());
    }

    [Fact]
    public void ItPredictsAndContinuesASine()
    {
        SequenceRegressor model = new();
        Train(model);
        float[] inputs = [.. Enumerable.Range(0, 60).Select(i => (float)SineLesson.Point(0, i))];
        float[] predictions = new float[60], continuation = new float[10];
        model.Predict(new(inputs, 60, 1), new MatrixView(predictions, 60, 1));
        model.Continue(new(inputs, 60, 1), new MatrixView(continuation, 10, 1));
        Assert.Equal(predictions[^1], continuation[0]);
        for (int i = 20; i < 60; i++)
            Assert.Equal(SineLesson.Point(0, i + 1), predictions[i], 0.1);

        for (int k = 0; k < continuation.Length; k++)
            Assert.Equal(SineLesson.Point(0, 60 + k), continuation[k], 0.25);
    }

    [Fact]
    public void ItIsSavedAndResumesExactly()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "file");
        SequenceRegressorOptions options = new() { Cell = RecurrentCell.Gru, HiddenSize = 8, Layers = 2, Dropout = 0.1 };
        SequenceRegressor whole = new(options), first = new(options), resumed = new(options, seed: 9);
        TrainingResult expected = Train(whole);
        Trainer<RegressionWindow> trainer = SineLesson.CreateTrainer(first);
        foreach (TrainingReport report in trainer.Steps())
        {
            if (report.Step == 31)
                break;
        }

        trainer.Save(path);
        trainer = SineLesson.CreateTrainer(resumed);
        trainer.Resume(path);
        Assert.Equal(expected, trainer.Run());
        Assert.Equal(whole.Parameters.Dense.ToArray(), resumed.Parameters.Dense.ToArray());

        whole.Save(path);
        SequenceRegressor loaded = SequenceRegressor.Load(path);
        Assert.Equal(options, loaded.Options);
        Assert.Equal(whole.Parameters.Dense.ToArray(), loaded.Parameters.Dense.ToArray());
    }

    [Fact]
    public void TheGradientIsThatOfTheLossAndAStepAllocatesNothing()
    {
        SequenceRegressor model = new(new SequenceRegressorOptions { InputSize = 2, OutputSize = 3, Layers = 2, Dropout = 0.2 });
        float[] x = TestNumbers.Uniform(5 * 4 * 2, 1, 1), y = TestNumbers.Uniform(5 * 4 * 3, 1, 2);
        GeneratedBatches<RegressionWindow> batches = new(1, y.Length, (_, _) => new RegressionWindow(x, y, 5, 4, true),
            new BatchShape(4, 5));
        Pass<RegressionWindow> pass = model.CreatePass(batches.Most);
        PassChecks.Gradient(model.Parameters, pass, batches);
        Assert.Equal(0, Allocations.Of100(PassChecks.Step(model.Parameters, pass, batches)));
    }

    [Fact]
    public void WrongArgumentsAreNamed()
    {
        Assert.Throws<ArgumentOutOfRangeException>("HiddenSize", () => new SequenceRegressor(new() { HiddenSize = 0 }));
        Assert.Throws<ArgumentException>("LearnInitialState", () => new SequenceRegressor(new() { LearnInitialState = true }));
        SequenceRegressor model = new(new SequenceRegressorOptions { InputSize = 2 });
        Assert.Throws<ArgumentException>("continuation", () => model.Continue(new(new float[2], 1, 2), new MatrixView(new float[2], 1, 2)));
    }

    private static TrainingResult Train(SequenceRegressor model) => SineLesson.CreateTrainer(model).Run();
}
