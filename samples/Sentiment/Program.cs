using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Rnn.Models.Batching;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Files;
using Rnn.Models.Sentiment;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Text.Words;
using Rnn.Models.Training;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Sentiment;

/// <summary>
/// The lesson: a recurrent network reads a review word by word and says whether it is positive, beside a linear classifier
/// that counts words and their neighbours.
/// </summary>
internal static class Program
{
    /// <summary>Where runs write.</summary>
    public const string DefaultFolder = "out/sentiment";

    private const int Shown = 3, OnPage = 20, MostShownWords = 80;

    private static readonly RunWords s_words = new("texts", "nats per text", DefaultFolder);
    private static readonly RunWords s_pretrainingWords = s_words with { Unit = "words", Loss = "nats per word" };

    public static int Main(string[] args) => SampleApp.Run(args, Create);

    private static RootCommand Create(SampleApp app)
    {
        TrainCommand<SentimentSettings> training = new(app, s_words, Reviews.Options, SentimentSettings.List,
            "demo: less than a minute; lesson: embedding 400, LSTM 256 x 2, the first 200 words; best: the most accurate that we "
            + "know of [default: demo, best with --text, lesson with another data set].", ", on other texts too.",
            SentimentSettings.Names)
        {
            Files = Models.Files,
        };
        return SampleCommand.Root("Learns what reviews think, with a recurrent network.", "Trains models", command =>
        {
            training.AddTo(command, Train);
            command.AddHelp(() => SentimentSettings.List.Table(SentimentSettings.Presets) + "\n\n" + SampleCommand.Examples(
                ("", "less than a minute of learning from built-in reviews"),
                ("--preset lesson --download", "the lesson: 25,000 movie reviews, LSTM 256 x 2"),
                ("--preset best --data ~/data", "a better model of them, three seeds; the reviews are there"),
                ("--text reviews.txt --labels labels.txt", "texts of your own"),
                ("--text all.tsv --test 0 --validation 0", "nothing is held out"),
                ("--resume", "goes on with the newest interrupted run"),
                ("predict --help", "the help of another command")));
        },
        EvaluateCommand.Create(app), PredictCommand.Create(), ExplainCommand.Create(), Export());
    }

    private static int Train(TrainingRun<SentimentSettings> run)
    {
        // Texts with labels, in three parts; a linear classifier learns from the same ones.
        SentimentModel? start = run.From is { } from ? SentimentModel.Load(ModelOption.Existing(from)) : null;
        SentimentSettings settings = Settings(run, start);
        Reviews reviews = Reviews.Load(run.Data, settings, run.App.Interruption.Token);
        string texts = reviews.Describe();
        Console.WriteLine($"Texts: {texts}.");
        bool refits = settings.RefitOnAll && reviews.Validation is not null;
        Baseline baseline = Baseline.Of(run, reviews.Training, isNew: refits);

        // Networks of several seeds.
        List<SentimentModel> models = [];
        List<double> seconds = [];
        double bestEpochs = 0;
        for (int i = 0; i < settings.Seeds; i++)
        {
            SentimentSettings own = settings.Member(i);
            string? folder = Models.FolderOf(i, own.Training.Seed);
            TrainingRun<SentimentSettings> part = folder is null ? run : run.Part(folder);
            using RunFolder? inside = folder is null ? null : part.Folder;   // the run's own stays in use until its end
            SentimentModel model = start ?? Create(run, own, reviews);
            if (!TrainOne(part, own, reviews, model))
                return run.ExitCode;

            models.Add(model);
            seconds.Add(part.Seconds);
            bestEpochs += (double)part.Result!.BestStep / StepsPerEpoch(model, own, reviews) / settings.Seeds;
        }

        // What they have learnt, on texts that none of them has seen, and why they say it.
        SentimentEnsemble together = reviews.Validation is { } choice ? baseline.Choose(models, choice, run) : baseline.With(models);
        Results? results = reviews.Test is null ? Report(run, together, baseline, "validation", reviews.Validation) : null;
        object? refit = null;
        if (refits)
        {
            Reviews all = reviews.WithoutChoice();
            if (Refit(run, settings, all, bestEpochs) is not { } refitted)
                return run.ExitCode;

            (models, refit) = refitted;
            baseline = Baseline.Of(run, all.Training, isNew: true, together.LinearShare);
            together = baseline.With(models);
        }

        results ??= Report(run, together, baseline, "test", reviews.Test);
        Console.WriteLine();
        return run.Finish(settings, texts, models[0].Parameters.Layout.ParameterCount, settings.Describe(), new
        {
            Seconds = seconds,
            On = results?.ForSummary(reviews.Test is null ? "validation" : "test"),
            Refit = refit,
        }, commands: ["predict", "explain \"not a bad film at all\"", "evaluate --text FILE --labels FILE"]);
    }

    // What models say about texts that were held out, if any were.
    private static Results? Report(TrainingRun<SentimentSettings> run, SentimentEnsemble together, Baseline baseline, string name,
        LabelledTexts? held)
    {
        if (held is null)
            return null;

        Results results = Results.Of(together, baseline, held, run.App.Interruption.Token);
        Console.WriteLine($"\n{results.Text($"on the {name} texts")}");
        if (held.Classes.Count == 2)
            run.Folder.TryWrite(ReliabilityPlot.FileName, path => ReliabilityPlot.Save(path, held.Classes[1], results.All));

        SentimentModel first = together.Models[0];
        if (first.Options.EmbeddingSize > 0)
            Explain(run, first, results);

        return results;
    }

    // New networks, of the texts to choose by too, which take the place of those before when all are done; null if it was
    // interrupted.
    private static (List<SentimentModel> Models, object Summary)? Refit(TrainingRun<SentimentSettings> run, SentimentSettings settings,
        Reviews all, double bestEpochs)
    {
        Console.WriteLine($"\nOnce more, with the texts to choose by: {all.Training.Count} texts to learn from.");
        List<SentimentModel> models = [];
        List<double> seconds = [];
        for (int i = 0; i < settings.Seeds; i++)
        {
            SentimentSettings own = settings.Member(i);
            SentimentModel model = new(all.Training, own.Network, own.Training.Seed);
            own = own.ForRefit(bestEpochs, StepsPerEpoch(model, own, all));
            TrainingRun<SentimentSettings> part = run.Part(Models.RefitFolderOf(own.Training.Seed));
            using RunFolder inside = part.Folder;
            if (!TrainOne(part, own, all, model))
                return null;

            models.Add(model);
            seconds.Add(part.Seconds);
        }

        for (int i = 0; i < models.Count; i++)
            models[i].Save(run.Folder.PathOf(Path.Combine(Models.FolderOf(i, settings.Member(i).Training.Seed) ?? "", RunFiles.Model)));

        return (models, new { Texts = all.Training.Count, Seconds = seconds });
    }

    private static int StepsPerEpoch(SentimentModel model, SentimentSettings settings, Reviews reviews) =>
        model.Batches(reviews.Training, settings.Training.BatchSize, settings.Training.Seed).Count;

    // A preset with what the command line says instead; a network that exists already stays as it is.
    private static SentimentSettings Settings(TrainingRun<SentimentSettings> run, SentimentModel? start)
    {
        SentimentSettings usual = SentimentSettings.Get(run.Preset ?? Reviews.UsualPreset(run.Data));
        if (run.Data.IsFile && run.Preset is null)   // which may be sorted by class
            usual = usual with { InOrder = false };

        if (start is null)
        {
            SentimentSettings own = run.Apply(usual);
            return own is { PretrainingEpochs: > 0, Network: { Bidirectional: true, Layers: > 1 } }
                ? throw new InvalidDataException("--pretrain needs --layers 1 or --directions one: a second layer that reads both "
                    + "ways would see the word that it is to predict.")
                : own;
        }

        SentimentSettings settings = run.Apply(usual with
        {
            Network = start.Options,
            Seeds = 1,
            PretrainingEpochs = 0,
            VectorEpochs = 0,
            Vectors = "",
            RefitOnAll = false,
        });
        if (settings.RefitOnAll)
        {
            throw new InvalidDataException("--refit-on-all begins anew, and --from goes on with what a network has learnt: leave one of "
                + "them out.");
        }

        return settings is { Seeds: 1, PretrainingEpochs: 0, VectorEpochs: 0, Vectors: "" } && settings.Network == start.Options
            ? settings
            : throw new InvalidDataException("--from trains one network as it is: leave out the options of the network, --seeds, "
                + "--pretrain, --vectors and --vector-epochs, or give those of the model.");
    }

    // A run that goes on has the words and classes of its checkpoint: those of another model, if it trains that further.
    private static SentimentModel Create(TrainingRun<SentimentSettings> run, SentimentSettings settings, Reviews reviews)
    {
        if (run.InCheckpoint("vocabulary") is not { } words || run.InCheckpoint("classes") is not { } classes)
            return new SentimentModel(reviews.Training, settings.Network, settings.Training.Seed);

        string[] known = words.Split('\n');
        return new SentimentModel(WordVocabulary.FromWords(known, new long[known.Length]), classes.Split('\n'), settings.Network,
            settings.Training.Seed);
    }

    // The labels come last: before them may come word vectors, and a language model of the same texts.
    private static bool TrainOne(TrainingRun<SentimentSettings> run, SentimentSettings settings, Reviews reviews,
        SentimentModel model)
    {
        LabelledSequences batches = model.Batches(reviews.Training, settings.Training.BatchSize, settings.Training.Seed);
        Screen.Show(Invariant($"Model of seed {settings.Training.Seed}: {settings.Describe()}, {model.Vocabulary.Count} words, ")
            + Invariant($"{model.Parameters.Layout.ParameterCount} parameters; {SampleApp.Processor}."));
        Screen.Show(Invariant($"Training: {settings.Training.BatchSize} texts a step, ")
            + Invariant($"{settings.Steps(batches.Count)} steps, {batches.Count} an epoch; ")
            + Invariant($"{100 * batches.PaddingShare(0):F1}% of the steps read are padding."));
        Trainer<LabelledBatch> trainer = model.CreateTrainer(reviews.Training, reviews.Validation,
            run.Options(settings.Options(batches.Count), settings) with { Decisive = Measure.Accuracy });
        run.Resume(trainer);
        bool begins = run.Checkpoint is null && run.From is null;
        if (begins && settings.Vectors.Length > 0)
            Begin(model, WordVectorsFile.Load(settings.Vectors));
        else if (begins && settings.VectorEpochs > 0)
            Begin(model, OwnVectors.Learn(model, reviews.Training, settings, run.App.Interruption.Token));

        if (trainer.Step == 0 && settings.PretrainingEpochs > 0)
        {
            trainer.Save(run.Folder.PathOf(RunFiles.Checkpoint));   // what --resume goes on from, if this is interrupted
            TrainingRun<SentimentSettings> part = run.Part(Models.Pretraining, s_pretrainingWords);
            using RunFolder inside = part.Folder;
            SentimentPretraining language = new(model, settings.PretrainingWords, settings.Training.Seed);
            void Save(string path)
            {
                language.CopyTo(model);
                model.Save(path);
            }

            Screen.Show(Invariant($"Pre-training: {settings.PretrainingEpochs} epochs as a language model of the same texts."));
            if (!part.Train(language.CreateTrainer(reviews.Training, reviews.Validation,
                part.Options(settings.PretrainingOptions(batches.Count), settings)), Save))
            {
                return false;
            }

            part.Draw("Pre-training");
            trainer.Save(run.Folder.PathOf(RunFiles.Checkpoint));
        }

        bool isDone = run.Train(trainer, model.Save);
        run.Draw(Invariant($"{reviews.Name}, {settings.Describe()}, seed {settings.Training.Seed}"));
        return isDone;
    }

    private static void Begin(SentimentModel model, WordVectors vectors) => Screen.Show(
        $"Word vectors: {model.UseVectors(vectors)} of {model.Vocabulary.Count} words have one.");

    // Short texts, the first ones, and the first that the network gets wrong.
    private static void Explain(TrainingRun<SentimentSettings> run, SentimentModel model, Results results)
    {
        LabelledTexts texts = results.Texts;
        int[] labels = texts.Labels.ToArray();
        int[] right = [.. Enumerable.Range(0, texts.Count).Where(i => results.Seeds[0].Predicted[i] == labels[i])];
        int[] wrong = [.. Enumerable.Range(0, texts.Count).Where(i => results.Seeds[0].Predicted[i] != labels[i])];
        int[] Short(int[] places, int count) =>
            [.. places.Where(i => texts.Texts[i].Split(' ').Length <= MostShownWords).Concat(places).Distinct().Take(count)];
        (SentimentExplanation Explanation, string? Truth)[] all =
            [.. Short(right, OnPage - (OnPage / 4)).Concat(Short(wrong, OnPage / 4))
                .Select(i => (model.Explain(texts.Texts[i]), (string?)texts.Classes[labels[i]]))];
        foreach ((SentimentExplanation explanation, string? truth) in all.Take(Shown - 1).Concat(all.Skip(Shown - 1).TakeLast(1)))
            Explanations.Show(explanation, truth);

        run.Folder.TryWrite(Explanations.FileName, path => Explanations.Save(path, all));
    }

    private static Command Export() => ExportCommand.Create(Models.Option, (_, model, file) =>
        $"{SentimentModel.Load(model).ExportOnnx(file)}\nmetadata vocabulary and classes: JSON arrays, the word of each token and "
        + "the name of each class. Texts are read in one piece: the probability of one that the model cuts differs.");
}
