using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rnn.Core.Layers;
using Rnn.Models.Batching;
using Rnn.Models.Generation;
using Rnn.Models.Text.Parallel;

namespace Rnn.Models.Translation;

/// <summary>
/// Translates with a model, one source or many side by side; a source's result does not depend on the others. It has
/// memory of its own: one for each thread.
/// </summary>
/// <example>
/// <code>
/// Translator translator = new(TranslationModel.Load("model.safetensors"));
/// Console.WriteLine(translator.Translate("How are you?").Text);
/// </code>
/// </example>
public sealed class Translator
{
    private const int MostRows = 512;   // of a search: memory, and no product gets faster with more

    private readonly TranslatorOptions _options;
    private TranslationSteps? _steps;
    private BeamSearch? _search;
    private int _sources, _tokens;   // what those hold

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
        Model.CheckLength(from.Count, nameof(source));
        Model.CheckLength(to.Count, nameof(target));
        return Align([from], [to])[0];
    }

    /// <summary>Where the decoder looked as it wrote a target, token by token as it was written.</summary>
    /// <param name="text">A translation by this model; it may be empty.</param>
    /// <exception cref="ArgumentException">It has more tokens than this model reads.</exception>
    public TranslationAlignment Align(TranslatedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Model.CheckLength(text.SourceTokens.Count, nameof(text));
        if (text.Tokens.Count > Model.Options.MaxTokens)
            Model.CheckLength(text.Tokens.Count, nameof(text));

        return Align([text.SourceTokens], [text.Tokens])[0];
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
            Model.CheckLength(tokens[i].Count, count == 1 ? "The source" : nameof(sources), count == 1 ? null : i);
            ids[i] = Model.Source.Vocabulary.Encode(tokens[i]);
            (order[i], lengths[i]) = (i, ids[i].Length);
        }

        Array.Sort(lengths, order);   // of similar length side by side: little padding
        List<TranslatedText>[] found = new List<TranslatedText>[count];
        int size = Math.Clamp(MostRows / _options.Width, 1, _options.BatchSize);
        for (int first = 0; first < count; first += size)
        {
            int[] some = order[first..Math.Min(count, first + size)];
            IReadOnlyList<IReadOnlyList<BeamSequence>> results = Search(Array.ConvertAll(some, i => ids[i]), cancellation);
            for (int b = 0; b < some.Length; b++)
            {
                found[some[b]] = [];
                for (int n = 0; n < Math.Min(best, results[b].Count); n++)
                    found[some[b]].Add(ToText(results[b][n], tokens[some[b]]));
            }

            if (_options.Unknown == UnknownWords.Copy)
                CopyUnknown([.. some.Select(i => found[i])]);

            progress?.Report(first + some.Length);
        }

        return found;
    }

    private IReadOnlyList<IReadOnlyList<BeamSequence>> Search(int[][] sources, CancellationToken cancellation)
    {
        int[] lengths = Array.ConvertAll(sources, source => _options.MaxLength(source.Length, Model.Options.MaxTokens));
        int longest = Math.Max(sources.Max(source => source.Length), lengths.Max());
        if (_steps is null || _sources < sources.Length || _tokens < longest)
        {
            (_sources, _tokens) = (Math.Max(_sources, sources.Length), Math.Max(_tokens, longest));
            _steps = new TranslationSteps(Model, _sources, _sources * _options.Width, _tokens)
            {
                WritesUnknown = _options.Unknown != UnknownWords.Avoid,
            };
            _search = new BeamSearch(_steps, _options.ToSearch(Model.Options.MaxTokens + 1));
        }

        _steps.Begin(sources);
        return _search!.RunAll(lengths, cancellation);
    }

    private TranslatedText ToText(BeamSequence sequence, List<string> source)
    {
        int[] ids = [.. sequence.Tokens];
        int length = sequence.IsEnded ? ids.Length - 1 : Math.Min(ids.Length, Model.Options.MaxTokens);
        List<string> tokens = Model.Target.Vocabulary.Decode(ids.AsSpan(0, length));
        return new TranslatedText(Model.Target.Join(tokens), tokens, source, sequence.LogProbability, sequence.Score,
            sequence.IsEnded);
    }

    /// <summary>In texts with unknown words each becomes the source word that was looked at most.</summary>
    private void CopyUnknown(List<TranslatedText>[] all)
    {
        if (Model.Options.Architecture == TranslationArchitecture.EncoderDecoder)
            return;

        string unknown = Model.Target.Vocabulary[TranslationVocabulary.Unknown];
        TranslatedText[] some = [.. all.SelectMany(texts => texts).Where(text => text.Tokens.Contains(unknown))];
        if (some.Length == 0)
            return;

        TranslationAlignment[] alignments = Align([.. some.Select(text => text.SourceTokens)],
            [.. some.Select(text => text.Tokens)]);
        for (int i = 0; i < some.Length; i++)
        {
            string[] tokens = [.. some[i].Tokens];
            for (int t = 0; t < tokens.Length; t++)
            {
                if (tokens[t] != unknown)
                    continue;

                float[] shares = alignments[i].MeanShares(t);
                tokens[t] = some[i].SourceTokens[Array.IndexOf(shares, shares.Max())];
            }

            foreach (List<TranslatedText> texts in all)
            {
                int place = texts.IndexOf(some[i]);
                if (place >= 0)
                    texts[place] = some[i] with { Tokens = tokens, Text = Model.Target.Join(tokens) };
            }
        }
    }

    private TranslationAlignment[] Align(IReadOnlyList<string>[] sources, IReadOnlyList<string>[] targets)
    {
        int[][] sourceIds = Array.ConvertAll(sources, Model.Source.Vocabulary.Encode);
        int[][] targetIds = Array.ConvertAll(targets, Model.Target.Vocabulary.Encode);
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

    private TranslationAlignment AlignmentOf(TranslationTape tape, int row, IReadOnlyList<string> source,
        IReadOnlyList<string> target)
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
