using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Tensors;
using Rnn.Models.Networks;

namespace Rnn.Models.LanguageModels;

/// <summary>Reads one text, a window at a time: its states, and how probable each next word was.</summary>
internal sealed class LanguageModelReader
{
    private readonly LanguageModel _model;
    private readonly TokenEncoderTape _encoded;
    private readonly RecurrentState _state;
    private readonly Tensor _logProbabilities;   // [T, V]

    public LanguageModelReader(LanguageModel model, int windowLength)
    {
        _model = model;
        WindowLength = windowLength;
        _encoded = model.Encoder.CreateTape(windowLength, 1, TapeUse.Inference);
        _state = model.Encoder.CreateState(1);
        _logProbabilities = new Tensor(windowLength, model.Vocabulary.Count);
    }

    /// <summary>The most tokens of a window.</summary>
    public int WindowLength { get; }

    /// <summary>[T, H] of the window that was read last.</summary>
    public ReadOnlyMatrixView Hidden => _encoded.Output.Flattened;

    /// <summary>Reads the next window, 1 to WindowLength tokens.</summary>
    public void Read(ReadOnlySpan<int> tokens) =>
        _model.Encoder.Forward(_model.Parameters, tokens, _state, Mode.Inference, _encoded);

    /// <summary>-ln p of what follows each token of the window that was read last.</summary>
    /// <param name="next">Their followers, as many as were read. Read.</param>
    /// <param name="losses">One for each. Overwritten.</param>
    public void Predict(ReadOnlySpan<int> next, Span<double> losses)
    {
        MatrixView logProbabilities = _logProbabilities.AsMatrix().Slice(0, next.Length);
        _model.Head.LogProbabilities(_model.Parameters, Hidden, logProbabilities);
        for (int t = 0; t < next.Length; t++)
            losses[t] = -logProbabilities.Row(t)[next[t]];
    }
}
