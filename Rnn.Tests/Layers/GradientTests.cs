using System;
using System.Linq;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

/// <summary>Every case of the catalogue. Recurrent layers, which take most of the time, have classes of their own: xunit
/// runs the tests of one class one after another.</summary>
public class GradientTests
{
    public static TheoryData<string> Names => NamesWhere(layer => !LstmGradientTests.Has(layer) && !OtherCellsGradientTests.Has(layer));

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryDerivativeAgreesWithTheDoubleOracle(string name) => Check(name);

    internal static TheoryData<string> NamesWhere(Func<string, bool> isOfLayer) =>
        [.. GradientCases.All.Where(check => isOfLayer(check.Layer)).Select(check => check.Name)];

    internal static void Check(string name) => Check(GradientCases.All.Single(check => check.Name == name).Run());

    internal static void Check(GradientReportRow row)
    {
        Assert.True(row.Derivatives > 0);
        Assert.True(row.Failures.Count == 0, GradientCheck.Describe(row));
    }
}
