using System;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Text.Parallel;

namespace Rnn.Models.Translation;

/// <summary>Scheduled sampling: some inputs of the decoder become what the model itself would have written
/// there.</summary>
internal sealed class OwnTokens
{
    private const ulong Stream = 6ul << 60;   // the step's number in the lower bits
    private const int RowsPerBlock = 64;

    private readonly TranslationModel _model;
    private readonly Tensor _logits;   // [rows of a block, V]
    private readonly int[] _inputs;

    public OwnTokens(TranslationModel model, int maxItems)
    {
        _model = model;
        _logits = new Tensor(Math.Min(RowsPerBlock, maxItems), model.Target.Vocabulary.Count);
        _inputs = new int[maxItems];
    }

    /// <summary>The batch with some of its inputs replaced; its memory is used again by the next call.</summary>
    /// <param name="batch">With the true ones. Read.</param>
    /// <param name="hidden">[T*B, R], what the output reads after each of them. Read.</param>
    /// <param name="mode">Training, with the step.</param>
    public PairBatch Mix(in PairBatch batch, ReadOnlyMatrixView hidden, Mode mode)
    {
        int rows = batch.Rows, items = batch.Inputs.Length;
        TranslationOptions options = _model.Options;
        double share = options.ScheduledSampling * Math.Min(1, (double)mode.Step / options.SamplingSteps);
        Philox random = new(mode.Seed, Stream | mode.Step);
        batch.Inputs.Span.CopyTo(_inputs);
        for (int first = 0; first < items - rows; first += _logits.Shape[0])
        {
            MatrixView logits = _logits.AsMatrix().Slice(0, Math.Min(_logits.Shape[0], items - rows - first));
            Predict(hidden.Slice(first, logits.Rows), logits);
            for (int i = 0; i < logits.Rows; i++)
            {
                // Every place draws, so that the draws of one don't depend on another's length.
                bool isOwn = random.NextDouble() < share;
                int next = first + i + rows;   // the same row, a step later
                if (isOwn && next / rows < batch.TargetLengths.Span[next % rows])
                {
                    logits[i, TranslationVocabulary.Start] = float.MinValue;   // it is never written
                    _inputs[next] = Reductions.IndexOfMax(logits.Row(i));
                }
            }
        }

        return batch with { Inputs = _inputs.AsMemory(0, items) };
    }

    private void Predict(ReadOnlyMatrixView hidden, MatrixView logits)
    {
        ParameterBuffer p = _model.Parameters;
        MatrixProduct.Multiply(GemmForm.NT, hidden, p[_model.Head.Weights], logits);
        if (_model.Head.Bias is not { } bias)
            return;

        for (int i = 0; i < logits.Rows; i++)
            Elementwise.Add(logits.Row(i), p[bias].Span, logits.Row(i));
    }
}
