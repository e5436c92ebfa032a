using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Training;

/// <summary>What a run writes for TensorBoard is what it reported, and what its parameters were.</summary>
public class TensorBoardLogTests
{
    private static readonly string s_text = string.Concat(Enumerable.Repeat("all that glisters is not gold. ", 40));

    [Fact]
    public void CurvesAndHistogramsOfARun()
    {
        using TemporaryFolder folder = new();
        CharRnnModel model = new(Vocabulary.FromText(s_text), new CharRnnOptions { HiddenSize = 8, Layers = 1 });
        Trainer<Rnn.Models.Batching.TokenWindow> trainer = model.CreateTrainer(s_text,
            new CharRnnTrainingOptions { BatchSize = 4, SequenceLength = 10, MaxSteps = 6, ValidateEvery = 3, ValidationFraction = 0.2 });
        List<TrainingReport> steps = [];
        List<(long Step, double Loss, double Least)> measured = [];
        string path;
        using (TensorBoardLog log = new(folder.Path) { Every = 2 })
        {
            path = log.Path;
            foreach (TrainingReport report in trainer.Steps())
            {
                log.Report(trainer, report);
                if (report.Event == TrainingEvent.Step)
                    steps.Add(report);
                else if (report.Event == TrainingEvent.Validation)
                    measured.Add((report.Step, report.ValidationLoss, model.Parameters.Dense.ToArray().Min()));
            }

            log.AddText("What it writes", 6, "all that");
        }

        IReadOnlyList<EventEntry> entries = EventFileReader.Read(path);
        EventEntry[] losses = [.. entries.Where(entry => entry.Tag == "training/loss")];
        Assert.Equal([2, 4, 6], losses.Select(entry => entry.Step));
        Assert.Equal([(float)steps[1].Loss, (float)steps[3].Loss, (float)steps[5].Loss], losses.Select(entry => entry.Scalar!.Value));
        Assert.Equal((float)steps[5].GradientNorm, entries.Last(entry => entry.Tag == "training/gradient norm").Scalar);
        Assert.Equal((float)steps[5].LearningRate, entries.Last(entry => entry.Tag == "training/learning rate").Scalar);
        EventEntry[] validations = [.. entries.Where(entry => entry.Tag == "validation/loss")];
        Assert.Equal([3, 6], validations.Select(entry => entry.Step));
        Assert.Equal(measured.Select(one => (float)one.Loss), validations.Select(entry => entry.Scalar!.Value));

        // All parameters and gradients, each measurement.
        int both = 2 * model.Parameters.Layout.Slots.Count;
        Assert.Equal(both, entries.Count(entry => entry.Tag.StartsWith("weights/", StringComparison.Ordinal)));
        Assert.Equal(both, entries.Count(entry => entry.Tag.StartsWith("gradients/", StringComparison.Ordinal)));
        foreach ((long step, _, double least) in measured)
        {
            Assert.Equal(least, entries.Where(entry => entry.Step == step && entry.Tag.StartsWith("weights/", StringComparison.Ordinal))
                .Min(entry => entry.Totals![0]));
        }

        EventEntry gradient = entries.First(entry => entry.Step == 6 && entry.Tag.StartsWith("gradients/", StringComparison.Ordinal));
        Assert.True(gradient.Totals![4] > 0);
        Assert.Equal("all that", entries.Single(entry => entry.Tag == "What it writes").Text);
    }

    [Fact]
    public void PointsAreSomeStepsApart()
    {
        using TemporaryFolder folder = new();
        Assert.Throws<ArgumentOutOfRangeException>("Every", () => new TensorBoardLog(Path.Combine(folder.Path, "x")) { Every = 0 });
    }
}
