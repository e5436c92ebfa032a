using System;
using System.Runtime.Intrinsics.X86;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.WordVectors;

/// <summary>
/// One shard's part of the work on a batch: the dot products over its columns, and later the update of its columns.
/// </summary>
internal unsafe struct WindowShard
{
    /// <summary>Floats of the longest vector.</summary>
    public const int MostLanes = 16;

    private const int PrefetchAhead = 2;   // parts
    private const int Line = 16;           // floats

    /// <summary>[V, Width].</summary>
    public float* Input;

    /// <summary>[V + 1, Width]; the last row is 0.</summary>
    public float* Output;

    public int Width;

    /// <summary>J.</summary>
    public int Targets;

    /// <summary>Whether contexts are averaged.</summary>
    public bool Average;

    /// <summary>Average: [batches under way, parts of a batch, Width], the means. Else unused.</summary>
    public float* Means;

    /// <summary>
    /// [words of a piece + 1], sums of the squared norms of the words before, from the first that a batch needs.
    /// Average: unused.
    /// </summary>
    public float* Squares;

    /// <summary>[Width], of a part's one row, where it isn't applied at once.</summary>
    public float* Gradient;

    /// <summary>One vector of the gradients of each row of a part: [C + J, 16], or of its targets alone where it has one
    /// row.</summary>
    public float* PartScratch;

    /// <summary>
    /// Addresses [batches under way, MostRows]: part after part its J targets, then its contexts. Written by
    /// Multiply, read by Update.
    /// </summary>
    public float** Rows;

    /// <summary>Most targets and contexts of a batch.</summary>
    public int MostRows;

    /// <summary>
    /// dots = x . w over this shard's columns, part after part, and what bounds the step: see
    /// <see cref="WindowDamping"/>.
    /// </summary>
    /// <param name="batch">Read.</param>
    /// <param name="slot">Which of the batches under way it is.</param>
    /// <param name="results">Dots and squares. Overwritten.</param>
    public readonly void Multiply<TSimd>(WindowBatch* batch, int slot, WindowResults results)
        where TSimd : struct, ISimd<TSimd>
    {
        float** w = Rows + ((long)slot * MostRows);
        float* dots = results.Dots;
        WindowPart* part = batch->Parts;
        for (int i = 0; i < batch->Count; i++, part++)
        {
            if (i + PrefetchAhead < batch->Count + batch->Ahead)
                Prefetch(batch, part + PrefetchAhead);

            for (int j = 0; j < Targets; j++)
                w[j] = Output + ((long)part->Targets[j] * Width);

            float** x = w + Targets;
            float** end = x;
            for (int c = part->First; c < part->Last; c++)
            {
                *end = Input + ((long)batch->Kept[c] * Width);
                end += c != part->Centre ? 1 : 0;
            }

            int contexts = part->Contexts;
            float* mean;
            if (Average)
            {
                mean = Means + ((((long)slot * WindowSettings.MostParts) + i) * Width);
                Mean<TSimd>(x, contexts, mean);
                x = &mean;
                contexts = 1;
            }

            WindowProducts.Dots<TSimd>(x, contexts, w, Targets, Width, dots);
            results.TargetSquares[i] = WindowProducts.SumOfSquares<TSimd>(w, Targets, Width);
            if (Average)
                results.ContextSquares[i] = WindowProducts.SumOfSquares<TSimd>(x, 1, Width);

            dots += contexts * Targets;
            w = end;
        }

        if (!Average)
        {
            SumSquares<TSimd>(batch);
            ContextSquares(batch, results.ContextSquares);
        }
    }

    /// <summary>One step down the gradient, in this shard's columns.</summary>
    /// <param name="batch">Read.</param>
    /// <param name="slot">Which of the batches under way it is.</param>
    /// <param name="g">[batch.Dots], factors; in order one more: what of x is added to x. Read.</param>
    public readonly void Update<TSimd>(WindowBatch* batch, int slot, float* g)
        where TSimd : struct, ISimd<TSimd>
    {
        float** w = Rows + ((long)slot * MostRows);
        for (int i = 0; i < batch->Count; i++)
        {
            int contexts = batch->Parts[i].Contexts;
            float** x = w + Targets;
            if (Average)
            {
                float* mean = Means + ((((long)slot * WindowSettings.MostParts) + i) * Width);
                WindowProducts.Spread<TSimd>(&mean, 1, w, Targets, Width, g, Gradient, PartScratch);
                if (batch->InOrder)
                    Add<TSimd>(mean, g[Targets], Gradient);

                float share = 1f / contexts;   // the derivative of the mean (D40)
                for (int c = 0; c < contexts; c++)
                    Add<TSimd>(Gradient, share, x[c]);

                g += Targets;
            }
            else if (batch->InOrder)
            {
                WindowProducts.Spread<TSimd>(x, 1, w, Targets, Width, g, Gradient, PartScratch);
                Add<TSimd>(x[0], g[Targets], Gradient);
                Add<TSimd>(Gradient, 1f, x[0]);
            }
            else if (Targets <= WindowProducts.MaxFused)
            {
                WindowProducts.Update<TSimd>(x, contexts, w, Targets, Width, g);
                g += contexts * Targets;
            }
            else
            {
                WindowProducts.UpdateMany<TSimd>(x, contexts, w, Targets, Width, g, PartScratch);
                g += contexts * Targets;
            }

            w = x + contexts;
        }
    }

    /// <summary>The running sums of the squared norms of the words from batch.First to batch.Last.</summary>
    private readonly void SumSquares<TSimd>(WindowBatch* batch)
        where TSimd : struct, ISimd<TSimd>
    {
        const int atOnce = 4;
        float** rows = stackalloc float*[atOnce];
        float* norms = stackalloc float[atOnce];
        int first = batch->First, last = batch->Last;
        float sum = 0;
        Squares[first] = 0;
        for (int c = first; c < last; c += atOnce)
        {
            int count = Math.Min(atOnce, last - c);
            for (int i = 0; i < atOnce; i++)
                rows[i] = Input + ((long)batch->Kept[Math.Min(c + i, last - 1)] * Width);

            WindowProducts.SquaredNorms<TSimd>(rows, Width, norms);
            for (int i = 0; i < count; i++)
                Squares[c + i + 1] = sum += norms[i];
        }
    }

    private readonly void ContextSquares(WindowBatch* batch, float* to)
    {
        for (int i = 0; i < batch->Count; i++)
        {
            WindowPart part = batch->Parts[i];
            float sum = Squares[part.Last] - Squares[part.First];
            bool hasCentre = part.Last - part.First > part.Contexts;
            to[i] = hasCentre ? sum - (Squares[part.Centre + 1] - Squares[part.Centre]) : sum;
        }
    }

    private readonly void Mean<TSimd>(float** x, int contexts, float* mean)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd share = TSimd.Create(1f / contexts);
        for (int i = 0; i < Width; i += TSimd.Count)
        {
            TSimd sum = TSimd.Load(x[0] + i);
            for (int c = 1; c < contexts; c++)
                sum += TSimd.Load(x[c] + i);

            (sum * share).Store(mean + i);
        }
    }

    private readonly void Add<TSimd>(float* from, float factor, float* to)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd share = TSimd.Create(factor);
        for (int i = 0; i < Width; i += TSimd.Count)
            TSimd.MultiplyAdd(share, TSimd.Load(from + i), TSimd.Load(to + i)).Store(to + i);
    }

    // A part shares all but its last word with those before it; its targets are anywhere.
    private readonly void Prefetch(WindowBatch* batch, WindowPart* part)
    {
        if (Sse.IsSupported)
        {
            float* newest = Input + ((long)batch->Kept[part->Last - 1] * Width);
            for (int i = 0; i < Width; i += Line)
                Sse.Prefetch0(newest + i);

            for (int j = 0; j < Targets; j++)
            {
                float* row = Output + ((long)part->Targets[j] * Width);
                for (int i = 0; i < Width; i += Line)
                    Sse.Prefetch0(row + i);
            }
        }
    }
}
