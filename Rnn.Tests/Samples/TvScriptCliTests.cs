using System.IO;
using System.Linq;
using System.Text;
using Rnn.Models.LanguageModels;
using Rnn.Models.Text.Scripts;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Samples;

/// <summary>samples/TvScript from outside: what is printed, exit codes, files, and what interruptions leave.</summary>
public class TvScriptCliTests
{
    private static readonly string[] s_tiny =
        ["--embedding", "8", "--hidden", "8", "--batch", "4", "--epochs", "2", "--threads", "1", "--scenes", "20"];

    [Theory]
    [InlineData("There is no file 'nope.txt'", "--script", "nope.txt")]
    [InlineData("has 0 tokens to learn from, expected 2 at least", "--script", "empty.txt")]
    [InlineData("has 1 tokens to learn from, expected 2 at least", "--script", "word.txt")]
    [InlineData("not valid utf-8: byte 0xE9", "--script", "latin.txt")]
    [InlineData("--data or in $RNN_DATA", "--preset", "wikitext-2")]
    [InlineData("--from trains a network as it is", "--from", "MODEL", "--script", "play.txt", "--hidden", "99")]
    [InlineData("--head adaptive needs --weights own", "--head", "adaptive")]
    [InlineData("--divide lets measurements decide", "--divide", "4")]
    [InlineData("nothing is held out for them", "--script", "play.txt", "--validation", "0", "--average-after", "2")]
    [InlineData("--from trains a network as it is", "--from", "MODEL", "--script", "play.txt", "--case", "keep")]
    [InlineData("There is no model 'nope'", "generate", "--model", "nope")]
    [InlineData("'play.txt' can't be read as safetensors", "generate", "--model", "play.txt")]
    [InlineData("'Dora' is no speaker that the model knows; it knows", "generate", "--model", "MODEL", "--speaker", "Dora")]
    [InlineData("The model was saved without a cache", "generate", "--model", "MODEL", "--cache")]
    [InlineData("'word.txt' has 1 tokens, expected at least 2", "evaluate", "--model", "MODEL", "--script", "word.txt")]
    public void BadInputIsOneSentenceAndExitCode1(string message, params string[] arguments) => Refused(1, message, arguments);

    [Theory]
    [InlineData("--head is 'nix'; expected one of softmax, adaptive, sampled.", "--head", "nix")]
    [InlineData("--preset is 'nix'; expected one of demo, lesson, script, wikitext-2.", "--preset", "nix")]
    [InlineData("--held-out belongs to --script, which is not given.", "--held-out", "play.txt")]
    [InlineData("--dropout is '1'; expected a number from 0 to 0.99.", "--dropout", "1")]
    [InlineData("--from needs a text to train on", "--from", "nope")]
    [InlineData("'--script' is required", "evaluate")]
    [InlineData("Give --prime or --prime-file, not both.", "generate", "--prime", "a", "--prime-file", "play.txt")]
    [InlineData("--turns would be ignored", "generate", "--beam", "3", "--turns", "2")]
    public void WrongUsageIsOneSentenceAndExitCode2(string message, params string[] arguments) => Refused(2, message, arguments);

    [Fact]
    public void ARunLeavesAModelAndItsCommandsUseIt()
    {
        using TemporaryFolder folder = new();
        using SampleProcess train = Run(folder, [.. s_tiny[..^1], "120"]);   // in which all words occur
        Assert.True(train.ExitCode == 0, train.Error);
        foreach (string line in (string[])["scenes of the built-in grammar", "grammar (best possible)", "words alone", "Kneser-Ney 5-gram",
            "tied, softmax", "with a cache of 500", "4-grams copied", "held-out text"])
        {
            Assert.Contains(line, train.Output);
        }

        foreach (string name in (string[])["model.safetensors", "checkpoint.safetensors", "loss.csv", "loss.png", "summary.json"])
            Assert.True(File.Exists(Path.Combine(folder.Path, "out/tv-script", name)), name);

        using SampleProcess text = Run(folder, ["generate", "--turns", "2", "--seed", "3", "--cache"]);
        Assert.True(text.ExitCode == 0, text.Error);
        Assert.DoesNotContain("<unk>", text.Output);
        using SampleProcess again = Run(folder, ["generate", "--turns", "2", "--seed", "3", "--cache", "--threads", "2"]);
        Assert.Equal(text.Output, again.Output);
        using SampleProcess beam = Run(folder, ["generate", "--prime", "PIP:\\n", "--beam", "2", "--count", "2"]);
        Assert.Contains("---- 2 of 2", beam.Output);
        File.WriteAllText(Path.Combine(folder.Path, "other.txt"), "PIP:\nIs the captain here yet? Xyzzy!\n\n");
        using SampleProcess evaluate = Run(folder, ["evaluate", "--script", "other.txt"]);
        Assert.Contains("11 tokens, 9.09% of them unknown", evaluate.Output);
        Assert.Contains("perplexity", evaluate.Output);
        using SampleProcess tuned = Run(folder, ["evaluate", "--script", "other.txt", "--tune-cache", "5"]);
        Assert.Contains("with a cache of 5 ", tuned.Output);
    }

    /// <summary>All that follows the training works without held-out text too.</summary>
    [Fact]
    public void NothingHasToBeHeldOut()
    {
        using TemporaryFolder folder = new();
        folder.Write("play.txt", Encoding.UTF8.GetBytes("ANNA:\nHello, Bert.\n\nBERT:\nHello, Anna!\n\n"));
        using SampleProcess train = Run(folder, ["--script", "play.txt", "--validation", "0", "--test", "0",
            "--preset", "lesson", .. s_tiny]);
        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Contains("The course asks for a training loss below 3.5", train.Output);
        Assert.DoesNotContain("held-out text", train.Output);
        Assert.True(File.Exists(Path.Combine(folder.Path, "out/tv-script/summary.json")));
    }

    [Fact]
    public void AKilledRunGoesOnToTheSameModel()
    {
        using TemporaryFolder folder = new();
        string[] arguments = ["--checkpoint-every", "7", "--average-after", "1", "--validate-every", "9", "--weight-dropout", "0.2",
            .. s_tiny];
        using SampleProcess whole = Run(folder, ["--out", "whole", .. arguments]);
        Assert.True(whole.ExitCode == 0, whole.Error);
        using (SampleProcess killed = SampleProcess.Start("TvScript", folder.Path, ["--out", "part", .. arguments]))
        {
            killed.WaitUntil(() => File.Exists(Path.Combine(folder.Path, "part/checkpoint.safetensors")));
            killed.Kill();
            killed.WaitForExit();
        }

        using SampleProcess resumed = Run(folder, ["--out", "part", "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path, "whole/model.safetensors")),
            File.ReadAllBytes(Path.Combine(folder.Path, "part/model.safetensors")));
    }

    [Fact]
    public void EveryHeadAndFormOfTextTrains()
    {
        using TemporaryFolder folder = new();
        folder.Write("tokens.txt", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("the cat sat .\n the dog <unk> .\n\n", 60))));
        folder.Write("held.txt", Encoding.UTF8.GetBytes("the dog sat .\n"));
        using SampleProcess tokens = Run(folder, ["--script", "tokens.txt", "--held-out", "held.txt", "--form", "tokens",
            "--head", "sampled", "--samples", "3", "--out", "tokens", .. s_tiny]);
        Assert.True(tokens.ExitCode == 0, tokens.Error);
        Assert.Contains("on the validation text", tokens.Output);
        using SampleProcess further = Run(folder, ["--from", "tokens", "--script", "tokens.txt", "--out", "further", "--epochs", "1"]);
        Assert.True(further.ExitCode == 0, further.Error);
        using SampleProcess adaptive = Run(folder, ["--head", "adaptive", "--weights", "own", "--optimizer", "sgd", "--rate", "constant",
            "--divide", "4", "--out", "adaptive", "--embedding", "32", "--hidden", "32", "--batch", "4", "--epochs", "1", "--threads", "1",
            "--scenes", "10"]);
        Assert.True(adaptive.ExitCode == 0, adaptive.Error);
    }

    private static SampleProcess Run(TemporaryFolder folder, string[] arguments) =>
        SampleProcess.Run("TvScript", folder.Path, arguments);

    private static void Refused(int exitCode, string message, string[] arguments)
    {
        using TemporaryFolder folder = new();
        folder.Write("empty.txt", " "u8.ToArray());
        folder.Write("word.txt", "word"u8.ToArray());
        folder.Write("latin.txt", [0x63, 0xE9, 0x0A]);
        folder.Write("play.txt", Encoding.UTF8.GetBytes("ANNA:\nHello, Bert.\n\nBERT:\nHello.\n\n"));
        if (arguments.Contains("MODEL"))
        {
            string[] tokens = new ScriptTokenizer().Tokenize("ANNA:\nHello, Bert.\n\n");
            LanguageModel model = new(TokenVocabulary.FromTokens(tokens),
                new LanguageModelOptions { EmbeddingSize = 4, HiddenSize = 4, Script = new ScriptTokenizerOptions() });
            model.Save(Path.Combine(folder.Path, "model.safetensors"));
        }

        using SampleProcess process = Run(folder, [.. arguments.Select(word => word == "MODEL" ? "model.safetensors" : word)]);
        Assert.Equal(exitCode, process.ExitCode);
        Assert.Contains(message, process.Error);
        Assert.DoesNotContain("   at ", process.Error);
    }
}
