using System;
using System.CommandLine;
using System.IO;
using System.Net.Http;
using Rnn.Samples.Common;

namespace Rnn.Samples.Server;

/// <summary>Asks a server of this machine as many clients at once, for a limited time, and compares every answer with the
/// one that it gave alone.</summary>
internal static class LoadCommand
{
    private const int UsualClients = 8, UsualSeconds = 10;

    private static readonly Option<int?> s_clients =
        TypedOptions.Whole("--clients", $"Clients that ask at once [default: {UsualClients}].", 1, 256);

    private static readonly Option<int?> s_seconds =
        TypedOptions.Whole("--seconds", $"How long [default: {UsualSeconds}].", 1, 86_400);

    private static readonly Option<ulong?> s_seed = TypedOptions.Seed();

    public static Command Create(SampleApp app, string usual)
    {
        Option<string?> url = TypedOptions.Text("--url", "URL", $"A server of this machine [default: {usual}].");
        Command command = new("load", "Asks a running server as many clients at once, and compares its answers.");
        command.AddAll(url, s_clients, s_seconds, s_seed);
        command.AddHelp(() => SampleCommand.Examples(("load --clients 16 --seconds 60", "")));
        command.SetAction(parsed => Run(app, parsed, parsed.GetValue(url) ?? usual));
        return command;
    }

    private static int Run(SampleApp app, ParseResult parsed, string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme != Uri.UriSchemeHttp || !address.IsLoopback)
        {
            throw new InvalidDataException($"--url is '{url}'; expected a server of this machine, such as http://127.0.0.1:5080: "
                + "a load test is for no other.");
        }

        using IDisposable guard = app.Interruption.Guard("the report comes now");
        try
        {
            LoadReport report = new LoadTest(address, parsed.GetValue(s_seed) ?? 1).Run(parsed.GetValue(s_clients) ?? UsualClients,
                TimeSpan.FromSeconds(parsed.GetValue(s_seconds) ?? UsualSeconds), app.Interruption.Token).GetAwaiter().GetResult();
            Console.WriteLine(report.Text());
            return report.IsRight ? 0 : SampleApp.Failed;
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"{url} doesn't answer: {e.Message} Start the server first.", e);
        }
    }
}
