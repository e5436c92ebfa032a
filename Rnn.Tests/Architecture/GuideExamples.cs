using System;
using System.Diagnostics;
using System.Linq;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Models.Batching;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Models.Training;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>The programs of the guides in docs/guides that are in no README: see <see cref="ReadmeExamples"/>.</summary>
[Collection("Alone")]
public sealed class GuideExamples : DocumentExamples
{
    [Fact]
    public void Parameters()
    {
        // README: guide: parameters
        ParameterLayout layout = new();
        Lstm lstm = new(layout, "lstm", inputSize: 3, hiddenSize: 8);
        Linear output = new(layout, "fc", inputSize: 8, outputSize: 1);
        ParameterBuffer parameters = new(layout);
        parameters.Initialize(seed: 1);

        SafetensorsWriter file = new();
        file.Metadata["note"] = "any text";
        StateDict.Write(file, parameters);                     // lstm.weight_ih_l0, ..., fc.weight, fc.bias
        file.Save("network.safetensors");                      // whole or not at all

        SafetensorsReader reader = SafetensorsReader.Open("network.safetensors");
        foreach (SafetensorsEntry entry in reader.Entries)
            Console.WriteLine($"{entry.Name} [{string.Join(", ", entry.Shape.ToArray())}]");

        ParameterBuffer loaded = new(layout);
        StateDict.Read(reader, loaded);                        // names and shapes must be those of the layout
        // end

        Assert.Equal(parameters.Dense.ToArray(), loaded.Dense.ToArray());
        Assert.Contains("lstm.weight_ih_l0 [32, 3]", Output);
        Assert.Contains("fc.bias [1]", Output);
        Assert.Equal(1, output.OutputSize);
        Assert.Equal(8, lstm.HiddenSize);
    }

    [Fact]
    public void Check()
    {
        // README: guide: check
        ParameterLayout layout = new();
        Gru gru = new(layout, "gru", inputSize: 1, hiddenSize: 16);
        Linear output = new(layout, "output", inputSize: 16, outputSize: 1);
        ParameterBuffer parameters = new(layout);
        parameters.Initialize(seed: 1);
        float[] batch = [.. Enumerable.Range(0, 21 * 8).Select(i => (float)Math.Sin(0.1 * i))];
        SinePass pass = new(parameters, gru, output);

        // What Backward says: the gradient of the mean loss of the 160 targets.
        GradientBuffer gradients = new(layout);
        pass.ForwardBackward(batch, Mode.Inference, scale: 1f / 160, gradients);

        // The same by moving each parameter a little. In float that is good to some thousandths: enough to find a sign, a
        // factor or a term that is missing.
        const float Step = 1e-2f;
        double worst = 0;
        for (int i = 0; i < parameters.Dense.Length; i++)
        {
            double difference = LossAt(i, Step) - LossAt(i, -Step);
            double numeric = difference / (2 * Step), analytic = gradients.Dense[i];
            worst = Math.Max(worst, Math.Abs(analytic - numeric) / (1 + Math.Abs(numeric)));
        }

        Console.WriteLine($"largest error of {parameters.Dense.Length} derivatives: {worst:E1}");

        double LossAt(int index, float change)
        {
            float before = parameters.Dense[index];
            parameters.BeginWrite().Dense[index] = before + change;
            double loss = pass.Evaluate(batch, new Measurements(pass.Measures)).Mean;
            parameters.BeginWrite().Dense[index] = before;
            return loss;
        }
        // end

        Assert.InRange(worst, 0, 2e-3);
        Assert.Contains(gradients.Dense.ToArray(), g => Math.Abs(g) > 0.02);   // so that the check has something to find
    }

    [Fact]
    public void Resume()
    {
        string text = string.Concat(Enumerable.Repeat("the cat sat on the mat. ", 100));

        // README: guide: resume
        CharRnnTrainingOptions options = new()
        {
            BatchSize = 4,
            SequenceLength = 16,
            MaxSteps = 60,
            CheckpointPath = "run.checkpoint",
            CheckpointEvery = 20,
        };
        CharRnnOptions network = new() { HiddenSize = 16, Layers = 1 };
        CharRnnModel whole = new(Vocabulary.FromText(text), network, seed: 1);
        whole.Train(text, options);

        // The same run, interrupted after 30 steps; its last checkpoint is of step 20.
        CharRnnModel first = new(Vocabulary.FromText(text), network, seed: 1);
        foreach (TrainingReport report in first.CreateTrainer(text, options).Steps())
        {
            if (report.Event == TrainingEvent.Step && report.Step == 30)
                break;
        }

        CharRnnModel second = new(Vocabulary.FromText(text), network, seed: 1);
        Trainer<TokenWindow> trainer = second.CreateTrainer(text, options);
        trainer.Resume("run.checkpoint");
        Console.WriteLine($"goes on at step {trainer.Step}");
        trainer.Run();
        bool isSame = second.Parameters.Dense.SequenceEqual(whole.Parameters.Dense);
        Console.WriteLine(isSame ? "the same bits" : "other bits");
        // end

        Assert.Equal($"goes on at step 20{Environment.NewLine}the same bits{Environment.NewLine}", Output);
    }

    [Fact]
    public void Precision()
    {
        string text = string.Concat(Enumerable.Repeat("the cat sat on the mat. ", 40));
        CharRnnModel trained = new(Vocabulary.FromText(text), new CharRnnOptions { HiddenSize = 32, Layers = 1 }, seed: 1);
        trained.Train(text, new CharRnnTrainingOptions { BatchSize = 4, SequenceLength = 20, MaxSteps = 100 });
        trained.Save("model.safetensors");

        // README: guide: precision
        CharRnnModel model = CharRnnModel.Load("model.safetensors");
        double exact = model.Evaluate(text).NatsPerCharacter;
        model.Parameters.InferencePrecision = WeightPrecision.BFloat16;   // of this object, not of its file
        double rounded = model.Evaluate(text).NatsPerCharacter;
        Console.WriteLine($"costs {rounded - exact:F4} nats a character");
        Console.WriteLine(model.Generate("the cat", length: 40));
        // end

        string[] lines = Output.Split(Environment.NewLine);
        Assert.InRange(Math.Abs(rounded - exact), 1e-9, 0.01);
        Assert.Equal(40, lines[1].Length);
    }

    [Fact]
    public void Threads()
    {
        string text = string.Concat(Enumerable.Repeat("the cat sat on the mat. ", 100));
        int before = Workers.Count;
        try
        {
            // README: guide: threads
            Console.WriteLine($"{SimdInfo.Description}, {Workers.Count} threads");
            foreach (int threads in (int[])[1, 2])
            {
                Workers.Count = threads;                               // of the whole process
                CharRnnModel model = new(Vocabulary.FromText(text), new CharRnnOptions { HiddenSize = 64, Layers = 1 }, seed: 1);
                Stopwatch watch = Stopwatch.StartNew();
                TrainingResult result = model.Train(text,
                    new CharRnnTrainingOptions { BatchSize = 16, SequenceLength = 20, MaxSteps = 50 });
                Console.WriteLine($"{threads}: loss {result.Loss:R}, {result.Steps / watch.Elapsed.TotalSeconds:F0} steps a second");
            }
            // end
        }
        finally
        {
            Workers.Count = before;
        }

        string[] losses = [.. Output.Split('\n').Where(line => line.Contains("loss", StringComparison.Ordinal))
            .Select(line => line[3..line.IndexOf(',', StringComparison.Ordinal)])];
        Assert.Equal(2, losses.Length);
        Assert.Equal(losses[0], losses[1]);
    }
}
