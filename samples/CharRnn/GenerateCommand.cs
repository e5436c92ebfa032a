using System;
using System.CommandLine;
using System.IO;
using System.Text;
using Rnn.Models.CharRnn;
using Rnn.Models.Text;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.CharRnn;

/// <summary>Writes text with a model.</summary>
internal static class GenerateCommand
{
    private static readonly Option<string> s_prime = new("--prime")
    {
        Description = "What the text begins with.",
        DefaultValueFactory = _ => "The",
        HelpName = "TEXT",
    };

    private static readonly Option<int?> s_length = Whole("--length", "Characters to write [default: 1000].", 0);

    private static readonly Option<double?> s_temperature = Number("--temperature",
        "Below 1 is more predictable, above 1 more varied, 0 takes the most probable [default: 1].", 0, 1000);

    private static readonly Option<int?> s_topK =
        Whole("--top-k", "Only the K most probable characters; 0 is all [default: 0].", 0);

    private static readonly Option<double?> s_topP = Fraction("--top-p",
        "Only the most probable characters that hold this share [default: 1].");

    private static readonly Option<bool> s_greedy = new("--greedy")
    {
        Description = "Always the most probable character.",
    };

    private static readonly Option<bool> s_skipUnknown = new("--skip-unknown")
    {
        Description = "Leaves characters of the prime out that the model doesn't know.",
    };

    /// <summary>Below the options of the command's help.</summary>
    public static string Examples => SampleCommand.Examples(
        ("generate", "a thousand characters of the newest model"),
        ("generate --prime \"The fox\" --length 300 --top-k 5", "more to the point"),
        ("generate --temperature 0.7 --seed 2", "bolder words are left out; another text"));

    public static void AddTo(Command command)
    {
        Option[] options =
        [
            CommandLine.Model, s_prime, s_length, s_temperature, s_topK, s_topP, s_greedy, CommandLine.Seed,
            s_skipUnknown,
        ];
        foreach (Option option in options)
        {
            command.Add(option);
        }

        command.SetAction(Run);
    }

    private static int Run(ParseResult parsed)
    {
        CommandLine.SetThreads(parsed);
        SamplingOptions sampling = parsed.GetValue(s_greedy)
            ? SamplingOptions.Greedy
            : new SamplingOptions
            {
                Temperature = parsed.GetValue(s_temperature) ?? 1,
                TopK = parsed.GetValue(s_topK) ?? 0,
                TopP = parsed.GetValue(s_topP) ?? 1,
            };
        CharRnnModel model = ModelFile.Load(CommandLine.ModelOf(parsed));
        string prime = Known(parsed.GetValue(s_prime)!, model.Vocabulary, parsed.GetValue(s_skipUnknown));
        CharRnnGenerator generator = model.CreateGenerator(sampling, CommandLine.SeedOf(parsed));
        generator.Read(prime);
        Console.Write(prime);
        int length = parsed.GetValue(s_length) ?? 1000;
        for (int i = 0; i < length; i++)
        {
            Console.Write(generator.Next().ToString());
        }

        Console.WriteLine();
        return 0;
    }

    /// <summary>A prime that the model can read.</summary>
    private static string Known(string prime, Vocabulary vocabulary, bool skipUnknown)
    {
        StringBuilder known = new();
        foreach (Rune rune in prime.EnumerateRunes())
        {
            if (vocabulary.TryGetIndex(rune, out _))
            {
                known.Append(rune.ToString());
            }
            else if (!skipUnknown)
            {
                throw new InvalidDataException($"--prime has '{rune}' (U+{rune.Value:X4}), which is not among the "
                    + $"{vocabulary.Count} characters of the model; leave it out, or let --skip-unknown do it.");
            }
        }

        return known.Length > 0
            ? known.ToString()
            : throw new InvalidDataException("--prime has no character that the model knows; give at least one.");
    }
}
