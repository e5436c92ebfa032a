using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.WordVectors;
using Rnn.Models.Diagnostics;
using Rnn.Models.Embeddings;
using Rnn.Models.Text;
using Rnn.Models.Text.Phrases;
using Rnn.Models.Text.Words;
using Rnn.Models.Training;

namespace Rnn.Models.Word2Vec;

/// <summary>
/// Word vectors learnt as word2vec does: skip-gram or CBOW with negative sampling, plain gradient descent word by word,
/// by a fused kernel (<see cref="WindowTrainer"/>). The same seed gives the same vectors on any number of threads, and
/// a run that is cancelled, saved, loaded and continued gives the same bits as one that never stopped.
/// Sources: Mikolov et al., "Efficient estimation of word representations in vector space" and "Distributed
/// representations of words and phrases and their compositionality", 2013.
/// </summary>
public sealed class Word2VecModel
{
    // Untrained vectors have a loss of log 2 for each target. On another text trained ones may exceed that a little;
    // those of a run that diverges exceed it by powers of ten.
    private const double DivergedTimesGuess = 4;

    private readonly EmbeddingShards _tables;
    private readonly List<double> _epochLosses = [];
    private long _corpusLength;   // of the run under way, or 0
    private ulong _fingerprint;   // of its corpus
    private long _position;       // entries of the epoch that are done
    private double _lossSum;      // of the epoch so far
    private long _lossCount;
    private bool _isFresh;        // the vectors are as they were drawn, or in their first run

    /// <summary>
    /// A model of untrained vectors: input rows uniform in +-1/(2D), output rows zero, as word2vec begins.
    /// </summary>
    /// <param name="vocabulary">At least two words.</param>
    /// <param name="options">How it learns; null: the defaults of <see cref="Word2VecOptions"/>.</param>
    /// <param name="phrases">
    /// What was joined in the text, pass by pass; saved with the model, so that further text can be joined alike. Null:
    /// nothing.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of range, or there are fewer than two words.</exception>
    public Word2VecModel(WordVocabulary vocabulary, Word2VecOptions? options = null,
        IReadOnlyList<PhraseModel>? phrases = null)
        : this(vocabulary, options ?? new Word2VecOptions(), isDrawn: true)
    {
        Phrases = phrases is null ? [] : [.. phrases];
    }

    private Word2VecModel(WordVocabulary vocabulary, Word2VecOptions options, bool isDrawn)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        options.Check();
        if (vocabulary.Count < 2)
            Throw.TooFewWords(vocabulary.Count);

        Vocabulary = vocabulary;
        Options = options;
        _tables = new EmbeddingShards(vocabulary.Count, options.Dimensions, options.ActualShards);
        _isFresh = isDrawn;
        if (isDrawn)
        {
            float[] row = new float[options.Dimensions];
            for (int word = 0; word < vocabulary.Count; word++)
                WriteDrawn(word, word, row);
        }
    }

    /// <summary>Its words; row i of its tables is word i.</summary>
    public WordVocabulary Vocabulary { get; }

    /// <summary>
    /// The phrases that were joined in its text, pass by pass; a text to train it further on is to be joined by
    /// <see cref="PhraseModel.Apply(WordCorpus, WordCorpusOptions?, CancellationToken)"/> of each, in this order.
    /// </summary>
    public IReadOnlyList<PhraseModel> Phrases { get; internal set; } = [];

    /// <summary>How it learns.</summary>
    public Word2VecOptions Options { get; }

    /// <summary>Whether a training run was cancelled that <see cref="Train"/> goes on with.</summary>
    public bool IsTraining => _corpusLength > 0;

    /// <summary>Mean losses of the finished epochs of the last run.</summary>
    public IReadOnlyList<double> EpochLosses => _epochLosses;

    /// <summary>Epochs of the run under way that are done, or 0.</summary>
    internal int Epoch => IsTraining ? _epochLosses.Count : 0;

    internal EmbeddingShards Tables => _tables;

    internal (long CorpusLength, ulong Fingerprint, long Position, double LossSum, long LossCount) RunState
    {
        get => (_corpusLength, _fingerprint, _position, _lossSum, _lossCount);
        set => (_corpusLength, _fingerprint, _position, _lossSum, _lossCount) = value;
    }

    internal List<double> Losses => _epochLosses;

    /// <summary>
    /// Trains for <see cref="Word2VecOptions.Epochs"/> epochs, or goes on with a run that was cancelled. A model that
    /// has been trained is trained further, from the first learning rate on; on the same text it draws the same windows
    /// and negatives again.
    /// </summary>
    /// <param name="corpus">The text, with this model's vocabulary.</param>
    /// <param name="progress">Receives a report for every block of 16,384 entries.</param>
    /// <param name="cancellation">Ends the run after the current block.</param>
    /// <exception cref="ArgumentException">
    /// The corpus has another vocabulary, or is not the one of the run that was cancelled.
    /// </exception>
    /// <exception cref="TrainingDivergedException">
    /// The loss of a block is not finite, or its mean is above four times that of untrained vectors. The run is over,
    /// and the vectors are of no use any more.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// The first epoch had no pair of words to learn from: no sentence has two words that are left by the subsampling.
    /// </exception>
    public Word2VecResult Train(WordCorpus corpus, IProgress<Word2VecProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        CheckVocabulary(corpus);
        if (IsTraining && corpus.Length != _corpusLength)
            Throw.OtherCorpus(corpus.Length, _corpusLength);

        if (IsTraining && corpus.Fingerprint != _fingerprint)
            Throw.OtherCorpus();

        if (!IsTraining)
        {
            _epochLosses.Clear();
            RunState = (corpus.Length, corpus.Fingerprint, 0, 0, 0);
        }

        Stopwatch watch = Stopwatch.StartNew();
        WindowTrainer trainer = CreateTrainer();
        int[] entries = new int[WindowTrainer.BlockLength];
        float[] rates = new float[(WindowTrainer.BlockLength / WindowTrainer.PieceLength) + 1];
        long done = 0;
        while (_epochLosses.Count < Options.Epochs && !cancellation.IsCancellationRequested)
        {
            int count = (int)Math.Min(entries.Length, corpus.Length - _position);
            corpus.Read(_position, entries.AsSpan(0, count));
            for (int piece = 0; piece < rates.Length; piece++)   // the last is that of the end
                rates[piece] = (float)Rate(corpus, _position + Math.Min(count, (long)piece * WindowTrainer.PieceLength));

            (double loss, long contexts) =
                trainer.Train(entries.AsSpan(0, count), _epochLosses.Count, _position, rates);
            StopIfDiverged(loss, contexts);
            _lossSum += loss;
            _lossCount += contexts;
            _position += count;
            done += count;

            bool isEnd = _position == corpus.Length;
            double mean = _lossSum / Math.Max(1, _lossCount);
            progress?.Report(Progress(corpus, done, watch.Elapsed, rates[0], mean, isEnd));
            if (isEnd && _lossCount == 0 && _epochLosses.Count == 0)
            {
                RunState = default;   // and the vectors are as they were
                throw Throw.NothingToLearn(corpus.KnownWords, corpus.Sentences, Options.SubsamplingThreshold);
            }

            if (isEnd)
            {
                _epochLosses.Add(mean);
                RunState = (corpus.Length, corpus.Fingerprint, 0, 0, 0);
            }
        }

        bool isComplete = _epochLosses.Count == Options.Epochs;
        if (isComplete)
            EndRun();

        return new Word2VecResult
        {
            IsComplete = isComplete,
            EpochLosses = [.. _epochLosses],
            RawWords = RawWords(corpus, done),
            Elapsed = watch.Elapsed,
        };
    }

    /// <summary>
    /// The same vectors with more words, for training on another text: counts are added up, words that are new begin
    /// untrained, and a word keeps its vectors wherever its row comes to lie.
    /// </summary>
    /// <param name="others">Words of the other text, with their counts there.</param>
    /// <param name="options">How it learns from now on; null: as before.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the dimensions are others.</exception>
    /// <exception cref="InvalidOperationException">A run of this model was cancelled and isn't done.</exception>
    public Word2VecModel WithWords(WordVocabulary others, Word2VecOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(others);
        options ??= Options;
        if (options.Dimensions != Options.Dimensions)
            Throw.OtherDimensions(nameof(options), options.Dimensions, Options.Dimensions);

        if (IsTraining)
            Throw.RunUnderWay();

        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        foreach (WordVocabulary vocabulary in (WordVocabulary[])[Vocabulary, others])
        {
            for (int i = 0; i < vocabulary.Count; i++)
                counts[vocabulary[i]] = counts.GetValueOrDefault(vocabulary[i]) + vocabulary.Counts[i];
        }

        Word2VecModel model = new(WordVocabulary.FromCounts(counts), options, isDrawn: false) { Phrases = Phrases };
        float[] row = new float[Options.Dimensions];
        int fresh = Vocabulary.Count;
        for (int word = 0; word < model.Vocabulary.Count; word++)
        {
            if (!Vocabulary.TryGetIndex(model.Vocabulary[word], out int from))
            {
                model.WriteDrawn(word, fresh++, row);
                continue;
            }

            _tables.ReadInput(from, row);
            model._tables.WriteInput(word, row);
            _tables.ReadOutput(from, row);
            model._tables.WriteOutput(word, row);
        }

        return model;
    }

    /// <summary>
    /// A copy of the vectors, to search, compare and save. (WordVectorsFile.WriteBinary writes them without one, given
    /// <see cref="CopyVector"/>.)
    /// </summary>
    /// <param name="count">Only the first words, the most frequent, at most so many; 0: all.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    /// <exception cref="InvalidOperationException">The copy would exceed the 2^31 floats of an array.</exception>
    public WordVectors ToWordVectors(int count = 0)
    {
        Throw.IfBelow(nameof(count), count, 0);
        int words = count == 0 ? Vocabulary.Count : Math.Min(count, Vocabulary.Count);
        if ((long)words * Options.Dimensions > Array.MaxLength)
            Throw.TooManyVectors(words, Options.Dimensions);

        float[] table = new float[(long)words * Options.Dimensions];
        for (int word = 0; word < words; word++)
            CopyVector(word, table.AsSpan(word * Options.Dimensions, Options.Dimensions));

        IReadOnlyList<string> names = Vocabulary.Words;
        return new WordVectors(words == names.Count ? names : [.. names.Take(words)], table, Options.Dimensions);
    }

    /// <summary>Copies the vector of a word.</summary>
    /// <param name="word">0 to V - 1.</param>
    /// <param name="destination">[D]. Overwritten.</param>
    /// <exception cref="ArgumentException">There is no such word, or the span is not [D].</exception>
    public void CopyVector(int word, Span<float> destination) => _tables.ReadInput(word, destination);

    /// <summary>Copies the output vector of a word: what the loss multiplies its contexts with.</summary>
    /// <inheritdoc cref="CopyVector"/>
    public void CopyOutputVector(int word, Span<float> destination) => _tables.ReadOutput(word, destination);

    /// <summary>
    /// Saves vocabulary, options, phrases, both tables and how far training is: a safetensors file with <c>in.weight</c>
    /// and <c>out.weight</c> [V, D]. The tables are not copied.
    /// </summary>
    /// <param name="path">Replaced atomically.</param>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public void Save(string path) => Word2VecFile.Writer(this).Save(path);

    /// <summary>Saves the same to a stream, which is left open.</summary>
    /// <param name="stream">Written to from where it stands.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Save(Stream stream) => Word2VecFile.Writer(this).Save(stream);

    /// <summary>Loads what <see cref="Save(string)"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, altered, or no model of this kind.</exception>
    public static Word2VecModel Load(string path) => Word2VecFile.Load(Word2VecFile.Format.Open(path));

    /// <summary>Loads what <see cref="Save(string)"/> wrote, from a stream, which is left open.</summary>
    /// <param name="stream">Read from where it stands.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="InvalidDataException">It is damaged, altered, or no model of this kind.</exception>
    public static Word2VecModel Load(Stream stream, string name = "stream") =>
        Word2VecFile.Load(Word2VecFile.Format.Read(stream, name));

    /// <summary>Whether a file of <see cref="Save(string)"/> is of a run that was cancelled; reads its head only.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no model of this kind.</exception>
    public static bool IsInterrupted(string path) => Word2VecFile.IsInterrupted(path);

    /// <summary>The phrases of a file of <see cref="Save(string)"/>; reads its head only.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no model of this kind.</exception>
    public static IReadOnlyList<PhraseModel> PhrasesOf(string path) => Word2VecFile.PhrasesOf(path);

    internal static Word2VecModel Empty(WordVocabulary vocabulary, Word2VecOptions options) =>
        new(vocabulary, options, isDrawn: false);

    private void WriteDrawn(int word, int number, float[] row)
    {
        // A place of its own in the stream for every word: what is drawn for one doesn't depend on the others.
        ulong position = (ulong)number * (ulong)row.Length;
        Philox random = new(Options.Seed, RandomStreams.InitialWeights) { Position = position };
        random.NextSingles(row);
        for (int i = 0; i < row.Length; i++)
            row[i] = (row[i] - 0.5f) / row.Length;

        _tables.WriteInput(word, row);
    }

    private WindowTrainer CreateTrainer()
    {
        float[] keep = new float[Vocabulary.Count];
        for (int word = 0; word < keep.Length; word++)
        {
            double ratio = Options.SubsamplingThreshold * Vocabulary.TotalCount / Math.Max(1, Vocabulary.Counts[word]);
            keep[word] = Options.SubsamplingThreshold == 0 ? 1 : (float)Math.Min(1, Math.Sqrt(ratio) + ratio);
        }

        return new WindowTrainer(_tables, keep, AliasTable.Unigram(Vocabulary.Counts, Options.NoisePower),
            Options.Window, Options.Negatives, Options.Architecture == Word2VecArchitecture.Cbow, Options.Seed);
    }

    private void StopIfDiverged(double loss, long contexts)
    {
        double mean = loss / Math.Max(1, contexts);
        double most = DivergedTimesGuess * Math.Log(2) * (1 + Options.Negatives);
        if (double.IsFinite(mean) && mean <= most)
            return;

        int epoch = _epochLosses.Count;
        long blocks = (_corpusLength + WindowTrainer.BlockLength - 1) / WindowTrainer.BlockLength;
        long block = (epoch * blocks) + (_position / WindowTrainer.BlockLength) + 1;
        bool wasFresh = _isFresh;
        EndRun();
        string message = Throw.VectorsDiverged(block, epoch + 1, mean, most, Options.FirstRate, Options.UsualRate,
            wasFresh);
        throw new TrainingDivergedException(message, block, "loss");
    }

    private void EndRun()
    {
        RunState = default;
        _isFresh = false;
    }

    private double Rate(WordCorpus corpus, long position)
    {
        double fraction = (_epochLosses.Count + ((double)position / corpus.Length)) / Options.Epochs;
        return Math.Max(Options.MinLearningRate, Options.FirstRate * (1 - fraction));
    }

    private Word2VecProgress Progress(WordCorpus corpus, long done, TimeSpan elapsed, float rate, double loss,
        bool isEnd)
    {
        long words = RawWords(corpus, done);
        double perSecond = words / Math.Max(1e-9, elapsed.TotalSeconds);
        double left = ((double)Options.Epochs - _epochLosses.Count - ((double)_position / corpus.Length))
            * corpus.RawWords;
        return new Word2VecProgress
        {
            Epoch = _epochLosses.Count + 1,
            Epochs = Options.Epochs,
            Fraction = (_epochLosses.Count + ((double)_position / corpus.Length)) / Options.Epochs,
            RawWords = words,
            RawWordsPerSecond = perSecond,
            LearningRate = rate,
            Loss = loss,
            Elapsed = elapsed,
            Remaining = TimeSpan.FromSeconds(Math.Min(1e9, left / Math.Max(1, perSecond))),
            IsEpochEnd = isEnd,
        };
    }

    // Rare words are gone from the entries: a share of them stands for the same share of the text.
    private static long RawWords(WordCorpus corpus, long entries) =>
        (long)((double)entries / corpus.Length * corpus.RawWords);

    private void CheckVocabulary(WordCorpus corpus)
    {
        WordVocabulary other = corpus.Vocabulary;
        if (ReferenceEquals(other, Vocabulary))
            return;

        if (other.Count != Vocabulary.Count)
            Throw.OtherVocabulary(other.Count, Vocabulary.Count);

        for (int i = 0; i < other.Count; i++)
        {
            if (other[i] != Vocabulary[i])
                Throw.OtherVocabulary(i, other[i], Vocabulary[i]);
        }
    }
}
