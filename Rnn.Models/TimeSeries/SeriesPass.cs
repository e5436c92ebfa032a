using System;
using System.Linq;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Training;

namespace Rnn.Models.TimeSeries;

/// <summary>One thread's way through a <see cref="SeriesModel"/>: inputs and what is known about the series ->
/// recurrent layers -> dropout -> linear, plus a linear function of the inputs.</summary>
internal sealed class SeriesPass : Pass<SeriesBatch>
{
    private readonly SeriesModel _model;
    private readonly RecurrentTape _tape;
    private readonly Tensor _inputs, _vectors, _dSkip;   // with an embedding; else no rows
    private readonly Tensor _outputs, _skipped;
    private readonly float[] _levels;

    public SeriesPass(SeriesModel model, BatchShape most, TapeUse use)
        : base(SeriesModel.Format.Name, model.Parameters)
    {
        _model = model;
        Most = most;
        _tape = model.Recurrent.CreateTape(most.Steps, most.Rows, use);
        int targets = checked(most.Rows * most.Targets);
        bool isEmbedded = model.Embedding is not null;
        _inputs = new Tensor(isEmbedded ? most.Items : 0, model.InputSize);
        _dSkip = new Tensor(isEmbedded && use == TapeUse.Training ? targets : 0, model.InputSize);
        _vectors = new Tensor(isEmbedded ? most.Rows : 0, model.Options.EmbeddingSize);
        _outputs = new Tensor(targets, model.Options.OutputSize);
        _skipped = new Tensor(targets, model.Options.OutputSize);
        _levels = [.. model.Options.Levels.Select(level => (float)level)];
    }

    /// <summary>The largest batch.</summary>
    public BatchShape Most { get; }

    public override LossSum ForwardBackward(in SeriesBatch batch, Mode mode, float scale, GradientBuffer g)
    {
        MatrixView outputs = Forward(batch, mode), dOutputs = outputs;
        LossSum loss = Loss(batch, outputs, scale, dOutputs);
        ReadOnlySequenceView x = Inputs(batch);

        // The way back, each line the twin of one in Forward. The gradient lies where the hidden states after dropout
        // did.
        bool isEmbedded = _model.Embedding is not null;
        MatrixView dSkip = isEmbedded ? _dSkip.AsMatrix().Slice(0, outputs.Rows) : default;
        SequenceView dHidden = _tape.OutputGradient, dLast = Last(dHidden, batch);
        _model.Skip.Backward(Parameters, Last(x, batch).Flattened, dOutputs, g, dSkip);
        _model.Output.Backward(Parameters, dLast.Flattened, dOutputs, g, dLast.Flattened);
        _model.OutputDropout.Backward(dLast, dLast, mode);
        dHidden.Span[..(batch.FirstTarget * batch.Rows * dHidden.Features)].Clear();   // no loss there
        SequenceView dX = isEmbedded ? Embedded(batch) : default;   // in the place of x, which has been read by then
        _model.Recurrent.Backward(Parameters, x, dHidden, _tape, g, dX);
        if (isEmbedded)
        {
            Elementwise.Add(Last(dX, batch).Span, dSkip.Span, Last(dX, batch).Span);
            EmbedBackward(batch, dX, g);
        }

        return loss;
    }

    public override LossSum Evaluate(in SeriesBatch batch, Measurements results) =>
        Loss(batch, Forward(batch, Mode.Inference), 0, default);

    /// <summary>The outputs of the steps with targets [N*B, O]; valid until the next call.</summary>
    public MatrixView Forward(in SeriesBatch batch, Mode mode)
    {
        if (_model.Embedding is not null)
            Embed(batch);

        ReadOnlySequenceView x = Inputs(batch);
        _model.Recurrent.Forward(Parameters, x, default, mode, _tape);
        SequenceView hidden = Last(_tape.Output, batch);
        if (_model.OutputDropout.IsActive(mode) || _tape.Use == TapeUse.Training)
        {
            SequenceView dropped = Last(_tape.DroppedOutput, batch);
            _model.OutputDropout.Forward(hidden, dropped, mode);
            hidden = dropped;
        }

        return Outputs(hidden.Flattened, Last(x, batch).Flattened);
    }

    /// <summary>The outputs of some rows.</summary>
    /// <param name="hidden">[N, H]. Read.</param>
    /// <param name="x">[N, F + E]. Read.</param>
    public MatrixView Outputs(ReadOnlyMatrixView hidden, ReadOnlyMatrixView x)
    {
        MatrixView outputs = _outputs.AsMatrix().Slice(0, hidden.Rows), skipped = _skipped.AsMatrix().Slice(0, hidden.Rows);
        _model.Output.Forward(Parameters, hidden, outputs);
        _model.Skip.Forward(Parameters, x, skipped);
        Elementwise.Add(outputs.Span, skipped.Span, outputs.Span);
        return outputs;
    }

    private LossSum Loss(in SeriesBatch batch, MatrixView outputs, float scale, MatrixView dOutputs)
    {
        ReadOnlySpan<float> targets = batch.Targets.Span, weights = batch.Weights.Span;
        bool isGraded = !dOutputs.IsEmpty;
        switch (_model.Options.Output)
        {
            case SeriesOutput.Normal:
                NormalLikelihood normal = default;
                return isGraded ? normal.ForwardBackward(outputs, targets, weights, scale, dOutputs)
                    : normal.Forward(outputs, targets, weights);
            case SeriesOutput.StudentT:
                StudentTLikelihood student = default;
                return isGraded ? student.ForwardBackward(outputs, targets, weights, scale, dOutputs)
                    : student.Forward(outputs, targets, weights);
            case SeriesOutput.NegativeBinomial:
                return isGraded
                    ? NegativeBinomialLikelihood.ForwardBackward(
                        outputs, targets, batch.Scales.Span, weights, scale, dOutputs)
                    : NegativeBinomialLikelihood.Forward(outputs, targets, batch.Scales.Span, weights);
            default:
                return isGraded ? PinballLoss.ForwardBackward(outputs, targets, _levels, weights, scale, dOutputs)
                    : PinballLoss.Forward(outputs, targets, _levels, weights);
        }
    }

    /// <summary>Each step's inputs, and behind them what is learnt about the series.</summary>
    private void Embed(in SeriesBatch batch)
    {
        int features = _model.Features.Count;
        MatrixView vectors = _vectors.AsMatrix().Slice(0, batch.Rows), x = Embedded(batch).Flattened;
        ReadOnlySpan<float> inputs = batch.Inputs.Span;
        _model.Embedding!.Forward(Parameters, batch.Series.Span, vectors);
        for (int n = 0; n < x.Rows; n++)
        {
            inputs.Slice(n * features, features).CopyTo(x.Row(n));
            vectors.Row(n % batch.Rows).CopyTo(x.Row(n)[features..]);
        }
    }

    private void EmbedBackward(in SeriesBatch batch, SequenceView dX, GradientBuffer g)
    {
        MatrixView dVectors = _vectors.AsMatrix().Slice(0, batch.Rows), dFlat = dX.Flattened;
        dVectors.Span.Clear();
        for (int n = 0; n < dFlat.Rows; n++)
        {
            Span<float> row = dVectors.Row(n % batch.Rows);
            Elementwise.Add(row, dFlat.Row(n)[_model.Features.Count..], row);
        }

        _model.Embedding!.Backward(batch.Series.Span, dVectors, g);
    }

    private SequenceView Embedded(in SeriesBatch batch) =>
        new(_inputs.Span[..(batch.Steps * batch.Rows * _model.InputSize)], batch.Steps, batch.Rows, _model.InputSize);

    private ReadOnlySequenceView Inputs(in SeriesBatch batch) => _model.Embedding is null
        ? new ReadOnlySequenceView(batch.Inputs.Span, batch.Steps, batch.Rows, _model.InputSize)
        : Embedded(batch);

    private static SequenceView Last(SequenceView all, in SeriesBatch batch) =>
        all.Slice(batch.FirstTarget, batch.Steps - batch.FirstTarget);

    private static ReadOnlySequenceView Last(ReadOnlySequenceView all, in SeriesBatch batch) =>
        all.Slice(batch.FirstTarget, batch.Steps - batch.FirstTarget);
}
