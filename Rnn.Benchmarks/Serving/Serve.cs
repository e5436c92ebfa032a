using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rnn.Benchmarks.Models;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers.Recurrent;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;

namespace Rnn.Benchmarks.Serving;

/// <summary>
/// One process, one model, many requests: how many a second, how long each takes, what each allocates. Once with the
/// weights packed for every request, once with those that the model keeps; the two take turns, and every answer must be
/// that of one thread alone.
/// </summary>
internal static class Serve
{
    private const int Requests = 300, Length = 200, Rounds = 5, TopK = 5;
    private const int WrongUsage = 2;
    private static readonly int[] s_concurrencies = [1, 4, 16];

    /// <summary>Prints a table in Markdown.</summary>
    public static int Run(IReadOnlyList<string> args)
    {
        if (args.Count > 0)
        {
            Console.Error.WriteLine($"serve takes no arguments; '{args[0]}' was given.");
            return WrongUsage;
        }

        Console.WriteLine($"""
            # Many requests, one model

            `dotnet run -c Release --project Rnn.Benchmarks -- serve`: {Requests} requests of {Length} characters
            (top-k {TopK}, each with a seed of its own) in one process, {Workers.Count} processors,
            {SimdInfo.Description}, .NET {Environment.Version}. "Concurrency" threads take the next request as soon as
            they are free; a request's time counts from then. "Packed each time": buffers and packed weights of its own
            for each request, as it was before models kept them; "kept": `CharRnnModel.Generate`. Both take turns in
            {Rounds} rounds; every answer equals that of one thread alone.

            | Model | Concurrency | Weights | Requests/s | Median, ms | 99th percentile, ms | Bytes a request | Full collections |
            |---|--:|---|--:|--:|--:|--:|--:|
            """);
        Measure("LSTM 512 x 2", Models.Generate.CreateModel());
        Measure("GRU 256", new CharRnnModel(Models.Generate.CreateModel().Vocabulary,
            new CharRnnOptions { Cell = RecurrentCell.Gru, HiddenSize = 256, Layers = 1, Dropout = 0 }));
        return 0;
    }

    private static void Measure(string name, CharRnnModel model)
    {
        SamplingOptions sampling = new() { TopK = TopK };
        string prime = model.Vocabulary.Symbols[..4];
        string[] expected = [.. Enumerable.Range(0, Requests).Select(Kept)];
        foreach (int concurrency in s_concurrencies)
        {
            ServingRun before = new(concurrency, Fresh), now = new(concurrency, Kept);
            const int share = Requests / Rounds;
            for (int round = 0; round < Rounds; round++)
            {
                before.Round(round * share, share, expected);
                now.Round(round * share, share, expected);
            }

            Print(name, "packed each time", before);
            Print(name, "kept", now);
        }

        string Fresh(int request) => FreshPacking.Generate(model, prime, Length, sampling, (ulong)request);

        string Kept(int request) => model.Generate(prime, Length, sampling, (ulong)request);
    }

    private static void Print(string model, string weights, ServingRun run)
    {
        double[] sorted = [.. run.Latencies.Order()];
        double percentile = sorted[(int)Math.Ceiling(0.99 * sorted.Length) - 1];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {model} | {run.Concurrency} | {weights} | {sorted.Length / run.Seconds:F1} | " +
            $"{1e3 * Timing.Median(sorted):F1} | {1e3 * percentile:F1} | {run.Allocated / sorted.Length:N0} | " +
            $"{run.FullCollections} |"));
    }
}
