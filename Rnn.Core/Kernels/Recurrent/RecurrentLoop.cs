using System;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Recurrent;

/// <summary>
/// Where the buffers of a recurrent cell lie. T steps, B rows, H units; the gates of one row of one step are
/// GateStride floats (RNN H, LSTM 4H, GRU 4H).
/// </summary>
internal unsafe struct RecurrentBuffers
{
    public int B;
    public int H;
    public int GateStride;

    /// <summary>From the gates of a step to those of the next: B*GateStride, or 0 where they overwrite one
    /// another.</summary>
    public long GateStep;

    /// <summary>From c of a step to that of the next: B*H, or 0 where they overwrite one another.</summary>
    public long CellStep;

    /// <summary>[T, B, GateStride]: X*Wx before the loop, activations after Forward, gradients after
    /// Backward.</summary>
    public float* Gates;

    /// <summary>[GateStride]: the bias of each gate.</summary>
    public float* Bias;

    /// <summary>[T+1, B, H]: h, entry 0 the initial state (design decision D4).</summary>
    public float* Hidden;

    /// <summary>[T+1, B, H]: c of an LSTM; null for others.</summary>
    public float* Cell;

    /// <summary>[B, H]: the gradient of h that flows backwards in time.</summary>
    public float* DHidden;

    /// <summary>[B, H]: the gradient of c that flows backwards in time; null for others.</summary>
    public float* DCell;

    /// <summary>[T, B, H]: the gradient of the layer's output, not read past a row's length; null for
    /// zeros.</summary>
    public float* DOutput;

    /// <summary>[T, B, H]: where to keep the whole gradient of h of each step; null to drop it.</summary>
    public float* KeptDHidden;

    /// <summary>[B]: the steps that each row has; null when all have T.</summary>
    public int* Lengths;

    /// <summary>The recurrent weights, packed: [H, .] for Forward, their transpose for Backward.</summary>
    public float* Weights;

    /// <summary>The second part of the recurrent weights (GRU: those of n); null for others.</summary>
    public float* Weights2;

    /// <summary>The first columns of a row of gates that belong to X*Wx (GRU 3H of 4H).</summary>
    public int InputGates;

    /// <summary>I, the columns of Input and DInput.</summary>
    public int InputSize;

    /// <summary>[T, B, I]: x, when the loop itself does X*Wx; else null, and the gates hold that product
    /// already.</summary>
    public float* Input;

    /// <summary>Wx, packed, for Input.</summary>
    public float* InputWeights;

    /// <summary>[T, B]: x as indices of one-hot rows; null for others.</summary>
    public int* Indices;

    /// <summary>[V, InputGates]: Wx as it lies, for Indices.</summary>
    public float* Table;

    /// <summary>[T, B, I]: where the loop puts dX = dGates*Wx^T; null where somebody else does, or nobody.</summary>
    public float* DInput;

    /// <summary>Wx^T, packed, for DInput.</summary>
    public float* InputWeightsBack;

    /// <summary>Whether a step's product is done by one thread: others are busy with other rows, or it is
    /// small.</summary>
    public bool Alone;
}

/// <summary>
/// The pointwise half of a recurrent cell and its product with h: static members of a struct, so that the loop below
/// is compiled for each cell. A row is active while t is below its length. Forward and Backward are not inlined: the
/// loop around them would spend the JIT's inlining budget, and the vector operations would become calls.
/// </summary>
internal unsafe interface IRecurrentCell
{
    /// <summary>gates += h*Wh for rows of one step.</summary>
    static abstract void Multiply(in RecurrentBuffers x, int rows, float* h, float* gates);

    /// <summary>dh += dGates*Wh^T for rows of one step.</summary>
    static abstract void MultiplyBack(in RecurrentBuffers x, int rows, float* dGates, float* dh);

    /// <summary>One row: activations from pre-activations; the next h and c from h and c.</summary>
    static abstract void Forward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
        float* cNext)
        where TSimd : struct, ISimd<TSimd>;

    /// <summary>
    /// One row: gate gradients over the activations; dh, to which dOut is added unless it is null, becomes the part
    /// that passes by the gates (the products are added after), dc the gradient of the previous c.
    /// </summary>
    static abstract void Backward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
        float* cNext, float* dOut, float* dh, float* dc)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>
/// The time loop of a recurrent layer. Rows don't depend on one another, so each worker takes some rows through all
/// steps without a barrier (design decision D11), and h stays in its cache. With too few rows for that, the columns of
/// each step's product are shared out instead, and one thread runs the loop.
/// </summary>
internal static class RecurrentLoop
{
    private const int MostRows = 64;
    private const int FewestRows = 4;
    private const long SmallestShared = 1 << 18;
    private const long SmallestSharedStep = 1 << 17;

    /// <summary>
    /// Whether the rows are many enough for products with x to be done step by step, while the gates are in the cache,
    /// instead of for all steps at once. The bits are the same (D10).
    /// </summary>
    public static bool HasRowsForInput(int batch) => batch >= RowsForInput * Workers.Count;

    private const int RowsForInput = 16;

    /// <summary>Steps first .. first+count-1 of all rows, in this order or, backwards, in the opposite.</summary>
    public static void Run<TCell>(in RecurrentBuffers x, int first, int count, bool backward)
        where TCell : struct, IRecurrentCell
    {
        if (SimdWidth.Is512)
            Share<TCell, Simd512>(x, first, count, backward);
        else if (SimdWidth.Is256)
            Share<TCell, Simd256>(x, first, count, backward);
        else
            Share<TCell, Simd128>(x, first, count, backward);
    }

    private static void Share<TCell, TSimd>(in RecurrentBuffers x, int first, int count, bool backward)
        where TCell : struct, IRecurrentCell
        where TSimd : struct, ISimd<TSimd>
    {
        int shards = (x.B + MostRows - 1) / MostRows;
        bool small = (long)count * x.B * x.H * x.GateStride < SmallestShared;
        if (!small)
            shards = Math.Max(shards, Math.Min(Workers.Count, x.B / FewestRows));

        Job<TCell, TSimd> job = new() { X = x, First = first, Count = count, Shards = shards, Back = backward };
        job.X.Alone = shards > 1 || (long)x.B * x.H * x.GateStride < SmallestSharedStep;
        Workers.Run(ref job, shards, isSmall: small || shards == 1);
    }

    private unsafe struct Job<TCell, TSimd> : IJob
        where TCell : struct, IRecurrentCell
        where TSimd : struct, ISimd<TSimd>
    {
        public RecurrentBuffers X;
        public int First;
        public int Count;
        public int Shards;
        public bool Back;

        public readonly void Run(int shard)
        {
            int row = (int)((long)X.B * shard / Shards);
            int rows = (int)((long)X.B * (shard + 1) / Shards) - row;
            if (Back)
            {
                for (int t = First + Count - 1; t >= First; t--)
                    Backward(t, row, rows);
            }
            else
            {
                for (int t = First; t < First + Count; t++)
                    Forward(t, row, rows);
            }
        }

        private readonly void Forward(int t, int row, int rows)
        {
            long first = ((long)t * X.B) + row;
            float* h = X.Hidden + (first * X.H), hNext = h + ((long)X.B * X.H);
            float* c = X.Cell + (t * X.CellStep) + ((long)row * X.H), cNext = c + X.CellStep;
            float* gates = X.Gates + (t * X.GateStep) + ((long)row * X.GateStride);
            ProjectInput(first, rows, gates);
            TCell.Multiply(X, rows, h, gates);
            for (int b = 0; b < rows; b++, h += X.H, hNext += X.H, c += X.H, cNext += X.H, gates += X.GateStride)
            {
                if (X.Lengths == null || t < X.Lengths[row + b])
                {
                    TCell.Forward<TSimd>(X, gates, h, c, hNext, cNext);
                }
                else
                {
                    Copy(h, hNext, X.H);   // past its length a row holds its state
                    if (X.Cell != null)
                        Copy(c, cNext, X.H);
                }
            }
        }

        private readonly void Backward(int t, int row, int rows)
        {
            long at = (((long)t * X.B) + row) * X.H, next = at + ((long)X.B * X.H);
            float* gates = X.Gates + ((((long)t * X.B) + row) * X.GateStride);
            float* dh = X.DHidden + ((long)row * X.H);
            float* dc = X.DCell + ((long)row * X.H);
            float* firstGates = gates, firstDh = dh;
            for (int b = 0; b < rows; b++, at += X.H, next += X.H, gates += X.GateStride, dh += X.H, dc += X.H)
            {
                bool isActive = X.Lengths == null || t < X.Lengths[row + b];
                float* dOut = X.DOutput == null || !isActive ? null : X.DOutput + at;
                if (dOut != null && X.KeptDHidden != null)
                {
                    Add(dh, dOut, X.H);
                    dOut = null;
                }

                if (X.KeptDHidden != null)
                    Copy(dh, X.KeptDHidden + at, X.H);

                if (isActive)
                {
                    TCell.Backward<TSimd>(X, gates, X.Hidden + at, X.Cell + at, X.Hidden + next, X.Cell + next, dOut,
                        dh, dc);
                }
                else
                {
                    new Span<float>(gates, X.GateStride).Clear();   // the held state's gradient passes straight through
                }
            }

            TCell.MultiplyBack(X, rows, firstGates, firstDh);
            if (X.DInput != null)
            {
                Gemm.MultiplyStep(X.Alone, rows, X.InputSize, X.InputGates, firstGates, X.GateStride, X.InputWeightsBack,
                    X.DInput + ((((long)t * X.B) + row) * X.InputSize), X.InputSize, add: false);
            }
        }

        /// <summary>gates = X*Wx for rows of one step, where that is left to the loop.</summary>
        private readonly void ProjectInput(long at, int rows, float* gates)
        {
            if (X.Input != null)
            {
                Gemm.MultiplyStep(X.Alone, rows, X.InputGates, X.InputSize, X.Input + (at * X.InputSize), X.InputSize,
                    X.InputWeights, gates, X.GateStride, add: false);
            }
            else if (X.Indices != null)
            {
                for (int b = 0; b < rows; b++, gates += X.GateStride)
                    Copy(X.Table + ((long)X.Indices[at + b] * X.InputGates), gates, X.InputGates);
            }
        }

        private static void Copy(float* from, float* to, int count) =>
            new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));

        private static void Add(float* to, float* from, int count)
        {
            int j = 0;
            for (; j <= count - TSimd.Count; j += TSimd.Count)
                (TSimd.Load(to + j) + TSimd.Load(from + j)).Store(to + j);

            for (; j < count; j++)
                to[j] += from[j];
        }
    }
}
