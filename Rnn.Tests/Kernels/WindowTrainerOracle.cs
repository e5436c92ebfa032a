using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using Rnn.Core.Kernels.WordVectors;
using Rnn.Tests.Infrastructure;

namespace Rnn.Tests.Kernels;

/// <summary>
/// What <see cref="WindowTrainer"/> does, in doubles: windows in parts, parts in batches whose gradients are taken at
/// parameters that lack the update of the batch before, pairs damped by the batch's sums, updates part by part. Where
/// one word is much of the noise, one row with its targets after another, each target with what the one before has left.
/// </summary>
internal sealed class WindowTrainerOracle
{
    private const int MostTargetsTogether = 6, MostParts = 16, Buckets = 512;
    private const double MostGainInOrder = 16;

    private readonly WindowPlanOracle _plan;
    private readonly bool _average;

    public WindowTrainerOracle(WindowPlanOracle plan, bool average, float[] input, float[] output)
    {
        _plan = plan;
        _average = average;
        Input = Table(input);
        Output = Table(output);
    }

    public double[][] Input { get; }

    public double[][] Output { get; }

    /// <summary>The least factor that a pair was multiplied with.</summary>
    public double LeastShare { get; private set; } = 1;

    /// <summary>Pieces whose pairs were taken in order.</summary>
    public int PiecesInOrder { get; private set; }

    private double MostGain => _average ? 2 : Math.Min(2, 0.5 / _plan.Noise.LargestShare);

    private int TargetsInPairs => (_plan.Negatives + 2) / 2 * 2;

    public (double Loss, long Contexts) Train(ReadOnlySpan<int> entries, int epoch, long position, float[] rates)
    {
        List<Batch> batches = [];
        List<List<PlannedWindow>> pieces = _plan.Plan(entries, epoch, position);
        double loss = 0;
        long contexts = 0;
        for (int p = 0; p < pieces.Count; p++)
        {
            contexts += pieces[p].Sum(window => _average ? 1L : window.Contexts.Length);
            double next = rates[Math.Min(p + 1, rates.Length - 1)];
            double Rate(PlannedWindow window) => rates[p] + ((next - rates[p]) * window.Place);

            if (!IsInOrder(rates[p]))
            {
                batches.AddRange(Batches(pieces[p], rates[p]).Select(
                    batch => _plan.Noise.LargestShare > 0.25 ? batch with { Rate = Rate(batch.Parts[0]) } : batch));
                continue;
            }

            loss += Run(batches);
            batches.Clear();
            loss += pieces[p].Sum(window => InOrder(window, Rate(window)));
            PiecesInOrder++;
        }

        return (loss + Run(batches), contexts);
    }

    /// <summary>How many batches a text has at one rate.</summary>
    public int CountBatches(ReadOnlySpan<int> entries, float rate) =>
        _plan.Plan(entries, 0, 0).Sum(piece => Batches(piece, rate).Count());

    private double Run(List<Batch> batches)
    {
        double loss = 0;
        for (int b = 0; b <= batches.Count; b++)
        {
            if (b < batches.Count)
                loss += Multiply(batches[b]);

            if (b > 0)
                Update(batches[b - 1]);
        }

        return loss;
    }

    private bool IsInOrder(float rate) => _plan.Noise.LargestShare > 0.25 && rate <= 0.25f
        && rate * _plan.Noise.LargestShare * (_plan.Negatives + 1) > 0.5;

    private double InOrder(PlannedWindow window, double rate) => _average
        ? InOrder(window.Contexts, Targets(window), rate)
        : window.Contexts.Sum(word => InOrder([word], Targets(window), rate));

    private double InOrder(int[] contexts, int[] targets, double rate)
    {
        double[] x = [.. Enumerable.Range(0, Input[0].Length).Select(i => contexts.Average(word => Input[word][i]))];
        double[] gradient = new double[x.Length];
        double a = targets.Sum(word => Square(Output[word])), loss = 0;
        foreach (int word in targets)
        {
            double[] w = Output[word];
            double y = word == targets[0] ? 1 : -1, dot = TensorPrimitives.Dot<double>(x, w);
            double b = targets.Count(other => Same(other, word)) * Square(x);
            double share = Math.Min(1, MostGainInOrder / (rate / 4 * Math.Max(a, b)));
            LeastShare = Math.Min(LeastShare, share);
            loss += Math.Log(1 + Math.Exp(-y * dot));
            double g = share * rate * y / (1 + Math.Exp(y * dot));
            Add(w, g, gradient);
            Add(x, g, w);
        }

        foreach (int context in contexts)
            Add(gradient, 1.0 / contexts.Length, Input[context]);

        return loss;
    }

    private IEnumerable<Batch> Batches(List<PlannedWindow> windows, float rate)
    {
        double most = Math.Min(576 * Math.Min(1, 8.0 / TargetsInPairs), 16 / _plan.Noise.LargestShare) * Math.Min(1, 0.025 / rate);
        int mostDots = (int)most, mostContexts = _average ? 1000 : Math.Clamp(mostDots / TargetsInPairs, 4, 10);
        List<PlannedWindow> parts = [];
        foreach (PlannedWindow window in windows.SelectMany(window => Parts(window, mostContexts)))
        {
            int dots = parts.Append(window).Sum(part => (_average ? 1 : part.Contexts.Length) * TargetsInPairs);
            if (parts.Count == MostParts || (parts.Count > 0 && dots > mostDots))
            {
                yield return new Batch([.. parts], rate);
                parts.Clear();
            }

            parts.Add(window);
        }

        if (parts.Count > 0)
            yield return new Batch([.. parts], rate);
    }

    private static IEnumerable<PlannedWindow> Parts(PlannedWindow window, int most)
    {
        int n = window.Contexts.Length, parts = (n + most - 1) / most;
        for (int i = 0; i < parts; i++)
            yield return window with { Contexts = window.Contexts[(n * i / parts)..(n * (i + 1) / parts)] };
    }

    private double Multiply(Batch batch)
    {
        double loss = 0;
        foreach (PlannedWindow part in batch.Parts)
        {
            List<double[]> rows = [.. part.Contexts.Select(word => Input[word])];
            if (_average)
            {
                rows = [[.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Average(row => row[i]))]];
                batch.Means.Add(rows[0]);
            }

            int[] targets = Targets(part);
            double[][] factors = new double[rows.Count][];
            double ofX = rows.Sum(Square), ofW = targets.Sum(word => Square(Output[word]));
            for (int c = 0; c < rows.Count; c++)
            {
                factors[c] = new double[targets.Length];
                double a = batch.Rate / 4 * (_average
                    ? part.Contexts.Average(word => Repeats(batch, word)) * ofW / part.Contexts.Length
                    : Repeats(batch, part.Contexts[c]) * ofW);
                for (int j = 0; j < targets.Length; j++)
                {
                    int repeats = batch.Parts.Sum(other => Targets(other).Count(word => Same(word, targets[j])));
                    double y = j == 0 ? 1 : -1, dot = TensorPrimitives.Dot<double>(rows[c], Output[targets[j]]);
                    double share = Math.Min(1, Math.Min(MostGain / a, MostGain / (batch.Rate / 4 * repeats * ofX)));
                    LeastShare = Math.Min(LeastShare, share);
                    loss += Math.Log(1 + Math.Exp(-y * dot));
                    factors[c][j] = share * batch.Rate * y / (1 + Math.Exp(y * dot));
                }
            }

            batch.Factors.Add(factors);
        }

        return loss;
    }

    private void Update(Batch batch)
    {
        for (int n = 0; n < batch.Parts.Length; n++)
        {
            PlannedWindow part = batch.Parts[n];
            int[] targets = Targets(part);
            double[][] factors = batch.Factors[n], w = [.. targets.Select(word => (double[])Output[word].Clone())];
            int contexts = part.Contexts.Length;
            double[][] x = [.. part.Contexts.Select(word => (double[])Input[word].Clone())];
            for (int c = 0; c < contexts; c++)
            {
                // Where all targets are taken together, a context that comes again is the one already updated.
                double[] row = Input[part.Contexts[c]];
                if (!_average && targets.Length <= MostTargetsTogether)
                    x[c] = (double[])row.Clone();

                for (int j = 0; j < targets.Length; j++)
                    Add(w[j], _average ? factors[0][j] / contexts : factors[c][j], row);
            }

            double[][] from = _average ? [batch.Means[n]] : x;
            for (int c = 0; c < from.Length; c++)
            {
                for (int j = 0; j < targets.Length; j++)
                    Add(from[c], factors[c][j], Output[targets[j]]);
            }
        }
    }

    private static double Square(double[] row) => 1 + TensorPrimitives.SumOfSquares<double>(row);

    private static int[] Targets(PlannedWindow part) => [part.Centre, .. part.Negatives];

    private static int Repeats(Batch batch, int word) =>
        batch.Parts.Sum(part => part.Contexts.Count(context => Same(context, word)));

    private static bool Same(int a, int b) => a % Buckets == b % Buckets;

    private static void Add(double[] from, double factor, double[] to)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] += factor * from[i];
    }

    private double[][] Table(float[] values) =>
        [.. values.Chunk(values.Length / _plan.Vocabulary).Select(row => TestNumbers.ToDouble(row))];

    private sealed record Batch(PlannedWindow[] Parts, double Rate)
    {
        public List<double[][]> Factors { get; } = [];

        public List<double[]> Means { get; } = [];
    }
}
