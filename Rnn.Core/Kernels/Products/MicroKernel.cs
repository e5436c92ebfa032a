using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Products;

/// <summary>A number of rows as a type, so that the compiler can specialise a tile for it.</summary>
internal interface IRows
{
    static abstract int Count { get; }
}

/// <summary>How the rows of A lie in their packed tile: constants to the compiler once the rows are known.</summary>
internal interface IPackLayout
{
    /// <summary>From element (i, p) to (i+1, p).</summary>
    static abstract int RowStride(int rows);

    /// <summary>From element (i, p) to (i, p+1) within a block of <see cref="RowBlockLayout.Depth"/>.</summary>
    static abstract int DepthStride(int rows);

    /// <summary>What to add after a block of <see cref="RowBlockLayout.Depth"/> steps.</summary>
    static abstract int BlockJump(int rows);
}

/// <summary>[block of 16 in k][row][16]: packed by copying whole cache lines of a row-major A.</summary>
internal readonly struct RowBlockLayout : IPackLayout
{
    public const int Depth = 16;

    public static int RowStride(int rows) => Depth;

    public static int DepthStride(int rows) => 1;

    public static int BlockJump(int rows) => (rows - 1) * Depth;
}

/// <summary>[k][8 or 16, of which the rows are the first]: packed by copying runs of a transposed (column-major)
/// A.</summary>
internal readonly struct ColumnLayout : IPackLayout
{
    public static int RowStride(int rows) => 1;

    public static int DepthStride(int rows) => rows > 8 ? 16 : 8;

    public static int BlockJump(int rows) => 0;
}

/// <summary>In which numbers a packed panel holds its weights: a constant to the compiler.</summary>
internal interface IPackedNumbers
{
    static abstract bool AreBFloat16 { get; }

    /// <summary>The memory of so many weights, counted in floats.</summary>
    static abstract int Floats(int weights);
}

/// <summary>As they are.</summary>
internal readonly struct FloatNumbers : IPackedNumbers
{
    public static bool AreBFloat16 => false;

    public static int Floats(int weights) => weights;
}

/// <summary>Two in the place of one: see <see cref="BFloat16Pairs"/>.</summary>
internal readonly struct BFloat16Numbers : IPackedNumbers
{
    public static bool AreBFloat16 => true;

    public static int Floats(int weights) => weights / 2;
}

/// <summary>A register tile of Gemm.</summary>
internal unsafe interface IMicroKernel
{
    static abstract void Run<TRows, TLayout>(int k, float* a, float* b, int bStep, float* next, int nextStep, float* c,
        int ldc, bool add)
        where TRows : struct, IRows
        where TLayout : struct, IPackLayout;

    static abstract void RunRow<TNumbers>(int k, float* a, float* b, long panelStep, float* c, bool add)
        where TNumbers : struct, IPackedNumbers;
}

/// <summary>
/// The micro-kernel of the widest vectors that this processor multiplies and adds at full speed. A tile is written for
/// its width, not generic in it: this is the table of their numbers and function pointers, which no
/// <see cref="ISimdJob"/> could return, and constants to the JIT.
/// </summary>
internal static unsafe class MicroKernel
{
    /// <summary>The panels that <see cref="Row"/> takes at a time.</summary>
    public const int RowPanels = 4;

    /// <summary>Columns of a tile and of a packed panel of B.</summary>
    public static readonly int Columns =
        SimdWidth.Is512 ? MicroKernel512.Columns :
        SimdWidth.Is256 ? MicroKernel256.Columns : MicroKernel128.Columns;

    /// <summary>Columns of the tiles of <see cref="MicroKernel256"/> where those are half as wide, else 0.</summary>
    public static int NarrowColumns => SimdWidth.Is512 ? MicroKernel256.Columns : 0;

    /// <summary>Most rows of a tile.</summary>
    public static readonly int MaxRows =
        SimdWidth.Is512 ? MicroKernel512.MaxRows :
        SimdWidth.Is256 ? MicroKernel256.MaxRows : MicroKernel128.MaxRows;

    /// <summary>One row times <see cref="RowPanels"/> panels.</summary>
    public static delegate*<int, float*, float*, long, float*, bool, void> Row<TNumbers>()
        where TNumbers : struct, IPackedNumbers =>
        SimdWidth.Is512 ? &MicroKernel512.RunRow<TNumbers> :
        SimdWidth.Is256 ? &MicroKernel256.RunRow<TNumbers> : &MicroKernel128.RunRow<TNumbers>;

    /// <summary>Asks for a tile of C while it is being computed: adding to it, or writing it, then finds it in the
    /// cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* c, int ldc, int rows, int cols)
    {
        if (Sse.IsSupported)
        {
            for (int i = 0; i < rows; i++, c += ldc)
            {
                Sse.Prefetch0(c);
                if (cols > 16)
                    Sse.Prefetch0(c + 16);   // rows that don't begin with a cache line reach over three

                Sse.Prefetch0(c + cols - 1);
            }
        }
    }

    /// <summary>
    /// How many floats a tile comes forward in the next panel with each step, if so many tiles ask for a part of it each
    /// (D34). A row of a panel can be two cache lines: a tile that is alone asks for the first, and leaves the second to
    /// the processor, which fetches lines in pairs.
    /// </summary>
    /// <param name="row">Floats of a row of that panel; 0 if there is none.</param>
    /// <param name="tiles">Tiles of this panel.</param>
    public static int NextStep(int row, int tiles) => (row + tiles - 1) / tiles;

    /// <summary>Asks for a cache line of the next panel of B, into the second-level cache: a panel is larger than the
    /// first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchPanel(float* b)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(b);
    }

    /// <summary>The kernels for 1 .. MaxRows rows, by number of rows.</summary>
    public static delegate*<int, float*, float*, int, float*, int, float*, int, bool, void>* For(bool columnLayout) =>
        SimdWidth.Is512 ? MicroKernel512.For(columnLayout) :
        SimdWidth.Is256 ? MicroKernel256.For(columnLayout) : MicroKernel128.For(columnLayout);
}

/// <summary>Builds the table of one tile's specialisations.</summary>
internal static unsafe class MicroKernelTable
{
    /// <summary>Entry r is the kernel for r rows; entry 0 is null.</summary>
    public static delegate*<int, float*, float*, int, float*, int, float*, int, bool, void>* Build<TKernel, TLayout>(
        int maxRows)
        where TKernel : IMicroKernel
        where TLayout : struct, IPackLayout
    {
        var table = (delegate*<int, float*, float*, int, float*, int, float*, int, bool, void>*)
            RuntimeHelpers.AllocateTypeAssociatedMemory(typeof(TKernel), (maxRows + 1) * sizeof(nint));
        table[1] = &TKernel.Run<Rows1, TLayout>;
        table[2] = &TKernel.Run<Rows2, TLayout>;
        table[3] = &TKernel.Run<Rows3, TLayout>;
        table[4] = &TKernel.Run<Rows4, TLayout>;
        table[5] = &TKernel.Run<Rows5, TLayout>;
        table[6] = &TKernel.Run<Rows6, TLayout>;
        if (maxRows > 6)
        {
            table[7] = &TKernel.Run<Rows7, TLayout>;
            table[8] = &TKernel.Run<Rows8, TLayout>;
            table[9] = &TKernel.Run<Rows9, TLayout>;
            table[10] = &TKernel.Run<Rows10, TLayout>;
            table[11] = &TKernel.Run<Rows11, TLayout>;
            table[12] = &TKernel.Run<Rows12, TLayout>;
            table[13] = &TKernel.Run<Rows13, TLayout>;
            table[14] = &TKernel.Run<Rows14, TLayout>;
        }

        return table;
    }

    private readonly struct Rows1 : IRows
    {
        public static int Count => 1;
    }

    private readonly struct Rows2 : IRows
    {
        public static int Count => 2;
    }

    private readonly struct Rows3 : IRows
    {
        public static int Count => 3;
    }

    private readonly struct Rows4 : IRows
    {
        public static int Count => 4;
    }

    private readonly struct Rows5 : IRows
    {
        public static int Count => 5;
    }

    private readonly struct Rows6 : IRows
    {
        public static int Count => 6;
    }

    private readonly struct Rows7 : IRows
    {
        public static int Count => 7;
    }

    private readonly struct Rows8 : IRows
    {
        public static int Count => 8;
    }

    private readonly struct Rows9 : IRows
    {
        public static int Count => 9;
    }

    private readonly struct Rows10 : IRows
    {
        public static int Count => 10;
    }

    private readonly struct Rows11 : IRows
    {
        public static int Count => 11;
    }

    private readonly struct Rows12 : IRows
    {
        public static int Count => 12;
    }

    private readonly struct Rows13 : IRows
    {
        public static int Count => 13;
    }

    private readonly struct Rows14 : IRows
    {
        public static int Count => 14;
    }
}
