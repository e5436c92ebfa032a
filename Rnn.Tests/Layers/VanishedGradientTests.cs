using System;
using System.Linq;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>Gradients that vanish on their way back become 0 and never subnormal (design decision D117).</summary>
public class VanishedGradientTests
{
    private const int Steps = 600, Batch = 3, Inputs = 5, Hidden = 20;

    public static TheoryData<RecurrentCell, bool, bool, bool> Cells => new()
    {
        { RecurrentCell.Lstm, false, false, false },
        { RecurrentCell.Lstm, false, true, false },
        { RecurrentCell.Lstm, false, false, true },
        { RecurrentCell.Lstm, true, false, false },
        { RecurrentCell.Lstm, true, true, true },
        { RecurrentCell.Gru, false, false, false },
        { RecurrentCell.Gru, true, false, false },
        { RecurrentCell.RnnTanh, false, false, false },
        { RecurrentCell.RnnTanh, true, false, false },
        { RecurrentCell.RnnRelu, false, false, false },
    };

    [Theory]
    [MemberData(nameof(Cells))]
    public void NothingIsSubnormal(RecurrentCell cell, bool normalized, bool peepholes, bool coupled)
    {
        RecurrentOptions options = new()
        {
            LayerNormalization = normalized,
            Peepholes = peepholes,
            CoupledGates = coupled,
            KeepStateGradients = true,
        };
        RecurrentSetup setup = new(cell, layers: 2, bidirectional: false, Inputs, Hidden, seed: 1, options: options);
        setup.P.Initialize(seed: 1);
        if (normalized && cell == RecurrentCell.Lstm)
            CloseGates(setup.P);

        Window window = setup.CreateWindow(Steps, Batch);
        window.DY.AsSpan(0, (Steps - 1) * Batch * Hidden).Clear();   // only the last step counts
        for (int part = 0; part < window.DState.Count; part++)
            window.DState[part].Span.Clear();

        RecurrentTape tape = setup.Layer.CreateTape(Steps, Batch);
        RunResult result = setup.Run(window, tape);

        Assert.DoesNotContain(result.DX, float.IsSubnormal);
        Assert.DoesNotContain(result.DInitial, float.IsSubnormal);
        Assert.DoesNotContain(result.Gradients, float.IsSubnormal);
        Assert.DoesNotContain(tape.StateGradients.Span.ToArray(), float.IsSubnormal);
        Assert.All(result.DX[..(Batch * Inputs)], x => Assert.Equal(0, x));
        Assert.All(result.DX[^(Batch * Inputs)..], x => Assert.NotEqual(0, x));
    }

    // What is normalised spreads so widely that some forget gates would stay open for thousands of steps.
    private static void CloseGates(ParameterBuffer p)
    {
        ParameterWriter writer = p.BeginWrite();
        foreach (ParameterSlot slot in p.Layout.Slots.Where(slot => slot.Name.Contains("bias_ih", StringComparison.Ordinal)))
            writer[slot].Span.Fill(-6);
    }
}
