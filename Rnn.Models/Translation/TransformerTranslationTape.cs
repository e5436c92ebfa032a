using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;

namespace Rnn.Models.Translation;

/// <summary>A way through a <see cref="TransformerTranslation"/> with all targets known.</summary>
internal sealed class TransformerTranslationTape : TranslationTape
{
    private readonly TransformerTranslation _network;
    private readonly TransformerTape _encoder;
    private readonly TransformerTape _decoder;
    private readonly Tensor _sources, _targets;   // [S*B, E], [T*B, E]
    private Mode _mode;

    public TransformerTranslationTape(TransformerTranslation network, BatchShape most, TapeUse use)
    {
        _network = network;
        int size = network.OutputSize;
        _encoder = network.Encoder.CreateTape(most.Steps, most.Rows, use);
        _decoder = network.Decoder.CreateTape(most.Targets, most.Rows, most.Steps, use);
        _sources = new Tensor(most.Items, size);
        _targets = new Tensor(checked(most.Rows * most.Targets), size);
    }

    public override int Attentions => _network.Options.Layers * _network.Options.Heads;

    public override MatrixView Forward(ParameterBuffer p, in PairBatch batch, Mode mode)
    {
        _mode = mode;
        SequenceView x = Shape(_sources, batch.SourceSteps, batch.Rows), y = Shape(_targets, batch.TargetSteps, batch.Rows);
        _network.EmbedSources(p, batch.Sources.Span, mode, x);
        _network.Encoder.Forward(p, x, batch.SourceLengths.Span, mode, _encoder);
        _network.EmbedTargets(p, batch.Inputs.Span, mode, y);
        _network.Decoder.Forward(p, y, _encoder.Output, batch.SourceLengths.Span, mode, _decoder);
        return _decoder.Output.Flattened;
    }

    public override void Backward(ParameterBuffer p, in PairBatch batch, MatrixView dOutput, GradientBuffer g)
    {
        SequenceView x = Shape(_sources, batch.SourceSteps, batch.Rows), y = Shape(_targets, batch.TargetSteps, batch.Rows);
        SequenceView dY = new(dOutput.Span, batch.TargetSteps, batch.Rows, dOutput.Cols), dMemory = _encoder.OutputGradient;
        _network.Decoder.Backward(p, y, _encoder.Output, dY, _decoder, g, y, dMemory);
        _network.Encoder.Backward(p, x, dMemory, _encoder, g, x);
        _network.BackwardEmbeddings(batch, _mode, x, y, g);
    }

    public override void CopyWeights(int attention, int step, int row, Span<float> shares)
    {
        int heads = _network.Options.Heads;
        _decoder.Weights(attention / heads, row, attention % heads).Row(step)[..shares.Length].CopyTo(shares);
    }

    private static SequenceView Shape(Tensor tensor, int steps, int rows)
    {
        int size = tensor.Shape[1];
        return new SequenceView(tensor.Span[..(steps * rows * size)], steps, rows, size);
    }
}
