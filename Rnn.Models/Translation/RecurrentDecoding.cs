using System;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
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
    private readonly StatesByRows<RecurrentState> _plainStates, _plainSpares;
    private readonly StatesByRows<AttentionDecoderState> _states, _spares;
    private readonly Tensor _vectors, _decoded, _joined;
    private readonly int[] _sourceOf, _spareSources;   // [rows]
    private StatesByRows<RecurrentState> _plainNow;
    private StatesByRows<AttentionDecoderState> _now;
    private int _rows;

    public RecurrentDecoding(RecurrentTranslation network, ParameterBuffer parameters, int maxSources, int maxRows,
        int maxSteps)
    {
        _network = network;
        _parameters = parameters;
        _source = network.Encoder.CreateTape(maxSteps, maxSources, TapeUse.Inference);
        _bridge = network.Bridge.CreateTape(maxSources);
        if (network.Attention is { } attention)
            _attention = attention.CreateTape(1, maxRows, maxSteps, TapeUse.Inference);
        else
            _plain = network.Recurrent.CreateTape(1, maxRows, TapeUse.Inference);

        _finals = new StatesByRows<RecurrentState>(maxSources, network.Encoder.CreateState);
        _plainStates = new StatesByRows<RecurrentState>(maxRows, network.Recurrent.CreateState);
        _plainSpares = new StatesByRows<RecurrentState>(maxRows, network.Recurrent.CreateState);
        _states = new StatesByRows<AttentionDecoderState>(maxRows, rows => network.Attention!.CreateState(rows));
        _spares = new StatesByRows<AttentionDecoderState>(maxRows, rows => network.Attention!.CreateState(rows));
        (_plainNow, _now) = (_plainStates, _states);
        _vectors = new Tensor(maxRows, network.Options.EmbeddingSize);
        _decoded = new Tensor(maxRows, network.DecoderSize);
        _joined = new Tensor(maxRows, network.JoinedSize);
        _sourceOf = new int[maxRows];
        _spareSources = new int[maxRows];
    }

    public override void Begin(ReadOnlySpan<int> sources, ReadOnlySpan<int> lengths)
    {
        _rows = lengths.Length;
        RecurrentState final = _finals[_rows];
        _network.Encoder.Embed(_parameters, sources, _rows, Mode.Inference, _source);
        _network.Encoder.Read(_parameters, sources, lengths, final, Mode.Inference, _source);
        for (int i = 0; i < _rows; i++)
            _sourceOf[i] = i;

        if (_attention is null)
        {
            _network.Bridge.Forward(_parameters, final, _bridge, _plainNow[_rows]);
            return;
        }

        AttentionDecoderState state = _now[_rows];
        state.Clear();
        _network.Bridge.Forward(_parameters, final, _bridge, state.Recurrent);
        _network.Attention!.Begin(_parameters, _source.Output, lengths, _attention);
    }

    public override void Step(ReadOnlySpan<int> tokens, MatrixView output)
    {
        MatrixView x = _vectors.AsMatrix().Slice(0, _rows), decoded = _decoded.AsMatrix().Slice(0, _rows);
        MatrixView joined = _joined.AsMatrix().Slice(0, _rows);
        _network.TargetEmbedding.Forward(_parameters, tokens, x);
        if (_attention is { } attention)
        {
            _network.Attention!.Step(_parameters, x, _source.Output, _sourceOf.AsSpan(0, _rows), _now[_rows], attention,
                decoded);
        }
        else
        {
            RecurrentState state = _plainNow[_rows];
            _network.Recurrent.Begin(state, 1, Mode.Inference, _plain!);
            _network.Recurrent.ForwardStep(_parameters, new ReadOnlySequenceView(x.Span, 1, _rows, x.Cols), 0, _plain!);
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

    public override void Reorder(ReadOnlySpan<int> parents)
    {
        for (int i = 0; i < parents.Length; i++)
            _spareSources[i] = _sourceOf[parents[i]];

        _spareSources.AsSpan(0, parents.Length).CopyTo(_sourceOf);
        if (_attention is null)
        {
            StatesByRows<RecurrentState> next = ReferenceEquals(_plainNow, _plainStates) ? _plainSpares : _plainStates;
            next[parents.Length].GatherRows(_plainNow[_rows], parents);
            _plainNow = next;
        }
        else
        {
            StatesByRows<AttentionDecoderState> next = ReferenceEquals(_now, _states) ? _spares : _states;
            next[parents.Length].GatherRows(_now[_rows], parents);
            _now = next;
        }

        _rows = parents.Length;
    }
}
