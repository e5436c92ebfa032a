using System;
using System.CommandLine;
using System.IO;
using Rnn.Core.Losses;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Translation;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Attention;

/// <summary>Measures a model on pairs.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> s_pairs =
        RequiredText("--pairs", "FILE", "Pairs: a line each, source and target with a tab between.");

    private static readonly Option<string?> s_targets =
        Text("--targets", "FILE", "The targets, a line each, where --pairs has the sources alone.");

    private static readonly Option<string> s_encoding = Encoding();

    public static Command Create(SampleApp app)
    {
        Command command = new("evaluate", "Measures a model's translations of pairs: BLEU, chrF, exact ones, and its loss.");
        Program.Model.AddTo(command);
        command.AddAll([s_pairs, s_targets, s_encoding, .. SearchOptions.All, PrecisionOption.Value]);
        command.AddHelp(() => SampleCommand.Examples(
            ("evaluate --pairs test.tsv", "the newest model on other pairs"),
            ("evaluate --pairs test.de --targets test.en --beam 1", "two files; greedy")));
        command.SetAction(parsed => Run(app, parsed));
        return command;
    }

    private static int Run(SampleApp app, ParseResult parsed)
    {
        TranslationModel model = TranslationModel.Load(Program.Model.FileOf(parsed));
        PrecisionOption.Apply(parsed, model.Parameters);
        string file = parsed.GetValue(s_pairs)!;
        ParallelText all = Pairs.Read(file, parsed.GetValue(s_targets), parsed.GetValue(s_encoding)!);
        ParallelText pairs = model.Fitting(all);
        if (pairs.Count == 0)
            throw new InvalidDataException($"'{file}' has no pair that the model can read: 1 to {model.Options.MaxTokens} tokens a side.");

        if (pairs.Count < all.Count)
        {
            Screen.Warn($"{all.Count - pairs.Count} pairs are left out: a side is empty, or has more than {model.Options.MaxTokens} "
                + "tokens.");
        }

        TranslatorOptions options = SearchOptions.Of(parsed);
        (Scores scores, _) = Scores.Of(new Translator(model, options), options.Width == 1 ? "greedy" : $"beam {options.Width}", pairs,
            app.Interruption.Token);
        LossSum loss = model.Evaluate(pairs, app.Interruption.Token);
        Console.WriteLine(Scores.Table([scores], $"on {pairs.Count} pairs"));
        Console.WriteLine(FormattableString.Invariant(
            $"loss {loss.Mean:F4} nats per token (perplexity {Math.Exp(loss.Mean):F2}), {loss.Count} tokens"));
        return 0;
    }
}
