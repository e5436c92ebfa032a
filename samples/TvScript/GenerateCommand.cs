using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using Rnn.Models.Generation;
using Rnn.Models.LanguageModels;
using Rnn.Models.ScriptGeneration;
using Rnn.Models.Text.Scripts;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.TvScript;

/// <summary>Writes scenes with a model, each word as it comes.</summary>
internal static class GenerateCommand
{
    private const int UsualLength = 200, UsualBeamLength = 40;

    private static readonly Option<string?> s_prime = Text("--prime", "TEXT",
        "What the text begins with; \\n is a line end [default: nothing: a turn begins].");

    private static readonly Option<string?> s_primeFile = Text("--prime-file", "FILE",
        "A file with what the text begins with, - is standard input; only what follows is printed.");

    private static readonly Option<string> s_encoding = Encoding();

    private static readonly Option<int?> s_length =
        Whole("--length", $"Words and marks to write, at most [default: {UsualLength}; with --beam {UsualBeamLength}].", 0);

    private static readonly Option<int?> s_turns =
        Whole("--turns", "Ends after so many turns (of a text without blank lines: lines).", 1);

    private static readonly Option<string[]> s_speakers = new("--speaker")
    {
        Description = "Only these may speak; may be given several times.",
        HelpName = "NAME",
    };

    private static readonly Option<int?> s_count =
        Whole("--count", "Texts to write, with seeds from --seed upwards [default: 1].", 1);

    private static readonly SamplingChoices s_sampling = new("words", "word");

    private static readonly Option<bool> s_cache =
        Flag("--cache", "Mixes the model's cache in: what was said comes again.");

    private static readonly Option<bool> s_unknown = Flag("--allow-unknown", "May write <unk>.");

    private static readonly Option<int?> s_beam = Whole("--beam",
        "Looks for the text of the best mean log p to the end of the turn, this many side by side [default: draws].", 1, 1000);

    public static Command Create(SampleApp app)
    {
        Command command = new("generate", "Writes scenes with a model.");
        Program.Model.AddTo(command);
        command.AddAll([s_prime, s_primeFile, s_encoding, s_length, s_turns, s_speakers, s_count, .. s_sampling.All, s_cache, s_unknown,
            s_beam, PrecisionOption.Value]);
        command.AddHelp(() => SampleCommand.Examples(
            ("generate", "two hundred words of the newest model"),
            ("generate --prime \"JULIET:\\n\" --turns 4 --top-p 0.9", "four turns, the first of hers"),
            ("generate --speaker Romeo --speaker Juliet", "a scene of two"),
            ("generate --temperature 0.7 --seed 2", "more predictable; another text"),
            ("generate --beam 5", "a turn of high probability")));
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
            parsed.GetValue(s_beam) is not null
                && parsed.FirstGiven([.. s_sampling.All, s_turns, s_speakers, s_cache]) is { } drawn
                ? $"--beam looks for the most probable text: {drawn} would be ignored. Leave one of them out."
            : parsed.GetValue(s_beam) is { } beam && parsed.GetValue(s_count) > beam
                ? $"--beam {beam} finds {beam} texts at most; --count is {parsed.GetValue(s_count)}."
            : parsed.GetValue(s_beam) is not null && parsed.GetValue(s_length) == 0
                ? "--beam writes 1 word or more; --length is 0."
            : parsed.FirstGiven(s_prime) is not null && parsed.FirstGiven(s_primeFile) is not null
                ? "Give --prime or --prime-file, not both."
            : parsed.FirstGiven(s_encoding) is not null && parsed.FirstGiven(s_primeFile) is null
                ? "--encoding is that of --prime-file, which is not given. Leave it out."
            : null);

    private static int Run(ParseResult parsed)
    {
        LanguageModel model = LanguageModel.Load(Program.Model.FileOf(parsed));
        PrecisionOption.Apply(parsed, model.Parameters);
        ScriptGenerator generator = new(model);
        string? file = parsed.GetValue(s_primeFile);
        string prime = file is null
            ? (parsed.GetValue(s_prime) ?? "").Replace("\\n", "\n", StringComparison.Ordinal)
            : TextFiles.Read(file, parsed.GetValue(s_encoding)!);
        int count = parsed.GetValue(s_count) ?? 1;
        using TextOutput output = new();
        if (parsed.GetValue(s_beam) is { } beam)
        {
            Search(model, generator, prime, file is null, beam, count, parsed, output);
            return 0;
        }

        bool cached = parsed.GetValue(s_cache);
        if (cached && model.Cache is null)
            throw new InvalidDataException("The model was saved without a cache: leave --cache out, or train it with one.");

        ScriptGenerationOptions options = new()
        {
            Length = parsed.GetValue(s_length) ?? UsualLength,
            Turns = parsed.GetValue(s_turns) ?? 0,
            Sampling = s_sampling.Of(parsed),
            Seed = s_sampling.SeedOf(parsed),
            Cache = cached ? model.Cache : null,
            Speakers = parsed.GetValue(s_speakers) ?? [],
            AllowUnknown = parsed.GetValue(s_unknown),
        };
        for (int i = 0; i < count; i++)
        {
            ScriptGenerationOptions one = options with { Seed = unchecked(options.Seed + (ulong)i) };
            if (count > 1)
                output.Write($"{(i > 0 ? "\n" : "")}---- {i + 1} of {count}, seed {one.Seed} ----\n");

            output.Write(file is null ? prime : "");
            output.WriteText(generator.Stream(prime, one));
        }

        return 0;
    }

    private static void Search(LanguageModel model, ScriptGenerator generator, string prime, bool showPrime, int beam, int count,
        ParseResult parsed, TextOutput output)
    {
        string end = model.Options.Script is null ? TokenizedText.EndOfLine : ScriptTokenizer.Turn;
        IReadOnlyList<FoundScript> found = generator.Search(prime, new BeamSearchOptions
        {
            Width = beam,
            MaxLength = parsed.GetValue(s_length) ?? UsualBeamLength,
            EndToken = model.Vocabulary.TryGetId(end, out int id) ? id : null,
        }, parsed.GetValue(s_unknown));
        for (int i = 0; i < Math.Min(count, found.Count); i++)
        {
            if (count > 1)
            {
                output.Write(FormattableString.Invariant(
                    $"{(i > 0 ? "\n" : "")}---- {i + 1} of {count}, {-found[i].Score:F4} nats a word ----\n"));
            }

            output.WriteText([showPrime ? prime : "", found[i].Text]);
        }
    }
}
