using System;
using System.Numerics;
using System.Threading;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Tensors;

namespace Rnn.Models.Embeddings.Projection;

/// <summary>
/// What t-SNE minimises: C(Y) = KL(P || Q) = sum over i != j of p[i, j] ln(p[i, j] / q[i, j]), where
/// q[i, j] = w[i, j] / Z, w[i, j] = 1 / (1 + |y[i] - y[j]|^2) and Z = sum over i != j of w[i, j].
/// Rows are independent and each is summed in a fixed order: the same bits on any number of threads.
/// </summary>
internal sealed class TSneObjective
{
    public const double EntropyTolerance = 1e-5;

    private const int MaxBisections = 200;

    private readonly int _n;
    private readonly double[] _p;       // [N, N], symmetric, sum 1
    private readonly double[] _rowZ, _attractX, _attractY, _repelX, _repelY;

    public TSneObjective(ReadOnlyMatrixView points, double perplexity, CancellationToken cancellation = default)
    {
        _n = points.Rows;
        _p = Affinities(points, perplexity, cancellation);
        _rowZ = new double[_n];
        (_attractX, _attractY) = (new double[_n], new double[_n]);
        (_repelX, _repelY) = (new double[_n], new double[_n]);
        Symmetrize();
    }

    /// <summary>P [N, N]: p[i, j] = (p[j|i] + p[i|j]) / (2N).</summary>
    public ReadOnlySpan<double> P => _p;

    /// <summary>
    /// p[j|i] [N, N]: row i is softmax over j != i of -b[i] |x[i] - x[j]|^2, with the b[i] that gives the row the
    /// entropy ln(perplexity). Where several points coincide that may be out of reach; the row is then as near as it
    /// can be.
    /// </summary>
    public static double[] Affinities(ReadOnlyMatrixView points, double perplexity,
        CancellationToken cancellation = default)
    {
        int n = points.Rows, d = points.Cols;
        double[] x = new double[n * d], p = new double[n * n];
        for (int i = 0; i < x.Length; i++)
            x[i] = points.Span[i];

        Workers.For(n, i =>
        {
            cancellation.ThrowIfCancellationRequested();
            Span<double> row = p.AsSpan(i * n, n);
            for (int j = 0; j < n; j++)
                row[j] = SquaredDistance(x.AsSpan(i * d, d), x.AsSpan(j * d, d));
            double[] distances = row.ToArray();
            Calibrate(distances, i, Math.Log(perplexity), row);
        });
        return p;
    }

    /// <summary>
    /// dC/dy[i] = 4 sum over j of (f p[i, j] - q[i, j]) w[i, j] (y[i] - y[j]), f being the exaggeration. Both parts of
    /// the sum come from one pass, as q = w / Z and Z is known only after it.
    /// </summary>
    /// <param name="x">First coordinates [N]. Read.</param>
    /// <param name="y">Second coordinates [N]. Read.</param>
    /// <param name="exaggeration">1, but for the early steps.</param>
    /// <param name="dX">[N]. Overwritten.</param>
    /// <param name="dY">[N]. Overwritten.</param>
    public void Gradient(double[] x, double[] y, double exaggeration, double[] dX, double[] dY)
    {
        Workers.For(_n, i => Row(x, y, i));
        double z = 0;
        foreach (double row in _rowZ)
            z += row;
        for (int i = 0; i < _n; i++)
        {
            dX[i] = 4 * ((exaggeration * _attractX[i]) - (_repelX[i] / z));
            dY[i] = 4 * ((exaggeration * _attractY[i]) - (_repelY[i] / z));
        }
    }

    /// <summary>C(Y), in nats.</summary>
    public double Divergence(double[] x, double[] y)
    {
        double[] costs = new double[_n];
        Workers.For(_n, i =>
        {
            double z = 0, cost = 0;
            for (int j = 0; j < _n; j++)
            {
                if (j == i)
                    continue;
                double distance = 1 + ((x[i] - x[j]) * (x[i] - x[j])) + ((y[i] - y[j]) * (y[i] - y[j]));
                double p = _p[(i * _n) + j];
                z += 1 / distance;
                cost += p > 0 ? p * Math.Log(p * distance) : 0;   // -p ln q = p ln distance + p ln Z
            }

            _rowZ[i] = z;
            costs[i] = cost;
        });
        double sumZ = 0, sum = 0;
        for (int i = 0; i < _n; i++)
        {
            sumZ += _rowZ[i];
            sum += costs[i];
        }

        return sum + Math.Log(sumZ);   // P sums to 1
    }

    // j = i needs no test: its p and its difference are 0, and its w of 1 is taken off Z.
    private void Row(double[] x, double[] y, int i)
    {
        ReadOnlySpan<double> p = _p.AsSpan(i * _n, _n);
        double xi = x[i], yi = y[i], z = 0, attractX = 0, attractY = 0, repelX = 0, repelY = 0;
        Vector<double> xs = new(xi), ys = new(yi), one = Vector<double>.One;
        Vector<double> zs = default, attractXs = default, attractYs = default, repelXs = default, repelYs = default;
        int j = 0;
        for (; j <= _n - Vector<double>.Count; j += Vector<double>.Count)
        {
            Vector<double> dx = xs - new Vector<double>(x, j), dy = ys - new Vector<double>(y, j);
            Vector<double> w = one / (one + (dx * dx) + (dy * dy)), pw = new Vector<double>(p[j..]) * w, ww = w * w;
            zs += w;
            attractXs += pw * dx;
            attractYs += pw * dy;
            repelXs += ww * dx;
            repelYs += ww * dy;
        }

        for (; j < _n; j++)
        {
            double dx = xi - x[j], dy = yi - y[j];
            double w = 1 / (1 + (dx * dx) + (dy * dy));
            z += w;
            attractX += p[j] * w * dx;
            attractY += p[j] * w * dy;
            repelX += w * w * dx;
            repelY += w * w * dy;
        }

        _rowZ[i] = z + Vector.Sum(zs) - 1;
        _attractX[i] = attractX + Vector.Sum(attractXs);
        _attractY[i] = attractY + Vector.Sum(attractYs);
        _repelX[i] = repelX + Vector.Sum(repelXs);
        _repelY[i] = repelY + Vector.Sum(repelYs);
    }

    private void Symmetrize()
    {
        for (int i = 0; i < _n; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double mean = (_p[(i * _n) + j] + _p[(j * _n) + i]) / (2 * _n);
                _p[(i * _n) + j] = mean;
                _p[(j * _n) + i] = mean;
            }
        }
    }

    private static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Vector<double> sums = default;
        double sum = 0;
        int i = 0;
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> difference = new Vector<double>(a[i..]) - new Vector<double>(b[i..]);
            sums += difference * difference;
        }

        for (; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum + Vector.Sum(sums);
    }

    // Doubles or halves b until the entropy is bracketed, then bisects.
    private static void Calibrate(double[] distances, int self, double entropy, Span<double> row)
    {
        double nearest = double.PositiveInfinity, mean = 0;
        for (int j = 0; j < distances.Length; j++)
        {
            if (j != self)
            {
                nearest = Math.Min(nearest, distances[j]);
                mean += distances[j] / (distances.Length - 1);
            }
        }

        double beta = mean > nearest ? 1 / (mean - nearest) : 1;   // free of the scale of the points
        double low = 0, high = double.PositiveInfinity;
        for (int step = 0; step < MaxBisections; step++)
        {
            double excess = Softmax(distances, self, nearest, beta, row) - entropy;
            if (Math.Abs(excess) < EntropyTolerance)
                return;
            if (excess > 0)
                low = beta;
            else
                high = beta;
            double next = double.IsPositiveInfinity(high) ? beta * 2 : (low + high) / 2;
            if (double.IsPositiveInfinity(next) || next == beta)
                return;
            beta = next;
        }
    }

    // row = softmax(-beta (distances - nearest)), which has no overflow; returns its entropy in nats.
    private static double Softmax(double[] distances, int self, double nearest, double beta, Span<double> row)
    {
        double sum = 0, weighted = 0;
        for (int j = 0; j < row.Length; j++)
        {
            double scaled = beta * (distances[j] - nearest);
            double value = j == self ? 0 : Math.Exp(-scaled);
            row[j] = value;
            sum += value;
            weighted += value > 0 ? value * scaled : 0;
        }

        foreach (ref double value in row)
            value /= sum;
        return Math.Log(sum) + (weighted / sum);
    }
}
