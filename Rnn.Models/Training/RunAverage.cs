using System;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Checkpoints;

namespace Rnn.Models.Training;

/// <summary>
/// The averaging of one run (design decision D73): its average, and what tells when to begin.
/// </summary>
internal sealed class RunAverage
{
    private const string Prefix = "average", StatePrefix = "averaging.";

    private readonly ParameterAverage _average;
    private readonly long _firstStep;
    private readonly Measure _decisive;
    private readonly double[] _newest;   // the last measurements, which are not compared with
    private double _bestBefore = double.NaN;   // of those before them
    private long _measurements;

    public RunAverage(ParameterAveraging averaging, ParameterLayout layout, long stepsPerEpoch, Measure decisive)
    {
        _average = averaging.CreateAverage(layout);
        _firstStep = averaging.FirstStep(stepsPerEpoch);
        _decisive = decisive;
        _newest = new double[averaging.Patience];
    }

    /// <summary>Whether there is an average.</summary>
    public bool IsRunning => _average.Count > 0;

    /// <summary>The average.</summary>
    public ParameterBuffer Values => _average.Values;

    /// <summary>Takes the parameters after a step into the average, if it has begun or begins here.</summary>
    public void AfterStep(long step, ParameterBuffer parameters)
    {
        if (IsRunning || step >= _firstStep)
            _average.Add(parameters);
    }

    /// <summary>A measurement at the end of a period: averaging begins with these parameters if it is worse than the best
    /// of those before the newest.</summary>
    public void Observe(double value, ParameterBuffer parameters)
    {
        if (_newest.Length == 0 || IsRunning)
            return;

        if (_decisive.IsBetter(_bestBefore, value))
        {
            _average.Add(parameters);
            return;
        }

        // From the next measurement on the oldest of the newest counts, which this one takes the place of.
        ref double oldest = ref _newest[(int)(_measurements % _newest.Length)];
        if (_measurements >= _newest.Length && _decisive.IsBetter(oldest, _bestBefore))
            _bestBefore = oldest;

        oldest = value;
        _measurements++;
    }

    /// <summary>Several processes take the average of the first one, as they do its parameters.</summary>
    public void Broadcast(IGradientExchange exchange)
    {
        if (!IsRunning)
            return;

        exchange.Broadcast(_average.Values);
        exchange.Broadcast(_average.Rest);
    }

    /// <summary>Adds all of it to a checkpoint.</summary>
    public void Save(CheckpointWriter writer)
    {
        writer.Add(StatePrefix + "count", _average.Count);
        writer.Add(StatePrefix + "measurements", _measurements);
        writer.Add(StatePrefix + "best_before", _bestBefore);
        for (int i = 0; i < _newest.Length; i++)
            writer.Add($"{StatePrefix}newest.{i}", _newest[i]);

        if (!IsRunning)
            return;

        writer.Add(Prefix, _average.Values);
        writer.Add($"{Prefix}.rest", _average.Rest);
    }

    /// <summary>Checks what <see cref="Save"/> wrote, and changes nothing; what it returns takes it over.</summary>
    /// <exception cref="System.IO.InvalidDataException">An entry is missing or out of range.</exception>
    public Action Load(CheckpointReader reader, long step)
    {
        long count = reader.WholeNumber(StatePrefix + "count", 0, step);
        long measurements = reader.WholeNumber(StatePrefix + "measurements", 0, step);
        double bestBefore = reader.Number(StatePrefix + "best_before");
        double[] newest = new double[_newest.Length];
        for (int i = 0; i < newest.Length; i++)
            newest[i] = reader.Number($"{StatePrefix}newest.{i}");

        if (count > 0)
        {
            reader.Check(Prefix, _average.Values);
            reader.Check($"{Prefix}.rest", _average.Rest);
        }

        return () =>
        {
            (_average.Count, _measurements, _bestBefore) = (count, measurements, bestBefore);
            newest.CopyTo(_newest, 0);
            if (count == 0)
                return;

            reader.CopyTo(Prefix, _average.Values);
            reader.CopyTo($"{Prefix}.rest", _average.Rest);
        };
    }
}
