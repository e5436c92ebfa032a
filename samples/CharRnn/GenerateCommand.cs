using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Text;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.CharRnn;

/// <summary>Writes text with a model, each character as it comes.</summary>
internal static class GenerateCommand
{
    private const string DefaultPrime = "The";
    private const int UsualBeamLength = 100;

    private static readonly Option<string?> s_prime = Text("--prime", "TEXT",
        $"What the text begins with [default: {DefaultPrime}, or else a letter that the model knows].");

    private static readonly Option<string?> s_primeFile = Text("--prime-file", "FILE",
        "A file with what the text begins with, - is standard input; only what follows is printed.");

    private static readonly Option<string> s_encoding = Encoding();

    private static readonly Option<bool> s_interactive =
        Flag("--interactive", "Continues each line that is typed; an empty one, or Ctrl-D, ends.");

    private static readonly Option<int?> s_length =
        Whole("--length", "Characters to write [default: 1000; with --beam 100].", 0);

    private static readonly Option<string[]> s_stop = new("--stop")
    {
        Description = "Ends the text before this comes; may be given several times. \\n is a line end, \\t a tab, \\s a "
            + "blank, \\\\ a backslash.",
        HelpName = "TEXT",
    };

    private static readonly Option<int?> s_count =
        Whole("--count", "Texts to write, with seeds from --seed upwards [default: 1].", 1);

    private static readonly SamplingChoices s_sampling = new("characters", "character");

    private static readonly Option<int?> s_beam = Whole("--beam",
        "Looks for the text of the best mean log p, this many side by side; --stop is one character [default: draws].",
        1, 1000);

    private static readonly Option<bool> s_skipUnknown =
        Flag("--skip-unknown", "Leaves characters of the prime out that the model doesn't know.");

    public static Command Create(SampleApp app)
    {
        Command command = new("generate", "Writes text with a model.");
        Program.Model.AddTo(command);
        command.AddAll(
            [s_prime, s_primeFile, s_encoding, s_interactive, s_length, s_stop, s_count, .. s_sampling.All, s_beam,
            s_skipUnknown, PrecisionOption.Value]);
        command.AddHelp(() => SampleCommand.Examples(
            ("generate", "a thousand characters of the newest model"),
            ("generate --prime \"The fox\" --length 300 --top-k 5", "more to the point"),
            ("generate --temperature 0.7 --seed 2", "more predictable; another text"),
            ("generate --count 3 --stop \"\\n\"", "three lines"),
            ("generate --prime-file start.txt", "goes on where a file ends"),
            ("generate --beam 5 --stop .", "a sentence of high probability"),
            ("generate --interactive", "continues what you type")));
        command.AddCheck(Ignored);
        command.SetAction(parsed =>
        {
            app.Interruption.Lost = "The text ends here.";
            return Run(parsed);
        });
        return command;
    }

    /// <summary>Options that would be ignored are refused.</summary>
    private static string? Ignored(ParseResult parsed) =>
        s_sampling.Ignored(parsed, s_count) ?? (
            parsed.GetValue(s_beam) is not null && parsed.FirstGiven([.. s_sampling.All, s_interactive]) is { } drawn
                ? $"--beam looks for the most probable text: {drawn} would be ignored. Leave one of them out."
            : parsed.GetValue(s_beam) is { } beam && parsed.GetValue(s_count) > beam
                ? $"--beam {beam} finds {beam} texts at most; --count is {parsed.GetValue(s_count)}."
            : parsed.GetValue(s_beam) is not null && parsed.GetValue(s_length) == 0
                ? "--beam writes 1 character or more; --length is 0."
            : parsed.GetValue(s_beam) is not null && parsed.GetValue(s_stop) is { Length: > 0 } stops
                && (stops.Length > 1 || Unescape(stops[0]).EnumerateRunes().Count() != 1)
                ? "With --beam, --stop is one character, and given once."
            : parsed.GetValue(s_interactive) && parsed.FirstGiven(s_prime, s_primeFile, s_count) is { } third
                ? $"--interactive takes what is typed: {third} would be ignored. Leave one of them out."
            : parsed.FirstGiven(s_prime) is not null && parsed.FirstGiven(s_primeFile) is not null
                ? "Give --prime or --prime-file, not both."
            : parsed.FirstGiven(s_encoding) is not null && parsed.FirstGiven(s_primeFile) is null
                ? "--encoding is that of --prime-file, which is not given. Leave it out."
            : null);

    private static int Run(ParseResult parsed)
    {
        CharRnnModel model = CharRnnModel.Load(Program.Model.FileOf(parsed));
        PrecisionOption.Apply(parsed, model.Parameters);
        bool skipUnknown = parsed.GetValue(s_skipUnknown);
        CharRnnGenerationOptions options = new()
        {
            Length = parsed.GetValue(s_length) ?? 1000,
            Stop = [.. (parsed.GetValue(s_stop) ?? []).Select(text => Known.Text(Unescape(text), "--stop", model))],
            Seed = s_sampling.SeedOf(parsed),
            Sampling = s_sampling.Of(parsed),
        };
        using TextOutput output = new();
        if (parsed.GetValue(s_interactive))
        {
            Conversation.Run(model, options, skipUnknown, output);
            return 0;
        }

        string? file = parsed.GetValue(s_primeFile);
        string prime = file is null
            ? Known.Text(parsed.GetValue(s_prime) ?? Known.Start(DefaultPrime, model), "--prime", model, skipUnknown)
            : Known.Text(TextFiles.Read(file, parsed.GetValue(s_encoding)!),
                "--prime-file", model, skipUnknown);
        int count = parsed.GetValue(s_count) ?? 1;
        if (parsed.GetValue(s_beam) is { } beam)
        {
            Search(model, file is null ? prime : "", prime, beam, count, options, parsed.GetValue(s_length), output);
            return 0;
        }

        for (int i = 0; i < count; i++)
        {
            CharRnnGenerationOptions one = options with { Seed = unchecked(options.Seed + (ulong)i) };
            if (count > 1)
                output.Write($"{(i > 0 ? "\n" : "")}---- {i + 1} of {count}, seed {one.Seed} ----\n");

            output.Write(file is null ? prime : "");
            output.WriteText(model.Stream(prime, one));
        }

        return 0;
    }

    private static void Search(CharRnnModel model, string shown, string prime, int beam, int count,
        CharRnnGenerationOptions options, int? length, TextOutput output)
    {
        IReadOnlyList<CharRnnFoundText> found = model.Search(prime, new BeamSearchOptions
        {
            Width = beam,
            MaxLength = length ?? UsualBeamLength,
            EndToken = options.Stop.Count == 0 ? null : model.Vocabulary.Encode(options.Stop[0])[0],
        });
        for (int i = 0; i < Math.Min(count, found.Count); i++)
        {
            if (count > 1)
            {
                output.Write(FormattableString.Invariant(
                    $"{(i > 0 ? "\n" : "")}---- {i + 1} of {count}, {-found[i].Score:F4} nats a character ----\n"));
            }

            output.WriteText([shown, found[i].Text]);
        }
    }

    /// <summary>What \n, \t, \s and \\ stand for; other backslashes stay.</summary>
    private static string Unescape(string text)
    {
        StringBuilder plain = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            int escape = text[i] == '\\' && i + 1 < text.Length ? "nts\\".IndexOf(text[i + 1], StringComparison.Ordinal) : -1;
            plain.Append(escape < 0 ? text[i] : "\n\t \\"[escape]);
            i += escape < 0 ? 0 : 1;
        }

        return plain.ToString();
    }
}
