using System;

namespace Rnn.Core.Kernels.WordVectors;

/// <summary>
/// The factors of one row x and its J targets as word2vec takes them, one target after another: each output row is
/// updated before the next target is looked at, x after all of them. In the batch the n-th target that is the same row
/// w has moved by S*x, S the sum of the factors of those before, so that its dot product is x.w + S*|x|^2; and what it
/// adds to x is g*(w + S*x), S*x beside what the rows' old values add. Nothing else depends on the order, so nothing is
/// approximated. Damped, but far from where word2vec's own steps go (D110). See Word2Vec.md.
/// </summary>
internal static unsafe class WindowOrder
{
    /// <summary>M of min(1, M/a, M/b): here steps follow each other, and only what is senseless is bounded.</summary>
    private const double MostGain = 16;

    private const double Curvature = 0.25;   // of -log sigmoid
    private const double LeastSquare = 1;    // added to a row's square

    /// <summary>g[j] of each target in order, and behind them q = sum of g[j]*S[j], what of x is added to x.</summary>
    /// <param name="settings">What a part is.</param>
    /// <param name="batch">One part with one row. Read.</param>
    /// <param name="results">Of all shards. Read.</param>
    /// <param name="shards">S.</param>
    /// <param name="repeats">[J], how many of the targets are the same row. Read.</param>
    /// <param name="g">[J + 1]. Overwritten.</param>
    /// <returns>The sum of -log sigmoid(y*d), d each where its turn comes. Not finite if a dot product isn't.</returns>
    public static double Run(WindowSettings settings, WindowBatch* batch, WindowResults* results, int shards,
        float* repeats, float* g)
    {
        int used = settings.Negatives + 1;
        double x = 0, w = used * LeastSquare, loss = 0, q = 0;
        for (int s = 0; s < shards; s++)
        {
            x += results[s].ContextSquares[0];
            w += results[s].TargetSquares[0];
        }

        int* targets = batch->Parts->Targets;
        double most = MostGain / (Curvature * batch->Rate), mostOfX = Math.Min(1, most / w);
        for (int j = 0; j < used; j++)
        {
            double d = 0, before = 0;
            for (int s = 0; s < shards; s++)
                d += results[s].Dots[j];

            for (int k = 0; k < j; k++)
                before += targets[k] == targets[j] ? g[k] : 0;

            double y = j == 0 ? 1 : -1, z = -y * (d + (before * x)), e = Math.Exp(-Math.Abs(z));
            double share = Math.Min(mostOfX, most / (repeats[j] * (x + LeastSquare)));
            g[j] = (float)(share * batch->Rate * y * ((z < 0 ? e : 1) / (1 + e)));
            q += g[j] * before;
            loss += Math.Max(z, 0) + Math.Log(1 + e);
        }

        new Span<float>(g + used, settings.Targets - used).Clear();   // what fills up groups
        g[settings.Targets] = (float)q;
        return loss;
    }
}
