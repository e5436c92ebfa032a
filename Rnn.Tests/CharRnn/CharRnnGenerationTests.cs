using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Tensors;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Models.Text;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.CharRnn;

public class CharRnnGenerationTests
{
    private const string Text = "the quick brown fox jumps over the lazy dog; the dog \U0001F98A sleeps. ";

    private static readonly CharRnnOptions Tiny = new() { HiddenSize = 12, Layers = 2, Dropout = 0.2 };

    /// <summary>Requests share the packed weights and the idle generators; each answer is that of a thread
    /// alone.</summary>
    [Theory]
    [InlineData(RecurrentCell.Lstm, 192, 2)]   // large enough for Workers to be asked to help with a character
    [InlineData(RecurrentCell.Gru, 192, 1)]
    [InlineData(RecurrentCell.RnnTanh, 30, 3)]
    public void ManyThreadsWriteWhatOneWrites(RecurrentCell cell, int hidden, int layers)
    {
        const int threads = 12, requests = 96, length = 25;
        CharRnnOptions options = new() { Cell = cell, HiddenSize = hidden, Layers = layers };
        CharRnnModel alone = Create(options), shared = Create(options);
        string[] expected = [.. Enumerable.Range(0, requests).Select(i => Answer(alone, i))];
        Assert.Equal(requests, expected.Distinct().Count());

        string[] answers = new string[requests];
        int next = -1;
        using Barrier together = new(threads);
        Thread[] all = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            together.SignalAndWait();   // the first of all packs, with others waiting for it
            for (int i; (i = Interlocked.Increment(ref next)) < requests;)
                answers[i] = Answer(shared, i);
        }))];
        Array.ForEach(all, thread => thread.Start());
        Array.ForEach(all, thread => thread.Join());
        Assert.Equal(expected, answers);

        static string Answer(CharRnnModel model, int i) => (i % 3) switch
        {
            0 => model.Generate("the ", length, new SamplingOptions { Temperature = 1.2, TopK = i }, (ulong)i),
            1 => string.Concat(model.Stream("fox", new() { Length = length, Seed = (ulong)i })),
            _ => model.Score(Text).Sum.ToString("R") + model.Generate("a", 1, seed: (ulong)i) + i,
        };
    }

    [Fact]
    public void ARequestAllocatesLittleButItsText()
    {
        CharRnnModel model = Create(new() { HiddenSize = 64, Layers = 2 });   // 64 kB for each packed matrix
        SamplingOptions[] samplings = [new(), new() { TopK = 5 }, new() { RepetitionPenalty = 1.1, MinP = 0.1 }];
        foreach (SamplingOptions sampling in samplings)
        {
            long allocated = OwnAllocations.Of(() => model.Generate("the ", 200, sampling, seed: 3));
            Assert.InRange(allocated, 424, 1500);   // the text's own are 424
        }
    }

    [Fact]
    public void ACharacterAllocatesNothing()
    {
        CharRnnGenerator generator = Create(Tiny).CreateGenerator(new() { TopK = 3, RepetitionPenalty = 1.1 });
        generator.Read("the ");
        Assert.Equal(0, OwnAllocations.Of(() =>
        {
            for (int i = 0; i < 200; i++)
                generator.Next();
        }));
    }

    [Fact]
    public void ChangedWeightsCountAtOnce()
    {
        CharRnnModel model = Create(Tiny), other = Create(Tiny, seed: 8);
        string before = model.Generate("the ", 60);
        model.Parameters.CopyFrom(Rebuilt(model, other));
        string after = model.Generate("the ", 60);
        Assert.NotEqual(before, after);
        Assert.Equal(other.Generate("the ", 60), after);
    }

    [Fact]
    public void ResetIsANewGenerator()
    {
        CharRnnModel model = Create(Tiny);
        CharRnnGenerator used = model.CreateGenerator(seed: 4);
        used.Read("fox jumps");
        used.Write(20);
        foreach (SamplingOptions sampling in new SamplingOptions[]
        {
            new() { TopK = 2 }, new() { RepetitionPenalty = 2 }, SamplingOptions.Greedy, new(),
        })
        {
            used.Reset(9, sampling);
            Assert.Throws<InvalidOperationException>(() => used.Next());
            used.Read("the ");
            CharRnnGenerator created = model.CreateGenerator(sampling, seed: 9);
            created.Read("the ");
            Assert.Equal(created.Write(30), used.Write(30));
        }
    }

    [Fact]
    public void ThePenaltyCountsWhatWasReadAndWritten()
    {
        CharRnnModel model = Create(Tiny);
        foreach (int window in new[] { 1, 5, 64 })
        {
            SamplingOptions sampling = new() { RepetitionPenalty = 5, RepetitionWindow = window, Temperature = 0.7 };
            CharRnnGenerationOptions options = new() { Length = 40, Sampling = sampling, Seed = 6 };
            string expected = Oracle(model, "the quick ", 40, sampling, seed: 6);
            Assert.NotEqual(expected, model.Generate("the quick ", options with { Sampling = new() }));
            Assert.Equal(expected, model.Generate("the quick ", options));
            Assert.Equal(expected, model.GenerateSamples("the quick ", 1, options).Single());
        }
    }

    [Fact]
    public async Task StreamsAreTheText()
    {
        CharRnnModel model = Create(Tiny);
        CharRnnGenerationOptions options = new() { Length = 120, Seed = 5 };
        string text = model.Generate("the ", options);
        Assert.Equal(text, model.Generate("the ", 120, seed: 5));
        string[] pieces = [.. model.Stream("the ", options)];
        Assert.Equal(120, pieces.Length);   // one a character
        Assert.Equal(text, string.Concat(pieces));
        Assert.Equal(pieces, await Collect(model.StreamAsync("the ", options)));

        // Stopped by two of its own characters, the second time that the first of them comes.
        string stop = text.Substring(50, 2);
        CharRnnGenerationOptions until = options with { Stop = ["no such text", stop] };
        string expected = text[..text.IndexOf(stop, StringComparison.Ordinal)];
        Assert.Equal(expected, model.Generate("the ", until));
        Assert.Equal(expected, string.Concat(model.Stream("the ", until)));
        Assert.Equal(expected, string.Concat(await Collect(model.StreamAsync("the ", until))));
    }

    [Fact]
    public void AStopTextInThePrimeDoesNotCount()
    {
        CharRnnModel model = Create(Tiny);
        Assert.Equal(model.Generate("the dog", 1, seed: 2), model.Generate("the dog",
            new CharRnnGenerationOptions { Length = 1, Seed = 2, Stop = ["dog", "g" + model.Generate("the dog", 1, seed: 2)] }));
    }

    [Fact]
    public void SamplesAreThoseOfTheSeedsInTurn()
    {
        CharRnnModel model = Create(Tiny);
        CharRnnGenerationOptions options = new() { Length = 30, Seed = 7, Stop = ["q"] };
        Assert.Equal(
            [model.Generate("fox", options), model.Generate("fox", options with { Seed = 8 }),
                model.Generate("fox", options with { Seed = 9 })],
            model.GenerateSamples("fox", 3, options));
        Assert.Empty(model.GenerateSamples("fox", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.GenerateSamples("fox", -1));
    }

    [Fact]
    public async Task EverythingCanBeCancelled()
    {
        CharRnnModel model = Create(Tiny);
        CharRnnGenerationOptions options = new() { Length = 50 };
        using CancellationTokenSource cancelled = new(), later = new();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => model.Generate("the", options, cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => model.Stream("the", options, cancelled.Token).First());
        Assert.Throws<OperationCanceledException>(() => model.GenerateSamples("the", 2, options, cancelled.Token).First());
        int pieces = 0;
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (string _ in model.StreamAsync("the", options).WithCancellation(later.Token))
            {
                if (++pieces == 10)
                    later.Cancel();
            }
        });
        Assert.Equal(10, pieces);

        // Whoever leaves a stream early does no harm to the next.
        string expected = Create(Tiny).Generate("the", options);
        Assert.Equal(expected[..5], string.Concat(model.Stream("the", options).Take(5)));
        Assert.Equal(expected, model.Generate("the", options));
    }

    [Fact]
    public async Task AStreamDoesNotNeedTheCallersThread()
    {
        CharRnnModel model = Create(Tiny);
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new NobodyRuns());
        Task<bool> first;
        try
        {
            first = model.StreamAsync("the").GetAsyncEnumerator().MoveNextAsync().AsTask();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        Assert.True(await first.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void MistakesAreToldAtOnce()
    {
        CharRnnModel model = Create(Tiny);
        Assert.Throws<ArgumentException>(() => model.Stream("the Z"));         // before anybody enumerates
        Assert.Throws<ArgumentException>(() => model.StreamAsync("the Z"));
        Assert.Throws<ArgumentException>(() => model.GenerateSamples("the Z", 1));
        Assert.Equal("prime has no character that the model knows; give at least one. (Parameter 'prime')",
            Assert.Throws<ArgumentException>(() => model.Generate("Z", 1, skipUnknown: true)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate("the", -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CharRnnGenerationOptions { Length = -1 });
        Assert.Contains("Stop[1] is empty", Assert.Throws<ArgumentException>(
            () => new CharRnnGenerationOptions { Stop = ["a", ""] }).Message, StringComparison.Ordinal);
        Assert.Contains("Stop[0] holds a lone surrogate", Assert.Throws<ArgumentException>(
            () => new CharRnnGenerationOptions { Stop = ["a\uDD8A"] }).Message, StringComparison.Ordinal);
        CharRnnGenerationOptions defaults = new();
        Assert.Equal((1000, 1ul, false, 0, new SamplingOptions()),
            (defaults.Length, defaults.Seed, defaults.SkipUnknown, defaults.Stop.Count, defaults.Sampling));
    }

    private static CharRnnModel Create(CharRnnOptions options, ulong seed = 3) =>
        new(Vocabulary.FromText(Text), options, seed);

    // The values of another model in a buffer of this one's layout.
    private static Rnn.Core.Parameters.ParameterBuffer Rebuilt(CharRnnModel model, CharRnnModel other)
    {
        Rnn.Core.Parameters.ParameterBuffer p = new(model.Parameters.Layout);
        other.Parameters.Dense.CopyTo(p.BeginWrite().Dense);
        return p;
    }

    // Step by step, with every token that ever came.
    private static string Oracle(CharRnnModel model, string prime, int length, SamplingOptions sampling, ulong seed)
    {
        int v = model.Vocabulary.Count;
        List<int> all = [.. model.Vocabulary.Encode(prime)];
        TextSampler sampler = new(v, sampling);
        Philox random = new(seed, RandomStreams.Generation);
        StringBuilder text = new();
        for (int i = 0; i < length; i++)
        {
            RecurrentTape tape = model.Encoder.Recurrent.CreateTape(all.Count, 1);
            model.Encoder.Recurrent.Forward(model.Parameters, RecurrentInput.OneHot(all.ToArray(), all.Count, 1, v), default,
                model.Encoder.Recurrent.CreateState(1), Mode.Inference, tape);
            Tensor logits = new(all.Count, v);
            model.Output.Forward(model.Parameters, tape.Output.Flattened, logits.AsMatrix());
            int symbol = sampler.Sample(logits.AsMatrix().Row(all.Count - 1), all.ToArray(), ref random);
            all.Add(symbol);
            text.Append(model.Vocabulary[symbol].ToString());
        }

        return text.ToString();
    }

    private static async Task<List<string>> Collect(IAsyncEnumerable<string> pieces)
    {
        List<string> all = [];
        await foreach (string piece in pieces)
        {
            all.Add(piece);
        }

        return all;
    }

    private sealed class NobodyRuns : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
