using System;
using System.IO;
using System.Linq;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Saving;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Training;

namespace Rnn.Models.Translation;

/// <summary>
/// From one text to another: a sentence to its translation, a date to its standard form, a line to its reply. An
/// encoder reads the source, a decoder writes the target a token at a time (<see cref="TranslationArchitecture"/>). A
/// source's translation does not depend on what is translated beside it. One file holds options, vocabularies and
/// weights. Any number of threads may translate at once, as long as nobody trains it meanwhile.
/// </summary>
public sealed partial class TranslationModel : Model<TranslationOptions, PairBatch>
{
    private const string SourceKey = "source_vocabulary", TargetKey = "target_vocabulary";

    // Standard normal vectors would be far too long for weights of an output.
    private const float TableBound = 0.1f;

    /// <summary>A model for the words of its training pairs, with initial weights drawn from a seed.</summary>
    /// <param name="training">The pairs to train on and no others: words of held-out pairs would be known.</param>
    /// <param name="options">Its shape; null is the default.</param>
    /// <param name="seed">Of the initial weights.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidDataException">No token of a side is frequent enough.</exception>
    public TranslationModel(ParallelText training, TranslationOptions? options = null, ulong seed = 1)
        : this(SideOf(training, options ?? new TranslationOptions(), isSource: true),
            SideOf(training, options ?? new TranslationOptions(), isSource: false), options ?? new TranslationOptions(),
            seed, file: null)
    {
    }

    /// <summary>A model for given tokens, with initial weights drawn from a seed.</summary>
    /// <param name="source">How sources become numbers.</param>
    /// <param name="target">How targets do.</param>
    /// <param name="options">Its shape; null is the default. MinCount, MaxVocabulary and Merges are ignored.</param>
    /// <param name="seed">Of the initial weights.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a side has another tokenizer than the options.
    /// </exception>
    public TranslationModel(TranslationSide source, TranslationSide target, TranslationOptions? options = null, ulong seed = 1)
        : this(source, target, options ?? new TranslationOptions(), seed, file: null)
    {
    }

    private TranslationModel(TranslationSide source, TranslationSide target, TranslationOptions options, ulong seed,
        ModelReader<TranslationOptions>? file)
        : base(Format, options, file)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        options.Check();
        if (source.Tokenizer.Options != options.Source || target.Tokenizer.Options != options.Target)
            Throw.OtherTokenizer(source.Tokenizer.Options != options.Source ? nameof(source) : nameof(target));

        Source = source;
        Target = target;
        int sources = source.Vocabulary.Count, targets = target.Vocabulary.Count;
        Network = options.IsTransformer
            ? new TransformerTranslation(Layout, sources, targets, options)
            : new RecurrentTranslation(Layout, sources, targets, options);
        OutputDropout = new Dropout("dropout", options.OutputDropout);
        if (options.TiedWeights)
        {
            ParameterSlot table = Network.TargetEmbedding.Table;
            Head = new SoftmaxHead(Layout, "output", table, bias: true, (float)options.LabelSmoothing);
            if (!options.IsTransformer)
                Layout.SetInitial(table, InitialValues.Uniform(TableBound));
        }
        else
        {
            Head = new SoftmaxHead(Layout, "output", Network.OutputSize, targets, bias: true, (float)options.LabelSmoothing);
        }

        Complete(seed);
    }

    /// <summary>Its kind of file.</summary>
    public static ModelFormat<TranslationOptions> Format { get; } =
        new("translation/1", TranslationJson.Default.TranslationOptions);

    /// <summary>How sources become numbers.</summary>
    public TranslationSide Source { get; }

    /// <summary>How targets do.</summary>
    public TranslationSide Target { get; }

    /// <summary>From source and target so far to what the output reads.</summary>
    internal TranslationNetwork Network { get; }

    /// <summary>Dropout before the output.</summary>
    internal Dropout OutputDropout { get; }

    /// <summary>The output.</summary>
    internal SoftmaxHead Head { get; }

    /// <summary>Loads what <see cref="Model{TOptions, TBatch}.Save(string)"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, altered, or no model of this kind.</exception>
    public static TranslationModel Load(string path) => Format.Open(path).Make(Load);

    /// <summary>The same, from a stream.</summary>
    public static TranslationModel Load(Stream stream) => Format.Read(stream).Make(Load);

    /// <inheritdoc/>
    public override Pass<PairBatch> CreatePass(BatchShape most, TapeUse use = TapeUse.Training) =>
        new TranslationPass(this, most, use);

    /// <summary>Refuses a source that is empty or too long.</summary>
    internal void CheckLength(int tokens, string name, int? index = null)
    {
        if (tokens < 1 || tokens > Options.MaxTokens)
            Throw.SourceLength(name, index, tokens, Options.MaxTokens);
    }

    /// <inheritdoc/>
    protected override void AddTo(ModelWriter file)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Add(SourceKey, Source.Symbols);
        file.Add(TargetKey, Target.Symbols);
    }

    private static TranslationModel Load(ModelReader<TranslationOptions> file) => new(
        file.Entry(SourceKey, symbols => TranslationSide.FromSymbols(file.Options.Source, symbols)),
        file.Entry(TargetKey, symbols => TranslationSide.FromSymbols(file.Options.Target, symbols)), file.Options, 0, file);

    private static BytePairEncoding Subwords(SentenceTokenizerOptions options, string[] texts, int merges)
    {
        SentenceTokenizer words = new(options with { Units = SentenceUnits.Words });
        return BytePairEncoding.Train(texts.SelectMany(words.Tokenize), merges);
    }

    private static TranslationSide SideOf(ParallelText training, TranslationOptions options, bool isSource)
    {
        ArgumentNullException.ThrowIfNull(training);
        options.Check();
        string[] texts = [.. training.Select(pair => isSource ? pair.Source : pair.Target)];
        SentenceTokenizerOptions how = isSource ? options.Source : options.Target;
        SentenceTokenizer tokenizer = how.Units == SentenceUnits.Subwords
            ? new SentenceTokenizer(how, Subwords(how, texts, options.Merges))
            : new SentenceTokenizer(how);
        return TranslationSide.Of(texts, tokenizer, options.MinCount, options.MaxVocabulary);
    }
}
