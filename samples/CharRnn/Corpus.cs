using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Rnn.Models.Data;
using Rnn.Samples.Common;

namespace Rnn.Samples.CharRnn;

/// <summary>The text to learn from.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Text">All of it, the validation part included.</param>
/// <param name="Stories">What else is known of it, if it comes from the built-in grammar.</param>
internal sealed record Corpus(string Name, string Text, Stories? Stories = null)
{
    /// <summary>The name of the built-in data set.</summary>
    public const string BuiltIn = "stories";

    /// <summary>The options that name it.</summary>
    public static DataOptions Options { get; } = new("--text", "A text file to learn from, or a folder of .txt files.",
        "A known text; stories are built in [default: stories, and anna with the presets lesson and best].",
        [BuiltIn, .. DataSets.All.Where(set => set.FileName.EndsWith(".txt", StringComparison.Ordinal))
            .Select(set => set.Name)]);

    /// <summary>How many Unicode code points it has.</summary>
    public int Characters { get; } = Text.Length - Text.Count(char.IsLowSurrogate);

    /// <summary>Reads a file, or a known data set, or writes stories.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="settings">How many stories, if it is them.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="IOException">It can't be read, or there is none.</exception>
    public static Corpus Load(DataSource source, TrainSettings settings, CancellationToken cancellation)
    {
        if (source.IsFile)
            return new Corpus(source.File!, source.ReadFile());

        if (IsStories(source, settings.Preset))
            return Stories.Corpus(settings);

        DataSet set = source.DataSet is { } name ? DataSets.Get(name) : DataSets.Anna;
        return new Corpus(set.Description, source.ReadDataSet(set, "--text", cancellation));
    }

    /// <summary>The preset of those who named none.</summary>
    public static string UsualPreset(DataSource source, bool goesOnFromModel) =>
        source.IsFile || goesOnFromModel ? TrainSettings.Automatic
        : source.DataSet is null or BuiltIn ? TrainSettings.Demo.Preset
        : TrainSettings.Lesson.Preset;

    /// <summary>The first word: what the model is given to write on from while it learns.</summary>
    public string FirstWord()
    {
        string start = Text[..Math.Min(Text.Length, 1000)];
        string[] words = start.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 || words[0].Length > 20 ? Rune.GetRuneAt(Text, 0).ToString() : words[0];
    }

    /// <summary>The part that training holds out, as CharRnnModel.CreateTrainer cuts it.</summary>
    /// <param name="fraction">Of the code points.</param>
    public string HeldOut(double fraction)
    {
        int at = Text.Length;
        for (int left = (int)(Characters * fraction); left > 0; left--)
            at -= char.IsLowSurrogate(Text[at - 1]) ? 2 : 1;

        return Text[at..];
    }

    private static bool IsStories(DataSource source, string preset) => source.DataSet is { } name
        ? name == BuiltIn
        : preset == TrainSettings.Demo.Preset || preset == TrainSettings.Automatic;
}
