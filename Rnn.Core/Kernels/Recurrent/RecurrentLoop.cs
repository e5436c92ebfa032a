using System;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Recurrent;

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
/// steps without a barrier (design decision D11), and h stays in its cache; who is first takes over rows of others
/// (D119). With too few rows for that, the columns of each step's product are shared out instead, and one thread runs
/// the loop.
/// </summary>
internal static unsafe class RecurrentLoop
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
        int shards = (x.B + MostRows - 1) / MostRows;
        bool small = (long)count * x.B * x.H * x.GateStride < SmallestShared;
        if (!small)
            shards = Math.Max(shards, Math.Min(Workers.Count, x.B / FewestRows));

        RowShares.Slot* slots = stackalloc RowShares.Slot[Math.Min(shards, RowShares.MostSlots)];
        RowShares shares = new(slots, shards, x.B, count);
        Job<TCell> job = new()
        {
            X = x,
            First = first,
            Count = count,
            Back = backward,
            Shares = &shares,
        };
        job.X.Alone = shards > 1 || (long)x.B * x.H * x.GateStride < SmallestSharedStep;
        Workers.Run(ref job, shards, isSmall: small || shards == 1);
    }

    private struct Job<TCell> : IJob, ISimdJob
        where TCell : struct, IRecurrentCell
    {
        public RecurrentBuffers X;
        public int First;
        public int Count;
        public bool Back;
        public RowShares* Shares;

        public readonly void Run(int shard) => SimdWidth.Run(this, shard);

        public readonly void Run<TSimd>(int shard)
            where TSimd : struct, ISimd<TSimd>
        {
            RowRange range = Shares->Begin(shard);
            try
            {
                do
                    Steps<TSimd>(ref range);
                while (Shares->Next(shard, ref range));
            }
            catch
            {
                Shares->Fail();
                throw;
            }
        }

        private readonly void Steps<TSimd>(ref RowRange range)
            where TSimd : struct, ISimd<TSimd>
        {
            for (; range.Step < Count; range.Step++)
            {
                Shares->Divide(ref range);
                if (Back)
                    Backward<TSimd>(First + Count - 1 - range.Step, range.Row, range.Rows);
                else
                    Forward<TSimd>(First + range.Step, range.Row, range.Rows);
            }
        }

        private readonly void Forward<TSimd>(int t, int row, int rows)
            where TSimd : struct, ISimd<TSimd>
        {
            long first = ((long)t * X.B) + row;
            float* h = X.Hidden + (first * X.H), hNext = h + ((long)X.B * X.H);
            float* c = X.Cell + (t * X.CellStep) + ((long)row * X.H), cNext = c + X.CellStep;
            float* gates = X.Gates + (t * X.GateStep) + ((long)row * X.GateStride);
            ProjectInput(first, rows, gates);
            float* read = X.Mask == null ? h : MaskedRows<TSimd>(t, row, rows, h);
            if (X.Product == null)
                TCell.Multiply(X, rows, read, gates);
            else
                MultiplyNormalized<TSimd>(t, row, rows, read, gates);

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

        private readonly void Backward<TSimd>(int t, int row, int rows)
            where TSimd : struct, ISimd<TSimd>
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
                    Add<TSimd>(dh, dOut, X.H);
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
                    if (X.CellHat != null)
                    {
                        new Span<float>(X.CellHat + next, X.H).Clear();
                        new Span<float>(X.DCellHat + next, X.H).Clear();
                    }
                }
            }

            float* dRead = X.Mask == null ? firstDh : X.DMasked + ((long)row * X.H);
            if (X.Mask != null)
                new Span<float>(dRead, rows * X.H).Clear();

            if (X.Product == null)
                TCell.MultiplyBack(X, rows, firstGates, dRead);
            else
                MultiplyNormalizedBack<TSimd>(t, row, rows, firstGates, dRead);

            if (X.Mask != null)
                LayerNormKernel.Scale<TSimd>(dRead, X.Mask + ((long)row * X.H), firstDh, rows * X.H, add: true);

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

        /// <summary>h*mask for rows of one step, as Wh reads it.</summary>
        private readonly float* MaskedRows<TSimd>(int t, int row, int rows, float* h)
            where TSimd : struct, ISimd<TSimd>
        {
            float* mask = X.Mask + ((long)row * X.H), masked = X.Masked + (t * X.MaskedStep) + ((long)row * X.H);
            LayerNormKernel.Scale<TSimd>(h, mask, masked, rows * X.H, add: false);
            return masked;
        }

        /// <summary>gates += gain*normalised(h*Wh) for rows of one step; the columns kept apart are overwritten.</summary>
        private readonly void MultiplyNormalized<TSimd>(int t, int row, int rows, float* h, float* gates)
            where TSimd : struct, ISimd<TSimd>
        {
            int size = X.ProductSize, main = size - X.ApartSize;
            float* product = X.Product + (t * X.ProductStep) + ((long)row * size);
            float* scales = X.ProductScales + (t * X.ProductStep / size * 2) + (row * 2L);
            Gemm.MultiplyStep(X.Alone, rows, size, X.H, h, X.H, X.Weights, product, size, add: false);
            for (int b = 0; b < rows; b++, product += size, scales += 2, gates += X.GateStride)
            {
                scales[0] = LayerNormKernel.Forward<TSimd>(product, main);
                LayerNormKernel.Scale<TSimd>(product, X.ProductGain, gates, main, add: true);
                if (X.ApartSize == 0)
                    continue;

                scales[1] = LayerNormKernel.Forward<TSimd>(product + main, X.ApartSize);
                LayerNormKernel.Scale<TSimd>(product + main, X.ProductGain + main, gates + size, X.ApartSize, add: false);
            }
        }

        /// <summary>dh += the gradient of h in normalised(h*Wh), which is kept for that of Wh.</summary>
        private readonly void MultiplyNormalizedBack<TSimd>(int t, int row, int rows, float* dGates, float* dh)
            where TSimd : struct, ISimd<TSimd>
        {
            int size = X.ProductSize, main = size - X.ApartSize;
            long at = (((long)t * X.B) + row) * size;
            float* product = X.Product + at, dProduct = X.DProduct + at;
            float* scales = X.ProductScales + (((long)t * X.B) + row) * 2;
            for (int b = 0; b < rows; b++, product += size, dProduct += size, scales += 2, dGates += X.GateStride)
            {
                LayerNormKernel.Backward<TSimd>(dGates, X.ProductGain, product, scales[0], dProduct, main);
                if (X.ApartSize > 0)
                {
                    LayerNormKernel.Backward<TSimd>(dGates + size, X.ProductGain + main, product + main, scales[1],
                        dProduct + main, X.ApartSize);
                }
            }

            Gemm.MultiplyStep(X.Alone, rows, X.H, size, X.DProduct + at, size, X.Weights, dh, X.H, add: true);
        }

        private static void Copy(float* from, float* to, int count) =>
            new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));

        private static void Add<TSimd>(float* to, float* from, int count)
            where TSimd : struct, ISimd<TSimd>
        {
            int j = 0;
            for (; j <= count - TSimd.Count; j += TSimd.Count)
                (TSimd.Load(to + j) + TSimd.Load(from + j)).Store(to + j);

            for (; j < count; j++)
                to[j] += from[j];
        }
    }
}
