using System;
using System.Collections.Generic;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Pooling;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Networks;
using Rnn.Models.Training;

namespace Rnn.Models.Sentiment;

/// <summary>One thread's way through a <see cref="SentimentModel"/>: embedding -> recurrent layers -> pooling over all steps
/// of a text -> dropout -> linear -> sigmoid, or softmax with more than two classes.</summary>
internal sealed class SentimentPass : Pass<LabelledBatch>
{
    private readonly SentimentModel _model;
    private readonly TokenEncoderTape _encoded;
    private readonly PoolingTape _pooling;
    private readonly Tensor _pooled, _logits, _targets;

    public SentimentPass(SentimentModel model, BatchShape most, TapeUse use)
        : base(SentimentModel.Format.Name, model.Parameters)
    {
        _model = model;
        Most = most;
        _encoded = model.Encoder.CreateTape(most.Steps, most.Rows, use);
        _pooling = model.Pooling.CreateTape(most.Steps, most.Rows, use);
        _pooled = new Tensor(most.Targets, model.Encoder.OutputSize);
        _logits = new Tensor(most.Targets, model.Output.OutputSize);
        _targets = new Tensor(most.Targets, 1);
    }

    /// <summary>The largest batch.</summary>
    public BatchShape Most { get; }

    public override IReadOnlyList<Measure> Measures => [Measure.Accuracy];

    public override LossSum ForwardBackward(in LabelledBatch batch, Mode mode, float scale, GradientBuffer g)
    {
        MatrixView logits = Forward(batch, mode);
        LossSum loss = _model.IsBinary
            ? SigmoidCrossEntropy.ForwardBackward(logits, Targets(batch), scale, logits)
            : SoftmaxCrossEntropy.ForwardBackward(logits, batch.Labels.Span, scale, logits);
        Backward(batch, mode, logits, g);
        return loss;
    }

    public override LossSum Evaluate(in LabelledBatch batch, Measurements results)
    {
        MatrixView logits = Forward(batch, Mode.Inference);
        if (!_model.IsBinary)
        {
            results.Add(Measure.Accuracy, Accuracy.Count(logits, batch.Labels.Span));
            return SoftmaxCrossEntropy.Forward(logits, batch.Labels.Span);
        }

        int right = 0;
        for (int n = 0; n < batch.Count; n++)
            right += logits.Span[n] > 0 == (batch.Labels.Span[n] == 1) ? 1 : 0;

        results.Add(Measure.Accuracy, right, batch.Count);
        return SigmoidCrossEntropy.Forward(logits, Targets(batch));
    }

    /// <summary>The logits of a batch [N, 1], or [N, K] with more than two classes; valid until the next call.</summary>
    public MatrixView Forward(in LabelledBatch batch, Mode mode)
    {
        _model.Encoder.Embed(Parameters, batch.Tokens.Span, batch.Rows, mode, _encoded);
        return ForwardVectors(batch, mode);
    }

    /// <summary>The same of <see cref="Vectors"/>, which Forward has filled and somebody may have changed.</summary>
    public MatrixView ForwardVectors(in LabelledBatch batch, Mode mode)
    {
        MatrixView pooled = _pooled.AsMatrix().Slice(0, batch.Count), logits = _logits.AsMatrix().Slice(0, batch.Count);
        _model.Encoder.Read(Parameters, batch.Tokens.Span, batch.Lengths.Span, mode, _encoded);
        _model.Pooling.Forward(Parameters, _encoded.Output, batch.Lengths.Span, batch.FirstRows.Span, pooled, _pooling);
        _model.OutputDropout.Forward(pooled.Span, pooled.Span, mode);
        _model.Output.Forward(Parameters, pooled, logits);
        return logits;
    }

    /// <summary>Back from the gradient of the logits, each line the twin of one of ForwardVectors.</summary>
    public void Backward(in LabelledBatch batch, Mode mode, ReadOnlyMatrixView dLogits, GradientBuffer g)
    {
        MatrixView pooled = _pooled.AsMatrix().Slice(0, batch.Count), dPooled = pooled;   // which has been read by then
        _model.Output.Backward(Parameters, pooled, dLogits, g, dPooled);
        _model.OutputDropout.Backward(dPooled.Span, dPooled.Span, mode);
        _model.Pooling.Backward(Parameters, _encoded.Output, batch.Lengths.Span, batch.FirstRows.Span, dPooled, _pooling,
            g, _encoded.OutputGradient);
        _model.Encoder.Backward(Parameters, batch.Tokens.Span, _encoded.OutputGradient, _encoded, g);
    }

    /// <summary>The embedded tokens [T, B, E]; after Backward their gradient.</summary>
    public SequenceView Vectors => _encoded.Vectors;

    /// <summary>The share of each step in its text's vector.</summary>
    /// <param name="weights">[T*B]. Overwritten.</param>
    public void PoolingWeights(Span<float> weights) => _model.Pooling.Weights(_pooling, weights);

    private ReadOnlyMatrixView Targets(in LabelledBatch batch)
    {
        Span<float> targets = _targets.Span[..batch.Count];
        for (int n = 0; n < targets.Length; n++)
            targets[n] = batch.Labels.Span[n];

        return new ReadOnlyMatrixView(targets, targets.Length, 1);
    }
}
