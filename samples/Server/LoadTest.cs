using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Rnn.Core.Kernels.RandomNumbers;

namespace Rnn.Samples.Server;

/// <summary>Clients of a server. Each asks one of some fixed requests after another, whose answers are known: the server
/// gave them before, alone. Now and then a client goes away in the middle of a text.</summary>
internal sealed class LoadTest(Uri address, ulong seed)
{
    /// <summary>What is reported of texts that a client left.</summary>
    public const string Left = "generate, left";

    private const int Texts = 8, Length = 300, Others = 4;
    private const int LeaveOneIn = 20;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private int _longest;   // that the server writes

    /// <summary>Asks until the time is over.</summary>
    /// <param name="clients">How many ask at once.</param>
    /// <param name="time">For how long.</param>
    /// <param name="cancellation">Ends it before.</param>
    /// <exception cref="HttpRequestException">The server can't be reached, or answers an error.</exception>
    public async Task<LoadReport> Run(int clients, TimeSpan time, CancellationToken cancellation)
    {
        using HttpClient client = new() { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        List<Case> cases = await Cases(client, cancellation);
        foreach (Case one in cases)
            one.Answer = await Ask(client, one, cancellation);

        double before = await Memory(client, cancellation);
        Stopwatch watch = Stopwatch.StartNew();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(time);
        LoadReport[] all = await Task.WhenAll(Enumerable.Range(0, clients).Select(i =>
            Task.Run(() => Client(client, cases, (ulong)i, end.Token), CancellationToken.None)));
        double seconds = watch.Elapsed.TotalSeconds;
        return LoadReport.Of(all, clients, seconds, before, await Memory(client, CancellationToken.None));
    }

    private async Task<LoadReport> Client(HttpClient client, List<Case> cases, ulong number, CancellationToken end)
    {
        LoadReport report = new();
        Philox random = new(seed, number);
        while (!end.IsCancellationRequested)
        {
            Case one = cases[random.NextInt32(cases.Count)];
            bool leaves = one.Path == "generate" && random.NextInt32(LeaveOneIn) == 0;
            long start = Stopwatch.GetTimestamp();
            try
            {
                string answer = leaves ? await Leave(client, one) : await Ask(client, one, CancellationToken.None);
                report.Add(leaves ? Left : one.Path, Stopwatch.GetElapsedTime(start).TotalMilliseconds, answer.Length,
                    leaves ? IsBeginning(answer, one.Answer!) : answer == one.Answer);
            }
            catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                report.Refused++;
            }
        }

        return report;
    }

    private async Task<List<Case>> Cases(HttpClient client, CancellationToken cancellation)
    {
        ModelsAnswer models = await client.GetFromJsonAsync<ModelsAnswer>("models", s_json, cancellation)
            ?? throw new InvalidDataException("The server's /models is empty: it is another one's.");
        List<Case> cases = [];
        _longest = models.Limits.MaxLength;
        int length = Math.Min(Length, _longest);
        for (int i = 0; i < Texts; i++)
        {
            cases.Add(new Case("generate", new GenerateRequest(models.Prompts["generate"], length - (i * length / (2 * Texts)),
                Seed: seed + (ulong)i)));
        }

        string[] words = models.Prompts["classify"].Split(' ');
        for (int i = 0; i < Others; i++)
            cases.Add(new Case("classify", new ClassifyRequest([string.Join(' ', words.Skip(i)), string.Join(' ', words.Take(i + 1))])));

        if (models.Prompts["translate"] is { Length: > 0 } source)
            cases.AddRange(Enumerable.Range(1, Others).Select(width => new Case("translate", new TranslateRequest([source], width, true))));

        return cases;
    }

    private static async Task<string> Ask(HttpClient client, Case one, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await Post(client, one, cancellation);
        if (one.Path != "generate")
            return await response.Content.ReadAsStringAsync(cancellation);

        StringBuilder text = new();
        bool isEnded = false;
        await foreach ((GenerateEvent piece, bool isEnd) in Events(response, cancellation))
        {
            text.Append(piece.Text);
            isEnded |= isEnd;
        }

        return isEnded ? text.ToString() : text + " [cut]";
    }

    // Asks for a long text and goes when its first piece is there.
    private async Task<string> Leave(HttpClient client, Case one)
    {
        Case longer = one with { Body = (GenerateRequest)one.Body with { Length = _longest } };
        using HttpResponseMessage response = await Post(client, longer, CancellationToken.None);
        await foreach ((GenerateEvent piece, _) in Events(response, CancellationToken.None))
            return piece.Text ?? "";

        return "";
    }

    // A seed's longer text begins as its shorter one.
    private static bool IsBeginning(string text, string other) =>
        text.AsSpan(0, Math.Min(text.Length, other.Length)).SequenceEqual(other.AsSpan(0, Math.Min(text.Length, other.Length)));

    private static async Task<HttpResponseMessage> Post(HttpClient client, Case one, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, one.Path) { Content = JsonContent.Create(one.Body, one.Body.GetType()) };
        HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return response.EnsureSuccessStatusCode();
    }

    private static async IAsyncEnumerable<(GenerateEvent Piece, bool IsEnd)> Events(HttpResponseMessage response,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellation);
        SseParser<GenerateEvent> parser = SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize<GenerateEvent>(data, s_json)!);
        await foreach (SseItem<GenerateEvent> item in parser.EnumerateAsync(cancellation))
            yield return (item.Data, item.EventType == "end");
    }

    /// <summary>MiB that the server's process has in memory, as it says itself.</summary>
    private static async Task<double> Memory(HttpClient client, CancellationToken cancellation)
    {
        const string Name = "process_working_set_bytes ";
        string metrics = await client.GetStringAsync("metrics", cancellation);
        string? line = metrics.Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        return line is null ? double.NaN : double.Parse(line[Name.Length..], CultureInfo.InvariantCulture) / (1 << 20);
    }

    private sealed record Case(string Path, object Body)
    {
        /// <summary>What the server said when it had nothing else to do.</summary>
        public string? Answer { get; set; }
    }
}
