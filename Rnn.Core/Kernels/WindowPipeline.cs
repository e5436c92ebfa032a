using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using Rnn.Core.Buffers;

namespace Rnn.Core.Kernels;

/// <summary>
/// Trains on a block, every shard on its own columns. For each batch a shard multiplies (partial dot products), and
/// when all shards have, it sums the parts in order and updates. It multiplies batch b + 1 before it updates for batch
/// b, so that nobody waits for a shard that is a little behind. The order of a shard's steps is fixed, whoever does
/// them: the bits are the same for any number of threads, and nobody waits for a thread that never came.
/// </summary>
internal sealed unsafe class WindowPipeline
{
    /// <summary>Batches whose dot products are kept: so many may be under way, see CanStep.</summary>
    private const int Slots = 4;

    private const int Line = 32;               // ints of two cache lines
    private const int SpinsBeforeYield = 100;
    private const int SpinsBeforeTaking = 2000;

    private readonly EmbeddingShards _tables;
    private readonly WindowBlock _block;
    private readonly int _mostDots;            // of a batch, whole cache lines
    private readonly AlignedBuffer _dots;      // [slots, shards, mostDots]
    private readonly AlignedBuffer _signs;     // [mostDots]
    private readonly AlignedBuffer _scratch;   // of all shards
    private readonly nint[] _rows;             // addresses, of all shards
    private readonly WindowShard[] _shards;
    private readonly AlignedBuffer _factors;   // [threads, mostDots]; at most a thread a shard
    private readonly double[] _losses;         // of the batches
    private readonly int[] _state;             // [shards, Line]: see the places below
    private readonly Action<int> _work;
    private int _threads;

    // Places in a shard's line of _state.
    private const int Multiplied = 0, Updated = 1, Owner = 2, Home = 3;

    public WindowPipeline(EmbeddingShards tables, WindowSettings settings, WindowBlock block)
    {
        _tables = tables;
        _block = block;
        int shards = tables.Shards, width = tables.Width, contexts = settings.MostContexts;
        int length = settings.BatchLength;
        _losses = new double[WindowBlock.MostBatches(settings)];
        _mostDots = ((length * contexts * settings.Targets) + 15) / 16 * 16;
        _dots = new AlignedBuffer((long)Slots * shards * _mostDots);
        _factors = new AlignedBuffer((long)shards * _mostDots);
        _signs = new AlignedBuffer(_mostDots);
        for (int i = 0; i < _mostDots; i++)
        {
            int target = i % settings.Targets;
            _signs.Span[i] = target == 0 ? 1 : target <= settings.Negatives ? -1 : 0;
        }

        long means = settings.Average ? (long)Slots * length * width : 0;
        long gradients = (long)contexts * width;
        int addresses = (2 * settings.Reach) + settings.Targets + 16;
        _scratch = new AlignedBuffer(shards * (means + gradients));
        _rows = GC.AllocateArray<nint>(shards * addresses, pinned: true);
        _shards = GC.AllocateArray<WindowShard>(shards, pinned: true);
        for (int s = 0; s < shards; s++)
        {
            float* scratch = _scratch.Pointer + (s * (means + gradients));
            _shards[s] = new WindowShard
            {
                Input = tables.Input(s),
                Output = tables.Output(s),
                Width = width,
                Targets = settings.Targets,
                Average = settings.Average,
                BatchLength = length,
                Means = scratch + gradients,
                Scratch = scratch,
                Rows = (float**)((nint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_rows))
                    + ((long)s * addresses)),
            };
        }

        _state = new int[(shards + 1) * Line];
        _work = Work;
    }

    /// <summary>Trains on the block as planned.</summary>
    /// <returns>The sum of the losses.</returns>
    public double Run()
    {
        int shards = _tables.Shards;
        _threads = Math.Min(Workers.Count, shards);
        for (int s = 0; s < shards; s++)
        {
            _state.AsSpan((s + 1) * Line, 4).Clear();
            State(s, Home) = s * _threads / shards;
        }

        Workers.For(_threads, _work);
        double sum = 0;
        for (int b = 0; b < _block.Count; b++)
            sum += _losses[b];

        GC.KeepAlive(_tables);
        return sum;
    }

    private void Work(int thread)
    {
        if (SimdWidth.Is512)
            Work<Simd512>(thread);
        else if (SimdWidth.Is256)
            Work<Simd256>(thread);
        else
            Work<Simd128>(thread);
    }

    private void Work<TSimd>(int thread)
        where TSimd : struct, ISimd<TSimd>
    {
        int shards = _tables.Shards, batches = _block.Count;
        for (int s = 0; s < shards; s++)
        {
            if (s * _threads / shards == thread)
                Volatile.Write(ref State(s, Home), thread);   // taken by another before this thread came
        }

        int ready = -1;   // the batch whose factors this thread has, with its loss or not
        bool hasLoss = false;
        for (int spins = 0; ; spins = Math.Min(spins + 1, SpinsBeforeTaking))
        {
            bool isDone = true;
            for (int s = 0; s < shards; s++)
            {
                if (Volatile.Read(ref State(s, Updated)) == batches)
                    continue;

                isDone = false;
                if (!CanStep(s) || (Volatile.Read(ref State(s, Home)) != thread && spins < SpinsBeforeTaking)
                    || Interlocked.CompareExchange(ref State(s, Owner), 1, 0) != 0)
                {
                    continue;
                }

                if (CanStep(s))   // another may have done it meanwhile
                {
                    Volatile.Write(ref State(s, Home), thread);
                    Step<TSimd>(s, thread, ref ready, ref hasLoss);
                    spins = 0;
                }

                Volatile.Write(ref State(s, Owner), 0);
            }

            if (isDone)
                return;

            if (spins is > 0 and < SpinsBeforeYield)
                Thread.SpinWait(1);
            else if (spins > 0)
                Thread.Yield();
        }
    }

    /// <summary>Whether a shard's next step needs nothing of another that isn't there.</summary>
    private bool CanStep(int shard)
    {
        int multiplied = Volatile.Read(ref State(shard, Multiplied)), updated = State(shard, Updated);
        int batches = _block.Count, shards = _tables.Shards;
        if (updated == batches)
            return false;

        // To update for a batch all parts are needed; to multiply, the place of the part must have been read by all.
        bool isUpdate = multiplied > updated + 1 || multiplied == batches;
        for (int s = 0; s < shards; s++)
        {
            if (isUpdate ? Volatile.Read(ref State(s, Multiplied)) <= updated
                : Volatile.Read(ref State(s, Updated)) < multiplied + 1 - Slots)
            {
                return false;
            }
        }

        return true;
    }

    private void Step<TSimd>(int shard, int thread, ref int ready, ref bool hasLoss)
        where TSimd : struct, ISimd<TSimd>
    {
        int multiplied = State(shard, Multiplied), updated = State(shard, Updated), batches = _block.Count;
        if (multiplied <= updated + 1 && multiplied < batches)
        {
            int slot = multiplied % Slots;
            _shards[shard].Multiply<TSimd>(_block.Batches + multiplied, slot, Part(slot, shard));
            Volatile.Write(ref State(shard, Multiplied), multiplied + 1);
            return;
        }

        WindowBatch* batch = _block.Batches + updated;
        float* factors = _factors.Pointer + ((long)thread * _mostDots);
        int slotOfUpdate = updated % Slots;
        bool wantsLoss = shard == 0;
        if (ready != updated || (wantsLoss && !hasLoss))
        {
            double loss = Factors<TSimd>(batch, slotOfUpdate, factors, wantsLoss);
            if (wantsLoss)
                _losses[updated] = loss;

            ready = updated;
            hasLoss = wantsLoss;
        }

        _shards[shard].Update<TSimd>(batch, slotOfUpdate, factors);
        Volatile.Write(ref State(shard, Updated), updated + 1);
    }

    private double Factors<TSimd>(WindowBatch* batch, int slot, float* factors, bool withLoss)
        where TSimd : struct, ISimd<TSimd>
    {
        float** parts = stackalloc float*[EmbeddingShards.MaxShards];
        for (int s = 0; s < _tables.Shards; s++)
            parts[s] = Part(slot, s);

        return WindowGradients.Run<TSimd>(parts, _tables.Shards, _signs.Pointer, batch->Dots, batch->Rate, factors,
            withLoss);
    }

    private float* Part(int slot, int shard) =>
        _dots.Pointer + ((((long)slot * _tables.Shards) + shard) * _mostDots);

    private ref int State(int shard, int place) => ref _state[((shard + 1) * Line) + place];
}
