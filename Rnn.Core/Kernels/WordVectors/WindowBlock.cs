using System;
using System.Threading;
using Rnn.Core.Buffers;

namespace Rnn.Core.Kernels.WordVectors;

/// <summary>Contexts of a window, or some of them: kept[First .. Last) without kept[Centre].</summary>
internal unsafe struct WindowPart
{
    /// <summary>[J], rows of the output table.</summary>
    public int* Targets;

    public int First;
    public int Last;
    public int Centre;
    public int Contexts;
}

/// <summary>Parts of windows that follow each other, whose gradients are taken at the same parameters.</summary>
internal unsafe struct WindowBatch
{
    /// <summary>[Count + Ahead]: the parts of the batch, and those of the same piece that follow.</summary>
    public WindowPart* Parts;

    /// <summary>The words of the piece, rows of the input table.</summary>
    public int* Kept;

    public int Count;
    public int Ahead;

    /// <summary>All parts' words are of kept[First .. Last).</summary>
    public int First;
    public int Last;

    /// <summary>Dot products of the batch.</summary>
    public int Dots;

    public float Rate;

    /// <summary>Whether it is one row with its targets, which are taken one after another.</summary>
    public bool InOrder;
}

/// <summary>
/// A block of text, cut into batches piece by piece as threads find the time to plan it: beside their steps, so that
/// the one whose shard is narrower plans more, and by threads that have no shard (D42).
/// </summary>
internal sealed unsafe class WindowBlock
{
    /// <summary>Most pieces of a block.</summary>
    public const int MaxPieces = 8;

    /// <summary>Most entries of a block.</summary>
    public const int Length = MaxPieces * WindowPiece.Length;

    private const int Line = 32;   // ints of two cache lines
    private const int Free = 0, Taken = 1, Planned = 2;

    private readonly WindowSettings _settings;
    private readonly WindowPiece[] _pieces = new WindowPiece[MaxPieces];
    private readonly PinnedArray<int> _entries = new(Length);
    private readonly float[] _rates = new float[MaxPieces + 1];
    private readonly PinnedArray<WindowPart> _parts;
    private readonly PinnedArray<WindowBatch> _batches;
    private readonly int[] _states = new int[(MaxPieces + 2) * Line];   // of the pieces, and _progress, apart
    private int _pieceCount;
    private int _cutCount;   // pieces cut into batches
    private int _partCount;
    private int _count;
    private int _isCutting;

    public WindowBlock(WindowSettings settings)
    {
        _settings = settings;
        _parts = new PinnedArray<WindowPart>(Length * settings.MostWindowParts);
        _batches = new PinnedArray<WindowBatch>(MostBatches(settings));
        for (int i = 0; i < MaxPieces; i++)
            _pieces[i] = new WindowPiece(settings);
    }

    /// <summary>How many batches there are by now, and whether there will be no more.</summary>
    public (int Count, bool IsWhole) Progress
    {
        get
        {
            int progress = Volatile.Read(ref State(MaxPieces));
            return (progress >> 1, (progress & 1) != 0);
        }
    }

    /// <summary>Rows that are multiplied with their window's targets: contexts, or their means.</summary>
    public long Pairs { get; private set; }

    /// <summary>[Count].</summary>
    public WindowBatch* Batches => _batches.Pointer;

    /// <summary>The most batches that a block can have, with the empty ones of texts in order.</summary>
    public static int MostBatches(WindowSettings settings) =>
        (Length * settings.MostWindowParts * (settings.MayBeInOrder ? 2 : 1)) + (settings.MayBeInOrder ? MaxPieces : 0);

    /// <summary>Begins a block, of which nothing is planned yet.</summary>
    /// <param name="entries">At most <see cref="Length"/>. Read.</param>
    /// <param name="epoch">Which run through the text.</param>
    /// <param name="position">The place of entries[0] in the text.</param>
    /// <param name="rates">The learning rate of each piece, where it begins, and of the last one's end, if known.
    /// Read.</param>
    public void Begin(ReadOnlySpan<int> entries, int epoch, long position, ReadOnlySpan<float> rates)
    {
        entries.CopyTo(new Span<int>(_entries.Pointer, Length));
        _pieceCount = (entries.Length + WindowPiece.Length - 1) / WindowPiece.Length;
        rates[.._pieceCount].CopyTo(_rates);
        if (_pieceCount > 0)
            _rates[_pieceCount] = rates[Math.Min(_pieceCount, rates.Length - 1)];

        for (int p = 0; p < _pieceCount; p++)
        {
            int first = p * WindowPiece.Length, length = Math.Min(WindowPiece.Length, entries.Length - first);
            _pieces[p].Begin(_entries.Pointer + first, length, epoch, position + first);
            State(p) = Free;
        }

        _cutCount = 0;
        _partCount = 0;
        _count = 0;
        Pairs = 0;
        Volatile.Write(ref State(MaxPieces), _pieceCount == 0 ? 1 : 0);
    }

    /// <summary>Plans a little of the first piece that nobody plans, or all of it. Any thread may.</summary>
    /// <returns>Whether there was one.</returns>
    public bool PlanSome(bool wholePiece)
    {
        for (int p = Volatile.Read(ref _cutCount); p < _pieceCount; p++)
        {
            if (Volatile.Read(ref State(p)) != Free || Interlocked.CompareExchange(ref State(p), Taken, Free) != Free)
                continue;

            bool isPlanned;
            do
            {
                isPlanned = _pieces[p].Continue();
            }
            while (wholePiece && !isPlanned);

            if (isPlanned)
                Finish(p);
            else
                Volatile.Write(ref State(p), Free);

            return true;
        }

        return false;
    }

    // Pieces become batches in their order, whichever is planned first.
    private void Finish(int piece)
    {
        while (Interlocked.CompareExchange(ref _isCutting, 1, 0) != 0)   // for microseconds; a Lock would allocate
            Thread.Yield();

        State(piece) = Planned;
        while (_cutCount < _pieceCount && State(_cutCount) == Planned)
        {
            if (_settings.IsInOrder(_rates[_cutCount]))
                CutInOrder(_pieces[_cutCount], _rates[_cutCount], _rates[_cutCount + 1]);
            else
                Cut(_pieces[_cutCount], _rates[_cutCount], _rates[_cutCount + 1]);

            Volatile.Write(ref _cutCount, _cutCount + 1);
            Volatile.Write(ref State(MaxPieces), (_count << 1) | (_cutCount == _pieceCount ? 1 : 0));
        }

        Volatile.Write(ref _isCutting, 0);
    }

    private void Cut(WindowPiece piece, float rate, float next)
    {
        Pairs += _settings.Average ? piece.Count : piece.Contexts;
        int mostDots = _settings.BatchDots(rate), mostContexts = _settings.PartContexts(mostDots);
        WindowPart* first = _parts.Pointer + _partCount, end = first;
        for (int i = 0; i < piece.Count; i++)
            end = Divide(piece.Windows[i], piece.Targets + ((long)i * _settings.Targets), mostContexts, end);

        _partCount += (int)(end - first);
        while (first < end)
        {
            WindowBatch batch = new() { Parts = first, Kept = piece.Kept, First = first->First, Rate = rate };
            if (_settings.HasLargeShare)
                batch.Rate = Rate(piece, first->Centre, rate, next);

            do
            {
                batch.Dots += Dots(*first);
                batch.First = Math.Min(batch.First, first->First);
                batch.Last = Math.Max(batch.Last, first->Last);
                batch.Count++;
                first++;
            }
            while (first < end && batch.Count < WindowSettings.MostParts && batch.Dots + Dots(*first) <= mostDots);

            batch.Ahead = (int)(end - first);
            Batches[_count++] = batch;
        }
    }

    /// <summary>
    /// Every row a batch of its own, and an empty one behind it: the products of a batch come before the update of the
    /// one before it, which is then nothing.
    /// </summary>
    private void CutInOrder(WindowPiece piece, float rate, float next)
    {
        Pairs += _settings.Average ? piece.Count : piece.Contexts;
        WindowPart* part = _parts.Pointer + _partCount;
        WindowBatch empty = new() { Parts = part, Kept = piece.Kept, Rate = rate };
        if (_count > 0)
            Batches[_count++] = empty;

        for (int i = 0; i < piece.Count; i++)
        {
            Window window = piece.Windows[i];
            int* targets = piece.Targets + ((long)i * _settings.Targets);
            WindowPart* end = Divide(window, targets, _settings.Average ? window.Contexts : 1, part);
            float ofWord = Rate(piece, window.Centre, rate, next);
            for (; part < end; part++)
            {
                Batches[_count++] = new()
                {
                    Parts = part,
                    Kept = piece.Kept,
                    Count = 1,
                    Ahead = (int)(end - part) - 1,
                    First = part->First,
                    Last = part->Last,
                    Dots = _settings.Targets,
                    Rate = ofWord,
                    InOrder = true,
                };
                Batches[_count++] = empty;
            }
        }

        _partCount = (int)(part - _parts.Pointer);
    }

    /// <summary>The rate goes from a piece's to that of the next from word to word: a word that is most of a short text
    /// would else end it with steps as large as its first.</summary>
    private static float Rate(WindowPiece piece, int word, float rate, float next) =>
        rate + ((next - rate) * piece.Place(word));

    private int Dots(WindowPart part) => (_settings.Average ? 1 : part.Contexts) * _settings.Targets;

    /// <summary>Appends a window's parts, of nearly equal numbers of contexts.</summary>
    private static WindowPart* Divide(Window window, int* targets, int mostContexts, WindowPart* to)
    {
        int contexts = window.Contexts, first = window.First;
        WindowPart part = new() { Targets = targets, Centre = window.Centre };
        if (contexts <= mostContexts)
        {
            part.First = first;
            part.Last = window.Last;
            part.Contexts = contexts;
            *to = part;
            return to + 1;
        }

        int parts = (contexts + mostContexts - 1) / mostContexts, before = 0;
        for (int i = 1; i <= parts; i++, to++)
        {
            int end = contexts * i / parts;          // contexts up to here
            int last = window.First + end;
            last += last > window.Centre ? 1 : 0;    // the centre is none of them
            part.First = first;
            part.Last = last;
            part.Contexts = end - before;
            *to = part;
            (first, before) = (last, end);
        }

        return to;
    }

    private ref int State(int place) => ref _states[(place + 1) * Line];
}
