using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using PuppeteerSharp;
using Rnn.Models.Generation;
using Rnn.Models.Translation;
using Xunit;

namespace Rnn.Tests.Samples;

/// <summary>The page of samples/Server in a real browser, without a window.</summary>
public class ServerPageTests
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    [Fact]
    public async Task ThePageWritesStopsClassifiesAndTranslates()
    {
        string? browserPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => s_names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        Assert.SkipWhen(browserPath is null, "There is no Chromium on this machine.");
        using ServerProcess server = new(64, "--max-length", "10000000");
        await using IBrowser browser = await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = browserPath,
            Args = ["--no-sandbox"],   // tests may run as root
        });
        await using IPage page = await browser.NewPageAsync();
        string faults = "";
        page.PageError += (_, e) => faults += e.Message + "\n";
        page.Console += (_, e) => faults += e.Message.Type == ConsoleType.Error ? e.Message.Text + "\n" : "";
        await page.GoToAsync(server.Address);
        await page.WaitForSelectorAsync("body[data-state=ready]");
        Assert.Contains("64 units x 1", await Text(page, "#textModel"));

        // Writing: the text of the seed, after the prompt.
        await Fill(page, "#length", "120");
        await Fill(page, "#seed", "5");
        await page.ClickAsync("#write");
        await page.WaitForSelectorAsync("#written[data-state=done]");
        string expected = server.Writer.Generate("The ", 120, new SamplingOptions { Temperature = 0.8 }, seed: 5);
        Assert.Equal("The " + expected, await Text(page, "#written"));

        // Stopping: the server notices.
        await Fill(page, "#length", "10000000");
        await page.ClickAsync("#write");
        await page.WaitForFunctionAsync("() => document.getElementById('written').textContent.length > 200");
        await page.ClickAsync("#stop");
        await page.WaitForSelectorAsync("#written[data-state=done]");
        server.Process.WaitUntil(() =>
            server.Metric("""rnn_server_requests{kind="generate",outcome="cancelled"}""").GetAwaiter().GetResult() == 1);

        // What is wrong stands where the text would.
        await Fill(page, "#prompt", "");
        await Fill(page, "#length", "10");
        await page.ClickAsync("#write");
        await page.WaitForSelectorAsync("#written .error");
        Assert.StartsWith("'prompt' has no character that the model knows", await Text(page, "#written"));
        Assert.Contains("400", faults);   // the browser tells of the status itself
        faults = "";

        await Fill(page, "#review", "good film");
        await page.ClickAsync("#classify button");
        await page.WaitForSelectorAsync("#classes .bar");
        Assert.Contains(FormattableString.Invariant($"good {server.Sentiment.Predict("good film").Probabilities[1]:F4}"),
            await Text(page, "#classes"));

        await Fill(page, "#source", "a b");
        await page.ClickAsync("#translate button");
        await page.WaitForSelectorAsync("#alignment table");
        Assert.Equal(new Translator(server.Translation).Translate("a b").Text, await Text(page, "#target"));
        Assert.Equal("", faults);
    }

    private static Task<string> Text(IPage page, string selector) =>
        page.EvaluateFunctionAsync<string>("selector => document.querySelector(selector).textContent", selector);

    private static Task Fill(IPage page, string selector, string value) => page.EvaluateFunctionAsync(
        "(selector, value) => { document.querySelector(selector).value = value; }", selector, value);
}
