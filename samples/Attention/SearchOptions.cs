using System.CommandLine;
using Rnn.Models.Translation;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Attention;

/// <summary>The options of commands that translate.</summary>
internal static class SearchOptions
{
    private static readonly TranslatorOptions s_usual = new();

    private static readonly Option<int?> s_beam = Whole("--beam",
        $"Translations that are followed side by side; 1 is greedy [default: {s_usual.Width}].", 1, 1000);

    private static readonly Option<double?> s_penalty = Number("--length-penalty",
        "How much longer translations are favoured: a of ((5 + length)/6)^a [default: 1].", 0, 10);

    private static readonly Option<string?> s_unknown = Choice("--unknown",
        "What becomes of unknown words: copied from the source, written as <unk>, or avoided [default: copy].", "copy", "write", "avoid");

    public static Option[] All { get; } = [s_beam, s_penalty, s_unknown];

    public static int WidthOf(ParseResult parsed) => parsed.GetValue(s_beam) ?? s_usual.Width;

    /// <summary>What the command line says.</summary>
    public static TranslatorOptions Of(ParseResult parsed) => s_usual with
    {
        Width = WidthOf(parsed),
        LengthPenalty = parsed.GetValue(s_penalty) ?? s_usual.LengthPenalty,
        Unknown = parsed.GetValue(s_unknown) switch
        {
            "write" => UnknownWords.Write,
            "avoid" => UnknownWords.Avoid,
            _ => UnknownWords.Copy,
        },
    };
}
