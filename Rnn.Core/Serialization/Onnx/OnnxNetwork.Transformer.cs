using System;
using System.Collections.Generic;
using System.Globalization;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Normalization;
using Rnn.Core.Layers.Transformer;

namespace Rnn.Core.Serialization.Onnx;

// Transformers: all steps at once, or those after what was read before.
public sealed partial class OnnxNetwork
{
    private const float NormEpsilon = 1e-5f;   // LayerNorm's

    /// <summary>y = w*(x - mean)/sqrt(variance + 1e-5) + b, mean and variance those of each row [..., F].</summary>
    /// <param name="norm">The layer.</param>
    /// <param name="x">float [..., F].</param>
    /// <exception cref="ArgumentException">The input is of another width or network, or the network's parameters are not
    /// the layer's.</exception>
    public OnnxValue Add(LayerNorm norm, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(norm);
        CheckRows(norm.Name, x, norm.Size);
        OnnxShape shape = x.Shape, one = shape.OfWidth(1);
        OnnxValue centred = _graph.Node("Sub", [x, Mean(x)], shape);
        OnnxValue variance = Mean(_graph.Node("Mul", [centred, centred], shape));
        OnnxValue deviation = _graph.Node("Sqrt", [_graph.Node("Add", [variance, _graph.Float(NormEpsilon)], one)], one);
        OnnxValue normal = _graph.Node("Div", [centred, deviation], shape);
        OnnxValue scaled = _graph.Node("Mul", [normal, Stored(norm.Name, norm.Weights)], shape);
        return _graph.Node("Add", [scaled, Stored(norm.Name, norm.Bias)], shape);

        OnnxValue Mean(OnnxValue value) => _graph.Node("ReduceMean", [value], one, OnnxAttribute.Of("axes", [-1]),
            OnnxAttribute.Of("keepdims", 1));
    }

    /// <summary>Attention of a sequence to itself [steps, batch, E].</summary>
    /// <param name="attention">The layer.</param>
    /// <param name="x">float [steps, batch, E].</param>
    /// <param name="isCausal">Whether a step sees none after it.</param>
    /// <param name="lengths">Steps of each row, from <see cref="Lengths"/>; null (the default) when all have T. Past them
    /// the output is undefined.</param>
    /// <exception cref="ArgumentException">An input is of another shape or network, or the network's parameters are not
    /// the layer's.</exception>
    public OnnxValue Add(MultiHeadAttention attention, OnnxValue x, bool isCausal, OnnxValue? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(attention);
        CheckSequence(attention.Name, x, attention.Size);
        int size = attention.Size;
        OnnxValue[] projected = Split(ProjectAll(attention, x), -1, size, size, size);
        return Attend(attention, projected[0], projected[1], projected[2], isCausal, lengths);
    }

    /// <summary>Causal attention of a sequence to itself and to what came before it [steps, batch, E].</summary>
    /// <param name="attention">The layer.</param>
    /// <param name="x">float [steps, batch, E].</param>
    /// <param name="past">Keys and values of each step before, float [past steps, batch, 2E]; of no steps at first. Read,
    /// then replaced by those of all steps so far.</param>
    /// <exception cref="ArgumentException">An input is of another shape or network, or the network's parameters are not
    /// the layer's.</exception>
    public OnnxValue Add(MultiHeadAttention attention, OnnxValue x, ref OnnxValue past)
    {
        ArgumentNullException.ThrowIfNull(attention);
        int size = attention.Size;
        CheckSequence(attention.Name, x, size);
        CheckSequence(attention.Name, past, 2 * size);
        OnnxValue[] projected = Split(ProjectAll(attention, x), -1, size, 2 * size);
        OnnxShape all = new(OnnxType.Float, ["all_steps", .. past.Shape.Dimensions[1..]]);
        past = _graph.Node("Concat", [past, projected[1]], all, OnnxAttribute.Of("axis", 0));
        OnnxValue[] seen = Split(past, -1, size, size);
        return Attend(attention, projected[0], seen[0], seen[1], isCausal: true, lengths: null);
    }

    /// <summary>Attention of a sequence to another [steps, batch, E].</summary>
    /// <param name="attention">The layer.</param>
    /// <param name="x">float [steps, batch, E]: the queries.</param>
    /// <param name="memory">float [source steps, batch, E]: keys and values.</param>
    /// <param name="lengths">Steps of each row of the memory; null when all have as many.</param>
    /// <exception cref="ArgumentException">An input is of another shape or network, or the network's parameters are not
    /// the layer's.</exception>
    public OnnxValue Add(MultiHeadAttention attention, OnnxValue x, OnnxValue memory, OnnxValue? lengths)
    {
        ArgumentNullException.ThrowIfNull(attention);
        CheckSequence(attention.Name, x, attention.Size);
        return AddProjected(attention, x, Keys(attention, memory), lengths);
    }

    /// <summary>Keys and values of each step of a memory [source steps, batch, 2E]: computed once, and read at every
    /// step.</summary>
    /// <param name="attention">The layer.</param>
    /// <param name="memory">float [source steps, batch, E].</param>
    /// <exception cref="ArgumentException">The memory is of another shape or network, or the network's parameters are not
    /// the layer's.</exception>
    public OnnxValue Keys(MultiHeadAttention attention, OnnxValue memory)
    {
        ArgumentNullException.ThrowIfNull(attention);
        CheckSequence(attention.Name, memory, attention.Size);
        return ProjectPart(attention, memory, 1);
    }

    /// <summary>Keys and values of a memory for each layer of a decoder, from the bottom up.</summary>
    /// <param name="decoder">The layers.</param>
    /// <param name="memory">float [source steps, batch, E]: the encoder's output.</param>
    /// <exception cref="ArgumentException">The memory is of another shape or network, or the network's parameters are not
    /// the layers'.</exception>
    public IReadOnlyList<OnnxValue> Keys(TransformerDecoder decoder, OnnxValue memory)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        return Array.ConvertAll(decoder.Stack.Blocks, block => Keys(block.Cross!, memory));
    }

    /// <summary>y = f(x*W1 + b1)*W2 + b2, f relu or gelu [..., E].</summary>
    /// <param name="feed">The layer.</param>
    /// <param name="x">float [..., E].</param>
    /// <exception cref="ArgumentException">The input is of another width or network, or the network's parameters are not
    /// the layer's.</exception>
    public OnnxValue Add(FeedForward feed, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(feed);
        OnnxValue hidden = Add(feed.First, x);
        return Add(feed.Second, feed.Activation == TransformerActivation.Gelu ? Gelu(hidden) : Relu(hidden));
    }

    /// <summary>z*Phi(z), element by element: 0.5*z*(1 + erf(z/sqrt(2))).</summary>
    /// <param name="x">Any float value.</param>
    /// <exception cref="ArgumentException">The input is no float, or another network's.</exception>
    public OnnxValue Gelu(OnnxValue x)
    {
        CheckFloat(nameof(Gelu), x);
        OnnxValue erf = _graph.Node("Erf", [Scale(x, 1 / MathF.Sqrt(2))], x.Shape);
        OnnxValue twice = _graph.Node("Add", [erf, _graph.Float(1)], x.Shape);
        return _graph.Node("Mul", [Scale(x, 0.5f), twice], x.Shape);
    }

    /// <summary>x[t] + w[first + t] in every row [steps, batch, E]; a step beyond the last position is an error of the
    /// engine.</summary>
    /// <param name="positions">The layer.</param>
    /// <param name="x">float [steps, batch, E].</param>
    /// <param name="past">What has as many steps as came before, float [first, batch, any]; null (the default): x is the
    /// beginning.</param>
    /// <exception cref="ArgumentException">The input is of another shape or network, or the network's parameters are not
    /// the layer's.</exception>
    public OnnxValue Add(PositionalEncoding positions, OnnxValue x, OnnxValue? past = null)
    {
        ArgumentNullException.ThrowIfNull(positions);
        CheckSequence(positions.Name, x, positions.Size);
        string waves = string.Create(CultureInfo.InvariantCulture, $"waves_{positions.MaxLength}_{positions.Size}");
        OnnxValue table = positions.Weights is { } weights
            ? Stored(positions.Name, weights)
            : _graph.Floats(waves, waves, [positions.MaxLength, positions.Size],
                stream => OnnxWeights.Write(stream, positions.Table));
        OnnxDimension steps = x.Shape.Dimensions[0], size = x.Shape.Dimensions[2];
        OnnxValue numbers = StepNumbers(x);
        if (past is not null)
        {
            ShapeOf(positions.Name, past);
            numbers = _graph.Node("Add", [numbers, StepCount(past)], numbers.Shape);
        }

        OnnxValue rows = _graph.Node("Gather", [table, numbers], new OnnxShape(OnnxType.Float, steps, size));
        OnnxValue each = _graph.Node("Unsqueeze", [rows, _graph.Integers(1)],
            new OnnxShape(OnnxType.Float, steps, 1, size));
        return _graph.Node("Add", [x, each], x.Shape);
    }

    /// <summary>The encoded sequence [steps, batch, E].</summary>
    /// <param name="encoder">The layers.</param>
    /// <param name="x">float [steps, batch, E].</param>
    /// <param name="lengths">Steps of each row, from <see cref="Lengths"/>; null (the default) when all have T. Past them
    /// the output is undefined.</param>
    /// <exception cref="ArgumentException">An input is of another shape or network, or the network's parameters are not
    /// the layers'.</exception>
    public OnnxValue Add(TransformerEncoder encoder, OnnxValue x, OnnxValue? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return Blocks(encoder.Stack, x, (branch, block, read) =>
            branch == 0 ? Add(block.Self, read, isCausal: false, lengths) : Add(block.Feed, read));
    }

    /// <summary>What a decoder makes of all steps of a target so far [steps, batch, E]; no step sees one after
    /// it.</summary>
    /// <param name="decoder">The layers.</param>
    /// <param name="x">float [steps, batch, E].</param>
    /// <param name="memory">float [source steps, batch, E]: the encoder's output.</param>
    /// <param name="lengths">Steps of each row of the memory; null when all have as many.</param>
    /// <exception cref="ArgumentException">An input is of another shape or network, or the network's parameters are not
    /// the layers'.</exception>
    public OnnxValue Add(TransformerDecoder decoder, OnnxValue x, OnnxValue memory, OnnxValue? lengths)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        return Blocks(decoder.Stack, x, (branch, block, read) =>
            branch == 0 ? Add(block.Self, read, isCausal: true)
            : branch == 1 ? Add(block.Cross!, read, memory, lengths)
            : Add(block.Feed, read));
    }

    /// <summary>What a decoder makes of the next steps of a target [steps, batch, E]: one of them, or any number.</summary>
    /// <param name="decoder">The layers.</param>
    /// <param name="x">float [steps, batch, E].</param>
    /// <param name="keys">For each layer keys and values of the memory, from <see cref="Keys(TransformerDecoder, OnnxValue)"/>, or
    /// inputs that another file's output of them goes to.</param>
    /// <param name="lengths">Steps of each row of the memory; null when all have as many.</param>
    /// <param name="past">For each layer keys and values of the steps before, float [past steps, batch, 2E]; of no steps at
    /// first. Read, then replaced by those of all steps so far.</param>
    /// <exception cref="ArgumentException">An input is of another shape or network, there are too few or too many, or the
    /// network's parameters are not the layers'.</exception>
    public OnnxValue Add(TransformerDecoder decoder, OnnxValue x, IReadOnlyList<OnnxValue> keys, OnnxValue? lengths,
        OnnxValue[] past)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(past);
        TransformerStack stack = decoder.Stack;
        CheckLayers(nameof(keys), keys.Count);
        CheckLayers(nameof(past), past.Length);
        return Blocks(stack, x, (branch, block, read) =>
        {
            int layer = Array.IndexOf(stack.Blocks, block);
            if (branch == 0)
                return Add(block.Self, read, ref past[layer]);

            if (branch == 2)
                return Add(block.Feed, read);

            CheckSequence(stack.Name, keys[layer], 2 * stack.Size);
            return AddProjected(block.Cross!, read, keys[layer], lengths);
        });

        void CheckLayers(string name, int count)
        {
            if (count != stack.Blocks.Length)
                Throw.ShapeMismatch(stack.Name, name, $"{stack.Blocks.Length}, one a layer", $"{count}");
        }
    }

    // Each branch adds to the stream: s = norm(s + f(s)), or s = s + f(norm(s)).
    private OnnxValue Blocks(TransformerStack stack, OnnxValue x, Func<int, TransformerBlock, OnnxValue, OnnxValue> f)
    {
        CheckSequence(stack.Name, x, stack.Size);
        foreach (TransformerBlock block in stack.Blocks)
        {
            for (int branch = 0; branch < block.Branches; branch++)
            {
                OnnxValue read = stack.NormFirst ? Add(block.Norms[branch], x) : x;
                x = Sum(x, f(branch, block, read));
                if (!stack.NormFirst)
                    x = Add(block.Norms[branch], x);
            }
        }

        return stack.FinalNorm is { } norm ? Add(norm, x) : x;
    }

    /// <summary>Attention to keys and values side by side.</summary>
    private OnnxValue AddProjected(MultiHeadAttention attention, OnnxValue x, OnnxValue keys, OnnxValue? lengths)
    {
        OnnxValue[] parts = Split(keys, -1, attention.Size, attention.Size);
        return Attend(attention, ProjectPart(attention, x, 0), parts[0], parts[1], isCausal: false, lengths);
    }

    /// <summary>Queries, keys and values side by side.</summary>
    private OnnxValue ProjectAll(MultiHeadAttention attention, OnnxValue x) => Affine(attention.Name, x,
        Stored(attention.Name, attention.InWeights), 3 * attention.Size, attention.InBias);

    /// <summary>Queries (part 0), or keys and values (part 1). The weights are in the file as they are elsewhere; engines
    /// cut constants when they load.</summary>
    private OnnxValue ProjectPart(MultiHeadAttention attention, OnnxValue x, int part)
    {
        int size = attention.Size;
        OnnxValue weights = Split(Stored(attention.Name, attention.InWeights), -1, size, 2 * size)[part];
        OnnxValue bias = Split(Stored(attention.Name, attention.InBias), 0, size, 2 * size)[part];
        OnnxShape shape = x.Shape.OfWidth((1 + part) * size);
        return _graph.Node("Add", [_graph.Node("MatMul", [x, weights], shape), bias], shape);
    }

    /// <summary>Of each head softmax(q*k^T/sqrt(D))*v, side by side, through the output's layer. Causal: the last query
    /// sees all keys, and each before it one less.</summary>
    private OnnxValue Attend(MultiHeadAttention attention, OnnxValue q, OnnxValue k, OnnxValue v, bool isCausal,
        OnnxValue? lengths)
    {
        int heads = attention.Heads, each = attention.Size / heads;
        (OnnxDimension steps, OnnxDimension batch, OnnxDimension sources) =
            (q.Shape.Dimensions[0], q.Shape.Dimensions[1], k.Shape.Dimensions[0]);
        OnnxValue queries = Heads(Scale(q, 1 / MathF.Sqrt(each)), [1, 2, 0, 3]);       // [B, heads, T, D]
        OnnxValue keys = Heads(k, [1, 2, 3, 0]), values = Heads(v, [1, 2, 0, 3]);      // [B, heads, D, S], [B, heads, S, D]
        OnnxShape scored = new(OnnxType.Float, batch, heads, steps, sources);
        OnnxValue scores = _graph.Node("MatMul", [queries, keys], scored);
        if (lengths is not null)
        {
            CheckLengths(attention.Name, lengths);
            OnnxValue ends = _graph.Node("Unsqueeze", [lengths, _graph.Integers(1, 2, 3)],
                new OnnxShape(OnnxType.Int64, batch, 1, 1, 1));
            scores = Where(_graph.Node("Less", [StepNumbers(k), ends], new OnnxShape(OnnxType.Bool, batch, 1, 1, sources)));
        }

        if (isCausal)
        {
            OnnxShape count = new(OnnxType.Int64);
            OnnxValue before = _graph.Node("Sub", [StepCount(k), StepCount(q)], count);
            OnnxValue first = _graph.Node("Add", [before, _graph.Integer(1)], count);
            OnnxValue next = _graph.Node("Add", [StepNumbers(q), first], new OnnxShape(OnnxType.Int64, steps));
            OnnxValue rows = _graph.Node("Unsqueeze", [next, _graph.Integers(1)], new OnnxShape(OnnxType.Int64, steps, 1));
            scores = Where(_graph.Node("Less", [StepNumbers(k), rows], new OnnxShape(OnnxType.Bool, steps, sources)));
        }

        OnnxValue read = _graph.Node("MatMul", [Softmax(scores), values], new OnnxShape(OnnxType.Float, batch, heads, steps,
            each));
        OnnxValue ordered = _graph.Node("Transpose", [read], new OnnxShape(OnnxType.Float, steps, batch, heads, each),
            OnnxAttribute.Of("perm", [2, 0, 1, 3]));
        OnnxValue joined = _graph.Node("Reshape", [ordered, _graph.Integers(0, 0, attention.Size)], q.Shape);
        return Affine(attention.Name, joined, Stored(attention.Name, attention.OutWeights), attention.Size,
            attention.OutBias);

        OnnxValue Where(OnnxValue seen) =>
            _graph.Node("Where", [seen, scores, _graph.Float(float.NegativeInfinity)], scored);

        OnnxValue Heads(OnnxValue value, long[] order)
        {
            OnnxDimension[] cut = [value.Shape.Dimensions[0], batch, heads, each];
            OnnxValue parts = _graph.Node("Reshape", [value, _graph.Integers(0, 0, heads, each)],
                new OnnxShape(OnnxType.Float, cut));
            return _graph.Node("Transpose", [parts],
                new OnnxShape(OnnxType.Float, Array.ConvertAll(order, axis => cut[axis])), OnnxAttribute.Of("perm", order));
        }
    }

    private OnnxValue[] Split(OnnxValue value, int axis, params long[] sizes)
    {
        OnnxShape shape = value.Shape;
        return _graph.Node("Split", [value, _graph.Integers(sizes)],
            Array.ConvertAll(sizes, size => shape.Dimensions.Length == 1
                ? new OnnxShape(shape.Type, (int)size)
                : shape.OfWidth((int)size)), OnnxAttribute.Of("axis", axis));
    }

    private void CheckSequence(string who, OnnxValue x, int width)
    {
        OnnxShape shape = ShapeOf(who, x);
        if (!shape.Is(OnnxType.Float, 3) || shape.Width != width)
            Throw.ShapeMismatch(who, nameof(x), $"float [steps, batch, {width}]", x.ToString());
    }
}
