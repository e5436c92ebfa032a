using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using Rnn.Core.Diagnostics;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Core.Serialization.Onnx;

// What computes on each step alone, and recurrent layers.
public sealed partial class OnnxNetwork
{
    /// <summary>y = E[index] [steps, batch, E], or [batch, E]. A negative index counts from the end; one outside is an
    /// error of the engine.</summary>
    /// <param name="embedding">The layer.</param>
    /// <param name="indices">int64 [steps, batch] or [batch].</param>
    /// <exception cref="ArgumentException">The indices are of another shape or network, or the network's parameters are
    /// not the layer's.</exception>
    public OnnxValue Add(Embedding embedding, OnnxValue indices)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        CheckIndices(embedding.Name, indices);
        return _graph.Node("Gather", [Stored(embedding.Name, embedding.Table), indices],
            new OnnxShape(OnnxType.Float, [.. indices.Shape.Dimensions, embedding.Size]));
    }

    /// <summary>One-hot rows [steps, batch, V], the 1 at the index. A negative index counts from the end; one outside
    /// -V to V-1 is a row of zeros, as ONNX defines it.</summary>
    /// <param name="indices">int64 [steps, batch].</param>
    /// <param name="vocabulary">V, more than 0.</param>
    /// <exception cref="ArgumentException">The indices are of another shape or network, or V is not
    /// positive.</exception>
    public OnnxValue OneHot(OnnxValue indices, int vocabulary)
    {
        CheckIndices(nameof(OneHot), indices);
        if (vocabulary <= 0)
            Throw.NotPositive(nameof(vocabulary), vocabulary);

        // Its product with the weights costs more than the gather that it stands for, but ONNX's LSTM has no other way
        // to its gates, and this costs no memory in the file.
        OnnxValue values = _graph.Floats("one_hot", "one_hot", [2], stream => OnnxWeights.Write(stream, [0f, 1f]));
        return _graph.Node("OneHot", [indices, _graph.Integer(vocabulary), values],
            new OnnxShape(OnnxType.Float, [.. indices.Shape.Dimensions, vocabulary]), OnnxAttribute.Of("axis", -1));
    }

    /// <summary>Y = X*W + b [..., O].</summary>
    /// <param name="linear">The layer.</param>
    /// <param name="x">float [..., I].</param>
    /// <exception cref="ArgumentException">The input is of another width or network, or the network's parameters are
    /// not the layer's.</exception>
    public OnnxValue Add(Linear linear, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(linear);
        CheckRows(linear.Name, x, linear.InputSize);
        return Affine(linear.Name, x, Stored(linear.Name, linear.Weights), linear.OutputSize, linear.Bias);
    }

    /// <summary>
    /// logits = X*W^T + b [..., V]; probabilities are the <see cref="Softmax"/> of them. W is in the file as [V, E],
    /// once even where it is the table of an embedding.
    /// </summary>
    /// <param name="head">The head.</param>
    /// <param name="x">float [..., E].</param>
    /// <exception cref="ArgumentException">The input is of another width or network, or the network's parameters are
    /// not the head's.</exception>
    public OnnxValue Add(SoftmaxHead head, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(head);
        CheckRows(head.Name, x, head.InputSize);
        OnnxValue weights = _graph.Node("Transpose", [Stored(head.Name, head.Weights)],
            new OnnxShape(OnnxType.Float, head.InputSize, head.Vocabulary), OnnxAttribute.Of("perm", [1, 0]));
        return Affine(head.Name, x, weights, head.Vocabulary, head.Bias);
    }

    /// <summary>y = x: there is no dropout in inference.</summary>
    /// <param name="dropout">The layer.</param>
    /// <param name="x">Any float value.</param>
    /// <returns>x itself.</returns>
    /// <exception cref="ArgumentException">The input is no float, or another network's.</exception>
    public OnnxValue Add(Dropout dropout, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(dropout);
        CheckFloat(dropout.Name, x);
        return x;
    }

    /// <summary>Y [steps, batch, O] of a sequence whose state begins with zeros; O is H, or 2H in two directions
    /// (forwards, backwards).</summary>
    /// <param name="layer">A cell (<see cref="Lstm"/>, <see cref="Gru"/>, <see cref="SimpleRnn"/>), a
    /// <see cref="Bidirectional"/> of two cells of one kind, or a <see cref="RecurrentStack"/> of these.</param>
    /// <param name="x">float [steps, batch, I].</param>
    /// <param name="lengths">Steps of each row, from <see cref="Lengths"/>; null (the default) when all have T.</param>
    /// <exception cref="ArgumentException">The layer can't be written, an input is of another shape or network, or the
    /// network's parameters are not the layer's.</exception>
    public OnnxValue Add(SequenceLayer layer, OnnxValue x, OnnxValue? lengths = null)
    {
        OnnxState? state = null;
        return Add(layer, x, ref state, lengths);
    }

    /// <summary>The same with a state.</summary>
    /// <param name="layer">As without a state.</param>
    /// <param name="x">As without a state.</param>
    /// <param name="state">The state before, null for zeros. Read, then replaced by the one after each row's last
    /// step.</param>
    /// <param name="lengths">As without a state.</param>
    /// <exception cref="ArgumentException">As without a state; or the state is another layer's or
    /// network's.</exception>
    public OnnxValue Add(SequenceLayer layer, OnnxValue x, [NotNull] ref OnnxState? state, OnnxValue? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        List<OnnxLevel> levels = OnnxLevel.Of(layer);
        OnnxShape shape = ShapeOf(layer.Name, x);
        if (!shape.Is(OnnxType.Float, 3) || shape.Width != layer.InputSize)
            Throw.ShapeMismatch(layer.Name, nameof(x), $"float [steps, batch, {layer.InputSize}]", x.ToString());

        if (lengths is not null)
        {
            CheckLengths(layer.Name, lengths);
            lengths = Cast(lengths, OnnxType.Int32);
        }

        if (state is not null)
        {
            ShapeOf(layer.Name, state.Hidden[0]);
            if (!state.Fits(levels))
                Throw.OtherLayersState(layer.Name);
        }

        OnnxValue[] hidden = new OnnxValue[levels.Count];
        OnnxValue?[] cells = new OnnxValue?[levels.Count];
        for (int i = 0; i < levels.Count; i++)
        {
            foreach (RecurrentCellLayer cell in levels[i].Cells)
            {
                CheckSlot(cell.Name, cell.InputWeights);
                if (state is null && cell.InitialHidden is not null)
                    Throw.OnnxLearntState(cell.Name);
            }

            (x, hidden[i], cells[i]) = OnnxCells.Add(_graph, _parameters, levels[i], x, lengths, state?.Hidden[i],
                state?.Cells[i]);
        }

        state = new OnnxState(levels, hidden, cells);
        return x;
    }

    /// <summary>1 / (1 + exp(-x)), element by element.</summary>
    /// <param name="x">Any float value.</param>
    /// <exception cref="ArgumentException">The input is no float, or another network's.</exception>
    public OnnxValue Sigmoid(OnnxValue x) => Elementwise(nameof(Sigmoid), x);

    /// <summary>tanh(x), element by element.</summary>
    /// <param name="x">Any float value.</param>
    /// <exception cref="ArgumentException">The input is no float, or another network's.</exception>
    public OnnxValue Tanh(OnnxValue x) => Elementwise(nameof(Tanh), x);

    /// <summary>max(x, 0), element by element.</summary>
    /// <param name="x">Any float value.</param>
    /// <exception cref="ArgumentException">The input is no float, or another network's.</exception>
    public OnnxValue Relu(OnnxValue x) => Elementwise(nameof(Relu), x);

    /// <summary>exp(x) / sum of exp(x) over each row.</summary>
    /// <param name="x">Any float value.</param>
    /// <exception cref="ArgumentException">The input is no float, or another network's.</exception>
    public OnnxValue Softmax(OnnxValue x) => Elementwise(nameof(Softmax), x, OnnxAttribute.Of("axis", -1));

    /// <summary>x - log(sum of exp(x) over each row), in nats.</summary>
    /// <param name="x">Any float value.</param>
    /// <exception cref="ArgumentException">The input is no float, or another network's.</exception>
    public OnnxValue LogSoftmax(OnnxValue x) => Elementwise(nameof(LogSoftmax), x, OnnxAttribute.Of("axis", -1));

    private OnnxValue Elementwise(string operation, OnnxValue x, params ReadOnlySpan<ProtobufMessage> attributes)
    {
        CheckFloat(operation, x);
        return _graph.Node(operation, [x], x.Shape, attributes);
    }

    // x*W + b, where MatMul takes all rows of x at once.
    private OnnxValue Affine(string who, OnnxValue x, OnnxValue weights, int width, ParameterSlot? bias)
    {
        OnnxShape shape = x.Shape.OfWidth(width);
        OnnxValue product = _graph.Node("MatMul", [x, weights], shape);
        return bias is { } slot ? _graph.Node("Add", [product, Stored(who, slot)], shape) : product;
    }

    private OnnxValue Cast(OnnxValue value, OnnxType type) => _graph.Node("Cast", [value],
        new OnnxShape(type, value.Shape.Dimensions), OnnxAttribute.Of("to", (long)type));

    /// <summary>A parameter as it lies in memory.</summary>
    private OnnxValue Stored(string layer, ParameterSlot slot)
    {
        CheckSlot(layer, slot);
        int[] dimensions = slot.Orientation == SlotOrientation.Vector ? [slot.Cols] : [slot.Rows, slot.Cols];
        return _graph.Floats(slot.Name, slot.Name, dimensions,
            stream => OnnxWeights.Write(stream, _parameters[slot].Span));
    }

    private void CheckSlot(string layer, ParameterSlot slot)
    {
        IReadOnlyList<ParameterSlot> slots = _parameters.Layout.Slots;
        if (slot.Index >= slots.Count || slots[slot.Index] != slot)
            Throw.OtherLayersParameters(layer, slot.Name);
    }

    private void CheckIndices(string who, OnnxValue indices)
    {
        OnnxShape shape = ShapeOf(who, indices);
        if (!shape.Is(OnnxType.Int64, 2) && !shape.Is(OnnxType.Int64, 1))
            Throw.ShapeMismatch(who, nameof(indices), "int64 [steps, batch] or [batch]", indices.ToString());
    }

    private void CheckRows(string who, OnnxValue x, int width)
    {
        CheckFloat(who, x);
        if (x.Shape.Width != width)
            Throw.ShapeMismatch(who, nameof(x), $"float [..., {width}]", x.ToString());
    }

    private void CheckFloat(string who, OnnxValue x)
    {
        if (ShapeOf(who, x).Type != OnnxType.Float)
            Throw.ShapeMismatch(who, nameof(x), "float", x.ToString());
    }

    private void CheckLengths(string who, OnnxValue lengths)
    {
        if (!ShapeOf(who, lengths).Is(OnnxType.Int64, 1))
            Throw.ShapeMismatch(who, nameof(lengths), "int64 [batch]", lengths.ToString());
    }
}
