using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.LanguageModels;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Text.Scripts;
using Rnn.Models.TimeSeries;
using Rnn.Models.Translation;

namespace Rnn.Tests.Infrastructure.Onnx;

/// <summary>
/// What exported models give beside the models themselves: several rows of different lengths, several steps, states that go
/// round. The benchmarks' peers link this file and run it with ONNX Runtime.
/// </summary>
internal static class ExportedModels
{
    private const int V = 12;

    private static readonly LanguageModelOptions s_words =
        new() { EmbeddingSize = 6, HiddenSize = 8, Layers = 2, Cutoffs = [3, 7], ClusterDivisor = 2, Samples = 8 };

    private static readonly TranslationOptions s_translation =
        new() { EmbeddingSize = 8, HiddenSize = 12, MinCount = 1, MaxTokens = 8 };

    private static readonly TranslationOptions s_transformer = s_translation with
    {
        Architecture = TranslationArchitecture.Transformer,
        Layers = 2,
        Heads = 2,
        FeedForwardSize = 12,
    };

    /// <summary>Checks all models.</summary>
    /// <param name="engine">Runs the files.</param>
    /// <param name="report">Takes what it is, the model's numbers, and the file's.</param>
    public static void Check(IOnnxEngine engine, Action<string, float[], float[]> report)
    {
        foreach (LanguageModelOptions options in (LanguageModelOptions[])[
            s_words with { TiedWeights = false },
            s_words,                                                                     // tied: the last layer is narrower
            s_words with { TiedWeights = false, Cell = RecurrentCell.Gru, Head = OutputHead.Adaptive },
            s_words with { TiedWeights = false, Cell = RecurrentCell.RnnTanh, Head = OutputHead.Sampled, Layers = 1 }])
        {
            Words(engine, options, report);
        }

        foreach (TranslationOptions options in (TranslationOptions[])[
            s_translation,                                                               // GRU, additive, before
            s_translation with { Cell = RecurrentCell.Lstm, Layers = 2, Score = AttentionScore.General, TiedWeights = true },
            s_translation with { Order = AttentionOrder.After, OutputReadsEmbedding = false, ReadoutSize = 9 },
            s_translation with
            {
                Cell = RecurrentCell.Lstm,
                Order = AttentionOrder.After,
                InputFeeding = false,
                Bidirectional = false,
                Score = AttentionScore.ScaledDot,
            },
            s_translation with { Architecture = TranslationArchitecture.EncoderDecoder, Layers = 2 },
            s_translation with
            {
                Architecture = TranslationArchitecture.EncoderDecoder,
                Bidirectional = false,
                Cell = RecurrentCell.Lstm,
            },
            s_transformer,
            s_transformer with { NormFirst = true, TiedWeights = true, Positions = PositionKind.Learnt },
            s_transformer with { Activation = TransformerActivation.Gelu, Layers = 1 }])
        {
            Translation(engine, options, report);
        }

        Regressor(engine, report);
    }

    /// <summary>An untrained model says little: where its weights are larger, a wrong one shows.</summary>
    public static void Enlarge(ParameterBuffer parameters)
    {
        ParameterWriter writer = parameters.BeginWrite();
        Philox random = new(seed: 8);
        foreach (ParameterSlot slot in parameters.Layout.Slots)
        {
            foreach (ref float value in writer[slot].Span)
                value = (1.5f * value) + (0.4f * (random.NextSingle() - 0.5f));
        }
    }

    /// <summary>The next words of three texts side by side, the file's state carried from its first call to its
    /// second.</summary>
    private static void Words(IOnnxEngine engine, LanguageModelOptions options, Action<string, float[], float[]> report)
    {
        const int rows = 3, steps = 5;
        LanguageModel model = new(TokenVocabulary.FromSymbols("[\"<unk>\","
            + string.Join(',', Enumerable.Range(1, V - 1).Select(i => $"\"w{i}\"")) + "]"), options, seed: 2);
        Enlarge(model.Parameters);
        using MemoryStream stream = new();
        model.ExportOnnx(stream);
        byte[] file = stream.ToArray();
        int[] tokens = [.. Enumerable.Range(0, steps * rows).Select(i => i * 7 % V)];
        List<(string, OnnxArray)> state = [];
        List<float> actual = [];
        bool isSplit = options.TiedWeights && options.EmbeddingSize != options.HiddenSize && options.Layers > 1;
        foreach (string part in options.Cell == RecurrentCell.Lstm ? (string[])["h", "c"] : ["h"])
        {
            if (!isSplit)
                state.Add(($"{part}0", OnnxArray.Zeros(options.Layers, rows, options.HiddenSize)));

            for (int layer = 0; isSplit && layer < options.Layers; layer++)
            {
                state.Add(($"{part}0_l{layer}", OnnxArray.Zeros(1, rows,
                    layer == options.Layers - 1 ? options.EmbeddingSize : options.HiddenSize)));
            }
        }

        foreach ((int first, int count) in ((int, int)[])[(0, 2), (2, 3)])
        {
            OnnxArray x = OnnxArray.Of([count, rows], tokens[(first * rows)..((first + count) * rows)]);
            Dictionary<string, OnnxArray> outputs = engine.Run(file, [("tokens", x), .. state]);
            actual.AddRange(outputs["log_probabilities"].Floats);
            state = [.. state.Select(part => (part.Item1, outputs[$"{part.Item1[0]}n{part.Item1[2..]}"]))];
        }

        float[] expected = new float[steps * rows * V];
        LanguageModelSteps reader = new(model);
        for (int row = 0; row < rows; row++)
        {
            reader.Clear();
            for (int t = 0; t < steps; t++)
            {
                Span<float> logits = expected.AsSpan(((t * rows) + row) * V, V);
                reader.Read([tokens[(t * rows) + row]]);
                reader.Logits(new MatrixView(logits, 1, V));
                foreach (ref float value in logits)
                    value -= MathF.Log(V);   // of a model's steps, ln(p*V)
            }
        }

        report($"words {options.Head} {options.Cell} {(options.TiedWeights ? "tied" : "untied")}", expected, [.. actual]);
    }

    /// <summary>Three sources of different lengths, and given targets.</summary>
    private static void Translation(IOnnxEngine engine, TranslationOptions options, Action<string, float[], float[]> report)
    {
        const int steps = 4;
        ParallelText pairs = new([new("one two three", "trois deux un"), new("four five", "cinq quatre"), new("six", "six"),
            new("two four six five", "cinq six quatre deux")]);
        TranslationModel model = new(pairs, options, seed: 2);
        Enlarge(model.Parameters);
        using MemoryStream encoder = new(), decoder = new();
        model.ExportOnnx(encoder, decoder);
        int[][] sources = [.. pairs.Take(3).Select(pair => model.Source.Encode(pair.Source))];
        int rows = sources.Length, longest = sources.Max(source => source.Length), words = model.Target.Vocabulary.Count;
        int[] padded = [.. from t in Enumerable.Range(0, longest) from b in Enumerable.Range(0, rows)
            select t < sources[b].Length ? sources[b][t] : 0];
        int[] targets = [.. Enumerable.Range(0, steps * rows).Select(i => i < rows
            ? TranslationVocabulary.Start
            : TranslationVocabulary.End + 1 + (i * 5 % (words - 3)))];
        TranslationSteps writer = new(model, rows, rows, 8);
        writer.Begin(sources);
        float[] expected = new float[steps * rows * words];
        for (int t = 0; t < steps; t++)
        {
            if (t > 0)
                writer.Read(targets.AsSpan(t * rows, rows));

            writer.Logits(new MatrixView(expected.AsSpan(t * rows * words, rows * words), rows, words));
        }

        OnnxArray lengths = OnnxArray.Of([rows], Array.ConvertAll(sources, source => source.Length));
        Dictionary<string, OnnxArray> read =
            engine.Run(encoder.ToArray(), ("tokens", OnnxArray.Of([longest, rows], padded)), ("lengths", lengths));
        List<(string, OnnxArray)> given = [];
        if (read.TryGetValue("memory", out OnnxArray? memory))
            given.AddRange([("memory", memory), ("lengths", lengths)]);

        if (read.TryGetValue("keys", out OnnxArray? keys))
            given.Add(("keys", keys));

        float[] actual = options.IsTransformer
            ? StepsOfTransformer(engine, decoder.ToArray(), options, read, lengths, targets, rows)
            : Steps(engine, decoder.ToArray(), options, read, given, targets, rows);
        report($"translation {options.Architecture} {options.Cell} {options.Score} {options.Order} "
            + $"{options.Activation} {options.Positions}", Shares(expected, words), Shares(actual, words));
    }

    /// <summary>A target read in parts of one step and of several: what was read before is the past.</summary>
    private static float[] StepsOfTransformer(IOnnxEngine engine, byte[] decoder, TranslationOptions options,
        Dictionary<string, OnnxArray> read, OnnxArray lengths, int[] targets, int rows)
    {
        string[] layers = [.. Enumerable.Range(0, options.Layers).Select(layer => $"_l{layer}")];
        (string, OnnxArray)[] given = [("lengths", lengths), .. layers.Select(layer => ($"keys{layer}", read[$"keys{layer}"]))];
        (string, OnnxArray)[] past = Array.ConvertAll(layers, layer =>
            ($"past{layer}", OnnxArray.Zeros(0, rows, 2 * options.EmbeddingSize)));
        List<float> actual = [];
        foreach ((int first, int count) in ((int, int)[])[(0, 1), (1, 2), (3, 1)])
        {
            OnnxArray tokens = OnnxArray.Of([count, rows], targets[(first * rows)..((first + count) * rows)]);
            Dictionary<string, OnnxArray> step = engine.Run(decoder, [("tokens", tokens), .. given, .. past]);
            actual.AddRange(step["log_probabilities"].Floats);
            past = Array.ConvertAll(layers, layer => ($"past{layer}", step[$"present{layer}"]));
        }

        return [.. actual];
    }

    private static float[] Steps(IOnnxEngine engine, byte[] decoder, TranslationOptions options,
        Dictionary<string, OnnxArray> read, List<(string, OnnxArray)> given, int[] targets, int rows)
    {
        List<(string, OnnxArray)> state = [("h0", read["hn"])];
        if (options.Cell == RecurrentCell.Lstm)
            state.Add(("c0", read["cn"]));

        if (options is { Architecture: TranslationArchitecture.Attention, Order: AttentionOrder.After, InputFeeding: true })
            state.Add(("fed0", OnnxArray.Zeros(rows, options.HiddenSize)));

        List<float> actual = [];
        for (int t = 0; t < targets.Length / rows; t++)
        {
            OnnxArray token = OnnxArray.Of([rows], targets[(t * rows)..((t + 1) * rows)]);
            Dictionary<string, OnnxArray> step = engine.Run(decoder, [("token", token), .. state, .. given]);
            actual.AddRange(step["log_probabilities"].Floats);
            state = [.. state.Select(part => (part.Item1, step[$"{part.Item1[..^1]}n"]))];
        }

        return [.. actual];
    }

    private static void Regressor(IOnnxEngine engine, Action<string, float[], float[]> report)
    {
        const int steps = 6;
        SequenceRegressor model = new(new() { InputSize = 2, OutputSize = 3, HiddenSize = 5, Layers = 2 }, seed: 3);
        float[] x = [.. Enumerable.Range(0, steps * 2).Select(i => MathF.Sin(i))], y = new float[steps * 3];
        model.Predict(new ReadOnlyMatrixView(x, steps, 2), new MatrixView(y, steps, 3));
        using MemoryStream stream = new();
        model.ExportOnnx(stream);
        report("regressor", y, engine.Run(stream.ToArray(), ("x", OnnxArray.Of([steps, 1, 2], x)),
            ("h0", OnnxArray.Zeros(2, 1, 5)))["y"].Floats);
    }

    /// <summary>Probabilities without the start token, which a search never writes.</summary>
    private static float[] Shares(float[] logits, int words)
    {
        float[] shares = [.. logits];
        for (int row = 0; row < shares.Length; row += words)
        {
            Span<float> these = shares.AsSpan(row, words);
            these[TranslationVocabulary.Start] = float.NegativeInfinity;
            double sum = 0;
            foreach (float value in these)
                sum += Math.Exp(value);

            foreach (ref float value in these)
                value = (float)(Math.Exp(value) / sum);
        }

        return shares;
    }
}
