using System;
using System.Collections.Generic;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Transformer;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Generation;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Translation;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// A Transformer that writes without a cache: for each token the decoder reads the whole target again, and projects the
/// source anew for each target. What <see cref="TranslationSteps"/> is measured against; the results are the same.
/// </summary>
internal sealed class StepsWithoutCache : StepModel
{
    private readonly TranslationModel _model;
    private readonly TransformerTranslation _network;
    private readonly TransformerTape _encoder, _decoder;
    private readonly Tensor _sources, _memory, _targets;   // [S*sources, E], [S*rows, E], [T*rows, E]
    private readonly int _maxSources;
    private int[] _tokens, _spareTokens;                   // [T*rows]
    private int[] _sourceOf, _spareSources;                // [rows]
    private int _steps;

    public StepsWithoutCache(TranslationModel model, int maxSources, int maxRows)
        : base(model.Target.Vocabulary.Count, maxRows)
    {
        _model = model;
        _network = (TransformerTranslation)model.Network;
        _maxSources = maxSources;
        int most = model.Options.MaxTokens + 1, size = _network.OutputSize;
        _encoder = _network.Encoder.CreateTape(most, maxSources, TapeUse.Inference);
        _decoder = _network.Decoder.CreateTape(most, maxRows, most, TapeUse.Inference);
        _sources = new Tensor(most * maxSources, size);
        _memory = new Tensor(most * maxRows, size);
        _targets = new Tensor(most * maxRows, size);
        _tokens = new int[most * maxRows];
        _spareTokens = new int[most * maxRows];
        _sourceOf = new int[maxRows];
        _spareSources = new int[maxRows];
    }

    /// <summary>Reads sources of one length.</summary>
    public void Begin(IReadOnlyList<int[]> sources)
    {
        int rows = sources.Count, length = sources[0].Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, _maxSources);
        int[] tokens = new int[rows * length];
        for (int b = 0; b < rows; b++)
        {
            for (int t = 0; t < length; t++)
                tokens[(t * rows) + b] = sources[b][t];

            _sourceOf[b] = b;
        }

        SequenceView x = Shape(_sources, length, rows);
        _network.EmbedSources(_model.Parameters, tokens, Mode.Inference, x);
        _network.Encoder.Forward(_model.Parameters, x, [], Mode.Inference, _encoder);
        _steps = 0;
        Begin(rows);
        int[] starts = new int[rows];
        Array.Fill(starts, TranslationVocabulary.Start);
        Read(starts);
    }

    protected override void OnClear() => throw new NotSupportedException();

    protected override void OnRead(ReadOnlySpan<int> tokens) => tokens.CopyTo(_tokens.AsSpan(_steps++ * Rows));

    protected override void OnLogits(MatrixView logits)
    {
        ParameterBuffer p = _model.Parameters;
        SequenceView source = _encoder.Output, memory = Shape(_memory, source.Steps, Rows);
        for (int s = 0; s < source.Steps; s++)
        {
            for (int row = 0; row < Rows; row++)
                source[s].Row(_sourceOf[row]).CopyTo(memory[s].Row(row));
        }

        SequenceView y = Shape(_targets, _steps, Rows);
        _network.EmbedTargets(p, _tokens.AsSpan(0, _steps * Rows), Mode.Inference, y);
        _network.Decoder.Forward(p, y, memory, [], Mode.Inference, _decoder);
        _model.Head.Logits(p, _decoder.Output[_steps - 1], logits);
        for (int row = 0; row < Rows; row++)
            logits[row, TranslationVocabulary.Start] = float.MinValue;
    }

    protected override void OnReorder(ReadOnlySpan<int> parents)
    {
        for (int i = 0; i < parents.Length; i++)
        {
            _spareSources[i] = _sourceOf[parents[i]];
            for (int t = 0; t < _steps; t++)
                _spareTokens[(t * parents.Length) + i] = _tokens[(t * Rows) + parents[i]];
        }

        (_sourceOf, _spareSources) = (_spareSources, _sourceOf);
        (_tokens, _spareTokens) = (_spareTokens, _tokens);
    }

    private static SequenceView Shape(Tensor tensor, int steps, int rows)
    {
        int size = tensor.Shape[1];
        return new SequenceView(tensor.Span[..(steps * rows * size)], steps, rows, size);
    }
}
