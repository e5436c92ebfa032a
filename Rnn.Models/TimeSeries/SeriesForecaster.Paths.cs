using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Forecasting;

namespace Rnn.Models.TimeSeries;

/// <content>Sample paths: each step is drawn, and read as if it had happened.</content>
public sealed partial class SeriesForecaster
{
    private const int MostRows = 2048;
    private const ulong PathStream = 7ul << 60;   // the series' name and the path's number in the lower bits

    private Forecast[] ForecastPaths(IReadOnlyList<Series> histories, int horizon)
    {
        int perModel = (Paths + _models.Length - 1) / _models.Length;
        double[][][] paths = new double[histories.Count][][];
        for (int i = 0; i < paths.Length; i++)
            paths[i] = [.. Enumerable.Range(0, perModel * _models.Length).Select(_ => new double[horizon])];

        for (int m = 0; m < _models.Length; m++)
        {
            PreparedSeries[] series = [.. histories.Select(_models[m].Prepare)];
            int most = Math.Clamp(MostRows / perModel, 1, Math.Max(1, series.Length));
            for (int first = 0; first < series.Length; first += most)
            {
                int rows = Math.Min(most, series.Length - first);
                DrawPaths(_models[m], series.AsSpan(first, rows), m * perModel, perModel, paths.AsSpan(first, rows));
            }
        }

        return [.. paths.Select(each => Forecasting.Forecast.FromPaths(each, _models[0].Options.Levels))];
    }

    private void DrawPaths(SeriesModel model, ReadOnlySpan<PreparedSeries> series, int firstPath, int count,
        ReadOnlySpan<double[][]> paths)
    {
        SeriesFeatures features = model.Features;
        int rows = series.Length, context = model.Options.ContextSteps, horizon = paths[0][0].Length;
        WindowScale[] scales = new WindowScale[rows];
        float[] read = new float[context * rows * model.InputSize];
        for (int b = 0; b < rows; b++)
        {
            int origin = series[b].Values.Length;
            scales[b] = features.Scale(series[b], origin);
            for (int i = Math.Max(0, context - origin); i < context; i++)
            {
                Write(model, series[b], [], origin - context + i, scales[b],
                    read.AsSpan(((i * rows) + b) * model.InputSize, model.InputSize));
            }
        }

        RecurrentState known = model.Recurrent.CreateState(rows), state = model.Recurrent.CreateState(rows * count);
        model.Recurrent.LoadInitialState(model.Parameters, known);
        RecurrentTape reading = model.Recurrent.CreateTape(context, rows, TapeUse.Inference);
        model.Recurrent.Forward(model.Parameters, new ReadOnlySequenceView(read, context, rows, model.InputSize), default,
            known, Mode.Inference, reading);
        state.GatherRows(known, [.. Enumerable.Range(0, rows * count).Select(row => row / count)]);

        // A row is a path from here on.
        RecurrentTape tape = model.Recurrent.CreateTape(horizon, rows * count, TapeUse.Inference);
        SeriesPass pass = new(model, new BatchShape(rows * count), TapeUse.Inference);
        Tensor inputs = new(rows * count, model.InputSize);
        Philox[] random = new Philox[rows * count];
        for (int row = 0; row < random.Length; row++)
        {
            ulong name = (ulong)Hash(series[row / count].Name) << 24;
            random[row] = new Philox(Seed, PathStream | name | (uint)(firstPath + (row % count)));
        }

        model.Recurrent.Begin(state, horizon, Mode.Inference, tape);
        for (int h = 0; h < horizon; h++)
        {
            MatrixView x = inputs.AsMatrix();
            for (int row = 0; row < random.Length; row++)
            {
                int b = row / count;
                Write(model, series[b], paths[b][firstPath + (row % count)].AsSpan(0, h), series[b].Values.Length + h,
                    scales[b], x.Row(row));
            }

            model.Recurrent.ForwardStep(model.Parameters, x, h, tape);
            MatrixView outputs = pass.Outputs(tape.Output[h], x);
            for (int row = 0; row < random.Length; row++)
            {
                int b = row / count;
                double[] path = paths[b][firstPath + (row % count)];
                int origin = series[b].Values.Length;
                double anchor = features.Anchor(series[b], path.AsSpan(0, h), origin + h, origin, scales[b]);
                double value = scales[b].Unit == 0
                    ? anchor
                    : Draw(model.Options.Output, outputs.Row(row), anchor, scales[b].Unit, ref random[row]);
                path[h] = model.Options.NonNegative ? Math.Max(0, value) : value;
            }
        }

        for (int b = 0; b < rows; b++)
        {
            double highest = series[b].Values.Max();
            Span<double[]> drawn = paths[b].AsSpan(firstPath, count);
            if (model.Spread != 1)
                Spread(drawn, model.Spread);

            foreach (double[] path in drawn)
            {
                for (int h = 0; h < horizon; h++)
                {
                    double value = features.Restore(path[h], highest);
                    path[h] = model.Options.NonNegative ? Math.Max(0, value) : value;
                }
            }
        }
    }

    // Each step farther from, or nearer to, the median of all paths there.
    private static void Spread(ReadOnlySpan<double[]> paths, double factor)
    {
        double[] step = new double[paths.Length];
        for (int h = 0; h < paths[0].Length; h++)
        {
            for (int i = 0; i < step.Length; i++)
                step[i] = paths[i][h];

            Array.Sort(step);
            double median = Forecasting.Forecast.SortedQuantile(step, 0.5);
            foreach (double[] path in paths)
                path[h] = median + (factor * (path[h] - median));
        }
    }

    /// <summary>A step's inputs, and behind them what is learnt about the series.</summary>
    private static void Write(SeriesModel model, PreparedSeries series, ReadOnlySpan<double> path, int t,
        in WindowScale scale, Span<float> inputs)
    {
        int features = model.Features.Count;
        model.Features.Write(series, path, t, series.Values.Length, scale, inputs[..features]);
        if (model.Embedding is { } embedding)
            model.Parameters[embedding.Table].Row(series.Id).CopyTo(inputs[features..]);
    }

    private static double Draw(SeriesOutput output, ReadOnlySpan<float> row, double anchor, double unit, ref Philox random)
    {
        switch (output)
        {
            case SeriesOutput.Normal:
                (double mean, double deviation) = default(NormalLikelihood).Parameters(row);
                return anchor + (unit * (mean + (deviation * random.NextNormal())));
            case SeriesOutput.StudentT:
                (double location, double scale, double freedom) = default(StudentTLikelihood).Parameters(row);
                return anchor + (unit * (location + (scale * DistributionSampler.StudentT(freedom, ref random))));
            default:
                (double count, double dispersion) = NegativeBinomialLikelihood.Parameters(row, (float)unit);
                return DistributionSampler.NegativeBinomial(count, dispersion, ref random);
        }
    }

    // FNV-1a: the same on every machine and in every run.
    private static uint Hash(string name)
    {
        uint hash = 2166136261;
        foreach (char c in name)
            hash = (hash ^ c) * 16777619;

        return hash;
    }
}
