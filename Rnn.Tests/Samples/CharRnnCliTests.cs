using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Layers.Recurrent;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Tests.Infrastructure;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.Samples;

/// <summary>samples/CharRnn from outside: what is printed, exit codes, files, and what interruptions leave.</summary>
public class CharRnnCliTests
{
    // Big enough to be interrupted, small enough for milliseconds a step.
    private static readonly string[] Tiny =
        ["--hidden", "8", "--batch", "4", "--length", "10", "--threads", "1", "--out", "out"];

    // Of a constant learning rate, so that a run may be lengthened.
    private static readonly string[] Constant = [.. Tiny, "--text", "text.txt", "--preset", "lesson"];

    // The text of most tests: stories take a moment to evaluate, and a file is what users have.
    private static readonly string Sentences = string.Concat(Enumerable.Repeat("the fox sees a dog; ", 100));

    [Theory]
    [InlineData("There is no file 'nope.txt'", "--text", "nope.txt")]
    [InlineData("The file 'empty.txt' holds no text", "--text", "empty.txt")]
    [InlineData("The folder 'none' has no .txt file", "--text", "none")]
    [InlineData("There is nothing to learn: the only character is 't' (U+0074)", "--text", "one.txt")]
    [InlineData("Training diverged: ", "--text", "text.txt", "--lr", "100", "--hidden", "8")]
    [InlineData("leave out --cell, --hidden, --layers and --dropout", "--text", "text.txt", "--from", "MODEL",
        "--hidden", "5")]
    [InlineData("There is no model 'nope'", "--from", "nope", "--text", "text.txt")]
    [InlineData("not valid utf-8: byte 0xE9 at offset 3", "--text", "latin.txt")]
    [InlineData("The option is --encoding.", "--text", "latin.txt")]
    [InlineData("no encoding named 'nix'", "--text", "latin.txt", "--encoding", "nix")]
    [InlineData("is a file. Name another with --out.", "--out", "text.txt/out")]
    [InlineData("--data or in $RNN_DATA, get it with --download", "--preset", "lesson")]
    [InlineData("There is no checkpoint 'out/char-rnn/checkpoint.safetensors'", "--text", "text.txt", "--batch", "2",
        "--length", "9", "--resume")]
    [InlineData("Cannot write events to 'text.txt'", "--text", "text.txt", "--batch", "2", "--length", "9", "--tensorboard", "text.txt")]
    [InlineData("There is no model 'nope'", "generate", "--model", "nope")]
    [InlineData("'text.txt' can't be read as safetensors", "generate", "--model", "text.txt")]
    [InlineData("There is no file 'nope.txt'", "evaluate", "--model", "MODEL", "--text", "nope.txt")]
    [InlineData("The text has 1 character, expected at least 2", "evaluate", "--model", "MODEL", "--text", "one.txt")]
    [InlineData("--prime has 'Z' (U+005A)", "generate", "--model", "MODEL", "--prime", "Zoo")]
    [InlineData("--prime has no character that the model knows", "generate", "--model", "MODEL", "--prime", "Z",
        "--skip-unknown")]
    [InlineData("--stop has '~' (U+007E), which is not among", "generate", "--model", "MODEL", "--stop", "~")]
    [InlineData("There is no file 'nope.txt'", "generate", "--model", "MODEL", "--prime-file", "nope.txt")]
    [InlineData("--prime-file has", "generate", "--model", "MODEL", "--prime-file", "latin.txt", "--encoding",
        "latin1")]
    [InlineData("There is no model 'nope'", "export", "--onnx", "out.onnx", "--model", "nope")]
    [InlineData("does not exist; create it first", "export", "--onnx", "nope/out.onnx", "--model", "MODEL")]
    public void BadInputIsOneSentenceAndExitCode1(string message, params string[] arguments) =>
        Refused(1, message, arguments);

    [Theory]
    [InlineData("--threads is '0'; expected a whole number, 1 to 256.", "--threads", "0")]
    [InlineData("--top-p is '2'; expected a number above 0, at most 1.", "generate", "--top-p", "2")]
    [InlineData("--preset is 'nix'; expected one of demo, lesson, best, auto.", "--preset", "nix")]
    [InlineData("--dataset is 'nix'; expected one of stories, anna", "--dataset", "nix")]
    [InlineData("There is no option '--nix'.", "--nix")]
    [InlineData("There is no command 'nix'.", "nix")]
    [InlineData("There is no option '--hiden'; did you mean --hidden?", "--hiden", "3")]
    [InlineData("There is no command 'Generat'; did you mean generate?", "Generat", "--prime", "a")]
    [InlineData("--text is given 2 times; give it once.", "--text", "text.txt", "--text", "text.txt")]
    [InlineData("--top-k is given 3 times", "generate", "--top-k", "1", "--top-k", "2", "--top-k", "3")]
    [InlineData("--greedy is given 2 times", "generate", "--greedy", "--greedy")]
    [InlineData("The value of --text is empty: was it to come from a variable that is not set?", "--text", "")]
    [InlineData("The value of --model is empty", "generate", "--model", " ")]
    [InlineData("An argument is empty", "")]
    [InlineData("--lr is '0'; expected a number above 0, at most 100.", "--lr", "0")]
    [InlineData("--steps is '-1'; expected a whole number, 0 to", "--steps", "-1")]
    [InlineData("--resume goes on with a run and --overwrite begins anew", "--resume", "--overwrite")]
    [InlineData("--from needs a text to train on", "--from", "nope")]
    [InlineData("--length", "generate", "--length")]
    [InlineData("--min-p is '2'; expected a number from 0 to 1.", "generate", "--min-p", "2")]
    [InlineData("--repetition-penalty is '0.5'; expected a number from 1 to 1000.", "generate",
        "--repetition-penalty", "0.5")]
    [InlineData("--greedy takes the most probable character: --top-k would be ignored.", "generate", "--greedy",
        "--top-k", "5")]
    [InlineData(": --temperature would be ignored.", "generate", "--greedy", "--temperature", "0.5")]
    [InlineData(": --seed would be ignored.", "generate", "--greedy", "--seed", "5")]
    [InlineData(": --count would be ignored.", "generate", "--greedy", "--count", "5")]
    [InlineData(": --min-p would be ignored.", "generate", "--greedy", "--min-p", "0.1")]
    [InlineData("--temperature 0 takes the most probable character: --top-p would be ignored.", "generate",
        "--temperature", "0", "--top-p", "0.9")]
    [InlineData("--interactive takes what is typed: --prime would be ignored.", "generate", "--interactive", "--prime",
        "a")]
    [InlineData("Give --prime or --prime-file, not both.", "generate", "--prime", "a", "--prime-file", "text.txt")]
    [InlineData("--encoding is that of --prime-file, which is not given.", "generate", "--encoding", "latin1")]
    [InlineData("--lr is '1,5'", "--lr", "1,5")]
    [InlineData("Give --text or --dataset, not both.", "--text", "text.txt", "--dataset", "anna")]
    [InlineData("'--text' is required", "evaluate")]
    [InlineData("--precision is 'int8'; expected one of float32, bfloat16.", "generate", "--precision", "int8")]
    [InlineData("'--onnx' is required", "export")]
    [InlineData("--input is 'nix'; expected one of indices, one-hot.", "export", "--onnx", "out", "--input", "nix")]
    public void WrongUsageIsOneSentenceAndExitCode2(string message, params string[] arguments) =>
        Refused(2, message, arguments);

    [Fact]
    public void HelpNamesEveryCommandAndGivesExamples()
    {
        using TemporaryFolder folder = new();
        using SampleProcess help = SampleProcess.Run("CharRnn", folder.Path, "--help");
        Assert.Equal(0, help.ExitCode);
        string[] words =
            ["generate", "evaluate", "score", "export", "--preset", "--resume", "--encoding", "--seed", "Examples:"];
        foreach (string word in words)
            Assert.Contains(word, help.Output, StringComparison.Ordinal);

        using SampleProcess version = SampleProcess.Run("CharRnn", folder.Path, "--version");
        Assert.Equal(0, version.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", version.Output);
    }

    [Fact]
    public void TrainsOnStoriesThenGeneratesAndEvaluates()
    {
        using TemporaryFolder folder = new();
        using SampleProcess train = SampleProcess.Run("CharRnn", folder.Path,
            [.. Tiny, "--steps", "20", "--validate-every", "10", "--lr", "0.01", "--tensorboard", "board"]);
        Assert.Equal("", train.Error);
        Assert.Equal(0, train.ExitCode);
        Assert.DoesNotContain('\x1b', train.Output);
        string[] models = ["grammar (best possible)", "character 3-gram", "character 5-gram", "GRU 8 x 1"];
        foreach (string row in models)
            Assert.Contains(row, train.Output, StringComparison.Ordinal);

        string[] rows = File.ReadAllLines(Path.Combine(folder.Path, "out/loss.csv"));
        Assert.Equal("step,epoch,loss,validation_loss,gradient_norm,learning_rate,chars_per_second,seconds", rows[0]);
        Assert.Equal(21, rows.Length);
        string[][] measured = rows.Skip(1).Select(row => row.Split(',')).Where(row => row[3] != "").ToArray();
        Assert.Equal(["10", "20"], measured.Select(row => row[0]));
        Assert.Equal("PNG"u8.ToArray(), File.ReadAllBytes(Path.Combine(folder.Path, "out/loss.png"))[1..4]);
        Assert.Contains("bestValidationLoss", File.ReadAllText(Path.Combine(folder.Path, "out/summary.json")),
            StringComparison.Ordinal);

        string events = Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "board")));
        Assert.Equal([10, 20], EventFileReader.Read(events).Where(entry => entry.Tag == "validation/loss").Select(entry => entry.Step));

        string[] generate =
            ["generate", "--model", "out/model.safetensors", "--prime", "The", "--length", "50", "--top-k", "5"];
        using SampleProcess first = SampleProcess.Run("CharRnn", folder.Path, generate);
        using SampleProcess second = SampleProcess.Run("CharRnn", folder.Path, generate);
        Assert.Equal(0, first.ExitCode);
        Assert.StartsWith("The", first.Output, StringComparison.Ordinal);
        Assert.Equal(first.Output, second.Output);
    }

    [Fact]
    public void EvaluatesABookWithAndWithoutItsLicence()
    {
        string book = string.Concat(Enumerable.Repeat("a cat and an owl sat still. ", 20)) + "\n";
        string text = book + "End of the Project Gutenberg EBook of Cats\nand more of it.\n";
        using TemporaryFolder folder = new();
        folder.Write("book.txt", Encoding.UTF8.GetBytes(text));
        CharRnnModel model = new(Vocabulary.FromText(text), new() { HiddenSize = 4, Layers = 1 });
        model.Save(Path.Combine(folder.Path, "MODEL"));
        using SampleProcess evaluate = SampleProcess.Run("CharRnn", folder.Path,
            "evaluate", "--model", "MODEL", "--text", "book.txt", "--batch", "1", "--length", "10");
        Assert.Equal("", evaluate.Error);
        Assert.Equal(0, evaluate.ExitCode);
        string[] lines = evaluate.Output.Split('\n');
        Assert.Contains(Nats(model.Evaluate(text, 1, 10)), lines[1], StringComparison.Ordinal);
        Assert.Contains(Nats(model.Evaluate(book, 1, 10)), lines[2], StringComparison.Ordinal);

        using SampleProcess rounded = SampleProcess.Run("CharRnn", folder.Path,
            "generate", "--model", "MODEL", "--prime", "a cat", "--length", "60", "--precision", "bfloat16");
        model.Parameters.InferencePrecision = WeightPrecision.BFloat16;
        Assert.Contains(model.Generate("a cat", 60), rounded.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RecurrentCell.Lstm, "indices int64 [steps, batch]")]
    [InlineData(RecurrentCell.Lstm, "one_hot float [steps, batch, 12]", "--input", "one-hot")]
    [InlineData(RecurrentCell.Gru, "indices int64 [steps, batch]")]
    [InlineData(RecurrentCell.RnnTanh, "indices int64 [steps, batch]")]
    public void ExportsToOnnx(RecurrentCell cell, string input, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        CharRnnModel model = new(Vocabulary.FromText(Sentences), new() { Cell = cell, HiddenSize = 4, Layers = 2 });
        model.Save(Path.Combine(folder.Path, "MODEL"));
        using SampleProcess export = SampleProcess.Run("CharRnn", folder.Path,
            ["export", "--model", "MODEL", "--onnx", "out.onnx", .. arguments]);
        Assert.Equal("", export.Error);
        Assert.Equal(0, export.ExitCode);
        OnnxFile file = new(File.ReadAllBytes(Path.Combine(folder.Path, "out.onnx")));
        string[] state = cell == RecurrentCell.Lstm
            ? ["h0 float [2, batch, 4]", "c0 float [2, batch, 4]"]
            : ["h0 float [2, batch, 4]"];
        Assert.Equal([input, .. state], file.Inputs);
        foreach (string value in file.Inputs.Concat(file.Outputs))
            Assert.Contains(value, export.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public void InterruptedAndResumedGivesTheSameModel(string signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        Assert.SkipWhen(SampleProcess.Ignores(signal), $"{signal} is ignored here.");
        using TemporaryFolder folder = new();
        folder.Write("text.txt", Encoding.UTF8.GetBytes(Sentences));
        const string Endless = "10000000";   // so many steps that the signal comes first on any machine
        string[] endless =
            [.. Constant, "--steps", Endless, "--validate-every", "2", "--dropout", "0.2"];   // some stops are in between
        string log = Path.Combine(folder.Path, "out/loss.csv");
        using (SampleProcess interrupted = SampleProcess.Start("CharRnn", folder.Path, endless))
        {
            interrupted.WaitUntil(() => File.Exists(log) && new FileInfo(log).Length > 3000);
            interrupted.Signal(signal);
            interrupted.WaitForExit();
            Assert.Equal("Interrupted: the step is finished and a checkpoint saved (once more ends at once).\n",
                interrupted.Error);
            Assert.Equal(exitCode, interrupted.ExitCode);
            Assert.Contains($"--steps {Endless}", interrupted.Output, StringComparison.Ordinal);
            Assert.EndsWith("--resume\n", interrupted.Output, StringComparison.Ordinal);
        }

        int steps = Losses(log)[^1].Step + 300;
        string[] train = [.. endless.Select(argument => argument == Endless ? $"{steps}" : argument)];
        File.AppendAllText(log, $"{steps - 1},1,9,,9,9,9,9\n{steps},1,9");   // a row after the checkpoint, and a torn one
        using SampleProcess resumed = SampleProcess.Run("CharRnn", folder.Path, [.. train, "--resume"]);
        Assert.Equal("", resumed.Error);
        Assert.Equal(0, resumed.ExitCode);
        string[] elsewhere = train.Select(argument => argument == "out" ? "whole" : argument).ToArray();
        using SampleProcess uninterrupted = SampleProcess.Run("CharRnn", folder.Path, elsewhere);
        Assert.Equal(0, uninterrupted.ExitCode);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path, "whole/model.safetensors")),
            File.ReadAllBytes(Path.Combine(folder.Path, "out/model.safetensors")));
        Assert.Equal(Losses(Path.Combine(folder.Path, "whole/loss.csv")), Losses(log));
    }

    /// <summary>The checkpoint alone says how: nothing is lost of what the run was told.</summary>
    [Fact]
    public void ARunGoesOnByItsOwnOptions()
    {
        using TemporaryFolder folder = new();
        folder.Write("text.txt", Encoding.UTF8.GetBytes(Sentences));
        string[] options =
        [
            .. Constant, "--cell", "gru", "--dropout", "0.2", "--seed", "5", "--lr", "0.02", "--clip", "0.5",
            "--validate-every", "3", "--patience", "50", "--checkpoint-every", "4",
        ];
        using SampleProcess first = SampleProcess.Run("CharRnn", folder.Path, [.. options, "--steps", "12"]);
        Assert.Equal(0, first.ExitCode);
        using SampleProcess rest = SampleProcess.Run("CharRnn", folder.Path, "--resume", "--out", "out", "--steps", "25",
            "--threads", "1");
        Assert.Equal("", rest.Error);
        Assert.Equal(0, rest.ExitCode);
        string[] elsewhere = [.. options.Select(argument => argument == "out" ? "whole" : argument), "--steps", "25"];
        using SampleProcess whole = SampleProcess.Run("CharRnn", folder.Path, elsewhere);
        Assert.Equal(0, whole.ExitCode);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path, "whole/model.safetensors")),
            File.ReadAllBytes(Path.Combine(folder.Path, "out/model.safetensors")));
        Assert.Equal(Losses(Path.Combine(folder.Path, "whole/loss.csv")), Losses(Path.Combine(folder.Path, "out/loss.csv")));
        string summary = File.ReadAllText(Path.Combine(folder.Path, "out/summary.json"));
        string[] settings = ["\"cell\": \"Gru\"", "\"seed\": 5", "\"maxSteps\": 25", "\"learningRate\": 0.02",
            "\"clipNorm\": 0.5", "\"validateEvery\": 3", "\"patience\": 50", "\"checkpointEvery\": 4"];
        foreach (string setting in settings)
            Assert.Contains(setting, summary, StringComparison.Ordinal);
    }

    [Fact]
    public void KilledWhileSavingLosesNothing()
    {
        using TemporaryFolder folder = new();
        folder.Write("text.txt", Encoding.UTF8.GetBytes(Sentences));
        string[] train = [.. Constant, "--steps", "100000", "--checkpoint-every", "1"];
        string log = Path.Combine(folder.Path, "out/loss.csv");
        long size = 2000;
        for (int round = 0; round < 3; round++)
        {
            string[] arguments = round == 0 ? train : [.. train, "--resume"];
            using SampleProcess process = SampleProcess.Start("CharRnn", folder.Path, arguments);
            process.WaitUntil(() => File.Exists(log) && new FileInfo(log).Length > size);
            process.Kill();
            process.WaitForExit();
            size = new FileInfo(log).Length + 500;
        }

        int steps = Losses(log).Length;
        using SampleProcess last = SampleProcess.Run("CharRnn", folder.Path,
            [.. train.Select(argument => argument == "100000" ? $"{steps + 5}" : argument), "--resume"]);
        Assert.Equal("", last.Error);
        Assert.Equal(0, last.ExitCode);
        Assert.Contains("Resumed after step", last.Output, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, steps + 5), Losses(log).Select(row => row.Step));
    }

    [Fact]
    public void AShortTextTrainsByItselfAndGoesOnWithoutBeingToldHow()
    {
        using TemporaryFolder folder = new();
        folder.Write("poem.txt", Encoding.UTF8.GetBytes(Sentences[..600]));
        folder.Write("poems/a.txt", Encoding.UTF8.GetBytes(Sentences[..300]));
        folder.Write("poems/more/b.txt", Encoding.UTF8.GetBytes(Sentences[..299]));
        using SampleProcess poems = SampleProcess.Run("CharRnn", folder.Path, "--text", "poems", "--epochs", "1",
            "--out", "poems-out");
        Assert.Equal("", poems.Error);
        Assert.StartsWith("Text: poems, 600 characters", poems.Output, StringComparison.Ordinal);
        using SampleProcess train = SampleProcess.Run("CharRnn", folder.Path, "--text", "poem.txt", "--threads", "1");
        Assert.Equal("", train.Error);
        Assert.Equal(0, train.ExitCode);
        Assert.Contains("Training (chosen from the text's length): dropout 0.3, 4 pieces", train.Output,
            StringComparison.Ordinal);
        Assert.Contains("the last 120 characters are held out.", train.Output, StringComparison.Ordinal);
        Assert.Contains("validation text", train.Output, StringComparison.Ordinal);

        // The line that is printed works, although the model knows no "The"; a run's folder stands for its model.
        using SampleProcess write = SampleProcess.Run("CharRnn", folder.Path, "generate", "--length", "5");
        Assert.Equal("", write.Error);
        Assert.Equal(0, write.ExitCode);
        using SampleProcess named = SampleProcess.Run("CharRnn", folder.Path, "generate", "--length", "5", "--model",
            "out/char-rnn");
        Assert.Equal(write.Output, named.Output);

        // Done already: by-products are made anew, nothing is asked.
        File.Delete(Path.Combine(folder.Path, "out/char-rnn/summary.json"));
        byte[] model = File.ReadAllBytes(Path.Combine(folder.Path, "out/char-rnn/model.safetensors"));
        using SampleProcess again = SampleProcess.Run("CharRnn", folder.Path, "--resume");
        Assert.Equal("", again.Error);
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(model, File.ReadAllBytes(Path.Combine(folder.Path, "out/char-rnn/model.safetensors")));
        Assert.True(File.Exists(Path.Combine(folder.Path, "out/char-rnn/summary.json")));
        using SampleProcess longer = SampleProcess.Run("CharRnn", folder.Path, "--resume", "--epochs", "99");
        AssertFailed(longer, 1, "can't have another number of steps (--epochs 99)");
        using SampleProcess other = SampleProcess.Run("CharRnn", folder.Path, "--resume", "--hidden", "9");
        AssertFailed(other, 1, "other options: --hidden was 64 there and is 9 now.");

        // A second run has a folder of its own; a model is trained further, on a text with more characters.
        folder.Write("more.txt", Encoding.UTF8.GetBytes(Sentences[..600] + "Zebras!"));
        using SampleProcess more = SampleProcess.Run("CharRnn", folder.Path, "--text", "more.txt", "--from",
            "out/char-rnn/model.safetensors", "--epochs", "2");
        Assert.Equal("", more.Error);
        Assert.Equal(0, more.ExitCode);
        Assert.Contains("Results go to out/char-rnn-2", more.Output, StringComparison.Ordinal);
        CharRnnModel grown = CharRnnModel.Load(Path.Combine(folder.Path, "out/char-rnn-2/model.safetensors"));
        Assert.True(grown.Vocabulary.TryGetIndex(new Rune('Z'), out _));

        // Such a run goes on by its own characters, wherever its checkpoint is; elsewhere it writes as a new run does.
        string checkpoint = "out/char-rnn-2/checkpoint.safetensors";
        using SampleProcess there = SampleProcess.Run("CharRnn", folder.Path, "--resume", checkpoint);
        Assert.Equal("", there.Error);
        Assert.Contains("Written to out/char-rnn-2:", there.Output, StringComparison.Ordinal);
        using SampleProcess over = SampleProcess.Run("CharRnn", folder.Path, "--resume", checkpoint, "--out",
            "out/char-rnn");
        AssertFailed(over, 1, "The folder 'out/char-rnn' holds an earlier run");
        using SampleProcess elsewhere = SampleProcess.Run("CharRnn", folder.Path, "--resume", checkpoint, "--out", "new");
        Assert.Equal("", elsewhere.Error);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path, "out/char-rnn-2/model.safetensors")),
            File.ReadAllBytes(Path.Combine(folder.Path, "new/model.safetensors")));
    }

    [Fact]
    public void ACheckpointOfAnotherConfigurationIsRefused()
    {
        using TemporaryFolder folder = new();
        folder.Write("text.txt", Encoding.UTF8.GetBytes(Sentences));
        string[] train = [.. Tiny, "--text", "text.txt", "--steps", "5"];
        using SampleProcess first = SampleProcess.Run("CharRnn", folder.Path, train);
        Assert.Equal(0, first.ExitCode);
        using SampleProcess second = SampleProcess.Run("CharRnn", folder.Path, [.. train, "--seed", "2", "--resume"]);
        AssertFailed(second, 1, "other options: --seed was 1 there and is 2 now.");

        foreach (string file in new[] { "model.safetensors", "checkpoint.safetensors" })
        {
            string path = Path.Combine(folder.Path, "out", file);
            byte[] bytes = File.ReadAllBytes(path);
            bytes[^100] ^= 1;
            File.WriteAllBytes(path, bytes);
        }

        using SampleProcess altered = SampleProcess.Run("CharRnn", folder.Path,
            "generate", "--model", "out/model.safetensors");
        AssertFailed(altered, 1, "was altered or damaged");
        using SampleProcess resumed = SampleProcess.Run("CharRnn", folder.Path, [.. train, "--resume"]);
        AssertFailed(resumed, 1, "was altered or damaged");
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("checkpoint.safetensors")]
    public void AFullDiskIsOneSentence(string file)
    {
        Assert.SkipWhen(!File.Exists("/dev/full"), "There is no /dev/full.");
        using TemporaryFolder folder = new();
        folder.Write("text.txt", Encoding.UTF8.GetBytes(Sentences));
        Directory.CreateDirectory(Path.Combine(folder.Path, "out"));
        File.CreateSymbolicLink(Path.Combine(folder.Path, "out", file), "/dev/full");
        using SampleProcess process = SampleProcess.Run("CharRnn", folder.Path,
            [.. Tiny, "--text", "text.txt", "--steps", "5"]);
        AssertFailed(process, 1, $"'out/{file}': No space left on device.");
    }

    [Theory]
    [InlineData("loss.png")]
    [InlineData("loss.csv")]
    [InlineData("summary.json")]
    public void AByProductThatCannotBeWrittenIsAWarning(string file)
    {
        using TemporaryFolder folder = new();
        folder.Write("text.txt", Encoding.UTF8.GetBytes(Sentences));
        Directory.CreateDirectory(Path.Combine(folder.Path, "out", file));
        using SampleProcess process = SampleProcess.Run("CharRnn", folder.Path,
            [.. Tiny, "--text", "text.txt", "--steps", "5"]);
        Assert.Equal(0, process.ExitCode);
        Assert.StartsWith($"Warning: {file} ", process.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder.Path, "out/model.safetensors")));
    }

    private static void Refused(int exitCode, string message, string[] arguments)
    {
        using TemporaryFolder folder = new();
        folder.Write("text.txt", Encoding.UTF8.GetBytes(Sentences));
        folder.Write("empty.txt", []);
        Directory.CreateDirectory(Path.Combine(folder.Path, "none"));
        folder.Write("one.txt", "t"u8.ToArray());
        folder.Write("latin.txt", "caf"u8.ToArray().Append((byte)0xE9).ToArray());
        if (arguments.Contains("MODEL"))
        {
            new CharRnnModel(Vocabulary.FromText(Sentences), new() { HiddenSize = 4, Layers = 1 })
                .Save(Path.Combine(folder.Path, "MODEL"));
        }

        using SampleProcess process = SampleProcess.Run("CharRnn", folder.Path, arguments);
        AssertFailed(process, exitCode, message);
    }

    private static void AssertFailed(SampleProcess process, int exitCode, string message)
    {
        Assert.Contains(message, process.Error, StringComparison.Ordinal);
        Assert.Equal(exitCode, process.ExitCode);
        Assert.EndsWith(".\n", process.Error, StringComparison.Ordinal);
        Assert.Single(process.Error.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain("   at ", process.Error, StringComparison.Ordinal);
    }

    private static (int Step, string Loss, string Validation)[] Losses(string path) => File.ReadLines(path).Skip(1)
        .Select(row => row.Split(','))
        .Select(cells => (int.Parse(cells[0], CultureInfo.InvariantCulture), cells[2], cells[3]))
        .ToArray();

    private static string Nats(CharRnnEvaluation loss) =>
        loss.NatsPerCharacter.ToString("F4", CultureInfo.InvariantCulture);
}
