using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Rnn.Models.Sentiment;
using Rnn.Models.Translation;
using Rnn.Samples.Common;

namespace Rnn.Samples.Server;

/// <summary>
/// A web server: it streams generated text, classifies and translates, from one model of each kind that all requests read
/// at once; a page to try it.
/// </summary>
internal static class Program
{
    private const string Usual = "http://127.0.0.1:5080";
    private const string Own = "out/server", Texts = "out/char-rnn", Reviews = "out/sentiment", Pairs = "out/attention";

    private static readonly Option<string?> s_url = TypedOptions.Text("--url", "URL",
        $"Where to listen; port 0 takes a free one [default: {Usual}, which other machines can't reach].");

    private static readonly Option<string?> s_text = Model("--text", "writes, of samples/CharRnn or samples/TvScript", Texts);
    private static readonly Option<string?> s_sentiment = Model("--sentiment", "classifies, of samples/Sentiment", Reviews);
    private static readonly Option<string?> s_translation = Model("--translation", "translates, of samples/Attention", Pairs);

    private static readonly Option<int?> s_concurrency = TypedOptions.Whole("--concurrency",
        "Requests that are answered at once [default: two for each processor].", 1, 10_000);

    private static readonly Option<int?> s_queue = TypedOptions.Whole("--queue",
        "Requests that wait; more are refused with 503 [default: 64].", 0, 100_000);

    private static readonly Option<int?> s_length = TypedOptions.Whole("--max-length",
        "The most characters (of a script: words and marks) of a generated text [default: 5000].", 1, 10_000_000);

    private static readonly Option<int?> s_size = TypedOptions.Whole("--max-text",
        "The most characters of a text that is sent [default: 20000].", 1, Limits.MaxBody);

    private static readonly Option<int?> s_timeout = TypedOptions.Whole("--timeout",
        "Seconds after which a request is given up [default: 60].", 1, 86_400);

    public static int Main(string[] args) => SampleApp.Run(args, Create);

    private static RootCommand Create(SampleApp app) => SampleCommand.Root(
        "Answers requests with recurrent networks: generated text as it is written, classes, translations.", "serve",
        "Answers requests", command =>
        {
            command.AddAll(s_url, s_text, s_sentiment, s_translation, s_concurrency, s_queue, s_length, s_size, s_timeout);
            command.AddHelp(() => SampleCommand.Examples(
                ("", $"listens on {Usual}: open it in a browser"),
                ("--text anna.safetensors --url http://0.0.0.0:8080", "a model of your own, for all machines"),
                ("load --clients 8 --seconds 10", "asks a running server as eight clients, and compares its answers")));
            command.SetAction(parsed => Serve(app, parsed));
        },
        LoadCommand.Create(app, Usual));

    private static int Serve(SampleApp app, ParseResult parsed)
    {
        Limits limits = new();
        limits = limits with
        {
            Concurrency = parsed.GetValue(s_concurrency) ?? limits.Concurrency,
            Queue = parsed.GetValue(s_queue) ?? limits.Queue,
            MaxLength = parsed.GetValue(s_length) ?? limits.MaxLength,
            MaxText = parsed.GetValue(s_size) ?? limits.MaxText,
            Timeout = parsed.GetValue(s_timeout) ?? limits.Timeout,
        };
        string url = parsed.GetValue(s_url) ?? Usual;
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme != Uri.UriSchemeHttp)
            throw new InvalidDataException($"--url is '{url}'; expected an address such as {Usual}, with http.");

        ServedModels models = new(
            Get(parsed, s_text, Texts, ServedModels.LoadWriter, BuiltInModels.Writer, "stories"),
            Get(parsed, s_sentiment, Reviews, path => SentimentModel.Load(ModelOption.Existing(path)),
                BuiltInModels.Sentiment, "reviews"),
            Get(parsed, s_translation, Pairs, path => new TranslatorPool(TranslationModel.Load(ModelOption.Existing(path))),
                BuiltInModels.Translators, "dates"));
        Console.WriteLine($"Writes: {models.Writer.Description}.");
        Console.WriteLine($"Classifies: {models.SentimentDescription}.");
        Console.WriteLine($"Translates: {models.TranslationDescription}.");

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(app.Interruption.Token);
        using IDisposable guard = app.Interruption.Guard("requests under way are finished");
        Run(url, models, limits, stop.Token).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task Run(string url, ServedModels models, Limits limits, CancellationToken cancellation)
    {
        void Started(string address) => Console.WriteLine(FormattableString.Invariant(
            $"Listening on {address}: {limits.Concurrency} requests at once, {limits.Queue} wait. Ctrl-C ends it."));
        try
        {
            await Serving.Run(url, models, limits, Started, cancellation);
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw new IOException($"--url {url} can't be listened on: {e.Message}", e);
        }
    }

    // The file that was named, or the newest of its sample, or a small one of this sample's own.
    private static T Get<T>(ParseResult parsed, Option<string?> option, string folder, Func<string, T> load, Func<string, T> builtIn,
        string name) => parsed.GetValue(option) is { } path ? load(path)
            : RunFolder.Newest(folder, RunFiles.Model) is { } newest ? load(newest)
            : builtIn(Path.Combine(Own, name + ".safetensors"));

    private static Option<string?> Model(string name, string what, string folder) => TypedOptions.Text(name, "FILE",
        $"The model that {what} [default: the newest in {folder}, or a small one of built-in texts].");
}
