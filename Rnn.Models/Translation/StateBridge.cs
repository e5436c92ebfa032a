using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Onnx;
using Rnn.Core.Tensors;
using Rnn.Models.Networks;

namespace Rnn.Models.Translation;

/// <summary>
/// The state in which an encoder ends becomes that in which a decoder begins, layer by layer. In one direction it is
/// the same; in two, h = tanh(W*[forwards; backwards] + b), and c of an LSTM the same without tanh, whose range c
/// doesn't have. Source: Bahdanau, Cho and Bengio 2015, for the backwards half.
/// </summary>
internal sealed class StateBridge
{
    private readonly Linear[] _hidden = [], _cell = [];
    private readonly bool _hasCell;

    public StateBridge(ParameterLayout layout, string name, TokenEncoderOptions options)
    {
        Layers = options.Layers;
        HiddenSize = options.HiddenSize;
        _hasCell = options.Cell == RecurrentCell.Lstm;
        if (!options.Bidirectional)
            return;

        IsLearnt = true;
        _hidden = new Linear[Layers];
        _cell = new Linear[_hasCell ? Layers : 0];
        for (int layer = 0; layer < Layers; layer++)
        {
            _hidden[layer] = new Linear(layout, $"{name}.hidden_l{layer}", 2 * HiddenSize, HiddenSize);
            if (_hasCell)
                _cell[layer] = new Linear(layout, $"{name}.cell_l{layer}", 2 * HiddenSize, HiddenSize);
        }
    }

    public int Layers { get; }

    public int HiddenSize { get; }

    /// <summary>Whether there are two directions, and so parameters.</summary>
    public bool IsLearnt { get; }

    /// <summary>Matrices of a state in one direction.</summary>
    public int Parts => Layers * (_hasCell ? 2 : 1);

    public StateBridgeTape CreateTape(int maxRows) => new(this, maxRows);

    /// <param name="p">Parameters. Read.</param>
    /// <param name="final">The encoder's. Read.</param>
    /// <param name="tape">Overwritten.</param>
    /// <param name="initial">The decoder's. Overwritten.</param>
    public void Forward(ParameterBuffer p, RecurrentState final, StateBridgeTape tape, RecurrentState initial)
    {
        if (!IsLearnt)
        {
            initial.CopyFrom(final);
            return;
        }

        for (int layer = 0; layer < Layers; layer++)
        {
            MatrixView both = tape.Joined(layer, isCell: false, final.Batch), h = initial.Hidden(layer);
            Join(final.Hidden(layer), final.Hidden(layer, backwards: true), both);
            _hidden[layer].Forward(p, both, h);
            Activations.Tanh(h.Span, h.Span);
            h.CopyTo(tape.Tanh(layer, final.Batch));
            if (!_hasCell)
                continue;

            both = tape.Joined(layer, isCell: true, final.Batch);
            Join(final.Cell(layer), final.Cell(layer, backwards: true), both);
            _cell[layer].Forward(p, both, initial.Cell(layer));
        }
    }

    /// <summary>Adds the same to a network for other engines.</summary>
    /// <param name="net">Receives it.</param>
    /// <param name="final">The encoder's state.</param>
    /// <param name="decoder">Whose state it becomes.</param>
    public OnnxState Add(OnnxNetwork net, OnnxState final, SequenceLayer decoder)
    {
        if (!IsLearnt)
            return final;

        OnnxValue[] hidden = new OnnxValue[Layers], cells = new OnnxValue[_cell.Length];
        for (int layer = 0; layer < Layers; layer++)
        {
            hidden[layer] = net.Tanh(net.Add(_hidden[layer], net.Hidden(final, layer)));
            if (_hasCell)
                cells[layer] = net.Add(_cell[layer], net.Cell(final, layer));
        }

        return net.State(decoder, hidden, cells);
    }

    /// <param name="p">Parameters, as given to Forward. Read.</param>
    /// <param name="dInitial">The gradient of the decoder's. Read, and used up.</param>
    /// <param name="tape">As recorded by Forward. Its memory is used up.</param>
    /// <param name="g">Accumulated.</param>
    /// <param name="dFinal">The gradient of the encoder's. Overwritten.</param>
    public void Backward(ParameterBuffer p, RecurrentState dInitial, StateBridgeTape tape, GradientBuffer g,
        RecurrentState dFinal)
    {
        if (!IsLearnt)
        {
            dFinal.CopyFrom(dInitial);
            return;
        }

        for (int layer = 0; layer < Layers; layer++)
        {
            MatrixView both = tape.Joined(layer, isCell: false, dFinal.Batch), dh = dInitial.Hidden(layer);
            Activations.TanhBackward(tape.Tanh(layer, dFinal.Batch).Span, dh.Span, dh.Span);   // h = tanh(.)
            _hidden[layer].Backward(p, both, dh, g, both);                                     // . = W*both + b
            Split(both, dFinal.Hidden(layer), dFinal.Hidden(layer, backwards: true));
            if (!_hasCell)
                continue;

            both = tape.Joined(layer, isCell: true, dFinal.Batch);
            _cell[layer].Backward(p, both, dInitial.Cell(layer), g, both);
            Split(both, dFinal.Cell(layer), dFinal.Cell(layer, backwards: true));
        }
    }

    private static void Join(MatrixView first, MatrixView second, MatrixView both)
    {
        first.CopyTo(both.Columns(0, first.Cols));
        second.CopyTo(both.Columns(first.Cols, second.Cols));
    }

    private static void Split(MatrixView both, MatrixView first, MatrixView second)
    {
        both.Columns(0, first.Cols).CopyTo(first);
        both.Columns(first.Cols, second.Cols).CopyTo(second);
    }
}

/// <summary>What a <see cref="StateBridge"/> keeps for its way back.</summary>
internal sealed class StateBridgeTape
{
    private readonly StateBridge _bridge;
    private readonly Tensor _joined, _tanh;   // [parts, rows*2H], [layers, rows*H]; empty in one direction

    public StateBridgeTape(StateBridge bridge, int maxRows)
    {
        _bridge = bridge;
        int size = bridge.IsLearnt ? checked(maxRows * bridge.HiddenSize) : 0;
        _joined = new Tensor(bridge.Parts, 2 * size);
        _tanh = new Tensor(bridge.Layers, size);
    }

    /// <summary>[B, 2H], what both directions end in.</summary>
    public MatrixView Joined(int layer, bool isCell, int rows)
    {
        int size = 2 * _bridge.HiddenSize, part = isCell ? _bridge.Layers + layer : layer;
        return new MatrixView(_joined.AsMatrix().Row(part)[..(rows * size)], rows, size);
    }

    /// <summary>[B, H], the h of a layer.</summary>
    public MatrixView Tanh(int layer, int rows) =>
        new(_tanh.AsMatrix().Row(layer)[..(rows * _bridge.HiddenSize)], rows, _bridge.HiddenSize);
}
