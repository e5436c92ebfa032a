using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Xunit;
using static Rnn.Tests.Golden.PyTorchNumbers;

namespace Rnn.Tests.Golden;

/// <summary>
/// Outputs, weights and all gradients of attention and of decoders as PyTorch 1.13 computes them in double, from
/// numbers that anybody can type again: parameter number n is 0.5*sin(100n + k), k the index in PyTorch's order. The
/// script is at the end of this file; what it printed is pytorch-attention.txt.
/// </summary>
public class AttentionPyTorchTests
{
    private const int T = 3, B = 3, S = 4, E = 2, H = 5, M = 5, A = 6;
    private static readonly int[] s_lengths = [3, 4, 1];
    private static readonly Dictionary<string, Dictionary<string, float[]>> s_golden = Read("pytorch-attention.txt");

    [Theory]
    [InlineData("dot", AttentionScore.Dot)]
    [InlineData("scaled dot", AttentionScore.ScaledDot)]
    [InlineData("general", AttentionScore.General)]
    [InlineData("additive", AttentionScore.Additive)]
    public void Attention(string name, AttentionScore score)
    {
        Dictionary<string, float[]> golden = s_golden[name];
        ParameterLayout layout = new();
        GlobalAttention layer = Create(layout, score);
        ParameterBuffer p = Load(layout);
        GradientBuffer g = new(layout);
        float[] queries = Fill(Math.Cos, T * B * H, 1, 30), dQueries = new float[queries.Length];
        float[] y = new float[T * B * M], dMemory = new float[S * B * M];
        ReadOnlySequenceView memory = new(Fill(Math.Cos, S * B * M, 1), S, B, M), q = new(queries, T, B, H);
        ReadOnlySequenceView dY = new(Fill(Math.Sin, y.Length, 1, 7), T, B, M);
        GlobalAttentionTape tape = layer.CreateTape(T, B, S);
        layer.Begin(p, memory, s_lengths, T, tape);
        for (int t = 0; t < T; t++)
            layer.ForwardStep(p, t, q[t], memory, tape, new SequenceView(y, T, B, M)[t]);

        layer.BeginBackward(tape);
        for (int t = T - 1; t >= 0; t--)
            layer.BackwardStep(p, t, memory, dY[t], tape, new SequenceView(dQueries, T, B, H)[t]);

        layer.EndBackward(p, q, memory, tape, g, new SequenceView(dMemory, S, B, M));
        Near(golden["y"], y, "y");
        Near(golden["weights"], [.. Enumerable.Range(0, T).SelectMany(t => tape.Weights(t).Span.ToArray())], "weights");
        Near(golden["dmemory"], dMemory, "dMemory");
        Near(golden["dqueries"], dQueries, "dQueries");
        CheckParameters(golden, g);
    }

    [Theory]
    [InlineData("before, additive", RecurrentCell.Gru, AttentionScore.Additive)]
    [InlineData("before, general", RecurrentCell.Lstm, AttentionScore.General)]
    [InlineData("after, scaled dot", RecurrentCell.Gru, AttentionScore.ScaledDot)]
    [InlineData("after, feeding, additive", RecurrentCell.Lstm, AttentionScore.Additive)]
    public void Decoder(string name, RecurrentCell cell, AttentionScore score)
    {
        Dictionary<string, float[]> golden = s_golden[name];
        AttentionDecoderOptions options = new()
        {
            Order = name.StartsWith("before", StringComparison.Ordinal) ? AttentionOrder.Before : AttentionOrder.After,
            InputFeeding = name.Contains("feeding", StringComparison.Ordinal),
        };
        ParameterLayout layout = new();
        int size = AttentionDecoder.RecurrentInputSize(E, H, M, options);
        RecurrentLayer cells = RecurrentStack.CreateCell(layout, "cell", cell, size, H, new() { TwoBiases = true });
        AttentionDecoder layer = new(layout, "decoder", cells, Create(layout, score), options);
        ParameterBuffer p = Load(layout);
        GradientBuffer g = new(layout);
        RecurrentState state = cells.CreateState(B), dState = cells.CreateState(B);
        for (int part = 0; part < state.Count; part++)
        {
            Fill(Math.Cos, B * H, 0.5, part == 0 ? 50 : 70).CopyTo(state[part].Span);
            Fill(Math.Sin, B * H, 1, 9 + part).CopyTo(dState[part].Span);
        }

        float[] dX = new float[T * B * E], dMemory = new float[S * B * M];
        ReadOnlySequenceView x = new(Fill(Math.Cos, T * B * E, 1, 20), T, B, E);
        ReadOnlySequenceView memory = new(Fill(Math.Cos, S * B * M, 1), S, B, M);
        AttentionDecoderTape tape = layer.CreateTape(T, B, S);
        layer.Forward(p, x, memory, s_lengths, state, Mode.Inference, tape);
        Fill(Math.Sin, tape.Output.Span.Length, 1, 7).CopyTo(tape.OutputGradient.Span);
        layer.Backward(p, x, memory, tape.OutputGradient, dState, tape, g, new SequenceView(dX, T, B, E),
            new SequenceView(dMemory, S, B, M));
        Near(golden["y"], tape.Output.Span.ToArray(), "y");
        Near(golden["dx"], dX, "dX");
        Near(golden["dmemory"], dMemory, "dMemory");
        for (int part = 0; part < state.Count; part++)
        {
            Near(golden[$"end{part}"], state[part].Span.ToArray(), $"final state {part}");
            Near(golden[$"dstart{part}"], dState[part].Span.ToArray(), $"gradient of initial state {part}");
        }

        CheckParameters(golden, g);
    }

    private static GlobalAttention Create(ParameterLayout layout, AttentionScore score) =>
        new(layout, "attention", score, H, M, score == AttentionScore.Additive ? A : 0);

    /// <summary>Slots are declared in PyTorch's order.</summary>
    private static void CheckParameters(Dictionary<string, float[]> golden, GradientBuffer g)
    {
        string[] keys = [.. golden.Keys.Where(key => key.StartsWith("d ", StringComparison.Ordinal))];
        List<(string Name, float[] Values)> gradients = Gradients(g);
        Assert.Equal(keys.Length, gradients.Count);
        for (int n = 0; n < keys.Length; n++)
            Near(golden[keys[n]], gradients[n].Values, $"{keys[n]} ({gradients[n].Name})");
    }
}

/*
import numpy as np, torch
from torch import nn

T, B, S, E, H, M, A = 3, 3, 4, 2, 5, 5, 6
LENGTHS = [3, 4, 1]

def fill(f, shape, scale, shift=0):        # scale*f(shift + k), k the index in row-major order
    k = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    return torch.tensor((scale * f(shift + k)).astype(np.float32).astype(np.float64)).requires_grad_()

def load(parameters):                      # parameter number n: 0.5*sin(100n + k)
    for n, p in enumerate(parameters):
        p.data = fill(np.sin, p.shape, 0.5, 100 * n).detach()

def show(name, pairs):
    print("#", name)
    for key, value in pairs:
        print(key, *("%.8g" % v for v in value.detach().numpy().ravel()))

class Attention(nn.Module):
    def __init__(self, score):
        super().__init__()
        self.kind = score
        if score == "general":
            self.weight = nn.Parameter(torch.zeros(H, M))
        if score == "additive":
            self.key, self.query, self.score = nn.Linear(M, A), nn.Linear(H, A, False), nn.Linear(A, 1, False)

    def forward(self, q, memory):          # q [B, H], memory [S, B, M]
        if self.kind == "additive":
            e = self.score(torch.tanh(self.query(q)[None] + self.key(memory)))[..., 0]
        elif self.kind == "general":
            e = torch.einsum("bq,qm,sbm->sb", q, self.weight, memory)
        else:
            e = (q[None] * memory).sum(2) / (M ** 0.5 if self.kind == "scaled dot" else 1)
        mask = torch.arange(S)[:, None] >= torch.tensor(LENGTHS)[None]
        a = torch.softmax(e.masked_fill(mask, -torch.inf), 0)
        return (a[..., None] * memory).sum(0), a.T

def attention(score):
    m = Attention(score).double()
    load(m.parameters())
    memory, q = fill(np.cos, (S, B, M), 1), fill(np.cos, (T, B, H), 1, 30)
    steps = [m(q[t], memory) for t in range(T)]
    y = torch.stack([c for c, a in steps])
    (y * fill(np.sin, y.shape, 1, 7)).sum().backward()
    show(score, [("y", y), ("weights", torch.stack([a for c, a in steps])), ("dmemory", memory.grad), ("dqueries", q.grad)]
         + [("d " + n, p.grad) for n, p in m.named_parameters()])

def decoder(order, kind, score):
    fed = {"before": M, "after": 0, "after, feeding": H}[order]
    cell, m = kind(E + fed, H).double(), Attention(score).double()
    combine = nn.Linear(M + H, H, False).double()
    named = [("cell." + n, p) for n, p in cell.named_parameters()] + [("attention." + n, p) for n, p in m.named_parameters()]
    named += [("decoder.combine.weight", combine.weight)] if order != "before" else []
    load(p for n, p in named)
    x, memory = fill(np.cos, (T, B, E), 1, 20), fill(np.cos, (S, B, M), 1)
    start = [fill(np.cos, (B, H), 0.5, s) for s in ((50, 70) if kind is nn.LSTMCell else (50,))]
    state = start if kind is nn.LSTMCell else start[0]
    h, last, y = start[0], torch.zeros(B, H, dtype=torch.float64), []
    for t in range(T):
        if order == "before":
            c, a = m(h, memory)
            state = cell(torch.cat([x[t], c], 1), state)
            h = state[0] if kind is nn.LSTMCell else state
            last = torch.cat([h, c], 1)
        else:
            state = cell(torch.cat([x[t], last], 1) if fed else x[t], state)
            h = state[0] if kind is nn.LSTMCell else state
            c, a = m(h, memory)
            last = torch.tanh(combine(torch.cat([c, h], 1)))
        y.append(last)
    y, end = torch.stack(y), state if kind is nn.LSTMCell else (state,)
    loss = (y * fill(np.sin, y.shape, 1, 7)).sum()
    for n, e in enumerate(end):
        loss = loss + (e * fill(np.sin, e.shape, 1, 9 + n)).sum()
    loss.backward()
    show("%s, %s" % (order, score), [("y", y)] + [("end%d" % n, e) for n, e in enumerate(end)] + [("dx", x.grad), ("dmemory", memory.grad)]
         + [("dstart%d" % n, s.grad) for n, s in enumerate(start)] + [("d " + n, p.grad) for n, p in named])

for score in "dot", "scaled dot", "general", "additive":
    attention(score)
decoder("before", nn.GRUCell, "additive")
decoder("before", nn.LSTMCell, "general")
decoder("after", nn.GRUCell, "scaled dot")
decoder("after, feeding", nn.LSTMCell, "additive")
*/
