using System.Collections.Generic;
using Rnn.Core.Layers.Recurrent;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>GRUs and simple cells; and cells of every kind with a single unit.</summary>
public class OtherCellsGradientTests
{
    public static TheoryData<string> Names => GradientTests.NamesWhere(Has);

    internal static bool Has(string layer) => layer is nameof(Gru) or nameof(SimpleRnn);

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryDerivativeAgreesWithTheDoubleOracle(string name) => GradientTests.Check(name);

    /// <summary>Cells of a single unit, whose candidate's products are one number.</summary>
    [Theory]
    [InlineData(RecurrentCell.Lstm)]
    [InlineData(RecurrentCell.Gru)]
    [InlineData(RecurrentCell.RnnTanh)]
    public void OfACellOfOneUnit(RecurrentCell cell)
    {
        List<RecurrentOptions> all = [new(), new() { WeightDropout = 0.4 }, new() { LearnInitialState = true, RecurrentDropout = 0.4 }];
        if (cell != RecurrentCell.RnnTanh)
            all.Add(new() { LayerNormalization = true });   // a single number has no deviation to be divided by

        foreach (RecurrentOptions options in all)
            GradientTests.Check(new RecurrentGradientCase { Cell = cell, H = 1, Options = options }.Run($"{cell}", "one unit"));
    }
}
