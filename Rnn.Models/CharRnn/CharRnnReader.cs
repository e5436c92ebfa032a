using System;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.CharRnn;

/// <summary>
/// Reads one text, a window at a time, layer by layer, so that every layer's states can be looked at. The bits are those
/// of reading it character by character (design decision D10).
/// </summary>
internal sealed class CharRnnReader
{
    private readonly CharRnnModel _model;
    private readonly RecurrentTape[] _tapes;
    private readonly RecurrentState[] _states;
    private Tensor? _logits;

    public CharRnnReader(CharRnnModel model, int windowLength)
    {
        _model = model;
        WindowLength = windowLength;
        _tapes = [.. Each(layer => layer.CreateTape(windowLength, 1, TapeUse.Inference))];
        _states = [.. Each(layer => layer.CreateState(1))];

        T[] Each<T>(Converter<SequenceLayer, T> create) => Array.ConvertAll([.. model.Encoder.Recurrent.Layers], create);
    }

    /// <summary>The most characters of a window.</summary>
    public int WindowLength { get; }

    public int Layers => _tapes.Length;

    /// <summary>Reads the next window, 1 to WindowLength symbols.</summary>
    public void Read(ReadOnlySpan<int> symbols)
    {
        RecurrentInput x = RecurrentInput.OneHot(symbols, symbols.Length, 1, _model.Vocabulary.Count);
        for (int i = 0; i < _tapes.Length; i++)
        {
            SequenceLayer layer = _model.Encoder.Recurrent.Layers[i];
            layer.Forward(_model.Parameters, x, default, _states[i], Mode.Inference, _tapes[i]);
            x = _tapes[i].Output;
        }
    }

    /// <summary>[T, H] of the window that was read last.</summary>
    public ReadOnlyMatrixView Hidden(int layer)
    {
        if ((uint)layer >= (uint)_tapes.Length)
            Throw.Outside(nameof(layer), layer, $"0 to {_tapes.Length - 1}");

        return _tapes[layer].Output.Flattened;
    }

    /// <summary>ln p of what follows each character of the window that was read last.</summary>
    /// <param name="next">Their followers; at most as many as were read. Read.</param>
    /// <param name="logProbabilities">One for each. Overwritten.</param>
    public void Predict(ReadOnlySpan<int> next, Span<double> logProbabilities)
    {
        _logits ??= new Tensor(WindowLength, _model.Vocabulary.Count);
        MatrixView logits = _logits.AsMatrix().Slice(0, next.Length);
        _model.Output.Forward(_model.Parameters, Hidden(Layers - 1).Slice(0, next.Length), logits, keepPacked: true);
        for (int t = 0; t < next.Length; t++)
        {
            ReadOnlySpan<float> row = logits.Row(t);
            logProbabilities[t] = row[next[t]] - Softmax.LogSumExp(row);
        }
    }
}
