using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using MathNet.Numerics.Distributions;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Forecasting;
using Rnn.Models.Saving;
using Rnn.Models.Training;

namespace Rnn.Models.TimeSeries;

/// <summary>
/// One network for all series of a set: windows, each in its own unit -> recurrent layers -> dropout -> linear, beside
/// a linear function of the inputs -> quantiles of the whole horizon, or the distribution of the next step. What it
/// predicts are differences from an anchor, by default the last season's value (<see cref="SeriesOptions.Anchor"/>):
/// untrained, it repeats that. One file holds options, names of series, covariates with their scalers, and weights.
/// <see cref="SeriesForecaster"/> forecasts with it. Sources: Salinas, Flunkert, Gasthaus and Januschowski 2020 (DeepAR:
/// one model of many series, each with its scale, and sample paths); Wen, Torkkola, Narayanaswamy and Madeka 2017
/// (quantiles of a horizon at once).
/// </summary>
public sealed partial class SeriesModel : Model<SeriesOptions, SeriesBatch>
{
    private const string SeriesKey = "series", CovariatesKey = "covariates", SpreadKey = "spread";
    private const float InitialDeviation = 0.01f;   // of output weights: the first predictions are the anchors, nearly
    private const int EvaluationBatch = 64, ShrinkSteps = 4;

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly SeriesCovariate[] _covariates;

    /// <summary>A model of the training series, with initial weights drawn from a seed.</summary>
    /// <param name="training">Series to learn; all with the same covariates. Their names are kept where the model
    /// learns about each (EmbeddingSize), the scale of their covariates always, their values not.</param>
    /// <param name="options">Its shape; null is the default.</param>
    /// <param name="seed">Of the initial weights.</param>
    /// <exception cref="ArgumentException">An option is out of range, there is no series, or their covariates
    /// differ.</exception>
    public SeriesModel(IReadOnlyList<Series> training, SeriesOptions? options = null, ulong seed = 1)
        : this(Names(training, options), SeriesCovariate.Of(training), options ?? new SeriesOptions(), seed, file: null)
    {
    }

    private SeriesModel(string[] names, SeriesCovariate[] covariates, SeriesOptions options, ulong seed,
        ModelReader<SeriesOptions>? file)
        : base(Format, options, file)
    {
        options.Check();
        SeriesNames = names;
        Spread = file is null ? 1 : file.Entry(SpreadKey, ReadSpread);
        _covariates = covariates;
        for (int i = 0; i < names.Length; i++)
            _ids[names[i]] = i + 1;

        Features = new SeriesFeatures(options, covariates);
        if (options.EmbeddingSize > 0)
            Embedding = new Embedding(Layout, "embedding", names.Length + 1, options.EmbeddingSize, SlotStorage.Dense);

        string name = options.Cell switch { RecurrentCell.Lstm => "lstm", RecurrentCell.Gru => "gru", _ => "rnn" };
        InputSize = Features.Count + options.EmbeddingSize;
        Recurrent = RecurrentStack.Create(Layout, name, options.Cell, InputSize, options.HiddenSize, options.Layers,
            options.Dropout, options: options);
        OutputDropout = new Dropout("dropout", options.Dropout);
        Output = new Linear(Layout, "fc", Recurrent.OutputSize, options.OutputSize);
        Skip = new Linear(Layout, "skip", InputSize, options.OutputSize, bias: false);
        Layout.SetInitial(Skip.Weights, InitialValues.Zeros);
        Layout.SetInitial(Output.Weights, InitialValues.Normal(InitialDeviation));
        Layout.SetInitial(Output.Bias!.Value, InitialValues.Blocks(InitialOutput(options)));
        Complete(seed);
    }

    /// <summary>Its kind of file.</summary>
    public static ModelFormat<SeriesOptions> Format { get; } = new("series/4", TimeSeriesJson.Default.SeriesOptions);

    /// <summary>The names of the series that it has learnt something about, each by itself; none without
    /// EmbeddingSize.</summary>
    public IReadOnlyList<string> SeriesNames { get; }

    /// <summary>The names of the covariates that it reads.</summary>
    public IReadOnlyList<string> CovariateNames => [.. _covariates.Select(covariate => covariate.Name)];

    /// <summary>What the distances of its quantiles and paths from their median are multiplied by, so that intervals cover
    /// what they promise; 1 until <see cref="SeriesForecaster.Calibrate"/> has chosen it.</summary>
    public double Spread { get; internal set; }

    /// <summary>From series to inputs.</summary>
    internal SeriesFeatures Features { get; }

    /// <summary>F + E, numbers that the recurrent layers read at each step.</summary>
    internal int InputSize { get; }

    /// <summary>What is learnt about each series, row 0 about an unknown one; or null.</summary>
    internal Embedding? Embedding { get; }

    /// <summary>The recurrent layers.</summary>
    internal RecurrentStack Recurrent { get; }

    /// <summary>Dropout before the output.</summary>
    internal Dropout OutputDropout { get; }

    /// <summary>From the hidden state to parameters of the prediction.</summary>
    internal Linear Output { get; }

    /// <summary>The same from the inputs: an autoregression, which the layers only correct.</summary>
    internal Linear Skip { get; }

    /// <summary>Loads what <see cref="Model{TOptions, TBatch}.Save(string)"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, altered, or no model of this kind.</exception>
    public static SeriesModel Load(string path) => Format.Open(path).Make(Load);

    /// <summary>The same, from a stream.</summary>
    public static SeriesModel Load(Stream stream) => Format.Read(stream).Make(Load);

    /// <inheritdoc/>
    public override Pass<SeriesBatch> CreatePass(BatchShape most, TapeUse use = TapeUse.Training) =>
        new SeriesPass(this, most, use);

    /// <summary>A series in the model's units.</summary>
    internal PreparedSeries Prepare(Series series) => Features.Prepare(series, _ids.GetValueOrDefault(series.Name));

    /// <inheritdoc/>
    protected override void AddTo(ModelWriter file)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Add(SeriesKey, string.Join('\n', SeriesNames));
        file.Add(CovariatesKey, SeriesCovariate.Write(_covariates));
        file.Add(SpreadKey, Spread.ToString("R", CultureInfo.InvariantCulture));
    }

    private static SeriesModel Load(ModelReader<SeriesOptions> file) =>
        new(file.Entry(SeriesKey, text => text.Length == 0 ? [] : text.Split('\n')),
            file.Entry(CovariatesKey, SeriesCovariate.Read), file.Options, 0, file);

    private static double ReadSpread(string text)
    {
        double spread = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return spread > 0 && double.IsFinite(spread) ? spread : throw new FormatException($"'{text}' is no spread.");
    }

    private static string[] Names(IReadOnlyList<Series> training, SeriesOptions? options)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (training.Count == 0)
            Throw.NoSeries(nameof(training));

        foreach (Series series in training)
        {
            if (series.Name.Contains('\n', StringComparison.Ordinal)
                || series.Covariates.Any(covariate => covariate.Name.Contains('\n', StringComparison.Ordinal)))
            {
                Throw.LineInSeriesName(series.Name);
            }
        }

        if (options is not { EmbeddingSize: > 0 })
            return [];

        string[] names = [.. training.Select(series => series.Name)];
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            Throw.SeriesTwice(twice.Key);

        return names;
    }

    // Differences whose mean size is 1: an exponential distribution to either side has these quantiles, a normal one this
    // deviation, a Student-t with 6 degrees of freedom this scale. Counts begin at ln 2 of their unit.
    private static float[] InitialOutput(SeriesOptions options) => options.Output switch
    {
        SeriesOutput.Quantiles when options.Anchor == SeriesAnchor.Smoothing =>
            [.. options.Levels.Select(q => (float)Normal.InvCDF(0, 1, q))],
        SeriesOutput.Quantiles =>
            [.. options.Levels.Select(q => (float)(q < 0.5 ? Math.Log(2 * q) : -Math.Log(2 * (1 - q))))],
        SeriesOutput.Normal => [0, BeforeSoftplus(1.2533)],
        SeriesOutput.StudentT => [0, BeforeSoftplus(1.0886), BeforeSoftplus(4)],
        _ => new float[options.OutputSize],
    };

    private static float BeforeSoftplus(double y) => (float)Math.Log(Math.Exp(y) - 1);
}
