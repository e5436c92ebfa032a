using System.CommandLine;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Common;

/// <summary>Where a run writes: --out and --overwrite.</summary>
/// <param name="defaultFolder">Where it writes if nobody says where.</param>
/// <param name="files">What it writes there, for the help.</param>
public sealed class PlaceOptions(string defaultFolder, string files)
{
    private readonly Option<string?> _out = Text("--out", "DIR", $"The folder for {files} [default: {defaultFolder}, "
        + "and a numbered one beside it for each further run].");

    private readonly Option<bool> _overwrite =
        Flag("--overwrite", "Moves an earlier run of the --out folder to a folder 'previous' inside.");

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command) => command.AddAll(_out, _overwrite);

    /// <summary>Whether an earlier run makes room.</summary>
    public bool IsOverwrite(ParseResult parsed) => parsed.GetValue(_overwrite);

    /// <summary>What the command line says.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="else">The folder if it names none; null (the default): the default folder or a numbered one.</param>
    public RunPlace Of(ParseResult parsed, string? @else = null) =>
        new(parsed.GetValue(_out) ?? @else, defaultFolder, parsed.GetValue(_overwrite));
}
