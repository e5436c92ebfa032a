using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Normalization;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Xunit;
using static Rnn.Tests.Golden.PyTorchNumbers;

namespace Rnn.Tests.Golden;

/// <summary>
/// Outputs, weights and all gradients of a Transformer's layers as PyTorch 1.13 computes them in double, from numbers
/// that anybody can type again: parameter number n is 0.5*sin(100n + k), k the index in PyTorch's order. The script is
/// at the end of this file; what it printed is pytorch-transformer.txt.
/// </summary>
public class TransformerPyTorchTests
{
    private const int T = 3, S = 4, B = 3, E = 6, H = 2, F = 5;
    private const double Tolerance = 1e-5;   // a deep network
    private static readonly int[] s_ragged = [3, 4, 1];
    private static readonly Dictionary<string, Dictionary<string, float[]>> s_golden = Read("pytorch-transformer.txt");

    [Fact]
    public void LayerNormalisation()
    {
        Dictionary<string, float[]> golden = s_golden["layer norm"];
        ParameterLayout layout = new();
        LayerNorm layer = new(layout, "m", 4);
        ParameterBuffer p = Load(layout);
        GradientBuffer g = new(layout);
        float[] y = new float[20], dX = new float[20];
        LayerNormTape tape = layer.CreateTape(5);
        layer.Forward(p, new(Fill(Math.Cos, 20, 1), 5, 4), new(y, 5, 4), tape);
        layer.Backward(p, new(Fill(Math.Sin, 20, 1, 7), 5, 4), tape, g, new(dX, 5, 4));
        Check(golden, y, dX, g);
    }

    [Fact]
    public void CausalAttention()
    {
        Dictionary<string, float[]> golden = s_golden["attention, causal"];
        ParameterLayout layout = new();
        MultiHeadAttention layer = new(layout, "m", E, H);
        ParameterBuffer p = Load(layout);
        GradientBuffer g = new(layout);
        float[] x = Fill(Math.Cos, T * B * E, 1), y = new float[x.Length], dX = new float[x.Length];
        MultiHeadAttentionTape tape = layer.CreateTape(T, B);
        layer.Forward(p, new(x, T, B, E), [], isCausal: true, Mode.Inference, new(y, T, B, E), tape);
        layer.Backward(p, new(x, T, B, E), new(Fill(Math.Sin, x.Length, 1, 7), T, B, E), tape, g, new(dX, T, B, E));
        Check(golden, y, dX, g);
        CheckWeights(golden["weights"], tape.Weights);
    }

    [Fact]
    public void AttentionOverAMemory()
    {
        Dictionary<string, float[]> golden = s_golden["attention over a memory, ragged"];
        ParameterLayout layout = new();
        MultiHeadAttention layer = new(layout, "m", E, H);
        ParameterBuffer p = Load(layout);
        GradientBuffer g = new(layout);
        float[] x = Fill(Math.Cos, T * B * E, 1), memory = Fill(Math.Cos, S * B * E, 1, 50);
        float[] y = new float[x.Length], dX = new float[x.Length], dMemory = new float[memory.Length];
        MultiHeadAttentionTape tape = layer.CreateTape(T, B, S);
        layer.Forward(p, new(x, T, B, E), new(memory, S, B, E), s_ragged, Mode.Inference, new(y, T, B, E), tape);
        layer.Backward(p, new(x, T, B, E), new(memory, S, B, E), new(Fill(Math.Sin, x.Length, 1, 7), T, B, E), tape, g,
            new(dX, T, B, E), new(dMemory, S, B, E));
        Check(golden, y, dX, g);
        Near(golden["dmemory"], dMemory, "dMemory", Tolerance);
        CheckWeights(golden["weights"], tape.Weights);
    }

    [Theory]
    [InlineData("norm last", false)]
    [InlineData("norm first, final norm, gelu", true)]
    public void Encoder(string name, bool variant)
    {
        Dictionary<string, float[]> golden = s_golden[$"encoder, ragged, {name}"];
        ParameterLayout layout = new();
        TransformerEncoder layer = new(layout, "m", Options(variant));
        ParameterBuffer p = Load(layout);
        GradientBuffer g = new(layout);
        float[] x = Fill(Math.Cos, S * B * E, 1), dY = Fill(Math.Sin, x.Length, 1, 7), dX = new float[x.Length];
        TransformerTape tape = layer.CreateTape(S, B);
        layer.Forward(p, new(x, S, B, E), s_ragged, Mode.Inference, tape);
        float[] y = tape.Output.Span.ToArray();
        for (int i = 0; i < y.Length; i++)
        {
            if (i / (B * E) >= s_ragged[i / E % B])
                (y[i], dY[i]) = (0, float.NaN);
        }

        layer.Backward(p, new(x, S, B, E), new(dY, S, B, E), tape, g, new(dX, S, B, E));
        Check(golden, y, dX, g);
    }

    [Theory]
    [InlineData("norm last", false)]
    [InlineData("norm first, final norm, gelu", true)]
    public void Decoder(string name, bool variant)
    {
        Dictionary<string, float[]> golden = s_golden[$"decoder, ragged, {name}"];
        ParameterLayout layout = new();
        TransformerDecoder layer = new(layout, "m", Options(variant));
        ParameterBuffer p = Load(layout);
        GradientBuffer g = new(layout);
        float[] x = Fill(Math.Cos, T * B * E, 1), memory = Fill(Math.Cos, S * B * E, 1, 50);
        float[] dX = new float[x.Length], dMemory = new float[memory.Length];
        TransformerTape tape = layer.CreateTape(T, B, S);
        layer.Forward(p, new(x, T, B, E), new(memory, S, B, E), s_ragged, Mode.Inference, tape);
        float[] y = tape.Output.Span.ToArray();
        layer.Backward(p, new(x, T, B, E), new(memory, S, B, E), new(Fill(Math.Sin, x.Length, 1, 7), T, B, E), tape, g,
            new(dX, T, B, E), new(dMemory, S, B, E));
        Check(golden, y, dX, g);
        Near(golden["dmemory"], dMemory, "dMemory", Tolerance);
    }

    private static TransformerOptions Options(bool variant) => new()
    {
        Size = E,
        Heads = H,
        Layers = 2,
        FeedForwardSize = F,
        Dropout = 0,
        AttentionDropout = 0,
        NormFirst = variant,
        FinalNorm = variant,
        Activation = variant ? TransformerActivation.Gelu : TransformerActivation.Relu,
    };

    private static void Check(Dictionary<string, float[]> golden, float[] y, float[] dX, GradientBuffer g)
    {
        Near(golden["y"], y, "y", Tolerance);
        Near(golden["dx"], dX, "dX", Tolerance);
        List<(string Name, float[] Values)> gradients = Gradients(g);
        Assert.Equal(golden.Keys.Count(key => key.StartsWith("d ", StringComparison.Ordinal)), gradients.Count);
        foreach ((string name, float[] values) in gradients)
        {
            string key = "d " + name[(name.IndexOf('.') + 1)..];
            Near(golden[key], values, key, Tolerance);
        }
    }

    /// <summary>[B, H, T, S].</summary>
    private static void CheckWeights(float[] golden, ReadOnlyMatrixBatchView weights)
    {
        List<float> all = [];
        for (int i = 0; i < weights.Count; i++)
        {
            for (int row = 0; row < weights.Rows; row++)
                all.AddRange(weights[i].Row(row));
        }

        Near(golden, [.. all], "weights", Tolerance);
    }
}

/*
import numpy as np, torch
from torch import nn
torch.set_default_dtype(torch.float64)

def fill(f, shape, scale, shift=0):        # scale*f(shift + k), k the index in row-major order, as a float
    k = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    return torch.tensor((scale * f(shift + k)).astype(np.float32).astype(np.float64)).requires_grad_()

def load(module):                          # parameter number n: 0.5*sin(100n + k)
    for n, p in enumerate(module.parameters()):
        p.data = fill(np.sin, p.shape, 0.5, 100 * n).detach()

def show(name, module, inputs, y, more=()):
    (y * fill(np.sin, y.shape, 1, 7)).sum().backward()
    print("#", name)
    for key, value in [("y", y)] + [("d" + n, x.grad) for n, x in inputs] + list(more) \
            + [("d " + n, p.grad) for n, p in module.named_parameters()]:
        print(key, *("%.8g" % v for v in value.detach().numpy().ravel()))

def past(lengths, steps):                  # True past a row's length
    return torch.tensor([[t >= n for t in range(steps)] for n in lengths])

def live(y, lengths):                      # [T, B, E], 0 past the lengths
    return y * ~past(lengths, y.shape[0]).t()[:, :, None]

T, S, B, E, H, F = 3, 4, 3, 6, 2, 5
ragged = [3, 4, 1]
causal = torch.triu(torch.ones(T, T, dtype=bool), 1)
x, memory, long = (lambda: fill(np.cos, (T, B, E), 1)), (lambda: fill(np.cos, (S, B, E), 1, 50)), (lambda: fill(np.cos, (S, B, E), 1))

m, a = nn.LayerNorm(4), fill(np.cos, (5, 4), 1)
load(m)
show("layer norm", m, [("x", a)], m(a))
m, a = nn.MultiheadAttention(E, H), x()
load(m)
y, w = m(a, a, a, attn_mask=causal, average_attn_weights=False)
show("attention, causal", m, [("x", a)], y, [("weights", w)])
m, a, b = nn.MultiheadAttention(E, H), x(), memory()
load(m)
y, w = m(a, b, b, key_padding_mask=past(ragged, S), average_attn_weights=False)
show("attention over a memory, ragged", m, [("x", a), ("memory", b)], y, [("weights", w)])
for name, first, final, f in [("norm last", False, False, "relu"), ("norm first, final norm, gelu", True, True, "gelu")]:
    o = dict(dropout=0, activation=f, norm_first=first)
    m, a = nn.TransformerEncoder(nn.TransformerEncoderLayer(E, H, F, **o), 2, nn.LayerNorm(E) if final else None), long()
    load(m)
    show("encoder, ragged, " + name, m, [("x", a)], live(m(a, src_key_padding_mask=past(ragged, S)), ragged))
    m, a, b = nn.TransformerDecoder(nn.TransformerDecoderLayer(E, H, F, **o), 2, nn.LayerNorm(E) if final else None), x(), memory()
    load(m)
    show("decoder, ragged, " + name, m, [("x", a), ("memory", b)],
         m(a, b, tgt_mask=causal, memory_key_padding_mask=past(ragged, S)))
*/
