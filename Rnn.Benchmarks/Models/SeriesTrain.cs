using System.Collections.Generic;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;
using Rnn.Models.Training;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// The forecaster of the preset m4-hourly: 10 inputs -> GRU 40 over a week and the two days to forecast -> dropout ->
/// linear, beside a linear function of the inputs -> 13 quantiles of each of the 48 hours, pinball loss: the step of
/// <see cref="SeriesModel"/> itself, on batches that exist.
/// </summary>
public sealed class SeriesTrain : TrainingWorkload
{
    public const int Context = 168, Horizon = 48, T = Context + Horizon, B = 32, F = 10, H = 40, Quantiles = 13;
    public const double Rate = 3e-3, Clip = 5, BeforeOutput = 0.1;
    public const double Tokens = T * B;

    // Wx and what skips the layer have no gradient of the input.
    public const double Flops = (2 * Tokens * 3 * H * ((2 * F) + (3 * H))) + (2 * Horizon * B * Quantiles * ((2 * F) + (3 * H)));

    private readonly MadeUpSeries _windows = CreateWindows();
    private readonly SeriesModel _model;
    private readonly Pass<SeriesBatch> _pass;

    public SeriesTrain(bool dropout)
        : base(Rate, Clip)
    {
        _model = new SeriesModel([new Series("any", [1])], Options(dropout));   // it keeps nothing of a series
        Allocate(_model.Parameters);
        _pass = _model.CreatePass(new BatchShape(B, T, Horizon));
    }

    /// <summary>The levels of the quantiles.</summary>
    public static IReadOnlyList<double> Levels => Forecast.DefaultLevels;

    /// <summary>The batches; the same for everybody.</summary>
    public static MadeUpSeries CreateWindows() => new(Options(dropout: false), B);

    /// <summary>Untrained, what skips the layer is 0, and outputs hardly depend on the layer: a mistake there would not
    /// show.</summary>
    public override void Steady()
    {
        Philox random = new(2);
        ParameterWriter writer = Parameters.BeginWrite();
        foreach (ParameterSlot slot in new[] { _model.Output.Weights, _model.Skip.Weights })
        {
            foreach (ref float weight in writer[slot].Span)
                weight = (float)(0.3 * random.NextNormal());
        }
    }

    private protected override LossSum ForwardBackward(Mode mode, GradientBuffer g)
    {
        SeriesBatch batch = _windows.All[_windows.Next()];
        return _pass.ForwardBackward(batch, mode, 1f / (Horizon * B), g);
    }

    // As samples/TimeSeries has them.
    private static SeriesOptions Options(bool dropout) => new()
    {
        Cell = RecurrentCell.Gru,
        HiddenSize = H,
        Layers = 1,
        Context = Context,
        Lags = [48, 72, 168, 336],
        NonNegative = true,
        Season = 24,
        LongSeason = 168,
        Horizon = Horizon,
        Dropout = dropout ? BeforeOutput : 0,
    };
}
