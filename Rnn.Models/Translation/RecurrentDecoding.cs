using System;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Generation;
using Rnn.Models.Networks;

namespace Rnn.Models.Translation;

/// <summary>A way through a <see cref="RecurrentTranslation"/> that writes.</summary>
internal sealed class RecurrentDecoding : TranslationDecoding
{
    private readonly RecurrentTranslation _network;
    private readonly ParameterBuffer _parameters;
    private readonly TokenEncoderTape _source;
    private readonly StateBridgeTape _bridge;
    private readonly RecurrentTape? _plain;
    private readonly AttentionDecoderTape? _attention;
    private readonly StatesByRows<RecurrentState> _finals;
    private readonly RowStates<RecurrentState>? _plainStates;
    private readonly RowStates<AttentionDecoderState>? _states;
    private readonly Tensor _vectors, _decoded, _joined;

    public RecurrentDecoding(RecurrentTranslation network, ParameterBuffer parameters, int maxSources, int maxRows,
        int maxSteps)
        : base(maxRows)
    {
        _network = network;
        _parameters = parameters;
        _source = network.Encoder.CreateTape(maxSteps, maxSources, TapeUse.Inference);
        _bridge = network.Bridge.CreateTape(maxSources);
        if (network.Attention is { } attention)
        {
            _attention = attention.CreateTape(1, maxRows, maxSteps, TapeUse.Inference);
            _states = new RowStates<AttentionDecoderState>(maxRows, attention.CreateState,
                (to, from, parents) => to.GatherRows(from, parents));
        }
        else
        {
            _plain = network.Recurrent.CreateTape(1, maxRows, TapeUse.Inference);
            _plainStates = new RowStates<RecurrentState>(maxRows, network.Recurrent.CreateState,
                (to, from, parents) => to.GatherRows(from, parents));
        }

        _finals = new StatesByRows<RecurrentState>(maxSources, network.Encoder.CreateState);
        _vectors = new Tensor(maxRows, network.Options.EmbeddingSize);
        _decoded = new Tensor(maxRows, network.DecoderSize);
        _joined = new Tensor(maxRows, network.JoinedSize);
    }

    protected override void OnBegin(ReadOnlySpan<int> sources, ReadOnlySpan<int> lengths)
    {
        RecurrentState final = _finals[Rows];
        _network.Encoder.Embed(_parameters, sources, Rows, Mode.Inference, _source);
        _network.Encoder.Read(_parameters, sources, lengths, final, Mode.Inference, _source);
        if (_states is null)
        {
            _network.Bridge.Forward(_parameters, final, _bridge, _plainStates!.Begin(Rows));
            return;
        }

        AttentionDecoderState state = _states.Begin(Rows);
        state.Clear();
        _network.Bridge.Forward(_parameters, final, _bridge, state.Recurrent);
        _network.Attention!.Begin(_parameters, _source.Output, lengths, _attention!);
    }

    public override void Step(ReadOnlySpan<int> tokens, MatrixView output)
    {
        MatrixView x = _vectors.AsMatrix().Slice(0, Rows), decoded = _decoded.AsMatrix().Slice(0, Rows);
        MatrixView joined = _joined.AsMatrix().Slice(0, Rows);
        _network.TargetEmbedding.Forward(_parameters, tokens, x);
        if (_attention is { } attention)
        {
            _network.Attention!.Step(_parameters, x, _source.Output, Sources, _states!.Current, attention,
                decoded);
        }
        else
        {
            RecurrentState state = _plainStates!.Current;
            _network.Recurrent.Begin(state, 1, Mode.Inference, _plain!);
            _network.Recurrent.ForwardStep(_parameters, new ReadOnlySequenceView(x.Span, 1, Rows, x.Cols), 0, _plain!);
            _network.Recurrent.End(state, _plain!);
            _plain!.Output[0].CopyTo(decoded);
        }

        decoded.CopyTo(joined.Columns(0, decoded.Cols));
        if (_network.Options.OutputReadsEmbedding)
            x.CopyTo(joined.Columns(decoded.Cols, x.Cols));

        if (_network.Readout is not { } readout)
        {
            joined.CopyTo(output);
            return;
        }

        readout.Forward(_parameters, joined, output, keepPacked: true);
        Activations.Tanh(output.Span, output.Span);
    }

    protected override void OnReorder(ReadOnlySpan<int> parents)
    {
        _states?.Reorder(parents);
        _plainStates?.Reorder(parents);
    }
}
