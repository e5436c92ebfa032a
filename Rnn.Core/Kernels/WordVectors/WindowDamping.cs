using System;
using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.WordVectors;

/// <summary>
/// Bounds how far one batch may move a dot product x.w. All gradients of a batch are taken at the same parameters; one
/// after another, each would be smaller by what those before it have done. To first order the batch moves x.w by at
/// most rate * (A + B), A the sum of |w'|^2 over the pairs (x, w') of the batch, B that of |x'|^2 over its pairs
/// (x', w); with the largest curvature of the loss, 1/4, the gain of that step is a + b, a = rate/4 * A and
/// b = rate/4 * B. The factor of a pair is multiplied by min(1, M/a, M/b), so that no gain is above 2M; M is 2,
/// less where one word is much of the noise (<see cref="WindowSettings.MostGain"/>). A is taken as the part's own sum
/// times the number of parts that have x as a context, B likewise. A row counts as 1 more than its square, since the
/// batch before may still make it grow. See Word2Vec.md, also for M (D49, D99).
/// </summary>
internal static unsafe class WindowDamping
{
    private const float LeastSquare = 1;    // added to a row's square
    private const float Curvature = 0.25f;  // of -log sigmoid

    /// <summary>min(1, M/a, M/b) of every pair of a context and a target.</summary>
    /// <param name="settings">What a part is.</param>
    /// <param name="batch">Read.</param>
    /// <param name="results">Of all shards. Read.</param>
    /// <param name="shards">S.</param>
    /// <param name="repeats">From <see cref="WindowRepeats.Count"/>. Read.</param>
    /// <param name="shares">[batch.Dots + 16], the last 16 scratch. Overwritten, unless all are 1.</param>
    /// <returns>Whether one is less than 1.</returns>
    public static bool Run<TSimd>(WindowSettings settings, WindowBatch* batch, WindowResults* results, int shards,
        float* repeats, float* shares)
        where TSimd : struct, ISimd<TSimd>
    {
        int targets = settings.Targets;
        float* most = stackalloc float[2 * WindowSettings.MostParts];
        float* mostOfX = most, mostOfW = most + WindowSettings.MostParts;
        Bounds<TSimd>(settings, batch, results, shards, mostOfX, mostOfW);
        if (IsFree<TSimd>(batch, repeats, targets, mostOfX, mostOfW))
            return false;

        TSimd one = TSimd.Create(1f);
        float* ofWords = repeats - batch->First, ofTargets = repeats + (batch->Last - batch->First);
        for (int i = 0; i < batch->Count; i++, ofTargets += targets)
        {
            WindowPart part = batch->Parts[i];
            TSimd mostW = TSimd.Create(mostOfW[i]), first = TSimd.Min(one, mostW / TSimd.Load(ofTargets));
            float sum = 0;
            for (int c = part.First; c < part.Last; c++)
            {
                if (c == part.Centre)
                    continue;

                sum += ofWords[c];
                if (settings.Average)
                    continue;

                TSimd share = TSimd.Create(mostOfX[i] / ofWords[c]);
                Spread(share, first, mostW, ofTargets, targets, shares);
                shares += targets;
            }

            if (settings.Average)
            {
                TSimd share = TSimd.Create(mostOfX[i] * part.Contexts / sum);   // the mean of what moves the contexts
                Spread(share, first, mostW, ofTargets, targets, shares);
                shares += targets;
            }
        }

        return true;
    }

    /// <summary>Whether not even the most repeated row needs any damping.</summary>
    private static bool IsFree<TSimd>(WindowBatch* batch, float* repeats, int targets, float* mostOfX, float* mostOfW)
        where TSimd : struct, ISimd<TSimd>
    {
        int words = batch->Last - batch->First;
        float leastX = mostOfX[0], leastW = mostOfW[0];
        for (int i = 1; i < batch->Count; i++)
        {
            leastX = Math.Min(leastX, mostOfX[i]);
            leastW = Math.Min(leastW, mostOfW[i]);
        }

        return Largest<TSimd>(repeats, words) <= leastX
            && Largest<TSimd>(repeats + words, batch->Count * targets) <= leastW;
    }

    private static float Largest<TSimd>(float* values, int count)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd largest = TSimd.Zero;
        int i = 0;
        for (; i + TSimd.Count <= count; i += TSimd.Count)
            largest = TSimd.Max(largest, TSimd.Load(values + i));

        if (i < count)
            largest = TSimd.Max(largest, TSimd.Load(values + i, count - i));

        float* lanes = stackalloc float[TSimd.Count];
        largest.Store(lanes);
        float result = 0;
        for (int lane = 0; lane < TSimd.Count; lane++)
            result = Math.Max(result, lanes[lane]);

        return result;
    }

    /// <summary>Whole vectors: what is written beyond J is overwritten by the next context.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread<TSimd>(TSimd share, TSimd first, TSimd mostW, float* ofTargets, int targets, float* to)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd.Min(share, first).Store(to);
        for (int j = TSimd.Count; j < targets; j += TSimd.Count)
            TSimd.Min(share, TSimd.Min(TSimd.Create(1f), mostW / TSimd.Load(ofTargets + j))).Store(to + j);
    }

    /// <summary>M/a and M/b of each part, if its rows stood in no other.</summary>
    private static void Bounds<TSimd>(WindowSettings settings, WindowBatch* batch, WindowResults* results, int shards,
        float* mostOfX, float* mostOfW)
        where TSimd : struct, ISimd<TSimd>
    {
        float* contexts = stackalloc float[WindowSettings.MostParts];
        for (int i = 0; i < WindowSettings.MostParts; i++)
            contexts[i] = i < batch->Count ? batch->Parts[i].Contexts : 1;

        TSimd most = TSimd.Create(settings.MostGain / (batch->Rate * Curvature)), least = TSimd.Create(LeastSquare);
        TSimd used = TSimd.Create(LeastSquare * (settings.Negatives + 1));
        for (int i = 0; i < WindowSettings.MostParts; i += TSimd.Count)
        {
            TSimd x = TSimd.Zero, w = TSimd.Zero, n = TSimd.Load(contexts + i);
            for (int s = 0; s < shards; s++)
            {
                x += TSimd.Load(results[s].ContextSquares + i);
                w += TSimd.Load(results[s].TargetSquares + i);
            }

            x += settings.Average ? least : least * n;
            w = settings.Average ? (w + used) / n : w + used;   // n: the derivative of the mean
            (most / w).Store(mostOfX + i);
            (most / x).Store(mostOfW + i);
        }
    }
}
