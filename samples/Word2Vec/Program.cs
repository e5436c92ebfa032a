using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Kernels.WordVectors;
using Rnn.Models.Corpora;
using Rnn.Models.Embeddings;
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
    private const int ShownWords = 8, ReportedWords = 2000, LessonWords = 16;

    private static readonly RunWords s_words = new("pairs", "nats per pair", WordFiles.DefaultFolder, "vectors");

    private static SampleApp s_app = null!;

    public static int Main(string[] args) => SampleApp.Run(args, Create,
        ("LearningRate", "--rate"), ("SkipOddRows", "--tolerant"), ("Limit", "--limit"), ("TemporaryFolder", "TMPDIR"));

    private static RootCommand Create(SampleApp app)
    {
        s_app = app;
        TrainOptions options = new();
        return SampleCommand.Root("Learns vectors of words from a text, and finds out what they know.",
            "Trains vectors", command => options.AddTo(command, Train), new QueryCommands(app).All());
    }

    private static int Train(TrainArguments arguments)
    {
        string goesOnFrom = arguments.Settings.IsLesson ? RunFiles.Checkpoint : RunFiles.Model;
        using RunFolder folder = arguments.Resume
            ? RunFolder.Resume(arguments.Place, goesOnFrom)
            : RunFolder.Begin(arguments.Place, WordFiles.All, [.. arguments.Files, arguments.Continue]);
        WordFiles files = new(folder, arguments.AsText);
        TextSource text = TextSource.Open(arguments, s_app.Interruption.Token);
        CorpusReader reader = new(text, arguments.Settings, KnownPhrases(arguments, files), s_app.Interruption.Token);
        return arguments.Settings.IsLesson
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
        Console.WriteLine($"Model: {Name(options)}, window {options.Window}, {options.Negatives} negatives; "
            + $"{SimdInfo.Description}, {Threads(options)}.");

        // Training: a word's vector comes nearer to those of the words around it, and away from words drawn at random.
        LossTable table = new(files.Folder, arguments.Resume);
        Word2VecResult result;
        using (s_app.Interruption.Guard("the model is saved"))
        {
            result = run.Train(files, table, s_app.Interruption.Token);
        }

        if (!result.IsComplete)
        {
            CommandText.ShowHowToGoOn("Stopped; all is saved.", s_app, files.Folder, WordFiles.DefaultFolder);
            return s_app.Interruption.ExitCode;
        }

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
        ValidationWords some = new(vectors.Words, ShownWords, arguments.Settings.Model.Seed);
        Console.WriteLine($"\n{classes?.Text() ?? some.Table(vectors)}\n");
        if (classes is not null)
            files.Folder.TryWrite("classes.png", classes.Map().Save);

        TrainSummary summary = new()
        {
            Command = s_app.Command,
            Settings = arguments.Settings with { Model = options, Phrases = reader.Phrases.Count },
            Data = text.Name,
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
        files.Folder.TryWrite(RunFiles.Picture, path => LossPlot.Save(path, text.Name, "epochs", "loss, nats per pair",
            double.NaN, table.Curve(options.Epochs)));
        return Finish(files, summary);
    }

    /// <summary>As the lesson does it: batches of words, a network of two tables, and Adam.</summary>
    private static int TrainByBatches(TrainArguments arguments, TextSource text, CorpusReader reader,
        WordFiles files)
    {
        TrainSettings settings = arguments.Settings;
        using WordCorpus corpus = reader.Read();
        Describe(text, corpus, reader);
        string loss = settings.Loss == Word2VecLoss.FullSoftmax ? "softmax" : $"{settings.Model.Negatives} negatives";
        Console.WriteLine($"Model: {Name(settings.Model)}, {loss}, Adam; {SampleApp.Processor}.");
        if (corpus.Length > Array.MaxLength)
        {
            throw new InvalidDataException($"The lesson's way of training holds the text in memory, at most "
                + $"{Array.MaxLength} words and sentence ends; this one has {corpus.Length}. Train without --preset "
                + $"lesson.");
        }

        int[] ids = new int[corpus.Length];
        corpus.Read(0, ids);
        IReadOnlyList<string> words = corpus.Vocabulary.Words;
        BatchedWord2Vec network = new(words.Count, settings.Network(), settings.Model.Seed);
        Trainer<WordBatch> trainer =
            network.CreateTrainer(ids, corpus.Vocabulary.Counts, settings.Adam(files.Checkpoint));
        TrainingRun run = new(s_app, files.Folder, s_words, arguments.Resume ? files.Checkpoint : null);

        // Now and then a look at some words' neighbours; and at the end the vectors.
        ValidationWords some = new(words, LessonWords, settings.Model.Seed);
        SortedDictionary<int, double> losses = [];
        void Look(TrainingReport now)
        {
            if (now.Event != TrainingEvent.Step)
                return;

            losses[now.Epoch] = now.EpochLoss;
            if (now.Step % arguments.ShowEvery == 0 || now.Step == now.TotalSteps)
            {
                WordVectors vectors = new(words, network.Vectors.Span.ToArray(), settings.Model.Dimensions);
                Screen.Show($"\nAfter step {now.Step}, loss {now.EpochLoss:F4}\n{some.Table(vectors)}\n");
            }
        }

        bool isDone = run.Train(trainer, _ => files.SaveVectors(words, settings.Model.Dimensions,
            (row, vector) => network.Vectors.Row(row).CopyTo(vector)), report: Look);
        if (!isDone)
            return run.ExitCode;

        Console.WriteLine(Invariant($"Training took {run.Seconds:F1} s."));
        run.Draw(text.Name);
        return Finish(files, new TrainSummary
        {
            Command = s_app.Command,
            Settings = settings,
            Data = text.Name,
            RawWords = corpus.RawWords,
            Vocabulary = corpus.Vocabulary.Count,
            ReadingSeconds = reader.Elapsed.TotalSeconds,
            TrainingSeconds = run.Seconds,
            Losses = [.. losses.Values],
        });
    }

    // A model's text had its phrases joined, and so has more text for it. (The lesson's way finds its own again.)
    private static IReadOnlyList<PhraseModel> KnownPhrases(TrainArguments arguments, WordFiles files)
    {
        string? model = arguments.Resume ? files.Model : arguments.Continue;
        if (arguments.Settings.IsLesson || !File.Exists(model))
            return [];

        IReadOnlyList<PhraseModel> known = Word2VecModel.PhrasesOf(model);
        int asked = arguments.Settings.Phrases;
        bool isNpmi = arguments.Settings.Pairs.Scoring == PhraseScoring.Npmi;
        if (known.Count > 0 && !arguments.Resume
            && (isNpmi || arguments.Settings.Pairs.Threshold is not null))
        {
            throw new InvalidDataException($"{(isNpmi ? "--npmi" : "--phrase-threshold")} is of no use "
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

    private static int Finish(WordFiles files, TrainSummary summary)
    {
        RunFolder folder = files.Folder;
        folder.TryWrite(RunFiles.Summary, summary.Save);
        string vectors = folder.Path == WordFiles.DefaultFolder ? "" : $" --vectors {CommandText.Quote(folder.Path)}";
        Console.WriteLine(folder.Written(
            [
                (Path.GetFileName(files.Vectors), "the vectors, for other programs too"),
                (RunFiles.Model, "the model, for --continue"),
                (RunFiles.Checkpoint, "all that --resume needs"),
                (RunFiles.LossTable, "the loss along the run"),
                (RunFiles.Picture, "the same as a picture"),
                ("classes.png", "the words in the plane, by class"),
                (RunFiles.Summary, "settings, machine and results"),
            ],
            $"neighbours WORD{vectors}", $"project{vectors}"));
        return 0;
    }

    // More threads than shards only plan.
    private static string Threads(Word2VecOptions options)
    {
        int shards = options.Shards > 0 ? options.Shards : EmbeddingShards.DefaultShards(options.Dimensions);
        return Workers.Count <= shards
            ? SampleApp.Counted(Workers.Count, "thread")
            : $"{shards} of {Workers.Count} threads (--shards lets more work, and changes the bits)";
    }

    private static string Name(Word2VecOptions options) => (options.Architecture == Word2VecArchitecture.Cbow
        ? "CBOW"
        : "skip-gram") + $", {options.Dimensions} dimensions";
}
