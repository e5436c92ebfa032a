using System;
using System.Globalization;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Normalization;
using Rnn.Core.Layers.Transformer;

namespace Rnn.Core.Serialization.Onnx;

// Transformers, all steps at once.
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
        OnnxValue[] projected = Split(Affine(attention.Name, x, Stored(attention.Name, attention.InWeights),
            3 * attention.Size, attention.InBias), -1, attention.Size, attention.Size, attention.Size);
        return Attend(attention, projected[0], projected[1], projected[2], isCausal, lengths);
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
        int size = attention.Size;
        CheckSequence(attention.Name, x, size);
        CheckSequence(attention.Name, memory, size);

        // The weights are in the file as they are elsewhere; engines cut constants when they load.
        OnnxValue[] weights = Split(Stored(attention.Name, attention.InWeights), -1, size, 2 * size);
        OnnxValue[] biases = Split(Stored(attention.Name, attention.InBias), 0, size, 2 * size);
        OnnxValue[] memories = Split(Product(memory, weights[1], biases[1], 2 * size), -1, size, size);
        return Attend(attention, Product(x, weights[0], biases[0], size), memories[0], memories[1], false, lengths);

        OnnxValue Product(OnnxValue value, OnnxValue w, OnnxValue b, int width)
        {
            OnnxShape shape = value.Shape.OfWidth(width);
            return _graph.Node("Add", [_graph.Node("MatMul", [value, w], shape), b], shape);
        }
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

    /// <summary>x[t] + w[t] in every row [steps, batch, E]; a step beyond the last position is an error of the
    /// engine.</summary>
    /// <param name="positions">The layer.</param>
    /// <param name="x">float [steps, batch, E]: from the beginning on.</param>
    /// <exception cref="ArgumentException">The input is of another shape or network, or the network's parameters are not
    /// the layer's.</exception>
    public OnnxValue Add(PositionalEncoding positions, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(positions);
        CheckSequence(positions.Name, x, positions.Size);
        string waves = string.Create(CultureInfo.InvariantCulture, $"waves_{positions.MaxLength}_{positions.Size}");
        OnnxValue table = positions.Weights is { } weights
            ? Stored(positions.Name, weights)
            : _graph.Floats(waves, waves, [positions.MaxLength, positions.Size],
                stream => OnnxWeights.Write(stream, positions.Table));
        OnnxDimension steps = x.Shape.Dimensions[0], size = x.Shape.Dimensions[2];
        OnnxValue rows = _graph.Node("Gather", [table, StepNumbers(x)], new OnnxShape(OnnxType.Float, steps, size));
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
        return Blocks(encoder.Stack, x, null, lengths);
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
        return Blocks(decoder.Stack, x, memory, lengths);
    }

    // Each branch adds to the stream: s = norm(s + f(s)), or s = s + f(norm(s)).
    private OnnxValue Blocks(TransformerStack stack, OnnxValue x, OnnxValue? memory, OnnxValue? lengths)
    {
        CheckSequence(stack.Name, x, stack.Size);
        foreach (TransformerBlock block in stack.Blocks)
        {
            for (int branch = 0; branch < block.Branches; branch++)
            {
                OnnxValue read = stack.NormFirst ? Add(block.Norms[branch], x) : x;
                OnnxValue added = branch == 0
                    ? Add(block.Self, read, isCausal: memory is not null, memory is null ? lengths : null)
                    : branch == 1 && memory is not null ? Add(block.Cross!, read, memory, lengths)
                    : Add(block.Feed, read);
                x = Sum(x, added);
                if (!stack.NormFirst)
                    x = Add(block.Norms[branch], x);
            }
        }

        return stack.FinalNorm is { } norm ? Add(norm, x) : x;
    }

    /// <summary>Of each head softmax(q*k^T/sqrt(D))*v, side by side, through the output's layer.</summary>
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
            OnnxValue next = _graph.Node("Add", [StepNumbers(q), _graph.Integer(1)], new OnnxShape(OnnxType.Int64, steps));
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
