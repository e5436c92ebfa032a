using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Training;

/// <summary>
/// The training loop, the same for every model: clear, forward-backward, clip, stop if not finite, step, schedule,
/// report. A run that is stopped after any step and resumed from its checkpoint gives every later loss and parameter
/// with the same bits as one that was never stopped. A step allocates nothing.
/// </summary>
/// <typeparam name="TBatch">What the model learns from in one step.</typeparam>
public sealed partial class Trainer<TBatch>
{
    // Of the mean of recent losses, which counts from the step where it rests on enough of them.
    private const double RecentWeight = 0.1;
    private const int LeastRecent = 10;
    private const double DivergedTimesFirst = 10;

    private readonly Pass<TBatch> _pass;
    private readonly Optimizer _optimizer;
    private readonly IBatches<TBatch> _training;
    private readonly IBatches<TBatch>? _validation;
    private readonly TrainingOptions _options;
    private readonly IGradientExchange _exchange;
    private readonly IReadOnlyDictionary<string, string> _identity;
    private readonly GradientBuffer _gradients;
    private readonly LearningRateSchedule _schedule;
    private readonly ParameterBuffer? _best;
    private readonly RunAverage? _average;
    private readonly Measurements _results;
    private readonly double[] _shared = new double[2];   // what processes add up
    private readonly long _stepsPerEpoch;
    private readonly long _totalSteps;
    private readonly int _epochs;

    private RunState _state;

    // The parameters of the last step, while the model holds the best ones or the average.
    private ParameterBuffer? _last;
    private bool _modelHoldsOthers;

    // Of this run only.
    private long _savedAt = -1;
    private long _firstStep;
    private long _items;
    private long _trainingTicks;
    private long _startTicks;

    /// <summary>Gets ready to train; nothing runs yet.</summary>
    /// <param name="pass">What to train; its parameters have their initial values.</param>
    /// <param name="training">The batches of an epoch.</param>
    /// <param name="validation">The batches of a measurement, or null (the default) to train without.</param>
    /// <param name="options">How; null is the default.</param>
    /// <param name="identity">What must agree when a checkpoint is resumed, besides the options: the model's sizes, the
    /// data. Null (the default) is nothing.</param>
    /// <exception cref="ArgumentException">An option is out of range, or there is no batch.</exception>
    public Trainer(Pass<TBatch> pass, IBatches<TBatch> training, IBatches<TBatch>? validation = null,
        TrainingOptions? options = null, RunIdentity? identity = null)
    {
        ArgumentNullException.ThrowIfNull(pass);
        ArgumentNullException.ThrowIfNull(training);
        options ??= new TrainingOptions();
        options.Check();
        _exchange = options.Exchange;
        if (_exchange.Size > 1 && pass.CarriesState)
            Throw.CarriedState(nameof(options), _exchange.Size);

        if (training.Count < options.BatchesPerStep * _exchange.Size)
            Throw.NoBatches(nameof(training), training.Count, options.BatchesPerStep * _exchange.Size);

        if (validation?.Count < 1)
            Throw.NoBatches(nameof(validation), 0, 1);

        if (validation is null && options.Averaging?.Patience > 0)
            Throw.NothingMeasured(nameof(options), nameof(options.Averaging), options.Averaging.Description);

        ParameterLayout layout = pass.Parameters.Layout;
        _pass = pass;
        _optimizer = options.Optimizer?.Invoke(layout) ?? new Adam(layout);
        if (!ReferenceEquals(_optimizer.Layout, layout))
            Throw.OtherModelsOptimizer();

        _training = training;
        _validation = validation;
        _options = options;
        _schedule = options.Schedule?.Clone()   // its state belongs to this run, not to the options
            ?? new ConstantSchedule(options.LearningRate > 0 ? options.LearningRate : TrainingOptions.UsualRate);
        _gradients = new GradientBuffer(layout);
        _best = validation is null ? null : new ParameterBuffer(layout);
        _results = new Measurements([.. pass.Measures, .. options.AlsoMeasure.Keys]);
        _results.Find(options.Decisive);   // or throw
        _state = new RunState(new Measurements(_results));
        _epochs = Math.Max(1, options.Epochs);
        _stepsPerEpoch = training.Count / (options.BatchesPerStep * _exchange.Size);
        _totalSteps = _epochs * _stepsPerEpoch;
        if (options.MaxSteps > 0)
            _totalSteps = Math.Min(_totalSteps, options.MaxSteps);

        _average = options.Averaging is { } averaging
            ? new RunAverage(averaging, layout, _stepsPerEpoch, options.Decisive)
            : null;
        _identity = Describe(identity);
    }

    /// <summary>Steps done so far, those before a resumed checkpoint included.</summary>
    public long Step => _state.Step;

    /// <summary>Steps of the whole run.</summary>
    public long TotalSteps => _totalSteps;

    /// <summary>Steps of an epoch.</summary>
    public long StepsPerEpoch => _stepsPerEpoch;

    /// <summary>What is measured on the validation batches, the loss first.</summary>
    public IReadOnlyList<Measure> Measures => _results.Measures;

    /// <summary>What it trains. At a report of a step these are the step's.</summary>
    public ParameterBuffer Parameters => _pass.Parameters;

    /// <summary>The gradient of the last step, clipped; all 0 before the first. Read it at the step's report.</summary>
    public GradientBuffer Gradients => _gradients;

    /// <summary>How the last run ended; null before the first one's end.</summary>
    public TrainingResult? Result { get; private set; }

    /// <summary>Trains until the steps are done, the decisive measure stops getting better, or it is cancelled.</summary>
    /// <param name="progress">Is told of every step, measurement and checkpoint, synchronously, on the thread that
    /// called Run.</param>
    /// <param name="cancellation">Asks for an end after the current step; a checkpoint is saved, if the options name
    /// one.</param>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite, and the parameters are as before
    /// that step; or the losses have grown beyond <see cref="TrainingOptions.DivergenceLoss"/>.</exception>
    /// <exception cref="IOException">A checkpoint can't be written.</exception>
    public TrainingResult Run(IProgress<TrainingReport>? progress = null, CancellationToken cancellation = default)
    {
        foreach (TrainingReport report in Steps(cancellation))
            progress?.Report(report);

        return Result!;
    }

    /// <summary>
    /// The same run for those who want the loop in their own hands: each report is what was just done, each MoveNext does
    /// the next thing. After the last one, <see cref="Result"/> is there. Whoever leaves the loop early leaves the run
    /// where it stands: nothing is saved, and another call goes on from there.
    /// </summary>
    /// <inheritdoc cref="Run"/>
    public IEnumerable<TrainingReport> Steps(CancellationToken cancellation = default)
    {
        Begin();
        StopReason? reason = null;
        while (reason is null)
        {
            if (ValidationDue && !IsValidated && Validate(cancellation))
            {
                _savedAt = -1;   // a checkpoint of this step, from which the run may have been resumed, lacks it
                yield return Report(TrainingEvent.Validation);
            }

            reason = ReasonToStop(cancellation);
            if ((reason is not null || CheckpointDue) && _savedAt != Step && _options.CheckpointPath is { } path
                && _exchange.Rank == 0)
            {
                Save(path);
                _savedAt = Step;
                yield return Report(TrainingEvent.Checkpoint);
            }

            if (reason is null)
            {
                TrainStep();
                yield return Report(TrainingEvent.Step);
            }
        }

        if (_options.KeepBest && _best is not null && _state.BestStep > 0 && !FinalIsBest)
            Hold(_best);
        else if (_average is { IsRunning: true })
            Hold(_average.Values);

        Result = new TrainingResult(reason.Value, Step, _state.Loss, Newest[Measure.Loss], BestLoss,
            FinalIsBest ? Step : _state.BestStep)
        {
            Best = FinalIsBest ? _state.Final[_options.Decisive] : _state.Best,
        };
    }

    private long ValidationPeriod => _options.ValidateEvery > 0 ? _options.ValidateEvery : _stepsPerEpoch;

    private bool PeriodEnds => Step % ValidationPeriod == 0;

    private bool ValidationDue => _validation is not null && Step > 0 && (Step == _totalSteps || PeriodEnds);

    private bool IsValidated => _state.ValidatedAt == Step || _state.HasFinal;

    private bool FinalIsBest =>
        _state.HasFinal && _options.Decisive.IsBetter(_state.Final[_options.Decisive], _state.Best);

    private Measurements Newest => _state.HasFinal ? _state.Final : _state.Newest;

    private double BestLoss => FinalIsBest ? _state.Final[Measure.Loss] : _state.BestLoss;

    private bool CheckpointDue => Step > 0
        && Step % (_options.CheckpointEvery > 0 ? _options.CheckpointEvery : _stepsPerEpoch) == 0;

    /// <summary>A run that goes on after it ended does so from the last step, not from the best.</summary>
    private void Begin()
    {
        HoldLast();
        if (_exchange.Size > 1)
        {
            _shared[0] = Step;
            _exchange.Sum(_shared.AsSpan(0, 1));
            if (_shared[0] != (double)Step * _exchange.Size)
                Throw.StepsOfProcesses(Step, _shared[0], _exchange.Size);

            _exchange.Broadcast(_pass.Parameters);
            _average?.Broadcast(_exchange);
        }

        _firstStep = Step;
        _items = 0;
        _trainingTicks = 0;
        _startTicks = Stopwatch.GetTimestamp();
    }

    /// <summary>The model holds others than the last step's parameters, until <see cref="HoldLast"/>.</summary>
    private void Hold(ParameterBuffer others)
    {
        _last ??= new ParameterBuffer(_pass.Parameters.Layout);
        _last.CopyFrom(_pass.Parameters);
        _pass.Parameters.CopyFrom(others);
        _modelHoldsOthers = true;
    }

    private void HoldLast()
    {
        if (!_modelHoldsOthers)
            return;

        _pass.Parameters.CopyFrom(_last!);
        _modelHoldsOthers = false;
    }

    private StopReason? ReasonToStop(CancellationToken cancellation)
    {
        _shared[0] = cancellation.IsCancellationRequested ? 1 : 0;
        _exchange.Sum(_shared.AsSpan(0, 1));
        return _shared[0] > 0 ? StopReason.Cancelled
            : _options.Patience > 0 && _state.NotBetter >= _options.Patience ? StopReason.EarlyStopping
            : Step >= _totalSteps ? StopReason.Completed
            : null;
    }

    private void TrainStep()
    {
        long start = Stopwatch.GetTimestamp();
        int epoch = (int)(Step / _stepsPerEpoch);
        int batches = _options.BatchesPerStep * _exchange.Size, first = (int)(Step % _stepsPerEpoch) * batches;
        long targets = 0;
        for (int i = 0; i < batches; i++)
            targets += _training.Targets(epoch, first + i);

        float scale = (float)(1.0 / Math.Max(1, targets));
        _gradients.Clear();
        LossSum loss = default;
        for (int i = _exchange.Rank; i < batches; i += _exchange.Size)
        {
            ulong key = ((ulong)Step * (ulong)batches) + (ulong)i;   // other masks for each batch
            loss += _pass.ForwardBackward(_training.Get(epoch, first + i), Mode.Training(_options.Seed, key), scale,
                _gradients);
        }

        _exchange.Sum(_gradients);
        loss = SumOverProcesses(loss);
        double norm = _options.ClipNorm > 0
            ? GradientClipping.ByGlobalNorm(_gradients, _options.ClipNorm)
            : _gradients.Norm();
        StopIfNotFinite(loss, norm);
        _optimizer.Step(_pass.Parameters, _gradients, (float)_schedule.RateAt(Step));
        _state.EpochLoss = first == 0 ? loss : _state.EpochLoss + loss;
        _state.Loss = loss.Mean;
        _state.GradientNorm = norm;
        _state.Step++;
        _state.HasFinal = false;
        _average?.AfterStep(Step, _pass.Parameters);
        StopIfDiverged();
        _items += loss.Count;
        _trainingTicks += Stopwatch.GetTimestamp() - start;
    }

    private LossSum SumOverProcesses(LossSum loss)
    {
        if (_exchange.Size == 1)
            return loss;

        (_shared[0], _shared[1]) = (loss.Sum, loss.Count);
        _exchange.Sum(_shared);
        return new LossSum(_shared[0], (long)_shared[1]);
    }

    private void StopIfNotFinite(LossSum loss, double norm)
    {
        if (!double.IsFinite(loss.Sum))
        {
            throw new TrainingDivergedException(Throw.NotFinite(Step + 1, "loss", _schedule.RateAt(Step)), Step + 1,
                "loss");
        }

        if (!double.IsFinite(norm))
        {
            string tensor = _gradients.FirstNotFinite()?.Name ?? "gradient norm";
            throw new TrainingDivergedException(Throw.NotFinite(Step + 1, tensor, _schedule.RateAt(Step)), Step + 1,
                tensor);
        }
    }

    private void StopIfDiverged()
    {
        double loss = _state.Loss;
        if (double.IsNaN(loss))   // no target counted
            return;

        if (double.IsNaN(_state.FirstLoss) || _state.FirstLoss == 0)
            _state.FirstLoss = loss;

        _state.RecentLoss = double.IsNaN(_state.RecentLoss)
            ? loss
            : _state.RecentLoss + (RecentWeight * (loss - _state.RecentLoss));
        double most = _options.DivergenceLoss > 0
            ? _options.DivergenceLoss
            : _state.FirstLoss + ((DivergedTimesFirst - 1) * Math.Abs(_state.FirstLoss));   // may be below 0 (D55)
        bool isKnown = most != 0 && (Step >= LeastRecent || Step == _totalSteps);
        if (isKnown && _state.RecentLoss > most)
        {
            throw new TrainingDivergedException(
                Throw.Diverged(Step, _state.RecentLoss, most, _schedule.RateAt(Step - 1)), Step, "loss");
        }
    }

    private TrainingReport Report(TrainingEvent what)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_startTicks);
        long done = Step - _firstStep;
        double seconds = _trainingTicks / (double)Stopwatch.Frequency;
        long last = Math.Max(0, Step - 1);
        return new TrainingReport
        {
            Event = what,
            Step = Step,
            TotalSteps = _totalSteps,
            Epoch = (int)(last / _stepsPerEpoch) + 1,
            TotalEpochs = _epochs,
            Loss = _state.Loss,
            EpochLoss = _state.EpochLoss.Mean,
            ValidationLoss = Newest[Measure.Loss],
            BestValidationLoss = BestLoss,
            Results = Newest,
            GradientNorm = _state.GradientNorm,
            LearningRate = _schedule.RateAt(last),
            Elapsed = elapsed,
            ItemsPerSecond = seconds > 0 ? _items / seconds : 0,
            Remaining = done > 0 ? elapsed * ((_totalSteps - Step) / (double)done) : TimeSpan.Zero,
        };
    }

    /// <summary>What decides the course of the run, besides the number of steps, which may be raised on
    /// resuming.</summary>
    private IReadOnlyDictionary<string, string> Describe(RunIdentity? identity)
    {
        RunIdentity all = new();
        _options.Describe(all);
        all.Add("steps per epoch", _stepsPerEpoch.ToString(CultureInfo.InvariantCulture));
        all.Add("optimizer", $"{_optimizer.Name} {_optimizer.Hyperparameters}");
        all.Add("schedule", _schedule.Description);
        all.Add("validation period",
            _validation is null ? "none" : ValidationPeriod.ToString(CultureInfo.InvariantCulture));
        all.Add("measures", string.Join(", ", _results.Measures.Select(measure => measure.Name)));
        all.Add("decisive measure", _options.Decisive.Name);
        if (_options.Averaging is { } averaging)
            all.Add(AveragingKey, averaging.Description);

        if (_exchange.Size > 1)
            all.Add("processes", _exchange.Size.ToString(CultureInfo.InvariantCulture));

        foreach ((string key, string value) in identity?.Entries ?? new Dictionary<string, string>())
        {
            if (all.Entries.TryGetValue(key, out string? other))
                Throw.IdentityTwice(key, other, value);

            all.Add(key, value);
        }

        return all.Entries;
    }
}
