using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Models.Translation;

/// <summary>A way through a <see cref="TransformerTranslation"/> that writes: keys and values of what was read are
/// kept.</summary>
internal sealed class TransformerDecoding : TranslationDecoding
{
    private readonly TransformerTranslation _network;
    private readonly ParameterBuffer _parameters;
    private readonly TransformerTape _encoder;
    private readonly TransformerCache _cache;
    private readonly Tensor _sources, _vectors;    // [S*sources, E], [rows, E]
    private int _step;

    public TransformerDecoding(TransformerTranslation network, ParameterBuffer parameters, int maxSources, int maxRows,
        int maxSteps)
        : base(maxRows)
    {
        _network = network;
        _parameters = parameters;
        int size = network.OutputSize;
        _encoder = network.Encoder.CreateTape(maxSteps, maxSources, TapeUse.Inference);
        _cache = network.Decoder.CreateCache(maxRows, maxSteps, maxSources, maxSteps);
        _sources = new Tensor(checked(maxSteps * maxSources), size);
        _vectors = new Tensor(maxRows, size);
    }

    protected override void OnBegin(ReadOnlySpan<int> sources, ReadOnlySpan<int> lengths)
    {
        _step = 0;
        int size = _sources.Shape[1];
        SequenceView x = new(_sources.Span[..(sources.Length * size)], sources.Length / Rows, Rows, size);
        _network.EmbedSources(_parameters, sources, Mode.Inference, x);
        _network.Encoder.Forward(_parameters, x, lengths, Mode.Inference, _encoder);
        _network.Decoder.Begin(_parameters, _encoder.Output, lengths, _cache);
    }

    public override void Step(ReadOnlySpan<int> tokens, MatrixView output)
    {
        MatrixView x = _vectors.AsMatrix().Slice(0, Rows);
        _network.EmbedTargets(_parameters, tokens, Mode.Inference, new SequenceView(x.Span, 1, Rows, x.Cols), _step++);
        _network.Decoder.Step(_parameters, x, Sources, _cache, output);
    }

    protected override void OnReorder(ReadOnlySpan<int> parents) => _cache.Reorder(parents);
}
