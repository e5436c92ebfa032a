using System.Runtime.Intrinsics.X86;

namespace Rnn.Core.Kernels;

/// <summary>
/// One shard's part of the work on a batch: the dot products over its columns, and later the update of its columns.
/// </summary>
internal unsafe struct WindowShard
{
    private const int PrefetchAhead = 2;   // windows
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

    /// <summary>Most windows of a batch.</summary>
    public int BatchLength;

    /// <summary>Average: [batches under way, windows of a batch, Width], the means. Else unused.</summary>
    public float* Means;

    /// <summary>Gradients of a window's contexts [most contexts, Width], where they aren't applied at once.</summary>
    public float* Scratch;

    /// <summary>
    /// Addresses [batches under way, MostRows]: window after window its J targets, then its contexts. Written by
    /// Multiply, read by Update.
    /// </summary>
    public float** Rows;

    /// <summary>Most targets and contexts of a batch.</summary>
    public int MostRows;

    /// <summary>dots = x . w over this shard's columns, window after window.</summary>
    /// <param name="batch">Read.</param>
    /// <param name="slot">Which of the batches under way it is.</param>
    /// <param name="dots">[batch.Dots]. Overwritten.</param>
    public readonly void Multiply<TSimd>(WindowBatch* batch, int slot, float* dots)
        where TSimd : struct, ISimd<TSimd>
    {
        float** w = Rows + ((long)slot * MostRows);
        int* targets = batch->Targets;
        Window* window = batch->Windows;
        for (int i = 0; i < batch->Count; i++, window++, targets += Targets)
        {
            if (i + PrefetchAhead < batch->Count + batch->Ahead)
                Prefetch(batch, window + PrefetchAhead, targets + (PrefetchAhead * Targets));

            for (int j = 0; j < Targets; j++)
                w[j] = Output + ((long)targets[j] * Width);

            float** x = w + Targets;
            float** end = x;
            for (int c = window->First; c < window->Centre; c++)
                *end++ = Input + ((long)batch->Kept[c] * Width);

            for (int c = window->Centre + 1; c < window->Last; c++)
                *end++ = Input + ((long)batch->Kept[c] * Width);

            int contexts = window->Contexts;
            float* mean;
            if (Average)
            {
                mean = Means + ((((long)slot * BatchLength) + i) * Width);
                Mean<TSimd>(x, contexts, mean);
                x = &mean;
                contexts = 1;
            }

            WindowProducts.Dots<TSimd>(x, contexts, w, Targets, Width, dots);
            dots += contexts * Targets;
            w = end;
        }
    }

    /// <summary>One step down the gradient, in this shard's columns.</summary>
    /// <param name="batch">Read.</param>
    /// <param name="slot">Which of the batches under way it is.</param>
    /// <param name="g">[batch.Dots], factors. Read.</param>
    public readonly void Update<TSimd>(WindowBatch* batch, int slot, float* g)
        where TSimd : struct, ISimd<TSimd>
    {
        float** w = Rows + ((long)slot * MostRows);
        for (int i = 0; i < batch->Count; i++)
        {
            int contexts = batch->Windows[i].Contexts;
            float** x = w + Targets;
            if (Average)
            {
                float* mean = Means + ((((long)slot * BatchLength) + i) * Width);
                WindowProducts.Spread<TSimd>(&mean, 1, w, Targets, Width, g, Scratch);
                float share = 1f / contexts;   // the derivative of the mean
                for (int c = 0; c < contexts; c++)
                    Add<TSimd>(Scratch, share, x[c]);

                g += Targets;
            }
            else if (Targets <= WindowProducts.MaxFused)
            {
                WindowProducts.Update<TSimd>(x, contexts, w, Targets, Width, g);
                g += contexts * Targets;
            }
            else
            {
                WindowProducts.Spread<TSimd>(x, contexts, w, Targets, Width, g, Scratch);
                for (int c = 0; c < contexts; c++)
                    Add<TSimd>(Scratch + ((long)c * Width), 1f, x[c]);

                g += contexts * Targets;
            }

            w = x + contexts;
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

    // A window shares all but its last word with those before it; its targets are anywhere.
    private readonly void Prefetch(WindowBatch* batch, Window* window, int* targets)
    {
        if (Sse.IsSupported)
        {
            float* newest = Input + ((long)batch->Kept[window->Last - 1] * Width);
            for (int i = 0; i < Width; i += Line)
                Sse.Prefetch0(newest + i);

            for (int j = 0; j < Targets; j++)
            {
                float* row = Output + ((long)targets[j] * Width);
                for (int i = 0; i < Width; i += Line)
                    Sse.Prefetch0(row + i);
            }
        }
    }
}
