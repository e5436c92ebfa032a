using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Transformer;

/// <summary>
/// What stands between two branches of a Transformer, in one pass over memory: s = residual + dropout(a + bias), and
/// y = gain*xHat + shift with xHat = (s - mean)/sqrt(variance + epsilon). Some rows at a time go through all of it
/// while they are in the first-level cache. A row's bits depend on that row alone.
/// </summary>
internal static unsafe class ResidualNormKernel
{
    private const int FloatsPerChunk = 4096;
    private const long SmallestShared = 1 << 15;

    /// <summary>Sum, xHat (in A's place), Scales and Y of all rows.</summary>
    public static void Forward(in ResidualNormRows x) => Run(x, default, default, add: false);

    /// <summary>
    /// Backward of Forward: dSum = gradient of s by way of y, added to what dSum holds where asked for; where there is
    /// no norm dSum stays. A, which holds xHat, becomes the gradient of a: dropout's of dSum.
    /// </summary>
    /// <param name="x">As in Forward; A, Gain, Scales, Columns, HasBranch and Dropout are read.</param>
    /// <param name="dY">[N, C]; may be dSum where that is overwritten. Read.</param>
    /// <param name="dSum">[N, C]. Overwritten or added to.</param>
    /// <param name="add">Whether dSum holds the gradient of s by other ways.</param>
    public static void Backward(in ResidualNormRows x, ReadOnlySpan<float> dY, Span<float> dSum, bool add) =>
        Run(x, dY, dSum, add);

    private static void Run(in ResidualNormRows x, ReadOnlySpan<float> dY, Span<float> dSum, bool add)
    {
        bool back = !dSum.IsEmpty;
        int length = back ? dSum.Length : x.Residual.Length;
        if (length == 0)
            return;

        fixed (float* a = x.A, bias = x.Bias, residual = x.Residual, gain = x.Gain, shift = x.Shift, sum = x.Sum, y = x.Y,
            scales = x.Scales, d = dY, ds = dSum)
        {
            Job job = new()
            {
                A = a,
                Bias = bias,
                Residual = residual,
                Gain = gain,
                Shift = shift,
                Sum = sum,
                Y = y,
                Scales = scales,
                DY = d,
                DSum = ds,
                Add = add,
                HasBranch = x.HasBranch,
                Columns = x.Columns,
                Rows = length / x.Columns,
                Dropout = x.Dropout,
                RowsPerChunk = Math.Max(1, FloatsPerChunk / x.Columns),
            };
            Workers.Run(ref job, (job.Rows + job.RowsPerChunk - 1) / job.RowsPerChunk, isSmall: length < SmallestShared);
        }
    }

    private static void Add<TSimd>(float* x, float* y, float* sum, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int j = 0; j < n; j += TSimd.Count)
            Part.Store(Part.Load<TSimd>(x + j, n - j) + Part.Load<TSimd>(y + j, n - j), sum + j, n - j);
    }

    private static void Affine<TSimd>(float* xHat, float* gain, float* shift, float* y, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int j = 0; j < n; j += TSimd.Count)
        {
            TSimd value = TSimd.MultiplyAdd(Part.Load<TSimd>(xHat + j, n - j), Part.Load<TSimd>(gain + j, n - j),
                Part.Load<TSimd>(shift + j, n - j));
            Part.Store(value, y + j, n - j);
        }
    }

    private struct Job : IJob, ISimdJob
    {
        public float* A, Bias, Residual, Gain, Shift, Sum, Y, Scales, DY, DSum;
        public bool Add, HasBranch;
        public int Columns, Rows, RowsPerChunk;
        public DropoutDraw Dropout;

        public readonly void Run(int chunk) => SimdWidth.Run(this, chunk);

        public readonly void Run<TSimd>(int chunk)
            where TSimd : struct, ISimd<TSimd>
        {
            int row = chunk * RowsPerChunk, rows = Math.Min(RowsPerChunk, Rows - row);
            if (DSum != null)
                Backward<TSimd>(row, rows);
            else
                Forward<TSimd>(row, rows);
        }

        private readonly void Forward<TSimd>(int row, int rows)
            where TSimd : struct, ISimd<TSimd>
        {
            int n = Columns;
            long first = (long)row * n;
            for (int i = 0; i < rows && HasBranch && Bias != null; i++)
            {
                float* a = A + first + ((long)i * n);
                Add<TSimd>(a, Bias, a, n);
            }

            if (HasBranch)
                Dropout.Apply(A + first, rows * n, first);

            for (int i = 0; i < rows; i++)
            {
                long at = first + ((long)i * n);
                float* s = Gain != null ? A + at : Sum + at;
                if (HasBranch)
                    Add<TSimd>(A + at, Residual + at, s, n);
                else
                    new ReadOnlySpan<float>(Residual + at, n).CopyTo(new Span<float>(s, n));

                if (Gain == null)
                    continue;

                if (Sum != null)
                    new ReadOnlySpan<float>(s, n).CopyTo(new Span<float>(Sum + at, n));

                Scales[row + i] = LayerNormKernel.Forward<TSimd>(s, n);
                Affine<TSimd>(s, Gain, Shift, Y + at, n);
            }
        }

        private readonly void Backward<TSimd>(int row, int rows)
            where TSimd : struct, ISimd<TSimd>
        {
            int n = Columns;
            long first = (long)row * n;
            for (int i = 0; i < rows && Gain != null; i++)
            {
                long at = first + ((long)i * n);
                LayerNormKernel.Backward<TSimd>(DY + at, Gain, A + at, Scales[row + i], DSum + at, n, Add);
            }

            if (!HasBranch)
                return;

            if (Dropout.IsActive)
                Dropout.Apply(DSum + first, A + first, rows * n, first);
            else
                new ReadOnlySpan<float>(DSum + first, rows * n).CopyTo(new Span<float>(A + first, rows * n));
        }
    }
}

/// <summary>The rows of one <see cref="ResidualNormKernel"/> pass. N rows of C columns, contiguous.</summary>
internal ref struct ResidualNormRows
{
    /// <summary>C.</summary>
    public int Columns;

    /// <summary>Whether there is a branch whose output is added; else Residual alone is normalised.</summary>
    public bool HasBranch;

    /// <summary>[N, C]: the branch's output, which becomes xHat. Without a branch, room for xHat.</summary>
    public Span<float> A;

    /// <summary>[C], or empty.</summary>
    public ReadOnlySpan<float> Bias;

    /// <summary>[N, C].</summary>
    public ReadOnlySpan<float> Residual;

    /// <summary>[C]; empty where nothing is normalised: then Sum is all there is.</summary>
    public ReadOnlySpan<float> Gain;

    /// <summary>[C].</summary>
    public ReadOnlySpan<float> Shift;

    /// <summary>[N, C], may be Residual; empty if it is not wanted.</summary>
    public Span<float> Sum;

    /// <summary>[N, C].</summary>
    public Span<float> Y;

    /// <summary>[N].</summary>
    public Span<float> Scales;

    /// <summary>Of the branch.</summary>
    public DropoutDraw Dropout;
}
