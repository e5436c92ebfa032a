using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CsCheck;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Onnx;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>Exported networks, run by an interpreter of ONNX's definitions, compute what ours do.</summary>
public class OnnxPropertyTests
{
    private const string Seed = "0000KOIa2Nf3";
    private const int Words = 7;

    private static readonly Gen<RecurrentCell> s_cell = Gen.Enum<RecurrentCell>();

    // As PyTorch has it: all layers alike.
    private static readonly Gen<(RecurrentCell, bool)[]> s_alike =
        Gen.Select(s_cell, Gen.Bool, Gen.Int[1, 3],
            (cell, both, layers) => Enumerable.Repeat((cell, both), layers).ToArray());

    private static readonly Gen<(RecurrentCell, bool)[]> s_mixed = Gen.Select(s_cell, Gen.Bool).Array[1, 3];

    private enum Input
    {
        Numbers,
        OneHot,
        Embedding,
    }

    private enum Pooling
    {
        None,
        Last,
        Mean,
        Max,
        Hidden,
    }

    private enum Head
    {
        None,
        Linear,
        LinearWithoutBias,
        Softmax,
        Tied,
    }

    private enum Function
    {
        None,
        Sigmoid,
        Tanh,
        Relu,
        Softmax,
        LogSoftmax,
    }

    [Fact]
    public void ComputesTheSameAndCarriesItsState() => Check(s_alike);

    [Fact]
    public void LayersNeedNotBeAlike() => Check(s_mixed);

    private static void Check(Gen<(RecurrentCell Cell, bool Both)[]> layers) =>
        Gen.Select(layers, Gen.Enum<Input>(), Gen.Select(Gen.Enum<Pooling>(), Gen.Enum<Head>(), Gen.Enum<Function>()),
            Gen.Select(Gen.Bool, Gen.Bool), Gen.Select(Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[1, 4]), Gen.UInt[0, 1000])
            .Sample((levels, input, above, choices, sizes, seed) =>
                new Network(levels, input, above, sizes, choices.Item1, seed).Compare(isRagged: choices.Item2),
                iter: 200, seed: Seed, threads: 1);

    /// <summary>Input -> recurrent layers -> pooling -> head -> function, here and as a file.</summary>
    private sealed class Network
    {
        private readonly Input _input;
        private readonly (Pooling Pooling, Head Head, Function Function) _above;
        private readonly (RecurrentCell Cell, bool Both)[] _levels;
        private readonly int _batch;
        private readonly uint _seed;
        private readonly Embedding? _embedding;
        private readonly RecurrentStack _stack;
        private readonly Linear? _linear;
        private readonly SoftmaxHead? _softmax;
        private readonly ParameterBuffer _p;

        public Network((RecurrentCell Cell, bool Both)[] levels, Input input,
            (Pooling Pooling, Head Head, Function Function) above, (int Features, int Units, int Batch) sizes,
            bool twoBiases, uint seed)
        {
            (_levels, _input, _above, _batch, _seed) = (levels, input, above, sizes.Batch, seed);
            int features = sizes.Features, width = sizes.Units * (levels[^1].Both ? 2 : 1);
            if (above.Head == Head.Tied)
                (_input, features) = (Input.Embedding, width);

            ParameterLayout layout = new();
            if (_input == Input.Embedding)
                _embedding = new Embedding(layout, "embedding", Words, features, SlotStorage.Dense);

            _stack = Stack(layout, levels, features, sizes.Units, twoBiases);
            _linear = above.Head is Head.Linear or Head.LinearWithoutBias
                ? new Linear(layout, "fc", width, 3, bias: above.Head == Head.Linear) : null;
            _softmax = above.Head switch
            {
                Head.Softmax => new SoftmaxHead(layout, "head", width, 5, bias: false),
                Head.Tied => new SoftmaxHead(layout, "head", _embedding!.Table),
                _ => null,
            };
            _p = TestNumbers.Parameters(layout, seed, 0.5f);
        }

        public void Compare(bool isRagged)
        {
            OnnxFile file = Export(isRagged);
            RecurrentState state = _stack.CreateState(_batch);
            for (int part = 0; part < state.Count; part++)
                TestNumbers.Uniform(state[part].Span.Length, _seed, 10 + (ulong)part).CopyTo(state[part].Span);

            foreach (int steps in new[] { 4, 1, 2 })
            {
                int[] lengths = isRagged
                    ? [.. TestNumbers.Indices(_batch, steps, _seed, 50 + (ulong)steps).Select(length => length + 1)]
                    : [.. Enumerable.Repeat(steps, _batch)];
                (OnnxTensor h, OnnxTensor? c) = StateOf(state);
                (OnnxTensor x, OnnxTensor y) = Ours(state, lengths, steps);
                List<(string, OnnxTensor)> inputs = [("x", x), ("h0", h)];
                if (c is not null)
                    inputs.Add(("c0", c));

                if (isRagged)
                    inputs.Add(("lengths", OnnxTensor.Of([_batch], lengths)));

                Dictionary<string, OnnxTensor> outputs = OnnxInterpreter.Run(file, [.. inputs]);
                Same(y, outputs["y"]);
                (h, c) = StateOf(state);
                Same(h, outputs["hn"]);
                Assert.Equal(c is null, !outputs.ContainsKey("cn"));
                if (c is not null)
                    Same(c, outputs["cn"]);
            }
        }

        private OnnxFile Export(bool isRagged)
        {
            OnnxNetwork net = new(_p);
            OnnxValue x = _input == Input.Numbers ? net.Numbers("x", _stack.InputSize) : net.Indices("x");
            OnnxState state = net.State(_stack);
            OnnxValue? lengths = isRagged ? net.Lengths("lengths") : null;
            if (_input != Input.Numbers)
                x = _embedding is null ? net.OneHot(x, _stack.InputSize) : net.Add(_embedding, x);

            OnnxValue y = net.Add(new Dropout("output", 0.5), net.Add(_stack, x, ref state, lengths));
            y = _above.Pooling switch
            {
                Pooling.Last => net.Last(y, lengths),
                Pooling.Mean => net.Mean(y, lengths),
                Pooling.Max => net.Max(y, lengths),
                Pooling.Hidden => net.Hidden(state, _levels.Length - 1),
                _ => y,
            };
            y = _linear is not null ? net.Add(_linear, y) : _softmax is not null ? net.Add(_softmax, y) : y;
            y = _above.Function switch
            {
                Function.Sigmoid => net.Sigmoid(y),
                Function.Tanh => net.Tanh(y),
                Function.Relu => net.Relu(y),
                Function.Softmax => net.Softmax(y),
                Function.LogSoftmax => net.LogSoftmax(y),
                _ => y,
            };
            net.Output("y", y);
            net.Output(state);
            using MemoryStream stream = new();
            OnnxSignature signature = net.Write(stream);
            OnnxFile file = new(stream.ToArray());
            Assert.Equal(signature.Inputs, file.Inputs);
            Assert.Equal(signature.Outputs, file.Outputs);
            return file;
        }

        private (OnnxTensor X, OnnxTensor Y) Ours(RecurrentState state, int[] lengths, int steps)
        {
            int rows = steps * _batch, features = _stack.InputSize;
            float[] numbers = TestNumbers.Uniform(rows * features, _seed, (ulong)steps);
            int[] indices = TestNumbers.Indices(rows, _embedding?.VocabularySize ?? features, _seed, (ulong)steps);
            if (_input == Input.Numbers)
            {
                for (int row = 0; row < rows; row++)
                {
                    if (row / _batch >= lengths[row % _batch])
                        numbers.AsSpan(row * features, features).Fill(float.NaN);
                }
            }
            else
            {
                _embedding?.Forward(_p, indices, new MatrixView(numbers, rows, features));
            }

            RecurrentTape tape = _stack.CreateTape(steps, _batch, TapeUse.Inference);
            RecurrentInput x = _input == Input.OneHot
                ? RecurrentInput.OneHot(indices, steps, _batch, features)
                : new ReadOnlySequenceView(numbers, steps, _batch, features);
            _stack.Forward(_p, x, lengths, state, Mode.Inference, tape);
            OnnxTensor y = Pooled(new OnnxTensor([steps, _batch, _stack.OutputSize],
                TestNumbers.ToDouble(tape.Output.Span)), state, lengths);
            return (_input == Input.Numbers
                ? OnnxTensor.Of([steps, _batch, features], numbers)
                : OnnxTensor.Of([steps, _batch], indices), Applied(WithHead(y)));
        }

        // NaN is what isn't compared: the outputs past a row's length.
        private OnnxTensor Pooled(OnnxTensor y, RecurrentState state, int[] lengths)
        {
            int width = _stack.OutputSize, steps = (int)y.Shape[0];
            if (_above.Pooling == Pooling.None)
            {
                return y with
                {
                    Data = [.. y.Data.Select((value, i) =>
                        i / width / _batch < lengths[i / width % _batch] ? value : double.NaN)],
                };
            }

            double[] pooled = new double[_batch * width];
            for (int i = 0; i < pooled.Length; i++)
            {
                int row = i / width, col = i % width, half = width / (_levels[^1].Both ? 2 : 1);
                double[] own = [.. Enumerable.Range(0, lengths[row]).Select(t => y.Data[(t * pooled.Length) + i])];
                pooled[i] = _above.Pooling switch
                {
                    Pooling.Last => own[^1],
                    Pooling.Mean => own.Average(),
                    Pooling.Max => own.Max(),
                    _ => state.Hidden(_levels.Length - 1, backwards: col >= half)[row, col % half],
                };
            }

            return new OnnxTensor([_batch, width], pooled);
        }

        private OnnxTensor WithHead(OnnxTensor x)
        {
            int wide = _linear?.OutputSize ?? _softmax?.Vocabulary ?? 0;
            if (wide == 0)
                return x;

            int rows = x.Data.Length / (int)x.Shape[^1];
            float[] numbers = [.. x.Data.Select(value => (float)value)], y = new float[rows * wide];
            ReadOnlyMatrixView from = new(numbers, rows, numbers.Length / rows);
            _linear?.Forward(_p, from, new MatrixView(y, rows, wide));
            _softmax?.Logits(_p, from, new MatrixView(y, rows, wide));
            return OnnxTensor.Of([.. x.Shape[..^1], wide], y);
        }

        private OnnxTensor Applied(OnnxTensor x)
        {
            int width = (int)x.Shape[^1];
            return x with { Data = [.. x.Data.Select(Apply)] };

            double Apply(double value, int i) => _above.Function switch
            {
                Function.Sigmoid => 1 / (1 + Math.Exp(-value)),
                Function.Tanh => Math.Tanh(value),
                Function.Relu => Math.Max(0, value),
                Function.Softmax => Math.Exp(value) / Sum(i / width),
                Function.LogSoftmax => value - Math.Log(Sum(i / width)),
                _ => value,
            };

            double Sum(int row) => x.Data.Skip(row * width).Take(width).Sum(Math.Exp);
        }

        // The state's matrices are h, or h and c, of every cell.
        private (OnnxTensor H, OnnxTensor? C) StateOf(RecurrentState state)
        {
            List<double> h = [], c = [];
            int part = 0, units = state[0].Cols;
            foreach ((RecurrentCell cell, bool both) in _levels)
            {
                for (int direction = 0; direction < (both ? 2 : 1); direction++)
                {
                    h.AddRange(TestNumbers.ToDouble(state[part++].Span));
                    if (cell == RecurrentCell.Lstm)
                        c.AddRange(TestNumbers.ToDouble(state[part++].Span));
                }
            }

            return (Tensor(h), c.Count == 0 ? null : Tensor(c));

            OnnxTensor Tensor(List<double> values) =>
                new([values.Count / (_batch * units), _batch, units], [.. values]);
        }
    }

    private static RecurrentStack Stack(ParameterLayout layout, (RecurrentCell Cell, bool Both)[] levels, int features,
        int units, bool twoBiases)
    {
        List<SequenceLayer> layers = [];
        foreach ((RecurrentCell cell, bool both) in levels)
        {
            int size = layers.Count == 0 ? features : layers[^1].OutputSize, level = layers.Count;
            RecurrentCellLayer forwards = Cell($"_l{level}");
            layers.Add(both ? new Bidirectional($"both{level}", forwards, Cell($"_l{level}_reverse")) : forwards);

            RecurrentCellLayer Cell(string suffix) => RecurrentStack.CreateCell(layout, "rnn", cell, size, units,
                new RecurrentOptions { TwoBiases = twoBiases, Suffix = suffix });
        }

        return new RecurrentStack("stack", layers, dropout: 0.5);
    }

    private static void Same(OnnxTensor expected, OnnxTensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        for (int i = 0; i < expected.Data.Length; i++)
        {
            double value = expected.Data[i], limit = 1e-6 * (1 + Math.Abs(value));   // a relu has no bound
            if (!double.IsNaN(value))
                Assert.InRange(actual.Data[i], value - limit, value + limit);
        }
    }
}
