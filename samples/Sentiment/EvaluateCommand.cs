using System.CommandLine;
using Rnn.Models.Sentiment;
using Rnn.Models.Text.Labelled;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Sentiment;

/// <summary>Measures models on texts with labels.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> s_text = RequiredText("--text", "FILE",
        "Texts with labels: " + Reviews.Forms);

    private static readonly Option<string?> s_labels =
        Text("--labels", "FILE", "The labels of --text, one a line, as the lesson has them.");

    private static readonly Option<string> s_encoding = Encoding();

    public static Command Create(SampleApp app)
    {
        Command command = new("evaluate", "Measures the models of a run, and the linear classifier beside them, on texts.");
        Models.Option.AddTo(command);
        command.AddAll(s_text, s_labels, s_encoding);
        command.AddHelp(() => SampleCommand.Examples(
            ("evaluate --text reviews.txt --labels labels.txt", "the newest run's models, on files as the lesson has them"),
            ("evaluate --text aclImdb/test", "on a folder with the folders neg and pos")));
        command.SetAction(parsed => Run(app, parsed));
        return command;
    }

    private static int Run(SampleApp app, ParseResult parsed)
    {
        (SentimentEnsemble models, Baseline? baseline) = Models.Load(parsed);
        DataSource source = new(parsed.GetValue(s_text), parsed.GetValue(s_encoding)!, null, new DataSetPlace(null, false))
        {
            Second = parsed.GetValue(s_labels),
        };
        LabelledTexts texts = Reviews.Read(source, models.Classes);
        Results results = Results.Of(models, baseline, texts, app.Interruption.Token);
        System.Console.WriteLine(results.Text(source.File!));
        return 0;
    }
}
