using System;
using System.Buffers;
using System.Text;
using System.Threading;
using Rnn.Models.Diagnostics;
using Rnn.Models.Generation;

namespace Rnn.Models.CharRnn;

/// <summary>
/// Writes text with a model, one character at a time; the state carries on from call to call. One thread at a time uses
/// it. Any number of generators, each on a thread of its own, share a model and its packed weights, as long as nobody
/// trains it or writes its parameters meanwhile.
/// </summary>
public sealed class CharRnnGenerator
{
    private readonly CharRnnModel _model;
    private readonly TokenGenerator<CharRnnSteps> _tokens;

    internal CharRnnGenerator(CharRnnModel model)
    {
        _model = model;
        _tokens = new TokenGenerator<CharRnnSteps>(new CharRnnSteps(model, maxRows: 1));
    }

    /// <summary>Scratch for whoever puts the characters together.</summary>
    internal ArrayBufferWriter<char> Text { get; } = new();

    /// <summary>Begins anew, as a new generator with this seed and sampling; the buffers are kept.</summary>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="sampling">How to choose; null is the model's own distribution.</param>
    public void Reset(ulong seed = 1, SamplingOptions? sampling = null) => _tokens.Reset(seed, sampling);

    /// <summary>Forgets all that was read and written; the random numbers go on.</summary>
    public void Clear() => _tokens.Clear();

    /// <summary>Stands where another one of the same model and sampling stands in its text.</summary>
    internal void ContinueFrom(CharRnnGenerator other) => _tokens.ContinueFrom(other._tokens);

    /// <summary>Reads a text, as if it had been written.</summary>
    /// <param name="prime">At least one character that the vocabulary has.</param>
    /// <param name="skipUnknown">Leaves characters that the vocabulary lacks out, instead of refusing them, which is the
    /// default.</param>
    /// <exception cref="ArgumentException">No character is left, or one is not in the vocabulary.</exception>
    public void Read(string prime, bool skipUnknown = false) =>
        _tokens.Read(_model.Encode(prime, skipUnknown, nameof(prime)));

    /// <summary>Writes the next character. Allocates nothing.</summary>
    /// <exception cref="InvalidOperationException">Nothing was read yet.</exception>
    public Rune Next() => _model.Vocabulary[_tokens.Next()];

    /// <summary>Writes so many characters.</summary>
    /// <param name="length">Code points, 0 or more.</param>
    /// <exception cref="InvalidOperationException">Nothing was read yet.</exception>
    public string Write(int length)
    {
        Throw.IfBelow(nameof(length), length, 0);
        GenerationRun run = new(this, length);
        while (run.Next(default))
        {
        }

        return run.Take();
    }

    internal void Read(ReadOnlySpan<int> symbols, CancellationToken cancellation) => _tokens.Read(symbols, cancellation);
}
