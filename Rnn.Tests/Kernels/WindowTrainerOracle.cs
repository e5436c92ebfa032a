using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Kernels;
using Rnn.Tests.Infrastructure;

namespace Rnn.Tests.Kernels;

/// <summary>
/// What <see cref="WindowTrainer"/> does, in doubles. Batches of up to 16 windows of a piece (fewer with few words); the gradients of a batch
/// are taken at parameters that lack the update of the batch before; updates are made window by window.
/// </summary>
internal sealed class WindowTrainerOracle
{
    private const int MostTargetsTogether = 6;

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

    public (double Loss, long Contexts) Train(ReadOnlySpan<int> entries, int epoch, long position, float[] rates)
    {
        List<Batch> batches = [];
        List<List<PlannedWindow>> pieces = _plan.Plan(entries, epoch, position);
        for (int p = 0; p < pieces.Count; p++)
        {
            foreach (PlannedWindow[] windows in pieces[p].Chunk(Math.Clamp(Input.Length / 64, 1, 16)))
                batches.Add(new Batch(windows, rates[p]));
        }

        double loss = 0;
        for (int b = 0; b <= batches.Count; b++)
        {
            if (b < batches.Count)
                loss += Multiply(batches[b]);

            if (b > 0)
                Update(batches[b - 1]);
        }

        return (loss, batches.Sum(batch => batch.Windows.Sum(window => _average ? 1L : window.Contexts.Length)));
    }

    private double Multiply(Batch batch)
    {
        double loss = 0;
        foreach (PlannedWindow window in batch.Windows)
        {
            List<double[]> rows = [.. window.Contexts.Select(word => Input[word])];
            if (_average)
            {
                rows = [[.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Average(row => row[i]))]];
                batch.Means.Add(rows[0]);
            }

            int[] targets = [window.Centre, .. window.Negatives];
            double[][] factors = new double[rows.Count][];
            for (int c = 0; c < rows.Count; c++)
            {
                factors[c] = new double[targets.Length];
                for (int j = 0; j < targets.Length; j++)
                {
                    double y = j == 0 ? 1 : -1, dot = rows[c].Zip(Output[targets[j]], (a, b) => a * b).Sum();
                    loss += Math.Log(1 + Math.Exp(-y * dot));
                    factors[c][j] = batch.Rate * y / (1 + Math.Exp(y * dot));
                }
            }

            batch.Factors.Add(factors);
        }

        return loss;
    }

    private void Update(Batch batch)
    {
        for (int n = 0; n < batch.Windows.Length; n++)
        {
            PlannedWindow window = batch.Windows[n];
            int[] targets = [window.Centre, .. window.Negatives];
            double[][] factors = batch.Factors[n], w = [.. targets.Select(word => (double[])Output[word].Clone())];
            int contexts = window.Contexts.Length;
            double[][] x = [.. window.Contexts.Select(word => (double[])Input[word].Clone())];
            for (int c = 0; c < contexts; c++)
            {
                // Where all targets are taken together, a context that comes again is the one already updated.
                double[] row = Input[window.Contexts[c]];
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

    private static void Add(double[] from, double factor, double[] to)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] += factor * from[i];
    }

    private double[][] Table(float[] values) =>
        [.. values.Chunk(values.Length / _plan.Vocabulary).Select(row => TestNumbers.ToDouble(row))];

    private sealed record Batch(PlannedWindow[] Windows, double Rate)
    {
        public List<double[][]> Factors { get; } = [];

        public List<double[]> Means { get; } = [];
    }
}
