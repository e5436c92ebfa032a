using System;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.Training;
using Rnn.Models.Translation;

namespace Rnn.Benchmarks.Models;

/// <summary>The training step of <see cref="TranslationModel"/> itself.</summary>
public sealed class TranslationTrain : TrainingWorkload
{
    private const float FarFromZero = 8;   // ten standard deviations of what is added to it

    private readonly TranslationSizes _sizes;
    private readonly MadeUpText _sources;
    private readonly MadeUpText _targets;
    private readonly Pass<PairBatch> _pass;
    private readonly int[] _lengths;

    public TranslationTrain(TranslationSizes sizes, bool dropout, bool denseAdam)
        : base(sizes.Rate, sizes.Clip, denseAdam ? ByRowUpdate.Dense : ByRowUpdate.Lazy)
    {
        _sizes = sizes;
        _sources = sizes.CreateSources();
        _targets = sizes.CreateTargets();
        TranslationModel model = sizes.CreateModel(dropout);
        Allocate(model.Parameters);
        _pass = model.CreatePass(new BatchShape(sizes.B, sizes.Steps, sizes.Steps));
        _lengths = new int[sizes.B];
        Array.Fill(_lengths, sizes.Steps);
    }

    /// <summary>
    /// Moves the sums that relu reads away from 0, half of them to either side: near it their rounding decides what the
    /// gradient is, and of twelve million a step one or two come that close. A network without relu stays.
    /// </summary>
    public override void Steady()
    {
        ParameterWriter writer = Parameters.BeginWrite();
        foreach (ParameterSlot slot in Parameters.Layout.Slots)
        {
            if (!slot.Name.EndsWith(".linear1.bias", StringComparison.Ordinal))
                continue;

            Span<float> bias = writer[slot].Span;
            for (int i = 0; i < bias.Length; i++)
                bias[i] = i % 2 == 0 ? FarFromZero : -FarFromZero;
        }
    }

    private protected override LossSum ForwardBackward(Mode mode, GradientBuffer g)
    {
        int window = _targets.Next();
        PairBatch batch = new(_sources.Inputs(window), _lengths, _targets.Inputs(window), _targets.Targets(window),
            _lengths, _sizes.Steps, _sizes.Steps);
        return _pass.ForwardBackward(batch, mode, 1f / (_sizes.Steps * _sizes.B), g);
    }
}
