using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Onnx;
using Rnn.Core.Tensors;
using Rnn.Models.CharRnn;
using Rnn.Models.Corpora;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Files;
using Rnn.Models.Generation;
using Rnn.Models.Text;
using Rnn.Models.Text.Words;
using Rnn.Models.Training;
using Rnn.Models.Word2Vec;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>
/// The README's programs: what stands between "// README: name" and "// end" stands there too, letter for letter
/// (<see cref="ReadmeTests"/>). They write into the current folder and to the console, so they run alone.
/// </summary>
[Collection("Alone")]
public sealed class ReadmeExamples : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _previousFolder = Environment.CurrentDirectory;
    private readonly TextWriter _previousOutput = Console.Out;
    private readonly StringWriter _output = new();

    public ReadmeExamples()
    {
        Environment.CurrentDirectory = _folder.Path;
        Console.SetOut(_output);
    }

    public void Dispose()
    {
        Console.SetOut(_previousOutput);
        Environment.CurrentDirectory = _previousFolder;
        _output.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void QuickStart()
    {
        string path = _folder.Write("text.txt",
            [.. Enumerable.Repeat("The cat sat on the mat. "u8.ToArray(), 1000).SelectMany(line => line)]);

        // README: quick start
        string text = File.ReadAllText(path);
        CharRnnOptions options = new() { HiddenSize = 256, Layers = 1, Dropout = 0 };
        CharRnnModel model = new(Vocabulary.FromText(text), options);

        TrainingResult result = model.Train(text, new CharRnnTrainingOptions
        {
            BatchSize = 32,
            SequenceLength = 64,
            Epochs = 5,
            LearningRate = 3e-3,
        });
        Console.WriteLine($"validation loss {result.BestValidationLoss:F3} nats per character");

        model.Save("model.safetensors");
        CharRnnModel loaded = CharRnnModel.Load("model.safetensors");
        Console.WriteLine(loaded.Generate("The ", 200, new SamplingOptions { Temperature = 0.8, TopK = 5 }, seed: 7));
        // end

        Assert.InRange(result.BestValidationLoss, 0, 1.5);   // 2.56 untrained
        string[] lines = _output.ToString().TrimEnd('\r', '\n').Split(Environment.NewLine);
        Assert.Equal([$"validation loss {result.BestValidationLoss:F3} nats per character", lines[^1]], lines);
        Assert.Equal(200, lines[1].Length);
    }

    [Fact]
    public void Vectors()
    {
        string path = _folder.Write("words.txt", Encoding.UTF8.GetBytes(string.Concat(
            WordClassCorpus.Generate(seed: 1, sentences: 2000).Select(words => string.Join(' ', words) + "\n"))));

        // README: word vectors
        using WordCorpus corpus = WordCorpus.FromFile(path, new WordCorpusOptions { MinCount = 1 });
        Word2VecModel model = new(corpus.Vocabulary, new Word2VecOptions { Dimensions = 100, Window = 5, Seed = 1 });
        Word2VecResult result = model.Train(corpus);
        Console.WriteLine($"{result.RawWords / result.Elapsed.TotalSeconds:N0} words/s, loss {result.EpochLosses[^1]:F3}");

        WordVectors vectors = model.ToWordVectors();
        foreach (WordNeighbour neighbour in vectors.MostSimilar("the", count: 5))
            Console.WriteLine($"{neighbour.Word} {neighbour.Score:F3}");

        WordVectorsFile.WriteBinary("vectors.bin", vectors);
        // end

        Assert.Equal(6, _output.ToString().TrimEnd('\r', '\n').Split(Environment.NewLine).Length);
        Assert.InRange(result.EpochLosses[^1], 0.5, 6 * Math.Log(2));
        Assert.Equal(vectors.Words, WordVectorsFile.Load("vectors.bin").Words);
    }

    [Fact]
    public void Layers()
    {
        // README: layers
        ParameterLayout layout = new();
        Lstm lstm = new(layout, "lstm", inputSize: 1, hiddenSize: 16);
        Linear output = new(layout, "output", inputSize: 16, outputSize: 1);
        ParameterBuffer parameters = new(layout);
        GradientBuffer gradients = new(layout);
        Adam adam = new(layout);
        parameters.Initialize(seed: 1);
        Philox random = new(seed: 1);

        const int T = 20, B = 8;                                                                  // steps, rows
        RecurrentTape tape = lstm.CreateTape(maxSteps: T, maxBatch: B);
        Tensor x = new(T, B, 1), target = new(T * B, 1), y = new(T * B, 1), dHidden = new(T, B, 16);

        for (int step = 0; step < 300; step++)
        {
            for (int b = 0; b < B; b++)                                // eight sines: from each value to the next one
            {
                double phase = 6.28 * random.NextDouble();
                for (int t = 0; t < T; t++)
                {
                    x.AsSequence()[t][b, 0] = (float)Math.Sin(phase + (0.4 * t));
                    target.AsMatrix()[(t * B) + b, 0] = (float)Math.Sin(phase + (0.4 * (t + 1)));
                }
            }

            gradients.Clear();    // Backward adds to them
            lstm.Forward(parameters, x.AsSequence(), default, Mode.Training(seed: 1, (ulong)step), tape);
            output.Forward(parameters, tape.Output.Flattened, y.AsMatrix());
            LossSum loss = MeanSquaredError.ForwardBackward(y.AsMatrix(), target.AsMatrix(), y.AsMatrix());   // y becomes dY
            output.Backward(parameters, tape.Output.Flattened, y.AsMatrix(), gradients, dHidden.AsSequence().Flattened);
            lstm.Backward(parameters, x.AsSequence(), dHidden.AsSequence(), tape, gradients, default);
            GradientClipping.ByGlobalNorm(gradients, maxNorm: 5);
            adam.Step(parameters, gradients, learningRate: 1e-2f);
            if (step % 50 == 0 || step == 299)
                Console.WriteLine($"step {step}: loss {loss.Mean:F5}");
        }
        // end

        double[] losses = [.. _output.ToString().TrimEnd('\r', '\n').Split(Environment.NewLine)
            .Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.CurrentCulture))];
        Assert.Equal(7, losses.Length);
        Assert.InRange(losses[0], 0.2, 2);            // about the mean square of a sine, 0.5
        Assert.True(losses[^1] < losses[0] / 50, $"losses {string.Join(", ", losses)}");
    }

    [Fact]
    public void Onnx()
    {
        CharRnnModel model = new(Vocabulary.FromText("abc"), new CharRnnOptions { HiddenSize = 4 });
        ParameterLayout layout = new();
        Lstm lstm = new(layout, "lstm", inputSize: 3, hiddenSize: 16);
        Linear output = new(layout, "output", inputSize: 16, outputSize: 1);
        ParameterBuffer parameters = new(layout);

        // README: onnx
        model.ExportOnnx("model.onnx");                  // a CharRnnModel; its vocabulary is in the metadata

        OnnxNetwork net = new(parameters);               // layers of your own (Rnn.Core.Serialization.Onnx)
        OnnxState state = net.State(lstm);               // inputs h0, c0
        OnnxValue hidden = net.Add(lstm, net.Numbers("x", width: 3), ref state);
        net.Output("y", net.Add(output, hidden));
        net.Output(state);                               // outputs hn, cn
        net.Write("layers.onnx");
        // end

        Assert.Equal("logits float [steps, batch, 3]", new OnnxFile(File.ReadAllBytes("model.onnx")).Outputs[0]);
        Assert.Equal("y float [steps, batch, 1]", new OnnxFile(File.ReadAllBytes("layers.onnx")).Outputs[0]);
    }
}
