using System;
using Rnn.Core.Buffers;

namespace Rnn.Core.Kernels;

/// <summary>Windows that follow each other, whose gradients are taken at the same parameters.</summary>
internal unsafe struct WindowBatch
{
    /// <summary>[Count + Ahead]: the windows of the batch, and those of the same piece that follow.</summary>
    public Window* Windows;

    /// <summary>[Count + Ahead, J], rows of the output table.</summary>
    public int* Targets;

    /// <summary>The words of the piece, rows of the input table.</summary>
    public int* Kept;

    public int Count;
    public int Ahead;

    /// <summary>Dot products of the batch.</summary>
    public int Dots;

    public float Rate;
}

/// <summary>A block of text, planned by all threads and cut into batches.</summary>
internal sealed unsafe class WindowBlock
{
    /// <summary>Most pieces of a block.</summary>
    public const int MaxPieces = 8;

    /// <summary>Most entries of a block.</summary>
    public const int Length = MaxPieces * WindowPiece.Length;

    private readonly WindowSettings _settings;
    private readonly WindowPiece[] _pieces = new WindowPiece[MaxPieces];
    private readonly int[] _entries = new int[Length];
    private readonly PinnedArray<WindowBatch> _batches;
    private readonly Action<int> _plan;
    private int _length;
    private int _epoch;
    private long _position;

    public WindowBlock(WindowSettings settings)
    {
        _settings = settings;
        _batches = new PinnedArray<WindowBatch>(MostBatches(settings));
        for (int i = 0; i < MaxPieces; i++)
            _pieces[i] = new WindowPiece(settings);

        _plan = PlanPiece;
    }

    /// <summary>How many batches there are.</summary>
    public int Count { get; private set; }

    /// <summary>Rows that are multiplied with their window's targets: contexts, or their means.</summary>
    public long Pairs { get; private set; }

    /// <summary>[Count].</summary>
    public WindowBatch* Batches => _batches.Pointer;

    /// <summary>The most batches that a block can have.</summary>
    public static int MostBatches(WindowSettings settings) =>
        MaxPieces * ((WindowPiece.Length + settings.BatchLength - 1) / settings.BatchLength);

    /// <summary>Plans a block.</summary>
    /// <param name="entries">At most <see cref="Length"/>. Read.</param>
    /// <param name="epoch">Which run through the text.</param>
    /// <param name="position">The place of entries[0] in the text.</param>
    /// <param name="rates">The learning rate of each piece. Read.</param>
    public void Make(ReadOnlySpan<int> entries, int epoch, long position, ReadOnlySpan<float> rates)
    {
        entries.CopyTo(_entries);
        _length = entries.Length;
        _epoch = epoch;
        _position = position;
        int pieces = (entries.Length + WindowPiece.Length - 1) / WindowPiece.Length;
        Workers.For(pieces, _plan);

        Count = 0;
        Pairs = 0;
        for (int p = 0; p < pieces; p++)
            Cut(_pieces[p], rates[p]);
    }

    private void PlanPiece(int piece)
    {
        int first = piece * WindowPiece.Length, count = Math.Min(WindowPiece.Length, _length - first);
        _pieces[piece].Plan(_entries.AsSpan(first, count), _epoch, _position + first);
    }

    private void Cut(WindowPiece piece, float rate)
    {
        int length = _settings.BatchLength;
        for (int first = 0; first < piece.Count; first += length)
        {
            int count = Math.Min(length, piece.Count - first), rows = 0;
            for (int i = 0; i < count; i++)
                rows += _settings.Average ? 1 : piece.Windows[first + i].Contexts;

            Pairs += rows;
            Batches[Count++] = new WindowBatch
            {
                Windows = piece.Windows + first,
                Targets = piece.Targets + ((long)first * _settings.Targets),
                Kept = piece.Kept,
                Count = count,
                Ahead = piece.Count - first - count,
                Dots = rows * _settings.Targets,
                Rate = rate,
            };
        }
    }
}
