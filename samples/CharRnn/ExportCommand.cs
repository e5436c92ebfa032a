using System;
using System.CommandLine;
using System.IO;
using Rnn.Core.Serialization;
using Rnn.Core.Serialization.Onnx;
using Rnn.Models.CharRnn;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.CharRnn;

/// <summary>Writes a model for other programs.</summary>
internal static class ExportCommand
{
    private static readonly Option<string> s_onnx = new("--onnx")
    {
        Description = "The file to write.",
        Required = true,
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_input = Choice("--input",
        "Character indices [steps, batch], or one-hot rows [steps, batch, characters] [default: indices].",
        "indices", "one-hot");

    /// <summary>Below the options of the command's help.</summary>
    public static string Examples => SampleCommand.Examples(
        ("export --onnx model.onnx", "the newest model, for ONNX Runtime and other inference engines"));

    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[CommandLine.Model, s_onnx, s_input])
            command.Add(option);

        command.SetAction(Run);
    }

    private static int Run(ParseResult parsed)
    {
        string path = CommandLine.ModelOf(parsed), onnx = parsed.GetValue(s_onnx)!;
        OnnxInput how = parsed.GetValue(s_input) == "one-hot" ? OnnxInput.Numbers : OnnxInput.Indices;
        CharRnnModel model = ModelFile.Load(path);
        if (AtomicFile.IsSame(path, onnx))
            throw new IOException($"--onnx '{onnx}' is the model itself: name another file.");

        OnnxSignature signature = model.ExportOnnx(onnx, how);
        Console.WriteLine($"""
            Model saved as {onnx}
            {signature}
            metadata vocabulary: a JSON array, the character of each index. The state begins with zeros.
            """);
        return 0;
    }
}
