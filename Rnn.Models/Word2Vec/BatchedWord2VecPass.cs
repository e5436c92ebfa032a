using System;
using Rnn.Core.Heads;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Training;

namespace Rnn.Models.Word2Vec;

/// <summary>
/// Embedding -> (CBOW: mean of each prediction's rows) -> negative sampling or softmax, every buffer taken once.
/// </summary>
internal sealed class BatchedWord2VecPass : Pass<WordBatch>
{
    private readonly BatchedWord2Vec _network;
    private readonly NegativeSamplingTape? _samplingTape;
    private readonly SoftmaxHeadTape? _softmaxTape;
    private readonly Tensor _rows;    // [inputs, E]: what the embedding gives; CBOW: then its gradient
    private readonly Tensor _x, _dX;  // [N, E]; skip-gram: x is not used

    public BatchedWord2VecPass(BatchedWord2Vec network, BatchShape most)
        : base(BatchedWord2Vec.Format.Name, network.Parameters)
    {
        _network = network;
        _samplingTape = network.Sampling?.CreateTape(most.Rows, most.Targets - 1);
        _softmaxTape = network.Softmax?.CreateTape(most.Rows);
        int size = network.Options.Dimensions;
        _rows = new Tensor(most.Items, size);
        _x = new Tensor(IsCbow ? most.Rows : 0, size);
        _dX = new Tensor(most.Rows, size);
    }

    private bool IsCbow => _network.Options.Architecture == Word2VecArchitecture.Cbow;

    public override LossSum ForwardBackward(in WordBatch batch, Mode mode, float scale, GradientBuffer g)
    {
        ReadOnlySpan<int> targets = batch.Targets.Span;
        ReadOnlyMatrixView x = Input(batch);
        MatrixView dX = _dX.AsMatrix().Slice(0, targets.Length);
        LossSum loss = _network.Sampling is { } sampling
            ? sampling.ForwardBackward(Parameters, x, targets, batch.Negatives.Span, scale, _samplingTape!, g, dX)
            : _network.Softmax!.ForwardBackward(Parameters, x, targets, scale, _softmaxTape!, g, dX);

        MatrixView dRows = IsCbow ? _rows.AsMatrix().Slice(0, batch.Inputs.Length) : dX;
        if (IsCbow)
            SpreadMean(dX, batch.Starts.Span, dRows);

        _network.Embedding.Backward(batch.Inputs.Span, dRows, g);
        return loss;
    }

    public override LossSum Evaluate(in WordBatch batch, Measurements results) => _network.Sampling is { } sampling
        ? sampling.Forward(Parameters, Input(batch), batch.Targets.Span, batch.Negatives.Span, _samplingTape!)
        : _network.Softmax!.Forward(Parameters, Input(batch), batch.Targets.Span, _softmaxTape!);

    private MatrixView Input(in WordBatch batch)
    {
        MatrixView rows = _rows.AsMatrix().Slice(0, batch.Inputs.Length);
        _network.Embedding.Forward(Parameters, batch.Inputs.Span, rows);
        if (!IsCbow)
            return rows;

        MatrixView x = _x.AsMatrix().Slice(0, batch.Targets.Length);
        Mean(rows, batch.Starts.Span, x);
        return x;
    }

    /// <summary>x[n] = mean of rows[starts[n] .. starts[n+1]-1].</summary>
    private static void Mean(MatrixView rows, ReadOnlySpan<int> starts, MatrixView x)
    {
        for (int n = 0; n < x.Rows; n++)
        {
            Span<float> mean = x.Row(n);
            rows.Row(starts[n]).CopyTo(mean);
            for (int i = starts[n] + 1; i < starts[n + 1]; i++)
                Elementwise.Add(mean, rows.Row(i), mean);

            Elementwise.Scale(mean, 1f / (starts[n + 1] - starts[n]), mean);
        }
    }

    /// <summary>dRows[i] = dX[n] / C for each of the C rows of prediction n.</summary>
    private static void SpreadMean(MatrixView dX, ReadOnlySpan<int> starts, MatrixView dRows)
    {
        for (int n = 0; n < dX.Rows; n++)
        {
            for (int i = starts[n]; i < starts[n + 1]; i++)
                Elementwise.Scale(dX.Row(n), 1f / (starts[n + 1] - starts[n]), dRows.Row(i));
        }
    }
}
