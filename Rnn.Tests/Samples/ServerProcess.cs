using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Rnn.Models.CharRnn;
using Rnn.Models.Sentiment;
using Rnn.Models.Text;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Translation;
using Rnn.Tests.Infrastructure;

namespace Rnn.Tests.Samples;

/// <summary>A running samples/Server with small, untrained models, and a client of it.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Listening = "Listening on ";

    private readonly TemporaryFolder _folder = new();

    /// <param name="hiddenSize">Units of the model that writes: many make it slow.</param>
    /// <param name="arguments">Beside the models and the address.</param>
    public ServerProcess(int hiddenSize = 8, params string[] arguments)
    {
        Writer = new CharRnnModel(Vocabulary.FromText("The quick brown fox \U0001F98A jumps over the lazy dog."),
            new CharRnnOptions { HiddenSize = hiddenSize, Layers = 1, Dropout = 0 }, seed: 1);
        Sentiment = new SentimentModel(new LabelledTexts(["good film", "bad film"], [1, 0], ["bad", "good"]),
            new SentimentOptions { EmbeddingSize = 4, HiddenSize = 4, MinCount = 1 }, seed: 1);
        Translation = new TranslationModel(new ParallelText([new("a b c", "c b a"), new("b a", "a b")]),
            new TranslationOptions { EmbeddingSize = 4, HiddenSize = 4, MinCount = 1 }, seed: 1);
        Writer.Save(PathOf("text"));
        Sentiment.Save(PathOf("sentiment"));
        Translation.Save(PathOf("translation"));
        Process = SampleProcess.Start("Server", _folder.Path, ["--url", "http://127.0.0.1:0", "--text", PathOf("text"),
            "--sentiment", PathOf("sentiment"), "--translation", PathOf("translation"), .. arguments]);
        Process.WaitUntil(() => Process.Output.Contains("Ctrl-C", StringComparison.Ordinal));
        string line = Process.Output.Split('\n').First(line => line.StartsWith(Listening, StringComparison.Ordinal));
        Address = line[Listening.Length..line.IndexOf(": ", Listening.Length, StringComparison.Ordinal)];
        Client = new HttpClient { BaseAddress = new Uri(Address) };
    }

    public CharRnnModel Writer { get; }

    public SentimentModel Sentiment { get; }

    public TranslationModel Translation { get; }

    public SampleProcess Process { get; }

    public string Folder => _folder.Path;

    public string Address { get; }

    public HttpClient Client { get; }

    /// <summary>Sends JSON; the status and body are the caller's to look at.</summary>
    public Task<HttpResponseMessage> Post(string path, string json, bool isWhole = true)
    {
        HttpRequestMessage request = new(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        return Client.SendAsync(request, isWhole ? HttpCompletionOption.ResponseContentRead : HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The answer to a request, which must be one.</summary>
    public async Task<JsonNode> Ask(string path, string json)
    {
        using HttpResponseMessage response = await Post(path, json);
        response.EnsureSuccessStatusCode();
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    /// <summary>The value of a metric; 0 where there is none yet.</summary>
    public async Task<double> Metric(string nameAndLabels)
    {
        string metrics = await Client.GetStringAsync("metrics");
        string? line = metrics.Split('\n').FirstOrDefault(line => line.StartsWith(nameAndLabels + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(nameAndLabels.Length + 1)..], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        Client.Dispose();
        Process.Dispose();
        _folder.Dispose();
    }

    private string PathOf(string name) => Path.Combine(_folder.Path, name + ".safetensors");
}
