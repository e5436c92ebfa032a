using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Kernels.WordVectors;
using Rnn.Core.Tensors;
using Rnn.Models.Corpora;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Evaluation;
using Rnn.Models.Embeddings.Files;
using Rnn.Models.Embeddings.Projection;
using Rnn.Models.Text.Phrases;
using Rnn.Models.Text.Words;
using Rnn.Models.Training;
using Rnn.Models.Word2Vec;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Word2Vec;

/// <summary>
/// The lesson: words that are used alike get similar vectors, by learning to tell the words near a word from others.
/// </summary>
internal static class Program
{
    private const int ShownWords = 8, ReportedWords = 2000;

    private static SampleApp s_app = null!;

    public static int Main(string[] args) => SampleApp.Run(args, app =>
    {
        s_app = app;
        return CommandLine.Create(Train, new QueryCommands(Neighbours, Analogy, Evaluate, Project));
    }, ("LearningRate", "--rate"), ("SkipOddRows", "--tolerant"), ("Limit", "--limit"), ("TemporaryFolder", "TMPDIR"));

    private static int Train(TrainArguments arguments)
    {
        TrainSettings settings = arguments.Settings;
        string goesOnFrom = settings.IsLesson ? WordFiles.CheckpointName : WordFiles.ModelName;
        using RunFolder folder = arguments.Resume
            ? RunFolder.Resume(arguments.Place, goesOnFrom)
            : RunFolder.Begin(arguments.Place, WordFiles.All, [.. arguments.Text.Files, arguments.Continue]);
        WordFiles files = new(folder, arguments.AsText);
        TextSource text = TextSource.Open(arguments.Text, settings, s_app.Interruption.Token);
        CorpusReader reader = new(text, settings, KnownPhrases(arguments, files), s_app.Interruption.Token);
        return settings.IsLesson
            ? TrainByBatches(arguments, text, reader, files)
            : TrainByWords(arguments, text, reader, files);
    }

    /// <summary>As word2vec does it: word after word through the text, each step at once.</summary>
    private static int TrainByWords(TrainArguments arguments, TextSource text, CorpusReader reader,
        WordFiles files)
    {
        // A text, and its words, each of which gets a number; and a vector for each, which is still random.
        using FastRun run = FastRun.Start(arguments, reader, files);
        (WordCorpus corpus, Word2VecModel model, _) = run;
        Word2VecOptions options = model.Options;
        Describe(text, corpus, reader);
        Console.WriteLine($"Model: {Name(options.Architecture)}, {options.Dimensions} dimensions, window "
            + $"{options.Window}, {options.Negatives} negatives; {SimdInfo.Description}, {Threads(options)}.");

        // Training: a word's vector comes nearer to those of the words around it, and away from words drawn at random.
        LossTable table = new(files.Folder, arguments.Resume ? 1 : 0);
        Word2VecResult result;
        using (s_app.Interruption.Guard("the model is saved"))
        {
            result = run.Train(files, table, s_app.Interruption.Token);
        }

        if (!result.IsComplete)
            return Interrupted(files);

        s_app.Interruption.Lost = "Model and vectors are saved; what would have followed is not.";

        double trainingSeconds = result.Elapsed.TotalSeconds, seconds = trainingSeconds + reader.Elapsed.TotalSeconds;
        double perSecond = result.RawWords / trainingSeconds, withReading = result.RawWords / seconds;
        if (!run.IsDone)
        {
            Console.WriteLine(Invariant($"Training took {trainingSeconds:F1} s, {perSecond / 1000:F0}k words/s; ")
                + Invariant($"with reading {seconds:F1} s, {withReading / 1000:F0}k words/s."));
        }

        IEnumerable<string> losses = result.EpochLosses.Select(loss => Invariant($"{loss:F4}"));
        Console.WriteLine($"Loss by epoch: {string.Join(' ', losses)}");

        // What the vectors know: words of a kind are near each other.
        WordVectors vectors = model.ToWordVectors(ReportedWords);
        ClassReport? classes = text.HasClasses ? new ClassReport(vectors) : null;
        ValidationWords some = new(vectors.Words, ShownWords, arguments.Settings.Seed);
        Console.WriteLine($"\n{classes?.Text() ?? some.Table(vectors)}\n");
        if (classes is not null)
            files.Folder.TryWrite("classes.png", classes.Map().Save);

        TrainSummary summary = new()
        {
            Command = s_app.Command,
            FinishedUtc = DateTime.UtcNow,
            Machine = Machine.Current(),
            Settings = arguments.Settings.As(options) with { Phrases = reader.Phrases.Count },
            Text = text.Name,
            RawWords = corpus.RawWords,
            Vocabulary = corpus.Vocabulary.Count,
            ReadingSeconds = reader.Elapsed.TotalSeconds,
            SetupSeconds = run.Setup.TotalSeconds,
            TrainingSeconds = table.Seconds,
            WordsPerSecond = perSecond,
            Losses = result.EpochLosses,
            Purity = classes?.Purity,
            ChancePurity = classes is null ? null : WordClassCorpus.ChancePurity,
        };
        Finish(files, table, summary, text.Name);
        return 0;
    }

    /// <summary>As the lesson does it: batches of words, a network of two tables, and Adam.</summary>
    private static int TrainByBatches(TrainArguments arguments, TextSource text, CorpusReader reader,
        WordFiles files)
    {
        TrainSettings settings = arguments.Settings;
        using WordCorpus corpus = reader.Read();
        Describe(text, corpus, reader);
        string loss = settings.Loss == Word2VecLoss.FullSoftmax ? "softmax" : $"{settings.Negatives} negatives";
        Console.WriteLine($"Model: {Name(settings.Architecture)}, {settings.Dimensions} dimensions, {loss}, Adam; "
            + $"{SimdInfo.Description}, {Plural(Workers.Count, "thread")}.");

        LessonRun run = new(corpus, arguments, files);
        TrainingResult result;
        using (s_app.Interruption.Guard("the step is finished and a checkpoint saved"))
        {
            result = run.Train(s_app.Interruption.Token);
        }

        if (result.Reason == StopReason.Cancelled)
            return Interrupted(files);

        s_app.Interruption.Lost = "The vectors are saved; what would have followed is not.";

        TrainSummary summary = new()
        {
            Command = s_app.Command,
            FinishedUtc = DateTime.UtcNow,
            Machine = Machine.Current(),
            Settings = settings,
            Text = text.Name,
            RawWords = corpus.RawWords,
            Vocabulary = corpus.Vocabulary.Count,
            ReadingSeconds = reader.Elapsed.TotalSeconds,
            TrainingSeconds = run.Seconds,
            Losses = run.EpochLosses,
        };
        Console.WriteLine(Invariant($"Training took {run.Seconds:F1} s."));
        Finish(files, run.Losses, summary, text.Name);
        return 0;
    }

    private static int Neighbours(NeighboursArguments arguments)
    {
        WordVectors vectors = VectorSource.Load(arguments.Vectors);
        VectorSource.Check(vectors, arguments.Words);
        foreach (string word in arguments.Words)
            Console.WriteLine(Table(word, "cosine", vectors.MostSimilar(word, arguments.Count)));

        return 0;
    }

    private static int Analogy(AnalogyArguments arguments)
    {
        (string a, string b, string c) = (arguments.A, arguments.B, arguments.C);
        WordVectors vectors = VectorSource.Load(arguments.Vectors);
        VectorSource.Check(vectors, a, b, c);
        WordNeighbour[] answers = vectors.Analogy(a, b, c, arguments.Count, arguments.Method);
        Console.WriteLine(Table($"{a} : {b} = {c} : ?", "score", answers));
        return 0;
    }

    private static int Evaluate(EvaluateArguments arguments)
    {
        // The files first: a mistake in them should not wait for gigabytes of vectors.
        (string File, WordSimilarity Pairs)[] similarity =
            [.. arguments.Similarity.Select(file => (file, WordSimilarity.Load(file)))];
        WordAnalogies? analogies = arguments.Analogies is { } path ? WordAnalogies.Load(path) : null;
        WordVectors vectors = VectorSource.Load(arguments.Vectors);
        if (similarity.Length > 0)
        {
            Console.WriteLine(EvaluationTables.Similarity(
                similarity.Select(one => (one.File, one.Pairs.Evaluate(vectors, arguments.IgnoreCase)))));
        }

        if (analogies is not null)
        {
            Console.WriteLine((similarity.Length > 0 ? "\n" : "") + EvaluationTables.Analogies(
                analogies.Evaluate(vectors, new WordAnalogiesOptions
                {
                    Restrict = arguments.Restrict,
                    IgnoreCase = arguments.IgnoreCase,
                    Method = arguments.Method,
                })));
        }

        return 0;
    }

    private static int Project(ProjectArguments arguments)
    {
        RunFolder.Make(arguments.Out);
        WordVectors vectors = VectorSource.Load(arguments.Vectors);
        int count = Math.Min(arguments.Words, vectors.Count);
        string[] words = [.. vectors.Words.Take(count)];
        float[] rows = vectors.NormalizedRows(count);

        // Two directions of all the dimensions: true distances, as far as two can show them.
        WordMap pca = WordMap.Pca($"The first {count} words", words, rows);

        // All dimensions, bent into a plane: true neighbours, distances without a meaning.
        TSneOptions options = new()
        {
            Perplexity = arguments.Perplexity ?? Math.Clamp((count - 1) / 3.0, 1, 30),
            Iterations = arguments.Iterations,
            Cancellation = s_app.Interruption.Token,
        };
        TSneResult placed = RunDisplay.Run(display =>
            TSne.Run(new ReadOnlyMatrixView(rows, count, vectors.Dimensions), options, display));
        WordMap tsne = new($"The first {count} words; t-SNE", words, placed.Points);

        foreach ((string name, WordMap map) in new[] { ("pca.png", pca), ("tsne.png", tsne) })
        {
            string path = Path.Combine(arguments.Out, name);
            map.Save(path);
            Console.WriteLine($"{path}: {count} words, {map.Labels} with a label");
        }

        string table = Path.Combine(arguments.Out, "vectors.tsv"), names = Path.Combine(arguments.Out, "metadata.tsv");
        WordVectorsFile.WriteProjector(table, names, vectors, count);
        Console.WriteLine($"For projector.tensorflow.org: {table} and {names}");
        return 0;
    }

    // A model's text had its phrases joined, and so has more text for it. (The lesson's way finds its own again.)
    private static IReadOnlyList<PhraseModel> KnownPhrases(TrainArguments arguments, WordFiles files)
    {
        string? model = arguments.Resume ? files.Model : arguments.Continue;
        if (arguments.Settings.IsLesson || !File.Exists(model))
            return [];

        IReadOnlyList<PhraseModel> known = Word2VecModel.PhrasesOf(model);
        int asked = arguments.Settings.Phrases;
        if (known.Count > 0 && !arguments.Resume
            && (arguments.Settings.Npmi || arguments.Settings.PhraseThreshold is not null))
        {
            throw new InvalidDataException($"{(arguments.Settings.Npmi ? "--npmi" : "--phrase-threshold")} is of no use "
                + $"here: the phrases are those of '{model}'. Leave it out.");
        }

        return known.Count == 0 || asked == 0 || asked == known.Count
            ? known
            : throw new InvalidDataException($"The phrases of '{model}' were joined in {known.Count} passes, and "
                + $"--phrases is {asked}: leave it out, and they are joined again.");
    }

    private static void Describe(TextSource text, WordCorpus corpus, CorpusReader reader)
    {
        Console.WriteLine($"Text: {text.Name}, {corpus.RawWords} words, {corpus.Vocabulary.Count} different that are "
            + $"frequent enough, {corpus.KnownWords} occurrences of these.");
        long rare = corpus.DistinctWords - corpus.Vocabulary.Count;
        (long Count, string What)[] leftOut =
        [
            (rare, $"different words are left out: too rare (--min-count), or beyond --max-words"),
            (corpus.CutSentences, "sentences were cut (--max-sentence)"),
            (corpus.CutWords, "words were cut to 1,000 bytes"),
            (corpus.PrunedWords, "rare words were forgotten while counting (--max-distinct)"),
            (corpus.InvalidBytes, "bytes are no UTF-8, and became U+FFFD"),
        ];
        foreach ((long count, string what) in leftOut.Where(one => one.Count > 0))
            Console.WriteLine($"  {count} {what}.");

        double seconds = reader.Elapsed.TotalSeconds;
        Console.WriteLine(Invariant($"Reading took {seconds:F1} s, {corpus.RawWords / seconds / 1000:F0}k words/s."));
    }

    private static int Interrupted(WordFiles files)
    {
        IEnumerable<string> again = CommandText.ToResume(s_app.Arguments, files.Folder.Path, CommandLine.DefaultOut);
        Console.WriteLine($"Stopped; all is saved. To go on:\n  {CommandText.Of(again)}");
        return s_app.Interruption.ExitCode;
    }

    private static void Finish(WordFiles files, LossTable losses, TrainSummary summary, string title)
    {
        RunFolder folder = files.Folder;
        folder.TryWrite("summary.json", path => SummaryFile.Save(path, summary));
        folder.TryWrite("loss.png", path => LossPlot.Save(path, title, "epochs", "loss, nats per pair", double.NaN,
            losses.Curve(summary.Settings.Epochs)));
        string vectors = folder.Path == CommandLine.DefaultOut ? "" : $" --vectors {CommandText.Quote(folder.Path)}";
        Console.WriteLine(folder.Written(
            [
                (Path.GetFileName(files.Vectors), "the vectors, for other programs too"),
                (WordFiles.ModelName, "the model, for --continue"),
                (WordFiles.CheckpointName, "all that --resume needs"),
                (LossTable.FileName, "the loss by part of the run"),
                ("loss.png", "the same as a picture"),
                ("classes.png", "the words in the plane, by class"),
                ("summary.json", "settings, machine and results"),
            ],
            $"neighbours WORD{vectors}", $"project{vectors}"));
    }

    // More threads than shards only plan.
    private static string Threads(Word2VecOptions options)
    {
        int shards = options.Shards > 0 ? options.Shards : EmbeddingShards.DefaultShards(options.Dimensions);
        return Workers.Count <= shards
            ? Plural(Workers.Count, "thread")
            : $"{shards} of {Workers.Count} threads (--shards lets more work, and changes the bits)";
    }

    private static string Plural(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string Name(Word2VecArchitecture architecture) =>
        architecture == Word2VecArchitecture.Cbow ? "CBOW" : "skip-gram";

    private static string Table(string heading, string score, IEnumerable<WordNeighbour> words) => TextTable.Format(
    [
        [heading, score],
        .. words.Select(one => new[] { one.Word, Invariant($"{one.Score:F4}") }),
    ]);
}
