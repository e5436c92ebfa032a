using System;
using System.Threading;
using Rnn.Core.Kernels.RandomNumbers;

namespace Rnn.Models.Classification;

/// <summary>
/// min over w of |w|^2 / 2 + C * sum over rows of loss(y * w.x), by dual coordinate descent: each row has a number a >=
/// 0, w is the sum of a * y * x, and one row after another gets the a that is best while the others stay. Sources:
/// Hsieh et al., "A dual coordinate descent method for large-scale linear SVM", ICML 2008; Yu, Huang, Lin, "Dual
/// coordinate descent methods for logistic regression and maximum entropy models", 2011.
/// </summary>
// The derivation is LinearSolver.md.
internal sealed class LinearSolver
{
    private readonly TextFeatures _x;
    private readonly sbyte[] _y;
    private readonly LinearTextClassifierOptions _options;
    private readonly double _cost;

    // u = r * w of each n-gram, as a text's score adds it, and r beside it: one miss of the cache for both.
    private readonly (double U, double R)[] _weights;
    private readonly double[] _squares, _a, _t;   // of each row: |x|^2, a, and where a = C * sigmoid(t)

    /// <param name="x">The rows, whose features count x = count * r.</param>
    /// <param name="y">[rows], 1 or -1.</param>
    /// <param name="ratios">[n-grams], r; empty: all are 1.</param>
    /// <param name="options">Checked.</param>
    public LinearSolver(TextFeatures x, sbyte[] y, ReadOnlySpan<double> ratios, LinearTextClassifierOptions options)
    {
        _x = x;
        _y = y;
        _options = options;
        _cost = options.Cost;
        _weights = new (double, double)[x.Table.Count];
        for (int j = 0; j < _weights.Length; j++)
            _weights[j].R = ratios.IsEmpty ? 1 : ratios[j];

        _a = new double[x.Rows];
        _t = new double[x.Rows];
        _squares = new double[x.Rows];
        for (int row = 0; row < x.Rows; row++)
            _squares[row] = SumOfSquares(row);
    }

    /// <summary>The weight of the feature that is 1 in every row.</summary>
    public double Intercept { get; private set; }

    private bool IsLogistic => _options.Loss == LinearLoss.Logistic;

    /// <summary>u = r * w: what one occurrence of an n-gram adds to a score.</summary>
    public double Weight(int number) => _weights[number].U;

    /// <summary>Visits all rows in a drawn order, again and again, until the duality gap is small.</summary>
    /// <param name="label">Names the class in reports, and the stream of random numbers.</param>
    /// <param name="progress">After each run; may be null.</param>
    /// <param name="cancellation">Asked now and then.</param>
    public LinearSolution Run(int label, IProgress<LinearTrainingProgress>? progress, CancellationToken cancellation)
    {
        Begin();
        Philox random = new(_options.Seed, (ulong)label);
        int[] order = new int[_x.Rows];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;

        for (int epoch = 1; ; epoch++)
        {
            (double objective, double gap) = Epoch(order, ref random, cancellation);
            progress?.Report(new LinearTrainingProgress(label, epoch, gap / objective));
            bool isLast = epoch == _options.MaxEpochs;
            if (!isLast && gap > _options.Tolerance * objective)
                continue;

            // Those were sums over weights that changed meanwhile.
            (objective, gap) = Measure();
            bool converged = gap <= _options.Tolerance * objective;
            if (converged || isLast)
                return new LinearSolution(epoch, objective, gap, converged);
        }
    }

    // w = 0 has m = 0 everywhere. The hinge begins with a = 0, which belongs to it; of the logistic loss a = 0 is the
    // end of the range, and C / 2 would be right if the other rows weren't there: with all of them, the sum is far too
    // large.
    private void Begin()
    {
        if (!IsLogistic)
            return;
        for (int row = 0; row < _x.Rows; row++)
        {
            _t[row] = -7;   // a = C / 1100
            _a[row] = _cost * Sigmoid(-7);
            Add(row, _y[row] * _a[row]);
        }
    }

    private (double Objective, double Gap) Epoch(int[] order, ref Philox random, CancellationToken cancellation)
    {
        double gap = 0, loss = 0, squares = 0;
        for (int i = 0; i < order.Length; i++)
        {
            if (i % 1024 == 0)
                cancellation.ThrowIfCancellationRequested();
            int other = i + random.NextInt32(order.Length - i);
            (order[i], order[other]) = (order[other], order[i]);
            int row = order[i];
            double margin = _y[row] * Score(row);
            gap += Gap(row, margin);
            loss += Loss(margin);
            squares += _a[row] * margin;
            double before = _a[row];
            if (IsLogistic)
                StepLogistic(row, margin);
            else
                StepHinge(row, margin);

            if (_a[row] != before)
                Add(row, _y[row] * (_a[row] - before));
        }

        return (squares / 2 + _cost * loss, gap);
    }

    // f(w), and f(w) less the dual's value, as a sum of parts that are 0 or more: nothing cancels.
    private (double Objective, double Gap) Measure()
    {
        double gap = 0, loss = 0, squares = 0;
        for (int row = 0; row < _x.Rows; row++)
        {
            double margin = _y[row] * Score(row);
            gap += Gap(row, margin);
            loss += Loss(margin);
            squares += _a[row] * margin;   // w is the sum of a * y * x: the sum of these is |w|^2
        }

        return (squares / 2 + _cost * loss, gap);
    }

    private double Loss(double margin)
    {
        if (IsLogistic)
            return SoftPlus(-margin);
        double missing = Math.Max(0, 1 - margin);
        return missing * missing;
    }

    // C * loss(m) + conjugate(a) + a * m.
    private double Gap(int row, double margin)
    {
        if (IsLogistic)
        {
            // C * KL(sigmoid(t), sigmoid(-m)): log s(t) = -softplus(-t), log (1 - s(t)) = -softplus(t).
            double t = _t[row], p = Sigmoid(t), q = Sigmoid(-t);
            return _cost * Math.Max(0,
                p * (SoftPlus(margin) - SoftPlus(-t)) + q * (SoftPlus(-margin) - SoftPlus(t)));
        }

        double off = Math.Max(0, 1 - margin) - _a[row] / (2 * _cost);
        return _cost * off * off + _a[row] * Math.Max(0, margin - 1);
    }

    // The root of t + |x|^2 * (C * sigmoid(t) - a) + m, which grows with t by 1 to 1 + |x|^2 * C / 4.
    private void StepLogistic(int row, double margin)
    {
        double slope = _squares[row] * _cost, offset = margin - _squares[row] * _a[row];
        double low = -offset - slope, high = -offset, t = Math.Clamp(_t[row], low, high);
        for (int i = 0; i < 100; i++)
        {
            double s = Sigmoid(t), value = t + slope * s + offset;
            if (value > 0)
                high = t;
            else
                low = t;

            double next = t - value / (1 + slope * s * Sigmoid(-t));
            if (!(next >= low && next <= high))
                next = 0.5 * (low + high);
            bool isRoot = Math.Abs(next - t) <= 1e-13 * Math.Max(1, Math.Abs(t));
            t = next;
            if (isRoot)
                break;
        }

        _t[row] = t;
        _a[row] = _cost * Sigmoid(t);
    }

    // The least a * m' - a + a^2 / (4 C) has slope 0, unless that a is below 0.
    private void StepHinge(int row, double margin)
    {
        double diagonal = 0.5 / _cost, slope = margin - 1 + diagonal * _a[row];
        _a[row] = Math.Max(0, _a[row] - slope / (_squares[row] + diagonal));
    }

    private double Score(int row)
    {
        double sum = Intercept;
        ReadOnlySpan<int> columns = Columns(row), counts = Counts(row);
        if (counts.IsEmpty)
        {
            foreach (int column in columns)
                sum += _weights[column].U;
            return sum;
        }

        for (int i = 0; i < columns.Length; i++)
            sum += counts[i] * _weights[columns[i]].U;
        return sum;
    }

    // w += change * x, in u = r * w.
    private void Add(int row, double change)
    {
        ReadOnlySpan<int> columns = Columns(row), counts = Counts(row);
        for (int i = 0; i < columns.Length; i++)
        {
            ref (double U, double R) weight = ref _weights[columns[i]];
            weight.U += (counts.IsEmpty ? change : change * counts[i]) * weight.R * weight.R;
        }

        if (_options.Intercept)
            Intercept += change;
    }

    private double SumOfSquares(int row)
    {
        double sum = _options.Intercept ? 1 : 0;
        ReadOnlySpan<int> columns = Columns(row), counts = Counts(row);
        for (int i = 0; i < columns.Length; i++)
        {
            double value = (counts.IsEmpty ? 1 : counts[i]) * _weights[columns[i]].R;
            sum += value * value;
        }

        return sum;
    }

    private ReadOnlySpan<int> Columns(int row) =>
        _x.Columns.AsSpan(_x.Starts[row], _x.Starts[row + 1] - _x.Starts[row]);

    private ReadOnlySpan<int> Counts(int row) =>
        _x.Counts is null ? [] : _x.Counts.AsSpan(_x.Starts[row], _x.Starts[row + 1] - _x.Starts[row]);

    // exp of a negative number alone: the other is infinite beyond 709.
    private static double Sigmoid(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    private static double SoftPlus(double x) => Math.Max(0, x) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
