using System;

namespace Rnn.Core.Kernels.Attention;

/// <summary>
/// What <see cref="AttentionRows"/> reads and writes in one call: T steps of B rows, each of which looks at up to S
/// steps of a source. Rows of queries and contexts are numbered t*B + b.
/// </summary>
internal ref struct AttentionCall
{
    /// <summary>T.</summary>
    public int Steps;

    /// <summary>B.</summary>
    public int Rows;

    /// <summary>S.</summary>
    public int Source;

    /// <summary>N, rows of a step of memory and keys: B, unless rows share sources.</summary>
    public int SourceRows;

    /// <summary>K, features of keys and of (projected) queries.</summary>
    public int KeySize;

    /// <summary>M, features of memory and contexts.</summary>
    public int Features;

    /// <summary>[N], the steps of each source, 1 .. S; empty where all have S. Read.</summary>
    public ReadOnlySpan<int> Lengths;

    /// <summary>[B], the source of each row; empty where row b has source b. Read.</summary>
    public ReadOnlySpan<int> Sources;

    /// <summary>[S, N, M]. Read up to the lengths.</summary>
    public ReadOnlySpan<float> Memory;

    /// <summary>[S, N, K]. Read up to the lengths.</summary>
    public ReadOnlySpan<float> Keys;

    /// <summary>[K] for the additive score v . tanh(q + k); empty for Scale * q . k. Read.</summary>
    public ReadOnlySpan<float> V;

    /// <summary>The factor of dot products.</summary>
    public float Scale;

    /// <summary>[T*B, K], rows QueryStride apart. Read.</summary>
    public ReadOnlySpan<float> Queries;

    /// <summary>At least K.</summary>
    public int QueryStride;

    /// <summary>[T, B, S], steps WeightStep apart; 0 past the lengths. Overwritten by Forward, read by
    /// Backward.</summary>
    public Span<float> Weights;

    /// <summary>At least B*S.</summary>
    public int WeightStep;

    /// <summary>[T*B, M], rows ContextStride apart. Overwritten by Forward.</summary>
    public Span<float> Contexts;

    /// <summary>At least M; also of DContexts.</summary>
    public int ContextStride;

    /// <summary>[T*B, M], rows ContextStride apart. Read by Backward.</summary>
    public ReadOnlySpan<float> DContexts;

    /// <summary>[T, B, S] like Weights: the gradient of scores before their factor. Overwritten by Backward.</summary>
    public Span<float> DScores;

    /// <summary>[T*B, K], rows DQueryStride apart. Overwritten by Backward.</summary>
    public Span<float> DQueries;

    /// <summary>At least K.</summary>
    public int DQueryStride;

    /// <summary>[S, N, K], for the additive score. Accumulated by Backward up to the lengths.</summary>
    public Span<float> DKeys;

    /// <summary>[B, K], for the additive score: each row's share of the gradient of v. Accumulated by
    /// Backward.</summary>
    public Span<float> DV;
}
