using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using System.Text;
using Rnn.Models.CharRnn;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.CharRnn;

/// <summary>Ranks the lines of a text by how probable a model finds them.</summary>
internal static class ScoreCommand
{
    private const string LineEnd = "\n";

    private static readonly Option<string> s_text =
        RequiredText("--text", "FILE", "The text file, a line for each text; - is standard input.");

    private static readonly Option<string> s_encoding = Encoding();

    private static readonly Option<bool> s_sort =
        Flag("--sort", "The most probable line first, by the mean of its characters.");

    private static readonly Option<bool> s_skipUnknown =
        Flag("--skip-unknown", "Leaves characters out that the model doesn't know.");

    public static Command Create()
    {
        Command command = new("score", "Says how probable each line of a text is to a model: to rank them.");
        Program.Model.AddTo(command);
        command.AddAll(s_text, s_encoding, s_sort, s_skipUnknown, PrecisionOption.Value);
        command.AddHelp(() => SampleCommand.Examples(
            ("score --text lines.txt --sort", "nats per character, nats, and the line; the most probable first")));
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        CharRnnModel model = CharRnnModel.Load(Program.Model.FileOf(parsed));
        PrecisionOption.Apply(parsed, model.Parameters);
        string text = TextFiles.Read(parsed.GetValue(s_text)!, parsed.GetValue(s_encoding)!);
        string known = Known.Text(text, "--text", model, parsed.GetValue(s_skipUnknown));

        // Each line as if it began a paragraph, where the model knows line ends; else its first character has no score.
        string before = model.Vocabulary.TryGetIndex(new Rune('\n'), out _) ? LineEnd : "";
        IEnumerable<(string Line, CharRnnScore Score)> lines = known.Split('\n').Where(line => line.Length > 0)
            .Select(line => (line, model.Score(line, before)));
        if (parsed.GetValue(s_sort))
            lines = lines.OrderBy(line => line.Score.NatsPerCharacter);

        foreach ((string line, CharRnnScore score) in lines)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{score.NatsPerCharacter:F4}\t{-score.Sum:F2}\t{line}"));
        }

        return 0;
    }
}
