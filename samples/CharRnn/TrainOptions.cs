using System.CommandLine;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.CharRnn;

/// <summary>Where the text comes from.</summary>
internal sealed record TextOptions(string? File, string Encoding, string DataSet, string? DataFolder, bool Download);

/// <summary>A training run.</summary>
/// <param name="Settings">What is computed.</param>
/// <param name="Text">From what.</param>
/// <param name="Place">The folder for all results.</param>
/// <param name="Resume">Whether to go on with a checkpoint.</param>
/// <param name="ResumeFile">Which one; null is the folder's.</param>
internal sealed record TrainArguments(TrainSettings Settings, TextOptions Text, RunPlace Place, bool Resume,
    string? ResumeFile);

/// <summary>The options of training.</summary>
internal sealed class TrainOptions
{
    private readonly Option<string?> _text = new("--text")
    {
        Description = "A text file to learn from.",
        HelpName = "FILE",
    };

    private readonly Option<string> _encoding = CommandLine.Encoding();

    private readonly Option<string?> _dataSet = Choice("--dataset",
        "A known text; stories are built in [default: stories, and anna with the presets lesson and best].",
        Corpus.Names);

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Where data sets are, besides $RNN_DATA and the user's cache.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _download = new("--download")
    {
        Description = "Downloads the data set if it isn't there.",
    };

    private readonly Option<string?> _preset = Choice("--preset",
        "demo: a minute; lesson: LSTM 512 x 2, dropout 0.5, 20 epochs; best: the lowest loss we know of "
        + "[default: demo, and lesson with --text or another data set].", Presets.Names);

    private readonly Option<string?> _out = new("--out")
    {
        Description = "The folder for model, checkpoint, loss.csv, loss.png, summary.json "
            + $"[default: {CommandLine.DefaultOut}, and a numbered one beside it for each further run].",
        HelpName = "DIR",
    };

    private readonly Option<bool> _overwrite = new("--overwrite")
    {
        Description = "Moves an earlier run of the --out folder to a folder 'previous' inside.",
    };

    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "Goes on with a checkpoint [default: that of the --out folder]; give the options of its run.",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "FILE",
    };

    private readonly SettingList<TrainSettings> _settings = SettingOptions.Create();

    /// <summary>What each preset sets, as a table.</summary>
    public string PresetTable => _settings.Table(Presets.Named);

    public void AddTo(Command command)
    {
        Option[] options =
        [
            _text, _encoding, _dataSet, _data, _download, _preset, _out, _overwrite, _resume, CommandLine.Seed,
        ];
        foreach (Option option in options)
        {
            command.Add(option);
        }

        _settings.AddTo(command);
        command.AddCheck(parsed =>
            parsed.GetValue(_text) is not null && parsed.GetValue(_dataSet) is not null
                ? "Give --text or --dataset, not both."
            : parsed.GetResult(_resume) is not null && parsed.GetValue(_overwrite)
                ? "--resume goes on with a run and --overwrite begins anew: give one of them."
            : null);
    }

    /// <summary>What the command line asks for.</summary>
    public TrainArguments Read(ParseResult parsed)
    {
        string? file = parsed.GetValue(_text), set = parsed.GetValue(_dataSet);
        bool isStories = file is null && set is null or Corpus.BuiltIn;
        TrainSettings start = Presets.Get(parsed.GetValue(_preset) ?? (isStories ? "demo" : "lesson"));
        set ??= start.Preset == "demo" ? Corpus.BuiltIn : "anna";
        return new TrainArguments(
            _settings.Apply(parsed, start) with { Seed = CommandLine.SeedOf(parsed) },
            new TextOptions(file, parsed.GetValue(_encoding)!, set, parsed.GetValue(_data),
                parsed.GetValue(_download)),
            new RunPlace(parsed.GetValue(_out), CommandLine.DefaultOut, parsed.GetValue(_overwrite)),
            parsed.GetResult(_resume) is not null,
            parsed.GetValue(_resume));
    }
}
