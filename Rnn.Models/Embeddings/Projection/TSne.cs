using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Embeddings.Projection;

/// <summary>
/// t-SNE: points in the plane, so placed that near neighbours stay near. Exact: each step looks at all pairs, which is
/// meant for up to some 2,000 points (N^2 doubles of memory). Deterministic: the same bits on any number of threads.
/// Source: van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 9, 2008.
/// </summary>
public static class TSne
{
    /// <summary>The most points.</summary>
    public const int MaxPoints = 20_000;

    private const double StartDeviation = 1e-4;
    private const double EarlyMomentum = 0.5, LateMomentum = 0.8;
    private const double GainStep = 0.2, GainFactor = 0.8, LeastGain = 0.01;
    private const double LeastLearningRate = 50;
    private const int StepsPerReport = 50;
    private const ulong StartStream = 0;

    /// <summary>Places points in the plane.</summary>
    /// <param name="points">
    /// [N, D], at least 4 rows, finite; for words the rows of <see cref="WordVectors.NormalizedRows"/>. Read.
    /// </param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told every 50 steps, and after the last.</param>
    /// <exception cref="ArgumentException">There are too few or too many points, or they are not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArithmeticException">The learning rate was too high.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TSneResult Run(ReadOnlyMatrixView points, TSneOptions? options = null,
        IProgress<TSneProgress>? progress = null)
    {
        options ??= new TSneOptions();
        Check(points, options);
        int n = points.Rows;
        double rate = options.LearningRate > 0
            ? options.LearningRate
            : Math.Max(n / options.EarlyExaggeration / 4, LeastLearningRate);
        TSneObjective objective = new(points, options.Perplexity, options.Cancellation);
        (double[] x, double[] y) = Start(points, options);
        Axis first = new(x), second = new(y);
        for (int step = 1; step <= options.Iterations; step++)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            bool isEarly = step <= options.ExaggerationIterations;
            objective.Gradient(x, y, isEarly ? options.EarlyExaggeration : 1, first.Gradient, second.Gradient);
            double momentum = isEarly ? EarlyMomentum : LateMomentum;
            if (!first.Step(rate, momentum) || !second.Step(rate, momentum))
                Throw.ProjectionDiverged(step);
            if (progress is not null && (step % StepsPerReport == 0 || step == options.Iterations))
                progress.Report(new TSneProgress(step, options.Iterations, objective.Divergence(x, y)));
        }

        double[] placed = new double[2 * n];
        for (int i = 0; i < n; i++)
            (placed[2 * i], placed[(2 * i) + 1]) = (x[i], y[i]);
        return new TSneResult(placed, objective.Divergence(x, y));
    }

    private static void Check(ReadOnlyMatrixView points, TSneOptions options)
    {
        int n = points.Rows;
        if (n is < 4 or > MaxPoints || points.Cols < 1)
        {
            Throw.ProjectionPoints(nameof(TSne), nameof(points), points.ToString(),
                $"4 to {MaxPoints} rows of at least one column");
        }

        for (int row = 0; row < n; row++)
        {
            if (!Reductions.AllFinite(points.Row(row)))
                Throw.ProjectionNotFinite(nameof(TSne), nameof(points), row);
        }

        if (!(options.Perplexity >= 1 && options.Perplexity < n - 1))
        {
            Throw.OptionOutside(nameof(TSneOptions), nameof(options.Perplexity), options.Perplexity,
                $"1 to less than {n - 1}, the points but one");
        }

        if (options.Iterations < 1)
            Throw.OptionOutside(nameof(TSneOptions), nameof(options.Iterations), options.Iterations, "1 or more");
        if (!(options.LearningRate >= 0 && double.IsFinite(options.LearningRate)))
            Throw.OptionOutside(nameof(TSneOptions), nameof(options.LearningRate), options.LearningRate, "0 or more");
        if (!(options.EarlyExaggeration >= 1 && double.IsFinite(options.EarlyExaggeration)))
        {
            Throw.OptionOutside(nameof(TSneOptions), nameof(options.EarlyExaggeration), options.EarlyExaggeration,
                "1 or more");
        }

        if (options.ExaggerationIterations < 0)
        {
            Throw.OptionOutside(nameof(TSneOptions), nameof(options.ExaggerationIterations),
                options.ExaggerationIterations, "0 or more");
        }
    }

    private static (double[] X, double[] Y) Start(ReadOnlyMatrixView points, TSneOptions options)
    {
        int n = points.Rows;
        double[] x = new double[n], y = new double[n];
        if (options.Start == TSneStart.Random || points.Cols < 2)
        {
            Philox random = new(options.Seed, StartStream);
            for (int i = 0; i < n; i++)
                (x[i], y[i]) = (StartDeviation * random.NextNormal(), StartDeviation * random.NextNormal());
            return (x, y);
        }

        PrincipalComponents components = PrincipalComponents.Fit(points, 2);
        double[] coordinates = components.Project(points);
        double deviation = Math.Sqrt(components.ExplainedVariance[0]);
        double scale = deviation > 0 ? StartDeviation / deviation : 0;
        for (int i = 0; i < n; i++)
            (x[i], y[i]) = (scale * coordinates[2 * i], scale * coordinates[(2 * i) + 1]);
        return (x, y);
    }

    /// <summary>Gradient descent with momentum along one coordinate; a gain for each point (Jacobs 1988).</summary>
    private sealed class Axis(double[] values)
    {
        private readonly double[] _velocity = new double[values.Length];
        private readonly double[] _gains = CreateGains(values.Length);

        public double[] Gradient { get; } = new double[values.Length];

        /// <summary>One step, after which the mean is 0.</summary>
        /// <returns>Whether all is finite.</returns>
        public bool Step(double rate, double momentum)
        {
            double mean = 0;
            for (int i = 0; i < values.Length; i++)
            {
                // Against the gradient for a second time: faster. With it, the last step went too far: slower.
                bool turned = Gradient[i] > 0 == _velocity[i] > 0;
                _gains[i] = Math.Max(LeastGain, turned ? _gains[i] * GainFactor : _gains[i] + GainStep);
                _velocity[i] = (momentum * _velocity[i]) - (rate * _gains[i] * Gradient[i]);
                values[i] += _velocity[i];
                mean += values[i];
            }

            mean /= values.Length;
            for (int i = 0; i < values.Length; i++)
                values[i] -= mean;
            return double.IsFinite(mean);
        }

        private static double[] CreateGains(int count)
        {
            double[] gains = new double[count];
            gains.AsSpan().Fill(1);
            return gains;
        }
    }
}
