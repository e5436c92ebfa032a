using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.Networks;
using Rnn.Models.Saving;
using Rnn.Models.Text.Scripts;
using Rnn.Models.Training;

namespace Rnn.Models.LanguageModels;

/// <summary>
/// A language model of words: it reads a text a token at a time and says how probable each word is to be the next. Embedding
/// -> recurrent layers -> dropout -> a head of all words (<see cref="OutputHead"/>), whose weights may be the embedding's.
/// Sources: Zaremba, Sutskever and Vinyals 2014; its regularisation: Merity, Keskar and Socher 2018. One file holds its
/// configuration, vocabulary and weights. Any number of threads may generate, evaluate and save at once, as long as nobody
/// trains it or writes its parameters meanwhile; training takes one thread.
/// </summary>
public sealed partial class LanguageModel : Model<LanguageModelOptions, TokenWindow>
{
    // Standard normal vectors would be far too long for weights of an output.
    private const float TableBound = 0.1f;
    private const string VocabularyKey = "vocabulary", CacheKey = "cache";

    /// <summary>A model with initial weights drawn from a seed.</summary>
    /// <param name="vocabulary">The words it knows, the most frequent first.</param>
    /// <param name="options">Its shape; null is the default.</param>
    /// <param name="seed">Of the initial weights.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public LanguageModel(TokenVocabulary vocabulary, LanguageModelOptions? options = null, ulong seed = 1)
        : this(vocabulary, options ?? new LanguageModelOptions(), seed, file: null)
    {
    }

    private LanguageModel(TokenVocabulary vocabulary, LanguageModelOptions options, ulong seed,
        ModelReader<LanguageModelOptions>? file)
        : base(Format, options, file)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        options.Check();
        Vocabulary = vocabulary;
        Encoder = options.TiedWeights
            ? new TokenEncoder(Layout, vocabulary.Count, options with { LastHiddenSize = options.EmbeddingSize },
                embedding: SlotStorage.Dense)
            : new TokenEncoder(Layout, vocabulary.Count, options);
        Layout.SetInitial(Encoder.Embedding!.Table, InitialValues.Uniform(TableBound));
        OutputDropout = new Dropout("dropout", options.OutputDropout, options.LockedDropout);
        Head = CreateHead();
        Complete(seed);
    }

    /// <summary>Its kind of file.</summary>
    public static ModelFormat<LanguageModelOptions> Format { get; } =
        new("language-model/1", LanguageModelJson.Default.LanguageModelOptions);

    /// <summary>The words it knows.</summary>
    public TokenVocabulary Vocabulary { get; }

    /// <summary>The memory that suits this model, saved with it; null (the default) if none was chosen. Nothing uses it by
    /// itself: see <see cref="TuneCache"/>, <see cref="Evaluate"/>, <see cref="LanguageModelSteps"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option of it is out of range.</exception>
    public ContinuousCacheOptions? Cache
    {
        get;
        set
        {
            value?.Check();
            field = value;
        }
    }

    /// <summary>Embedding and recurrent layers.</summary>
    internal TokenEncoder Encoder { get; }

    /// <summary>Dropout before the output.</summary>
    internal Dropout OutputDropout { get; }

    /// <summary>From the hidden state to probabilities.</summary>
    internal VocabularyHead Head { get; }

    /// <summary>Loads what <see cref="Model{TOptions, TBatch}.Save(string)"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, altered, or no model of this kind.</exception>
    public static LanguageModel Load(string path) => Format.Open(path).Make(Load);

    /// <summary>The same, from a stream.</summary>
    public static LanguageModel Load(Stream stream) => Format.Read(stream).Make(Load);

    /// <inheritdoc/>
    public override Pass<TokenWindow> CreatePass(BatchShape most, TapeUse use = TapeUse.Training) =>
        new LanguageModelPass(this, most, use);

    /// <summary>The tokens of a text, as the options' tokenizer reads it; without one tokens stand between blanks, and each
    /// line ends with <see cref="TokenizedText.EndOfLine"/>.</summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Vocabulary.Encode(Options.Script is { } script
            ? new ScriptTokenizer(script).Tokenize(text)
            : text.Length == 0 ? [] : TokenizedText.Parse(text));
    }

    /// <inheritdoc/>
    protected override void AddTo(ModelWriter file)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Add(VocabularyKey, Vocabulary.Symbols);
        if (Cache is not null)
            file.Add(CacheKey, JsonSerializer.Serialize(Cache, LanguageModelJson.Default.ContinuousCacheOptions));
    }

    private static LanguageModel Load(ModelReader<LanguageModelOptions> file) =>
        new(file.Entry(VocabularyKey, TokenVocabulary.FromSymbols), file.Options, 0, file)
        {
            Cache = file.Tensors.Metadata.ContainsKey(CacheKey) ? file.Entry(CacheKey, CacheOf) : null,
        };

    private static ContinuousCacheOptions CacheOf(string text)
    {
        try
        {
            ContinuousCacheOptions cache = JsonSerializer.Deserialize(text,
                LanguageModelJson.Default.ContinuousCacheOptions) ?? throw new FormatException("It is null.");
            cache.Check();
            return cache;
        }
        catch (JsonException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private VocabularyHead CreateHead()
    {
        int size = Encoder.OutputSize, words = Vocabulary.Count;
        ParameterSlot table = Encoder.Embedding!.Table;
        switch (Options.Head)
        {
            case OutputHead.Adaptive:
                int[] cutoffs = [.. Options.Cutoffs.Where(cutoff => cutoff < words)];
                return new AdaptiveSoftmax(Layout, "decoder", size, words, cutoffs, Options.ClusterDivisor);
            case OutputHead.Sampled:
                int samples = Math.Min(Options.Samples, words);
                return Options.TiedWeights
                    ? new SampledSoftmax(Layout, "decoder", table, samples)
                    : new SampledSoftmax(Layout, "decoder", size, words, samples);
            default:
                return Options.TiedWeights
                    ? new SoftmaxHead(Layout, "decoder", table)
                    : new SoftmaxHead(Layout, "decoder", size, words);
        }
    }
}
