using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Serialization;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Models.Text;

// Loads a character model and generates: one file of native code, no .NET on the machine that runs it.
const string Usage = """
    AotGenerate MODEL PRIME LENGTH [TOPK] [SEED]   continues PRIME by LENGTH characters; TOPK 0 (default): all of them
    AotGenerate --new MODEL                        writes an untrained model of 2 x 512 LSTM and 83 characters, to time
    """;

try
{
    if (args is ["--new", string path])
    {
        string characters = string.Concat(Enumerable.Range('-', 82).Select(code => (char)code)) + " ";
        new CharRnnModel(Vocabulary.FromText(characters)).Save(path);
        return 0;
    }

    if (args.Length is < 3 or > 5)
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }

    int length = Number(args[2], "LENGTH"), topK = args.Length > 3 ? Number(args[3], "TOPK") : 0;
    ulong seed = args.Length > 4 ? (ulong)Number(args[4], "SEED") : 1;
    CharRnnModel model = CharRnnModel.Load(args[0]);
    SamplingOptions sampling = new() { TopK = topK };

    // Once to warm up: pages, caches, and what the JIT compiles anew when it turns out to be hot.
    for (long start = Stopwatch.GetTimestamp(); ;)
    {
        model.Generate(args[1], length, sampling, seed);
        if (Stopwatch.GetElapsedTime(start).TotalSeconds > 1)
            break;
    }

    CharRnnGenerator generator = model.CreateGenerator(sampling, seed);
    generator.Read(args[1]);
    long begin = Stopwatch.GetTimestamp();
    string text = generator.Write(length);
    double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;

    Console.WriteLine(args[1] + text);
    Console.WriteLine(FormattableString.Invariant(
        $"{(RuntimeFeature.IsDynamicCodeCompiled ? "JIT" : "native code")}, {SimdInfo.Description}: ") +
        FormattableString.Invariant($"{length} characters in {seconds:F3} s, {length / seconds:F0} characters/s"));
    return 0;
}
catch (Exception e) when (e is ArgumentException or FormatException or IOException or InvalidDataException
    or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static int Number(string text, string name) =>
    NumberText.TryParseWhole(text, out int value)
        ? value
        : throw new FormatException($"{name} is '{text}'; expected a whole number.\n{Usage}");
