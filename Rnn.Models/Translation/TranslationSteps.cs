using System;
using System.Collections.Generic;
using Rnn.Core.Tensors;
using Rnn.Models.Generation;
using Rnn.Models.Text.Parallel;

namespace Rnn.Models.Translation;

/// <summary>
/// A translation model that writes: any number of sources are read at once, and after each as many targets are written
/// as a search follows. A target begins with <see cref="TranslationVocabulary.Start"/>, which is never written again.
/// </summary>
public sealed class TranslationSteps : StepModel
{
    private readonly TranslationModel _model;
    private readonly TranslationDecoding _decoding;
    private readonly int[] _sources, _lengths, _starts;
    private readonly int _maxSources, _maxSteps;
    private Tensor _output, _spare;   // [maxRows, R]

    /// <summary>Memory for sources and targets.</summary>
    /// <param name="model">Whose parameters are read at every step.</param>
    /// <param name="maxSources">The most sources that are read at once, more than 0.</param>
    /// <param name="maxRows">The most targets that are written at once, at least as many.</param>
    /// <param name="maxTokens">The most tokens of a source and of a target; 0 (the default): what the model was made
    /// for. Memory grows with it.</param>
    public TranslationSteps(TranslationModel model, int maxSources = 1, int maxRows = 1, int maxTokens = 0)
        : base((model ?? throw new ArgumentNullException(nameof(model))).Target.Vocabulary.Count, maxRows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSources);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxSources, maxRows);
        _model = model;
        _maxSources = maxSources;
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        _maxSteps = maxTokens == 0 ? model.Options.MaxTokens : Math.Min(maxTokens, model.Options.MaxTokens);
        int most = _maxSteps + 1;   // a target's start, or its end
        _decoding = model.Network.CreateDecoding(model.Parameters, maxSources, maxRows, most);
        _output = new Tensor(maxRows, model.Network.OutputSize);
        _spare = new Tensor(maxRows, model.Network.OutputSize);
        _sources = new int[checked(most * maxSources)];
        _lengths = new int[maxSources];
        _starts = new int[maxSources];
        Array.Fill(_starts, TranslationVocabulary.Start);
    }

    /// <summary>Whether <see cref="TranslationVocabulary.Unknown"/> may be written; true by default.</summary>
    public bool WritesUnknown { get; set; } = true;

    /// <summary>Reads sources; a target begins after each.</summary>
    /// <param name="sources">1 to maxSources texts, as the model's vocabulary numbers them, each of 1 to
    /// <see cref="TranslationOptions.MaxTokens"/> tokens.</param>
    /// <exception cref="ArgumentException">There are too many, or one is empty or too long.</exception>
    public void Begin(IReadOnlyList<int[]> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfZero(sources.Count, nameof(sources));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sources.Count, _maxSources, nameof(sources));
        int rows = sources.Count, steps = 0;
        for (int b = 0; b < rows; b++)
        {
            _model.CheckLength(sources[b].Length, nameof(sources), b);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(sources[b].Length, _maxSteps, nameof(sources));
            _lengths[b] = sources[b].Length;
            steps = Math.Max(steps, _lengths[b]);
        }

        Span<int> tokens = _sources.AsSpan(0, steps * rows);
        tokens.Clear();
        for (int b = 0; b < rows; b++)
        {
            for (int t = 0; t < _lengths[b]; t++)
                tokens[(t * rows) + b] = sources[b][t];
        }

        Begin(rows);
        _decoding.Begin(tokens, _lengths.AsSpan(0, rows));
        Read(_starts.AsSpan(0, rows));
    }

    /// <summary>Not supported: a translation begins with its source.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    protected override void OnClear() => throw new NotSupportedException(
        "TranslationSteps begins with Begin, which reads the sources.");

    /// <inheritdoc/>
    protected override void OnRead(ReadOnlySpan<int> tokens) =>
        _decoding.Step(tokens, _output.AsMatrix().Slice(0, tokens.Length));

    /// <inheritdoc/>
    protected override void OnLogits(MatrixView logits)
    {
        _model.Head.Logits(_model.Parameters, _output.AsMatrix().Slice(0, Rows), logits);
        for (int row = 0; row < Rows; row++)
        {
            logits[row, TranslationVocabulary.Start] = float.MinValue;
            if (!WritesUnknown)
                logits[row, TranslationVocabulary.Unknown] = float.MinValue;
        }
    }

    /// <inheritdoc/>
    protected override void OnReorder(ReadOnlySpan<int> parents)
    {
        _decoding.Reorder(parents);
        for (int i = 0; i < parents.Length; i++)
            _output.AsMatrix().Row(parents[i]).CopyTo(_spare.AsMatrix().Row(i));

        (_output, _spare) = (_spare, _output);
    }
}
