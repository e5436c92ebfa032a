using System;
using System.Diagnostics;
using System.Threading;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.WordVectors;

/// <summary>
/// Trains on a block, every shard on its own columns. For each batch a shard multiplies (partial dot products), and
/// when all shards have, it sums the parts in order and updates. It multiplies batch b + 1 before it updates for batch
/// b, so that nobody waits for a shard that is a little behind. The order of a shard's steps is fixed, whoever does
/// them: products of 0 and 1, update of 0, product of 2, update of 1, and so on. So the bits are the same for any
/// number of threads, and nobody waits for a thread that never came (D39).
/// </summary>
internal sealed unsafe class WindowPipeline
{
    /// <summary>Batches whose dot products are kept: so many may be under way, see Needed.</summary>
    private const int Slots = 4;

    private const int Line = 32;               // ints of two cache lines
    private const int SharesLength = WindowSettings.MostDots + Line;
    private const int MostResults = WindowSettings.MostDots + WindowResults.SquaresLength;
    private const int SpinsBeforeYield = 100;
    private const int MostBlocksAlone = 128;
    private const double LeastStall = 0.0005;          // seconds: hundreds of usual steps
    private const double SlowestMultiplyAdd = 2e-9;    // seconds

    private readonly EmbeddingShards _tables;
    private readonly WindowBlock _block;
    private readonly AlignedBuffer _results;   // [slots, shards, MostResults]
    private readonly AlignedBuffer _signs;     // [mostDots]
    private readonly AlignedBuffer _scratch;   // of all shards
    private readonly PinnedArray<nint> _rows;             // addresses, of all shards
    private readonly PinnedArray<WindowShard> _shards;
    private readonly AlignedBuffer _factors;   // [threads, slots, mostDots]; at most a thread a shard
    private readonly AlignedBuffer _repeats;   // [slots, mostRepeats]
    private readonly PinnedArray<ushort> _counts;    // the first shard's scratch
    private readonly int _mostRepeats;
    private readonly AlignedBuffer _shares;          // [threads, most of a batch and what it overwrites]
    private readonly WindowRepeats _counter;
    private readonly WindowSettings _settings;
    private readonly double[] _losses;         // of the batches
    private readonly int[] _state;             // [shards, Places, Line]: see below
    private readonly Action<int> _work;
    private int _threads;                      // that do steps; others help to plan
    private int _alone;                        // the only one that goes on, since the others are held up; or -1
    private bool _hasFailed;                   // a thread has thrown
    private int _blocksAlone;                  // still to come
    private int _nextBlocksAlone;              // if they stall again

    // A shard's places in _state, each with cache lines of its own: the steps done, whether a thread is at it, and the
    // thread that did its last step, to which others leave it.
    private const int Done = 0, Owner = 1, Home = 2, Places = 3;

    public WindowPipeline(EmbeddingShards tables, WindowSettings settings, WindowBlock block)
    {
        _tables = tables;
        _settings = settings;
        _block = block;
        int shards = tables.Shards, width = tables.Width(shards - 1);
        _losses = new double[WindowBlock.MostBatches(settings)];
        _results = new AlignedBuffer((long)Slots * shards * MostResults);
        _factors = new AlignedBuffer((long)shards * Slots * WindowSettings.MostDots);
        _mostRepeats = (WindowRepeats.Most(settings) + (2 * Line)) / Line * Line;
        _repeats = new AlignedBuffer((long)Slots * _mostRepeats);
        _shares = new AlignedBuffer((long)shards * SharesLength);
        _counts = new PinnedArray<ushort>(WindowRepeats.ScratchLength);
        _counter = new WindowRepeats(settings, _counts.Pointer);
        _signs = new AlignedBuffer(WindowSettings.MostDots);
        for (int i = 0; i < WindowSettings.MostDots; i++)
        {
            int target = i % settings.Targets;
            _signs.Span[i] = target == 0 ? 1 : target <= settings.Negatives ? -1 : 0;
        }

        long means = settings.Average ? (long)Slots * WindowSettings.MostParts * width : 0;
        long gradients = width + ((settings.MostPartRows + settings.Targets) * WindowShard.MostLanes);
        long squares = WindowPiece.Length + Line;
        int mostRows = WindowSettings.MostParts * (settings.MostPartWords + settings.Targets);
        mostRows++;   // written behind the last, where the centre is the last word of a part
        long addresses = Line + ((long)Slots * mostRows);   // between shards a cache line and more
        _scratch = new AlignedBuffer(shards * (means + gradients + squares));
        _rows = new PinnedArray<nint>((int)(shards * addresses));
        _shards = new PinnedArray<WindowShard>(shards);
        for (int s = 0; s < shards; s++)
        {
            float* scratch = _scratch.Pointer + (s * (means + gradients + squares));
            _shards[s] = new WindowShard
            {
                Input = tables.Input(s),
                Output = tables.Output(s),
                Width = tables.Width(s),
                Targets = settings.Targets,
                Average = settings.Average,
                Means = scratch + gradients + squares,
                Squares = scratch + gradients,
                Gradient = scratch,
                PartScratch = scratch + width,
                Rows = (float**)(_rows.Pointer + (s * addresses)),
                MostRows = mostRows,
            };
        }

        double stall = Math.Max(LeastStall, SlowestMultiplyAdd * WindowSettings.MostDots * width);
        StallTicks = (long)(stall * Stopwatch.Frequency);
        _state = new int[((Places * shards) + 1) * Line];
        _work = Work;
    }

    /// <summary>How long no step is done until a thread that waits goes on alone, in ticks of Stopwatch.</summary>
    internal long StallTicks { get; set; }

    /// <summary>Plans the block that was begun, and trains on it.</summary>
    /// <returns>The sum of the losses.</returns>
    public double Run()
    {
        int shards = _tables.Shards;
        bool startsAlone = _blocksAlone > 0;
        _alone = startsAlone ? 0 : -1;
        _hasFailed = false;
        _threads = startsAlone ? 1 : Math.Min(Workers.Count, shards);
        for (int s = 0; s < shards; s++)
        {
            State(s, Done) = 0;
            State(s, Owner) = 0;
            State(s, Home) = s * _threads / shards;
        }

        Workers.For(startsAlone ? 1 : Math.Min(Workers.Count, shards + WindowBlock.MaxPieces), _work);
        if (startsAlone)
        {
            _blocksAlone--;
        }
        else if (_alone >= 0)
        {
            _blocksAlone = _nextBlocksAlone;
            _nextBlocksAlone = Math.Clamp(2 * _nextBlocksAlone, 1, MostBlocksAlone);
        }
        else
        {
            _nextBlocksAlone /= 2;
        }

        double sum = 0;
        for (int b = 0; b < _block.Progress.Count; b++)
            sum += _losses[b];

        GC.KeepAlive(_tables);
        return sum;
    }

    private void Work(int thread)
    {
        try
        {
            if (thread >= _threads)
                Help();
            else
                SimdWidth.Run(new WorkJob(this), thread);
        }
        catch
        {
            Volatile.Write(ref _hasFailed, true);   // or the others would wait for ever
            throw;
        }
    }

    private void Help()
    {
        while (!Volatile.Read(ref _hasFailed) && _block.PlanSome(wholePiece: false))
        {
        }
    }

    private void Work<TSimd>(int thread)
        where TSimd : struct, ISimd<TSimd>
    {
        int shards = _tables.Shards;
        for (int s = 0; s < shards; s++)
        {
            if (s * _threads / shards == thread)
                Volatile.Write(ref State(s, Home), thread);   // taken by another before this thread came
        }

        Factors* factors = stackalloc Factors[Slots];
        for (int i = 0; i < Slots; i++)
        {
            float* values = _factors.Pointer + (((long)thread * Slots) + i) * WindowSettings.MostDots;
            factors[i] = new Factors { Batch = -1, Values = values };
        }

        (long since, int done) seen = default;
        for (int spins = 0; !Leaves(thread); spins = Math.Min(spins + 1, SpinsBeforeYield + 1))
        {
            bool hasStepped = false;
            for (int s = 0; s < shards; s++)
            {
                if (Volatile.Read(ref State(s, Home)) != thread && Volatile.Read(ref _alone) != thread)
                    continue;

                if (Interlocked.CompareExchange(ref State(s, Owner), 1, 0) != 0)
                    continue;

                if (Advance<TSimd>(s, thread, factors))
                {
                    hasStepped = true;
                    if (State(s, Home) != thread)
                        Volatile.Write(ref State(s, Home), thread);
                }

                Volatile.Write(ref State(s, Owner), 0);
            }

            if (hasStepped || _block.PlanSome(wholePiece: _threads == 1))
                spins = 0;
            else if (IsDone())
                return;
            else if (spins < SpinsBeforeYield)
                Thread.SpinWait(1);
            else
                Wait(thread, spins == SpinsBeforeYield, ref seen);
        }
    }

    private bool Leaves(int thread)
    {
        int alone = Volatile.Read(ref _alone);
        return (alone >= 0 && alone != thread) || Volatile.Read(ref _hasFailed);
    }

    /// <summary>
    /// Threads that need each other's results every few microseconds get nowhere while another program has the
    /// processor of one of them for milliseconds: then the first that notices goes on alone, and the others leave. The
    /// bits are the same.
    /// </summary>
    private void Wait(int thread, bool begins, ref (long Since, int Done) seen)
    {
        Thread.Yield();
        int done = 0;
        for (int s = 0; s < _tables.Shards; s++)
            done += Volatile.Read(ref State(s, Done));

        (int batches, bool isWhole) = _block.Progress;
        long now = Stopwatch.GetTimestamp();
        if (begins || done != seen.Done || done == _tables.Shards * Steps(batches, isWhole))
            seen = (now, done);   // somebody is at work, on steps or on the plan
        else if (now - seen.Since > StallTicks)
            Interlocked.CompareExchange(ref _alone, thread, -1);
    }

    private bool IsDone()
    {
        (int batches, bool isWhole) = _block.Progress;
        for (int s = 0; s < _tables.Shards; s++)
        {
            if (!isWhole || Volatile.Read(ref State(s, Done)) < Steps(batches, isWhole))
                return false;
        }

        return true;
    }

    /// <summary>How many steps there are. The last batch is updated only when it is known to be the last.</summary>
    private static int Steps(int batches, bool isWhole) => batches == 0 ? 0 : (2 * batches) + (isWhole ? 1 : -1);

    /// <summary>Does a shard's steps as long as what they need of the others is there.</summary>
    /// <returns>Whether there was one.</returns>
    private bool Advance<TSimd>(int shard, int thread, Factors* factors)
        where TSimd : struct, ISimd<TSimd>
    {
        (int batches, bool isWhole) = _block.Progress;
        int first = State(shard, Done), step = first, least = int.MinValue;
        for (int steps = Steps(batches, isWhole); step < steps && !Leaves(thread); step++)
        {
            int needed = Needed(step);
            if (least < needed)
                least = Least(shard);   // others' counters cost a cache line each: read no more often than must be

            if (least < needed)
                break;

            if (step % 2 == 0 && step > 0)
                Update<TSimd>(shard, (step / 2) - 1, thread, factors);
            else if ((step + 1) / 2 < batches)
                Multiply<TSimd>(shard, (step + 1) / 2);

            Volatile.Write(ref State(shard, Done), step + 1);
        }

        return step > first;
    }

    /// <summary>
    /// How many steps the others must have done before a step: an update needs their parts of its batch; a product
    /// needs that they have read the part whose place it takes.
    /// </summary>
    private static int Needed(int step) => step % 2 == 0 ? (step == 2 ? 1 : step - 2) : step + 4 - (2 * Slots);

    private int Least(int shard)
    {
        int least = int.MaxValue;
        for (int s = 0; s < _tables.Shards; s++)
        {
            if (s != shard)
                least = Math.Min(least, Volatile.Read(ref State(s, Done)));
        }

        return least;
    }

    private void Multiply<TSimd>(int shard, int batch)
        where TSimd : struct, ISimd<TSimd>
    {
        int slot = batch % Slots;
        _shards[shard].Multiply<TSimd>(_block.Batches + batch, slot, Results(slot, shard));
        if (shard == 0)   // the narrowest
            _counter.Count(_block.Batches + batch, Repeats(slot));
    }

    private void Update<TSimd>(int shard, int batch, int thread, Factors* factors)
        where TSimd : struct, ISimd<TSimd>
    {
        int slot = batch % Slots;
        Factors* f = factors + slot;
        if (f->Batch != batch || (shard == 0 && !f->HasLoss))
        {
            // One shard is enough for the loss: the narrowest, or one that its thread comes to before.
            f->HasLoss = shard == 0 || Volatile.Read(ref State(0, Home)) == thread;
            double loss = ComputeFactors<TSimd>(_block.Batches + batch, slot, thread, f->Values, f->HasLoss);
            if (f->HasLoss)
                _losses[batch] = loss;   // of the same bits, if two threads come to it

            f->Batch = batch;
        }

        _shards[shard].Update<TSimd>(_block.Batches + batch, slot, f->Values);
    }

    private double ComputeFactors<TSimd>(WindowBatch* batch, int slot, int thread, float* factors, bool withLoss)
        where TSimd : struct, ISimd<TSimd>
    {
        int shards = _tables.Shards;
        WindowResults* results = stackalloc WindowResults[EmbeddingShards.MaxShards];
        float** dots = stackalloc float*[EmbeddingShards.MaxShards];
        for (int s = 0; s < shards; s++)
        {
            results[s] = Results(slot, s);
            dots[s] = results[s].Dots;
        }

        if (batch->InOrder)
        {
            float* ofTargets = Repeats(slot) + (batch->Last - batch->First);
            return WindowOrder.Run(_settings, batch, results, shards, ofTargets, factors);
        }

        float* shares = _shares.Pointer + ((long)thread * SharesLength);
        bool isDamped = WindowDamping.Run<TSimd>(_settings, batch, results, shards, Repeats(slot), shares);
        return WindowGradients.Run<TSimd>(dots, shards, _signs.Pointer, batch->Dots, batch->Rate,
            isDamped ? shares : null, factors, withLoss);
    }

    private WindowResults Results(int slot, int shard)
    {
        float* results = _results.Pointer + ((((long)slot * _tables.Shards) + shard) * MostResults);
        return new WindowResults
        {
            Dots = results,
            ContextSquares = results + WindowSettings.MostDots,
            TargetSquares = results + WindowSettings.MostDots + WindowSettings.MostParts,
        };
    }

    private float* Repeats(int slot) => _repeats.Pointer + ((long)slot * _mostRepeats);

    private ref int State(int shard, int place) => ref _state[((Places * shard) + place + 1) * Line];

    private readonly struct WorkJob(WindowPipeline pipeline) : ISimdJob
    {
        public void Run<TSimd>(int thread)
            where TSimd : struct, ISimd<TSimd> => pipeline.Work<TSimd>(thread);
    }

    /// <summary>What a thread keeps of a batch under way: its other shards need the same.</summary>
    private struct Factors
    {
        public int Batch;
        public bool HasLoss;
        public float* Values;
    }
}
