using System.CommandLine;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Common;

/// <summary>Where known data sets are: --data and --download.</summary>
/// <param name="name">What may be downloaded: "the data set".</param>
public sealed class DataSetOptions(string name = "the data set")
{
    private readonly Option<string?> _folder =
        TypedOptions.Text("--data", "DIR", "Where data sets are, besides $RNN_DATA and the user's cache.");

    private readonly Option<bool> _download = Flag("--download", $"Downloads {name} if it isn't there.");

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command) => command.AddAll(_folder, _download);

    /// <summary>What the command line says.</summary>
    public DataSetPlace Of(ParseResult parsed) => new(parsed.GetValue(_folder), parsed.GetValue(_download));
}
