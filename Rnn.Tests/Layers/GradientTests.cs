using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Layers.Recurrent;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

public class GradientTests
{
    public static TheoryData<string> Names => [.. GradientCases.All.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryDerivativeAgreesWithTheDoubleOracle(string name)
    {
        GradientReportRow row = GradientCases.All.Single(check => check.Name == name).Run();
        Assert.True(row.Derivatives > 0);
        Assert.True(row.Failures.Count == 0, GradientCheck.Describe(row));
    }

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
        {
            GradientReportRow row = new RecurrentGradientCase { Cell = cell, H = 1, Options = options }.Run($"{cell}", "one unit");
            Assert.True(row.Derivatives > 0);
            Assert.True(row.Failures.Count == 0, GradientCheck.Describe(row));
        }
    }
}
