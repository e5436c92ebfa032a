using System.CommandLine;
using System.IO;
using System.Threading;
using Rnn.Models.Corpora.Scripts;
using Rnn.Models.Data;
using Rnn.Models.LanguageModels;
using Rnn.Models.Text.Scripts;
using Rnn.Samples.Common;

namespace Rnn.Samples.TvScript;

/// <summary>A text as tokens, in three parts.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Training">To learn from.</param>
/// <param name="Validation">To choose by; empty: nothing is held out for that.</param>
/// <param name="Test">To report on, once; empty: what is chosen by is reported.</param>
/// <param name="Script">How a script was made tokens of; null: they stood between blanks.</param>
internal sealed record Corpus(string Name, string[] Training, string[] Validation, string[] Test,
    ScriptTokenizerOptions? Script)
{
    /// <summary>The name of the built-in text.</summary>
    public const string BuiltIn = "scenes";

    // Apart from those of weights and samples.
    private const ulong TrainingStream = 120, ValidationStream = 121, TestStream = 122;
    private const int HeldScenes = 40;

    private static readonly Option<string?> s_heldOut = TypedOptions.Text("--held-out", "FILE",
        "A text to choose by, instead of a part of --script.");

    /// <summary>The options that name it.</summary>
    public static DataOptions Options { get; } = new("--script", "A script (a play, a series) to learn from, or a folder of .txt files.",
        "A known text; scenes are built in [default: scenes, tinyshakespeare with the preset script, wikitext-2 with that of its "
        + "name].", [BuiltIn, DataSets.TinyShakespeare.Name, DataSets.WikiText2.Name])
    {
        Second = s_heldOut,
    };

    /// <summary>Whether the grammar wrote it, whose loss is then known.</summary>
    public bool IsBuiltIn { get; private init; }

    /// <summary>What the results are reported on.</summary>
    public (string Name, string[] Tokens) Reported => Test.Length > 1 ? ("test", Test) : ("validation", Validation);

    /// <summary>How long its parts are.</summary>
    public string Describe() => $"{Name}: {Training.Length} tokens to learn from, {Validation.Length} to choose by, "
        + $"{Test.Length} to test on";

    /// <summary>Reads a file, or a known data set, or writes scenes.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="settings">How it is divided, and read.</param>
    /// <param name="start">A model that is trained further, whose way of reading it is; or null.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="IOException">It can't be read, or there is none.</exception>
    public static Corpus Load(DataSource source, ScriptSettings settings, LanguageModel? start, CancellationToken cancellation)
    {
        ScriptTokenizerOptions? script = start is not null ? start.Options.Script
            : settings.IsTokenized ? null
            : new() { LowerCase = !settings.KeepCase };
        Corpus corpus = Load(source, settings, script, cancellation);
        return start is null || corpus.Script == start.Options.Script
            ? corpus
            : throw new InvalidDataException($"{corpus.Name} has tokens of another form than the model has learnt: give --script.");
    }

    private static Corpus Load(DataSource source, ScriptSettings settings, ScriptTokenizerOptions? script,
        CancellationToken cancellation)
    {
        if (source.IsFile)
        {
            string[] all = Tokens(source.ReadFile(), script);
            return source.Second is { } held
                ? Checked(new Corpus(source.File!, all, Tokens(TextFiles.Read(held, source.Encoding), script), [], script))
                : Divide(source.File!, all, script, settings);
        }

        string name = source.DataSet ?? UsualDataSet(settings.Preset);
        if (name == BuiltIn)
        {
            string[] Write(int scenes, ulong stream) =>
                ScriptGrammar.Tokenizer.Tokenize(ScriptGrammar.Generate(settings.Training.Seed, scenes, stream));
            return new Corpus("scenes of the built-in grammar", Write(settings.Scenes, TrainingStream),
                Write(HeldScenes, ValidationStream), Write(HeldScenes, TestStream), ScriptGrammar.Tokenizer.Options)
            {
                IsBuiltIn = true,
            };
        }

        if (name == DataSets.WikiText2.Name)
        {
            WikiText wiki = WikiText.Find(source.Place.Folder)
                ?? WikiText.Read(source.Place.Find(DataSets.WikiText2, "--script", cancellation));
            return new Corpus($"WikiText-2 ('{wiki.Path}')", wiki.Training, wiki.Validation, wiki.Test, null);
        }

        DataSet set = DataSets.TinyShakespeare;
        return Divide(set.Description, Tokens(source.ReadDataSet(set, "--script", cancellation), script), script, settings);
    }

    /// <summary>The preset of those who named none.</summary>
    public static string UsualPreset(DataSource source) =>
        source.DataSet == DataSets.WikiText2.Name ? ScriptSettings.WikiText2.Preset
        : source.IsFile || source.DataSet == DataSets.TinyShakespeare.Name ? ScriptSettings.Script.Preset
        : ScriptSettings.Demo.Preset;

    /// <summary>The tokens of a text.</summary>
    public static string[] Tokens(string text, ScriptTokenizerOptions? script) =>
        script is null ? TokenizedText.Parse(text) : new ScriptTokenizer(script).Tokenize(text);

    private static string UsualDataSet(string preset) =>
        preset == ScriptSettings.WikiText2.Preset ? DataSets.WikiText2.Name
        : preset == ScriptSettings.Demo.Preset ? BuiltIn
        : DataSets.TinyShakespeare.Name;

    private static Corpus Divide(string name, string[] all, ScriptTokenizerOptions? script, ScriptSettings settings)
    {
        int test = (int)(all.Length * settings.TestFraction), held = (int)(all.Length * settings.ValidationFraction);
        int training = all.Length - test - held;
        return Checked(new Corpus(name, all[..training], all[training..(training + held)], all[(training + held)..], script));
    }

    // A part of one token predicts nothing.
    private static Corpus Checked(Corpus corpus)
    {
        if (corpus.Training.Length < 2)
        {
            throw new InvalidDataException($"'{corpus.Name}' has {corpus.Training.Length} tokens to learn from, expected 2 at least: "
                + "give a longer text, or hold out less (--validation, --test).");
        }

        return corpus with
        {
            Validation = corpus.Validation.Length < 2 ? [] : corpus.Validation,
            Test = corpus.Test.Length < 2 ? [] : corpus.Test,
        };
    }
}
