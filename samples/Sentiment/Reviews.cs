using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Corpora;
using Rnn.Models.Data;
using Rnn.Models.Text.Labelled;
using Rnn.Samples.Common;

namespace Rnn.Samples.Sentiment;

/// <summary>Texts with labels, in three parts.</summary>
/// <param name="Name">What they are, for people.</param>
/// <param name="Training">To learn from.</param>
/// <param name="Validation">To choose by; null: nothing is held out for that.</param>
/// <param name="Test">To report on; null: nothing is held out for that.</param>
/// <param name="InOrder">Whether the parts were cut from the texts as they stand.</param>
internal sealed record Reviews(string Name, LabelledTexts Training, LabelledTexts? Validation, LabelledTexts? Test, bool InOrder)
{
    /// <summary>The name of the built-in data set.</summary>
    public const string BuiltIn = "grammar";

    /// <summary>The forms of texts with labels, for the help.</summary>
    public const string Forms = "a text a line with --labels, lines of label and text with a tab between, or a folder "
        + "with a folder of .txt files for each label.";

    private const ulong DrawStream = 110;   // apart from those of weights and grammar

    private static readonly string[] s_sides = ["negative", "positive"], s_shortSides = ["neg", "pos"];

    private static readonly Option<string?> s_labels = TypedOptions.Text("--labels", "FILE",
        "The labels of --text, one a line, as the lesson has them.");

    /// <summary>The options that name them.</summary>
    public static DataOptions Options { get; } = new("--text",
        "Texts to learn from: " + Forms,
        "Known texts; grammar is built in [default: grammar, and reviews with the presets lesson and best].",
        [BuiltIn, DataSets.Reviews.Name])
    {
        Second = s_labels,
    };

    /// <summary>All texts, and how they are divided.</summary>
    public string Describe()
    {
        int held = Validation?.Count ?? 0, test = Test?.Count ?? 0, all = Training.Count + held + test;
        IEnumerable<string> classes = Training.Classes.Select((name, k) =>
            $"{Training.ClassCounts[k] + (Validation?.ClassCounts[k] ?? 0) + (Test?.ClassCounts[k] ?? 0)} {name}");
        return $"{Name}, {all} texts ({string.Join(", ", classes)}): {Training.Count} to learn from, {held} to choose by, "
            + $"{test} to test on, {(InOrder ? "the last of them as they stand" : "drawn")}";
    }

    /// <summary>The same, with those to choose by among those to learn from.</summary>
    public Reviews WithoutChoice() => Validation is null ? this : this with
    {
        Training = new LabelledTexts([.. Training.Texts, .. Validation.Texts], [.. Training.Labels, .. Validation.Labels],
            Training.Classes),
        Validation = null,
    };

    /// <summary>What the results are reported on.</summary>
    public (string Name, LabelledTexts? Texts) Reported() =>
        Test is not null ? ("test", Test) : ("validation", Validation);

    /// <summary>Reads files, or a known data set, or writes reviews.</summary>
    /// <exception cref="IOException">They can't be read, or there are none.</exception>
    public static Reviews Load(DataSource source, SentimentSettings settings, CancellationToken cancellation)
    {
        if (source.IsFile)
            return Divide(source.File!, Read(source), settings);

        if (source.DataSet == BuiltIn || (source.DataSet is null && settings.Preset == SentimentSettings.Demo.Preset))
        {
            return Divide("reviews of the built-in grammar", LabelledTexts.FromReviews(
                ReviewGrammar.Generate(settings.Training.Seed, settings.Reviews)), settings);
        }

        (string name, LabelledTexts texts) = KnownReviews.Load(source.Place, cancellation);
        return Divide(name, texts, settings);
    }

    /// <summary>The files that a user named.</summary>
    /// <param name="source">Where they are.</param>
    /// <param name="classes">The classes that there may be; null (the default): any.</param>
    public static LabelledTexts Read(DataSource source, IReadOnlyList<string>? classes = null)
    {
        // The folders of the movie reviews have short names.
        bool isShort = classes is not null && classes.SequenceEqual(s_sides) && s_shortSides.All(side =>
            Directory.Exists(Path.Combine(source.File!, side)));
        LabelledTextsOptions options = new()
        {
            Encoding = source.Encoding,
            Classes = isShort ? s_shortSides : classes,
            SkippedFolders = ["unsup"],
        };
        try
        {
            LabelledTexts texts = LabelledTexts.Read(source.File!, source.Second, options);
            return isShort ? new LabelledTexts(texts.Texts, texts.Labels, s_sides) : texts;
        }
        catch (InvalidDataException e) when (e.Message.Contains("not valid", StringComparison.Ordinal))
        {
            throw new InvalidDataException(e.Message + " The option is --encoding.", e);
        }
    }

    /// <summary>The preset of those who named none.</summary>
    public static string UsualPreset(DataSource source) =>
        source.IsFile ? SentimentSettings.Best.Preset
        : source.DataSet is null or BuiltIn ? SentimentSettings.Demo.Preset
        : SentimentSettings.Lesson.Preset;

    private static Reviews Divide(string name, LabelledTexts all, SentimentSettings settings)
    {
        int test = (int)(all.Count * settings.TestFraction), held = (int)(all.Count * settings.ValidationFraction);
        int training = all.Count - test - held;
        if (training < 1)
        {
            throw new InvalidDataException($"{name} has {all.Count} texts, of which {held} are held out by --validation and "
                + $"{test} by --test: none is left to learn from. Give more texts, or hold out less.");
        }

        if (!settings.InOrder)
            all = Mixed(all, settings.Training.Seed);

        Reviews parts = new(name, all.Slice(0, training), held == 0 ? null : all.Slice(training, held),
            test == 0 ? null : all.Slice(training + held, test), settings.InOrder);
        int missing = parts.Training.ClassCounts.ToList().IndexOf(0);
        return missing < 0 ? parts : throw new InvalidDataException($"No text of '{all.Classes[missing]}' is among the {training} to "
            + "learn from. Give more of them, hold out less, or let the parts be drawn (--order drawn).");
    }

    // Whatever order they have, such as one class after the other.
    private static LabelledTexts Mixed(LabelledTexts all, ulong seed)
    {
        Philox random = new(seed, DrawStream);
        int[] order = [.. Enumerable.Range(0, all.Count)];
        random.Shuffle(order);
        int[] labels = all.Labels.ToArray();
        return new LabelledTexts([.. order.Select(i => all.Texts[i])], Array.ConvertAll(order, i => labels[i]), all.Classes);
    }
}
