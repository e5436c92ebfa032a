using System;
using System.Threading;

namespace Rnn.Models.Training;

/// <content>Measurements, and what follows from them.</content>
public sealed partial class Trainer<TBatch>
{
    /// <summary>Measures what the model is so far, the average if there is one, and says what follows; false when cancelled
    /// in between (it will be measured again on resuming).</summary>
    private bool Validate(CancellationToken cancellation)
    {
        if (_average is { IsRunning: true })
            Hold(_average.Values);

        try
        {
            if (!MeasureAll(cancellation))
                return false;

            Judge();
            return true;
        }
        finally
        {
            HoldLast();
        }
    }

    /// <summary>Every process measures all of it: state may be carried from batch to batch.</summary>
    private bool MeasureAll(CancellationToken cancellation)
    {
        _results.Clear();
        for (int i = 0; i < _validation!.Count; i++)
        {
            if (cancellation.IsCancellationRequested && _exchange.Size == 1)
                return false;

            _results.Add(Measure.Loss, _pass.Evaluate(_validation.Get(0, i), _results));
        }

        return MeasureAlso(_exchange.Size == 1 ? cancellation : CancellationToken.None);
    }

    /// <summary>Whether these parameters are the best, and what schedule and averaging make of them.</summary>
    private void Judge()
    {
        if (!PeriodEnds)   // the extra one at the end must not change a run that goes on later
        {
            _state.Final.CopyFrom(_results);
            _state.HasFinal = true;
            return;
        }

        _state.Newest.CopyFrom(_results);
        _state.ValidatedAt = Step;
        double value = _results[_options.Decisive], loss = _results[Measure.Loss];
        if (_options.Decisive.IsBetter(value, _state.Best))
        {
            (_state.Best, _state.BestLoss, _state.BestStep) = (value, loss, Step);
            _state.NotBetter = 0;
            _best!.CopyFrom(_pass.Parameters);
        }
        else
        {
            _state.NotBetter++;
        }

        _schedule.Observe(loss);
        _average?.Observe(value, _pass.Parameters);
    }

    /// <summary>What the options name besides; false when cancelled. Several processes take the values of the first one,
    /// so that all of them decide alike.</summary>
    private bool MeasureAlso(CancellationToken cancellation)
    {
        try
        {
            foreach ((Measure measure, Func<CancellationToken, double> compute) in _options.AlsoMeasure)
                _results.Add(measure, compute(cancellation), 1);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }

        if (cancellation.IsCancellationRequested && _options.AlsoMeasure.Count > 0)
            return false;   // a value may be that of a part

        for (int i = 0; i < _results.Measures.Count && _exchange.Size > 1; i++)
        {
            _shared[0] = _exchange.Rank == 0 ? _results.Value(i) : 0;
            _exchange.Sum(_shared.AsSpan(0, 1));
            _results.Set(i, _shared[0]);
        }

        return true;
    }
}
