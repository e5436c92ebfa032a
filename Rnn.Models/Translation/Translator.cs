using System;
using System.Collections.Generic;
using System.Threading;
using Rnn.Core.Layers;
using Rnn.Models.Batching;
using Rnn.Models.Generation;
using Rnn.Models.Text.Parallel;

namespace Rnn.Models.Translation;

/// <summary>
/// Translates with a model, one source or many side by side; a source's result does not depend on the others. It has memory of
/// its own: one for each thread.
/// </summary>
/// <example>
/// <code>
/// Translator translator = new(TranslationModel.Load("model.safetensors"));
/// Console.WriteLine(translator.Translate("How are you?").Text);
/// </code>
/// </example>
public sealed class Translator
{
    private readonly TranslatorOptions _options;
    private TranslationSteps? _steps;
    private BeamSearch? _search;
    private int _sources;

    /// <summary>A translator.</summary>
    /// <param name="model">Whose parameters are read.</param>
    /// <param name="options">How; null is the default.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Translator(TranslationModel model, TranslatorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _options = options ?? new TranslatorOptions();
        _options.Check();
        Model = model;
    }

    /// <summary>Whose parameters are read.</summary>
    public TranslationModel Model { get; }

    /// <summary>The best target of a source.</summary>
    /// <exception cref="ArgumentException">The source is empty or too long.</exception>
    public TranslatedText Translate(string source) => Best(source)[0];

    /// <summary>1 to Width targets of a source, the best first.</summary>
    /// <inheritdoc cref="Translate"/>
    public IReadOnlyList<TranslatedText> Best(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Run([source], best: _options.Width, null, default)[0];
    }

    /// <summary>The best target of each source, in their order.</summary>
    /// <param name="sources">Any number of texts.</param>
    /// <param name="progress">Receives how many are done.</param>
    /// <param name="cancellation">Asked before each token.</param>
    /// <exception cref="ArgumentException">A source is empty or too long.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<TranslatedText> TranslateAll(IReadOnlyList<string> sources, IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return Array.ConvertAll(Run(sources, best: 1, progress, cancellation), found => found[0]);
    }

    /// <summary>Where the decoder looks as it writes a target.</summary>
    /// <param name="source">1 to <see cref="TranslationOptions.MaxTokens"/> tokens.</param>
    /// <param name="target">As many; any text, also one that the model would not write.</param>
    /// <exception cref="ArgumentException">A text is empty or too long.</exception>
    public TranslationAlignment Align(string source, string target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        List<string> from = Model.Source.Tokenize(source), to = Model.Target.Tokenize(target);
        Model.CheckLength(from.Count, nameof(source), 0);
        Model.CheckLength(to.Count, nameof(target), 0);
        return Align([from], [Model.Source.Vocabulary.Encode(from)], [Model.Target.Vocabulary.Encode(to)], [to])[0];
    }

    private List<TranslatedText>[] Run(IReadOnlyList<string> sources, int best, IProgress<int>? progress,
        CancellationToken cancellation)
    {
        int count = sources.Count;
        List<string>[] tokens = new List<string>[count];
        int[][] ids = new int[count][];
        int[] order = new int[count], lengths = new int[count];
        for (int i = 0; i < count; i++)
        {
            tokens[i] = Model.Source.Tokenize(sources[i] ?? throw new ArgumentNullException(nameof(sources)));
            Model.CheckLength(tokens[i].Count, nameof(sources), i);
            ids[i] = Model.Source.Vocabulary.Encode(tokens[i]);
            (order[i], lengths[i]) = (i, ids[i].Length);
        }

        Array.Sort(lengths, order);   // of similar length side by side: little padding
        List<TranslatedText>[] found = new List<TranslatedText>[count];
        for (int first = 0; first < count; first += _options.BatchSize)
        {
            int[] some = order[first..Math.Min(count, first + _options.BatchSize)];
            IReadOnlyList<IReadOnlyList<BeamSequence>> results = Search(Array.ConvertAll(some, i => ids[i]), cancellation);
            for (int b = 0; b < some.Length; b++)
            {
                found[some[b]] = [];
                for (int n = 0; n < Math.Min(best, results[b].Count); n++)
                    found[some[b]].Add(ToText(results[b][n], tokens[some[b]], ids[some[b]]));
            }

            progress?.Report(first + some.Length);
        }

        return found;
    }

    private IReadOnlyList<IReadOnlyList<BeamSequence>> Search(int[][] sources, CancellationToken cancellation)
    {
        if (_steps is null || _sources < sources.Length)
        {
            _sources = sources.Length;
            _steps = new TranslationSteps(Model, _sources, _sources * _options.Width)
            {
                WritesUnknown = _options.Unknown != UnknownWords.Avoid,
            };
            _search = new BeamSearch(_steps, _options.ToSearch(Model.Options.MaxTokens + 1));
        }

        _steps.Begin(sources);
        return _search!.RunAll(Array.ConvertAll(sources,
            source => _options.MaxLength(source.Length, Model.Options.MaxTokens)), cancellation);
    }

    private TranslatedText ToText(BeamSequence sequence, List<string> source, int[] sourceIds)
    {
        int[] ids = [.. sequence.Tokens];
        if (sequence.IsEnded)
            ids = ids[..^1];

        List<string> tokens = Model.Target.Vocabulary.Decode(ids);
        if (_options.Unknown == UnknownWords.Copy && Array.IndexOf(ids, TranslationVocabulary.Unknown) >= 0
            && Model.Options.Architecture != TranslationArchitecture.EncoderDecoder)
        {
            TranslationAlignment alignment = Align([source], [sourceIds], [ids], [tokens])[0];
            for (int t = 0; t < ids.Length; t++)
            {
                if (ids[t] != TranslationVocabulary.Unknown)
                    continue;

                float[] shares = alignment.MeanShares(t);
                tokens[t] = source[Array.IndexOf(shares, System.Linq.Enumerable.Max(shares))];
            }
        }

        return new TranslatedText(Model.Target.Join(tokens), tokens, source, sequence.LogProbability, sequence.Score,
            sequence.IsEnded);
    }

    private TranslationAlignment[] Align(List<string>[] sources, int[][] sourceIds, int[][] targetIds,
        List<string>[] targets)
    {
        PairBatches batches = new(sourceIds, targetIds, _options.BatchSize, TranslationVocabulary.Start,
            TranslationVocabulary.End);
        TranslationTape tape = Model.Network.CreateTape(batches.Most, TapeUse.Inference);
        TranslationAlignment[] alignments = new TranslationAlignment[sources.Length];
        for (int index = 0; index < batches.Count; index++)
        {
            PairBatch batch = batches.Get(0, index);
            tape.Forward(Model.Parameters, batch, Mode.Inference);
            ReadOnlySpan<int> places = batches.PairsOf(0, index);
            for (int b = 0; b < places.Length; b++)
                alignments[places[b]] = AlignmentOf(tape, b, sources[places[b]], targets[places[b]]);
        }

        return alignments;
    }

    private TranslationAlignment AlignmentOf(TranslationTape tape, int row, List<string> source, List<string> target)
    {
        int steps = target.Count + 1, size = source.Count;
        float[] weights = new float[tape.Attentions * steps * size];
        for (int i = 0; i < tape.Attentions; i++)
        {
            for (int t = 0; t < steps; t++)
                tape.CopyWeights(i, t, row, weights.AsSpan(((i * steps) + t) * size, size));
        }

        int layers = Model.Options.IsTransformer ? Model.Options.Layers : tape.Attentions;
        string end = Model.Target.Vocabulary[TranslationVocabulary.End];
        return new TranslationAlignment(source, [.. target, end], layers, layers == 0 ? 0 : tape.Attentions / layers,
            weights);
    }
}
