using System;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Generation;
using Rnn.Models.Networks;

namespace Rnn.Models.Translation;

/// <summary>A way through a <see cref="RecurrentTranslation"/> with all targets known.</summary>
internal sealed class RecurrentTranslationTape : TranslationTape
{
    private readonly RecurrentTranslation _network;
    private readonly TokenEncoderTape _source;
    private readonly StateBridgeTape _bridge;
    private readonly RecurrentTape? _plain;
    private readonly AttentionDecoderTape? _attention;
    private readonly StatesByRows<RecurrentState> _finals, _initials;
    private readonly Tensor _vectors, _joined;    // [T*B, E], [T*B, joined]
    private readonly Tensor _readout, _output;    // [T*B, R]; no rows where there is none

    public RecurrentTranslationTape(RecurrentTranslation network, BatchShape most, TapeUse use)
    {
        _network = network;
        int items = checked(most.Rows * most.Targets);
        _source = network.Encoder.CreateTape(most.Steps, most.Rows, use);
        _bridge = network.Bridge.CreateTape(most.Rows);
        if (network.Attention is { } attention)
            _attention = attention.CreateTape(most.Targets, most.Rows, most.Steps, use);
        else
            _plain = network.Recurrent.CreateTape(most.Targets, most.Rows, use);

        _finals = new StatesByRows<RecurrentState>(most.Rows, network.Encoder.CreateState);
        _initials = new StatesByRows<RecurrentState>(most.Rows, network.Recurrent.CreateState);
        _vectors = new Tensor(items, network.Options.EmbeddingSize);
        _joined = new Tensor(items, network.JoinedSize);
        _readout = new Tensor(network.Readout is null ? 0 : items, network.OutputSize);
        _output = new Tensor(_readout.Shape[0], network.OutputSize);
    }

    public override int Attentions => _attention is null ? 0 : 1;

    private bool ReadsEmbedding => _network.Options.OutputReadsEmbedding;

    public override MatrixView Forward(ParameterBuffer p, in PairBatch batch, Mode mode)
    {
        int rows = batch.Rows, items = batch.TargetSteps * rows;
        TokenEncoder encoder = _network.Encoder;
        RecurrentState final = _finals[rows], state = _initials[rows];
        encoder.Embed(p, batch.Sources.Span, rows, mode, _source);
        encoder.Read(p, batch.Sources.Span, batch.SourceLengths.Span, final, mode, _source);
        _network.Bridge.Forward(p, final, _bridge, state);

        SequenceView x = Vectors(batch);
        _network.TargetEmbedding.Forward(p, batch.Inputs.Span, x.Flattened);
        _network.EmbeddingDropout.Forward(x, x, mode);
        if (_attention is { } attention)
            _network.Attention!.Forward(p, x, _source.Output, batch.SourceLengths.Span, state, mode, attention);
        else
            _network.Recurrent.Forward(p, x, default, state, mode, _plain!);

        MatrixView joined = Rows(_joined, items);
        Decoded.Flattened.CopyTo(joined.Columns(0, _network.DecoderSize));
        if (ReadsEmbedding)
            x.Flattened.CopyTo(joined.Columns(_network.DecoderSize, x.Features));

        if (_network.Readout is not { } readout)
            return joined;

        MatrixView y = Rows(_readout, items);
        readout.Forward(p, joined, y);
        Activations.Tanh(y.Span, y.Span);
        MatrixView output = Rows(_output, items);
        y.CopyTo(output);   // who gets it may write to it, and the way back reads y
        return output;
    }

    public override void Backward(ParameterBuffer p, in PairBatch batch, MatrixView dOutput, GradientBuffer g)
    {
        int rows = batch.Rows, items = batch.TargetSteps * rows;
        MatrixView dJoined = dOutput;
        if (_network.Readout is { } readout)
        {
            dJoined = Rows(_joined, items);   // in joined's place, which has been read by then
            Activations.TanhBackward(Rows(_readout, items).Span, dOutput.Span, dOutput.Span);   // y = tanh(.)
            readout.Backward(p, dJoined, dOutput, g, dJoined);                                  // . = W*joined + b
        }

        SequenceView dDecoded = DecodedGradient, x = Vectors(batch), dMemory = _source.OutputGradient;
        dJoined.Columns(0, _network.DecoderSize).CopyTo(dDecoded.Flattened);
        RecurrentState dState = _initials[rows];
        dState.Clear();   // nothing reads the state in which the decoder ends
        if (_attention is { } attention)
        {
            _network.Attention!.Backward(p, x, _source.Output, dDecoded, dState, attention, g, x, dMemory);
        }
        else
        {
            dMemory.Span.Clear();
            _network.Recurrent.Backward(p, x, dDecoded, dState, _plain!, g, x);
        }

        if (ReadsEmbedding)
        {
            ReadOnlyMatrixView second = dJoined.Columns(_network.DecoderSize, x.Features);
            for (int i = 0; i < items; i++)
                Elementwise.Add(x.Flattened.Row(i), second.Row(i), x.Flattened.Row(i));
        }

        _network.EmbeddingDropout.Backward(x, x, mode: DecoderMode);
        _network.TargetEmbedding.Backward(batch.Inputs.Span, x.Flattened, g);
        RecurrentState dFinal = _finals[rows];
        _network.Bridge.Backward(p, dState, _bridge, g, dFinal);
        _network.Encoder.Backward(p, batch.Sources.Span, dMemory, dFinal, _source, g);
    }

    public override void CopyWeights(int attention, int step, int row, Span<float> shares) =>
        _attention!.Weights(step).Row(row)[..shares.Length].CopyTo(shares);

    private SequenceView Decoded => _attention is null ? _plain!.Output : _attention.Output;

    private SequenceView DecodedGradient => _attention is null ? _plain!.OutputGradient : _attention.OutputGradient;

    private Mode DecoderMode => _source.Recurrent.Mode;

    private SequenceView Vectors(in PairBatch batch)
    {
        int size = _network.Options.EmbeddingSize, items = batch.TargetSteps * batch.Rows;
        return new SequenceView(_vectors.Span[..(items * size)], batch.TargetSteps, batch.Rows, size);
    }

    private static MatrixView Rows(Tensor tensor, int rows) => tensor.AsMatrix().Slice(0, rows);
}
