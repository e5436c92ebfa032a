using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Rnn.Models.Translation;
using Rnn.Samples.Common;
using static System.FormattableString;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Attention;

/// <summary>Translates what stands on the command line, in a file, or comes in.</summary>
internal static class TranslateCommand
{
    private static readonly Argument<string[]> s_texts = new("text")
    {
        Description = "Texts to translate [default: the lines of the standard input].",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> s_file = Text("--file", "FILE", "A file with a text a line; - is the standard input.");

    private static readonly Option<string> s_encoding = Encoding();

    private static readonly Option<int?> s_best = Whole("--best",
        "Shows so many translations, at most --beam, with their scores.", 1, 1000);

    private static readonly Option<bool> s_align = Flag("--align", "Shows where the model looked.");

    private static readonly Option<bool> s_heads = Flag("--heads",
        "With --align: of each head by itself, not of the uppermost layer's together.");

    private static readonly Option<string?> s_picture = Text("--picture", "FILE",
        "Draws where it looked (PNG), one picture for each head.");

    public static Command Create()
    {
        Command command = new("translate", "Translates texts with a model.");
        Program.Model.AddTo(command);
        command.Add(s_texts);
        command.AddAll([s_file, s_encoding, .. SearchOptions.All, s_best, s_align, s_heads, s_picture, PrecisionOption.Value]);
        command.AddHelp(() => SampleCommand.Examples(
            ("translate \"3rd of May 2017\"", "one text, with the newest model"),
            ("translate --file source.txt", "a text a line"),
            ("translate --beam 10 --best 3 \"How are you?\"", "three translations"),
            ("translate --align --picture look.png \"How are you?\"", "where it looked")));
        command.AddCheck(parsed =>
            parsed.GetValue(s_file) is not null && parsed.GetValue(s_texts) is { Length: > 0 }
                ? "Give texts or --file, not both."
            : parsed.GetValue(s_best) > SearchOptions.WidthOf(parsed)
                ? $"--beam {SearchOptions.WidthOf(parsed)} finds so many translations at most; --best is {parsed.GetValue(s_best)}."
            : parsed.GetValue(s_heads) && !parsed.GetValue(s_align)
                ? "--heads belongs to --align, which is not given."
            : parsed.GetValue(s_picture) is not null && parsed.GetValue(s_texts) is not { Length: 1 }
                ? "--picture draws one text: give it on the command line."
            : null);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        TranslationModel model = TranslationModel.Load(Program.Model.FileOf(parsed));
        PrecisionOption.Apply(parsed, model.Parameters);
        Translator translator = new(model, SearchOptions.Of(parsed));
        using TextOutput output = new();
        if (parsed.GetValue(s_texts) is { Length: > 0 } texts)
        {
            foreach (string text in texts)
                Show(parsed, translator, text, "The text", output);

            return 0;
        }

        string file = parsed.GetValue(s_file) ?? TextFiles.StandardInput;
        string[] lines = TextFiles.Read(file, parsed.GetValue(s_encoding)!).TrimEnd('\n').Split('\n');
        for (int i = 0; i < lines.Length; i++)
            Sources.Check(model, lines[i], $"Line {i + 1} of {(file == TextFiles.StandardInput ? "standard input" : $"'{file}'")}");

        if (parsed.GetValue(s_align) || parsed.GetValue(s_best) is not null)
        {
            for (int i = 0; i < lines.Length; i++)
                Show(parsed, translator, lines[i], $"Line {i + 1}", output);

            return 0;
        }

        foreach (TranslatedText translated in translator.TranslateAll(lines))
            output.Write(translated.Text + "\n");

        return 0;
    }

    private static void Show(ParseResult parsed, Translator translator, string text, string what, TextOutput output)
    {
        Sources.Check(translator.Model, text, what);
        IReadOnlyList<TranslatedText> found = translator.Best(text);
        if (parsed.GetValue(s_best) is { } best)
        {
            foreach (TranslatedText one in found.Take(best))
                output.Write(Invariant($"{one.Score,8:F3}  {one.Text}\n"));
        }
        else
        {
            output.Write(found[0].Text + "\n");
        }

        string? picture = parsed.GetValue(s_picture);
        if (!parsed.GetValue(s_align) && picture is null)
            return;

        if (translator.Model.Options.Architecture == TranslationArchitecture.EncoderDecoder)
            throw new InvalidDataException("The model has no attention: there is nothing that it looked at.");

        TranslationAlignment alignment = translator.Align(found[0]);
        if (parsed.GetValue(s_align))
            output.Write((parsed.GetValue(s_heads) ? AlignmentText.DrawHeads(alignment) : AlignmentText.Draw(alignment)) + "\n");

        if (picture is not null)
            AlignmentPicture.Save(picture, alignment);
    }
}
