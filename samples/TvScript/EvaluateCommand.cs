using System;
using System.CommandLine;
using System.IO;
using Rnn.Models.LanguageModels;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.TvScript;

/// <summary>Measures a model's perplexity on a text.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> s_script =
        RequiredText("--script", "FILE", "The text file, in the form that the model has learnt; - is standard input.");

    private static readonly Option<string> s_encoding = Encoding();

    private static readonly Option<int?> s_tune = Whole("--tune-cache",
        "Chooses a cache of so many words that suits this text: use validation text [default: the model's own cache].", 1, 1_000_000);

    public static Command Create(SampleApp app)
    {
        Command command = new("evaluate", "Measures a model's perplexity on a text, without its cache and with it.");
        Program.Model.AddTo(command);
        command.AddAll(s_script, s_encoding, s_tune, PrecisionOption.Value);
        command.AddHelp(() => SampleCommand.Examples(
            ("evaluate --script test.txt", "the newest model's perplexity on another text"),
            ("evaluate --script valid.txt --tune-cache 2000", "the cache that suits it best")));
        command.SetAction(parsed => Run(app, parsed));
        return command;
    }

    private static int Run(SampleApp app, ParseResult parsed)
    {
        LanguageModel model = LanguageModel.Load(Program.Model.FileOf(parsed));
        PrecisionOption.Apply(parsed, model.Parameters);
        string file = parsed.GetValue(s_script)!;
        int[] tokens = model.Encode(TextFiles.Read(file, parsed.GetValue(s_encoding)!));
        if (tokens.Length < 2)
            throw new InvalidDataException($"'{file}' has {tokens.Length} tokens, expected at least 2: one to read and one to predict.");

        int unknown = tokens.AsSpan().Count(model.Vocabulary.UnknownId);
        Console.WriteLine(FormattableString.Invariant(
            $"{tokens.Length} tokens, {100.0 * unknown / tokens.Length:F2}% of them unknown to the model."));
        if (parsed.GetValue(s_tune) is { } window)
            (model.Cache, _) = model.TuneCache(tokens, window, app.Interruption.Token);

        Console.WriteLine(Perplexities.Table(Perplexities.Of(model, "the model", tokens, app.Interruption.Token), file));
        return 0;
    }
}
