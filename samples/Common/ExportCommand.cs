using System;
using System.CommandLine;
using System.IO;
using Rnn.Core.Serialization;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Common;

/// <summary>The command that writes a model for other programs.</summary>
public static class ExportCommand
{
    /// <summary>The command, with --model, --onnx and options of the sample's own.</summary>
    /// <param name="model">Which model.</param>
    /// <param name="export">Writes an ONNX file, by command line, file of the model, file to write; what there is to say of
    /// it.</param>
    /// <param name="options">The sample's own.</param>
    public static Command Create(ModelOption model, Func<ParseResult, string, string, string> export,
        params Option[] options)
    {
        Option<string> onnx = RequiredText("--onnx", "FILE", "The file to write.");
        Command command = new("export", "Writes a model in a format of other programs (ONNX).");
        model.AddTo(command);
        command.AddAll([onnx, .. options]);
        command.AddHelp(() => SampleCommand.Examples(
            ("export --onnx model.onnx", "the newest model, for ONNX Runtime and other inference engines")));
        command.SetAction(parsed =>
        {
            string from = model.FileOf(parsed), to = parsed.GetValue(onnx)!;
            if (AtomicFile.IsSame(from, to))
                throw new IOException($"--onnx '{to}' is the model itself: name another file.");

            string report = export(parsed, from, to);
            Screen.Show($"Model saved as {to}\n{report}");
            return 0;
        });
        return command;
    }
}
