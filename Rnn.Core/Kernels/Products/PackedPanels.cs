namespace Rnn.Core.Kernels.Products;

/// <summary>Where the panels of a packed matrix lie, and in which numbers.</summary>
/// <param name="start">The first panel; it stays where it is.</param>
/// <param name="precision">Its numbers.</param>
internal readonly unsafe struct PackedPanels(float* start, WeightPrecision precision)
{
    private readonly float* _start = start;
    private readonly WeightPrecision _precision = precision;

    /// <summary>Whether two numbers share the place of one: see <see cref="BFloat16Pairs"/>.</summary>
    public bool AreBFloat16 => _precision == WeightPrecision.BFloat16;

    /// <summary>Panels of floats.</summary>
    public static PackedPanels OfFloats(float* start) => new(start, WeightPrecision.Full);

    /// <summary>Columns of a block of k that lie there for N of them: whole panels, and where two numbers share a place
    /// whole groups of <see cref="MicroKernel.RowPanels"/>, so that one row never needs a tile.</summary>
    public static int PaddedColumns(int n, WeightPrecision precision)
    {
        int group = precision == WeightPrecision.BFloat16 ? MicroKernel.RowPanels * MicroKernel.Columns : MicroKernel.Columns;
        return (n + group - 1) / group * group;
    }

    /// <summary>The same of these panels.</summary>
    public int PaddedColumns(int n) => PaddedColumns(n, _precision);

    /// <summary>What begins after so many numbers.</summary>
    /// <param name="numbers">Those of whole rows of panels, an even number.</param>
    public float* At(long numbers) => _start + Floats(numbers);

    /// <summary>The memory of so many numbers, counted in floats.</summary>
    public long Floats(long numbers) => AreBFloat16 ? numbers / 2 : numbers;
}
