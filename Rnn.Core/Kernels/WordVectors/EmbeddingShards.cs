using System;
using Rnn.Core.Buffers;
using Rnn.Core.Diagnostics;

namespace Rnn.Core.Kernels.WordVectors;

/// <summary>
/// Two tables [V, D] for learning word vectors: the input rows (the words' vectors) and the output rows (what the loss
/// multiplies them with). Both are split by columns into shards, each a table of its own, so that threads which work on
/// different shards never write to the same memory (design decisions D37, D41). The split is fixed at construction:
/// results depend on the number of shards, never on that of threads.
/// </summary>
public sealed unsafe class EmbeddingShards
{
    /// <summary>The most shards.</summary>
    public const int MaxShards = 64;

    private const int Line = AlignedBuffer.Alignment / sizeof(float);

    private readonly AlignedBuffer[] _input;
    private readonly AlignedBuffer[] _output;

    /// <summary>Tables of zeros.</summary>
    /// <param name="rows">V, more than 0.</param>
    /// <param name="dimensions">D, more than 0.</param>
    /// <param name="shards">1 to <see cref="MaxShards"/>, at most one for every 16 columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is outside its range, or a shard of V + 1 rows would exceed the 2^31 floats of an array: more shards
    /// hold more rows.
    /// </exception>
    public EmbeddingShards(int rows, int dimensions, int shards)
    {
        if (rows <= 0)
            Throw.NotPositive(nameof(rows), rows);

        if (dimensions <= 0)
            Throw.NotPositive(nameof(dimensions), dimensions);

        int most = MostShards(dimensions);
        if (shards < 1 || shards > most)
            Throw.OutOfRange(nameof(shards), shards, $"1 to {most} shards of {dimensions} dimensions");

        Rows = rows;
        Dimensions = dimensions;
        Shards = shards;
        long mostRows = ((Array.MaxLength - Line) / Width(shards - 1)) - 1;   // none is wider than the last
        if (rows > mostRows)
        {
            Throw.OutOfRange(nameof(rows), rows,
                $"at most {mostRows} with {dimensions} dimensions in {shards} shards; more shards hold more rows");
        }

        _input = new AlignedBuffer[shards];
        _output = new AlignedBuffer[shards];
        for (int s = 0; s < shards; s++)
        {
            long width = Width(s);
            _input[s] = new AlignedBuffer(rows * width);
            _output[s] = new AlignedBuffer((rows + 1) * width);   // the last row stays 0: it fills up groups
        }
    }

    /// <summary>V.</summary>
    public int Rows { get; }

    /// <summary>D.</summary>
    public int Dimensions { get; }

    /// <summary>Into how many tables the columns are split.</summary>
    public int Shards { get; }

    /// <summary>How many shards suit so many dimensions: 1 up to 16, then 2, and 4 from 512 on.</summary>
    /// <param name="dimensions">D.</param>
    public static int DefaultShards(int dimensions) => dimensions <= Line ? 1 : dimensions < 512 ? 2 : 4;

    /// <summary>Into how many shards so many dimensions can be split: one for every 16 columns begun.</summary>
    /// <param name="dimensions">D.</param>
    public static int MostShards(int dimensions) => Math.Min(MaxShards, ((dimensions - 1) / Line) + 1);

    /// <summary>Copies an input row.</summary>
    /// <param name="row">0 to V - 1.</param>
    /// <param name="destination">[D]. Overwritten.</param>
    /// <exception cref="ArgumentException">There is no such row, or the span is not [D].</exception>
    public void ReadInput(int row, Span<float> destination) => Read(_input, row, destination);

    /// <summary>Copies an output row.</summary>
    /// <param name="row">0 to V - 1.</param>
    /// <param name="destination">[D]. Overwritten.</param>
    /// <exception cref="ArgumentException">There is no such row, or the span is not [D].</exception>
    public void ReadOutput(int row, Span<float> destination) => Read(_output, row, destination);

    /// <summary>Sets an input row.</summary>
    /// <param name="row">0 to V - 1.</param>
    /// <param name="values">[D]. Read.</param>
    /// <exception cref="ArgumentException">There is no such row, or the span is not [D].</exception>
    public void WriteInput(int row, ReadOnlySpan<float> values) => Write(_input, row, values);

    /// <summary>Sets an output row.</summary>
    /// <param name="row">0 to V - 1.</param>
    /// <param name="values">[D]. Read.</param>
    /// <exception cref="ArgumentException">There is no such row, or the span is not [D].</exception>
    public void WriteOutput(int row, ReadOnlySpan<float> values) => Write(_output, row, values);

    /// <summary>
    /// Floats of a shard's row: whole cache lines, dealt as evenly as can be. D is filled up with zeros to such lines.
    /// </summary>
    internal int Width(int shard) => FirstColumn(shard + 1) - FirstColumn(shard);

    /// <summary>The input table of a shard [V, Width(shard)].</summary>
    internal float* Input(int shard) => _input[shard].Pointer;

    /// <summary>The output table of a shard [V + 1, Width(shard)]; its last row is 0.</summary>
    internal float* Output(int shard) => _output[shard].Pointer;

    private void Read(AlignedBuffer[] table, int row, Span<float> destination)
    {
        Check(row, destination.Length, nameof(destination));
        for (int s = 0; s < Shards; s++)
        {
            Span<float> part = destination[FirstColumn(s)..Math.Min(FirstColumn(s + 1), Dimensions)];
            Row(table, s, row)[..part.Length].CopyTo(part);
        }
    }

    private void Write(AlignedBuffer[] table, int row, ReadOnlySpan<float> values)
    {
        Check(row, values.Length, nameof(values));
        for (int s = 0; s < Shards; s++)
            values[FirstColumn(s)..Math.Min(FirstColumn(s + 1), Dimensions)].CopyTo(Row(table, s, row));
    }

    // The constructor sees to it that no place in a table exceeds an int.
    private Span<float> Row(AlignedBuffer[] table, int shard, int row) =>
        table[shard].Span.Slice(row * Width(shard), Width(shard));

    private int FirstColumn(int shard) => (int)((long)Lines * shard / Shards * Line);

    private int Lines => ((Dimensions - 1) / Line) + 1;

    private void Check(int row, int length, string what)
    {
        if ((uint)row >= (uint)Rows)
            Throw.IndexOutside(nameof(EmbeddingShards), nameof(row), row, Rows);

        if (length != Dimensions)
            Throw.SpanLength(nameof(EmbeddingShards), what, Dimensions, length);
    }
}
