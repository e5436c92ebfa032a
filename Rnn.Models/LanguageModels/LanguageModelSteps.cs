using System;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;
using Rnn.Models.Generation;

namespace Rnn.Models.LanguageModels;

/// <summary>A language model, a token at a time: any number of texts side by side, or one with a memory of its words. Its
/// logits are ln(p * V): 0 for a word that is as probable as any.</summary>
public sealed class LanguageModelSteps : EncoderSteps
{
    // As improbable as a finite logit can say: exp(x - max) is 0.
    private const float Impossible = float.MinValue;

    private readonly LanguageModel _model;
    private readonly float _shift;   // what a penalty on repetition divides must be above 0 where a word is probable
    private readonly ContinuousCacheOptions? _options;
    private readonly ContinuousCache? _cache;

    /// <summary>Steps of a model that has read nothing.</summary>
    /// <param name="model">The model.</param>
    /// <param name="maxRows">The most texts; 1 by default.</param>
    /// <param name="cache">A memory of the words that are read, mixed in; null (the default) for none.</param>
    /// <exception cref="ArgumentException">A memory was asked for and several rows, or an option is out of range.</exception>
    public LanguageModelSteps(LanguageModel model, int maxRows = 1, ContinuousCacheOptions? cache = null)
        : base((model ?? throw new ArgumentNullException(nameof(model))).Encoder, model.Parameters, maxRows)
    {
        cache?.Check();
        if (cache is not null && maxRows != 1)
            Throw.NoCacheOfSeveralRows(nameof(maxRows), maxRows);

        _model = model;
        _shift = (float)Math.Log(model.Vocabulary.Count);
        _options = cache;
        _cache = cache is null ? null
            : new ContinuousCache(cache.Window, model.Encoder.OutputSize, model.Vocabulary.Count);
    }

    /// <summary>Tokens that may not come next, each 0 .. V-1 and not all of them; none by default.</summary>
    public ReadOnlyMemory<int> Never { get; set; }

    /// <inheritdoc/>
    public override void ContinueFrom(EncoderSteps other)
    {
        base.ContinueFrom(other);
        if (_cache is not null && other is LanguageModelSteps { _cache: { } remembered })
            _cache.CopyFrom(remembered);
    }

    /// <inheritdoc/>
    protected override void OnClear()
    {
        base.OnClear();
        _cache?.Clear();
    }

    /// <inheritdoc/>
    protected override void OnRead(ReadOnlySpan<int> tokens)
    {
        if (HasRead)
            _cache?.Add(Hidden, tokens[0]);   // what followed the state that was

        base.OnRead(tokens);
    }

    /// <inheritdoc/>
    protected override void OnLogits(MatrixView logits)
    {
        _model.Head.LogProbabilities(Parameters, Hidden, logits);
        _cache?.Mix(Hidden, _options!, logits.Row(0));
        for (int row = 0; row < logits.Rows; row++)
        {
            Span<float> words = logits.Row(row);
            Elementwise.AddNumber(words, _shift, words);
            foreach (int token in Never.Span)
                words[token] = Impossible;
        }
    }
}
