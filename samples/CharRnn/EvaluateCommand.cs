using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using Rnn.Models.CharRnn;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.CharRnn;

/// <summary>Measures a model's loss on a text.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> s_text =
        RequiredText("--text", "FILE", "The text file; - is standard input.");

    private static readonly Option<string> s_encoding = Encoding();

    private static readonly Option<int?> s_batch = Whole("--batch",
        "Pieces read side by side, each from an empty state; 1 reads the text in one piece [default: pieces of 4,000 "
        + "characters or more, 128 at most].", 1, 65536);

    private static readonly Option<int?> s_length =
        Whole("--length", "Characters of a window; changes memory and time, not the loss [default: 100].", 1, 65536);

    private static readonly Option<bool> s_skipUnknown =
        Flag("--skip-unknown", "Leaves characters of the text out that the model doesn't know.");

    private static readonly Option<bool> s_dropLast = Flag("--drop-last",
        "Leaves out what fills no window of all pieces, as many published figures do; needs --batch.");

    public static Command Create()
    {
        Command command = new("evaluate", "Measures a model's loss on a text, in nats and bits per character.");
        Program.Model.AddTo(command);
        command.AddAll(s_text, s_encoding, s_batch, s_length, s_skipUnknown, s_dropLast, PrecisionOption.Value);
        command.AddHelp(() => SampleCommand.Examples(
            ("evaluate --text book.txt", "the newest model's loss on another text"),
            ("evaluate --text book.txt --batch 1", "exactly: the text is read in one piece"),
            ("evaluate --text book.txt --skip-unknown", "what the model doesn't know is left out")));
        command.AddCheck(parsed => parsed.GetValue(s_dropLast) && parsed.GetValue(s_batch) is null
            ? "--drop-last needs --batch (and --length, if that is not 100)."
            : null);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        CharRnnModel model = CharRnnModel.Load(Program.Model.FileOf(parsed));
        PrecisionOption.Apply(parsed, model.Parameters);
        string text = TextFiles.Read(parsed.GetValue(s_text)!, parsed.GetValue(s_encoding)!);
        if (Known.Missing(text, model) is { } missing)
        {
            if (!parsed.GetValue(s_skipUnknown))
                throw new InvalidDataException($"{missing}. Leave them out with --skip-unknown.");

            Console.WriteLine($"{missing}; they are left out.");
            text = Known.Text(text, "--text", model, skipUnknown: true);
        }

        bool dropLast = parsed.GetValue(s_dropLast);
        IReadOnlyList<MeasuredLoss> losses = LossReport.Measure(model, dropLast ? "whole windows" : "the whole text",
            text, parsed.GetValue(s_batch) ?? 0, parsed.GetValue(s_length) ?? 0, dropLast);
        Console.WriteLine(LossReport.Table(losses));
        return 0;
    }
}
