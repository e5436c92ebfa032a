using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Onnx;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;

namespace Rnn.Models.Translation;

/// <summary>
/// A Transformer: x = sqrt(E)*embedding + position, dropped out, on either side; an encoder reads the source, a decoder
/// the target so far and the encoder's output.
/// </summary>
internal sealed class TransformerTranslation : TranslationNetwork
{
    public TransformerTranslation(ParameterLayout layout, int sources, int targets, TranslationOptions options)
    {
        Options = options;
        TransformerOptions blocks = options.ToTransformer();
        int size = options.EmbeddingSize;
        InitialValues initial = InitialValues.Normal((float)(1 / Math.Sqrt(size)));   // of length 1, times sqrt(E)
        SourceEmbedding = new Embedding(layout, "encoder.embedding", sources, size, initial: initial);
        SourcePositions = Positions("encoder.positions");
        SourceDropout = new Dropout("encoder.embedding.dropout", options.Dropout);
        Encoder = new TransformerEncoder(layout, "encoder", blocks);
        TargetEmbedding = new Embedding(layout, "decoder.embedding", targets, size,
            options.TiedWeights ? SlotStorage.Dense : SlotStorage.ByRow, initial);
        TargetPositions = Positions("decoder.positions");
        TargetDropout = new Dropout("decoder.embedding.dropout", options.Dropout);
        Decoder = new TransformerDecoder(layout, "decoder", blocks);

        PositionalEncoding Positions(string name) => options.Positions == PositionKind.Learnt
            ? PositionalEncoding.Learnt(layout, name, options.MaxTokens + 1, size)
            : PositionalEncoding.Sinusoidal(size, options.MaxTokens + 1);
    }

    public TranslationOptions Options { get; }

    public Embedding SourceEmbedding { get; }

    public PositionalEncoding SourcePositions { get; }

    public Dropout SourceDropout { get; }

    public TransformerEncoder Encoder { get; }

    public override Embedding TargetEmbedding { get; }

    public PositionalEncoding TargetPositions { get; }

    public Dropout TargetDropout { get; }

    public TransformerDecoder Decoder { get; }

    public override int OutputSize => Options.EmbeddingSize;

    /// <summary>sqrt(E).</summary>
    public float EmbeddingScale => MathF.Sqrt(Options.EmbeddingSize);

    public override TranslationTape CreateTape(BatchShape most, TapeUse use) =>
        new TransformerTranslationTape(this, most, use);

    public override TranslationDecoding CreateDecoding(ParameterBuffer parameters, int maxSources, int maxRows,
        int maxSteps) => new TransformerDecoding(this, parameters, maxSources, maxRows, maxSteps);

    public override void AddEncoder(OnnxNetwork net, OnnxValue tokens, OnnxValue lengths)
    {
        OnnxValue x = net.Add(SourcePositions, net.Scale(net.Add(SourceEmbedding, tokens), EmbeddingScale));
        IReadOnlyList<OnnxValue> keys = net.Keys(Decoder, net.Add(Encoder, x, lengths));
        for (int i = 0; i < keys.Count; i++)
            net.Output(LayerName("keys", i), keys[i]);
    }

    public override void AddDecoder(OnnxNetwork net, Action<OnnxValue> output)
    {
        OnnxValue x = net.Scale(net.Add(TargetEmbedding, net.Indices("tokens")), EmbeddingScale);
        OnnxValue[] Each(string name, string steps) => [.. Enumerable.Range(0, Options.Layers).Select(layer =>
            net.Numbers(LayerName(name, layer), 2 * Options.EmbeddingSize, steps))];
        OnnxValue[] keys = Each("keys", "source_steps"), past = Each("past", "past_steps");
        x = net.Add(TargetPositions, x, past[0]);
        output(net.Add(Decoder, x, keys, net.Lengths("lengths"), past));
        for (int i = 0; i < past.Length; i++)
            net.Output(LayerName("present", i), past[i]);
    }

    private static string LayerName(string name, int layer) => FormattableString.Invariant($"{name}_l{layer}");

    /// <summary>x = sqrt(E)*embedding + position, dropped out.</summary>
    public void EmbedSources(ParameterBuffer p, ReadOnlySpan<int> tokens, Mode mode, SequenceView x)
    {
        Embed(SourceEmbedding, SourcePositions, p, tokens, x, firstStep: 0);
        SourceDropout.Forward(x, x, mode);
    }

    /// <summary>The same of targets that begin at a step.</summary>
    public void EmbedTargets(ParameterBuffer p, ReadOnlySpan<int> tokens, Mode mode, SequenceView x, int firstStep = 0)
    {
        Embed(TargetEmbedding, TargetPositions, p, tokens, x, firstStep);
        TargetDropout.Forward(x, x, mode);
    }

    /// <summary>Backward of both, dX being overwritten.</summary>
    public void BackwardEmbeddings(in PairBatch batch, Mode mode, SequenceView dSources, SequenceView dTargets,
        GradientBuffer g)
    {
        TargetDropout.Backward(dTargets, dTargets, mode);
        Backward(TargetEmbedding, TargetPositions, batch.Inputs.Span, dTargets, g);
        SourceDropout.Backward(dSources, dSources, mode);
        Backward(SourceEmbedding, SourcePositions, batch.Sources.Span, dSources, g);
    }

    private void Embed(Embedding embedding, PositionalEncoding positions, ParameterBuffer p, ReadOnlySpan<int> tokens,
        SequenceView x, int firstStep)
    {
        embedding.Forward(p, tokens, x.Flattened);
        Elementwise.Scale(x.Span, EmbeddingScale, x.Span);
        positions.Forward(p, x, firstStep);
    }

    private void Backward(Embedding embedding, PositionalEncoding positions, ReadOnlySpan<int> tokens, SequenceView dX,
        GradientBuffer g)
    {
        positions.Backward(dX, g);
        Elementwise.Scale(dX.Span, EmbeddingScale, dX.Span);
        embedding.Backward(tokens, dX.Flattened, g);
    }
}
