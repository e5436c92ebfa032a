using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Xunit;
using static Rnn.Tests.Golden.PyTorchNumbers;

namespace Rnn.Tests.Golden;

/// <summary>
/// Outputs, final states and all gradients as PyTorch 1.13 computes them, from numbers that anybody can type again:
/// parameter number n is 0.5*sin(100n + k), k the index in PyTorch's order. Parameters come in, and gradients go out, as state
/// dicts. The script is at the end of this file; what it printed is pytorch.txt.
/// </summary>
public class PyTorchTests
{
    private const int T = 5, B = 3, I = 2, H = 4;
    private static readonly int[] s_ragged = [3, 5, 1];
    private static readonly Dictionary<string, Dictionary<string, float[]>> s_golden = Read("pytorch.txt");

    [Fact]
    public void Linear()
    {
        const int n = 5, inputs = 3, outputs = 4;
        ParameterLayout layout = new();
        Linear layer = new(layout, "m", inputs, outputs);
        ParameterBuffer p = Load(layout);
        float[] x = Fill(Math.Cos, n * inputs, 1), dY = Fill(Math.Sin, n * outputs, 1, 7);
        float[] y = new float[n * outputs], dX = new float[n * inputs];
        GradientBuffer g = new(layout);
        layer.Forward(p, new ReadOnlyMatrixView(x, n, inputs), new MatrixView(y, n, outputs));
        layer.Backward(p, new ReadOnlyMatrixView(x, n, inputs), new ReadOnlyMatrixView(dY, n, outputs), g,
            new MatrixView(dX, n, inputs));
        Dictionary<string, float[]> golden = s_golden["linear"];
        Near(golden["y"], y, "y");
        Near(golden["dx"], dX, "dX");
        CheckParameters(golden, g);
    }

    [Fact]
    public void Embedding()
    {
        const int vocabulary = 6, size = 3;
        int[] indices = [4, 1, 4, 0];
        ParameterLayout layout = new();
        Embedding layer = new(layout, "m", vocabulary, size, SlotStorage.Dense);
        ParameterBuffer p = Load(layout);
        float[] y = new float[indices.Length * size];
        GradientBuffer g = new(layout);
        layer.Forward(p, indices, new MatrixView(y, indices.Length, size));
        layer.Backward(indices, new ReadOnlyMatrixView(Fill(Math.Sin, y.Length, 1, 7), indices.Length, size), g);
        Near(s_golden["embedding"]["y"], y, "y");
        CheckParameters(s_golden["embedding"], g);
    }

    [Theory]
    [InlineData("lstm", RecurrentCell.Lstm, 1, false)]
    [InlineData("lstm", RecurrentCell.Lstm, 1, false, false)]
    [InlineData("lstm, 2 layers, both directions, ragged", RecurrentCell.Lstm, 2, true)]
    [InlineData("lstm, 2 layers, both directions, ragged", RecurrentCell.Lstm, 2, true, false)]
    [InlineData("gru", RecurrentCell.Gru, 1, false)]
    [InlineData("gru, 2 layers, both directions, ragged", RecurrentCell.Gru, 2, true)]
    [InlineData("rnn tanh, ragged", RecurrentCell.RnnTanh, 1, false)]
    [InlineData("rnn tanh, ragged", RecurrentCell.RnnTanh, 1, false, false)]
    [InlineData("rnn relu", RecurrentCell.RnnRelu, 1, false)]
    public void Recurrent(string name, RecurrentCell cell, int layers, bool bidirectional, bool twoBiases = true)
    {
        Dictionary<string, float[]> golden = s_golden[name];
        int[] lengths = name.EndsWith("ragged", StringComparison.Ordinal) ? s_ragged : [];
        ParameterLayout layout = new();
        RecurrentStack layer = RecurrentStack.Create(layout, "m", cell, I, H, layers, bidirectional: bidirectional,
            options: new() { TwoBiases = twoBiases });
        ParameterBuffer p = Load(layout);
        float[] x = Fill(Math.Cos, T * B * I, 1), dX = new float[T * B * I];
        float[] dY = Fill(Math.Sin, T * B * layer.OutputSize, 1, 7);
        MaskPastLengths(dY, lengths, layer.OutputSize);
        RecurrentState state = layer.CreateState(B), dState = layer.CreateState(B);
        int kinds = cell == RecurrentCell.Lstm ? 2 : 1, cells = state.Count / kinds;
        for (int kind = 0; kind < kinds; kind++)
        {
            float[] initial = Fill(Math.Cos, cells * B * H, 0.5, kind == 0 ? 50 : 70);
            float[] dFinal = Fill(Math.Sin, cells * B * H, 1, 9 + kind);
            for (int i = 0; i < cells; i++)
            {
                initial.AsSpan(i * B * H, B * H).CopyTo(state[(i * kinds) + kind].Span);
                dFinal.AsSpan(i * B * H, B * H).CopyTo(dState[(i * kinds) + kind].Span);
            }
        }

        RecurrentTape tape = layer.CreateTape(T, B);
        GradientBuffer g = new(layout);
        layer.Forward(p, new ReadOnlySequenceView(x, T, B, I), lengths, state, Mode.Inference, tape);
        layer.Backward(p, new ReadOnlySequenceView(x, T, B, I), new ReadOnlySequenceView(dY, T, B, layer.OutputSize),
            dState, tape, g, new SequenceView(dX, T, B, I));

        float[] y = tape.Output.Span.ToArray();
        MaskPastLengths(y, lengths, layer.OutputSize);
        Near(golden["y"], y, "y");
        Near(golden["dx"], dX, "dX");
        for (int kind = 0; kind < kinds; kind++)
        {
            Near(golden[$"end{kind}"], Join(state, kinds, kind), $"final state {kind}");
            Near(golden[$"dstart{kind}"], Join(dState, kinds, kind), $"gradient of initial state {kind}");
        }

        CheckParameters(golden, g);
    }

    private static void CheckParameters(Dictionary<string, float[]> golden, GradientBuffer g)
    {
        List<(string Name, float[] Values)> gradients = Gradients(g);
        Assert.Equal(golden.Keys.Count(key => key.StartsWith("d ", StringComparison.Ordinal)), gradients.Count);
        foreach ((string name, float[] values) in gradients)
        {
            string key = "d " + name[(name.IndexOf('.') + 1)..];
            Near(golden[key], values, key);
        }
    }

    /// <summary>Past a row's length PyTorch writes 0, and the layers here repeat the last state.</summary>
    private static void MaskPastLengths(float[] sequence, int[] lengths, int features)
    {
        for (int b = 0; b < lengths.Length; b++)
        {
            for (int t = lengths[b]; t < T; t++)
                sequence.AsSpan(((t * B) + b) * features, features).Clear();
        }
    }

    private static float[] Join(RecurrentState state, int kinds, int kind)
    {
        List<float> all = [];
        for (int part = kind; part < state.Count; part += kinds)
            all.AddRange(state[part].Span);

        return [.. all];
    }
}

/*
import numpy as np, torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

def fill(f, shape, scale, shift=0):        # scale*f(shift + k), k the index in row-major order
    k = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    return torch.tensor((scale * f(shift + k)).astype(np.float32)).requires_grad_()

def load(module):                          # parameter number n: 0.5*sin(100n + k)
    for n, p in enumerate(module.parameters()):
        p.data = fill(np.sin, p.shape, 0.5, 100 * n).detach()

def show(name, pairs):
    print("#", name)
    for key, value in pairs:
        print(key, *("%.8g" % v for v in value.detach().numpy().ravel()))

def recurrent(name, kind, lengths=None, T=5, B=3, I=2, H=4, **options):
    m = kind(I, H, **options)
    load(m)
    d = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
    x = fill(np.cos, (T, B, I), 1)
    state = [fill(np.cos, (d, B, H), 0.5, s) for s in ((50, 70) if kind is nn.LSTM else (50,))]
    given = tuple(state) if kind is nn.LSTM else state[0]
    if lengths:
        y, end = m(pack_padded_sequence(x, lengths, enforce_sorted=False), given)
        y = pad_packed_sequence(y, total_length=T)[0]
    else:
        y, end = m(x, given)
    end = end if kind is nn.LSTM else (end,)
    loss = (y * fill(np.sin, y.shape, 1, 7)).sum()
    for n, e in enumerate(end):
        loss = loss + (e * fill(np.sin, e.shape, 1, 9 + n)).sum()
    loss.backward()
    show(name, [("y", y)] + [("end%d" % n, e) for n, e in enumerate(end)] + [("dx", x.grad)]
         + [("dstart%d" % n, s.grad) for n, s in enumerate(state)]
         + [("d " + n, p.grad) for n, p in m.named_parameters()])

linear, x = nn.Linear(3, 4), fill(np.cos, (5, 3), 1)
load(linear)
y = linear(x)
(y * fill(np.sin, y.shape, 1, 7)).sum().backward()
show("linear", [("y", y), ("dx", x.grad)] + [("d " + n, p.grad) for n, p in linear.named_parameters()])
table = nn.Embedding(6, 3)
load(table)
y = table(torch.tensor([4, 1, 4, 0]))
(y * fill(np.sin, y.shape, 1, 7)).sum().backward()
show("embedding", [("y", y), ("d weight", table.weight.grad)])
recurrent("lstm", nn.LSTM)
recurrent("lstm, 2 layers, both directions, ragged", nn.LSTM, [3, 5, 1], num_layers=2, bidirectional=True)
recurrent("gru", nn.GRU)
recurrent("gru, 2 layers, both directions, ragged", nn.GRU, [3, 5, 1], num_layers=2, bidirectional=True)
recurrent("rnn tanh, ragged", nn.RNN, [3, 5, 1])
recurrent("rnn relu", nn.RNN, nonlinearity="relu")
*/
