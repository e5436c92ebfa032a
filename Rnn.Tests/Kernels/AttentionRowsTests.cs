using System;
using System.Linq;
using Rnn.Core.Kernels.Attention;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Kernels;

/// <summary>Attention's kernel against its definition in double: every length, rows with gaps, shared
/// sources.</summary>
public class AttentionRowsTests
{
    private const int T = 2, B = 3, S = 5, Gap = 3;
    private static readonly int[] s_lengths = [4, 5, 1];

    public static TheoryData<bool, int> Lengths
    {
        get
        {
            TheoryData<bool, int> all = [];
            for (int n = 1; n <= 130; n++)
            {
                all.Add(false, n);
                all.Add(true, n);
            }

            return all;
        }
    }

    // K and M are both n, offset against each other and against the alignment.
    [Theory]
    [MemberData(nameof(Lengths))]
    public void IsItsDefinition(bool isAdditive, int n)
    {
        Guarded memory = Random(S * B * n, 1), keys = Random(S * B * n, 2), v = Random(n, 3);
        Guarded q = Random(T * B * (n + Gap), 4), dC = Random(T * B * (n + Gap), 5);
        Guarded weights = new(T * B * S, 1), dScores = new(T * B * S, 2);
        Guarded contexts = new(T * B * (n + Gap), 3), dQueries = new(T * B * (n + Gap), 0);
        Guarded dKeys = Random(S * B * n, 6), dV = Random(B * n, 7);
        float[] dKeysBefore = dKeys.Span.ToArray(), dVBefore = dV.Span.ToArray();
        const float scale = 0.3f;
        AttentionCall call = new()
        {
            Steps = T,
            Rows = B,
            Source = S,
            SourceRows = B,
            KeySize = n,
            Features = n,
            Lengths = s_lengths,
            Memory = memory.Span,
            Keys = keys.Span,
            V = isAdditive ? v.Span : default,
            Scale = scale,
            Queries = q.Span,
            QueryStride = n + Gap,
            Weights = weights.Span,
            WeightStep = B * S,
            Contexts = contexts.Span,
            ContextStride = n + Gap,
            DContexts = dC.Span,
            DScores = dScores.Span,
            DQueries = dQueries.Span,
            DQueryStride = n + Gap,
            DKeys = isAdditive ? dKeys.Span : default,
            DV = isAdditive ? dV.Span : default,
        };
        AttentionRows.Forward(call);
        AttentionRows.Backward(call);

        double[] dk = TestNumbers.ToDouble(dKeysBefore), dv = TestNumbers.ToDouble(dVBefore);
        for (int row = 0; row < T * B; row++)
        {
            int b = row % B, count = s_lengths[b];
            double[] query = Row(q.Span, row * (n + Gap), n), dContext = Row(dC.Span, row * (n + Gap), n);
            double[][] m = [.. Enumerable.Range(0, count).Select(s => Row(memory.Span, ((s * B) + b) * n, n))];
            double[][] k = [.. Enumerable.Range(0, count).Select(s => Row(keys.Span, ((s * B) + b) * n, n))];
            double[] vector = Row(v.Span, 0, n);
            double[] e = [.. k.Select(key => isAdditive
                ? Enumerable.Range(0, n).Sum(j => vector[j] * Math.Tanh(query[j] + key[j]))
                : scale * Dot(query, key))];
            double[] a = [.. e.Select(x => Math.Exp(x - e.Max()) / e.Sum(y => Math.Exp(y - e.Max())))];
            double[] da = [.. m.Select(x => Dot(x, dContext))];
            double[] de = [.. a.Select((x, s) => x * (da[s] - Dot(a, da)) * (isAdditive ? 1 : scale))];
            for (int s = 0; s < S; s++)
            {
                Near(s < count ? a[s] : 0, weights.Span[(row * S) + s], "a");
                Near(s < count ? de[s] : 0, dScores.Span[(row * S) + s], "de");
            }

            for (int j = 0; j < n; j++)
            {
                Near(Enumerable.Range(0, count).Sum(s => a[s] * m[s][j]), contexts.Span[(row * (n + Gap)) + j], "c");
                double[] dz = [.. Enumerable.Range(0, count).Select(s => !isAdditive ? de[s] * k[s][j]
                    : de[s] * vector[j] * (1 - Math.Pow(Math.Tanh(query[j] + k[s][j]), 2)))];
                Near(dz.Sum(), dQueries.Span[(row * (n + Gap)) + j], "dq");
                for (int s = 0; s < count && isAdditive; s++)
                {
                    dk[(((s * B) + b) * n) + j] += dz[s];
                    dv[(b * n) + j] += de[s] * Math.Tanh(query[j] + k[s][j]);
                }
            }

            // Nothing between the rows.
            Assert.All(contexts.Span.Slice((row * (n + Gap)) + n, Gap).ToArray(), x => Assert.True(float.IsNaN(x)));
            Assert.All(dQueries.Span.Slice((row * (n + Gap)) + n, Gap).ToArray(), x => Assert.True(float.IsNaN(x)));
        }

        for (int i = 0; i < dk.Length; i++)
            Near(dk[i], dKeys.Span[i], "dk");

        for (int i = 0; i < dv.Length; i++)
            Near(dv[i], dV.Span[i], "dv");

        foreach (Guarded buffer in (Guarded[])[weights, dScores, contexts, dQueries, dKeys, dV])
            buffer.AssertUntouched();
    }

    private static Guarded Random(int length, int stream)
    {
        float[] values = TestNumbers.Uniform(length, 9, (ulong)stream);
        return new Guarded(length, stream % 4, i => values[i]);
    }

    private static double[] Row(ReadOnlySpan<float> x, int start, int n) => TestNumbers.ToDouble(x.Slice(start, n));

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    private static void Near(double expected, float actual, string what) =>
        Assert.True(Math.Abs(actual - expected) <= 5e-6 * (1 + Math.Abs(expected)),
            $"{what} is {actual:R}, expected {expected:R}");
}
