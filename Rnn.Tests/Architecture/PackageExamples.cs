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
using Rnn.Core.Serialization.Safetensors;
using Rnn.Core.Tensors;
using Rnn.Models.CharRnn;
using Rnn.Models.Corpora;
using Rnn.Models.Embeddings;
using Rnn.Models.Text;
using Rnn.Models.Text.Words;
using Rnn.Models.Word2Vec;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>
/// The programs of the packages' PACKAGE.md, as <see cref="ReadmeExamples"/> are the README's (<see
/// cref="PackageTests"/>).
/// </summary>
[Collection("Alone")]
public sealed class PackageExamples : DocumentExamples
{
    [Fact]
    public void Core()
    {
        // README: core package
        ParameterLayout layout = new();
        RecurrentStack gru = RecurrentStack.Create(layout, "gru", RecurrentCell.Gru, inputSize: 3, hiddenSize: 16, layers: 2);
        Linear output = new(layout, "output", inputSize: 16, outputSize: 1);
        ParameterBuffer parameters = new(layout);
        parameters.Initialize(seed: 1);

        Tensor x = new(20, 8, 3), y = new(20 * 8, 1);                 // steps, sequences, numbers: time first
        RecurrentTape tape = gru.CreateTape(maxSteps: 20, maxBatch: 8, TapeUse.Inference);
        RecurrentState state = gru.CreateState(batch: 8);             // zeros, then what the last step left
        gru.Forward(parameters, x.AsSequence(), default, state, Mode.Inference, tape);
        output.Forward(parameters, tape.Output.Flattened, y.AsMatrix());

        StateDict.Save("model.safetensors", parameters);              // load_state_dict of PyTorch reads it

        OnnxNetwork net = new(parameters);                            // ONNX Runtime and other engines run it
        net.Output("y", net.Add(output, net.Add(gru, net.Numbers("x", width: 3))));
        net.Write("model.onnx");
        // end

        Assert.DoesNotContain(0f, y.Span.ToArray());
        Assert.True(SafetensorsReader.Open("model.safetensors").Contains("gru.weight_hh_l1"));
        Assert.Equal("y float [steps, batch, 1]", new OnnxFile(File.ReadAllBytes("model.onnx")).Outputs[0]);
    }

    [Fact]
    public void CoreTraining()
    {
        // README: core package: training
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

        double[] losses = [.. Output.TrimEnd('\r', '\n').Split(Environment.NewLine)
            .Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.CurrentCulture))];
        Assert.Equal(7, losses.Length);
        Assert.InRange(losses[0], 0.2, 2);            // about the mean square of a sine, 0.5
        Assert.True(losses[^1] < losses[0] / 50, $"losses {string.Join(", ", losses)}");
    }

    [Fact]
    public void Words()
    {
        string path = Write("words.txt", Encoding.UTF8.GetBytes(string.Concat(
            WordClassCorpus.Generate(seed: 1, sentences: 2000).Select(words => string.Join(' ', words) + "\n"))));
        Train();
        Assert.Equal(5, Output.TrimEnd().Split('\n').Length);

        void Train()
        {
            // README: models package: words
            using WordCorpus corpus = WordCorpus.FromFile(path);
            Word2VecModel words = new(corpus.Vocabulary, new Word2VecOptions { Dimensions = 100, Epochs = 5, Seed = 1 });
            words.Train(corpus);
            WordVectors vectors = words.ToWordVectors();
            foreach (WordNeighbour neighbour in vectors.MostSimilar("the", count: 5))
                Console.WriteLine($"{neighbour.Word} {neighbour.Score:F3}");
            // end
        }
    }

    [Fact]
    public void Characters()
    {
        string path = Write("text.txt",
            [.. Enumerable.Repeat("The cat sat on the mat. "u8.ToArray(), 700).SelectMany(line => line)]);

        // README: models package: characters
        string text = File.ReadAllText(path);
        CharRnnModel model = new(Vocabulary.FromText(text), new CharRnnOptions { HiddenSize = 128, Layers = 1, Dropout = 0 });
        model.Train(text, new CharRnnTrainingOptions { BatchSize = 16, SequenceLength = 50 });
        model.Save("model.safetensors");
        Console.WriteLine(CharRnnModel.Load("model.safetensors").Generate("The ", 200, seed: 7));
        // end

        Assert.Equal(200, Output.TrimEnd('\r', '\n').Length);
    }
}
