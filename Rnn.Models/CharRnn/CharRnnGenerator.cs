using System;
using System.Buffers;
using System.Text;
using System.Threading;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;
using Rnn.Models.Generation;
using Rnn.Models.Text;

namespace Rnn.Models.CharRnn;

/// <summary>
/// Writes text with a model, one character at a time; the state carries on from call to call. One thread at a time uses
/// it. Any number of generators, each on a thread of its own, share a model and its packed weights, as long as nobody
/// trains it or writes its parameters meanwhile.
/// </summary>
public sealed class CharRnnGenerator
{
    private readonly CharRnnModel _model;
    private readonly CharRnnSteps _steps;
    private readonly Tensor _logits;
    private readonly TextSampler _sampler;
    private readonly int[] _symbol = new int[1];
    private readonly RecentTokens _recent = new();
    private Philox _random;

    internal CharRnnGenerator(CharRnnModel model)
    {
        _model = model;
        _steps = new CharRnnSteps(model, maxRows: 1);
        _logits = new Tensor(1, model.Vocabulary.Count);
        _sampler = new TextSampler(model.Vocabulary.Count);
    }

    /// <summary>Scratch for whoever puts the characters together.</summary>
    internal ArrayBufferWriter<char> Text { get; } = new();

    /// <summary>Begins anew, as a new generator with this seed and sampling; the buffers are kept.</summary>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="sampling">How to choose; null is the model's own distribution.</param>
    public void Reset(ulong seed = 1, SamplingOptions? sampling = null)
    {
        sampling ??= new SamplingOptions();
        _random = new Philox(seed, RandomStreams.Generation);
        _sampler.Options = sampling;
        _recent.Reset(sampling.RepetitionPenalty > 1 ? sampling.RepetitionWindow : 0);
        Clear();
    }

    /// <summary>Forgets all that was read and written; the random numbers go on.</summary>
    public void Clear()
    {
        _steps.Clear();
        _recent.Clear();
    }

    /// <summary>Stands where another one of the same model and sampling stands in its text.</summary>
    internal void ContinueFrom(CharRnnGenerator other)
    {
        _steps.ContinueFrom(other._steps);
        _recent.CopyFrom(other._recent);
    }

    /// <summary>Reads a text, as if it had been written.</summary>
    /// <param name="prime">At least one character that the vocabulary has.</param>
    /// <param name="skipUnknown">Leaves characters that the vocabulary lacks out, instead of refusing them, which is the
    /// default.</param>
    /// <exception cref="ArgumentException">No character is left, or one is not in the vocabulary.</exception>
    public void Read(string prime, bool skipUnknown = false) =>
        Read(_model.Encode(prime, skipUnknown, nameof(prime)), default);

    /// <summary>Writes the next character. Allocates nothing.</summary>
    /// <exception cref="InvalidOperationException">Nothing was read yet.</exception>
    public Rune Next()
    {
        _steps.Logits(_logits.AsMatrix());
        int symbol = _sampler.Sample(_logits.Span, _recent.Tokens, ref _random);
        Read(symbol);
        return _model.Vocabulary[symbol];
    }

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

    internal void Read(ReadOnlySpan<int> symbols, CancellationToken cancellation)
    {
        foreach (int symbol in symbols)
        {
            cancellation.ThrowIfCancellationRequested();
            Read(symbol);
        }
    }

    private void Read(int symbol)
    {
        _symbol[0] = symbol;
        _steps.Read(_symbol);
        _recent.Add(symbol);
    }
}
