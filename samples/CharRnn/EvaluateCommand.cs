using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using Rnn.Models.CharRnn;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.CharRnn;

/// <summary>Measures a model's loss on a text.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> s_text = new("--text")
    {
        Description = "The text file; - is standard input.",
        Required = true,
        HelpName = "FILE",
    };

    private static readonly Option<string> s_encoding = CommandLine.Encoding();

    private static readonly Option<int?> s_batch = Whole("--batch",
        "Pieces read side by side, each from an empty state; 1 reads the text in one piece [default: pieces of 4,000 "
        + "characters or more, 128 at most].", 1, 65536);

    private static readonly Option<int?> s_length =
        Whole("--length", "Characters of a window; changes memory and time, not the loss [default: 100].", 1, 65536);

    private static readonly Option<bool> s_skipUnknown = new("--skip-unknown")
    {
        Description = "Leaves characters of the text out that the model doesn't know.",
    };

    private static readonly Option<bool> s_dropLast = new("--drop-last")
    {
        Description = "Leaves out what fills no window of all pieces, as many published figures do; needs --batch.",
    };

    /// <summary>Below the options of the command's help.</summary>
    public static string Examples => SampleCommand.Examples(
        ("evaluate --text book.txt", "the newest model's loss on another text"),
        ("evaluate --text book.txt --batch 1", "exactly: the text is read in one piece"),
        ("evaluate --text book.txt --skip-unknown", "what the model doesn't know is left out"));

    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[CommandLine.Model, s_text, s_encoding, s_batch, s_length, s_skipUnknown, s_dropLast])
            command.Add(option);

        command.AddCheck(parsed => parsed.GetValue(s_dropLast) && parsed.GetValue(s_batch) is null
            ? "--drop-last needs --batch (and --length, if that is not 100)."
            : null);
        command.SetAction(Run);
    }

    private static int Run(ParseResult parsed)
    {
        CommandLine.SetThreads(parsed);
        CharRnnModel model = ModelFile.Load(CommandLine.ModelOf(parsed));
        string text = Corpus.ReadText(parsed.GetValue(s_text)!, parsed.GetValue(s_encoding)!);
        if (Known.Missing(text, model) is { } missing)
        {
            if (!parsed.GetValue(s_skipUnknown))
                throw new InvalidDataException($"{missing}. Leave them out with --skip-unknown.");

            Console.WriteLine($"{missing}; they are left out.");
            text = Known.Text(text, "--text", model, skipUnknown: true);
        }

        bool dropLast = parsed.GetValue(s_dropLast);
        IReadOnlyList<MeasuredLoss> losses = LossReport.Measure(model, dropLast ? "whole windows" : "the whole text", text,
            parsed.GetValue(s_batch) ?? 0, parsed.GetValue(s_length) ?? 0, dropLast);
        Console.WriteLine(LossReport.Table(losses));
        return 0;
    }
}
