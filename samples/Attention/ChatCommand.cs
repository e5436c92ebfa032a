using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Rnn.Models.Translation;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Attention;

/// <summary>Talks: the model "translates" what was said into a reply.</summary>
internal static class ChatCommand
{
    private static readonly Option<int?> s_turns = Whole("--turns",
        "Turns that the model reads: yours and its own before it, as many as its training pairs had [default: 1].", 1, 100);

    public static Command Create()
    {
        Command command = new("chat", "Talks with a model that was trained on lines and their replies.");
        Program.Model.AddTo(command);
        command.AddAll([s_turns, .. SearchOptions.All, PrecisionOption.Value]);
        command.AddHelp(() => SampleCommand.Examples(
            ("--pairs talks.tsv --preset best-rnn", "learns: a line and its reply, with a tab between; earlier turns before the line, "
                + "each with <turn> after it"),
            ("chat", "talks; an empty line ends"),
            ("chat --turns 3", "reads three turns")));
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        TranslationModel model = TranslationModel.Load(Program.Model.FileOf(parsed));
        PrecisionOption.Apply(parsed, model.Parameters);
        Translator translator = new(model, SearchOptions.Of(parsed));
        int most = parsed.GetValue(s_turns) ?? 1;
        List<string> turns = [];
        using TextOutput output = new();
        bool isPerson = !Console.IsInputRedirected && !Console.IsOutputRedirected;
        if (isPerson)
            output.Write("Say something; an empty line ends.\n");

        while (true)
        {
            output.Write(isPerson ? "> " : "");
            string? line = Console.ReadLine();
            if (string.IsNullOrWhiteSpace(line))
                return 0;

            try
            {
                Sources.Check(model, line, "The line");
                turns.Add(line);
                string reply = translator.Translate(Context(model, turns, most)).Text;
                output.Write(reply + "\n");
                turns.Add(reply);
            }
            catch (InvalidDataException e)
            {
                Screen.Warn(e.Message);   // the next line may be better
            }
        }
    }

    // The last turns, fewer where they are more than the model reads.
    private static string Context(TranslationModel model, List<string> turns, int most)
    {
        for (int count = Math.Min(most, turns.Count); count > 1; count--)
        {
            string text = string.Join('\n', turns.TakeLast(count).Where(turn => turn.Length > 0));
            if (model.Source.Tokenize(text).Count <= model.Options.MaxTokens)
                return text;
        }

        return turns[^1];
    }
}
