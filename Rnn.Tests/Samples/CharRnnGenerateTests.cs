using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Models.Text;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Samples;

/// <summary>What is done with a trained model of samples/CharRnn: writing, ranking, measuring.</summary>
public sealed class CharRnnGenerateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CharRnnModel _model = new(Vocabulary.FromText("the fox sees a dog;\n"),
        new() { HiddenSize = 8, Layers = 1 }, seed: 4);

    public CharRnnGenerateTests() => _model.Save(Path.Combine(_folder.Path, "MODEL"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WritesWhatTheLibraryWrites()
    {
        CharRnnGenerationOptions options = new() { Length = 80, Seed = 6 };
        Assert.Equal("the" + _model.Generate("the", options) + "\n",
            Run("--prime", "the", "--length", "80", "--seed", "6"));
        SamplingOptions sampling = new()
        {
            Temperature = 1.5,
            TopK = 12,
            TopP = 0.95,
            MinP = 0.02,
            RepetitionPenalty = 1.3,
        };
        Assert.Equal("the" + _model.Generate("the", options with { Sampling = sampling }) + "\n",
            Run("--prime", "the", "--length", "80", "--seed", "6", "--temperature", "1.5", "--top-k", "12", "--top-p",
                "0.95", "--min-p", "0.02", "--repetition-penalty", "1.3"));
    }

    [Fact]
    public void SeveralTextsAreSeparatedAndEachEndsAtAStop()
    {
        CharRnnGenerationOptions options = new() { Length = 200, Stop = ["\n", "d "], Seed = 6 };
        string[] texts = [.. _model.GenerateSamples("the", 3, options)];
        Assert.All(texts, text => Assert.True(text.Length < 200 && !text.Contains('\n', StringComparison.Ordinal)));
        string[] expected = [.. texts.Select((text, i) => $"---- {i + 1} of 3, seed {6 + i} ----\nthe{text}\n")];
        Assert.Equal(string.Join('\n', expected), Run("--prime", "the", "--length", "200", "--seed", "6", "--count", "3",
            "--stop", "\\n", "--stop", "d\\s"));
    }

    [Fact]
    public void ABeamFindsTheMostProbableTexts()
    {
        BeamSearchOptions options = new() { Width = 3, MaxLength = 20, EndToken = _model.Vocabulary.Encode(" ")[0] };
        IReadOnlyList<CharRnnFoundText> found = _model.Search("the", options);
        Assert.Equal($"the{found[0].Text}\n",
            Run("--prime", "the", "--length", "20", "--beam", "3", "--stop", "\\s"));
        string[] expected = [.. found.Take(2).Select((one, i) => FormattableString.Invariant(
            $"---- {i + 1} of 2, {-one.Score:F4} nats a character ----\nthe{one.Text}\n"))];
        Assert.Equal(string.Join('\n', expected),
            Run("--prime", "the", "--length", "20", "--beam", "3", "--stop", "\\s", "--count", "2"));
    }

    [Fact]
    public void APrimeComesFromAFileOrAPipe()
    {
        string expected = _model.Generate("the fox\nsees", 30) + "\n";   // what the file has already is not repeated
        _folder.Write("start.txt", Encoding.UTF8.GetBytes("the fox\r\nsees"));
        Assert.Equal(expected, Run("--prime-file", "start.txt", "--length", "30"));
        using SampleProcess piped = SampleProcess.RunWithInput("CharRnn", _folder.Path, "the fox\nsees",
            "generate", "--model", "MODEL", "--prime-file", "-", "--length", "30");
        Assert.Equal(("", 0, expected), (piped.Error, piped.ExitCode, piped.Output));
        using SampleProcess empty = SampleProcess.RunWithInput("CharRnn", _folder.Path, "",
            "generate", "--model", "MODEL", "--prime-file", "-");
        Assert.Equal(1, empty.ExitCode);
        Assert.Contains("'standard input' holds no text", empty.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the fox\nZebra\na dog\n\nthe end\n")]   // an empty line ends
    [InlineData("the fox\nZebra\na dog\n")]              // and so does the end of the input
    [InlineData("the fox\nZebra\na dog")]
    public void LinesOfAConversationAreContinued(string input)
    {
        using SampleProcess process = SampleProcess.RunWithInput("CharRnn", _folder.Path, input,
            "generate", "--model", "MODEL", "--interactive", "--length", "20", "--seed", "6", "--stop", "\\n");
        CharRnnGenerationOptions options = new() { Length = 20, Seed = 6, Stop = ["\n"] };
        Assert.Equal($"the fox{_model.Generate("the fox", options)}\n\n"
            + $"a dog{_model.Generate("a dog", options with { Seed = 7 })}\n\n", process.Output);
        Assert.Contains("The line has 'Z' (U+005A)", process.Error, StringComparison.Ordinal);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void TextComesAsItIsWritten()
    {
        using SampleProcess process = SampleProcess.Start("CharRnn", _folder.Path,
            "generate", "--model", "MODEL", "--prime", "the", "--length", $"{int.MaxValue}");
        process.WaitUntil(() => process.Output.Length > 100);   // long before it ends
    }

    [Fact]
    public void EvaluationSaysWhatIsUnknown()
    {
        const string known = "the fox sees a dog; the dog sees a fox;";
        _folder.Write("text.txt", Encoding.UTF8.GetBytes(known.Replace("dog", "d\u00F6gZ", StringComparison.Ordinal)));
        string[] evaluate =
            ["evaluate", "--model", "MODEL", "--text", "text.txt", "--batch", "1", "--length", "4"];
        const string missing = "4 of 41 characters are unknown to the model: 'Z' (U+005A), '\u00F6' (U+00F6)";
        using SampleProcess refused = SampleProcess.Run("CharRnn", _folder.Path, evaluate);
        Assert.Equal((1, $"{missing}. Leave them out with --skip-unknown.\n"), (refused.ExitCode, refused.Error));
        using SampleProcess skipped = SampleProcess.Run("CharRnn", _folder.Path, [.. evaluate, "--skip-unknown"]);
        Assert.Equal(("", 0), (skipped.Error, skipped.ExitCode));
        Assert.StartsWith($"{missing}; they are left out.\n", skipped.Output, StringComparison.Ordinal);
        CharRnnEvaluation loss = _model.Evaluate(known.Replace("dog", "dg", StringComparison.Ordinal), 1, 4);
        Assert.Contains(loss.NatsPerCharacter.ToString("F4", CultureInfo.InvariantCulture), skipped.Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LinesAreScoredAndRanked(bool sort)
    {
        string[] lines = ["the fox", "gggg", "a dog sees"];
        _folder.Write("lines.txt", Encoding.UTF8.GetBytes($"{lines[0]}\n\n{lines[1]}\n{lines[2]}\n"));
        string[] score = ["score", "--model", "MODEL", "--text", "lines.txt"];
        using SampleProcess process = SampleProcess.Run("CharRnn", _folder.Path, sort ? [.. score, "--sort"] : score);
        Assert.Equal(("", 0), (process.Error, process.ExitCode));
        var expected = lines.Select(line => (Line: line, Score: _model.Score(line, "\n")));
        if (sort)
            expected = expected.OrderBy(line => line.Score.NatsPerCharacter);

        Assert.Equal(expected.Select(line => string.Create(CultureInfo.InvariantCulture,
            $"{line.Score.NatsPerCharacter:F4}\t{-line.Score.Sum:F2}\t{line.Line}")),
            process.Output.TrimEnd('\n').Split('\n'));
    }

    private string Run(params string[] arguments)
    {
        using SampleProcess process = SampleProcess.Run("CharRnn", _folder.Path,
            ["generate", "--model", "MODEL", .. arguments]);
        Assert.Equal(("", 0), (process.Error, process.ExitCode));
        return process.Output;
    }
}
