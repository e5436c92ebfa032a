using System;
using System.Collections.Generic;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.RandomNumbers;

namespace Rnn.Benchmarks.Models;

/// <summary>C [M, N] = op(A)*B, a product of an LSTM with 512 units.</summary>
/// <param name="M">Rows of C.</param>
/// <param name="K">Length of the sums.</param>
/// <param name="N">Columns of C.</param>
/// <param name="Form">NN, or TN: A is stored [K, M].</param>
/// <param name="IsPacked">Whether B may be packed before: weights that serve many times.</param>
/// <param name="Description">Where it occurs.</param>
public sealed record GemmShape(int M, int K, int N, GemmForm Form, bool IsPacked, string Description)
{
    /// <summary>The hot shapes: batch 128, 100 steps.</summary>
    public static IReadOnlyList<GemmShape> All { get; } =
    [
        new(12800, 512, 2048, GemmForm.NN, false, "inputs of all steps by weights: 12800 x 512 x 2048"),
        new(512, 12800, 2048, GemmForm.TN, false, "gradient of weights: 512 x 12800 x 2048, A transposed"),
        new(128, 512, 2048, GemmForm.NN, true, "one time step: 128 x 512 x 2048, B packed before"),
        new(32, 512, 2048, GemmForm.NN, true, "one time step: 32 x 512 x 2048, B packed before"),
        new(1, 512, 2048, GemmForm.NN, true, "one time step of generation: 1 x 512 x 2048, B packed before"),
    ];

    /// <summary>"gemm-128x512x2048", "gemm-tn-512x12800x2048".</summary>
    public string Name => $"gemm-{(Form == GemmForm.TN ? "tn-" : "")}{M}x{K}x{N}";

    /// <summary>2*M*N*K.</summary>
    public double Flops => 2.0 * M * N * K;

    /// <summary>The weights, where reading them is the limit: with one row.</summary>
    public double WeightBytes => M == 1 ? (double)sizeof(float) * K * N : 0;

    /// <summary>Distance of two rows of A as stored.</summary>
    public int Lda => Form == GemmForm.TN ? M : K;

    /// <summary>A, the same for everybody, in [-0.5, 0.5).</summary>
    public float[] CreateA() => Values(1, M * K);

    /// <summary>B, the same for everybody, in [-0.5, 0.5).</summary>
    public float[] CreateB() => Values(2, K * N);

    private static float[] Values(ulong seed, int count)
    {
        Philox random = new(seed);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = random.NextSingle() - 0.5f;

        return values;
    }
}
