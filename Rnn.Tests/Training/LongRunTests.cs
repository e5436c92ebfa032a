using System;
using System.Globalization;
using System.Linq;
using Rnn.Core.Optimizers;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Xunit;

namespace Rnn.Tests.Training;

/// <summary>A long run takes the memory of a short one: 5,000 steps, or as many as the variable RNN_LONG_STEPS says.</summary>
[Collection("Alone")]   // it counts what is allocated
public class LongRunTests(ITestOutputHelper output)
{
    private const long Steps = 5000, WarmUp = 1000, Window = 500;

    // Of a whole run: the test runner's own threads allocate now and then, a step never does.
    private const long MostBytes = 1 << 20, MostGrowth = 16 << 20;

    [Fact]
    public void NoStepAllocatesAndMemoryStaysFlat()
    {
        long steps = long.TryParse(Environment.GetEnvironmentVariable("RNN_LONG_STEPS"), NumberStyles.None,
            CultureInfo.InvariantCulture, out long more) ? more : Steps;
        string text = string.Concat(Enumerable.Repeat("to be, or not to be: that is the question. ", 20));
        Meter meter = new();
        CharRnnModel model = new(Vocabulary.FromText(text), new() { HiddenSize = 8, Layers = 2, Dropout = 0.2 });
        TrainingResult result = model.CreateTrainer(text, new()
        {
            BatchSize = 4,
            SequenceLength = 10,
            ValidationFraction = 0.2,
            Epochs = int.MaxValue / 100,
            MaxSteps = steps,
            ValidateEvery = 100,
            Schedule = new ReduceOnPlateau(1e-3, patience: 100),
            Averaging = ParameterAveraging.FromStep(WarmUp / 2),
        }).Run(meter);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.Steps} steps; after {WarmUp}: {meter.Allocated} bytes allocated in all, {meter.Quiet} of {meter.Windows} "
            + $"windows of {Window} steps without a byte, working set {meter.Begin >> 10} KiB then, {meter.Most >> 10} KiB at most"));
        Assert.Equal(steps, result.Steps);
        Assert.InRange(meter.Quiet, meter.Windows * 3 / 4, meter.Windows);
        Assert.InRange(meter.Allocated, 0, MostBytes);
        Assert.InRange(meter.Most - meter.Begin, 0, MostGrowth);
    }

    private sealed class Meter : IProgress<TrainingReport>
    {
        private long _last;

        public long Allocated { get; private set; }

        public int Windows { get; private set; }

        public int Quiet { get; private set; }

        public long Begin { get; private set; }

        public long Most { get; private set; }

        public void Report(TrainingReport value)
        {
            if (value.Event != TrainingEvent.Step || value.Step < WarmUp || value.Step % Window != 0)
                return;

            if (value.Step > WarmUp)
            {
                long bytes = GC.GetTotalAllocatedBytes(true) - _last;
                Allocated += bytes;
                Windows++;
                Quiet += bytes == 0 ? 1 : 0;
            }

            Most = Math.Max(Most, Environment.WorkingSet);
            Begin = Begin == 0 ? Most : Begin;
            _last = GC.GetTotalAllocatedBytes(true);
        }
    }
}
