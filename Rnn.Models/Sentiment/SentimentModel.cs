using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Pooling;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Embeddings;
using Rnn.Models.Networks;
using Rnn.Models.Saving;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Text.Words;
using Rnn.Models.Training;

namespace Rnn.Models.Sentiment;

/// <summary>
/// Which class a text belongs to: what a review thinks of a film. Words -> embedding -> recurrent layers -> pooling over all
/// steps -> dropout -> linear -> sigmoid (or softmax with more than two classes). A text has its real length: no step of
/// padding is read, and its probability has the same bits alone and in any batch. One file holds options, words, classes
/// and weights. Any number of threads may predict and explain at once, as long as nobody trains it meanwhile.
/// </summary>
public sealed partial class SentimentModel : Model<SentimentOptions, LabelledBatch>
{
    private const string WordsKey = "vocabulary", ClassesKey = "classes";

    /// <summary>A model for the words and classes of its training texts, with initial weights drawn from a seed.</summary>
    /// <param name="training">The texts to train on and no others: words of held-out texts would be known.</param>
    /// <param name="options">Its shape; null is the default.</param>
    /// <param name="seed">Of the initial weights.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidDataException">No word of the texts is frequent enough.</exception>
    public SentimentModel(LabelledTexts training, SentimentOptions? options = null, ulong seed = 1)
        : this(TextVocabulary.Of(training, options ?? new SentimentOptions()), training.Classes,
            options ?? new SentimentOptions(), seed, file: null)
    {
    }

    /// <summary>A model for given words and classes, with initial weights drawn from a seed.</summary>
    /// <param name="words">The words that it knows.</param>
    /// <param name="classes">The names of two classes or more; a text's label is one's place.</param>
    /// <param name="options">Its shape; null is the default. MinCount and MaxWords are ignored.</param>
    /// <param name="seed">Of the initial weights.</param>
    /// <exception cref="ArgumentException">An option is out of range, or there is one class only.</exception>
    public SentimentModel(WordVocabulary words, IReadOnlyList<string> classes, SentimentOptions? options = null,
        ulong seed = 1)
        : this(words, classes, options ?? new SentimentOptions(), seed, file: null)
    {
    }

    private SentimentModel(WordVocabulary words, IReadOnlyList<string> classes, SentimentOptions options, ulong seed,
        ModelReader<SentimentOptions>? file)
        : base(Format, options, file)
    {
        ArgumentNullException.ThrowIfNull(classes);
        options.Check();
        if (classes.Count < 2)
            Throw.TooFewClasses(nameof(classes), classes.Count);

        LabelledTexts.CheckClasses(classes, nameof(classes));
        for (int i = 0; i < classes.Count; i++)
        {
            if (classes[i].Contains('\n', StringComparison.Ordinal))
                Throw.LineInClass(nameof(classes), i);
        }

        Vocabulary = new TextVocabulary(words, options);
        Classes = [.. classes];
        Encoder = new TokenEncoder(Layout, Vocabulary.Count, options);
        Pooling = SequencePooling.Create(Layout, "pooling", options.Pooling, Encoder.OutputSize, options.Bidirectional,
            options.AttentionSize);
        OutputDropout = new Dropout("dropout", options.OutputDropout);
        Output = new Linear(Layout, "fc", Encoder.OutputSize, classes.Count == 2 ? 1 : classes.Count);
        Complete(seed);
    }

    /// <summary>Its kind of file.</summary>
    public static ModelFormat<SentimentOptions> Format { get; } =
        new("sentiment/1", SentimentJson.Default.SentimentOptions);

    /// <summary>From texts to tokens.</summary>
    public TextVocabulary Vocabulary { get; }

    /// <summary>The names of the classes; with two, a probability is that of the second.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Whether there are two classes, and so one logit.</summary>
    public bool IsBinary => Classes.Count == 2;

    /// <summary>Embedding and recurrent layers.</summary>
    internal TokenEncoder Encoder { get; }

    /// <summary>From a text's steps to one vector.</summary>
    internal SequencePooling Pooling { get; }

    /// <summary>Dropout of that vector.</summary>
    internal Dropout OutputDropout { get; }

    /// <summary>From the vector to logits.</summary>
    internal Linear Output { get; }

    /// <summary>Loads what <see cref="Model{TOptions, TBatch}.Save(string)"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, altered, or no model of this kind.</exception>
    public static SentimentModel Load(string path) => Format.Open(path).Make(Load);

    /// <summary>The same, from a stream.</summary>
    public static SentimentModel Load(Stream stream) => Format.Read(stream).Make(Load);

    /// <inheritdoc/>
    public override Pass<LabelledBatch> CreatePass(BatchShape most, TapeUse use = TapeUse.Training) =>
        new SentimentPass(this, most, use);

    /// <summary>Begins with word vectors that were learnt elsewhere: a known word's replaces its row of the embedding.</summary>
    /// <param name="vectors">Of <see cref="TokenEncoderOptions.EmbeddingSize"/> dimensions.</param>
    /// <param name="scale">Their factor; by default, with 0, such that the mean of their squares is that of the initial
    /// values, 1.</param>
    /// <returns>How many words have one.</returns>
    /// <exception cref="ArgumentException">They have other dimensions, or the model has no embedding.</exception>
    public int UseVectors(WordVectors vectors, double scale = 0)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        Throw.IfBelow(nameof(scale), scale, 0);
        if (Encoder.Embedding is not { } embedding || embedding.Size != vectors.Dimensions)
            throw Throw.VectorsOfOtherSize(nameof(vectors), vectors.Dimensions, Options.EmbeddingSize);

        double sum = 0;
        int known = 0;
        for (int id = TextVocabulary.FirstWord; id < Vocabulary.Count; id++)
        {
            if (!vectors.TryGet(Vocabulary[id], out ReadOnlySpan<float> vector))
                continue;

            known++;
            foreach (float value in vector)
                sum += (double)value * value;
        }

        float factor = (float)(scale > 0 ? scale : sum > 0 ? Math.Sqrt((double)known * vectors.Dimensions / sum) : 1);
        MatrixView table = Parameters.BeginWrite()[embedding.Table];
        for (int id = TextVocabulary.FirstWord; id < Vocabulary.Count; id++)
        {
            if (!vectors.TryGet(Vocabulary[id], out ReadOnlySpan<float> vector))
                continue;

            Span<float> row = table.Row(id);
            for (int i = 0; i < row.Length; i++)
                row[i] = factor * vector[i];
        }

        return known;
    }

    /// <inheritdoc/>
    protected override void AddTo(ModelWriter file)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Add(WordsKey, string.Join('\n', Vocabulary.Words.Words));
        file.Add(ClassesKey, string.Join('\n', Classes));
    }

    private static SentimentModel Load(ModelReader<SentimentOptions> file) =>
        new(file.Entry(WordsKey, text => WordVocabulary.FromWords(Lines(text), new long[Lines(text).Length])),
            file.Entry(ClassesKey, Lines), file.Options, 0, file);

    private static string[] Lines(string text) => text.Split('\n');
}
