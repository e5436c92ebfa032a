using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Training;

/// <summary>
/// The training loop, the same for every model: clear, forward-backward, clip, stop if not finite, step, schedule,
/// report. A run that is stopped after any step and resumed from its checkpoint gives every later loss and parameter
/// with the same bits as one that was never stopped. A step allocates nothing.
/// </summary>
/// <typeparam name="TBatch">What the model learns from in one step.</typeparam>
public sealed class Trainer<TBatch>
{
    private const string Prefix = "trainer.";
    private const string FirstLossKey = Prefix + "first_loss", RecentLossKey = Prefix + "recent_loss";
    private const string FinalValidationLossKey = Prefix + "final_validation_loss";

    // Of the mean of recent losses, which counts from the step where it rests on enough of them.
    private const double RecentWeight = 0.1;
    private const int LeastRecent = 10;
    private const double DivergedTimesFirst = 10;
    private const string ParameterArray = "parameters";
    private const string BestArray = "best";

    private readonly ITrainable<TBatch> _model;
    private readonly Optimizer _optimizer;
    private readonly IBatches<TBatch> _training;
    private readonly IBatches<TBatch>? _validation;
    private readonly TrainingOptions _options;
    private readonly IReadOnlyDictionary<string, string> _configuration;
    private readonly GradientBuffer _gradients;
    private readonly LearningRateSchedule _schedule;
    private readonly ParameterBuffer? _best;
    private readonly long _stepsPerEpoch;
    private readonly long _totalSteps;

    // What a checkpoint holds.
    private long _step;
    private LossSum _epochLoss;
    private double _loss = double.NaN;
    private double _firstLoss = double.NaN;
    private double _recentLoss = double.NaN;
    private double _gradientNorm = double.NaN;
    private double _validationLoss = double.NaN;
    private double _bestLoss = double.NaN;
    private long _bestStep;
    private long _validatedAt = -1;
    private int _notBetter;

    // The validation loss after the last step where no period ends: null at every other step, as a run that goes on
    // never made that measurement.
    private double? _finalValidationLoss;

    // The parameters of the last step, while the model holds the best ones.
    private ParameterBuffer? _last;
    private bool _modelHoldsBest;

    // Of this run only.
    private long _savedAt = -1;
    private long _firstStep;
    private long _items;
    private long _trainingTicks;
    private long _startTicks;

    /// <summary>Gets ready to train; nothing runs yet.</summary>
    /// <param name="model">What to train; initialised by the caller.</param>
    /// <param name="optimizer">A new optimiser for the model's parameters.</param>
    /// <param name="training">The batches of an epoch.</param>
    /// <param name="validation">The batches of a measurement, or null to train without.</param>
    /// <param name="options">How.</param>
    /// <param name="configuration">What else must agree when a checkpoint is resumed: the model's sizes, the
    /// data.</param>
    /// <exception cref="ArgumentException">An option is out of range, or there is no batch.</exception>
    public Trainer(ITrainable<TBatch> model, Optimizer optimizer, IBatches<TBatch> training,
        IBatches<TBatch>? validation, TrainingOptions options, IReadOnlyDictionary<string,
            string>? configuration = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (training.Count < options.BatchesPerStep)
        {
            Throw.NoBatches(nameof(training), training.Count, options.BatchesPerStep);
        }

        if (validation?.Count < 1)
        {
            Throw.NoBatches(nameof(validation), 0, 1);
        }

        if (!ReferenceEquals(optimizer.Layout, model.Parameters.Layout))
        {
            Throw.OtherModelsOptimizer();
        }

        _model = model;
        _optimizer = optimizer;
        _training = training;
        _validation = validation;
        _options = options;
        _schedule = options.Schedule.Clone();   // its state belongs to this run, not to the options
        _gradients = new GradientBuffer(model.Parameters.Layout);
        _best = validation is null ? null : new ParameterBuffer(model.Parameters.Layout);
        _stepsPerEpoch = training.Count / options.BatchesPerStep;
        _totalSteps = options.Epochs * _stepsPerEpoch;
        if (options.MaxSteps > 0)
        {
            _totalSteps = Math.Min(_totalSteps, options.MaxSteps);
        }

        _configuration = Describe(configuration);
    }

    /// <summary>Steps done so far, those before a resumed checkpoint included.</summary>
    public long Step => _step;

    /// <summary>Steps of the whole run.</summary>
    public long TotalSteps => _totalSteps;

    /// <summary>Steps of an epoch.</summary>
    public long StepsPerEpoch => _stepsPerEpoch;

    /// <summary>Goes back to where a checkpoint was saved: the next step is the one after it.</summary>
    /// <param name="path">A file that a run of the same configuration saved.</param>
    /// <exception cref="System.IO.FileNotFoundException">There is no such file.</exception>
    /// <exception cref="System.IO.InvalidDataException">The file is damaged, or of another configuration: which
    /// entry differs is said. The run is as it was.</exception>
    public void Resume(string path)
    {
        CheckpointReader reader = CheckpointReader.Open(path, Kind);
        foreach ((string key, string value) in _configuration)
        {
            string saved = reader.Text(TrainingCheckpoint.ConfigurationPrefix + key);
            if (saved != value)
            {
                Throw.OtherConfiguration(path, key, saved, value);
            }
        }

        // All of it is read and checked before any of it is taken over.
        long step = reader.WholeNumber(TrainingCheckpoint.StepKey, 0, int.MaxValue * _stepsPerEpoch);
        LossSum epochLoss = new(reader.FiniteNumber(Prefix + "epoch_loss"),
            reader.WholeNumber(Prefix + "epoch_count", least: 0));
        double loss = reader.Number(Prefix + "loss"), gradientNorm = reader.Number(Prefix + "gradient_norm");
        double firstLoss = reader.Number(FirstLossKey), recentLoss = reader.Number(RecentLossKey);
        double validationLoss = reader.Number(Prefix + "validation_loss");
        double finalValidationLoss = reader.Number(FinalValidationLossKey);
        double bestLoss = reader.Number(Prefix + "best_loss");
        long bestStep = reader.WholeNumber(Prefix + "best_step", 0, step);
        long validatedAt = reader.WholeNumber(Prefix + "validated_at", -1, step);
        long notBetter = reader.WholeNumber(Prefix + "not_better", 0, int.MaxValue);
        bool hasBest = _best is not null && bestStep > 0;
        reader.Check(ParameterArray, _model.Parameters);
        reader.Check("optimizer", _optimizer);
        reader.Check("schedule", _schedule);
        if (hasBest)
        {
            reader.Check(BestArray, _best!);
        }

        _model.LoadState(reader);   // which takes over nothing if it refuses
        reader.CopyTo(ParameterArray, _model.Parameters);
        _modelHoldsBest = false;
        reader.CopyTo("optimizer", _optimizer);
        reader.CopyTo("schedule", _schedule);
        if (hasBest)
        {
            reader.CopyTo(BestArray, _best!);
        }

        (_step, _epochLoss, _loss, _gradientNorm) = (step, epochLoss, loss, gradientNorm);
        (_firstLoss, _recentLoss) = (firstLoss, recentLoss);
        (_validationLoss, _validatedAt) = (validationLoss, validatedAt);
        _finalValidationLoss = double.IsNaN(finalValidationLoss) ? null : finalValidationLoss;
        (_bestLoss, _bestStep, _notBetter) = (bestLoss, bestStep, (int)notBetter);
        _savedAt = IsCheckpointPath(path) ? _step : -1;
    }

    /// <summary>Saves a checkpoint of the steps done so far.</summary>
    /// <param name="path">Replaced atomically; the file before it is kept beside it.</param>
    /// <exception cref="System.IO.IOException">It can't be written; the older file is untouched.</exception>
    public void Save(string path)
    {
        CheckpointWriter writer = new(Kind);
        foreach ((string key, string value) in _configuration)
        {
            writer.Add(TrainingCheckpoint.ConfigurationPrefix + key, value);
        }

        foreach ((string key, string value) in _options.Notes)
        {
            writer.Add(TrainingCheckpoint.NotePrefix + key, value);
        }

        writer.Add(ParameterArray, _modelHoldsBest ? _last! : _model.Parameters);
        writer.Add("optimizer", _optimizer);
        writer.Add("schedule", _schedule);
        _model.SaveState(writer);
        writer.Add(TrainingCheckpoint.StepKey, _step);
        writer.Add(Prefix + "epoch_loss", _epochLoss.Sum);
        writer.Add(Prefix + "epoch_count", _epochLoss.Count);
        writer.Add(Prefix + "loss", _loss);
        writer.Add(FirstLossKey, _firstLoss);
        writer.Add(RecentLossKey, _recentLoss);
        writer.Add(Prefix + "gradient_norm", _gradientNorm);
        writer.Add(Prefix + "validation_loss", _validationLoss);
        writer.Add(Prefix + "best_loss", _bestLoss);
        writer.Add(Prefix + "best_step", _bestStep);
        writer.Add(Prefix + "validated_at", _validatedAt);
        writer.Add(Prefix + "not_better", _notBetter);
        writer.Add(FinalValidationLossKey, _finalValidationLoss ?? double.NaN);
        if (_best is not null && _bestStep > 0)
        {
            writer.Add(BestArray, _best);
        }

        writer.Save(path);
    }

    /// <summary>Trains until the steps are done, the validation loss stops falling, or it is cancelled.</summary>
    /// <param name="progress">Is told of every step, measurement and checkpoint, synchronously, on the thread that
    /// called Run.</param>
    /// <param name="cancellation">Asks for an end after the current step; a checkpoint is saved, if the options name
    /// one.</param>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite, and the parameters are as before
    /// that step; or the losses have grown beyond <see cref="TrainingOptions.DivergenceLoss"/>.</exception>
    /// <exception cref="System.IO.IOException">A checkpoint can't be written.</exception>
    public TrainingResult Run(IProgress<TrainingReport>? progress = null, CancellationToken cancellation = default)
    {
        GoOnFromLast();
        _firstStep = _step;
        _items = 0;
        _trainingTicks = 0;
        _startTicks = Stopwatch.GetTimestamp();
        StopReason? reason = null;
        while (reason is null)
        {
            if (ValidationDue && !IsValidated && Validate(cancellation))
            {
                _savedAt = -1;   // a checkpoint of this step, from which the run may have been resumed, lacks it
                progress?.Report(Report(TrainingEvent.Validation));
            }

            reason = cancellation.IsCancellationRequested ? StopReason.Cancelled
                : _options.Patience > 0 && _notBetter >= _options.Patience ? StopReason.EarlyStopping
                : _step >= _totalSteps ? StopReason.Completed
                : null;
            if ((reason is not null || CheckpointDue) && _savedAt != _step && _options.CheckpointPath is { } path)
            {
                Save(path);
                _savedAt = _step;
                progress?.Report(Report(TrainingEvent.Checkpoint));
            }

            if (reason is null)
            {
                TrainStep();
                progress?.Report(Report(TrainingEvent.Step));
            }
        }

        if (_options.KeepBest && _best is not null && _bestStep > 0 && !FinalIsBest)
        {
            _last ??= new ParameterBuffer(_model.Parameters.Layout);
            _last.CopyFrom(_model.Parameters);
            _model.Parameters.CopyFrom(_best);
            _modelHoldsBest = true;
        }

        return new TrainingResult(reason.Value, _step, _loss, NewestValidationLoss, LowestValidationLoss,
            FinalIsBest ? _step : _bestStep);
    }

    private static string Kind => typeof(TBatch).Name;

    private long ValidationPeriod => _options.ValidateEvery > 0 ? _options.ValidateEvery : _stepsPerEpoch;

    private bool PeriodEnds => _step % ValidationPeriod == 0;

    private bool ValidationDue => _validation is not null && _step > 0 && (_step == _totalSteps || PeriodEnds);

    private bool IsValidated => _validatedAt == _step || _finalValidationLoss is not null;

    private bool FinalIsBest => _finalValidationLoss is { } final && IsBest(final);

    private double NewestValidationLoss => _finalValidationLoss ?? _validationLoss;

    private double LowestValidationLoss => FinalIsBest ? NewestValidationLoss : _bestLoss;

    private bool CheckpointDue => _step > 0
        && _step % (_options.CheckpointEvery > 0 ? _options.CheckpointEvery : _stepsPerEpoch) == 0;

    private bool IsCheckpointPath(string path) =>
        _options.CheckpointPath is { } own && Path.GetFullPath(own) == Path.GetFullPath(path);

    /// <summary>A run that goes on after it ended does so from the last step, not from the best.</summary>
    private void GoOnFromLast()
    {
        if (_modelHoldsBest)
        {
            _model.Parameters.CopyFrom(_last!);
            _modelHoldsBest = false;
        }
    }

    private void TrainStep()
    {
        long start = Stopwatch.GetTimestamp();
        int epoch = (int)(_step / _stepsPerEpoch);
        int first = (int)(_step % _stepsPerEpoch) * _options.BatchesPerStep;
        _gradients.Clear();
        LossSum loss = default;
        for (int i = 0; i < _options.BatchesPerStep; i++)
        {
            ulong key = ((ulong)_step * (ulong)_options.BatchesPerStep) + (ulong)i;   // other masks for each batch
            loss += _model.ForwardBackward(_training.Get(epoch, first + i), Mode.Training(_options.Seed, key),
                _gradients);
        }

        if (_options.BatchesPerStep > 1)
        {
            _gradients.Scale(1f / _options.BatchesPerStep);
        }

        double norm = _options.ClipNorm > 0
            ? GradientClipping.ByGlobalNorm(_gradients, _options.ClipNorm)
            : _gradients.Norm();
        StopIfNotFinite(loss, norm);
        _optimizer.Step(_model.Parameters, _gradients, (float)_schedule.RateAt(_step));
        _epochLoss = first == 0 ? loss : _epochLoss + loss;
        _loss = loss.Mean;
        _gradientNorm = norm;
        _step++;
        _finalValidationLoss = null;
        StopIfDiverged();
        _items += loss.Count;
        _trainingTicks += Stopwatch.GetTimestamp() - start;
    }

    private void StopIfNotFinite(LossSum loss, double norm)
    {
        if (!double.IsFinite(loss.Sum))
        {
            throw new TrainingDivergedException(Throw.NotFinite(_step + 1, "loss", _schedule.RateAt(_step)), _step + 1,
                "loss");
        }

        if (!double.IsFinite(norm))
        {
            string tensor = _gradients.FirstNotFinite()?.Name ?? "gradient norm";
            throw new TrainingDivergedException(Throw.NotFinite(_step + 1, tensor, _schedule.RateAt(_step)), _step + 1,
                tensor);
        }
    }

    private void StopIfDiverged()
    {
        _firstLoss = double.IsNaN(_firstLoss) ? _loss : _firstLoss;
        _recentLoss = double.IsNaN(_recentLoss) ? _loss : _recentLoss + (RecentWeight * (_loss - _recentLoss));
        double most = _options.DivergenceLoss > 0 ? _options.DivergenceLoss : DivergedTimesFirst * _firstLoss;
        if (_recentLoss > most && (_step >= LeastRecent || _step == _totalSteps))
        {
            throw new TrainingDivergedException(
                Throw.Diverged(_step, _recentLoss, most, _schedule.RateAt(_step - 1)), _step, "loss");
        }
    }

    /// <summary>Measures the validation loss; false when cancelled in between (it will be measured again on
    /// resuming).</summary>
    private bool Validate(CancellationToken cancellation)
    {
        LossSum loss = default;
        for (int i = 0; i < _validation!.Count; i++)
        {
            if (cancellation.IsCancellationRequested)
            {
                return false;
            }

            loss += _model.Evaluate(_validation.Get(0, i));
        }

        if (!PeriodEnds)   // the extra one at the end must not change a run that goes on later
        {
            _finalValidationLoss = loss.Mean;
            return true;
        }

        _validationLoss = loss.Mean;
        _validatedAt = _step;
        if (IsBest(_validationLoss))
        {
            _bestLoss = _validationLoss;
            _bestStep = _step;
            _notBetter = 0;
            _best!.CopyFrom(_model.Parameters);
        }
        else
        {
            _notBetter++;
        }

        _schedule.Observe(_validationLoss);
        return true;
    }

    private bool IsBest(double loss) => double.IsNaN(_bestLoss) || loss < _bestLoss;

    private TrainingReport Report(TrainingEvent what)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_startTicks);
        long done = _step - _firstStep;
        double seconds = _trainingTicks / (double)Stopwatch.Frequency;
        long last = Math.Max(0, _step - 1);
        return new TrainingReport
        {
            Event = what,
            Step = _step,
            TotalSteps = _totalSteps,
            Epoch = (int)(last / _stepsPerEpoch) + 1,
            TotalEpochs = _options.Epochs,
            Loss = _loss,
            EpochLoss = _epochLoss.Mean,
            ValidationLoss = NewestValidationLoss,
            BestValidationLoss = LowestValidationLoss,
            GradientNorm = _gradientNorm,
            LearningRate = _schedule.RateAt(last),
            Elapsed = elapsed,
            ItemsPerSecond = seconds > 0 ? _items / seconds : 0,
            Remaining = done > 0 ? elapsed * ((_totalSteps - _step) / (double)done) : TimeSpan.Zero,
        };
    }

    /// <summary>What decides the course of the run, besides the number of steps, which may be raised on
    /// resuming.</summary>
    private Dictionary<string, string> Describe(IReadOnlyDictionary<string, string>? model)
    {
        Dictionary<string, string> all = new(StringComparer.Ordinal)
        {
            ["seed"] = FormattableString.Invariant($"{_options.Seed}"),
            ["clip norm"] = FormattableString.Invariant($"{_options.ClipNorm}"),
            ["batches per step"] = FormattableString.Invariant($"{_options.BatchesPerStep}"),
            ["steps per epoch"] = FormattableString.Invariant($"{_stepsPerEpoch}"),
            ["optimizer"] = $"{_optimizer.Name} {_optimizer.Hyperparameters}",
            ["schedule"] = _schedule.Description,
            ["validation period"] = FormattableString.Invariant($"{ValidationPeriod}"),
        };
        foreach ((string key, string value) in model ?? new Dictionary<string, string>())
        {
            all[key] = value;
        }

        return all;
    }
}
