using System;
using System.Linq;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Models.Networks;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Networks;

public class TokenEncoderTests
{
    private const int V = 40, E = 3, T = 20, B = 8;

    private static readonly int[] s_tokens = TestNumbers.Indices(T * B, V, seed: 3, stream: 2);
    private static readonly int[] s_lengths = [.. Enumerable.Repeat(T, B)];

    /// <summary>In a step each token keeps its vector wherever it stands, enlarged, or loses it everywhere.</summary>
    [Fact]
    public void TokenDropoutTakesAllOccurrencesOfAToken()
    {
        (TokenEncoder encoder, ParameterBuffer p) = Create(new() { EmbeddingSize = E, HiddenSize = 4, TokenDropout = 0.4 });
        TokenEncoderTape tape = encoder.CreateTape(T, B);
        int dropped = 0, seen = 0;
        for (ulong step = 0; step < 50; step++)
        {
            encoder.Embed(p, s_tokens, B, Mode.Training(7, step), tape);
            foreach (IGrouping<int, int> token in Enumerable.Range(0, T * B).GroupBy(i => s_tokens[i]))
            {
                ReadOnlySpan<float> row = p[encoder.Embedding!.Table].Row(token.Key);
                bool isDropped = tape.Vectors.Flattened.Row(token.First()).ToArray().All(x => x == 0);
                foreach (int i in token)
                {
                    for (int j = 0; j < E; j++)
                        Assert.Equal(isDropped ? 0 : row[j] / 0.6f, tape.Vectors.Flattened.Row(i)[j], 1e-6f);
                }

                dropped += isDropped ? 1 : 0;
                seen++;
            }
        }

        Assert.InRange(dropped / (double)seen, 0.35, 0.45);
        encoder.Embed(p, s_tokens, B, Mode.Inference, tape);
        for (int i = 0; i < T * B; i++)
            Bits.Same(p[encoder.Embedding!.Table].Row(s_tokens[i]), tape.Vectors.Flattened.Row(i), "vector");
    }

    [Fact]
    public void ForwardIsEmbedAndRead()
    {
        (TokenEncoder encoder, ParameterBuffer p) = Create(new()
        {
            EmbeddingSize = E,
            HiddenSize = 4,
            TokenDropout = 0.3,
            EmbeddingDropout = 0.2,
        });
        TokenEncoderTape whole = encoder.CreateTape(T, B), parts = encoder.CreateTape(T, B);
        Mode mode = Mode.Training(1, 2);
        encoder.Forward(p, s_tokens, s_lengths, mode, whole);
        encoder.Embed(p, s_tokens, B, mode, parts);
        encoder.Read(p, s_tokens, s_lengths, mode, parts);
        Bits.Same(whole.Output.Span, parts.Output.Span, "output");
    }

    [Fact]
    public void AFrozenTableHasNoGradient()
    {
        foreach (bool frozen in (bool[])[false, true])
        {
            (TokenEncoder encoder, ParameterBuffer p) = Create(new() { EmbeddingSize = E, HiddenSize = 4, FrozenEmbedding = frozen });
            TokenEncoderTape tape = encoder.CreateTape(T, B);
            GradientBuffer g = new(p.Layout);
            encoder.Forward(p, s_tokens, s_lengths, Mode.Inference, tape);
            TestNumbers.Uniform(T * B * 4, 2, 3).CopyTo(tape.OutputGradient.Span);
            encoder.Backward(p, s_tokens, tape.OutputGradient, tape, g);
            Assert.Equal(frozen ? 0 : s_tokens.Distinct().Count(), g.Rows(encoder.Embedding!.Table).Count);
            Assert.Contains(tape.Vectors.Span.ToArray(), x => x != 0);   // the vectors' own gradient is there all the same
        }
    }

    [Fact]
    public void OptionsOfAnEmbeddingNeedOne()
    {
        foreach (TokenEncoderOptions options in (TokenEncoderOptions[])
            [new() { TokenDropout = 0.1 }, new() { FrozenEmbedding = true }, new() { EmbeddingDropout = 0.1 }])
        {
            Assert.ThrowsAny<ArgumentException>(() => Create(options));
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(2, true)]
    public void TheUppermostLayerMayHaveASizeOfItsOwn(int layers, bool bidirectional)
    {
        (TokenEncoder encoder, ParameterBuffer p) = Create(new()
        {
            EmbeddingSize = E,
            HiddenSize = 5,
            LastHiddenSize = 7,
            Layers = layers,
            Bidirectional = bidirectional,
            Dropout = 0.3,
        });
        int directions = bidirectional ? 2 : 1;
        Assert.Equal(7 * directions, encoder.OutputSize);
        for (int i = 0; i < layers; i++)
            Assert.Equal(i == layers - 1 ? 7 : 5, p.Layout[$"lstm.weight_hh_l{i}"].Rows);

        TokenEncoderTape tape = encoder.CreateTape(T, B);
        GradientBuffer g = new(p.Layout);
        encoder.Forward(p, s_tokens, encoder.CreateState(B), Mode.Training(1, 2), tape);
        TestNumbers.Uniform(tape.OutputGradient.Span.Length, 2, 3).CopyTo(tape.OutputGradient.Span);
        encoder.Backward(p, s_tokens, tape.OutputGradient, tape, g);
        Assert.All(p.Layout.Slots.Where(slot => slot.Storage == SlotStorage.Dense),
            slot => Assert.Contains(g[slot].Span.ToArray(), value => value != 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(new() { LastHiddenSize = -1 }));
    }

    /// <summary>A head that has the embedding's table adds its gradient to the embedding's, and both are those of two
    /// tables of equal values.</summary>
    [Fact]
    public void AHeadMayHaveTheEmbeddingsTable()
    {
        TokenEncoderOptions options = new() { EmbeddingSize = E, HiddenSize = 6, LastHiddenSize = E, Layers = 2 };
        ParameterLayout apartLayout = new(), tiedLayout = new();
        TokenEncoder apart = new(apartLayout, V, options), tied = new(tiedLayout, V, options, embedding: SlotStorage.Dense);
        SoftmaxHead own = new(apartLayout, "head", E, V), shared = new(tiedLayout, "head", tied.Embedding!.Table);
        tiedLayout.SetInitial(tied.Embedding.Table, InitialValues.UniformByInputs(E));
        ParameterBuffer tiedP = new(tiedLayout), apartP = new(apartLayout);
        tiedP.Initialize(3);
        ParameterWriter writer = apartP.BeginWrite();
        foreach (ParameterSlot slot in apartLayout.Slots)
            tiedP[slot == own.Weights ? tied.Embedding.Table : tiedLayout[slot.Name]].Span.CopyTo(writer[slot].Span);

        GradientBuffer apartG = new(apartLayout), tiedG = new(tiedLayout);
        double expected = Run(apart, own, apartP, apartG), loss = Run(tied, shared, tiedP, tiedG);
        Assert.Equal(expected, loss);
        RowGradients rows = apartG.Rows(apart.Embedding!.Table);
        float[] sum = apartG[own.Weights].Span.ToArray();
        for (int i = 0; i < rows.Count; i++)
        {
            for (int j = 0; j < E; j++)
                sum[(rows.Touched[i] * E) + j] += rows.Values[i, j];
        }

        ReadOnlySpan<float> table = tiedG[tied.Embedding.Table].Span;
        for (int i = 0; i < sum.Length; i++)
            Assert.Equal(sum[i], table[i], 1e-6f);

        Bits.Same(apartG[apartLayout["lstm.weight_hh_l1"]].Span, tiedG[tiedLayout["lstm.weight_hh_l1"]].Span, "gradients");

        static double Run(TokenEncoder encoder, SoftmaxHead head, ParameterBuffer p, GradientBuffer g)
        {
            TokenEncoderTape tape = encoder.CreateTape(T, B);
            SoftmaxHeadTape losses = head.CreateTape(T * B);
            encoder.Forward(p, s_tokens, s_lengths, Mode.Inference, tape);
            int[] targets = [.. s_tokens.Skip(1), 0];
            double loss = head.ForwardBackward(p, tape.Output.Flattened, targets, losses, g, tape.OutputGradient.Flattened).Mean;
            encoder.Backward(p, s_tokens, tape.OutputGradient, tape, g);
            return loss;
        }
    }

    private static (TokenEncoder Encoder, ParameterBuffer Parameters) Create(TokenEncoderOptions options)
    {
        ParameterLayout layout = new();
        TokenEncoder encoder = new(layout, V, options);
        ParameterBuffer p = new(layout);
        p.Initialize(2);
        return (encoder, p);
    }
}
