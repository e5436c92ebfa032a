using System;
using System.Collections.Generic;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.RandomNumbers;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// C_i = op(A_i)*op(B_i) for every row of a batch and every head, as attention needs it. What belongs to heads of T
/// or S steps lies as columns of a sequence [T, B, Heads*D]; scores, one for each pair of steps, lie one matrix after
/// another.
/// </summary>
/// <param name="Form">NT: scores Q*K^T. NN: what the weights make of V. TN: a gradient, A^T*B.</param>
/// <param name="Batch">Rows of the batch.</param>
/// <param name="Heads">Heads.</param>
/// <param name="M">Rows of C.</param>
/// <param name="N">Columns of C.</param>
/// <param name="K">Length of the sums.</param>
/// <param name="IsPacked">Whether all matrices lie one after another instead.</param>
/// <param name="Description">Where it occurs.</param>
public sealed record BatchedGemmShape(GemmForm Form, int Batch, int Heads, int M, int N, int K, bool IsPacked,
    string Description)
{
    /// <summary>Shapes of attention, from one step of generation to 200 steps by 200.</summary>
    public static IReadOnlyList<BatchedGemmShape> All { get; } =
    [
        new(GemmForm.NT, 25, 8, 35, 35, 64, false, "scores of 35 steps by 35, 25 rows x 8 heads of 64"),
        new(GemmForm.NN, 25, 8, 35, 64, 35, false, "weights of 35 steps by 35 times V, 25 rows x 8 heads of 64"),
        new(GemmForm.TN, 25, 8, 35, 64, 35, false, "gradient of K, 35 steps by 35, 25 rows x 8 heads of 64"),
        new(GemmForm.NT, 32, 8, 100, 100, 64, false, "scores of 100 steps by 100, 32 rows x 8 heads of 64"),
        new(GemmForm.NT, 32, 8, 100, 100, 64, true, "the same, the heads copied together before"),
        new(GemmForm.NN, 32, 8, 100, 64, 100, false, "weights of 100 steps by 100 times V, 32 rows x 8 heads of 64"),
        new(GemmForm.TN, 32, 8, 100, 64, 100, false, "gradient of K, 100 steps by 100, 32 rows x 8 heads of 64"),
        new(GemmForm.NT, 8, 8, 200, 200, 128, false, "scores of 200 steps by 200, 8 rows x 8 heads of 128"),
        new(GemmForm.NN, 64, 16, 50, 16, 50, false, "weights of 50 steps by 50 times V, 64 rows x 16 heads of 16"),
        new(GemmForm.NT, 64, 8, 1, 100, 32, false, "scores of one step by 100, 64 rows x 8 heads of 32"),
        new(GemmForm.NN, 64, 8, 1, 32, 100, false, "weights of one step by 100 times V, 64 rows x 8 heads of 32"),
    ];

    /// <summary>"bmm-nt-200x35x35x64": number of products, M, N, K.</summary>
    public string Name =>
        $"bmm-{Form.ToString().ToLowerInvariant()}-{Count}x{M}x{N}x{K}{(IsPacked ? "-packed" : "")}";

    /// <summary>Number of products.</summary>
    public int Count => Batch * Heads;

    /// <summary>2*M*N*K for each.</summary>
    public double Flops => 2.0 * Count * M * N * K;

    /// <summary>How A lies.</summary>
    public BatchLayout LayoutA => Form switch
    {
        GemmForm.NT => OfHeads(M, K),
        GemmForm.NN => new BatchLayout(Count, M, K),
        _ => new BatchLayout(Count, K, M),
    };

    /// <summary>How B lies.</summary>
    public BatchLayout LayoutB => Form == GemmForm.NT ? OfHeads(N, K) : OfHeads(K, N);

    /// <summary>How C lies.</summary>
    public BatchLayout LayoutC => Form == GemmForm.NT ? new BatchLayout(Count, M, N) : OfHeads(M, N);

    /// <summary>A, the same for everybody, in [-0.5, 0.5).</summary>
    public float[] CreateA() => Values(1, LayoutA);

    /// <summary>B, the same for everybody, in [-0.5, 0.5).</summary>
    public float[] CreateB() => Values(2, LayoutB);

    private BatchLayout OfHeads(int steps, int size) => IsPacked
        ? new BatchLayout(Count, steps, size)
        : new BatchLayout(steps, size, Batch * Heads * size, Heads, size, Batch, Heads * size);

    private static float[] Values(ulong seed, BatchLayout layout)
    {
        Philox random = new(seed);
        float[] values = new float[layout.Length];
        foreach (ref float value in values.AsSpan())
            value = random.NextSingle() - 0.5f;

        return values;
    }
}
