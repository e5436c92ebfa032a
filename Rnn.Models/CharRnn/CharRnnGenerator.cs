using System;
using System.Text;
using Rnn.Core.Kernels;
using Rnn.Core.Layers;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text;

namespace Rnn.Models.CharRnn;

/// <summary>
/// Writes text with a model, one character at a time; the state carries on from call to call. One object for each
/// thread. Generators may share a model, as long as nobody trains it meanwhile.
/// </summary>
public sealed class CharRnnGenerator
{
    private readonly CharRnnModel _model;
    private readonly RecurrentTape _tape;
    private readonly RecurrentState _state;
    private readonly Tensor _logits;
    private readonly TextSampler _sampler;
    private readonly int[] _symbol = new int[1];
    private Philox _random;
    private bool _hasRead;

    internal CharRnnGenerator(CharRnnModel model, SamplingOptions? sampling, Philox random)
    {
        _model = model;
        _tape = model.Recurrent.CreateTape(1, 1, TapeUse.Inference);
        _state = model.Recurrent.CreateState(1);
        _logits = new Tensor(1, model.Vocabulary.Count);
        _sampler = new TextSampler(model.Vocabulary.Count, sampling);
        _random = random;
    }

    /// <summary>Forgets all that was read and written.</summary>
    public void Clear()
    {
        _state.Clear();
        _hasRead = false;
    }

    /// <summary>Reads a text, as if it had been written.</summary>
    /// <param name="prime">At least one character that the vocabulary has.</param>
    /// <param name="skipUnknown">Leaves characters that the vocabulary lacks out, instead of refusing them.</param>
    /// <exception cref="ArgumentException">No character is left, or one is not in the vocabulary.</exception>
    public void Read(string prime, bool skipUnknown = false)
    {
        ArgumentNullException.ThrowIfNull(prime);
        int[] symbols = _model.Vocabulary.Encode(prime, skipUnknown);
        if (symbols.Length == 0)
        {
            Throw.EmptyPrime();
        }

        foreach (int symbol in symbols)
        {
            Read(symbol);
        }
    }

    /// <summary>Writes the next character. Allocates nothing.</summary>
    /// <exception cref="InvalidOperationException">Nothing was read yet.</exception>
    public Rune Next()
    {
        if (!_hasRead)
        {
            Throw.NothingRead();
        }

        _model.Output.Forward(_model.Parameters, _tape.Output[0], _logits.AsMatrix(), keepPacked: true);
        int symbol = _sampler.Sample(_logits.Span, ref _random);
        Read(symbol);
        return _model.Vocabulary[symbol];
    }

    /// <summary>Writes so many characters.</summary>
    /// <param name="length">Code points, 0 or more.</param>
    public string Write(int length)
    {
        Throw.IfBelow(nameof(length), length, 0);
        StringBuilder text = new(length);
        for (int i = 0; i < length; i++)
        {
            text.Append(Next().ToString());
        }

        return text.ToString();
    }

    private void Read(int symbol)
    {
        _symbol[0] = symbol;
        RecurrentLayer layer = _model.Recurrent;
        layer.Begin(_state, 1, Mode.Inference, _tape);
        layer.ForwardStep(_model.Parameters, RecurrentInput.OneHot(_symbol, 1, 1, _model.Vocabulary.Count), 0, _tape);
        layer.End(_state, _tape);
        _hasRead = true;
    }
}
