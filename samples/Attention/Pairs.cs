using System.CommandLine;
using System.IO;
using System.Threading;
using Rnn.Models.Corpora.Dates;
using Rnn.Models.Data;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Translation;
using Rnn.Samples.Common;

namespace Rnn.Samples.Attention;

/// <summary>Pairs of texts in three parts.</summary>
/// <param name="Name">What they are, for people.</param>
/// <param name="Training">To learn from.</param>
/// <param name="Validation">To choose by; empty: nothing is held out for that.</param>
/// <param name="Test">To report on, once; empty: what is chosen by is reported.</param>
internal sealed record Pairs(string Name, ParallelText Training, ParallelText Validation, ParallelText Test)
{
    /// <summary>The name of the dates that are made.</summary>
    public const string BuiltIn = "made-dates";

    private const int LongestFrenchEnglish = 20;   // words: what the lesson's sentences have

    private static readonly ParallelText s_none = new([]);

    private static readonly Option<string?> s_targets = TypedOptions.Text("--targets", "FILE",
        "The targets, a line each, where --pairs has the sources alone.");

    private static readonly Option<string?> s_heldOut = TypedOptions.Text("--held-out", "FILE",
        "Pairs to choose by and to report on, a line each with a tab (paste makes them of two files), instead of a part of --pairs.");

    /// <summary>The options that name them.</summary>
    public static DataOptions Options { get; } = new("--pairs", "Pairs to learn from: a line each, source and target with a tab between.",
        "Known pairs; dates can be made [default: made-dates, dates with the preset dates, fra-eng with the others].",
        [BuiltIn, DataSets.Dates.Name, DataSets.FrenchEnglish.Name])
    {
        Second = s_targets,
        Third = s_heldOut,
    };

    /// <summary>What the results are reported on.</summary>
    public (string Name, ParallelText Pairs) Reported => Test.Count > 0 ? ("test", Test) : ("validation", Validation);

    /// <summary>How many there are.</summary>
    public string Describe() => $"{Name}: {Training.Count} to learn from, {Validation.Count} to choose by, {Test.Count} to test on";

    /// <summary>Reads files, or a known data set, or makes dates.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="settings">How they are divided.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="IOException">They can't be read, or there are none.</exception>
    public static Pairs Load(DataSource source, TranslationSettings settings, CancellationToken cancellation)
    {
        int mostWords = settings.MaxWords > 0 ? settings.MaxWords : int.MaxValue;
        if (source.IsFile)
        {
            ParallelText all = Read(source.File!, source.Second, source.Encoding).UpTo(mostWords);
            return source.Third is { } held
                ? new Pairs($"'{source.File}'", all, ParallelText.ReadTabSeparated(held, encoding: source.Encoding).UpTo(mostWords), s_none)
                : Divide($"'{source.File}'", all, settings);
        }

        string name = source.DataSet ?? UsualDataSet(settings.Preset);
        if (name == BuiltIn)
            return Divide("dates that were made", DatePairs.Generate(settings.MadeDates, settings.Training.Seed), settings, byTarget: true);

        if (name == DataSets.Dates.Name)
            return Divide("the course's dates", DatePairs.Read(source.Place.Find(DataSets.Dates, "--pairs", cancellation)), settings);

        string path = source.Place.Find(DataSets.FrenchEnglish, "--pairs", cancellation);
        return Divide("English and French", ParallelText.ReadTabSeparated(path)
            .UpTo(settings.MaxWords > 0 ? mostWords : LongestFrenchEnglish), settings);
    }

    /// <summary>The preset of those who named none.</summary>
    public static string UsualPreset(DataSource source) =>
        source.IsFile || source.DataSet == DataSets.FrenchEnglish.Name ? TranslationSettings.BestRnn.Preset
        : source.DataSet == DataSets.Dates.Name ? TranslationSettings.Dates.Preset
        : TranslationSettings.Demo.Preset;

    /// <summary>A file of pairs, or two of sources and targets.</summary>
    public static ParallelText Read(string file, string? targets, string encoding) => targets is null
        ? ParallelText.ReadTabSeparated(file, encoding: encoding)
        : ParallelText.ReadFiles(file, targets, encoding);

    /// <summary>Those that a model can read, and a line about the others.</summary>
    public Pairs Fitting(TranslationModel model)
    {
        Pairs fitting = this with
        {
            Training = model.Fitting(Training),
            Validation = model.Fitting(Validation),
            Test = model.Fitting(Test),
        };
        int before = Training.Count + Validation.Count + Test.Count;
        int after = fitting.Training.Count + fitting.Validation.Count + fitting.Test.Count;
        if (after < before)
        {
            Screen.Warn($"{before - after} pairs are left out: a side is empty, "
                + $"or has more than {model.Options.MaxTokens} tokens (--max-tokens).");
        }

        return fitting.Training.Count > 0
            ? fitting
            : throw new InvalidDataException($"No pair of {Name} is left to learn from: give more, hold out less (--validation, --test), "
                + "or raise --max-tokens.");
    }

    private static string UsualDataSet(string preset) =>
        preset == TranslationSettings.Demo.Preset ? BuiltIn
        : preset == TranslationSettings.Dates.Preset ? DataSets.Dates.Name
        : DataSets.FrenchEnglish.Name;

    // By their sources; of made dates by the dates themselves, which are written in many ways.
    private static Pairs Divide(string name, ParallelText all, TranslationSettings settings, bool byTarget = false)
    {
        (ParallelText training, ParallelText validation, ParallelText test) = byTarget
            ? all.SplitByTarget(settings.ValidationFraction, settings.TestFraction, seed: 1)
            : all.SplitBySource(settings.ValidationFraction, settings.TestFraction, seed: 1);
        return new Pairs(name, training, validation, test);
    }
}
