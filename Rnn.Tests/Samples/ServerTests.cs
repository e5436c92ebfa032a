using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Models.Sentiment;
using Rnn.Models.Translation;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Samples;

/// <summary>samples/Server from outside, by HTTP.</summary>
public class ServerTests
{
    private const int Slow = 512;   // units, so that a text is still being written when its first piece has come

    [Fact]
    public async Task AnswersAreThoseOfTheLibrary()
    {
        using ServerProcess server = new();
        string expected = server.Writer.Generate("The ", new CharRnnGenerationOptions
        {
            Length = 300,
            Seed = 7,
            Sampling = new SamplingOptions { Temperature = 0.9, TopK = 5 },
        });
        string request = """{"prompt": "The ", "length": 300, "temperature": 0.9, "topK": 5, "seed": 7}""";
        using HttpResponseMessage response = await server.Post("generate", request);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        List<(string Name, JsonNode Data)> events = Events(await response.Content.ReadAsStringAsync());
        Assert.Equal(expected, string.Concat(events.Where(one => one.Name == "text").Select(one => (string)one.Data["text"]!)));
        Assert.Equal("end", events[^1].Name);
        Assert.Equal(expected.Length, (int)events[^1].Data["characters"]!);
        Assert.Equal(7UL, (ulong)events[^1].Data["seed"]!);

        JsonNode classified = await server.Ask("classify", """{"texts": ["good film", "nothing known"]}""");
        SentimentPrediction prediction = server.Sentiment.Predict("good film");
        Assert.Equal(prediction.Class, (string)classified["results"]![0]!["class"]!);
        Assert.Equal(prediction.Probability, (float)classified["results"]![0]!["probability"]!);
        Assert.Equal(prediction.Probabilities[1], (float)classified["results"]![0]!["probabilities"]!["good"]!);
        Assert.Equal(2, (int)classified["results"]![1]!["unknownWords"]!);

        JsonNode translated = await server.Ask("translate", """{"texts": ["a b", "c"], "width": 2, "alignment": true}""");
        TranslatedText text = new Translator(server.Translation, new TranslatorOptions { Width = 2 }).Translate("c");
        Assert.Equal(text.Text, (string)translated["results"]![1]!["text"]!);
        Assert.Equal(text.Score, (double)translated["results"]![1]!["score"]!, 1e-12);
        JsonNode looks = translated["results"]![0]!["alignment"]!;
        Assert.Equal(["a", "b"], looks["source"]!.AsArray().Select(token => (string)token!));
        Assert.All(looks["shares"]!.AsArray(), step => Assert.Equal(1, step!.AsArray().Sum(share => (float)share!), 1e-5));
    }

    [Fact]
    public async Task ADrawnSeedIsToldAndGivesTheTextAgain()
    {
        using ServerProcess server = new();
        List<(string Name, JsonNode Data)> first = await Generate(server, """{"prompt": "The ", "length": 50}""");
        ulong seed = (ulong)first[^1].Data["seed"]!;
        List<(string Name, JsonNode Data)> again =
            await Generate(server, $$"""{"prompt": "The ", "length": 50, "seed": {{seed}}}""");
        Assert.Equal(Text(first), Text(again));
    }

    [Fact]
    public async Task StopTextsEndTheWriting()
    {
        using ServerProcess server = new();
        string whole = server.Writer.Generate("The ", 400, new SamplingOptions { Temperature = 0.8 }, seed: 3);
        string stop = whole[100..102];
        string quoted = JsonValue.Create(stop).ToJsonString();
        List<(string Name, JsonNode Data)> events =
            await Generate(server, $$"""{"prompt": "The ", "length": 400, "seed": 3, "stop": [{{quoted}}]}""");
        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], Text(events));
    }

    [Fact]
    public async Task TextComesWhileItIsWrittenAndStopsWhenTheClientGoes()
    {
        using ServerProcess server = new(Slow, "--max-length", "10000000");
        using (HttpResponseMessage response =
            await server.Post("generate", """{"prompt": "The ", "length": 10000000, "seed": 1}""", isWhole: false))
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync();
            using StreamReader reader = new(stream);
            Assert.Equal("event: text", await reader.ReadLineAsync());
            Assert.Equal(1, await server.Metric("""rnn_server_active{kind="generate"}"""));
        }

        const string Cancelled = """rnn_server_requests{kind="generate",outcome="cancelled"}""";
        server.Process.WaitUntil(() => server.Metric(Cancelled).GetAwaiter().GetResult() == 1);
        Assert.Equal(0, await server.Metric("""rnn_server_active{kind="generate"}"""));
    }

    [Fact]
    public async Task AnswersAreTheSameUnderLoad()
    {
        using ServerProcess server = new();
        string[] requests = [.. Enumerable.Range(1, 6).Select(seed => $$"""{"prompt": "The ", "length": 200, "seed": {{seed}}}""")];
        List<string> alone = [];
        foreach (string request in requests)
            alone.Add(Text(await Generate(server, request)));

        string[] together = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
            Text(await Generate(server, requests[i % requests.Length]))));
        for (int i = 0; i < together.Length; i++)
            Assert.Equal(alone[i % requests.Length], together[i]);

        Assert.Equal(66, await server.Metric("""rnn_server_requests{kind="generate",outcome="answered"}"""));
    }

    [Fact]
    public async Task OneTooManyIsRefusedAndTheOthersGoOn()
    {
        using ServerProcess server = new(Slow, "--concurrency", "1", "--queue", "0", "--max-length", "10000000");
        using HttpResponseMessage first =
            await server.Post("generate", """{"prompt": "The ", "length": 10000000}""", isWhole: false);
        await using Stream stream = await first.Content.ReadAsStreamAsync();
        Assert.NotEqual(0, await stream.ReadAsync(new byte[1]));
        using HttpResponseMessage second = await server.Post("classify", """{"texts": ["good"]}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.Equal("1", Assert.Single(second.Headers.GetValues("Retry-After")));
        Assert.Equal("1 requests are being answered and 0 wait; try again in a second.", await Detail(second));
        Assert.NotEqual(0, await stream.ReadAsync(new byte[1]));
        Assert.Equal("Healthy", await server.Client.GetStringAsync("health"));   // asks no turn
    }

    [Fact]
    public async Task ARequestThatTakesTooLongIsGivenUp()
    {
        using ServerProcess server = new(Slow, "--timeout", "1", "--max-length", "10000000");
        using HttpResponseMessage response =
            await server.Post("generate", """{"prompt": "The ", "length": 10000000}""", isWhole: false);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync());   // cut, with no end
        server.Process.WaitUntil(() =>
            server.Metric("""rnn_server_requests{kind="generate",outcome="cancelled"}""").GetAwaiter().GetResult() == 1);
    }

    [Fact]
    public async Task WhatCannotBeAnsweredIsRefusedInOneSentence()
    {
        using ServerProcess server = new(8, "--max-length", "50", "--max-text", "30");
        foreach ((string path, string json, string sentence) in ((string, string, string)[])
        [
            ("generate", """{"length": 5}""", "'prompt' is null; expected a text."),
            ("generate", """{"prompt": "", "length": 5}""", "'prompt' has no character that the model knows"),
            ("generate", """{"prompt": "T", "length": 51}""", "'length' is 51; expected 1 to 50."),
            ("generate", """{"prompt": "T", "length": 0}""", "'length' is 0; expected 1 to 50."),
            ("generate", """{"prompt": "T", "length": 5, "topP": 0}""", "TopP is 0; expected more than 0"),
            ("generate", """{"prompt": "T", "length": 5, "stop": [""]}""", "Stop[0] is empty"),
            ("generate", """{"promt": "T"}""", "'promt' could not be mapped"),
            ("generate", """{"prompt": """, "The body is not the JSON that is expected"),
            ("generate", $$"""{"prompt": "{{new string('T', 31)}}"}""", "'prompt' has 31 characters; expected at most 30."),
            ("classify", "{}", "'texts' has 0 texts; expected 1 to 64."),
            ("classify", """{"texts": [null]}""", "'texts[0]' is null"),
            ("translate", """{"texts": [""]}""", "the source"),
            ("translate", """{"texts": ["a"], "width": 11}""", "'width' is 11; expected 1 (greedy) to 10."),
        ])
        {
            using HttpResponseMessage response = await server.Post(path, json);
            string detail = await Detail(response);
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{json}: {response.StatusCode} {detail}");
            Assert.Contains(sentence, detail, StringComparison.OrdinalIgnoreCase);
            Assert.EndsWith(".", detail);
            Assert.DoesNotContain("Parameter '", detail);
        }

        using HttpResponseMessage large = await server.Post("classify", $$"""{"texts": ["{{new string('a', 1 << 21)}}"]}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        using HttpResponseMessage other = await server.Client.GetAsync(new Uri("nix", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        Assert.Equal(2, await server.Metric("""rnn_server_requests{kind="translate",outcome="refused"}"""));
        Assert.Equal("", server.Process.Error);
    }

    [Fact]
    public async Task TheLoadTestFindsNoWrongAnswerAndTheServerEndsWhenAsked()
    {
        using ServerProcess server = new();
        using SampleProcess load = SampleProcess.Run("Server", server.Folder, "load", "--url", server.Address, "--clients", "3",
            "--seconds", "2");
        Assert.True(load.ExitCode == 0, load.Output + load.Error);
        Assert.Contains("3 clients", load.Output);
        Assert.Contains("0 wrong answers, 0 refused", load.Output);
        Assert.Equal("Healthy", await server.Client.GetStringAsync("health"));
        server.Process.Signal("TERM");
        server.Process.WaitForExit();
        Assert.Equal(0, server.Process.ExitCode);
    }

    [Theory]
    [InlineData(1, "There is no model 'nope'", "--text", "nope")]
    [InlineData(1, "--url is 'ftp://a'; expected an address such as http://127.0.0.1:5080, with http.", "--url", "ftp://a")]
    [InlineData(1, "expected a server of this machine", "load", "--url", "http://example.com")]
    [InlineData(1, "doesn't answer", "load", "--url", "http://127.0.0.1:1")]
    [InlineData(2, "--concurrency is '0'; expected a whole number, 1 to 10000.", "--concurrency", "0")]
    [InlineData(2, "There is no command 'nix'. See --help.", "nix")]
    public void BadCommandLinesAreOneSentence(int exitCode, string message, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        using SampleProcess process = SampleProcess.Run("Server", folder.Path, arguments);
        Assert.Equal(exitCode, process.ExitCode);
        Assert.Contains(message, process.Error);
        Assert.Single(process.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void APortInUseAndAModelOfAnotherKindAreOneSentence()
    {
        using ServerProcess server = new();
        string Of(string name) => Path.Combine(server.Folder, name + ".safetensors");
        using SampleProcess second = SampleProcess.Run("Server", server.Folder, "--url", server.Address, "--text", Of("text"),
            "--sentiment", Of("sentiment"), "--translation", Of("translation"));
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("address already in use", second.Error);
        Assert.Single(second.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using SampleProcess other = SampleProcess.Run("Server", server.Folder, "--text", Of("sentiment"));
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("sentiment/1", other.Error);
    }

    private static async Task<List<(string Name, JsonNode Data)>> Generate(ServerProcess server, string request)
    {
        using HttpResponseMessage response = await server.Post("generate", request);
        response.EnsureSuccessStatusCode();
        return Events(await response.Content.ReadAsStringAsync());
    }

    private static async Task<string> Detail(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["detail"]!;
    }

    private static string Text(List<(string Name, JsonNode Data)> events)
    {
        Assert.Equal("end", events[^1].Name);
        StringBuilder text = new();
        foreach ((_, JsonNode data) in events)
            text.Append((string?)data["text"]);

        return text.ToString();
    }

    private static List<(string Name, JsonNode Data)> Events(string body)
    {
        List<(string, JsonNode)> events = [];
        foreach (string one in body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] lines = one.Split('\n');
            Assert.StartsWith("event: ", lines[0]);
            Assert.StartsWith("data: ", lines[1]);
            events.Add((lines[0]["event: ".Length..], JsonNode.Parse(lines[1]["data: ".Length..])!));
        }

        return events;
    }
}
