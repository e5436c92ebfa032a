using System.CommandLine;
using System.IO;

namespace Rnn.Samples.Common;

/// <summary>The model that a command asks: --model, or the newest run's.</summary>
/// <param name="defaultFolder">Where runs write.</param>
public sealed class ModelOption(string defaultFolder)
{
    private readonly Option<string?> _model =
        TypedOptions.Text("--model", "FILE", $"A model that training saved [default: the newest in {defaultFolder}].");

    /// <summary>Gives a command this option.</summary>
    public void AddTo(Command command) => command.AddAll(_model);

    /// <summary>The file that was asked for, or else the newest model.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public string FileOf(ParseResult parsed) => Existing(parsed.GetValue(_model)
        ?? RunFolder.Newest(defaultFolder, RunFiles.Model) ?? defaultFolder);

    /// <summary>Whether a run's folder was asked for, or nothing, and not the file of one model.</summary>
    public bool IsFolder(ParseResult parsed) => parsed.GetValue(_model) is not { } path || Directory.Exists(path);

    /// <summary>The file of a model: itself, or that of a run's folder.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static string Existing(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, RunFiles.Model) : path;
        return File.Exists(file)
            ? file
            : throw new FileNotFoundException(
                $"There is no model '{file}': train one first, or name its file with --model.");
    }
}
