using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;

namespace Rnn.Core.Serialization.Onnx;

// A step at a time, and what it looks at.
public sealed partial class OnnxNetwork
{
    /// <summary>A state put together from rows: of an encoder's, through other layers, a decoder's.</summary>
    /// <param name="layer">Whose state it is to be, of one direction.</param>
    /// <param name="hidden">h float [batch, H] of each layer, from the bottom up.</param>
    /// <param name="cells">c of each; null (the default) where the cells have none.</param>
    /// <exception cref="ArgumentException">There are too few or too many, or one is of another shape or
    /// network.</exception>
    public OnnxState State(SequenceLayer layer, IReadOnlyList<OnnxValue> hidden, IReadOnlyList<OnnxValue>? cells = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(hidden);
        List<OnnxLevel> levels = OnnxLevel.Of(layer);
        OnnxValue[] h = new OnnxValue[levels.Count];
        OnnxValue?[] c = new OnnxValue?[levels.Count];
        for (int i = 0; i < levels.Count; i++)
        {
            h[i] = Part(nameof(hidden), hidden, i);
            c[i] = levels[i].HasCell ? Part(nameof(cells), cells ?? [], i) : null;
        }

        return new OnnxState(levels, h, c);

        OnnxValue Part(string name, IReadOnlyList<OnnxValue> parts, int i)
        {
            if (parts.Count != levels.Count || levels[i].Directions != 1)
                Throw.ShapeMismatch(layer.Name, name, $"{levels.Count} of one direction", $"{parts.Count}");

            CheckRows(layer.Name, parts[i], levels[i].HiddenSize);
            return AsStep(parts[i]);
        }
    }

    /// <summary>y [batch, O] of one step of recurrent layers.</summary>
    /// <param name="layer">Of one direction.</param>
    /// <param name="x">float [batch, I].</param>
    /// <param name="state">The state before, null for zeros. Read, then replaced by the one after.</param>
    /// <exception cref="ArgumentException">The layer can't be written, an input is of another shape or network, or the
    /// network's parameters are not the layer's.</exception>
    public OnnxValue Step(SequenceLayer layer, OnnxValue x, [NotNull] ref OnnxState? state)
    {
        ArgumentNullException.ThrowIfNull(layer);
        CheckRows(layer.Name, x, layer.InputSize);
        return Squeeze(Add(layer, AsStep(x), ref state));
    }

    /// <summary>What queries are compared with [steps, batch, K]: computed once for a memory, and read at every
    /// step.</summary>
    /// <param name="attention">The layer.</param>
    /// <param name="memory">float [steps, batch, M].</param>
    /// <returns>The memory itself for the dot products.</returns>
    /// <exception cref="ArgumentException">The memory is of another shape or network, or the network's parameters are not
    /// the layer's.</exception>
    public OnnxValue Keys(GlobalAttention attention, OnnxValue memory)
    {
        ArgumentNullException.ThrowIfNull(attention);
        CheckRows(attention.Name, memory, attention.MemorySize);
        return attention.Keys is { } keys ? Add(keys, memory) : memory;
    }

    /// <summary>The context [batch, M] of a query: sum of a*memory, a the softmax of its scores over a row's
    /// steps.</summary>
    /// <param name="attention">The layer.</param>
    /// <param name="query">float [batch, Q].</param>
    /// <param name="keys">From <see cref="Keys(GlobalAttention, OnnxValue)"/>, or an input that another file's output of them
    /// goes to.</param>
    /// <param name="memory">float [steps, batch, M].</param>
    /// <param name="lengths">Steps of each row of the memory, from <see cref="Lengths"/>; null when all have as
    /// many.</param>
    /// <param name="weights">a [steps, batch].</param>
    /// <exception cref="ArgumentException">An input is of another shape or network, or the network's parameters are not
    /// the layer's.</exception>
    public OnnxValue Add(GlobalAttention attention, OnnxValue query, OnnxValue keys, OnnxValue memory, OnnxValue? lengths,
        out OnnxValue weights)
    {
        ArgumentNullException.ThrowIfNull(attention);
        CheckRows(attention.Name, query, attention.QuerySize);
        CheckRows(attention.Name, memory, attention.MemorySize);
        CheckRows(attention.Name, keys, attention.KeySize);
        OnnxShape pooled = Pooled(attention.Name, memory, lengths), scored = memory.Shape.OfWidth(1);
        OnnxValue scores;
        if (attention.Scores is { } score)
        {
            OnnxValue sum = _graph.Node("Add", [keys, Add(attention.Queries!, query)], keys.Shape);
            scores = Add(score, Tanh(sum));
        }
        else
        {
            OnnxValue product = _graph.Node("Mul", [keys, Scale(query, attention.Scale)], keys.Shape);
            scores = _graph.Node("ReduceSum", [product, _graph.Integers(2)], scored, OnnxAttribute.Of("keepdims", 1));
        }

        OnnxValue context = Weighted(scores, memory, lengths, pooled, out weights);
        weights = _graph.Node("Squeeze", [weights, _graph.Integers(2)],
            new OnnxShape(OnnxType.Float, weights.Shape.Dimensions[..2]));
        return context;
    }

    /// <summary>The output of one step of a decoder [batch, O].</summary>
    /// <param name="decoder">The layer.</param>
    /// <param name="x">float [batch, E].</param>
    /// <param name="keys">From <see cref="Keys(GlobalAttention, OnnxValue)"/>, or an input that another file's output of them
    /// goes to.</param>
    /// <param name="memory">float [steps, batch, M].</param>
    /// <param name="lengths">Steps of each row of the memory, from <see cref="Lengths"/>; null when all have as
    /// many.</param>
    /// <param name="state">The cells' state before. Read, then replaced by the one after.</param>
    /// <param name="fed">With input feeding the output of the step before, float [batch, H], zeros at first; else null.
    /// Read, then replaced by this step's.</param>
    /// <param name="weights">Where it looked [steps, batch].</param>
    /// <exception cref="ArgumentException">An input is of another shape or network, or missing, or the network's
    /// parameters are not the layer's.</exception>
    public OnnxValue Step(AttentionDecoder decoder, OnnxValue x, OnnxValue keys, OnnxValue memory, OnnxValue? lengths,
        ref OnnxState state, ref OnnxValue? fed, out OnnxValue weights)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(state);
        CheckRows(decoder.Name, x, decoder.InputSize);
        int top = state.Hidden.Length - 1;
        OnnxState? after = state;
        if (decoder.CombineLayer is not { } combine)
        {
            OnnxValue seen = Add(decoder.Attention, Hidden(state, top), keys, memory, lengths, out weights);
            OnnxValue h = Step(decoder.Recurrent, Concat(x, seen), ref after);
            state = after;
            return Concat(h, seen);
        }

        if (decoder.Options.InputFeeding != fed is not null)
        {
            Throw.ShapeMismatch(decoder.Name, nameof(fed), decoder.Options.InputFeeding ? "the output before" : "null",
                fed?.ToString() ?? "null");
        }

        OnnxValue hidden = Step(decoder.Recurrent, fed is null ? x : Concat(x, fed), ref after);
        OnnxValue context = Add(decoder.Attention, hidden, keys, memory, lengths, out weights);
        OnnxValue output = Tanh(Add(combine, Concat(context, hidden)));
        state = after;
        fed = fed is null ? null : output;
        return output;
    }

    // [1, batch, F] of [batch, F].
    private OnnxValue AsStep(OnnxValue x) => _graph.Node("Unsqueeze", [x, _graph.Integers(0)],
        new OnnxShape(OnnxType.Float, [1, .. x.Shape.Dimensions]));

    private OnnxValue Squeeze(OnnxValue x) => _graph.Node("Squeeze", [x, _graph.Integers(0)],
        new OnnxShape(OnnxType.Float, x.Shape.Dimensions[1..]));
}
